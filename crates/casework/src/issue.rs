//! Settling a document: number, code, complete input, digests — all in the act that issues it.
//!
//! The bytes may be made then or at first opening and are the same. The input names the party, so it is kept beside the
//! journal like every text, and the act carries its commitment.

mod fields;
mod input;
mod preview;
mod provisions;

use std::sync::Arc;

use documents::Input;
use law::acts::{Act, ClueOutcome, Draft, Entries, FieldError, FieldType, Kind};
use law::case::{Case, Entry as EntryOf, Recorded, Subject};
use ledger::{Fault, Tx};
use serde::{Deserialize, Serialize};

use crate::body::{INPUT_SLOT, Log};
use crate::party::Identity;
use crate::perform::{Error, File};
use crate::{Casework, Order};
use input::Making;
pub use preview::Preview;

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
    /// Papers made of the same input under the same number: its list, its approval form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<Annexed>,
}

/// A paper made of the input of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annexed {
    /// Document kind.
    pub kind: String,
    /// Digest of the template, kept in the evidence store.
    pub template: String,
}

/// Whence acts that are always reported come when this bureau records what it did itself. Such a record gets its paper; one taken
/// over from elsewhere has its own.
pub const OWN_RECORD: &str = "本单位登记";

/// Papers that no kind of act names: a demand for a sum, and the answer to a suit.
const BY_CONTENT: [&str; 2] = ["payment_demand", "suit_defence"];

/// The paper an act makes: the one its kind names, or the one its content calls for. None: it makes none.
pub(crate) fn code_of(case: &Case, subject: Subject, draft: &Draft) -> Option<&'static str> {
    let named = draft.kind().document();
    match draft {
        // A clue that belongs to another organ goes there by letter; every other outcome has its own act.
        Draft::ClueVerified(act) => named.filter(|_| act.outcome.value == Some(ClueOutcome::Transfer)),
        Draft::Demanded(act) if act.amount.value.flatten().is_some_and(|fen| fen.0 > 0) => Some(BY_CONTENT[0]),
        Draft::DisputeReplied(_) if fields::replies_to_suit(case, subject) => Some(BY_CONTENT[1]),
        _ => named,
    }
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
    approval: Option<i64>,
) -> Result<Option<(Issued, String)>, Error> {
    let kind = recorded.act.kind();
    // What was issued elsewhere has its paper already: an entry after the fact must not make a second, genuine-looking one.
    let made_here = match &recorded.entry {
        EntryOf::Live => true,
        EntryOf::Reported { source } => kind.entries() == Entries::Reported && source == OWN_RECORD,
    };
    if !made_here {
        return Ok(None);
    }
    let draft = recorded.act.to_draft();
    let code_of = code_of(&file.log.case, recorded.subject, &draft);
    let Some(document) = code_of.and_then(documents::kind) else { return Ok(None) };
    let year = recorded.happened.year();
    let hearing = matches!(&recorded.act, Act::PriorNotice(act) if act.hearing_right);
    // Notices with and without the right to a hearing are numbered apart.
    let series = if hearing { "hearing_right_notice" } else { document.code };
    let number = match document.word_for(hearing) {
        // It carries the number of the case.
        "" => None,
        word => Some(office::number::next(tx, &order.directory, &file.organ, series, word, year)?),
    };
    let code = code()?;
    let root = newest_root(tx)?;
    let making = Making {
        own,
        file,
        directory: &order.directory,
        document,
        draft,
        subject: recorded.subject,
        happened: recorded.happened,
        time: recorded.time,
        team: &recorded.team,
        live: recorded.entry == EntryOf::Live,
        party,
        number: number.as_ref().map_or("", |number| number.text.as_str()),
        code: &code,
        root: root.as_deref(),
        approval,
    };
    let input = input::input(tx, &making)?;
    let gaps = gaps(document, &input, kind);
    if !gaps.is_empty() {
        // What happened is recorded whether or not a paper can be made of it.
        return if making.live { Err(Error::Bad(gaps)) } else { Ok(None) };
    }
    let keep = |kind: &documents::Kind| -> Result<String, Fault> {
        Ok(own.evidence.put(kind.source().as_bytes()).map_err(|e| Fault::Bug(e.to_string()))?.id)
    };
    let mut annexes = Vec::new();
    for annex in document.annexes_of(&input) {
        // An annex that cannot be made is left out; the paper itself stands.
        if annex.missing(&input).is_empty() {
            annexes.push(Annexed { kind: annex.code.to_owned(), template: keep(annex)? });
        }
    }
    let template = keep(document)?;
    recorded.allocated.number = number.as_ref().map(|number| number.text.clone());
    recorded.allocated.document = Some(code.clone());
    let issued = Issued {
        code,
        kind: document.code.to_owned(),
        number: number.as_ref().map(|number| number.text.clone()).unwrap_or_default(),
        word: number.as_ref().map(|number| number.word.clone()).unwrap_or_default(),
        year,
        serial: number.map_or(0, |number| number.serial),
        input: String::new(),
        template,
        fonts: own.engine.as_ref().map(|engine| engine.fonts_digest()),
        root,
        typesetter: Some(documents::typesetter()),
        annexes,
    };
    let input = input.kept().map_err(|e| Fault::Bug(e.to_string()))?;
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
    if let Some(field) = path.strip_prefix("rows.").and_then(|label| kind.field(label)) {
        return (field.key, "请填写");
    }
    if path == "content" {
        let long = kind.fields().iter().find(|field| field.ty == FieldType::Words);
        return (long.map_or("", |field| field.key), "请填写");
    }
    let (field, cure) = match path {
        "items" => ("items", "请填写"),
        "term" | "term.until" => ("until", "请填写"),
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

/// Code of the document with this number; none where there is none.
///
/// # Errors
/// The database fails.
pub fn numbered(tx: &mut Tx<'_>, number: &str) -> Result<Option<String>, Fault> {
    let bureau = tx.bureau().to_owned();
    if number.is_empty() {
        return Ok(None);
    }
    tx.row(
        "SELECT code FROM issued WHERE bureau = $1 AND number = $2 ORDER BY case_id LIMIT 1",
        &[bureau.as_str().into(), number.into()],
        |row| Ok(row.text(0)),
    )
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_paper_of_the_list_is_made_by_an_act() {
        let mut made: BTreeSet<&str> = Kind::ALL.iter().filter_map(|kind| kind.document()).chain(BY_CONTENT).collect();
        // Annexes of annexes as well, until no more come.
        loop {
            let annexes = made.iter().filter_map(|code| documents::kind(code)).flat_map(|kind| &kind.annexes);
            let annexes: BTreeSet<&str> =
                annexes.filter_map(|annex| documents::kind(&annex.kind)).map(|kind| kind.code).collect();
            if annexes.is_subset(&made) {
                break;
            }
            made.extend(annexes);
        }
        let unmade: Vec<&str> =
            documents::kinds().iter().map(|kind| kind.code).filter(|code| !made.contains(code)).collect();
        assert_eq!(unmade, Vec::<&str>::new(), "kinds no act makes");
        let forms: BTreeSet<u8> = documents::kinds().iter().flat_map(|kind| kind.forms.iter().copied()).collect();
        assert_eq!(forms, (1..=53).collect(), "the fifty-three forms");
    }
}
