//! The acts of a ticket as the page offers them: which may be done and why not, what each asks, and the act a sent form describes.

use intake::read::{ActRow, File};
use intake::{Act, Finding, RETURN_REASONS, SUSPENSIONS, Stage, decide};
use office::role::Right;

use super::super::{approves, bodies};
use crate::app::civil_minute;
use crate::form::Fields;
use crate::session::Who;
use crate::words::short_day;

/// An act as it stands in the list of what happened.
pub(super) struct ActShown {
    pub(super) label: &'static str,
    pub(super) icon: &'static str,
    pub(super) day: String,
    pub(super) shown: String,
    pub(super) text: String,
    pub(super) note: String,
    pub(super) case: Option<i64>,
    /// Another ticket that it names.
    pub(super) other: Option<i64>,
    /// Photographs, by digest.
    pub(super) files: Vec<String>,
    pub(super) recorded: String,
    pub(super) actor: String,
    pub(super) position: i64,
}

/// An act that may be done, or why it may not.
pub(super) struct Gate {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    /// Empty: it may be done.
    pub(super) why: String,
    pub(super) open: bool,
    /// What it asks; nothing for the acts that have a form of their own.
    pub(super) asks: Vec<Ask>,
    /// What the button says.
    pub(super) button: &'static str,
    /// What is said above the button.
    pub(super) says: String,
    /// It gives the ticket away.
    pub(super) away: bool,
}

/// One question of a form.
pub(super) struct Ask {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    /// `radio`, `select`, `date`, `text`, `long`, `files`.
    pub(super) kind: &'static str,
    pub(super) options: Vec<(String, String)>,
    pub(super) required: bool,
    /// What stands there before anything was typed.
    pub(super) value: String,
}

impl Ask {
    fn new(kind: &'static str, name: &'static str, label: &'static str) -> Ask {
        Ask { name, label, hint: "", kind, options: Vec::new(), required: true, value: String::new() }
    }

    fn hint(mut self, hint: &'static str) -> Ask {
        self.hint = hint;
        self
    }

    fn options(mut self, options: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) -> Ask {
        self.options = options.into_iter().map(|(value, label)| (value.into(), label.into())).collect();
        self
    }

    fn value(mut self, value: String) -> Ask {
        self.value = value;
        self
    }

    fn optional(mut self) -> Ask {
        self.required = false;
        self
    }
}

/// One act that happened.
pub(super) fn shown(
    row: &ActRow,
    unit_name: &dyn Fn(&str) -> String,
    matter_name: &dyn Fn(&str) -> String,
) -> ActShown {
    let yes = |yes: bool, a: &str, b: &str| if yes { a.to_owned() } else { b.to_owned() };
    let mut files = Vec::new();
    let mut other = None;
    let mut case = None;
    let (icon, text) = match &row.act {
        Act::Received(r) => ("inbox", format!("{} {}", r.channel.label(), r.kind.label())),
        Act::Classified { matters, body, spot, urgent } => {
            let mut parts: Vec<String> = matters.iter().map(|m| matter_name(m)).collect();
            parts.extend(body.as_deref().map(|b| format!("涉及{}", bodies::name(b))));
            parts.extend(spot.as_ref().map(|s| format!("地点：{}", s.name)));
            parts.extend(urgent.then(|| "紧急".to_owned()));
            ("scale", parts.join("；"))
        }
        Act::Assigned { unit, with, .. } if with.is_empty() => ("send", unit_name(unit)),
        Act::Assigned { unit, with, .. } => {
            let with: Vec<String> = with.iter().map(|u| unit_name(u)).collect();
            ("send", format!("{}主办，{}协办", unit_name(unit), with.join("、")))
        }
        Act::Contacted { reached, .. } => ("phone", yes(*reached, "已联系上", "没有联系上")),
        Act::Extended { .. } => ("clock", String::new()),
        Act::Suspended { reason, .. } => ("clock", reason_of(SUSPENSIONS, reason)),
        Act::Resumed {} => ("clock", String::new()),
        Act::Inspected { finding, files: photos, .. } => {
            files.clone_from(photos);
            ("eye", finding.label().to_owned())
        }
        Act::Drafted { solved, .. } => ("pen", yes(*solved, "拟按“已经解决”答复", "拟按“解释说明”答复")),
        Act::DraftReturned { .. } => ("pen", String::new()),
        Act::Answered { solved, shared, .. } => {
            other = *shared;
            ("doc", yes(*solved, "问题已经解决", "已经解释说明"))
        }
        Act::Closed {} => ("check", String::new()),
        Act::CalledBack { solved, satisfied } => {
            ("phone", format!("{}，{}", yes(*solved, "解决", "没有解决"), yes(*satisfied, "满意", "不满意")))
        }
        Act::Reopened { .. } => ("inbox", String::new()),
        Act::Joined { to, why, .. } => {
            other = Some(*to);
            ("merge", why.join("，"))
        }
        Act::Unjoined { .. } => ("merge", String::new()),
        Act::Linked { to } => {
            other = Some(*to);
            ("link", String::new())
        }
        Act::Returned { reason, body, .. } if body.is_empty() => ("x", reason_of(RETURN_REASONS, reason)),
        Act::Returned { reason, body, .. } => ("x", format!("{}。应由{body}办理", reason_of(RETURN_REASONS, reason))),
        Act::Transferred { name, .. } => ("send", format!("移送{name}")),
        Act::FollowUpSet { on } => ("clock", short_day(*on)),
        Act::FollowedUp { again, .. } => ("eye", yes(*again, "又出现了", "没有再出现")),
        Act::Led { case: to } => {
            case = Some(*to);
            ("folder", String::new())
        }
    };
    ActShown {
        label: row.act.label(),
        icon,
        day: row.happened.to_string(),
        shown: short_day(row.happened),
        text,
        note: row.note.clone().unwrap_or_default(),
        case,
        other,
        files,
        recorded: civil_minute(row.recorded_at),
        actor: match row.actor.as_str() {
            "complainant" => "诉求人（凭查询码）".to_owned(),
            login => login.to_owned(),
        },
        position: row.position,
    }
}

fn reason_of(reasons: &[(&str, &str)], code: &str) -> String {
    reasons.iter().find(|r| r.0 == code).map_or(code, |r| r.1).to_owned()
}

/// Every act the page may offer, by its word in forms: what it is called, and an example that asks the rules.
const OFFERED: &[(&str, &str)] = &[
    ("triage", "受理并分派"),
    ("contact", "先行联系"),
    ("inspect", "现场核查"),
    ("draft", "拟答复"),
    ("draft_return", "退回重拟"),
    ("answer", "答复"),
    ("close", "办结"),
    ("call_back", "回访"),
    ("reopen", "重新办理"),
    ("lead", "立案线索"),
    ("extend", "延期"),
    ("suspend", "中止计时"),
    ("resume", "恢复计时"),
    ("unjoin", "撤销并入"),
    ("follow_up_set", "约定回头看"),
    ("followed_up", "登记回头看"),
    ("transfer", "移送其他部门"),
    ("return", "退单"),
];

fn probe(key: &str) -> Act {
    let note = String::new;
    match key {
        "triage" => Act::Assigned { unit: String::new(), note: None, with: Vec::new(), rule: None },
        "contact" => Act::Contacted { reached: true, note: note() },
        "inspect" => Act::Inspected { finding: Finding::True, note: note(), files: Vec::new() },
        "draft" => Act::Drafted { solved: true, note: note() },
        "draft_return" => Act::DraftReturned { note: note() },
        "answer" => Act::Answered { solved: true, note: note(), shared: None },
        "close" => Act::Closed {},
        "call_back" => Act::CalledBack { solved: true, satisfied: true },
        "reopen" => Act::Reopened { note: note() },
        "extend" => Act::Extended { note: note() },
        "suspend" => Act::Suspended { reason: SUSPENSIONS[0].0.into(), note: note() },
        "resume" => Act::Resumed {},
        "unjoin" => Act::Unjoined { note: note() },
        "follow_up_set" => Act::FollowUpSet { on: jiff::civil::Date::MAX },
        "followed_up" => Act::FollowedUp { again: false, note: note() },
        "transfer" => Act::Transferred { body: String::new(), name: "–".into(), note: note() },
        "return" => Act::Returned { reason: RETURN_REASONS[0].0.into(), body: "–".into(), note: note() },
        _ => Act::Led { case: 0 },
    }
}

/// Acts that stand in the list only where they can be done: nobody needs to be told why a term that runs cannot be resumed.
const QUIET: &[&str] =
    &["draft_return", "reopen", "extend", "suspend", "resume", "unjoin", "follow_up_set", "followed_up", "transfer"];

/// What may be done, from the same answer that the server gives when a form is sent.
pub(super) fn gates(file: &File, who: &Who, typed: Option<&str>, draft: &str, back: &str) -> Vec<Gate> {
    let ticket = &file.ticket;
    let approves = approves(who);
    let next = match ticket.stage() {
        Stage::Received => "triage",
        Stage::Assigned if ticket.contacted.is_none() => "contact",
        Stage::Assigned if ticket.inspected.is_none() => "inspect",
        Stage::Assigned if approves && ticket.drafted.is_some() => "answer",
        Stage::Assigned if approves => "answer",
        Stage::Assigned => "draft",
        Stage::Answered => "close",
        Stage::Closed if ticket.called_back.is_none() => "call_back",
        Stage::Closed if ticket.called_back.is_some_and(|c| !c.1) || ticket.solved == Some(false) => "reopen",
        Stage::Closed | Stage::Returned | Stage::Transferred => "",
    };
    let mut gates: Vec<Gate> = OFFERED
        .iter()
        .filter(|(key, _)| *key != "lead" || who.0.may(Right::Act))
        .filter(|(key, _)| approves || !matches!(*key, "answer" | "draft_return" | "extend" | "suspend"))
        .filter(|(key, _)| *key != "followed_up" || ticket.follow_up.is_some())
        .map(|&(key, label)| {
            let why =
                decide(ticket, &probe(key)).err().map(|r| format!("{}（{}）", r.why, r.source)).unwrap_or_default();
            let label = match key {
                "triage" if ticket.unit.is_some() => "改派",
                "answer" if ticket.drafted.is_some() => "同意并答复",
                "transfer" | "return" => label,
                _ => label,
            };
            Gate {
                key,
                label,
                why,
                open: typed.map_or(key == next, |t| t == key),
                asks: asks(key, file, draft),
                button: button(key, label),
                says: if key == "return" { back.to_owned() } else { says(key).to_owned() },
                away: matches!(key, "return" | "transfer"),
            }
        })
        .filter(|gate| gate.why.is_empty() || !QUIET.contains(&gate.key))
        .collect();
    gates.sort_by_key(|gate| !gate.open);
    gates
}

fn button(key: &str, label: &'static str) -> &'static str {
    match key {
        "contact" => "登记联系",
        "inspect" => "登记核查结果",
        "draft" => "送批",
        "close" => "办结诉求",
        "call_back" => "登记回访",
        "followed_up" => "登记回头看",
        "return" => "退回诉求",
        "transfer" => "移送",
        _ => label,
    }
}

fn says(key: &str) -> &'static str {
    match key {
        "close" => "办结以后不能再答复或者改派。诉求人仍不满意的，登记回访后重新办理。",
        "resume" => "恢复后期限继续计算，中止的日子不计入。",
        _ => "",
    }
}

fn yes_no(name: &'static str, label: &'static str, yes: &str, no: &str) -> Ask {
    Ask::new("radio", name, label).options([("yes", yes), ("no", no)])
}

/// What an act asks; the acts that have a form of their own ask nothing here.
fn asks(key: &str, file: &File, draft: &str) -> Vec<Ask> {
    let note = |label: &'static str| Ask::new("long", "note", label);
    match key {
        "contact" => vec![
            yes_no("reached", "联系上了吗", "联系上了", "没有联系上"),
            note("联系情况").hint("写明几时、怎样联系，诉求人怎么说。没有联系上的，期限继续计算。"),
        ],
        "inspect" => vec![
            Ask::new("radio", "finding", "现场情况").options(Finding::ALL.iter().map(|f| (f.code(), f.label()))),
            note("看到什么、怎样处理").hint("写明到场时间、人员、现场情况和当场处理。"),
            Ask::new("files", "photos", "现场照片").optional().hint("照片存入证据库，立案后可以直接引用。"),
        ],
        "draft" => vec![
            yes_no("solved", "办理结果", "问题已经解决", "已经解释说明，没有解决"),
            note("答复内容")
                .value(draft.to_owned())
                .hint("由中队长、诉求专员或者负责人批准后答复。不要写诉求人的姓名和电话。"),
        ],
        "draft_return" => vec![note("需要补充或者修改什么")],
        "answer" => {
            let mut solved = yes_no("solved", "办理结果", "问题已经解决", "已经解释说明，没有解决");
            solved.value = match file.ticket.drafted {
                Some(true) => "yes".into(),
                Some(false) => "no".into(),
                None => String::new(),
            };
            vec![
                solved,
                note("答复内容").value(draft.to_owned()).hint("并入本件的诉求一并答复。不要写诉求人的姓名和电话。"),
            ]
        }
        "call_back" => vec![
            yes_no("solved", "诉求人说问题解决了吗", "解决了", "没有解决"),
            yes_no("satisfied", "诉求人满意吗", "满意", "不满意"),
        ],
        "reopen" => vec![note("诉求人不满意什么，这次要做什么")],
        "extend" => vec![note("为什么需要延期").hint("延期到复杂事项的期限，只能一次，由批准的人登记。")],
        "suspend" => vec![Ask::new("select", "reason", "事由").options(SUSPENSIONS.iter().copied()), note("具体理由")],
        "unjoin" => vec![note("为什么不是同一件事")],
        "follow_up_set" => {
            vec![Ask::new("date", "on", "哪一天再去看").hint("反复出现的问题，约定日子再看一次，到期提醒。")]
        }
        "followed_up" => vec![yes_no("again", "又出现了吗", "又出现了", "没有再出现"), note("看到什么")],
        "transfer" => vec![
            Ask::new("select", "body", "移送给")
                .optional()
                .options(bodies::ALL.iter().map(|(key, name)| (*key, *name)))
                .value(file.ticket.classified.as_ref().and_then(|c| c.1.clone()).unwrap_or_default()),
            Ask::new("text", "name", "其他机关名称").optional().hint("列表里没有的，写全称。"),
            note("向诉求人怎样说明").hint("写明为什么移送、移送给谁。期限从收到之日起算，办理后记入本件期限。"),
        ],
        "return" => vec![
            Ask::new("select", "reason", "事由").options(RETURN_REASONS.iter().copied()),
            Ask::new("text", "body", "应由哪个机关办理").optional().hint("地点不清或者重复的可以不填。"),
            note("具体理由"),
        ],
        _ => Vec::new(),
    }
}

/// What a form sent asks for: acts in their order, each with what was written.
pub(super) type Acts = Vec<(Act, Option<String>)>;

/// The acts that the form describes, or what is missing.
pub(super) fn read(fields: &Fields) -> Result<Acts, String> {
    let get = |name: &str| fields.get(name).map(str::to_owned);
    let yes_no = |name: &str, label: &str| match fields.get(name) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(format!("请选择“{label}”。")),
    };
    let note = get("note");
    let text = String::new;
    let act = match fields.get("act") {
        Some("triage") => return super::super::triage::read(fields),
        Some("contact") => Act::Contacted { reached: yes_no("reached", "是否联系上")?, note: text() },
        Some("inspect") => Act::Inspected {
            finding: get("finding").and_then(|f| Finding::parse(&f)).ok_or("请选择现场情况。")?,
            note: text(),
            files: get("photos").map(|f| f.split('、').map(str::to_owned).collect()).unwrap_or_default(),
        },
        Some("draft") => Act::Drafted { solved: yes_no("solved", "办理结果")?, note: text() },
        Some("draft_return") => Act::DraftReturned { note: text() },
        Some("answer") => Act::Answered { solved: yes_no("solved", "办理结果")?, note: text(), shared: None },
        Some("close") => return Ok(vec![(Act::Closed {}, None)]),
        Some("call_back") => {
            let (solved, satisfied) = (yes_no("solved", "是否解决")?, yes_no("satisfied", "是否满意")?);
            return Ok(vec![(Act::CalledBack { solved, satisfied }, None)]);
        }
        Some("reopen") => Act::Reopened { note: text() },
        Some("extend") => Act::Extended { note: text() },
        Some("suspend") => Act::Suspended { reason: get("reason").ok_or("请选择中止事由。")?, note: text() },
        Some("resume") => return Ok(vec![(Act::Resumed {}, None)]),
        Some("join") => {
            let to = get("to").and_then(|t| t.parse().ok()).ok_or("请选择并入哪一件诉求。")?;
            let why = get("why").map(|w| w.split('；').map(str::to_owned).collect()).unwrap_or_default();
            return Ok(vec![(Act::Joined { to, unit: None, why }, None)]);
        }
        Some("link") => {
            let to = get("to").and_then(|t| t.parse().ok()).ok_or("请选择关联哪一件诉求。")?;
            return Ok(vec![(Act::Linked { to }, None)]);
        }
        Some("unjoin") => Act::Unjoined { note: text() },
        Some("follow_up_set") => {
            let on = get("on").and_then(|d| d.parse().ok()).ok_or("请选择回头看的日期。")?;
            return Ok(vec![(Act::FollowUpSet { on }, None)]);
        }
        Some("followed_up") => Act::FollowedUp { again: yes_no("again", "又出现了吗")?, note: text() },
        Some("transfer") => {
            let body = get("body").unwrap_or_default();
            let name = get("name").unwrap_or_else(|| bodies::name(&body).to_owned());
            Act::Transferred { body, name, note: text() }
        }
        Some("return") => Act::Returned {
            reason: get("reason").ok_or("请选择退单事由。")?,
            body: get("body").unwrap_or_default(),
            note: text(),
        },
        _ => return Err("没有说明办理什么，请从诉求页面进入。".into()),
    };
    if act.needs_note() && note.is_none() {
        return Err(format!("请写明“{}”的具体内容。", act.label()));
    }
    Ok(vec![(act, note)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn a_form_becomes_an_act_or_says_what_is_missing() {
        let read = |pairs: &[(&str, &str)]| read(&fields(pairs));
        assert!(read(&[("act", "contact")]).is_err());
        assert_eq!(
            read(&[("act", "contact"), ("reached", "no"), ("note", "无人接听")]),
            Ok(vec![(Act::Contacted { reached: false, note: String::new() }, Some("无人接听".into()))])
        );
        assert_eq!(read(&[("act", "close"), ("note", "x")]), Ok(vec![(Act::Closed {}, None)]));
        assert!(read(&[("act", "return"), ("reason", "R1")]).unwrap_err().contains("具体内容"));
        assert!(read(&[("act", "inspect"), ("note", "x")]).unwrap_err().contains("现场情况"));
        assert!(read(&[("act", "received")]).is_err());
        assert_eq!(
            read(&[("act", "transfer"), ("body", "police"), ("note", "x")]).unwrap()[0].0,
            Act::Transferred { body: "police".into(), name: "公安部门".into(), note: String::new() }
        );
    }

    #[test]
    fn every_offered_act_has_a_form_that_reads_back() {
        for (key, _) in OFFERED.iter().filter(|(key, _)| !matches!(*key, "triage" | "lead")) {
            let act = probe(key);
            let all = [
                ("act", *key),
                ("reached", "yes"),
                ("solved", "yes"),
                ("satisfied", "yes"),
                ("again", "no"),
                ("finding", "true"),
                ("reason", if *key == "suspend" { "S1" } else { "R1" }),
                ("body", "police"),
                ("on", "2030-01-01"),
                ("note", "写明"),
            ];
            let read = read(&fields(&all)).unwrap_or_else(|why| panic!("{key}: {why}"));
            assert_eq!(read[0].0.kind(), act.kind(), "{key}");
        }
    }
}
