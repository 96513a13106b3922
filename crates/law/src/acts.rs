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
use crate::corpus::Sort;
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
    pub const EVIDENCE: &'static [Kind] = &[Kind::SceneRecorded, Kind::InterviewRecorded, Kind::EvidenceTaken];

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
    ClueRegistered "线索登记" on Case [] Both Clue [] "部令55-15" {
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
    }
    /// The clue was checked.
    ClueVerified "线索核查" on Case [] Both Clue [] "部令55-15" {
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
    FilingRefused "不予立案" on Case [] Both Filing [] "部令55-15" {
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
    EvidenceTaken "收集证据" on Case [] Both Inquiry [] "处罚法46" {
        sort: EvidenceKind = "证据种类",
        name: String = "名称",
        source: String = "来源" "提供人、提取地点、原件存放处",
        files: Vec<Blob> = "附件",
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
    CorrectionChecked "改正复查" on Document [OrderedToCorrect] Both Inquiry ["correction_check"] "处罚法28" {
        corrected: bool = "已改正",
        finding: Words = "复查情况",
    }
    /// The time for the case is extended.
    TermExtended "延长办案期限" on Case [] Both Inquiry [] "处罚法60；部令55-29" {
        days: u32 = "延长天数" "第一次不超过三十日；第二次不超过六十日，由负责人集体讨论",
        reason: Words = "理由",
        approvers: Vec<PersonId> = "批准负责人",
    }
    /// The case stands still.
    CaseSuspended "中止调查" on Case [] Both Inquiry [] "部令55-30" {
        ground: SuspendGround = "中止事由",
        reason: Words = "理由",
        head: PersonId = "负责人",
    }
    /// The case goes on.
    CaseResumed "恢复调查" on Case [] Both Inquiry [] "部令55-30" {
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
        lightening: Lightening = "从轻减轻",
        hearing_right: bool = "听证权" "个人五千元以上、单位五万元以上等应当告知听证权",
    }
    /// The party confirmed where and how documents reach it.
    AddressConfirmed "送达地址确认" on Party [] Both Service ["address_confirmation"] "处罚法61" {
        electronic: bool = "同意电子送达",
        address: Words = "送达地址",
    }
    /// A document is sent electronically.
    SentElectronically "电子送达发送" on Document [PriorNotice OrderedToCorrect HearingRefused HearingNotified HearingEnded PenaltyDecided PenaltyWaived UnprovenDecided DecisionRevoked DecisionChanged Corrected] Both Service [] "处罚法61" {
        channel: Channel = "途径",
    }
    /// A document reached the party.
    Served "送达" on Document [PriorNotice OrderedToCorrect HearingRefused HearingNotified HearingEnded PenaltyDecided PenaltyWaived UnprovenDecided DecisionRevoked DecisionChanged Corrected OnSpotPenalty] Reported Service ["service_return"] "处罚法61" {
        way: ServiceWay = "方式" "日期填签收、留置之日；邮寄的填签收之日，公告的填视为送达之日",
        receipt: bool = "送达回证" "有受送达人或者见证人签字的回证、邮件回执或者系统回执",
        files: Vec<Blob> = "附件",
    }
    /// The party stated its view or defended itself.
    Defended "陈述申辩" on Party [] Reported Notice ["defence_record"] "处罚法45" {
        content: Words = "陈述申辩内容",
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
    HearingEnded "听证终止" on Party [] Both Hearing [] "处罚法64；沪听证27" {
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
        lightening: Lightening = "从轻减轻",
        certificate_shown: bool = "出示证件",
        defence_heard: bool = "听取申辩",
        correction: SpotCorrection = "改正",
        handed_over: HandOver = "交付",
    }
    /// An on-spot penalty is reported to the organ for the record.
    OnSpotFiled "当场处罚备案" on Document [OnSpotPenalty] Both Closing [] "处罚法52；部令55-14" {
        receiver: PersonId = "备案经办人",
    }
    /// A fine is taken in cash on the spot.
    CashCollected "当场收缴" on Document [OnSpotPenalty PenaltyDecided] Both Execution [] "处罚法68、69、70" {
        amount: Fen = "金额",
        ground: CashGround = "收缴事由",
        receipt: String = "票据号" "国务院或者省级财政部门统一制发的专用票据",
    }
    /// Officers hand cash in to the organ.
    CashHandedIn "罚款上缴" on Item [CashCollected] Both Execution [] "处罚法71" {
        receipt: String = "收据号",
    }
    /// The organ pays cash into the bank.
    CashDeposited "罚款缴付银行" on Item [CashCollected] Both Execution [] "处罚法71" {
        receipt: String = "缴款凭证号",
    }
    /// A fine was paid at the bank or electronically.
    FinePaid "缴款" on Document [PenaltyDecided OnSpotPenalty] Reported Execution [] "处罚法67" {
        amount: Fen = "金额",
        receipt: String = "票据号",
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
    /// A decision is published.
    Published "公示" on Document [PenaltyDecided OnSpotPenalty] Both Publicity [] "处罚法48；部令55-10" {
        platform: String = "平台",
    }
    /// A published decision is taken down.
    Withdrawn "撤回公示" on Document [PenaltyDecided OnSpotPenalty] Both Publicity [] "处罚法48" {
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
    Corrected "补正更正" on Document [PriorNotice OrderedToCorrect HearingNotified PenaltyDecided PenaltyWaived UnprovenDecided OnSpotPenalty] Both Closing ["correction_slip"] "部令55-28" {
        text: Words = "更正内容",
    }
    /// An act entered by mistake is void: the case is read as if it had not been entered.
    Voided "作废" on Item [] Live Closing [] "处罚法47" {
        reason: Words = "理由",
    }
    /// The case ends without an outcome for the party.
    CaseEnded "终止调查" on Case [] Both Closing [] "部令55-31" {
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
    Archived "归档" on Case [] Both Closing [] "部令55-40" {
        volume: String = "案卷号",
    }
}
