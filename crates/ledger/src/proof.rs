//! Proofs: the entries of one stream, bound to a checkpoint somebody else keeps.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};

use crate::checkpoint::Checkpoint;
use crate::merkle::{self, BLOCK, Tree};
use crate::tx::{Link, read_entry};
use crate::{ChainHash, Entry, Fault, Ledger, Root, tx};

/// Every entry of a stream within a checkpoint, each with its way up to the signed root.
///
/// It shows that these entries stood in the journal, with exactly these bytes, and that none is missing between them. That no later
/// entry of the stream exists within the checkpoint it cannot show; a newer proof does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The bureau whose journal it is.
    pub bureau: String,
    /// The stream shown.
    pub stream: String,
    /// The signed note it was made against.
    pub note: String,
    /// The entries from version 1 on.
    pub entries: Vec<Proved>,
}

/// One entry and its way up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// The entry, its body as hashed.
    pub entry: Entry,
    /// The nodes beside the way from its leaf to the root, from below.
    pub path: Vec<Root>,
}

/// What a proof shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The bureau whose journal it is.
    pub bureau: String,
    /// The stream shown.
    pub stream: String,
    /// Who signed the checkpoint.
    pub origin: String,
    /// The size of the journal at the checkpoint.
    pub size: i64,
    /// The signed root.
    pub root: Root,
    /// How many entries were shown.
    pub entries: usize,
}

impl Ledger {
    /// Proves every entry that the stream had at the checkpoint.
    ///
    /// # Errors
    /// [`Fault::Bug`] where the checkpoint is not of this journal.
    pub async fn prove(&self, stream: &str, checkpoint: &Checkpoint) -> Result<Proof, Fault> {
        let (stream, checkpoint) = (stream.to_owned(), checkpoint.clone());
        self.read(move |tx| {
            let bureau = tx.bureau.to_owned();
            let entries = tx.link.rows(
                &format!(
                    "SELECT {} FROM journal WHERE bureau = $1 AND stream = $2 AND position <= $3 ORDER BY version",
                    tx::ENTRY
                ),
                &[(&bureau).into(), (&stream).into(), checkpoint.size.into()],
                read_entry,
            )?;
            let positions = entries.iter().map(|entry| entry.position).collect::<Vec<_>>();
            let tree = tree(tx.link, &bureau, checkpoint.size, &positions)?;
            if tree.root() != Some(checkpoint.root) {
                return Err(Fault::bug("the checkpoint's root is not the journal's"));
            }
            let entries = entries.into_iter().map(|entry| {
                let path =
                    tree.path((entry.position - 1).cast_unsigned()).ok_or_else(|| Fault::bug("the tree has a hole"))?;
                Ok(Proved { entry, path: path.into_iter().map(Root).collect() })
            });
            Ok(Proof { entries: entries.collect::<Result<_, Fault>>()?, bureau, stream, note: checkpoint.note })
        })
        .await
    }
}

/// Checks a proof against a checkpoint note the caller keeps and the public key he trusts; nothing else is needed.
///
/// The error says in Chinese what does not fit.
pub fn check_proof(proof: &Proof, note: &str, key: &VerifyingKey) -> Result<Checked, String> {
    let checkpoint = Checkpoint::open(note, key)?;
    if proof.entries.is_empty() {
        return Err("证明里没有任何记录。".into());
    }
    let mut last = 0;
    for (proved, version) in proof.entries.iter().zip(1..) {
        let Proved { entry, path } = proved;
        let at = entry.position;
        if entry.stream != proof.stream || entry.version != version || at <= last || at > checkpoint.size {
            return Err(format!("第 {at} 号记录不是该事项的第 {version} 步,或者不在检查点范围内。"));
        }
        last = at;
        if entry.rehash(&proof.bureau) != entry.hash {
            return Err(format!("第 {at} 号记录的内容与其哈希值不符,内容已被改动。"));
        }
        let path = path.iter().map(|root| root.0).collect::<Vec<_>>();
        let (index, size) = ((at - 1).cast_unsigned(), checkpoint.size.cast_unsigned());
        if !merkle::leads_to(merkle::leaf(&entry.hash), index, size, &path, &checkpoint.root) {
            return Err(format!("第 {at} 号记录不在该检查点所签的记录之中。"));
        }
    }
    Ok(Checked {
        bureau: proof.bureau.clone(),
        stream: proof.stream.clone(),
        origin: checkpoint.origin,
        size: checkpoint.size,
        root: checkpoint.root,
        entries: proof.entries.len(),
    })
}

/// Whether the entry with this hash stands at this position under the root of a journal of this size (RFC 9162, section 2.1.3.2). It
/// needs neither the entry nor the journal.
pub fn included(hash: &ChainHash, position: i64, size: i64, path: &[Root], root: &Root) -> bool {
    if position < 1 || size < position {
        return false;
    }
    let path: Vec<merkle::Node> = path.iter().map(|node| node.0).collect();
    merkle::leads_to(merkle::leaf(hash), (position - 1).cast_unsigned(), size.cast_unsigned(), &path, root)
}

/// What is needed of the tree of this size to answer for its root and these positions.
pub(crate) fn tree(link: &mut Link, bureau: &str, size: i64, positions: &[i64]) -> Result<Tree, Fault> {
    let block = BLOCK.cast_signed();
    let blocks = link.rows(
        "SELECT root FROM blocks WHERE bureau = $1 AND number < $2 ORDER BY number",
        &[bureau.into(), (size / block).into()],
        |row| row.blob(0).try_into().map_err(|_| Fault::bug("a block's root is not 32 bytes long")),
    )?;
    let mut wanted = positions.iter().map(|position| (position - 1) / block).collect::<BTreeSet<_>>();
    if size % block != 0 {
        wanted.insert(size / block);
    }
    let mut open = BTreeMap::new();
    for number in wanted {
        let leaves = link.rows(
            "SELECT hash FROM journal WHERE bureau = $1 AND position > $2 AND position <= $3 ORDER BY position",
            &[bureau.into(), (number * block).into(), ((number + 1) * block).min(size).into()],
            |row| {
                let hash = row.blob(0).try_into().map_err(|_| Fault::bug("a hash is not 64 bytes long"))?;
                Ok(merkle::leaf(&crate::ChainHash(hash)))
            },
        )?;
        open.insert(number.cast_unsigned(), leaves);
    }
    Ok(Tree { size: size.cast_unsigned(), blocks, open })
}
