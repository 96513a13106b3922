//! What belongs to a file: the case, its entries, its texts with their salts, in one snapshot.

use std::collections::BTreeSet;

use casework::read::file::{ActRow, CaseFile};
use casework::scans;
use casework::{Casework, INPUT_SLOT, PARTY_SLOTS};
use law::Day;
use law::acts::Kind;
use law::case::Recorded;
use law::dossier::{Class, for_court, in_order, is_inner};
use ledger::{Entry, Fault, Tx};

/// Which part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Outer and inner part: for the archive, a superior, a court that orders it.
    Whole,
    /// The outer part alone: for the party, its lawyer, the reviewing authority and the court.
    Inspection,
    /// What a court is given when it is asked to enforce.
    Court,
}

impl Variant {
    /// All of them.
    pub const ALL: [Variant; 3] = [Variant::Whole, Variant::Inspection, Variant::Court];

    /// The word in addresses and in the journal.
    pub fn code(self) -> &'static str {
        match self {
            Variant::Whole => "whole",
            Variant::Inspection => "inspection",
            Variant::Court => "court",
        }
    }

    /// The Chinese word.
    pub fn label(self) -> &'static str {
        match self {
            Variant::Whole => "全卷",
            Variant::Inspection => "正卷",
            Variant::Court => "申请法院执行材料",
        }
    }

    /// The variant of this code.
    pub fn parse(code: &str) -> Option<Variant> {
        Variant::ALL.into_iter().find(|variant| variant.code() == code)
    }
}

/// A text kept beside the journal, with the salt its commitment was made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Position of its entry.
    pub position: i64,
    /// Its slot there.
    pub slot: u32,
    /// Random bytes.
    pub salt: Vec<u8>,
    /// The text.
    pub text: String,
}

/// An act of the file, in the order of the file.
pub struct Part<'a> {
    /// Its class.
    pub class: Class,
    /// It belongs to the inner part.
    pub inner: bool,
    /// It was entered by mistake.
    pub void: bool,
    /// The act.
    pub act: &'a ActRow,
}

/// Everything a file is made of, but the bytes of its documents and evidence.
pub struct Contents {
    /// Which part.
    pub variant: Variant,
    /// The case as its page shows it.
    pub file: CaseFile,
    /// Its entries, oldest first.
    pub entries: Vec<Entry>,
    /// The texts that still stand.
    pub texts: Vec<Kept>,
    /// The stamped originals that stand beside its documents.
    pub scans: Vec<scans::Row>,
    /// The entries of the stream of its papers, oldest first: how the originals came there and went.
    pub papers: Vec<Entry>,
}

impl Contents {
    /// Reads a case, in few statements whatever its length.
    ///
    /// # Errors
    /// The database fails.
    pub fn read(
        own: &Casework,
        tx: &mut Tx<'_>,
        case: i64,
        variant: Variant,
        today: Day,
    ) -> Result<Option<Contents>, Fault> {
        let Some(file) = own.file(tx, case, today)? else { return Ok(None) };
        let (stream, papers) = (casework::stream(case), scans::stream(case));
        let entries = tx.stream(&stream)?;
        let scanned = tx.stream(&papers)?;
        let bureau = tx.bureau().to_owned();
        let texts = tx.rows(
            "SELECT t.position, t.slot, t.salt, t.value FROM texts t \
             JOIN journal j ON j.bureau = t.bureau AND j.position = t.position \
             WHERE j.bureau = $1 AND j.stream IN ($2, $3) ORDER BY t.position, t.slot",
            &[bureau.as_str().into(), stream.as_str().into(), papers.as_str().into()],
            |row| Ok((row.int(0), row.int(1), row.opt_blob(2), row.opt_text(3))),
        )?;
        let texts = texts.into_iter().filter_map(|(position, slot, salt, text)| {
            Some(Kept { position, slot: u32::try_from(slot).ok()?, salt: salt?, text: text? })
        });
        let mut scans = scans::of_case(tx, case)?;
        scans.retain(|scan| scan.dropped.is_none());
        Ok(Some(Contents { variant, file, entries, texts: texts.collect(), scans, papers: scanned }))
    }

    /// The acts this variant shows, in the order of the file.
    pub fn parts(&self) -> Vec<Part<'_>> {
        let case = &self.file.case;
        in_order(case)
            .into_iter()
            .filter_map(|(class, recorded)| {
                let inner = is_inner(case, recorded);
                let act = self.file.act(recorded.no)?;
                Some(Part { class, inner, void: case.is_void(recorded.no), act })
            })
            .filter(|part| self.shows(&part.act.recorded))
            .collect()
    }

    /// Positions of the entries this variant does not open: of acts it does not show, and of originals of their documents. What was put to
    /// a wrong document and taken away again is of another case's paper, perhaps: only the whole file says so.
    pub(crate) fn sealed(&self) -> BTreeSet<i64> {
        if self.variant == Variant::Whole {
            return BTreeSet::new();
        }
        let acts = self.file.acts.iter().filter(|act| !self.shows(&act.recorded)).map(|act| act.position);
        let shown: BTreeSet<i64> = self.shown_scans().map(|scan| scan.position).collect();
        acts.chain(self.papers.iter().map(|entry| entry.position).filter(|at| !shown.contains(at))).collect()
    }

    /// The standing originals of the documents this variant shows.
    pub(crate) fn shown_scans(&self) -> impl Iterator<Item = &scans::Row> {
        let acts = self.file.acts.iter().filter(|act| self.shows(&act.recorded));
        let codes: BTreeSet<&str> = acts.filter_map(|act| Some(act.document.as_ref()?.code.as_str())).collect();
        self.scans.iter().filter(move |scan| codes.contains(scan.code.as_str()))
    }

    /// How many acts this variant does not show.
    pub(crate) fn sealed_acts(&self) -> usize {
        self.file.acts.iter().filter(|act| !self.shows(&act.recorded)).count()
    }

    /// Does this variant show the act?
    fn shows(&self, act: &Recorded) -> bool {
        match self.variant {
            Variant::Whole => true,
            Variant::Inspection => !is_inner(&self.file.case, act),
            Variant::Court => for_court(&self.file.case, act),
        }
    }

    /// The texts this variant opens: none of the inner part, and for inspection no number, address or telephone of a party beyond what the
    /// documents say, because a case may have several parties.
    pub(crate) fn opened(&self) -> impl Iterator<Item = &Kept> {
        let sealed = self.sealed();
        // Of the ten slots of a party, the first is its name and the fifth its representative.
        let private = |slot: u32| slot >= PARTY_SLOTS && !matches!((slot - PARTY_SLOTS) % 10, 0 | 4);
        let inspected = self.variant == Variant::Inspection;
        // Why somebody put an original to a document by hand may name anybody.
        let papers: BTreeSet<i64> = self.papers.iter().map(|entry| entry.position).collect();
        let whole = self.variant == Variant::Whole;
        self.texts.iter().filter(move |t| {
            !(sealed.contains(&t.position) || inspected && private(t.slot) || !whole && papers.contains(&t.position))
        })
    }

    /// The complete input of the document the entry at this position issued; none once erased.
    pub(crate) fn input(&self, position: i64) -> Option<&str> {
        self.texts.iter().find(|t| t.position == position && t.slot == INPUT_SLOT).map(|t| t.text.as_str())
    }

    /// The stamped originals of a document, oldest first.
    pub(crate) fn scans_of(&self, code: &str) -> impl Iterator<Item = &scans::Row> {
        self.scans.iter().filter(move |scan| scan.code == code)
    }

    /// The day the file ends: no act of it happened later.
    pub(crate) fn until(&self) -> Day {
        self.file.acts.iter().map(|act| act.recorded.happened).max().unwrap_or(Day::constant(1970, 1, 1))
    }

    /// Number of the newest decision, or of the newest document.
    pub(crate) fn number(&self) -> String {
        let decided = [Kind::PenaltyDecided, Kind::PenaltyWaived, Kind::UnprovenDecided, Kind::OnSpotPenalty];
        let found = decided.iter().find_map(|kind| self.file.last(*kind)?.recorded.allocated.number.clone());
        found.unwrap_or_else(|| self.file.row.number.clone())
    }
}
