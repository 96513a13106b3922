//! Verification: the whole journal hashed again, the tree built again, every text compared with its commitment.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::checkpoint::Checkpoint;
use crate::entry::Envelope;
use crate::merkle::{self, BLOCK, Node};
use crate::tx::{Access, Link, Row, Tip};
use crate::{ChainHash, Fault, Ledger, Place, Root, text};

/// Entries read at a time.
const CHUNK: i64 = 1000;

/// What was found in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries whose hashes, order and times hold.
    pub entries: i64,
    /// The root of the tree over them; `None` only before anything was verified.
    pub root: Option<Root>,
    /// Texts that match their commitments.
    pub texts: u64,
    /// Texts erased, counted by the position of the entry that ordered it.
    pub erased: BTreeMap<i64, u64>,
    /// Whether a checkpoint kept elsewhere was compared, and holds.
    pub against_checkpoint: bool,
}

/// The first thing found wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The entry concerned, where it is known.
    pub position: Option<i64>,
    /// The text of that entry concerned.
    pub slot: Option<i64>,
    /// What is wrong, in Chinese.
    pub what: String,
}

impl Broken {
    pub(crate) fn at(position: i64, what: impl Into<String>) -> Broken {
        Broken { position: Some(position), slot: None, what: what.into() }
    }

    fn text(position: i64, slot: i64, what: impl Into<String>) -> Broken {
        Broken { position: Some(position), slot: Some(slot), what: what.into() }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.position, self.slot) {
            (Some(position), Some(slot)) => write!(f, "第 {position} 号记录的第 {slot} 项文本:{}", self.what),
            (Some(position), None) => write!(f, "第 {position} 号记录:{}", self.what),
            _ => f.write_str(&self.what),
        }
    }
}

impl std::error::Error for Broken {}

impl From<Fault> for Broken {
    fn from(fault: Fault) -> Self {
        Broken { position: None, slot: None, what: format!("核验没有完成:{fault:?}") }
    }
}

impl Ledger {
    /// Verifies chain, tree, texts, head and kept checkpoints, beside the running ledger, as of its start.
    ///
    /// `against` is a checkpoint kept elsewhere, its signature checked by the caller ([`Checkpoint::open`]): without it, removing the newest entries
    /// together with the head cannot be seen. `threads` share the journal between them.
    ///
    /// # Errors
    /// The first thing found wrong, with its position.
    pub async fn verify(&self, against: Option<&Checkpoint>, threads: usize) -> Result<Verified, Broken> {
        let against = against.cloned();
        self.aside(move |link, inner| {
            link.begin(Access::Read)?;
            let found = verify(link, &inner.place, &inner.bureau, against.as_ref(), threads);
            link.rollback();
            Ok(found)
        })
        .await?
    }
}

fn verify(
    link: &mut Link,
    place: &Place,
    bureau: &str,
    against: Option<&Checkpoint>,
    threads: usize,
) -> Result<Verified, Broken> {
    let tip = link.tip(bureau)?.ok_or_else(|| Fault::bug(format!("no chain for bureau {bureau}")))?;
    bounds(link, bureau, tip.position)?;
    let ranges = ranges(tip.position, threads);
    let parts = std::thread::scope(|scope| {
        let threads = ranges.iter().map(|&(from, to)| {
            scope.spawn(move || {
                let mut link = Link::open(place, Access::Read)?;
                link.begin(Access::Read)?;
                Part::verify(&mut link, bureau, from, to, tip.position)
            })
        });
        let threads = threads.collect::<Vec<_>>();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(Fault::bug("a verifying thread panicked").into())))
            .collect::<Vec<_>>()
    });
    let mut verified = Verified::default();
    let (mut blocks, mut tail, mut last) = (Vec::new(), Vec::new(), ChainHash::beginning(bureau));
    // In order, so that the first thing wrong in the journal is the one named.
    for part in parts {
        let part = part?;
        verified.entries += part.entries;
        verified.texts += part.texts;
        for (by, count) in part.erased {
            *verified.erased.entry(by).or_default() += count;
        }
        blocks.extend(part.blocks);
        tail = part.tail;
        last = part.last;
    }
    let root = head(&tip, &blocks, &tail, last)?;
    stored_blocks(link, bureau, &blocks)?;
    stored_checkpoints(link, bureau, &tip)?;
    if let Some(checkpoint) = against {
        compare(link, bureau, &tip, &blocks, checkpoint)?;
        verified.against_checkpoint = true;
    }
    verified.root = Some(root);
    Ok(verified)
}

/// Splits 1..=n so that whole blocks stay together.
fn ranges(n: i64, threads: usize) -> Vec<(i64, i64)> {
    let block = BLOCK.cast_signed();
    let blocks = (n + block - 1) / block;
    let each = (blocks / i64::try_from(threads.clamp(1, 64)).unwrap_or(1)).max(1) * block;
    let mut ranges = Vec::new();
    let mut from = 1;
    while from <= n {
        let to = if ranges.len() + 1 == threads.max(1) { n } else { (from + each - 1).min(n) };
        ranges.push((from, to));
        from = to + 1;
    }
    ranges
}

/// Rows outside the chain.
fn bounds(link: &mut Link, bureau: &str, last: i64) -> Result<(), Broken> {
    for (sql, what) in [
        (
            "SELECT position FROM journal WHERE bureau = $1 AND (position < 1 OR position > $2) ORDER BY position LIMIT 1",
            "在账本末尾之后(或者开头之前),不属于账本",
        ),
        (
            "SELECT position FROM texts WHERE bureau = $1 AND (position < 1 OR position > $2) ORDER BY position LIMIT 1",
            "有文本,却没有这一号记录",
        ),
    ] {
        // A position that is not a number at all is found as the gap it leaves.
        if let Some(position) = link.row(sql, &[bureau.into(), last.into()], |row| Ok(row.int(0))).unwrap_or_default() {
            return Err(Broken::at(position, what));
        }
    }
    Ok(())
}

/// What one thread found over its range.
struct Part {
    entries: i64,
    texts: u64,
    erased: BTreeMap<i64, u64>,
    blocks: Vec<Node>,
    /// Leaves after the last complete block.
    tail: Vec<Node>,
    last: ChainHash,
}

/// A row of the journal exactly as stored.
struct Stored {
    format: i64,
    position: i64,
    stream: String,
    version: i64,
    happened_at: String,
    recorded_at: i64,
    actor: String,
    kind: String,
    kind_version: i64,
    body: String,
    texts: i64,
    prev: Vec<u8>,
    hash: Vec<u8>,
}

impl Stored {
    fn read(row: &Row<'_>) -> Stored {
        Stored {
            format: row.int(0),
            position: row.int(1),
            stream: row.text(2),
            version: row.int(3),
            happened_at: row.text(4),
            recorded_at: row.int(5),
            actor: row.text(6),
            kind: row.text(7),
            kind_version: row.int(8),
            body: row.text(9),
            texts: row.int(10),
            prev: row.blob(11),
            hash: row.blob(12),
        }
    }
}

/// Walks along the chain, entry by entry.
pub(crate) struct Walk {
    pub(crate) expected: i64,
    pub(crate) prev: ChainHash,
    pub(crate) recorded_at: i64,
}

impl Walk {
    /// Takes the next entry; gives its hash.
    pub(crate) fn step(&mut self, said: &Envelope<'_>, hash: &[u8]) -> Result<ChainHash, Broken> {
        let at = self.expected;
        if said.position != at {
            return Err(Broken::at(at, "缺少这一号记录"));
        }
        if said.format != i64::from(crate::FORMAT) {
            return Err(Broken::at(at, format!("记录格式 {} 不是已知的格式", said.format)));
        }
        if said.prev != self.prev.0 {
            return Err(Broken::at(at, "所记的上一号哈希值与上一号记录不符"));
        }
        if said.recorded_at < self.recorded_at {
            return Err(Broken::at(at, "记录时间早于上一号记录"));
        }
        let computed = said.hash();
        if hash != computed.0 {
            return Err(Broken::at(at, "内容与哈希值不符,内容或者哈希值已被改动"));
        }
        (self.expected, self.prev, self.recorded_at) = (at + 1, computed, said.recorded_at);
        Ok(computed)
    }
}

impl Part {
    fn verify(link: &mut Link, bureau: &str, from: i64, to: i64, last: i64) -> Result<Part, Broken> {
        let mut part = Part {
            entries: 0,
            texts: 0,
            erased: BTreeMap::new(),
            blocks: Vec::new(),
            tail: Vec::new(),
            last: ChainHash::beginning(bureau),
        };
        let mut walk = Walk { expected: from, prev: part.last, recorded_at: 0 };
        if from > 1 {
            // Whether these are true is found by the thread that has the range before.
            let before = link.row(
                "SELECT hash, recorded_at FROM journal WHERE bureau = $1 AND position = $2",
                &[bureau.into(), (from - 1).into()],
                |row| Ok((row.blob(0), row.int(1))),
            );
            let (hash, recorded_at) =
                before.ok().flatten().ok_or_else(|| Broken::at(from - 1, "缺少这一号记录,或者不能读取"))?;
            walk.prev = hash.try_into().map(ChainHash).map_err(|_| Broken::at(from - 1, "哈希值长度不对"))?;
            walk.recorded_at = recorded_at;
        }
        while walk.expected <= to {
            let (first, until) = (walk.expected, (walk.expected + CHUNK - 1).min(to));
            let rows = stored(link, bureau, first, until)?;
            if rows.is_empty() {
                return Err(Broken::at(first, "缺少这一号记录"));
            }
            for row in &rows {
                part.entry(&mut walk, bureau, row)?;
            }
            if walk.expected <= until {
                return Err(Broken::at(walk.expected, "缺少这一号记录"));
            }
            part.compare_texts(link, bureau, &rows, last)?;
        }
        part.last = walk.prev;
        Ok(part)
    }

    fn entry(&mut self, walk: &mut Walk, bureau: &str, row: &Stored) -> Result<(), Broken> {
        let said = Envelope {
            format: row.format,
            bureau,
            position: row.position,
            stream: &row.stream,
            version: row.version,
            happened_at: &row.happened_at,
            recorded_at: row.recorded_at,
            actor: &row.actor,
            kind: &row.kind,
            kind_version: row.kind_version,
            body: &row.body,
            texts: row.texts,
            prev: &row.prev,
        };
        let hash = walk.step(&said, &row.hash)?;
        self.entries += 1;
        self.tail.push(merkle::leaf(&hash));
        if self.tail.len() as u64 == BLOCK {
            self.blocks.push(merkle::root_of(self.tail.drain(..)));
        }
        Ok(())
    }

    /// Every text kept under these entries must be there, and match a commitment its entry carries, or be erased as a whole.
    fn compare_texts(&mut self, link: &mut Link, bureau: &str, rows: &[Stored], last: i64) -> Result<(), Broken> {
        let [first, .., end] = rows else {
            return match rows {
                [one] => self.texts_between(link, bureau, rows, one.position, one.position, last),
                _ => Ok(()),
            };
        };
        self.texts_between(link, bureau, rows, first.position, end.position, last)
    }

    fn texts_between(
        &mut self,
        link: &mut Link,
        bureau: &str,
        rows: &[Stored],
        from: i64,
        to: i64,
        last: i64,
    ) -> Result<(), Broken> {
        let mut counts = vec![0; rows.len()];
        let mut wrong = None;
        let done = link.each(
            "SELECT position, slot, salt, value, erased_by FROM texts WHERE bureau = $1 AND position >= $2 AND position <= $3 \
             ORDER BY position, slot",
            &[bureau.into(), from.into(), to.into()],
            |row| {
                let (position, slot, erased_by) = (row.int(0), row.int(1), row.opt_int(4));
                let (salt, value) = (row.opt_blob(2), row.opt_text(3));
                let at = usize::try_from(position - from).unwrap_or(usize::MAX);
                let (Some(entry), Some(count)) = (rows.get(at), counts.get_mut(at)) else {
                    return Err(Fault::bug("a text outside its range"));
                };
                *count += 1;
                let what = match (row.misread(), salt, value, erased_by) {
                    (Some(what), ..) => Some(format!("不能读取({what})")),
                    (_, Some(salt), Some(value), None) => {
                        self.texts += 1;
                        let holds = entry.body.contains(&text::commitment(position, slot, &salt, &value));
                        (!holds).then(|| "文本与记录中的承诺值不符,文本已被改动".to_owned())
                    }
                    (_, None, None, Some(by)) if (position..=last).contains(&by) => {
                        *self.erased.entry(by).or_default() += 1;
                        None
                    }
                    _ => Some("文本残缺,又没有删除的依据".to_owned()),
                };
                match what {
                    Some(what) => {
                        wrong = Some(Broken::text(position, slot, what));
                        Err(Fault::bug("stop"))
                    }
                    None => Ok(()),
                }
            },
        );
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        done?;
        match rows.iter().zip(counts).find(|(row, count)| row.texts != *count) {
            Some((row, count)) => Err(Broken::at(row.position, format!("应有 {} 项文本,现有 {count} 项", row.texts))),
            None => Ok(()),
        }
    }
}

fn stored(link: &mut Link, bureau: &str, from: i64, to: i64) -> Result<Vec<Stored>, Broken> {
    let (mut rows, mut wrong) = (Vec::new(), None);
    let done = link.each(
        &format!(
            "SELECT {} FROM journal WHERE bureau = $1 AND position >= $2 AND position <= $3 ORDER BY position",
            crate::tx::ENTRY
        ),
        &[bureau.into(), from.into(), to.into()],
        |row| {
            let read = Stored::read(row);
            match row.misread() {
                Some(what) => {
                    wrong = Some(Broken::at(from + rows.len() as i64, format!("不能读取({what})")));
                    Err(Fault::bug("stop"))
                }
                None => {
                    rows.push(read);
                    Ok(())
                }
            }
        },
    );
    match (wrong, done) {
        // Rows before it are looked at first: one of them may be missing.
        (Some(wrong), _) if rows.is_empty() => Err(wrong),
        (Some(wrong), _) => {
            let gap = rows.iter().zip(from..).find(|(row, expected)| row.position != *expected);
            Err(gap.map_or(wrong, |(_, expected)| Broken::at(expected, "缺少这一号记录")))
        }
        (None, Err(fault)) => Err(fault.into()),
        (None, Ok(())) => Ok(rows),
    }
}

/// The head against what was computed.
fn head(tip: &Tip, blocks: &[Node], tail: &[Node], last: ChainHash) -> Result<Root, Broken> {
    let tree = merkle::Tree {
        size: tip.position.cast_unsigned(),
        blocks: blocks.to_vec(),
        open: [(blocks.len() as u64, tail.to_vec())].into(),
    };
    let root = tree.root().ok_or_else(|| Fault::bug("the tree has a hole"))?;
    if tip.hash != last {
        return Err(Broken::at(tip.position, "账本末尾所记的哈希值与最后一号记录不符"));
    }
    if tip.frontier.root() != root {
        return Err(Broken::at(tip.position, "账本末尾所记的树根与全部记录不符"));
    }
    Ok(root)
}

fn stored_blocks(link: &mut Link, bureau: &str, blocks: &[Node]) -> Result<(), Broken> {
    let stored =
        link.rows("SELECT number, root FROM blocks WHERE bureau = $1 ORDER BY number", &[bureau.into()], |row| {
            Ok((row.int(0), row.blob(1)))
        })?;
    // Blocks completed since the beginning of this verification are not known here.
    for (number, root) in blocks.iter().enumerate() {
        if stored.get(number).is_none_or(|(n, kept)| *n != number as i64 || kept != root) {
            return Err(Broken::at((number as i64 + 1) * BLOCK.cast_signed(), "所存的分块树根与记录不符"));
        }
    }
    match stored.get(blocks.len()) {
        Some((number, _)) => Err(Broken { position: None, slot: None, what: format!("多出第 {number} 块树根") }),
        None => Ok(()),
    }
}

fn stored_checkpoints(link: &mut Link, bureau: &str, tip: &Tip) -> Result<(), Broken> {
    let notes = link.rows(
        "SELECT c.size, c.note, j.hash FROM checkpoints c LEFT JOIN journal j ON j.bureau = c.bureau AND j.position = c.size \
         WHERE c.bureau = $1 ORDER BY c.size",
        &[bureau.into()],
        |row| Ok((row.int(0), row.text(1), row.opt_blob(2))),
    )?;
    for (size, note, hash) in notes {
        let checkpoint = Checkpoint::read(&note).map_err(|what| Broken::at(size, what))?;
        let hash = if size == 0 { Some(ChainHash::beginning(bureau).0.to_vec()) } else { hash };
        if checkpoint.size != size || size > tip.position || hash.as_deref() != Some(checkpoint.chain.0.as_slice()) {
            return Err(Broken::at(size, "所存的检查点与账本不符:检查点之前的记录已被改动或者删除"));
        }
    }
    Ok(())
}

fn compare(link: &mut Link, bureau: &str, tip: &Tip, blocks: &[Node], checkpoint: &Checkpoint) -> Result<(), Broken> {
    let size = checkpoint.size;
    if size > tip.position {
        return Err(Broken::at(
            tip.position + 1,
            format!("检查点签有 {size} 号记录,账本现只有 {} 号:最新的记录已被删除", tip.position),
        ));
    }
    let mut tree = crate::proof::tree(link, bureau, size, &[])?;
    tree.blocks = blocks.iter().copied().take(tree.blocks.len()).collect();
    if tree.root() != Some(checkpoint.root) {
        return Err(Broken::at(size, "检查点所签的树根与账本不符:检查点之前的记录已被改动"));
    }
    Ok(())
}
