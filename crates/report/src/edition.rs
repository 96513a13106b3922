//! Frozen reports: values, words, claims and lists of one position, signed, kept in the journal, and compared with what is computed today.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use law::Day;
use ledger::{Draft, Entry, Fault, Ledger, SigningKey, Tx, VerifyingKey, note};
use office::BadInput;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::figure::{Cell, Import, against, list};
use crate::{Indicator, Kind, LIMIT_MAX, Period, Record, Report, Section, Who, indicator};

const KIND: &str = "report.frozen";
/// Slot of the text.
const TEXT: u32 = 1;
/// What the signed note begins with, after the name of the signer.
const FORM: &str = "xiezhi report 1";
/// The longest list of streams kept for a list, bytes; of a longer one there are length and digest only.
const STREAMS_MAX: usize = 64 * 1024;

/// A report that will not change. The body of `report.frozen`, version 1, on stream `report/YEAR`. Frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Name of the bureau.
    pub bureau: String,
    /// The year.
    pub year: i16,
    /// First day.
    pub from: Day,
    /// Last day.
    pub until: Day,
    /// Position of the journal it was computed at.
    pub position: i64,
    /// Root of the journal at that position, hexadecimal.
    pub root: String,
    /// Version of the template; 0 for the built-in one.
    pub template: i64,
    /// Every figure.
    pub figures: Vec<FrozenFigure>,
    /// Every claim.
    pub claims: Vec<FrozenClaim>,
    /// The text. In the journal it stands beside the entry, like every text that may have to be erased; see `sealed`.
    pub text: Vec<Section>,
    /// In the journal: the commitment to the text, kept in slot 1. Absent once it was read back, and from what is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<String>,
    /// Who signed: the name of the key.
    pub origin: String,
    /// The signed note: form, bureau's name of the key, days, position, root and the digest of all the rest.
    pub note: String,
}

/// A figure as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenFigure {
    /// Indicator.
    pub id: String,
    /// As [`crate::Figure::value`].
    pub value: Option<i64>,
    /// As [`crate::Figure::unit`].
    pub unit: String,
    /// As the report said it.
    pub worded: String,
    /// Its list.
    pub list: Held,
    /// It was an imported total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<Import>,
}

/// A claim as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenClaim {
    /// Indicator.
    pub id: String,
    /// Whether it held.
    pub holds: bool,
    /// As the report said it.
    pub worded: String,
    /// Its list.
    pub list: Held,
    /// What spoke against it.
    pub against: Held,
}

/// A list as it was. The position of the edition says at which version each stream stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// How many records.
    pub length: u64,
    /// SHA-256 over keys and cells of all records in order, hexadecimal.
    pub digest: String,
    /// The records' streams, numbers as ranges: `case` → `1-40,42`. Empty where they would be too long or records have none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub streams: BTreeMap<String, String>,
}

/// An edition with what the journal says of it.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// Version of its stream: its number within the year.
    pub number: i64,
    /// Who froze it.
    pub actor: String,
    /// When, UTC milliseconds.
    pub recorded_at: i64,
    /// What was frozen.
    pub edition: Edition,
}

/// What is different today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Indicator.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Words then.
    pub was: String,
    /// Words now.
    pub now: String,
    /// Records then and now.
    pub records: (u64, u64),
}

fn stream(year: i16) -> String {
    format!("report/{year}")
}

/// Can a report of this period be frozen: is its last day there?
///
/// # Errors
/// It is not.
pub fn over(period: &Period, today: Day) -> Result<(), BadInput> {
    if period.until() > today {
        return Err(BadInput::new("截止日期", format!("{} 还没有到，到了以后才能定稿", period.until())));
    }
    Ok(())
}

/// Freezes the report of a period as it is now, and gives the edition's number. It is computed beside the writer at the end of the journal, which
/// the edition names; what is recorded while it is being signed comes after it.
///
/// # Errors
/// The database fails; [`Fault::Bug`] where the period is not over, which [`over`] says in time.
pub async fn freeze(
    ledger: &Ledger,
    who: Who,
    period: Period,
    key: &SigningKey,
    origin: &str,
) -> Result<Frozen, Fault> {
    over(&period, who.today).map_err(|bad| Fault::Bug(bad.to_string()))?;
    let edition = made(ledger, period, key, origin).await?;
    let kept = edition.clone();
    let entry = ledger
        .act(move |tx| {
            let text = serde_json::to_string(&kept.text).map_err(|e| Fault::Bug(e.to_string()))?;
            let sealed = Some(tx.keep(TEXT, &text)?);
            let kept = Edition { text: Vec::new(), sealed, ..kept.clone() };
            tx.append(Draft {
                stream: &stream(kept.year),
                expects: None,
                happened_at: who.today,
                actor: &who.login,
                kind: KIND,
                kind_version: 1,
                body: serde_json::to_string(&kept).map_err(|e| Fault::Bug(e.to_string()))?,
            })
        })
        .await?;
    Ok(Frozen { number: entry.version, actor: entry.actor, recorded_at: entry.recorded_at, edition })
}

/// Computes and signs.
async fn made(ledger: &Ledger, period: Period, key: &SigningKey, origin: &str) -> Result<Edition, Fault> {
    for _ in 0..50 {
        let head = ledger.head().await?;
        let (signer, name) = (key.clone(), origin.to_owned());
        let read = ledger.read(move |tx| {
            let report = Report::of(tx, &period, &head)?;
            Edition::of(tx, report, &signer, &name)
        });
        match read.await {
            Err(Fault::Conflict { .. }) => {}
            done => return done,
        }
    }
    Err(Fault::Unavailable("the journal moved on at every attempt to freeze a report".into()))
}

/// The editions of a year, oldest first, without their texts.
///
/// # Errors
/// The database fails.
pub fn editions(tx: &mut Tx<'_>, year: i16) -> Result<Vec<Frozen>, Fault> {
    tx.stream(&stream(year))?.iter().filter(|e| e.kind == KIND).map(frozen).collect()
}

/// One of them.
///
/// # Errors
/// The database fails.
pub fn edition(tx: &mut Tx<'_>, year: i16, number: i64) -> Result<Option<Frozen>, Fault> {
    let Some(entry) = tx.stream(&stream(year))?.into_iter().find(|e| e.kind == KIND && e.version == number) else {
        return Ok(None);
    };
    let mut found = frozen(&entry)?;
    if found.edition.sealed.take().is_some() {
        let text = tx.texts(&[(entry.position, TEXT)])?.remove(&(entry.position, TEXT));
        let bug = |e: serde_json::Error| Fault::Bug(format!("text of entry {}: {e}", entry.position));
        // Erased by order: the figures stay, the text does not.
        found.edition.text = text.map(|t| serde_json::from_str(&t).map_err(bug)).transpose()?.unwrap_or_default();
    }
    Ok(Some(found))
}

fn frozen(entry: &Entry) -> Result<Frozen, Fault> {
    let edition = serde_json::from_str(&entry.body)
        .map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))?;
    Ok(Frozen { number: entry.version, actor: entry.actor.clone(), recorded_at: entry.recorded_at, edition })
}

/// What of an edition would be said otherwise today, in the order of the report: another value, other words, or other records behind them.
///
/// # Errors
/// The database fails.
pub fn differences(tx: &mut Tx<'_>, edition: &Edition) -> Result<Vec<Change>, Fault> {
    let period = edition.period()?;
    let mut changes = Vec::new();
    let figures = crate::figures(tx, &period)?;
    for was in &edition.figures {
        let now = figures.iter().find(|f| f.id == was.id);
        let (held, worded) = (held(tx, &was.id, &period, false)?, now.map_or("", |f| f.worded.as_str()));
        let same = now.is_some_and(|f| (f.value, &f.unit) == (was.value, &was.unit)) && worded == was.worded;
        if !same || held.digest != was.list.digest {
            changes.push(change(&was.id, &was.worded, worded, (was.list.length, held.length)));
        }
    }
    let claims = crate::claims(tx, &period)?;
    for was in &edition.claims {
        let worded = claims.iter().find(|c| c.id == was.id).map_or("", |c| c.worded.as_str());
        let held = held(tx, &was.id, &period, false)?;
        if worded != was.worded || held.digest != was.list.digest {
            changes.push(change(&was.id, &was.worded, worded, (was.list.length, held.length)));
        }
    }
    Ok(changes)
}

fn change(id: &str, was: &str, now: &str, records: (u64, u64)) -> Change {
    let title = indicator(id).map_or(id, |i| i.title.as_str()).to_owned();
    Change { id: id.to_owned(), title, was: was.to_owned(), now: now.to_owned(), records }
}

impl Edition {
    fn of(tx: &mut Tx<'_>, report: Report, key: &SigningKey, origin: &str) -> Result<Edition, Fault> {
        let period = report.period;
        let mut figures = Vec::new();
        for figure in report.figures {
            let list = held(tx, &figure.id, &period, false)?;
            let crate::Figure { id, value, unit, worded, imported, .. } = figure;
            figures.push(FrozenFigure { id, value, unit, worded, list, imported });
        }
        let mut claims = Vec::new();
        for claim in report.claims {
            let (list, against) = (held(tx, &claim.id, &period, false)?, held(tx, &claim.id, &period, true)?);
            let crate::Claim { id, holds, worded, .. } = claim;
            claims.push(FrozenClaim { id, holds, worded, list, against });
        }
        let mut edition = Edition {
            bureau: report.bureau,
            year: report.year,
            from: period.from(),
            until: period.until(),
            position: report.as_of.position,
            root: report.as_of.root,
            template: report.template,
            figures,
            claims,
            text: report.sections,
            sealed: None,
            origin: origin.to_owned(),
            note: String::new(),
        };
        edition.note = note::signed(&edition.statement()?, origin, key);
        Ok(edition)
    }

    /// What is signed: it names what somebody compares by eye, and binds the rest by its digest.
    fn statement(&self) -> Result<String, Fault> {
        let bare = Edition { note: String::new(), ..self.clone() };
        let json = serde_json::to_string(&bare).map_err(|e| Fault::Bug(e.to_string()))?;
        let Edition { origin, year, from, until, position, root, .. } = self;
        Ok(format!("{origin}\n{FORM}\n{year} {from} {until}\n{position}\n{root}\n{}\n", hex(&Sha256::digest(json))))
    }

    /// The period it is of.
    ///
    /// # Errors
    /// [`Fault::Bug`] where its days are none.
    pub fn period(&self) -> Result<Period, Fault> {
        Period::of_days(self.from, self.until).map_err(|bad| Fault::Bug(bad.to_string()))
    }

    /// Checks that nothing of it was altered since the holder of this key signed it.
    ///
    /// # Errors
    /// What does not fit, in Chinese.
    pub fn check(&self, key: &VerifyingKey) -> Result<(), String> {
        let stated = self.statement().map_err(|e| e.to_string())?;
        let Some((text, _)) = note::split(&self.note) else { return Err("定稿里没有签名。".into()) };
        if text != stated {
            return Err("定稿的内容与签名的内容不符，内容已被改动。".into());
        }
        if !note::is_signed(&self.note, &self.origin, key) {
            return Err("定稿上没有用这把公钥可以验证的签名，请核对公钥和定稿是否出自同一单位。".into());
        }
        Ok(())
    }

    /// Is what was computed the same, whoever signed it?
    pub fn agrees(&self, other: &Edition) -> bool {
        let plain = |e: &Edition| Edition { note: String::new(), origin: String::new(), ..e.clone() };
        plain(self) == plain(other)
    }

    /// Computes the edition anew in a ledger that ends at its position.
    ///
    /// # Errors
    /// The database fails.
    pub async fn again(&self, past: &Ledger, key: &SigningKey) -> Result<Edition, Fault> {
        made(past, self.period()?, key, &self.origin).await
    }

    /// The indicators of its figures, for pages and papers.
    pub fn titled(&self) -> impl Iterator<Item = (&FrozenFigure, &'static Indicator)> + '_ {
        self.figures.iter().filter_map(|f| Some((f, indicator(&f.id).filter(|i| i.kind != Kind::Claim)?)))
    }
}

/// The whole list of an indicator, or what of it speaks against a claim.
fn held(tx: &mut Tx<'_>, id: &str, period: &Period, only_against: bool) -> Result<Held, Fault> {
    let mut sha = Sha256::new();
    let mut numbers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let (mut length, mut after) = (0_u64, None::<String>);
    loop {
        let page = if only_against {
            against(tx, id, period, after.as_deref(), LIMIT_MAX)?
        } else {
            list(tx, id, period, after.as_deref(), LIMIT_MAX)?
        };
        let Some(page) = page else { break };
        for record in &page.records {
            length += 1;
            sha.update(line(record));
            for cell in &record.cells {
                match cell {
                    Cell::Case(n) => numbers.entry("case".into()).or_default().push(*n),
                    Cell::Ticket(n) => numbers.entry("ticket".into()).or_default().push(*n),
                    Cell::Record(register, n) => numbers.entry(format!("register/{register}")).or_default().push(*n),
                    _ => {}
                }
            }
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let mut streams: BTreeMap<String, String> = numbers.into_iter().map(|(name, all)| (name, ranges(all))).collect();
    if streams.values().map(String::len).sum::<usize>() > STREAMS_MAX {
        streams.clear();
    }
    Ok(Held { length, digest: hex(&sha.finalize()), streams })
}

/// A record in one unambiguous line: JSON of its key and of its cells, each with a letter for what it is.
fn line(record: &Record) -> String {
    let cells = record.cells.iter().map(|cell| match cell {
        Cell::Empty => "-".to_owned(),
        Cell::Text(text) => format!("t{text}"),
        Cell::Day(text) => format!("d{text}"),
        Cell::Money(n) => format!("m{n}"),
        Cell::Number(n) => format!("n{n}"),
        Cell::Flag(yes) => format!("f{}", i32::from(*yes)),
        Cell::Case(n) => format!("c{n}"),
        Cell::Ticket(n) => format!("k{n}"),
        Cell::Tenths(n) => format!("z{n}"),
        Cell::Record(register, n) => format!("r{register}/{n}"),
    });
    let parts: Vec<String> = std::iter::once(record.key.clone()).chain(cells).collect();
    format!("{}\n", serde_json::Value::from(parts))
}

/// Numbers in order, each once, runs as `first-last`.
fn ranges(mut all: Vec<i64>) -> String {
    all.sort_unstable();
    all.dedup();
    let mut text = String::new();
    let mut rest = all.as_slice();
    while let Some(&first) = rest.first() {
        let run = rest.iter().zip(first..).take_while(|(n, wanted)| **n == *wanted).count().max(1);
        if !text.is_empty() {
            text.push(',');
        }
        // Writing into a string cannot fail.
        let _ = match run {
            1 => write!(text, "{first}"),
            _ => write!(text, "{first}-{}", rest[run - 1]),
        };
        rest = &rest[run..];
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_ranges() {
        assert_eq!(ranges(vec![5, 1, 2, 3, 3, 9, 8]), "1-3,5,8-9");
        assert_eq!(ranges(Vec::new()), "");
        assert_eq!(ranges(vec![7]), "7");
    }

    #[test]
    fn the_body_keeps_its_shape() {
        let body = concat!(
            r#"{"bureau":"区局","year":2024,"from":"2024-01-01","until":"2024-11-21","position":9,"root":"ab","template":0,"#,
            r#""figures":[{"id":"ticket.calls","value":2,"unit":"个","worded":"2个","list":{"length":2,"digest":"cd","streams":{"ticket":"1-2"}}},"#,
            r#"{"id":"suggestion.total","value":96,"unit":"条","worded":"96条","list":{"length":0,"digest":"ee"},"imported":{"until":"2024-11-21","source":"旧报告"}}],"#,
            r#""claims":[{"id":"claim.duty_answered","holds":true,"worded":"均已回复","list":{"length":1,"digest":"ef"},"against":{"length":0,"digest":"00"}}],"#,
            r#""text":[{"title":"一","blocks":[{"paragraph":[{"text":"甲","origin":"prose"},{"text":"2个","origin":{"figure":"ticket.calls"}},"#,
            r#"{"text":"乙","origin":{"record":["letter",2]}}]},{"table":{"id":"ticket.calls","title":"来电","head":["月","个"],"rows":[["2024-01","2"]]}}]}],"#,
            r#""origin":"localhost/x","note":"n"}"#
        );
        let edition: Edition = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_string(&edition).unwrap(), body);
        assert!(serde_json::from_str::<Edition>(&body.replacen('{', r#"{"more":1,"#, 1)).is_err());
    }
}
