//! Checkpoints: the size and root of the tree, signed, to be kept by others.
//!
//! A checkpoint is a signed note in the form of C2SP `tlog-checkpoint`: origin, size and root (base64), then one extension line with
//! the chain hash of the last entry, which carries SM3 beside SHA-256; an empty line; signature lines `— name base64(key id, Ed25519)`.

use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::encode::{base64, from_base64};
use crate::tx::Tip;
use crate::{ChainHash, Fault, Ledger, Root, note};

/// A signed statement of what the journal was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The name of the log and of the key, such as `xiezhi.example.gov.cn/district`.
    pub origin: String,
    /// How many entries it covers.
    pub size: i64,
    /// The root of the tree over them.
    pub root: Root,
    /// The hash of the last of them (of the bureau's beginning where there are none).
    pub chain: ChainHash,
    /// The signed note itself, to be handed out and kept.
    pub note: String,
}

const CHAIN: &str = "chain ";

impl Checkpoint {
    /// Reads a note and checks its signature. The error says in Chinese what is wrong.
    pub fn open(note: &str, key: &VerifyingKey) -> Result<Checkpoint, String> {
        let checkpoint = Checkpoint::read(note)?;
        if note::is_signed(note, &checkpoint.origin, key) {
            return Ok(checkpoint);
        }
        Err("检查点上没有用这把公钥可以验证的签名。请核对公钥和检查点是否出自同一单位。".into())
    }

    /// Reads a note without looking at its signatures.
    pub(crate) fn read(note: &str) -> Result<Checkpoint, String> {
        let wrong = || "检查点的格式不正确。请使用系统给出的完整文本,不要改动其中的空行。".to_owned();
        let (text, _) = note::split(note).ok_or("检查点里没有签名。请使用系统给出的完整文本。")?;
        let mut lines = text.lines();
        let mut next = || lines.next().ok_or_else(wrong);
        let origin = next()?.to_owned();
        let said = next()?;
        let size: i64 = said.parse().map_err(|_| wrong())?;
        let root = from_base64(next()?).and_then(|bytes| bytes.try_into().ok()).map(Root).ok_or_else(wrong)?;
        let chain = lines
            .find_map(|line| line.strip_prefix(CHAIN))
            .and_then(from_base64)
            .and_then(|bytes| bytes.try_into().ok())
            .map(ChainHash)
            .ok_or_else(wrong)?;
        // One spelling of a number only, as the form demands.
        if origin.is_empty() || size < 0 || size.to_string() != said {
            return Err(wrong());
        }
        Ok(Checkpoint { origin, size, root, chain, note: note.to_owned() })
    }

    fn sign(tip: &Tip, key: &SigningKey, origin: &str) -> Checkpoint {
        let root = tip.frontier.root();
        let text = format!("{origin}\n{}\n{}\n{CHAIN}{}\n", tip.position, base64(&root.0), base64(&tip.hash.0));
        let note = note::signed(&text, origin, key);
        Checkpoint { origin: origin.to_owned(), size: tip.position, root, chain: tip.hash, note }
    }
}

impl Ledger {
    /// Signs the journal as it is now and keeps the note in the table `checkpoints`. Signing the same size again gives the same note.
    ///
    /// # Errors
    /// [`Fault::Bug`] where `origin` is empty or holds white space or `+`, which the form forbids.
    pub async fn checkpoint(&self, key: &SigningKey, origin: &str) -> Result<Checkpoint, Fault> {
        if origin.is_empty() || origin.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(Fault::bug(format!("{origin:?} cannot be the origin of a checkpoint")));
        }
        let (key, origin) = (key.clone(), origin.to_owned());
        self.act(move |tx| {
            let checkpoint = Checkpoint::sign(&tx.tip()?, &key, &origin);
            let bureau = tx.bureau.to_owned();
            tx.execute(
                "INSERT INTO checkpoints (bureau, size, note) VALUES ($1, $2, $3) \
                 ON CONFLICT (bureau, size) DO UPDATE SET note = EXCLUDED.note",
                &[(&bureau).into(), checkpoint.size.into(), (&checkpoint.note).into()],
            )?;
            Ok(checkpoint)
        })
        .await
    }

    /// The newest checkpoint kept.
    pub async fn newest_checkpoint(&self) -> Result<Option<Checkpoint>, Fault> {
        self.kept("SELECT note FROM checkpoints WHERE bureau = $1 AND size <= $2 ORDER BY size DESC LIMIT 1", i64::MAX)
            .await
    }

    /// The checkpoint kept at exactly this size.
    pub async fn checkpoint_at(&self, size: i64) -> Result<Option<Checkpoint>, Fault> {
        self.kept("SELECT note FROM checkpoints WHERE bureau = $1 AND size = $2", size).await
    }

    async fn kept(&self, sql: &'static str, size: i64) -> Result<Option<Checkpoint>, Fault> {
        let note = self.read(move |tx| {
            let bureau = tx.bureau.to_owned();
            tx.row(sql, &[(&bureau).into(), size.into()], |row| Ok(row.text(0)))
        });
        note.await?.map(|note| Checkpoint::read(&note).map_err(Fault::Bug)).transpose()
    }
}
