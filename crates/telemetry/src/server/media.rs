//! Which sub-packages of an upload have come, so that the platform can say what is missing.

use std::collections::VecDeque;

use offsite::protocols::jt808::head::{Head, Phone};

/// The most uploads followed at once; the oldest is forgotten.
const MOST: usize = 256;
/// The most sub-packages the answer 0x8800 can name.
const MOST_MISSING: usize = 255;

#[derive(Debug)]
struct Upload {
    phone: Phone,
    total: u16,
    /// The running number of the first sub-package.
    first: u16,
    have: Vec<u64>,
    media: Option<u32>,
}

/// Uploads under way.
#[derive(Debug, Default)]
pub(crate) struct Uploads(VecDeque<Upload>);

/// What to answer to a sub-package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Upshot {
    /// Go on.
    More,
    /// The last one came: the medium, and what is missing of it.
    Last { media: u32, missing: Vec<u16> },
}

impl Uploads {
    /// Takes a message 0x0801, whole or in part.
    pub(crate) fn take(&mut self, head: &Head, body: &[u8]) -> Upshot {
        let media = body.first_chunk::<4>().map(|id| u32::from_be_bytes(*id));
        let Some((total, index)) = head.part else {
            return media.map_or(Upshot::More, |media| Upshot::Last { media, missing: Vec::new() });
        };
        let first = head.serial.wrapping_sub(index.wrapping_sub(1));
        let same = |u: &Upload| u.phone == head.phone && u.total == total && u.first == first;
        let at = match self.0.iter().position(same) {
            Some(at) => at,
            None => {
                if self.0.len() >= MOST {
                    self.0.pop_front();
                }
                let have = vec![0; usize::from(total).div_ceil(64)];
                self.0.push_back(Upload { phone: head.phone, total, first, have, media: None });
                self.0.len() - 1
            }
        };
        let upload = &mut self.0[at];
        let bit = usize::from(index.saturating_sub(1));
        if let Some(word) = upload.have.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
        if index == 1 {
            upload.media = media;
        }
        let missing: Vec<u16> = (1..=total)
            .filter(|n| {
                let bit = usize::from(n - 1);
                upload.have.get(bit / 64).is_some_and(|word| word & 1 << (bit % 64) == 0)
            })
            .take(MOST_MISSING)
            .collect();
        match upload.media {
            // A later piece that fills the last gap ends it as well.
            Some(media) if index == total || missing.is_empty() => {
                if missing.is_empty() {
                    self.0.remove(at);
                }
                Upshot::Last { media, missing }
            }
            _ => Upshot::More,
        }
    }
}
