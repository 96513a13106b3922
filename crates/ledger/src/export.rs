//! The journal as lines of JSON, for whoever wants to keep or check it without this program's database.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};

use crate::entry::Envelope;
use crate::merkle::{self, Frontier};
use crate::tx::{Access, Link, entries_after};
use crate::verify::Walk;
use crate::{Broken, ChainHash, Entry, Fault, Ledger, Verified};

/// Entries read at a time.
const CHUNK: i64 = 2000;

/// One line of an export: the entry and the bureau whose it is. The body is a JSON string of the exact text hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The bureau, which is part of what is hashed.
    pub bureau: String,
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
}

#[derive(Serialize)]
struct LineRef<'a> {
    bureau: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Ledger {
    /// Writes every entry as one line and gives how many there were. Texts are not in it: only their commitments are.
    pub async fn export(&self, out: impl Write + Send + 'static) -> Result<u64, Fault> {
        self.aside(move |link, inner| {
            link.begin(Access::Read)?;
            let done = write_lines(link, &inner.bureau, out);
            link.rollback();
            done
        })
        .await
    }
}

pub(crate) fn write_lines(link: &mut Link, bureau: &str, out: impl Write) -> Result<u64, Fault> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, out);
    let (mut after, mut count) = (0, 0);
    loop {
        let entries = entries_after(link, bureau, after, i64::MAX, CHUNK)?;
        let Some(last) = entries.last() else { break };
        after = last.position;
        for entry in &entries {
            serde_json::to_writer(&mut out, &LineRef { bureau, entry })
                .map_err(|error| crate::tx::io(&error.into()))?;
            out.write_all(b"\n").map_err(|error| crate::tx::io(&error))?;
            count += 1;
        }
    }
    out.flush().map_err(|error| crate::tx::io(&error))?;
    Ok(count)
}

/// Verifies an export: the chain from its beginning and the root over it. Texts cannot be checked, as they are not there.
///
/// # Errors
/// The first thing found wrong, with its position.
pub fn check_export(lines: impl BufRead) -> Result<Verified, Broken> {
    let mut walk = None;
    let mut frontier = Frontier::default();
    let mut bureau = String::new();
    for (number, line) in (1..).zip(lines.lines()) {
        let line = line.map_err(|error| Broken::at(number, format!("导出文件不能读取:{error}")))?;
        let Line { bureau: said, entry } = serde_json::from_str(&line)
            .map_err(|error| Broken::at(number, format!("导出文件第 {number} 行不是一号记录:{error}")))?;
        let walk = walk.get_or_insert_with(|| {
            bureau.clone_from(&said);
            Walk { expected: 1, prev: ChainHash::beginning(&said), recorded_at: 0 }
        });
        if said != bureau {
            return Err(Broken::at(number, format!("属于另一单位「{said}」")));
        }
        let day = entry.happened_at.to_string();
        let hash = walk.step(&Envelope::of(&entry, &bureau, &day), &entry.hash.0)?;
        frontier.push(merkle::leaf(&hash));
    }
    let entries = walk.map_or(0, |walk| walk.expected - 1);
    Ok(Verified { entries, root: Some(frontier.root()), ..Verified::default() })
}
