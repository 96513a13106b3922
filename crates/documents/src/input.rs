//! What is written into a document: one typed value that every template reads.

use serde::{Deserialize, Serialize};

/// The version of [`Input`] this build writes. An issue keeps its input as text, so a changed shape is a new version; earlier ones are
/// read for ever. Version 2 added the sections from [`Input::case_number`] on.
pub const INPUT_VERSION: u16 = 2;

/// Everything a document says that is not in its template.
///
/// Plain frozen types: it is kept with the act that issued the document and must read back for ever. Unknown fields are
/// errors. A field that a kind does not use stays empty; which fields a kind needs is in its `kind.toml`.
/// Days are `2024-11-05`, times `14:30`, money integer fen. Free text may have several paragraphs, one a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Shape of this value: [`INPUT_VERSION`].
    pub version: u16,
    /// The organ that signs.
    pub organ: Organ,
    /// Document number 文号 as printed, e.g. `沪青城管罚字〔2024〕第000123号`.
    pub number: String,
    /// A title in place of the template's own.
    #[serde(default)]
    pub title: Option<String>,
    /// The party 当事人.
    pub party: Party,
    /// Further parties of the same document.
    #[serde(default)]
    pub others: Vec<Party>,
    /// Cause of the case 案由, e.g. `擅自占用道路设摊`.
    #[serde(default)]
    pub case_title: String,
    /// Days named in the text.
    pub days: Days,
    /// The facts found.
    #[serde(default)]
    pub facts: String,
    /// The evidence, one item a line of the list.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Why the law applies to the facts.
    #[serde(default)]
    pub reason: String,
    /// What the party said and how it was judged (处罚法45). None: it said nothing.
    #[serde(default)]
    pub defence: Option<String>,
    /// How the amount was weighed (处罚法34).
    #[serde(default)]
    pub discretion: Option<Discretion>,
    /// The provision broken.
    #[serde(default)]
    pub conduct_law: Option<Law>,
    /// The provision that allows the penalty, or the ground of not punishing.
    #[serde(default)]
    pub penalty_law: Option<Law>,
    /// Kinds of penalty in words; `罚款` takes its amount from [`fine`](Self::fine).
    #[serde(default)]
    pub sorts: Vec<String>,
    /// The fine in fen.
    #[serde(default)]
    pub fine: Option<i64>,
    /// The fine in capitals, e.g. `壹万贰仟元整`.
    #[serde(default)]
    pub fine_capital: Option<String>,
    /// The correction demanded.
    #[serde(default)]
    pub order: Option<Order>,
    /// Education given where no penalty is imposed (处罚法33第三款).
    #[serde(default)]
    pub education: Option<String>,
    /// The party may ask for a hearing (处罚法63).
    #[serde(default)]
    pub hearing_right: bool,
    /// The hearing: to be held (听证通知书) or held (decision).
    #[serde(default)]
    pub hearing: Option<Hearing>,
    /// Terms for the party's answer, in words.
    #[serde(default)]
    pub terms: Option<Terms>,
    /// How the fine is paid.
    #[serde(default)]
    pub pay: Option<Pay>,
    /// Where the party may turn.
    #[serde(default)]
    pub remedies: Option<Remedies>,
    /// The officers, at least two (处罚法42).
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// Where the conduct was found.
    #[serde(default)]
    pub place: String,
    /// Clock time of the conduct, on [`Days::conduct`].
    #[serde(default)]
    pub time: Option<String>,
    /// The service, for 送达回证.
    #[serde(default)]
    pub service: Option<Service>,
    /// Address of the page that verifies this document, e.g. `https://example.gov.cn/v/7F3K`. None: no code is printed.
    #[serde(default)]
    pub verify_url: Option<String>,
    /// Root of the newest checkpoint of the journal when the document was issued.
    #[serde(default)]
    pub checkpoint_root: Option<String>,
    /// Number of the case 案号, on papers that have no number of their own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub case_number: String,
    /// Who a letter goes to that is not the party: another organ, a court, a tester.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// The text of a record, an opinion, a demand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// What a form says besides, as label and value in order. A path `rows.来源` is the value of the row of that label.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// The paper this one is about: the decision that is demanded, corrected, withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Paper>,
    /// Goods or samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    /// Persons present.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Attendee>,
    /// Questions and answers of an interview.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Exchange>,
    /// Points, each with what is said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// Steps of an approval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinions: Vec<Opinion>,
    /// Receipts of money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// A term from a day to a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Span>,
    /// A sum of money other than the fine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Sum>,
    /// Papers of a file, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub index: Vec<Paper>,
}

/// The organ that signs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organ {
    /// Full name, printed in the head and above the date.
    pub name: String,
    /// Name in the seal, usually the full name.
    #[serde(default)]
    pub seal: String,
    /// Address for letters and visits.
    #[serde(default)]
    pub address: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// The organ's collecting bank; what a decision prints is [`Pay`].
    #[serde(default)]
    pub bank: String,
    /// Digest of the image of its seal. None: the seal is put on by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal_image: Option<String>,
}

/// A person or unit the document is addressed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Person or unit.
    pub kind: PartyKind,
    /// Name of the person or unit.
    pub name: String,
    /// Identity card number, or unified social credit code of a unit.
    #[serde(default)]
    pub id_number: String,
    /// Address: dwelling, or seat of a unit.
    #[serde(default)]
    pub address: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// Legal representative or person in charge of a unit.
    #[serde(default)]
    pub representative: String,
}

/// What a party is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A citizen 公民.
    #[default]
    Person,
    /// A legal person or other organisation 法人或者其他组织.
    Unit,
}

/// Days named in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Day of issue, printed at the end; also the creation date of the PDF.
    pub issued: String,
    /// Day of the conduct.
    #[serde(default)]
    pub conduct: Option<String>,
    /// Day of filing 立案.
    #[serde(default)]
    pub filed: Option<String>,
    /// Day the prior notice was served.
    #[serde(default)]
    pub notified: Option<String>,
}

/// A provision: its citation and, where the official text was imported, that text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Citation, e.g. `《上海市市容环境卫生管理条例》第二十四条第一款`.
    pub cite: String,
    /// Official text. None: only the citation is printed, and nothing is made up.
    #[serde(default)]
    pub text: Option<String>,
}

/// How the discretion was used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discretion {
    /// The factors weighed, as clauses.
    #[serde(default)]
    pub factors: Vec<String>,
    /// The published benchmark and the grade applied.
    pub benchmark: String,
}

/// A correction demanded (处罚法28).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What is to be done, as a clause without a full stop.
    pub demanded: String,
    /// Last day. None: at once.
    #[serde(default)]
    pub deadline: Option<String>,
}

/// A hearing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hearing {
    /// It has been held.
    #[serde(default)]
    pub held: bool,
    /// Its day.
    pub day: String,
    /// Its time.
    #[serde(default)]
    pub time: Option<String>,
    /// Its place.
    #[serde(default)]
    pub place: String,
    /// Held in public.
    #[serde(default)]
    pub public: bool,
    /// Chair 听证主持人.
    #[serde(default)]
    pub chair: String,
    /// Members 听证员.
    #[serde(default)]
    pub members: Vec<String>,
    /// Clerk 书记员.
    #[serde(default)]
    pub clerk: String,
}

/// Terms for the party's answer, in words and with their unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// For statement and defence, e.g. `五个工作日`.
    pub defend: String,
    /// For asking a hearing, e.g. `五个工作日`.
    #[serde(default)]
    pub hearing: String,
}

/// How the fine is paid (处罚法67、72，罚缴分离办法7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// Name of the collecting bank.
    pub bank: String,
    /// Address of the collecting bank.
    #[serde(default)]
    pub address: String,
    /// Account or payment code.
    #[serde(default)]
    pub account: String,
    /// Term in words, `十五日`.
    pub days: String,
    /// Daily surcharge in words, `百分之三`.
    pub surcharge: String,
    /// The fine was collected on the spot (处罚法68、69).
    #[serde(default)]
    pub on_spot: bool,
}

/// Where the party may turn (复议法20、23，行政诉讼法46).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedies {
    /// Reviewing authority, e.g. `上海市青浦区人民政府`.
    pub review_authority: String,
    /// Term for review in words, `六十日`.
    pub review_days: String,
    /// Court of first instance.
    pub court: String,
    /// Term for the suit in words, `六个月`.
    pub suit_months: String,
    /// Term for the suit after a review decision, in words, `十五日`.
    #[serde(default)]
    pub suit_after_review: String,
    /// Review comes before the suit (复议法23).
    #[serde(default)]
    pub review_first: bool,
}

/// An enforcement officer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// Name.
    pub name: String,
    /// Number of the enforcement certificate.
    pub certificate: String,
}

/// A service, as its return says. What is still open is left empty and filled in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What is served.
    #[serde(default)]
    pub documents: Vec<ServedDocument>,
    /// Way of service, e.g. `直接送达`.
    #[serde(default)]
    pub way: String,
    /// Place of service.
    #[serde(default)]
    pub place: String,
    /// Day of service.
    #[serde(default)]
    pub day: Option<String>,
    /// Time of service.
    #[serde(default)]
    pub time: Option<String>,
    /// Who took it.
    #[serde(default)]
    pub receiver: String,
    /// What the receiver is to the party.
    #[serde(default)]
    pub relation: String,
    /// Why it was refused.
    #[serde(default)]
    pub refusal: String,
    /// Witness of the refusal.
    #[serde(default)]
    pub witness: String,
    /// Remarks.
    #[serde(default)]
    pub note: String,
}

/// A document named in a service return.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServedDocument {
    /// Title.
    pub title: String,
    /// Number.
    pub number: String,
}

/// A line of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it is called.
    pub label: String,
    /// What it says.
    pub value: String,
}

/// A paper named in another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Title.
    pub title: String,
    /// Number, empty where it has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Its day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// A good or sample.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is.
    pub name: String,
    /// How many, with unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub quantity: String,
    /// Make and size.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spec: String,
    /// State it was found in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Number of the strip that seals it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seal: String,
}

/// Somebody present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// As what: `主持人`.
    pub role: String,
    /// Name.
    pub name: String,
}

/// A question and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The question.
    pub ask: String,
    /// The answer.
    pub answer: String,
}

/// A point and what is said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The point.
    pub point: String,
    /// What is said of it.
    pub answer: String,
    /// What comes of it, in a word: `部分采纳`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub result: String,
}

/// A step of an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// Whose: `机关负责人`.
    pub step: String,
    /// What was said.
    pub text: String,
    /// Who said it.
    pub name: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// A receipt of money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// What happened: `当场收缴`.
    pub what: String,
    /// Its number.
    pub number: String,
    /// The sum in fen; none where it is that of the receipt before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fen: Option<i64>,
    /// The day.
    pub day: String,
}

/// A term.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    pub until: String,
}

/// A sum of money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// In fen.
    pub fen: i64,
    /// In capitals.
    pub capital: String,
}

impl Input {
    /// The input as JSON to be kept with its issue: what is empty and may be left out is left out.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn kept(&self) -> Result<String, serde_json::Error> {
        use serde_json::Value::{Array, Bool, Null, Object};
        fn shed(value: &mut serde_json::Value) {
            match value {
                Object(fields) => {
                    fields.retain(|_, value| !matches!(value, Null | Bool(false)) && *value != Array(Vec::new()));
                    fields.values_mut().for_each(shed);
                }
                Array(values) => values.iter_mut().for_each(shed),
                _ => {}
            }
        }
        let mut value = serde_json::to_value(self)?;
        shed(&mut value);
        serde_json::to_string(&value)
    }

    /// Every day in the input, with its Chinese name.
    pub(crate) fn days(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let days = &self.days;
        [
            ("落款日期", Some(&days.issued)),
            ("违法行为日期", days.conduct.as_ref()),
            ("立案日期", days.filed.as_ref()),
            ("告知书送达日期", days.notified.as_ref()),
            ("改正期限", self.order.as_ref().and_then(|order| order.deadline.as_ref())),
            ("听证日期", self.hearing.as_ref().map(|hearing| &hearing.day)),
            ("送达日期", self.service.as_ref().and_then(|service| service.day.as_ref())),
            ("所涉文书日期", self.about.as_ref().and_then(|about| about.day.as_ref())),
            ("期限起始日期", self.term.as_ref().and_then(|term| term.from.as_ref())),
            ("期限届满日期", self.term.as_ref().map(|term| &term.until)),
        ]
        .into_iter()
        .chain(self.opinions.iter().map(|opinion| ("审批日期", opinion.day.as_ref())))
        .chain(self.receipts.iter().map(|receipt| ("票据日期", Some(&receipt.day))))
        .chain(self.index.iter().map(|paper| ("卷内文书日期", paper.day.as_ref())))
        .filter_map(|(name, day)| Some((name, day?.as_str())))
    }

    /// Every clock time in the input, with its Chinese name.
    pub(crate) fn times(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("违法行为时间", self.time.as_ref()),
            ("听证时间", self.hearing.as_ref().and_then(|hearing| hearing.time.as_ref())),
            ("送达时间", self.service.as_ref().and_then(|service| service.time.as_ref())),
        ]
        .into_iter()
        .filter_map(|(name, time)| Some((name, time?.as_str())))
    }
}

/// Chinese name of the field at a path, for messages. None: a path no message can name.
pub(crate) fn label(path: &str) -> Option<&'static str> {
    Some(match path {
        "organ.name" => "机关名称",
        "organ.address" => "机关地址",
        "organ.phone" => "机关联系电话",
        "number" => "文号",
        "party.name" => "当事人姓名或者名称",
        "party.address" => "当事人地址",
        "case_title" => "案由",
        "days.issued" => "落款日期",
        "days.conduct" => "违法行为日期",
        "facts" => "违法事实",
        "evidence" => "证据",
        "reason" => "理由",
        "conduct_law" | "conduct_law.cite" => "违反的条款",
        "penalty_law" | "penalty_law.cite" => "处罚依据",
        "sorts" => "处罚种类",
        "fine" => "罚款数额",
        "fine_capital" => "罚款大写数额",
        "order" | "order.demanded" => "责令改正的内容",
        "order.deadline" => "改正期限",
        "hearing" | "hearing.day" => "听证日期",
        "hearing.time" => "听证时间",
        "hearing.place" => "听证地点",
        "hearing.chair" => "听证主持人",
        "hearing.clerk" => "听证书记员",
        "terms" | "terms.defend" => "陈述、申辩期限",
        "terms.hearing" => "申请听证期限",
        "pay" => "缴款方式",
        "pay.bank" => "代收机构名称",
        "pay.address" => "代收机构地址",
        "pay.days" => "缴款期限",
        "pay.surcharge" => "加处罚款的比例",
        "remedies" | "remedies.review_authority" => "行政复议机关",
        "remedies.review_days" => "申请行政复议的期限",
        "remedies.court" => "管辖法院",
        "remedies.suit_months" => "提起行政诉讼的期限",
        "remedies.suit_after_review" => "复议后提起行政诉讼的期限",
        "officers" => "执法人员及执法证号",
        "place" => "违法行为地点",
        "time" => "违法行为时间",
        "service" | "service.documents" => "送达文书名称和文号",
        "service.way" => "送达方式",
        "case_number" => "案号",
        "to" => "受文单位",
        "content" => "内容",
        "about" | "about.title" => "所涉文书",
        "about.number" => "所涉文书的文号",
        "items" => "物品清单",
        "people" => "在场人员",
        "questions" => "问答内容",
        "points" => "逐项意见",
        "opinions" => "审批意见",
        "receipts" => "票据",
        "term" | "term.until" => "期限届满日期",
        "sum" | "sum.fen" => "金额",
        "sum.capital" => "大写金额",
        "index" => "卷内文书",
        "education" => "教育内容",
        "discretion" => "裁量情况",
        _ => return None,
    })
}
