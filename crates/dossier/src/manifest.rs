//! The list of what is in a package, as a signed note: a line for each file, with the bureau's signature below.

use ledger::{SigningKey, VerifyingKey, note};

use crate::container::Member;

/// Name in the package.
pub(crate) const NAME: &str = "manifest.txt";
/// Of a case without stamped originals.
const FIRST: &str = "xiezhi/dossier/1";
/// With a line for the entries of the stream of papers.
const SECOND: &str = "xiezhi/dossier/2";

/// A list as read or to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// Who signed.
    pub(crate) origin: String,
    pub(crate) bureau: String,
    pub(crate) stream: String,
    /// Number of the newest decision; no line end in it.
    pub(crate) number: String,
    /// Code of the variant.
    pub(crate) variant: String,
    /// Entries of the stream, opened or sealed.
    pub(crate) entries: usize,
    /// Entries of the stream of its papers, opened or sealed; 0 where it has none.
    pub(crate) papers: usize,
    /// SHA-256, SM3, size and name of each file, in the order of the container.
    pub(crate) files: Vec<(String, String, u64, String)>,
}

impl Manifest {
    /// The files of these members.
    pub(crate) fn files(members: &[Member]) -> Vec<(String, String, u64, String)> {
        members.iter().map(|m| (m.sha256.clone(), m.sm3.clone(), m.bytes, m.name.clone())).collect()
    }

    fn text(&self) -> String {
        let Manifest { origin, bureau, stream, number, variant, entries, papers, files } = self;
        let format = if *papers == 0 { FIRST } else { SECOND };
        let mut text = format!(
            "{format}\norigin {origin}\nbureau {bureau}\nstream {stream}\nnumber {number}\nvariant {variant}\nentries {entries}\n"
        );
        if *papers > 0 {
            text.push_str(&format!("papers {papers}\n"));
        }
        for (sha256, sm3, bytes, name) in files {
            text.push_str(&format!("{sha256} {sm3} {bytes} {name}\n"));
        }
        text
    }

    /// The list with its signature.
    pub(crate) fn signed(&self, key: &SigningKey) -> String {
        note::signed(&self.text(), &self.origin, key)
    }

    /// Reads a list without looking at its signature. There is one spelling of it only.
    pub(crate) fn read(note: &str) -> Option<Manifest> {
        let (text, signatures) = note::split(note)?;
        if !signatures.ends_with('\n') || signatures.lines().count() != 1 {
            return None;
        }
        let mut lines = text.lines();
        let second = match lines.next()? {
            FIRST => false,
            SECOND => true,
            _ => return None,
        };
        let mut field = |name: &str| Some(lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
        let (origin, bureau) = (field("origin")?, field("bureau")?);
        let (stream, number, variant) = (field("stream")?, field("number")?, field("variant")?);
        let entries = field("entries")?.parse().ok()?;
        let papers = if second { field("papers")?.parse().ok()? } else { 0 };
        let files = lines.map(|line| {
            let mut words = line.splitn(4, ' ');
            let (sha256, sm3) = (words.next()?.to_owned(), words.next()?.to_owned());
            Some((sha256, sm3, words.next()?.parse().ok()?, words.next()?.to_owned()))
        });
        let files = files.collect::<Option<Vec<_>>>()?;
        let manifest = Manifest { origin, bureau, stream, number, variant, entries, papers, files };
        (manifest.text() == text).then_some(manifest)
    }

    /// Whether the note this was read from carries a signature of this key.
    pub(crate) fn is_signed(&self, note: &str, key: &VerifyingKey) -> bool {
        note::is_signed(note, &self.origin, key)
    }
}
