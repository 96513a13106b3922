//! Settling a document: number, code, complete input, digests — all in the act that issues it.
//!
//! The bytes may be made then or at first opening and are the same. The input names the party, so it is kept beside the
//! journal like every text, and the act carries its commitment.

use std::sync::Arc;

use documents::{INPUT_VERSION, Input};
use law::Day;
use law::acts::{Act, ActNo, FieldError, Kind};
use law::case::{Case, Entry as EntryOf, Recorded, Subject};
use law::remedy;
use ledger::{Fault, Tx};
use office::directory::Directory;
use serde::{Deserialize, Serialize};

use crate::body::{INPUT_SLOT, Log, slot_of};
use crate::party::Identity;
use crate::perform::{Error, File, words};
use crate::{Casework, Order};

/// A document as the act that issued it settles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Code for `/v/CODE`.
    pub code: String,
    /// Document kind.
    pub kind: String,
    /// Number as printed.
    pub number: String,
    /// The word of its series.
    pub word: String,
    /// The year of its series.
    pub year: i16,
    /// Its serial.
    pub serial: i64,
    /// Commitment to the complete input.
    pub input: String,
    /// Digest of the template, kept in the evidence store.
    pub template: String,
    /// Digest of the fonts, none where none were to be had.
    pub fonts: Option<String>,
    /// Root of the newest checkpoint, which cannot contain this act.
    pub root: Option<String>,
    /// Name and version of the typesetter: another one may set the same text in other bytes. None in acts of before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typesetter: Option<String>,
}

/// Settles the document this act issues, if it issues one; returns it with its input as JSON. A document that would lack what the
/// law demands of it is bad input: nothing is recorded before the paper can be made.
pub(crate) fn settle(
    own: &Casework,
    tx: &mut Tx<'_>,
    file: &File,
    order: &Order,
    recorded: &mut Recorded,
    party: Option<&(u8, Identity)>,
) -> Result<Option<(Issued, String)>, Error> {
    let kind = recorded.act.kind();
    // What was issued elsewhere has its paper already: an entry after the fact must not make a second, genuine-looking one.
    if recorded.entry != EntryOf::Live {
        return Ok(None);
    }
    let Some(document) = kind.document().and_then(documents::kind) else { return Ok(None) };
    let year = recorded.happened.year();
    let hearing = matches!(&recorded.act, Act::PriorNotice(act) if act.hearing_right);
    // Notices with and without the right to a hearing are numbered apart.
    let series = if hearing { "hearing_right_notice" } else { document.code };
    let number = office::number::next(tx, &order.directory, &file.organ, series, document.word_for(hearing), year)?;
    let code = code()?;
    recorded.allocated.number = Some(number.text.clone());
    recorded.allocated.document = Some(code.clone());
    let root = newest_root(tx)?;
    let input = input(own, tx, file, &order.directory, recorded, party, &number.text, &code, root.as_deref())?;
    let gaps = gaps(document, &input, kind);
    if !gaps.is_empty() {
        return Err(Error::Bad(gaps));
    }
    let template = own.evidence.put(document.source().as_bytes()).map_err(|e| Fault::Bug(e.to_string()))?;
    let issued = Issued {
        code,
        kind: document.code.to_owned(),
        number: number.text,
        word: number.word,
        year: number.year,
        serial: number.serial,
        input: String::new(),
        template: template.id,
        fonts: own.engine.as_ref().map(|engine| engine.fonts_digest()),
        root,
        typesetter: Some(documents::typesetter()),
    };
    let input = serde_json::to_string(&input).map_err(|e| Fault::Bug(e.to_string()))?;
    Ok(Some((issued, input)))
}

/// What the document would lack, each at the field of the act it comes from where there is one.
fn gaps(document: &documents::Kind, input: &Input, kind: Kind) -> Vec<FieldError> {
    let gaps = document.gaps(input).into_iter();
    gaps.map(|gap| {
        let (field, cure) = origin(gap.path, kind);
        let text = format!("《{}》缺少法定内容“{}”，{cure}", document.heading(input), gap.label);
        FieldError { field: field.into(), text }
    })
    .collect()
}

/// Where the value at a path of the input comes from: the field of the act, or of nothing in it; and what to do.
fn origin(path: &str, kind: Kind) -> (&'static str, &'static str) {
    let (field, cure) = match path {
        "party.name" | "party.address" => ("party_address", "请先用“变更当事人”补记"),
        "facts" => ("facts", "请填写"),
        "reason" => ("reason", "请填写"),
        "evidence" => ("evidence_summary", "请填写"),
        "sorts" => ("sorts", "请填写"),
        "fine" | "fine_capital" => ("fine", "请填写"),
        "order" | "order.demanded" => ("requirement", "请填写"),
        "order.deadline" => ("until", "请填写"),
        "hearing" | "hearing.day" => ("day", "请填写"),
        "hearing.time" => ("time", "请填写"),
        "hearing.place" | "place" => ("place", "请填写"),
        "hearing.chair" => ("chair", "请填写"),
        "hearing.clerk" => ("clerk", "请填写"),
        "pay.bank" | "pay.address" => ("pay_to", "请写成“银行名称和账户，地址：银行地址”"),
        "officers" => ("", "请选择两名持证的执法人员"),
        "conduct_law" | "conduct_law.cite" | "penalty_law" | "penalty_law.cite" | "case_title" | "days.conduct" => {
            ("", "请先核对案件的违法事项")
        }
        _ => ("", "请系统管理员在机构资料中补全"),
    };
    // What the form does not ask comes from what stands in the case or in the standing order.
    match field {
        "party_address" if kind.field("party_kind").is_some() => (field, "请填写"),
        "party_address" => ("", cure),
        "pay_to" if kind.field(field).is_none() => ("", "请系统管理员在机构资料中补全收款银行和地址"),
        other if other.is_empty() || kind.field(other).is_some() => (field, cure),
        _ => ("", "请先在案件中补记"),
    }
}

/// A document found by its code.
#[derive(Debug, Clone)]
pub struct Document {
    /// The case.
    pub case: i64,
    /// The act that issued it.
    pub act: u32,
    /// Its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Day of issue.
    pub day: String,
    /// What was settled.
    pub issued: Issued,
    /// Its complete input, none once erased by order.
    pub input: Option<String>,
}

/// The document with this code.
///
/// # Errors
/// The database fails.
pub fn document(tx: &mut Tx<'_>, code: &str) -> Result<Option<Document>, Fault> {
    let bureau = tx.bureau().to_owned();
    let found = tx.row(
        "SELECT case_id, act, kind, number, day, position FROM issued WHERE bureau = $1 AND code = $2",
        &[bureau.as_str().into(), code.into()],
        |row| Ok((row.int(0), row.int(1), row.text(2), row.text(3), row.text(4), row.int(5))),
    )?;
    let Some((case, act, kind, number, day, position)) = found else { return Ok(None) };
    let log: Arc<Log> = tx.fold(&crate::stream(case))?;
    let issued = log.entries.iter().find(|entry| entry.position == position).and_then(|entry| entry.issued.clone());
    let issued = issued.ok_or_else(|| Fault::Bug(format!("entry {position} issues no document")))?;
    let input = tx.text(position, INPUT_SLOT)?;
    let act = u32::try_from(act).unwrap_or_default();
    Ok(Some(Document { case, act, kind, number, day, issued, input }))
}

/// Sixteen characters without those that are misread; eighty bits, so that codes cannot be guessed.
fn code() -> Result<String, Fault> {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Fault::Bug(format!("no randomness: {e}")))?;
    Ok(bytes.iter().map(|b| LETTERS[usize::from(b % 32)] as char).collect())
}

/// The root of the newest checkpoint, as its note has it: the third line, base64 (C2SP tlog-checkpoint).
fn newest_root(tx: &mut Tx<'_>) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    let note = tx.row(
        "SELECT note FROM checkpoints WHERE bureau = $1 ORDER BY size DESC LIMIT 1",
        &[bureau.as_str().into()],
        |row| Ok(row.text(0)),
    )?;
    Ok(note.and_then(|note| note.lines().nth(2).map(str::to_owned)))
}

#[expect(clippy::too_many_arguments, reason = "everything a document says comes together here once")]
fn input(
    own: &Casework,
    tx: &mut Tx<'_>,
    file: &File,
    directory: &Directory,
    recorded: &Recorded,
    party: Option<&(u8, Identity)>,
    number: &str,
    code: &str,
    root: Option<&str>,
) -> Result<Input, Fault> {
    let act = &recorded.act;
    let case = &file.log.case;
    let organ = directory.organ(&file.organ).cloned();
    let organ = organ.ok_or_else(|| Fault::Bug(format!("no organ {}", file.organ)))?;
    let bureau = directory.bureau.clone();
    let mut input = Input {
        version: INPUT_VERSION,
        organ: documents::Organ {
            name: organ.name,
            seal: organ.seal,
            address: organ.address,
            phone: organ.phone,
            bank: organ.bank.clone(),
        },
        number: number.to_owned(),
        verify_url: Some(format!("{}/v/{code}", own.address)),
        checkpoint_root: root.map(str::to_owned),
        ..Input::default()
    };
    input.party = party_of(tx, file, recorded, party)?;
    input.days.issued = recorded.happened.to_string();
    input.days.filed = case.standing().find(|a| matches!(a.act, Act::Filing(_))).map(|a| a.happened.to_string());
    texts(act, &mut input);
    if matches!(act, Act::OrderedToCorrect(_)) {
        input.facts = found(tx, file)?;
    }
    conduct(own, tx, case, recorded, &mut input)?;
    input.discretion = discretion(own, case, recorded);
    penalty(act, &mut input);
    hearing_and_notice(directory, case, recorded, &mut input);
    let kind = act.kind();
    for person in &recorded.team {
        let name = directory.name(person.0).unwrap_or_default().to_owned();
        let certificate = directory.certificate(person.0, recorded.happened).unwrap_or_default().to_owned();
        input.officers.push(documents::Officer { name, certificate });
    }
    input.remedies = remedy::remedy(kind).map(|r| documents::Remedies {
        review_authority: bureau.review_authority,
        review_days: r.review.into(),
        court: bureau.court,
        suit_months: r.suit.into(),
        suit_after_review: r.suit_after_review.into(),
        review_first: r.review_first,
    });
    if input.fine.is_some_and(|fine| fine > 0) && matches!(kind, Kind::PenaltyDecided | Kind::OnSpotPenalty) {
        let terms = remedy::payment();
        let bank = match act {
            Act::PenaltyDecided(act) => act.pay_to.clone().unwrap_or(organ.bank),
            _ => organ.bank,
        };
        // 罚缴分离办法7 demands the bank's address beside its name; both are written into one field.
        let (bank, address) = match bank.split_once("地址：") {
            Some((bank, address)) => (bank.trim_end_matches(['，', '；', ' ']).to_owned(), address.trim().to_owned()),
            None => (bank, String::new()),
        };
        input.pay = Some(documents::Pay {
            bank,
            address,
            account: String::new(),
            days: terms.days.into(),
            surcharge: terms.surcharge.into(),
            on_spot: false,
        });
    }
    if kind == Kind::PriorNotice {
        let terms = remedy::answer();
        input.terms = Some(documents::Terms { defend: terms.defend.into(), hearing: terms.hearing.into() });
    }
    Ok(input)
}

/// The party's name and address: the one this act brings in, or the one of the table of parties.
fn party_of(
    tx: &mut Tx<'_>,
    file: &File,
    recorded: &Recorded,
    new: Option<&(u8, Identity)>,
) -> Result<documents::Party, Fault> {
    let shown = |identity: &Identity| documents::Party {
        kind: if identity.person { documents::PartyKind::Person } else { documents::PartyKind::Unit },
        name: identity.name.clone(),
        id_number: identity.id_number.clone().unwrap_or_default(),
        address: identity.address.clone().unwrap_or_default(),
        phone: identity.phone.clone().unwrap_or_default(),
        representative: identity.representative.clone().unwrap_or_default(),
    };
    if let Some((_, identity)) = new {
        return Ok(shown(identity));
    }
    let no = file.log.case.party_of_subject(recorded.subject).map_or(0, |p| p.0);
    let parties = crate::read::file::parties(tx, file.id)?;
    Ok(parties
        .into_iter()
        .find(|(at, _, _)| *at == i64::from(no))
        .map(|(_, _, identity)| shown(&identity))
        .unwrap_or_default())
}

/// The long texts of the act itself.
fn texts(act: &Act, input: &mut Input) {
    if let Some(facts) = words(act, "facts") {
        input.facts = facts;
    }
    if let Some(reason) = words(act, "reason") {
        input.reason = reason;
    }
    if let Some(evidence) = words(act, "evidence_summary") {
        input.evidence = evidence.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    }
    if let (Act::OrderedToCorrect(order), Some(demanded)) = (act, words(act, "requirement")) {
        input.order = Some(documents::Order { demanded, deadline: Some(order.until.to_string()) });
    }
}

/// What the case has found so far, for a document whose act does not say it: the final report, the on-spot penalty, or the clue that
/// was verified. Empty where none of them can be read any more.
fn found(tx: &mut Tx<'_>, file: &File) -> Result<String, Fault> {
    let case = &file.log.case;
    let sources = [(Kind::FinalReport, "facts"), (Kind::OnSpotPenalty, "facts"), (Kind::ClueRegistered, "summary")];
    for (kind, key) in sources {
        let Some(act) = case.standing().rev().find(|act| act.act.kind() == kind) else { continue };
        let kept = file.log.entries.iter().zip(case.log()).find(|(_, recorded)| recorded.no == act.no);
        let (Some((kept, _)), Some(slot)) = (kept, slot_of(kind, key)) else { continue };
        if let Some(text) = tx.text(kept.position, slot)? {
            return Ok(text);
        }
    }
    Ok(String::new())
}

/// The conduct and the provisions it falls under, as the corpus has them for that day.
fn conduct(own: &Casework, tx: &mut Tx<'_>, case: &Case, recorded: &Recorded, input: &mut Input) -> Result<(), Fault> {
    let named: Vec<law::acts::ConductNo> = match &recorded.act {
        Act::PriorNotice(act) => act.conducts.clone(),
        Act::PenaltyDecided(act) => act.conducts.clone(),
        Act::PenaltyWaived(act) => act.conducts.clone(),
        _ => Vec::new(),
    };
    let of_case = named.first().and_then(|no| case.conduct_of(*no)).or_else(|| case.conducts().next());
    let (matter, day, place) = match (&recorded.act, of_case) {
        (Act::OnSpotPenalty(act), _) => (act.matter.0.clone(), act.conduct_day, act.place.clone()),
        (_, Some(conduct)) => (conduct.matter.clone(), conduct.day, conduct.place.clone()),
        (_, None) => return Ok(()),
    };
    input.days.conduct = Some(day.to_string());
    input.place = place;
    input.time = recorded
        .time
        .filter(|_| matches!(recorded.act, Act::OnSpotPenalty(_)))
        .map(|t| format!("{:02}:{:02}", t.hour(), t.minute()));
    let Some(version) = version(own, &matter, day, recorded.happened) else { return Ok(()) };
    input.case_title.clone_from(&version.name);
    // A circumstance may have its sum in a place of its own.
    let named = match &recorded.act {
        Act::PriorNotice(act) => act.branch.as_ref(),
        Act::PenaltyDecided(act) => act.branch.as_ref(),
        Act::OnSpotPenalty(act) => act.branch.as_ref(),
        _ => None,
    };
    let branch = named.and_then(|named| named.named(&matter, version).next()).and_then(|id| version.branch(id));
    let branch = branch.and_then(|branch| branch.penalty.as_ref());
    let penalty = branch.unwrap_or(&version.penalty);
    let mut law = |citation: &law::corpus::Citation| -> Result<documents::Law, Fault> {
        // The text is quoted as in force when the conduct ended, or on the last day of the version that governs.
        let on = version.to.map_or(day.max(version.from), |to| day.clamp(version.from, to));
        Ok(documents::Law { cite: own.corpus.cite(citation), text: crate::statutes::quote(tx, citation, on)? })
    };
    input.conduct_law = Some(law(&version.conduct)?);
    input.penalty_law = Some(law(penalty)?);
    Ok(())
}

/// The version the rules judge by: of the day of the conduct, or a newer, lighter one (处罚法37).
fn version<'a>(own: &'a Casework, matter: &str, conduct: Day, decided: Day) -> Option<&'a law::corpus::Version> {
    let applied = own.corpus.applicable(matter, conduct, decided).map(|applied| applied.version);
    applied.or_else(|| own.corpus.matter(matter)?.on(decided))
}

/// The benchmark an act applied: its edition, the tier, the factors found. None where the act names none.
fn discretion(own: &Casework, case: &Case, recorded: &Recorded) -> Option<documents::Discretion> {
    let draft = recorded.act.to_draft();
    let named = |key: &str| draft.get_text(key).filter(|text| !text.is_empty());
    let (factors, tier) = (named("factors"), named("tier"));
    if factors.is_none() && tier.is_none() {
        return None;
    }
    let weighed = law::discretion::weigh_draft(case, recorded.subject, &draft, recorded.happened, own.corpus)
        .into_iter()
        .next()?;
    let benchmark = weighed.benchmark?;
    let found = factors.unwrap_or_default();
    let of = |id: &str| benchmark.factors.iter().find(|factor| factor.id == id).map(|factor| factor.name.clone());
    let proposed = weighed.proposed.and_then(Result::ok).map(|found| found.tier);
    let tier = tier.or(proposed).map(|tier| format!("，“{tier}”档")).unwrap_or_default();
    Some(documents::Discretion {
        factors: found.split('、').filter_map(of).collect(),
        benchmark: format!("{}{tier}", benchmark.edition),
    })
}

fn penalty(act: &Act, input: &mut Input) {
    let (sorts, fine) = match act {
        Act::PriorNotice(act) => (&act.sorts, act.fine),
        Act::PenaltyDecided(act) => (&act.sorts, act.fine),
        Act::OnSpotPenalty(act) => (&act.sorts, act.fine),
        _ => return,
    };
    input.sorts = sorts.iter().map(|s| s.label().to_owned()).collect();
    if fine.0 > 0 {
        input.fine = Some(fine.0);
        input.fine_capital = Some(fine.capital());
    }
}

fn hearing_and_notice(directory: &Directory, case: &Case, recorded: &Recorded, input: &mut Input) {
    match &recorded.act {
        Act::PriorNotice(act) => input.hearing_right = act.hearing_right,
        Act::HearingNotified(act) => {
            let name = |person: law::acts::PersonId| directory.name(person.0).unwrap_or_default().to_owned();
            input.hearing = Some(documents::Hearing {
                held: false,
                day: act.day.to_string(),
                time: Some(format!("{:02}:{:02}", act.time.hour(), act.time.minute())),
                place: act.place.clone(),
                public: act.open,
                chair: name(act.chair),
                members: act.members.iter().map(|p| name(*p)).collect(),
                clerk: name(act.clerk),
            });
        }
        Act::PenaltyDecided(act) => {
            let party = recorded.subject;
            let held = case.standing().rev().find(|a| a.subject == party && matches!(a.act, Act::HearingHeld(_)));
            if let Some(held) = held.filter(|_| act.cites_hearing) {
                input.hearing = Some(documents::Hearing {
                    held: true,
                    day: held.happened.to_string(),
                    ..documents::Hearing::default()
                });
            }
            let notice = case.standing().rev().find(|a| a.subject == party && matches!(a.act, Act::PriorNotice(_)));
            let served = notice.and_then(|n| served(case, n.no));
            input.days.notified = served.map(|d| d.to_string());
            let ordered = case.standing().find(|a| matches!(a.act, Act::OrderedToCorrect(_)));
            if let (Some(ordered), Some(document)) = (ordered, ordered.and_then(|o| o.allocated.number.as_ref())) {
                let demanded =
                    format!("按照{}《责令改正通知书》（{document}）的要求改正违法行为", day_words(ordered.happened));
                input.order = Some(documents::Order { demanded, deadline: None });
            }
        }
        _ => {}
    }
}

fn served(case: &Case, no: ActNo) -> Option<Day> {
    case.standing().find(|a| a.subject == Subject::Document(no) && matches!(a.act, Act::Served(_))).map(|a| a.happened)
}

fn day_words(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
