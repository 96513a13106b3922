//! Files that arrive in pieces, after a cut line or a restart from where they stand.
//!
//! An upload is a folder `TOKEN` with `head.json`, who sends what, and `part`, the bytes so far: how far it has come is the length of
//! `part` and nothing else. Both digests are made while the bytes arrive and kept in memory; after a restart they are made
//! again from `part`. Only the person who opened an upload may go on with it. Uploads are no records: one not finished within a day is swept.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::facts::{self, Facts};
use crate::{BLOCK, Digests, Evidence, FILE_MAX, Fault, Stored, content, name, random};

/// How long an upload may take, milliseconds: a day.
pub const KEPT_MS: i64 = 24 * 3_600_000;
/// Uploads one person may have open.
pub const OPEN_MAX: usize = 20;
/// Bytes the open uploads of one person may come to.
pub const OPEN_BYTES_MAX: u64 = 4 * FILE_MAX;

/// What is known of an upload before its bytes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// Number of the person who opened it.
    pub person: u32,
    /// The file's name, checked.
    pub name: String,
    /// Bytes it will have.
    pub bytes: u64,
    /// When it was opened, UTC milliseconds.
    pub opened: i64,
    /// What it became, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
}

/// A file that was received and kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// Its digests.
    pub stored: Stored,
    /// What it says of itself.
    pub facts: Facts,
}

/// The uploads under way. The digests of each are behind its own lock: one slow disk does not hold up the others.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    heads: Mutex<HashMap<String, Head>>,
    live: Mutex<HashMap<String, Arc<Mutex<Option<Live>>>>>,
}

#[derive(Debug)]
struct Live {
    file: File,
    digests: Digests,
}

impl Uploads {
    pub(crate) fn open(folder: &Path) -> Result<Uploads, Fault> {
        fs::create_dir_all(folder)?;
        let mut heads = HashMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let head =
                fs::read(entry.path().join("head.json")).ok().and_then(|text| serde_json::from_slice(&text).ok());
            match head {
                Some(head) => {
                    heads.insert(entry.file_name().to_string_lossy().into_owned(), head);
                }
                // The program ended between making the folder and writing the head: nobody knows of it.
                None => fs::remove_dir_all(entry.path())?,
            }
        }
        Ok(Uploads { folder: folder.to_path_buf(), heads: Mutex::new(heads), live: Mutex::default() })
    }

    /// Opens an upload and answers its token, which cannot be guessed.
    ///
    /// # Errors
    /// The name or size is refused, or the person has too many open.
    pub fn begin(&self, person: u32, file: &str, bytes: u64, now_ms: i64) -> Result<String, Fault> {
        let name = name::check(file)?;
        content::size(&name, bytes)?;
        let head = Head { person, name, bytes, opened: now_ms, done: None };
        let token = random::<16>()?;
        {
            let mut heads = lock(&self.heads);
            let (mut count, mut sum) = (0, bytes);
            for open in heads.values().filter(|h| h.person == person && h.done.is_none()) {
                (count, sum) = (count + 1, sum + open.bytes);
            }
            if count >= OPEN_MAX {
                return Err(Fault::TooMany("您有 20 个文件还没有传完，请先传完或者取消，再上传新的"));
            }
            if sum > OPEN_BYTES_MAX {
                return Err(Fault::TooMany("您还没有传完的文件合计超过 8 GB，请先传完或者取消，再上传新的"));
            }
            heads.insert(token.clone(), head.clone());
        }
        let begun =
            fs::create_dir(self.folder.join(&token)).map_err(Fault::from).and_then(|()| self.write(&token, &head));
        if begun.is_err() {
            lock(&self.heads).remove(&token);
        }
        begun.map(|()| token)
    }

    /// An upload of this person, and how many bytes of it are here.
    ///
    /// # Errors
    /// There is none.
    pub fn state(&self, token: &str, person: u32) -> Result<(Head, u64), Fault> {
        let head = self.head(token, person)?;
        if let Some(done) = &head.done {
            let bytes = done.stored.bytes;
            return Ok((head, bytes));
        }
        let at = match fs::metadata(self.folder.join(token).join("part")) {
            Ok(about) => about.len(),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => 0,
            Err(e) => return Err(e.into()),
        };
        Ok((head, at))
    }

    /// Appends bytes at an offset and answers the new one. A second sender of the same upload finds the offset moved on.
    ///
    /// # Errors
    /// There is no such upload, it stands elsewhere, more comes than was announced, or the disk fails.
    pub fn append(&self, token: &str, person: u32, at: u64, bytes: &[u8]) -> Result<u64, Fault> {
        let head = self.head(token, person)?;
        if let Some(done) = head.done {
            return if bytes.is_empty() && at == head.bytes { Ok(at) } else { Err(Fault::Offset(done.stored.bytes)) };
        }
        let live = self.live(token);
        let mut live = lock(&live);
        let live = self.opened(&mut live, token)?;
        if live.digests.bytes() != at {
            return Err(Fault::Offset(live.digests.bytes()));
        }
        if at + bytes.len() as u64 > head.bytes {
            return Err(Fault::Refused(format!("“{}”：传来的内容比说明的大，请重新选择文件上传", head.name)));
        }
        if let Err(e) = live.file.write_all(bytes) {
            // How much of it is on the disk is asked of the disk the next time.
            self.forget(token);
            return Err(e.into());
        }
        live.digests.update(bytes);
        Ok(live.digests.bytes())
    }

    /// Has the disk keep what has arrived.
    ///
    /// # Errors
    /// The disk fails.
    pub fn sync(&self, token: &str) -> Result<(), Fault> {
        let live = lock(&self.live).get(token).cloned();
        if let Some(live) = live
            && let Some(live) = lock(&live).as_ref()
        {
            live.file.sync_data()?;
        }
        Ok(())
    }

    /// Gives an upload up.
    ///
    /// # Errors
    /// There is none, or the disk fails.
    pub fn cancel(&self, token: &str, person: u32) -> Result<(), Fault> {
        self.head(token, person)?;
        self.remove(token)
    }

    /// Removes what is older than a day, and answers how many.
    ///
    /// # Errors
    /// The disk fails.
    pub fn sweep(&self, now_ms: i64) -> Result<usize, Fault> {
        let heads = lock(&self.heads);
        let old = heads.iter().filter(|(_, head)| now_ms - head.opened >= KEPT_MS).map(|(token, _)| token.clone());
        let old: Vec<String> = old.collect();
        drop(heads);
        for token in &old {
            self.remove(token)?;
        }
        Ok(old.len())
    }

    fn head(&self, token: &str, person: u32) -> Result<Head, Fault> {
        // A token becomes a path only after it was found among those given out.
        let head = lock(&self.heads).get(token).cloned();
        head.filter(|head| head.person == person).ok_or(Fault::NoUpload)
    }

    fn live(&self, token: &str) -> Arc<Mutex<Option<Live>>> {
        lock(&self.live).entry(token.to_owned()).or_default().clone()
    }

    fn forget(&self, token: &str) {
        lock(&self.live).remove(token);
    }

    fn remove(&self, token: &str) -> Result<(), Fault> {
        lock(&self.heads).remove(token);
        self.forget(token);
        Ok(fs::remove_dir_all(self.folder.join(token))?)
    }

    /// The open file with its digests; made from what is on the disk where this program has not seen the beginning.
    fn opened<'a>(&self, live: &'a mut Option<Live>, token: &str) -> Result<&'a mut Live, Fault> {
        if live.is_none() {
            let path = self.folder.join(token).join("part");
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            let mut digests = Digests::default();
            let mut block = vec![0; BLOCK];
            loop {
                match file.read(&mut block)? {
                    0 => break,
                    n => digests.update(&block[..n]),
                }
            }
            *live = Some(Live { file, digests });
        }
        live.as_mut().ok_or(Fault::NoUpload)
    }

    fn write(&self, token: &str, head: &Head) -> Result<(), Fault> {
        let folder = self.folder.join(token);
        let text = serde_json::to_vec(head).map_err(std::io::Error::other)?;
        let mut file = File::create(folder.join("head.new"))?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(folder.join("head.new"), folder.join("head.json"))?;
        Ok(())
    }
}

impl Evidence {
    /// Keeps an upload that has all its bytes, once its content was looked at. Asked again, it answers the same.
    ///
    /// # Errors
    /// Bytes are missing, the content is refused, which ends the upload, or the disk or bucket fails, after which it may be asked again.
    pub fn finish(&self, token: &str, person: u32) -> Result<(Head, Done), Fault> {
        let uploads = self.uploads();
        let mut head = uploads.head(token, person)?;
        if let Some(done) = head.done.clone() {
            return Ok((head, done));
        }
        let live = uploads.live(token);
        let mut live = lock(&live);
        let opened = uploads.opened(&mut live, token)?;
        if opened.digests.bytes() != head.bytes {
            return Err(Fault::Offset(opened.digests.bytes()));
        }
        opened.file.sync_all()?;
        let stored = opened.digests.clone().finish();
        let path = uploads.folder.join(token).join("part");
        let content = match content::check(&head.name, &path, stored.bytes, self.takes_archives()) {
            Ok(content) => content,
            Err(refused) => {
                *live = None;
                uploads.remove(token)?;
                return Err(refused);
            }
        };
        let done = Done { stored, facts: facts::read(content, &path) };
        self.place(&path, &done.stored)?;
        *live = None;
        head.done = Some(done.clone());
        uploads.write(token, &head)?;
        uploads.forget(token);
        lock(&uploads.heads).insert(token.to_owned(), head.clone());
        Ok((head, done))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}
