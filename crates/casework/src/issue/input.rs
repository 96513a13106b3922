//! Everything a document says, brought together from the act, its case and the standing order.
//!
//! It is made from a draft, so that a paper can be looked at before its act is complete; a recorded act is a complete draft.

use documents::{INPUT_VERSION, Input};
use jiff::civil::Time;
use law::acts::{Act, ActNo, ClueSource, Draft, Kind, PersonId};
use law::case::Subject;
use law::money::Fen;
use law::{Day, remedy};
use ledger::{Fault, Tx};
use office::directory::Directory;

use super::{fields, provisions};
use crate::Casework;
use crate::body::slot_of;
use crate::party::Identity;
use crate::perform::File;

/// An act as far as its paper asks.
pub(crate) struct Making<'a> {
    pub(crate) own: &'a Casework,
    pub(crate) file: &'a File,
    pub(crate) directory: &'a Directory,
    pub(crate) document: &'static documents::Kind,
    pub(crate) draft: Draft,
    pub(crate) subject: Subject,
    pub(crate) happened: Day,
    pub(crate) time: Option<Time>,
    pub(crate) team: &'a [PersonId],
    /// The act arises here, so that the head it names signs it now.
    pub(crate) live: bool,
    pub(crate) party: Option<&'a (u8, Identity)>,
    pub(crate) number: &'a str,
    /// Code for `/v/CODE`; empty for a draft.
    pub(crate) code: &'a str,
    pub(crate) root: Option<&'a str>,
    /// The approval whose last signature performs the act.
    pub(crate) approval: Option<i64>,
}

impl Making<'_> {
    pub(super) fn kind(&self) -> Kind {
        self.draft.kind()
    }

    pub(super) fn name(&self, person: u32) -> String {
        self.directory.name(person).unwrap_or_default().to_owned()
    }

    /// A text of the act, none where it is open or empty.
    pub(super) fn said(&self, key: &str) -> Option<String> {
        self.draft.get_text(key).filter(|text| !text.trim().is_empty())
    }
}

/// The complete input.
///
/// # Errors
/// The database fails, or the case is of an organ that does not exist.
pub(crate) fn input(tx: &mut Tx<'_>, making: &Making<'_>) -> Result<Input, Fault> {
    let (file, kind) = (making.file, making.kind());
    let case = &file.log.case;
    let organ = making.directory.organ(&file.organ).cloned();
    let organ = organ.ok_or_else(|| Fault::Bug(format!("no organ {}", file.organ)))?;
    let bureau = making.directory.bureau.clone();
    let mut input = Input {
        version: INPUT_VERSION,
        organ: documents::Organ {
            name: organ.name,
            seal: organ.seal,
            address: organ.address,
            phone: organ.phone,
            bank: organ.bank.clone(),
            seal_image: None,
        },
        number: making.number.to_owned(),
        verify_url: (!making.code.is_empty()).then(|| format!("{}/v/{}", making.own.address, making.code)),
        checkpoint_root: making.root.map(str::to_owned),
        ..Input::default()
    };
    input.party = party_of(tx, making)?;
    input.days.issued = making.happened.to_string();
    input.days.filed = case.filing().map(|filing| filing.day().to_string());
    if making.document.word.is_empty() {
        input.case_number = case_number(making);
    }
    texts(making, &mut input);
    if input.facts.is_empty() && making.document.reads("d.facts") && kind != Kind::ClueRegistered {
        input.facts = found(tx, file)?;
    }
    provisions::conduct(tx, making, &mut input)?;
    // The hour belongs to the day of the act; a paper that tells the hour of the conduct does so only where both are one.
    let timed = making.time.filter(|_| making.document.reads("days.issued, d.time"));
    input.time = timed.map(|t| format!("{:02}:{:02}", t.hour(), t.minute()));
    input.discretion = provisions::discretion(making);
    penalty(&making.draft, &mut input);
    fields::fill(tx, making, &mut input)?;
    for person in making.team {
        let certificate = making.directory.certificate(person.0, making.happened).unwrap_or_default().to_owned();
        input.officers.push(documents::Officer { name: making.name(person.0), certificate });
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
        input.pay = Some(pay(making.said("pay_to").unwrap_or(organ.bank)));
    }
    if kind == Kind::PriorNotice {
        let terms = remedy::answer();
        input.terms = Some(documents::Terms { defend: terms.defend.into(), hearing: terms.hearing.into() });
    }
    Ok(input)
}

fn pay(bank: String) -> documents::Pay {
    let terms = remedy::payment();
    // 罚缴分离办法7 demands the bank's address beside its name; both are written into one field.
    let (bank, address) = match bank.split_once("地址：") {
        Some((bank, address)) => (bank.trim_end_matches(['，', '；', ' ']).to_owned(), address.trim().to_owned()),
        None => (bank, String::new()),
    };
    documents::Pay {
        bank,
        address,
        account: String::new(),
        days: terms.days.into(),
        surcharge: terms.surcharge.into(),
        on_spot: false,
    }
}

/// What the case is called by on papers without a number: its filing, or the penalty it consists of, or its place in the list.
fn case_number(making: &Making<'_>) -> String {
    let case = &making.file.log.case;
    let filed = case.filing().and_then(|filing| filing.rec.allocated.number.clone());
    let spot = || case.spot_penalty().and_then(|spot| spot.rec.allocated.number.clone());
    filed.or_else(spot).unwrap_or_else(|| format!("第{}号案件", making.file.id))
}

/// The party's name and address: the one this act brings in, or the one of the table of parties.
fn party_of(tx: &mut Tx<'_>, making: &Making<'_>) -> Result<documents::Party, Fault> {
    let shown = |identity: &Identity| documents::Party {
        kind: if identity.person { documents::PartyKind::Person } else { documents::PartyKind::Unit },
        name: identity.name.clone(),
        id_number: identity.id_number.clone().unwrap_or_default(),
        address: identity.address.clone().unwrap_or_default(),
        phone: identity.phone.clone().unwrap_or_default(),
        representative: identity.representative.clone().unwrap_or_default(),
    };
    if let Some((_, identity)) = making.party {
        return Ok(shown(identity));
    }
    let no = making.file.log.case.party_of_subject(making.subject).map_or(0, |p| p.0);
    let parties = crate::read::file::parties(tx, making.file.id)?;
    Ok(parties
        .into_iter()
        .find(|(at, _, _)| *at == i64::from(no))
        .map(|(_, _, identity)| shown(&identity))
        .unwrap_or_default())
}

/// The long texts of the act itself.
fn texts(making: &Making<'_>, input: &mut Input) {
    if let Some(facts) = making.said("facts") {
        input.facts = facts;
    }
    if let Some(reason) = making.said("reason") {
        input.reason = reason;
    }
    if let Some(evidence) = making.said("evidence_summary") {
        input.evidence = evidence.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    }
    if let (Draft::OrderedToCorrect(order), Some(demanded)) = (&making.draft, making.said("requirement")) {
        input.order = Some(documents::Order { demanded, deadline: order.until.value.map(|until| until.to_string()) });
    }
}

/// What the case has found so far, for a document whose act does not say it: the final report, the on-spot penalty, or the clue. Where
/// somebody complained, their words stay in the register of the clue, which the party never sees: they may tell who it was
/// (沪城管执法条例26). What the officers found when they checked it, or wrote at the scene, says it instead. Empty where none can be read.
fn found(tx: &mut Tx<'_>, file: &File) -> Result<String, Fault> {
    let complained =
        file.log.case.clue().is_some_and(|clue| matches!(clue.source, ClueSource::Complaint | ClueSource::Hotline));
    let seen: &[(Kind, &str)] = if complained {
        &[(Kind::ClueVerified, "finding"), (Kind::SceneRecorded, "record")]
    } else {
        &[(Kind::ClueRegistered, "summary")]
    };
    let sources = [(Kind::FinalReport, "facts"), (Kind::OnSpotPenalty, "facts")];
    for &(kind, key) in sources.iter().chain(seen) {
        let Some(act) = file.log.case.standing().rev().find(|act| act.act.kind() == kind) else { continue };
        if let Some(text) = kept(tx, file, act.no, key)? {
            return Ok(text);
        }
    }
    Ok(String::new())
}

/// A long text of an earlier act; none where it was erased by order.
pub(super) fn kept(tx: &mut Tx<'_>, file: &File, no: ActNo, key: &str) -> Result<Option<String>, Fault> {
    let found = file.log.entries.iter().zip(file.log.case.log()).find(|(_, recorded)| recorded.no == no);
    let Some((entry, recorded)) = found else { return Ok(None) };
    match slot_of(recorded.act.kind(), key) {
        Some(slot) => tx.text(entry.position, slot),
        None => Ok(None),
    }
}

fn penalty(draft: &Draft, input: &mut Input) {
    let (sorts, fine) = match draft {
        Draft::PriorNotice(act) => (&act.sorts.value, act.fine.value),
        Draft::PenaltyDecided(act) => (&act.sorts.value, act.fine.value),
        Draft::OnSpotPenalty(act) => (&act.sorts.value, act.fine.value),
        Draft::DecisionChanged(act) => (&act.sorts.value, act.fine.value),
        _ => return,
    };
    input.sorts = sorts.iter().flatten().map(|s| s.label().to_owned()).collect();
    if let Some(fine) = fine.filter(|fine| fine.0 > 0) {
        input.fine = Some(fine.0);
        input.fine_capital = Some(fine.capital());
    }
}

/// A sum as papers print it.
pub(super) fn sum(fen: Fen) -> documents::Sum {
    documents::Sum { fen: fen.0, capital: fen.capital() }
}

/// The day the document of an act was served.
pub(super) fn served(file: &File, no: ActNo) -> Option<Day> {
    let mut standing = file.log.case.standing();
    standing.find(|a| a.subject == Subject::Document(no) && matches!(a.act, Act::Served(_))).map(|a| a.happened)
}

/// A day as papers print it.
pub(super) fn day_words(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
