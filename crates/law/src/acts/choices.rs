//! The fixed choices a field offers.

use serde::{Deserialize, Serialize};

use super::value::{FieldType, Names, Value};

macro_rules! choices {
    ($( $(#[doc = $doc:literal])* $name:ident { $( $variant:ident $key:literal $label:literal ),* $(,)? } )*) => { $(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $( #[doc = $label] #[serde(rename = $key)] $variant ),* }

        impl $name {
            /// Every choice as (key, label), in the order of the form.
            pub const ALL: &'static [(&'static str, &'static str)] = &[$( ($key, $label) ),*];

            /// The Chinese word.
            pub fn label(self) -> &'static str {
                match self { $( $name::$variant => $label ),* }
            }
        }

        impl Value for $name {
            const TYPE: FieldType = FieldType::Choice($name::ALL);
            fn read(text: &str, _: &dyn Names) -> Result<Self, String> {
                match text {
                    $( $key | $label => Ok($name::$variant), )*
                    _ => Err(format!("“{text}”不在可选项之内，可选：{}", [$($label),*].join("、"))),
                }
            }
            fn write(&self) -> String {
                self.label().to_owned()
            }
        }
    )* };
}

choices! {
    /// Where a clue came from (部令55-15).
    ClueSource {
        Patrol "patrol" "巡查发现", Complaint "complaint" "投诉举报", Hotline "hotline" "热线工单", Device "device" "电子监控",
        Superior "superior" "上级交办", Transferred "transferred" "部门移送", Confession "confession" "主动供述", Other "other" "其他",
    }
    /// What a party is. The lines of fines and hearings differ by it (处罚法51; 沪听证4).
    PartyKind { Person "person" "个人", Unit "unit" "单位" }
    /// What the check of a clue found.
    ClueOutcome { File "file" "应当立案", Refuse "refuse" "不予立案", Transfer "transfer" "移送其他机关" }
    /// How a record was closed with the person it is about.
    Signature { Signed "signed" "签字确认", Refused "refused" "拒绝签字已注明", Absent "absent" "不在场已注明" }
    /// Who was interviewed.
    Interviewee { Party "party" "当事人", Witness "witness" "证人", Agent "agent" "代理人" }
    /// The eight kinds of evidence (处罚法46).
    EvidenceKind {
        Document "document" "书证", Object "object" "物证", Recording "recording" "视听资料", Electronic "electronic" "电子数据",
        Witness "witness" "证人证言", Statement "statement" "当事人的陈述", Expert "expert" "鉴定意见", Scene "scene" "勘验笔录现场笔录",
    }
    /// What the check of evidence came to.
    EvidenceResult { Accepted "accepted" "查证属实", Excluded "excluded" "予以排除" }
    /// Why a case stands still (部令55-30).
    SuspendGround {
        Court "court" "须以其他案件结果为依据", Unclear "unclear" "须待有权机关解释法律适用", Vanished "vanished" "当事人下落不明",
        Force "force" "不可抗力", Other "other" "其他",
    }
    /// What the final report proposes (处罚法57).
    Outcome { Penalise "penalise" "给予处罚", Waive "waive" "不予处罚", Unproven "unproven" "事实不成立", Transfer "transfer" "移送司法" }
    /// Whether the penalty is lightened: 从轻 stays within the range, 减轻 goes below it (处罚法30、32).
    Lightening { None "none" "无", Lighter "lighter" "从轻", Mitigated "mitigated" "减轻" }
    /// How a document reached the party (处罚法61).
    ServiceWay {
        Direct "direct" "直接送达", Left "left" "留置送达", Post "post" "邮寄送达", Entrusted "entrusted" "委托送达",
        Electronic "electronic" "电子送达", Announced "announced" "公告送达",
    }
    /// By which electronic channel a document was sent.
    Channel { Message "message" "短信", Email "email" "电子邮件", Fax "fax" "传真", App "app" "移动应用" }
    /// What a party gave up (处罚法62).
    Waiver { Defence "defence" "放弃陈述申辩", Hearing "hearing" "放弃听证", Both "both" "均放弃" }
    /// What came of a defence (处罚法45).
    DefenceResult { Accepted "accepted" "采纳", Partly "partly" "部分采纳", Rejected "rejected" "不采纳" }
    /// Why a hearing is refused (沪听证16).
    HearingRefusal { Late "late" "逾期提出", Outside "outside" "不属于听证范围" }
    /// Why a hearing ended without being held out (处罚法64；沪听证27).
    HearingEnd { Absent "absent" "无正当理由缺席", Left "left" "中途退场", Withdrawn "withdrawn" "撤回申请", Other "other" "其他" }
    /// The opinion of legal review (部令55-25).
    ReviewResult { Pass "pass" "同意", Fix "fix" "建议纠正", Supplement "supplement" "退回补充调查", Reject "reject" "不同意" }
    /// Why no penalty is given (处罚法30、31、33、36).
    WaiveGround {
        Minor "minor" "轻微及时改正未造成危害后果", First "first" "初次违法危害后果轻微及时改正", NoFault "no_fault" "足以证明无主观过错",
        Under14 "under14" "不满十四周岁", Incapable "incapable" "不能辨认控制自己行为", Lapsed "lapsed" "超过处罚时效",
    }
    /// Whether the written decision was handed over on the spot (处罚法52).
    HandOver { Signed "signed" "当场交付并签收", Refused "refused" "当场交付拒签已注明", Not "not" "未当场交付" }
    /// How correction was secured with an on-spot penalty (处罚法28).
    SpotCorrection { Done "done" "已经当场改正", Ordered "ordered" "责令改正", Not "not" "未责令改正" }
    /// Why a fine was taken in cash (处罚法68、69).
    CashGround { Small "small" "一百元以下", Hard "hard" "事后难以执行", Remote "remote" "交通不便当事人提出" }
    /// Who undid or changed a decision.
    UndoneBy { Own "own" "本机关自行", Review "review" "行政复议", Court "court" "人民法院" }
    /// Who asks that an officer withdraw (处罚法43).
    RecusalBy { Party "party" "当事人申请", Officer "officer" "自行回避", Organ "organ" "机关指令" }
    /// Where registered evidence is kept.
    KeptAt { Place "place" "就地保存", Organ "organ" "异地保存" }
    /// The five ways to deal with registered evidence (部令55-19).
    RegisteredWay {
        Recorded "recorded" "记录复制后返还", Tested "tested" "送交检测鉴定", Seized "seized" "转为查封扣押", Confiscated "confiscated" "依法没收",
        Released "released" "解除登记保存",
    }
    /// How a seizure was approved (强制法18、19).
    SeizeApproval { Before "before" "事前批准", Urgent "urgent" "情况紧急当场实施" }
    /// Why a seizure is lifted (强制法28).
    LiftGround {
        NoViolation "no_violation" "没有违法行为", Unrelated "unrelated" "与违法行为无关", Decided "decided" "已作处理决定不再需要",
        Expired "expired" "期限届满", Refused "refused" "负责人不予批准", NotNeeded "not_needed" "其他不再需要",
    }
    /// How goods are disposed of.
    DisposeWay {
        Confiscated "confiscated" "没收处理", Perishable "perishable" "易腐变卖", Unclaimed "unclaimed" "无人认领处理", Auctioned "auctioned" "拍卖抵缴罚款",
        Police "police" "移交公安机关",
    }
    /// How far an illegal building has come.
    Building { Finished "finished" "已经建成", Underway "underway" "正在建设" }
    /// How the organ enforces.
    EnforceWay { Auction "auction" "拍卖抵缴", Restore "restore" "排除妨碍恢复原状", Transfer "transfer" "划拨存款" }
    /// Why enforcement ends for good (强制法40).
    EnforcementEnd {
        Dead "dead" "公民死亡无遗产无义务承受人", Dissolved "dissolved" "单位终止无财产无义务承受人", Lost "lost" "执行标的灭失",
        Revoked "revoked" "据以执行的决定被撤销",
    }
    /// What the court said to an application (强制法56–58).
    CourtResult { Granted "granted" "准予执行", Refused "refused" "不准予执行", Rejected "rejected" "不予受理" }
    /// What was brought against a decision.
    DisputeKind { Review "review" "行政复议", Simplified "simplified" "行政复议简易程序", Suit "suit" "行政诉讼" }
    /// How it ended.
    DisputeResult {
        Upheld "upheld" "维持或者驳回", Revoked "revoked" "撤销", Changed "changed" "变更", Illegal "illegal" "确认违法", Invalid "invalid" "确认无效",
        Withdrawn "withdrawn" "撤回或者终止", Mediated "mediated" "调解",
    }
    /// Why a penalty is lightened (处罚法30–32).
    Mitigation {
        Remedied "remedied" "主动消除或者减轻危害后果", Coerced "coerced" "受他人胁迫或者诱骗", Confessed "confessed" "主动供述尚未掌握的违法行为",
        Helped "helped" "配合查处有立功表现", Minor "minor" "已满十四周岁不满十八周岁", Partial "partial" "尚未完全丧失责任能力", Other "other" "其他法定事由",
    }
    /// Why a case ended without an outcome for the party (部令55-31).
    EndGround { Dead "dead" "当事人死亡或者终止", NotOurs "not_ours" "移送其他机关", Crime "crime" "移送司法机关", Other "other" "其他" }
}

impl From<PartyKind> for crate::corpus::Party {
    fn from(kind: PartyKind) -> Self {
        match kind {
            PartyKind::Person => crate::corpus::Party::Person,
            PartyKind::Unit => crate::corpus::Party::Unit,
        }
    }
}
