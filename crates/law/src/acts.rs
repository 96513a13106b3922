//! The acts of a penalty case: one declaration per kind, which is form, scenario, guide and journal at once.
//!
//! Read it as the glossary of the procedure: the word of the law, what the act is addressed to, whether it arises here (`Live`), has
//! already happened (`Reported`) or either (`Both`), its step, the document it issues, its articles, and what an officer must say in it.

mod choices;
mod declare;
mod value;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

pub use choices::*;
pub use value::*;

use crate::Day;
use crate::corpus::{Measures, Sort};
use crate::money::Fen;

/// Which entries a kind admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entries {
    /// Only acts whose effect arises here.
    Live,
    /// Only acts that have already happened.
    Reported,
    /// Either: decided here, or taken over from paper or another system.
    Both,
}

/// What an act is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// The case as a whole.
    Case,
    /// One party.
    Party,
    /// A document an earlier act issued.
    Document,
    /// An earlier act.
    Item,
}

/// The steps of a case, in order, for the strip on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 线索
    Clue,
    /// 立案
    Filing,
    /// 调查
    Inquiry,
    /// 告知
    Notice,
    /// 听证
    Hearing,
    /// 审核
    Review,
    /// 决定
    Decision,
    /// 送达
    Service,
    /// 执行
    Execution,
    /// 公示
    Publicity,
    /// 结案
    Closing,
}

impl Stage {
    /// Every step in order.
    pub const ALL: &'static [Stage] = &[
        Stage::Clue,
        Stage::Filing,
        Stage::Inquiry,
        Stage::Notice,
        Stage::Hearing,
        Stage::Review,
        Stage::Decision,
        Stage::Service,
        Stage::Execution,
        Stage::Publicity,
        Stage::Closing,
    ];

    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Stage::Clue => "线索",
            Stage::Filing => "立案",
            Stage::Inquiry => "调查",
            Stage::Notice => "告知",
            Stage::Hearing => "听证",
            Stage::Review => "审核",
            Stage::Decision => "决定",
            Stage::Service => "送达",
            Stage::Execution => "执行",
            Stage::Publicity => "公示",
            Stage::Closing => "结案",
        }
    }
}

/// A recorded struct, for queries by type.
pub trait ActType {
    /// Its kind.
    const KIND: Kind;
    /// The struct inside an act, when the act is of this kind.
    fn of(act: &Act) -> Option<&Self>;
}

impl Kind {
    /// Acts whose result is evidence a report may rest on.
    pub const EVIDENCE: &'static [Kind] =
        &[Kind::SceneRecorded, Kind::InterviewRecorded, Kind::EvidenceTaken, Kind::TestReported];

    /// Does the hour matter beside the day (强制法19、43)? The form then asks for it.
    pub fn has_hour(self) -> bool {
        use Kind::{DemolitionCarriedOut, EnforcementStarted, Seized, SeizureApproved, SubstitutePerformed};
        matches!(self, Seized | SeizureApproved | EnforcementStarted | SubstitutePerformed | DemolitionCarriedOut)
    }

    /// Is this done on the spot before anybody can approve it, so that the head answers afterwards? Only an urgent seizure (强制法19); its
    /// `approval` is read as the form or the journal writes it.
    pub fn goes_ahead(self, field: impl Fn(&str) -> Option<String>) -> bool {
        self == Kind::Seized
            && field("approval").is_some_and(|said| {
                let urgent = SeizeApproval::ALL.iter().find(|(_, label)| *label == SeizeApproval::Urgent.label());
                urgent.is_some_and(|(key, label)| said == *key || said == *label)
            })
    }

    /// The entry such an act usually has.
    pub fn usual_entry(self) -> crate::case::Entry {
        match self.entries() {
            Entries::Reported => crate::case::Entry::Reported { source: self.label().to_owned() },
            Entries::Live | Entries::Both => crate::case::Entry::Live,
        }
    }

    /// One field by key or label.
    pub fn field(self, key: &str) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|spec| spec.key == key || spec.label == key)
    }
}

declare::acts! {
    /// A clue is written down; it opens an ordinary case and brings the first conduct and, where known, the first party.
    ClueRegistered "线索登记" on Case [] Both Clue ["clue_register"] "部令55-15" {
        source: ClueSource = "来源",
        matter: MatterCode = "事项" "违法事项编码",
        conduct_day: Day = "行为终了日" "连续或者继续状态的填终了之日，仍在继续的填发现之日",
        discovered: Day = "发现日",
        place: String = "地点",
        summary: Words = "线索内容",
        party_kind: Maybe<PartyKind> = "当事人" "尚不知当事人的留空，查明后追加",
        party_born: Maybe<Day> = "出生日期" "个人必须在告知前查明",
        party_incapable: Maybe<bool> = "无责任能力" "精神病人、智力残疾人在不能辨认或者不能控制自己行为时违法的填是",
        party_key: Maybe<PartyKey> = "当事人标识",
        #[serde(default, skip_serializing_if = "Option::is_none")] campaign: Maybe<u32> = "专项整治" "专项整治中发现的，填台账里的编号",
    }
    /// The clue was checked.
    ClueVerified "线索核查" on Case [] Both Clue ["transfer_letter"] "部令55-15" {
        outcome: ClueOutcome = "核查结论",
        finding: Words = "核查情况",
    }
    /// The time to check a clue is extended once, by ten working days.
    VerifyExtended "延长核查" on Case [] Both Clue [] "部令55-15" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The case is filed.
    Filing "立案" on Case [] Both Filing ["filing_approval"] "处罚法54；部令55-15" {
        grounds: Words = "立案理由" "初步证据、管辖、未过时效",
        harm: bool = "涉及生命健康或者金融安全且有危害后果" "填是的，处罚时效为五年",
        handlers: Vec<PersonId> = "承办人",
        head: PersonId = "负责人",
    }
    /// The case is not filed.
    FilingRefused "不予立案" on Case [] Both Filing ["filing_refusal_approval"] "部令55-15" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// A party comes in.
    PartyJoined "追加当事人" on Case [] Both Inquiry [] "处罚法40" {
        party_kind: PartyKind = "当事人",
        party_born: Maybe<Day> = "出生日期",
        party_incapable: Maybe<bool> = "无责任能力",
        party_key: PartyKey = "当事人标识",
        reason: Words = "理由",
    }
    /// What is known of a party is changed: another person, a birthday found out.
    PartyChanged "变更当事人" on Party [] Both Inquiry [] "处罚法40" {
        party_kind: PartyKind = "当事人",
        party_born: Maybe<Day> = "出生日期",
        party_incapable: Maybe<bool> = "无责任能力",
        party_key: PartyKey = "当事人标识",
        reason: Words = "理由",
    }
    /// A further conduct of the same case.
    ConductAdded "登记违法行为" on Case [] Both Inquiry [] "处罚法29" {
        matter: MatterCode = "事项",
        conduct_day: Day = "行为终了日",
        discovered: Day = "发现日",
        place: String = "地点",
        summary: Words = "行为内容",
    }
    /// A common superior says which organ has the case.
    JurisdictionDesignated "指定管辖" on Case [] Reported Filing [] "处罚法25" {
        authority: String = "指定机关",
        number: String = "文号",
    }
    /// Somebody asks that an officer withdraw, or the officer does.
    RecusalAsked "回避申请" on Case [] Reported Inquiry ["recusal_application"] "处罚法43" {
        by: RecusalBy = "申请人",
        officer: PersonId = "被申请回避人",
        reason: Words = "理由",
    }
    /// The head decides on it. The inquiry goes on meanwhile.
    RecusalDecided "回避决定" on Item [RecusalAsked] Both Inquiry ["recusal_decision"] "处罚法43" {
        recuse: bool = "予以回避",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// An inspection of a party's premises is approved before anybody goes there.
    InspectionApproved "检查审批" on Party [] Both Inquiry ["inspection_approval"] "处罚法54" {
        basis: String = "检查依据" "规定可以检查的法律、法规及条文",
        items: String = "检查事项",
        way: String = "检查方式" "现场检查、书面检查、非现场检查",
        earlier: Maybe<u32> = "本年度已检查次数",
        grounds: Words = "检查理由",
        head: PersonId = "负责人",
    }
    /// The party is told of an inspection and of its rights.
    InspectionNotified "检查通知" on Party [] Both Inquiry ["inspection_notice"] "处罚法43、54、55" {
        basis: String = "检查依据" "规定可以检查的法律、法规及条文",
        items: String = "检查事项",
    }
    /// A record made at the scene.
    SceneRecorded "现场笔录" on Case [] Both Inquiry ["scene_record"] "处罚法46、55" {
        place: String = "地点",
        certificate_shown: bool = "出示证件",
        record: Words = "笔录内容",
        signature: Signature = "签字",
        recording: bool = "全程录音录像",
        files: Vec<Blob> = "附件",
    }
    /// An interview was written down.
    InterviewRecorded "询问笔录" on Case [] Both Inquiry ["interview_record"] "处罚法46、55" {
        role: Interviewee = "被询问人",
        certificate_shown: bool = "出示证件",
        rights_told: bool = "告知权利" "申请回避、陈述申辩等权利",
        record: Words = "笔录内容",
        signature: Signature = "签字",
        files: Vec<Blob> = "附件",
    }
    /// A piece of evidence was collected.
    EvidenceTaken "收集证据" on Case [] Both Inquiry ["evidence_sheet"] "处罚法46" {
        sort: EvidenceKind = "证据种类",
        name: String = "名称",
        source: String = "来源" "提供人、提取地点、原件存放处",
        files: Vec<Blob> = "附件",
        #[serde(default, skip_serializing_if = "Option::is_none")] monitor: Maybe<String> = "监控设备" "电子技术监控设备收集的填设备编号",
        #[serde(default, skip_serializing_if = "Option::is_none")] purpose: Maybe<String> = "证明目的",
        #[serde(default, skip_serializing_if = "Option::is_none")] records: Maybe<u32> = "记录的办理" "录音录像记录的是本案哪一次办理",
        #[serde(default, skip_serializing_if = "Option::is_none")] device: Maybe<String> = "录制设备" "执法记录仪等设备的编号",
    }
    /// A record of an electronic monitor was reviewed.
    SightingReviewed "电子监控记录审核" on Item [EvidenceTaken] Both Inquiry [] "处罚法41" {
        basis: String = "设置依据" "法律、行政法规的名称和条文",
        device_reviewed: bool = "设备已审核" "经过法制和技术审核，标志明显",
        location_published: bool = "地点已公布",
        result: EvidenceResult = "审核结论" "真实、清晰、完整、准确的填查证属实",
    }
    /// A sample was taken.
    Sampled "抽样取证" on Case [] Both Inquiry ["sampling_notice"] "处罚法56" {
        items: Words = "样品清单",
        list_signed: bool = "清单签名",
    }
    /// Evidence that may vanish or be hard to get later is registered and kept.
    EvidenceRegistered "先行登记保存" on Party [] Both Inquiry ["registration_notice"] "处罚法56；部令55-19" {
        items: Words = "物品清单",
        reason: Words = "理由" "证据可能灭失或者以后难以取得的情形",
        kept: KeptAt = "保存方式",
        list_signed: bool = "清单交付" "当场清点，开具清单，双方签名后交当事人",
        head: PersonId = "负责人",
    }
    /// What was registered is dealt with.
    RegisteredDisposed "登记保存处理" on Item [EvidenceRegistered] Both Inquiry ["registered_disposal"] "处罚法56；部令55-19" {
        way: RegisteredWay = "处理方式",
        reason: Words = "理由",
    }
    /// A test or appraisal was commissioned.
    TestCommissioned "委托检测鉴定" on Item [Seized EvidenceRegistered Sampled EvidenceTaken] Both Inquiry ["test_commission"] "强制法25；部令55-18" {
        tester: String = "受托机构",
        until: Day = "期间届满日",
        told: bool = "已书面告知" "检测鉴定的期间已书面告知当事人",
    }
    /// Another organ is asked to help with the inquiry.
    AssistanceRequested "请求协助" on Case [] Both Inquiry ["assistance_letter"] "处罚法26；部令55-18；沪城管执法条例29" {
        to: String = "协助机关",
        request: Words = "协助事项",
    }
    /// The tester gave its opinion.
    TestReported "检测鉴定意见" on Item [TestCommissioned] Reported Inquiry [] "处罚法46；部令55-18" {
        conclusion: Words = "意见",
        files: Vec<Blob> = "附件",
    }
    /// Places, facilities or goods are sealed or seized.
    Seized "查封扣押" on Party [] Both Inquiry ["seizure_decision"] "强制法18、22、24" {
        items: Words = "物品清单",
        basis: String = "依据" "规定可以查封扣押的法律、法规及条文",
        reason: Words = "理由",
        days: u32 = "期限天数" "不超过三十日",
        approval: SeizeApproval = "批准",
        head: Maybe<PersonId> = "批准负责人" "事前批准的必填",
        certificate_shown: bool = "出示证件",
        rights_told: bool = "告知权利" "当场告知理由、依据、权利和救济，听取陈述申辩",
        present: bool = "当事人到场",
        witness: Maybe<String> = "见证人" "当事人不到场的必填",
        list_given: bool = "交付决定书和清单" "当场交付；清单一式二份，双方签名",
        necessities: bool = "含生活必需品",
    }
    /// The approval of an urgent seizure, given or refused afterwards.
    SeizureApproved "补办批准" on Item [Seized] Both Inquiry ["seizure_approval"] "强制法19" {
        approve: bool = "批准",
        head: PersonId = "负责人",
    }
    /// A seizure is extended.
    SeizureExtended "延长查封扣押" on Item [Seized] Both Inquiry ["seizure_extension"] "强制法25" {
        days: u32 = "延长天数" "不超过三十日",
        reason: Words = "理由",
        told: bool = "已书面告知",
        head: PersonId = "负责人",
    }
    /// A seizure is lifted.
    SeizureLifted "解除查封扣押" on Item [Seized] Both Inquiry ["seizure_lifting"] "强制法28" {
        ground: LiftGround = "解除事由",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// Goods went back to their owner.
    GoodsReturned "返还财物" on Item [Seized EvidenceRegistered] Both Execution ["goods_receipt"] "强制法28；部令55-19" {
        receiver: String = "领取人",
        signed: bool = "签收",
    }
    /// Nobody claims the goods: a public notice is put up.
    ClaimAnnounced "认领公告" on Item [Seized EvidenceRegistered] Both Execution ["claim_announcement"] "沪城管执法条例22" {
        place: String = "公告处所",
    }
    /// Goods are disposed of.
    GoodsDisposed "处置财物" on Item [Seized EvidenceRegistered] Both Execution ["goods_disposal"] "强制法27、46；沪城管执法条例22；移送规定12" {
        way: DisposeWay = "处置方式",
        party_told: Maybe<Day> = "通知领取日" "易腐物品先通知当事人二日内领取",
        proceeds: Maybe<Fen> = "所得价款",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The party is ordered to stop.
    OrderedToStop "责令停止" on Party [] Both Inquiry ["order_to_stop"] "处罚法28" {
        requirement: Words = "停止要求",
    }
    /// The party is ordered to demolish an illegal building.
    DemolitionOrdered "责令限期拆除" on Party [] Both Decision ["demolition_order"] "强制法44" {
        building: Building = "建筑状态",
        facts: Words = "违法事实",
        reason: Words = "理由和依据",
        until: Day = "自行拆除期限",
        head: PersonId = "负责人",
    }
    /// Evidence was checked.
    EvidenceVerified "证据核实" on Case [] Both Inquiry [] "处罚法46" {
        evidence: Vec<ActNo> = "证据",
        result: EvidenceResult = "核实结论",
        reason: Words = "核实情况",
    }
    /// The party is ordered to correct. Not a penalty.
    OrderedToCorrect "责令改正" on Party [] Both Inquiry ["order_to_correct"] "处罚法28" {
        requirement: Words = "改正要求",
        until: Day = "改正期限",
    }
    /// Correction was checked.
    CorrectionChecked "改正复查" on Document [OrderedToCorrect OrderedToStop] Both Inquiry ["correction_check"] "处罚法28" {
        corrected: bool = "已改正",
        finding: Words = "复查情况",
    }
    /// The time for the case is extended.
    TermExtended "延长办案期限" on Case [] Both Inquiry ["extension_approval"] "处罚法60；部令55-29" {
        days: u32 = "延长天数" "第一次不超过三十日；第二次不超过六十日，由负责人集体讨论",
        reason: Words = "理由",
        approvers: Vec<PersonId> = "批准负责人",
    }
    /// The case stands still.
    CaseSuspended "中止调查" on Case [] Both Inquiry ["suspension_approval"] "部令55-30" {
        ground: SuspendGround = "中止事由",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The case goes on.
    CaseResumed "恢复调查" on Case [] Both Inquiry ["resumption_approval"] "部令55-30" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The inquiry ends with a report.
    FinalReport "调查终结报告" on Case [] Both Inquiry ["final_report"] "部令55-20" {
        facts: Words = "查明事实",
        evidence: Vec<ActNo> = "证据" "作为认定依据的笔录和证据",
        outcome: Outcome = "处理建议",
        reason: Words = "理由和依据" "法律依据、裁量基准的适用",
        complex: bool = "复杂重大" "情节复杂或者重大违法行为",
        corrected: bool = "已自行改正",
        condition: Maybe<bool> = "处罚前提" "规定以情节严重等为处罚前提、且已查明的填是",
        #[serde(default, skip_serializing_if = "Option::is_none")] minor: Maybe<bool> = "违法轻微",
        #[serde(default, skip_serializing_if = "Option::is_none")] harmless: Maybe<bool> = "没有危害后果",
        #[serde(default, skip_serializing_if = "Option::is_none")] first: Maybe<bool> = "初次违法",
        #[serde(default, skip_serializing_if = "Option::is_none")] slight: Maybe<bool> = "危害后果轻微",
        #[serde(default, skip_serializing_if = "Option::is_none")] considered: Maybe<Words> = "首违不罚的考虑" "初次、轻微、及时改正仍拟处罚的写明理由",
        #[serde(default, skip_serializing_if = "Option::is_none")] mitigating: Maybe<Mitigation> = "从轻减轻事由",
    }
    /// A legal officer chooses which of two norms is applied where one conduct falls under both.
    NormChosen "法律适用选择" on Case [] Both Inquiry [] "处罚法29、58" {
        applied: MatterCode = "适用事项" "同一行为竞合的两个事项中，本案适用的一个",
        set_aside: MatterCode = "不适用事项",
        #[serde(default, skip_serializing_if = "Option::is_none")] conducts: Maybe<Vec<ConductNo>> = "违法行为" "只为其中几个行为选定的填，不填的为本案全部行为",
        reason: Words = "理由" "位阶、特别规定、择重等比较和取舍",
        chooser: PersonId = "选定人" "不参加本案调查的法制审核人员",
    }
    /// The party is told what penalty is intended and what it may do about it.
    PriorNotice "事先告知" on Party [] Both Notice ["prior_notice"] "处罚法44、63；沪听证15" {
        conducts: Vec<ConductNo> = "违法行为",
        facts: Words = "违法事实",
        reason: Words = "理由和依据",
        sorts: Vec<Sort> = "种类",
        fine: Fen = "罚款" "不拟罚款的填0元",
        gains: Maybe<Fen> = "没收违法所得",
        property: Maybe<Fen> = "没收财物价值",
        area: Maybe<Hundredths> = "面积" "按面积计罚的填平方米数，最多两位小数",
        #[serde(default, skip_serializing_if = "Option::is_none")] measures: Maybe<Measures> = "数量" "按数量计罚的填，如“面积12.5、天数4”",
        #[serde(default, skip_serializing_if = "Option::is_none")] branch: Maybe<BranchId> = "情形" "规定按情形分别定数额的填",
        #[serde(default, skip_serializing_if = "Option::is_none")] factors: Maybe<Vec<FactorId>> = "裁量因素" "查明的因素；依裁量基准提出档次和幅度",
        #[serde(default, skip_serializing_if = "Option::is_none")] tier: Maybe<TierName> = "裁量档次",
        #[serde(default, skip_serializing_if = "Option::is_none")] departure: Maybe<Words> = "离开基准的理由" "罚款不在基准提出的幅度内、减轻或者从轻从重并存的写明",
        lightening: Lightening = "从轻减轻",
        hearing_right: bool = "听证权" "个人五千元以上、单位五万元以上等应当告知听证权",
    }
    /// The party confirmed where and how documents reach it.
    AddressConfirmed "送达地址确认" on Party [] Both Service ["address_confirmation"] "处罚法61" {
        electronic: bool = "同意电子送达",
        address: Words = "送达地址",
    }
    /// A document is sent electronically.
    SentElectronically "电子送达发送" on Document [PriorNotice OrderedToCorrect HearingRefused HearingNotified HearingEnded PenaltyDecided PenaltyWaived UnprovenDecided DecisionRevoked DecisionChanged Corrected OrderedToStop DemolitionOrdered EvidenceRegistered RegisteredDisposed SeizureExtended SeizureLifted Demanded EnforcementDecided SubstituteDecided ImmediateSubstituted PostponementDecided SurchargeCharged] Both Service [] "处罚法61" {
        channel: Channel = "途径",
    }
    /// A document is served by public notice.
    NoticePosted "公告送达发布" on Document [PriorNotice OrderedToCorrect HearingNotified PenaltyDecided PenaltyWaived UnprovenDecided DemolitionOrdered Demanded EnforcementDecided SubstituteDecided DecisionRevoked DecisionChanged] Both Service [] "处罚法61；沪城管执法条例25" {
        place: String = "公告处所",
        reason: Words = "理由" "下落不明或者其他方式无法送达的情况",
    }
    /// A document reached the party.
    Served "送达" on Document [PriorNotice OrderedToCorrect HearingRefused HearingNotified HearingEnded PenaltyDecided PenaltyWaived UnprovenDecided DecisionRevoked DecisionChanged Corrected OnSpotPenalty OrderedToStop DemolitionOrdered EvidenceRegistered RegisteredDisposed SeizureExtended SeizureLifted Demanded EnforcementDecided SubstituteDecided ImmediateSubstituted PostponementDecided SurchargeCharged] Reported Service ["served_return"] "处罚法61" {
        way: ServiceWay = "方式" "日期填签收、留置之日；邮寄的填签收之日，公告的填视为送达之日",
        receipt: bool = "送达回证" "有受送达人或者见证人签字的回证、邮件回执或者系统回执",
        files: Vec<Blob> = "附件",
    }
    /// The party stated its view or defended itself.
    Defended "陈述申辩" on Party [] Reported Notice ["defence_record"] "处罚法45" {
        content: Words = "陈述申辩内容" "一行写一点，复核时逐点答复",
        files: Vec<Blob> = "附件",
    }
    /// The party gave up a right, clearly.
    Waived "放弃权利" on Party [] Reported Notice [] "处罚法62" {
        waiver: Waiver = "放弃的权利",
        files: Vec<Blob> = "附件",
    }
    /// A defence was checked and answered.
    Rechecked "申辩复核" on Item [Defended] Both Notice ["recheck_opinion"] "处罚法45；部令55-22" {
        result: DefenceResult = "复核结论",
        answer: Words = "复核意见",
    }
    /// The party asked for a hearing.
    HearingAsked "听证申请" on Party [] Reported Hearing [] "处罚法64；沪听证16" {
        posted: Maybe<Day> = "邮戳日" "邮寄申请的填邮戳日期",
        files: Vec<Blob> = "附件",
    }
    /// A hearing is refused.
    HearingRefused "不予听证" on Party [] Both Hearing ["hearing_refusal"] "沪听证16" {
        ground: HearingRefusal = "不予听证事由",
        reason: Words = "理由",
    }
    /// The party is told when, where and before whom the hearing is held.
    HearingNotified "听证通知" on Party [] Both Hearing ["hearing_notice"] "处罚法64；沪听证17、18" {
        day: Day = "听证日",
        time: Time = "听证时间",
        place: String = "听证地点",
        chair: PersonId = "主持人",
        members: Vec<PersonId> = "听证员",
        clerk: PersonId = "记录员",
        open: bool = "公开举行" "涉及国家秘密、商业秘密或者个人隐私的不公开",
        announced: Maybe<Day> = "公告日" "公开举行的填公告之日",
    }
    /// The hearing was held.
    HearingHeld "举行听证" on Party [] Reported Hearing ["hearing_record"] "处罚法64、65；沪听证22" {
        record: Words = "听证笔录",
        signature: Signature = "签字",
        files: Vec<Blob> = "附件",
    }
    /// The hearing ended without being held out.
    HearingEnded "听证终止" on Party [] Both Hearing ["hearing_end_notice"] "处罚法64；沪听证27" {
        ground: HearingEnd = "终止事由",
        reason: Words = "理由",
    }
    /// The chair reported on the hearing.
    HearingReported "听证报告" on Party [] Both Hearing ["hearing_report"] "沪听证25" {
        opinion: Words = "听证意见",
    }
    /// The legal reviewer gave an opinion.
    LegallyReviewed "法制审核" on Case [] Both Review ["legal_review"] "处罚法58；部令55-24、25" {
        reviewer: PersonId = "审核人",
        received: Day = "送审日",
        result: ReviewResult = "结论",
        opinion: Words = "审核意见",
    }
    /// The heads discussed the case together.
    Discussed "集体讨论" on Case [] Both Review ["discussion_record"] "处罚法57" {
        heads: Vec<PersonId> = "出席负责人",
        conclusion: Words = "讨论结论",
    }
    /// A penalty is decided.
    PenaltyDecided "处罚决定" on Party [] Both Decision ["penalty_decision"] "处罚法57、59" {
        conducts: Vec<ConductNo> = "违法行为",
        facts: Words = "违法事实",
        evidence_summary: Words = "证据",
        reason: Words = "理由和依据",
        sorts: Vec<Sort> = "种类",
        fine: Fen = "罚款" "不罚款的填0元",
        gains: Maybe<Fen> = "没收违法所得",
        property: Maybe<Fen> = "没收财物价值",
        area: Maybe<Hundredths> = "面积",
        #[serde(default, skip_serializing_if = "Option::is_none")] measures: Maybe<Measures> = "数量" "按数量计罚的填，如“面积12.5、天数4”",
        #[serde(default, skip_serializing_if = "Option::is_none")] branch: Maybe<BranchId> = "情形" "规定按情形分别定数额的填",
        #[serde(default, skip_serializing_if = "Option::is_none")] factors: Maybe<Vec<FactorId>> = "裁量因素" "查明的因素；依裁量基准提出档次和幅度",
        #[serde(default, skip_serializing_if = "Option::is_none")] tier: Maybe<TierName> = "裁量档次",
        #[serde(default, skip_serializing_if = "Option::is_none")] departure: Maybe<Words> = "离开基准的理由" "罚款不在基准提出的幅度内、减轻或者从轻从重并存的写明",
        lightening: Lightening = "从轻减轻",
        pay_to: Maybe<String> = "缴款方式" "收款银行和账号，并写明“地址：”",
        cites_hearing: bool = "载明听证" "经过听证的，决定依据并载明听证笔录",
        head: PersonId = "负责人",
    }
    /// No penalty is given although the facts stand.
    PenaltyWaived "不予处罚决定" on Party [] Both Decision ["no_penalty_decision"] "处罚法33、57" {
        conducts: Vec<ConductNo> = "违法行为",
        ground: WaiveGround = "不予处罚事由",
        facts: Words = "违法事实",
        reason: Words = "理由和依据",
        head: PersonId = "负责人",
    }
    /// The facts do not stand.
    UnprovenDecided "事实不成立决定" on Party [] Both Decision ["unproven_decision"] "处罚法57" {
        conducts: Vec<ConductNo> = "违法行为",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The party was taught instead of punished.
    Educated "教育" on Party [] Both Decision ["education_record"] "处罚法33" {
        content: Words = "教育内容",
    }
    /// A penalty of the simple procedure. It may open a case; then it brings party and conduct.
    OnSpotPenalty "当场处罚" on Case [] Both Decision ["on_spot_decision"] "处罚法51、52" {
        matter: MatterCode = "事项",
        conduct_day: Day = "行为终了日",
        place: String = "地点",
        party_kind: PartyKind = "当事人",
        party_born: Maybe<Day> = "出生日期",
        party_incapable: Maybe<bool> = "无责任能力",
        party_key: PartyKey = "当事人标识",
        facts: Words = "违法事实",
        reason: Words = "理由和依据",
        sorts: Vec<Sort> = "种类",
        fine: Fen = "罚款" "警告的填0元",
        area: Maybe<Hundredths> = "面积",
        #[serde(default, skip_serializing_if = "Option::is_none")] measures: Maybe<Measures> = "数量" "按数量计罚的填，如“面积12.5、天数4”",
        #[serde(default, skip_serializing_if = "Option::is_none")] branch: Maybe<BranchId> = "情形" "规定按情形分别定数额的填",
        #[serde(default, skip_serializing_if = "Option::is_none")] factors: Maybe<Vec<FactorId>> = "裁量因素" "查明的因素；依裁量基准提出档次和幅度",
        #[serde(default, skip_serializing_if = "Option::is_none")] tier: Maybe<TierName> = "裁量档次",
        #[serde(default, skip_serializing_if = "Option::is_none")] departure: Maybe<Words> = "离开基准的理由" "罚款不在基准提出的幅度内、减轻或者从轻从重并存的写明",
        lightening: Lightening = "从轻减轻",
        certificate_shown: bool = "出示证件",
        defence_heard: bool = "听取申辩",
        correction: SpotCorrection = "改正",
        handed_over: HandOver = "交付",
        #[serde(default, skip_serializing_if = "Vec::is_empty")] files: Vec<Blob> = "照片",
        #[serde(default, skip_serializing_if = "Option::is_none")] campaign: Maybe<u32> = "专项整治" "专项整治中发现的，填台账里的编号",
    }
    /// An on-spot penalty is reported to the organ for the record.
    OnSpotFiled "当场处罚备案" on Document [OnSpotPenalty] Both Closing [] "处罚法52；部令55-14" {
        receiver: PersonId = "备案经办人",
    }
    /// A fine is taken in cash on the spot.
    CashCollected "当场收缴" on Document [OnSpotPenalty PenaltyDecided] Both Execution ["cash_register"] "处罚法68、69、70" {
        amount: Fen = "金额",
        ground: CashGround = "收缴事由",
        receipt: String = "票据号" "国务院或者省级财政部门统一制发的专用票据",
    }
    /// Officers hand cash in to the organ.
    CashHandedIn "罚款上缴" on Item [CashCollected] Both Execution ["cash_register"] "处罚法71" {
        receipt: String = "收据号",
    }
    /// The organ pays cash into the bank.
    CashDeposited "罚款缴付银行" on Item [CashCollected] Both Execution ["cash_register"] "处罚法71" {
        receipt: String = "缴款凭证号",
    }
    /// A fine was paid at the bank or electronically.
    FinePaid "缴款" on Document [PenaltyDecided OnSpotPenalty] Reported Execution [] "处罚法67" {
        amount: Fen = "金额",
        receipt: String = "票据号",
    }
    /// The party asks to pay later or in parts.
    PostponementAsked "延期分期申请" on Document [PenaltyDecided OnSpotPenalty] Reported Execution ["postponement_application"] "处罚法66" {
        reason: Words = "理由",
    }
    /// The request is answered.
    PostponementDecided "延期分期决定" on Item [PostponementAsked] Both Execution ["postponement_decision"] "处罚法66" {
        approve: bool = "批准",
        until: Day = "最后缴款日" "分期的填最后一期",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The surcharge for paying late, as it stands on a day.
    SurchargeCharged "加处罚款" on Document [PenaltyDecided OnSpotPenalty] Both Execution ["surcharge_notice"] "处罚法72；强制法45" {
        upto: Day = "计算至",
        amount: Fen = "加处罚款数额" "至该日的累计数额",
    }
    /// A surcharge was paid.
    SurchargePaid "缴纳加处罚款" on Document [PenaltyDecided OnSpotPenalty] Reported Execution [] "处罚法72" {
        amount: Fen = "金额",
        receipt: String = "票据号",
    }
    /// The party is asked once more to perform, before force or court.
    Demanded "催告" on Document [PenaltyDecided OnSpotPenalty OrderedToCorrect DemolitionOrdered SubstituteDecided] Both Execution ["performance_demand"] "强制法35、51、54" {
        requirement: Words = "履行内容和方式",
        amount: Maybe<Fen> = "金额",
        until: Day = "履行期限",
        rights_told: bool = "告知陈述申辩权",
    }
    /// The party answers the demand.
    DemandAnswered "催告陈述申辩" on Item [Demanded] Reported Execution ["defence_record"] "强制法36" {
        content: Words = "陈述申辩内容" "一行写一点，复核时逐点答复",
    }
    /// The answer is checked.
    DemandRechecked "催告申辩复核" on Item [DemandAnswered] Both Execution ["recheck_opinion"] "强制法36" {
        result: DefenceResult = "复核结论",
        answer: Words = "复核意见",
    }
    /// Enforcement by the organ is decided.
    EnforcementDecided "强制执行决定" on Document [PenaltyDecided OnSpotPenalty OrderedToCorrect DemolitionOrdered] Both Execution ["enforcement_decision"] "强制法37" {
        way: EnforceWay = "执行方式",
        hiding: bool = "转移隐匿财物" "有证据证明有转移或者隐匿财物迹象的，可以立即决定",
        reason: Words = "理由和依据",
        head: PersonId = "负责人",
    }
    /// Enforcement takes place.
    EnforcementStarted "实施强制执行" on Document [EnforcementDecided] Both Execution ["enforcement_record"] "强制法37、43" {
        urgent: bool = "情况紧急",
        record: Words = "执行记录",
    }
    /// Enforcement stands still.
    EnforcementSuspended "中止执行" on Document [EnforcementDecided SubstituteDecided] Both Execution [] "强制法39" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// Enforcement goes on.
    EnforcementResumed "恢复执行" on Document [EnforcementDecided SubstituteDecided] Both Execution [] "强制法39" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// Enforcement of a decision ends for good.
    EnforcementEnded "终结执行" on Document [PenaltyDecided OnSpotPenalty] Both Execution [] "强制法40" {
        ground: EnforcementEnd = "终结事由",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// Organ and party agree how the party performs.
    EnforcementAgreed "执行协议" on Document [EnforcementDecided] Both Execution [] "强制法42" {
        terms: Words = "协议内容",
        until: Day = "履行期限",
        remedied: bool = "已采取补救措施",
        surcharge_cut: Maybe<Fen> = "减免加处罚款",
        head: PersonId = "负责人",
    }
    /// Somebody else is to perform at the party's cost.
    SubstituteDecided "代履行决定" on Document [OrderedToCorrect OrderedToStop] Both Execution ["substitute_decision"] "强制法50、51" {
        danger: bool = "危害后果" "已经或者将危害交通安全、造成污染或者破坏自然资源",
        performer: String = "代履行人",
        disinterested: bool = "无利害关系",
        budget: Fen = "费用预算",
        on: Day = "代履行日",
        reason: Words = "理由和依据",
        head: PersonId = "负责人",
    }
    /// The substitute performed.
    SubstitutePerformed "实施代履行" on Document [SubstituteDecided] Both Execution ["enforcement_record"] "强制法51" {
        cost: Fen = "实际费用" "按照成本合理确定",
        signed: bool = "执行文书签名",
        urgent: bool = "情况紧急",
        record: Words = "执行记录",
    }
    /// Spills or obstacles on a road, river or public place are removed at once.
    ImmediateSubstituted "立即代履行" on Party [] Both Execution ["immediate_substitute_notice"] "强制法52" {
        place: String = "地点",
        public_place: bool = "道路河道公共场所",
        unable: bool = "当事人不能清除",
        present: bool = "当事人在场",
        record: Words = "执行记录",
    }
    /// A demolition is announced.
    DemolitionAnnounced "拆除公告" on Document [DemolitionOrdered] Both Execution ["demolition_announcement"] "强制法44" {
        place: String = "公告处所",
        until: Day = "自行拆除期限",
    }
    /// The government decides on forced demolition.
    DemolitionMandated "政府强制拆除决定" on Document [DemolitionOrdered] Reported Execution [] "强制法44；沪拆违规定10" {
        authority: String = "作出机关",
        number: String = "文号",
    }
    /// A building is demolished by force.
    DemolitionCarriedOut "强制拆除" on Document [DemolitionOrdered] Both Execution ["enforcement_record"] "强制法43、44；沪拆违规定10、11" {
        urgent: bool = "情况紧急",
        utilities_cut: bool = "停水停电停气",
        record: Words = "执行记录",
    }
    /// The party demolished by itself, or performed what it was ordered.
    DemolitionPerformed "自行拆除" on Document [DemolitionOrdered] Reported Execution [] "强制法44" {
        finding: Words = "查看情况",
    }
    /// The court is asked to enforce.
    CourtApplied "申请法院强制执行" on Document [PenaltyDecided OnSpotPenalty OrderedToCorrect DemolitionOrdered] Both Execution ["court_application"] "处罚法72；强制法53、54、55" {
        court: String = "人民法院",
        reason: Words = "申请理由",
        head: PersonId = "负责人",
    }
    /// The court ruled.
    CourtRuled "法院裁定" on Item [CourtApplied] Reported Execution [] "强制法56、57、58" {
        result: CourtResult = "裁定结果",
    }
    /// A suspected crime is reported to the head.
    CrimeReported "涉罪报告" on Case [] Both Decision ["crime_report"] "移送规定5" {
        report: Words = "核实情况",
    }
    /// The head answers whether to transfer.
    CrimeAnswered "负责人批复" on Case [] Both Decision [] "移送规定5" {
        approve: bool = "批准移送",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The case is transferred to the police.
    CrimeTransferred "移送公安" on Case [] Both Decision ["crime_transfer"] "处罚法27；移送规定6" {
        to: String = "接收机关",
    }
    /// The police answered.
    PoliceAnswered "公安答复" on Case [] Reported Decision [] "移送规定7、8" {
        filed: bool = "立案侦查" "不予立案、撤销案件或者终结的填否",
        reason: Words = "理由",
    }
    /// The police are asked to look again at their refusal.
    PoliceReviewAsked "提请公安复议" on Case [] Both Decision [] "移送规定9" {
        reason: Words = "理由",
    }
    /// The inquiry goes on here after the police let a transferred case go.
    CaseReopened "恢复办理" on Case [] Both Inquiry [] "移送规定10" {
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// A review or suit was brought against a decision; the day is that on which the organ received the copy.
    DisputeOpened "复议诉讼提起" on Document [PenaltyDecided PenaltyWaived OnSpotPenalty OrderedToCorrect DemolitionOrdered Seized EnforcementDecided SubstituteDecided] Reported Execution [] "复议法20；行诉法46" {
        sort: DisputeKind = "类别",
        authority: String = "受理机关",
    }
    /// The organ replied with its evidence.
    DisputeReplied "答复答辩" on Item [DisputeOpened] Both Execution ["review_reply"] "复议法48、54；行诉法67" {
        evidence: Vec<ActNo> = "证据" "提交的据以作出决定的笔录和证据",
        reply: Words = "答复内容",
    }
    /// The decision is not to be enforced for the time being.
    StayOrdered "停止执行" on Item [DisputeOpened] Reported Execution [] "处罚法73；复议法42；行诉法56" {
        authority: String = "决定机关",
    }
    /// The review or suit is over.
    DisputeEnded "复议诉讼结果" on Item [DisputeOpened] Reported Execution [] "复议法62；行诉法69、70" {
        result: DisputeResult = "结果",
    }
    /// A decision is published.
    Published "公示" on Document [PenaltyDecided OnSpotPenalty] Both Publicity [] "处罚法48；部令55-10" {
        platform: String = "平台",
        #[serde(default, skip_serializing_if = "Option::is_none")] masked: Maybe<bool> = "已隐去个人信息",
    }
    /// A published decision is taken down.
    Withdrawn "撤回公示" on Document [PenaltyDecided OnSpotPenalty] Both Publicity ["withdrawal_note"] "处罚法48" {
        reason: Words = "理由",
        #[serde(default, skip_serializing_if = "Option::is_none")] credit_told: Maybe<bool> = "已告知信用平台",
    }
    /// The party asks for repair of its credit.
    CreditRepairAsked "信用修复申请" on Document [PenaltyDecided] Reported Publicity [] "信用修复办法4" {
        files: Vec<Blob> = "附件",
    }
    /// The request is answered.
    CreditRepairDecided "信用修复决定" on Item [CreditRepairAsked] Both Publicity [] "信用修复办法4" {
        granted: bool = "予以修复",
        reason: Words = "理由",
    }
    /// A decision is revoked.
    DecisionRevoked "撤销决定" on Document [PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty] Both Decision ["revocation"] "处罚法75" {
        by: UndoneBy = "撤销机关",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// A decision is changed in the party's favour; it stands with the new content.
    DecisionChanged "变更决定" on Document [PenaltyDecided OnSpotPenalty] Both Decision ["change_decision"] "处罚法75；复议法63" {
        by: UndoneBy = "变更机关",
        sorts: Vec<Sort> = "种类",
        fine: Fen = "罚款",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// A slip in a document is corrected; no fact changes.
    Corrected "补正更正" on Document [PriorNotice OrderedToCorrect HearingNotified PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty OrderedToStop DemolitionOrdered Seized Demanded EnforcementDecided SubstituteDecided] Both Closing ["correction_slip"] "部令55-28" {
        text: Words = "更正内容",
    }
    /// An act entered by mistake is void: the case is read as if it had not been entered.
    Voided "作废" on Item [] Live Closing [] "处罚法47" {
        reason: Words = "理由",
    }
    /// The case ends without an outcome for the party.
    CaseEnded "终止调查" on Case [] Both Closing ["case_end_approval"] "部令55-31" {
        ground: EndGround = "终止事由",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The case is closed.
    Closed "结案" on Case [] Both Closing ["closing_report"] "部令55-31" {
        summary: Words = "结案说明",
        head: PersonId = "负责人",
    }
    /// The file goes to the archive, one case one volume.
    Archived "归档" on Case [] Both Closing ["file_cover"] "部令55-40" {
        volume: String = "案卷号",
    }
}
