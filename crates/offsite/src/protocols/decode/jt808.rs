//! JT/T 808 as JSON.

mod down;
mod place;
mod up;

use serde_json::{Value, json};

use super::{coded, join, rejected};
use crate::protocols::bytes::hex;
use crate::protocols::jt808::down::Down;
use crate::protocols::jt808::frame::{Buffer, Frame};
use crate::protocols::jt808::head::Head;
use crate::protocols::jt808::profile::Profile;
use crate::protocols::jt808::tables::Tables;
use crate::protocols::jt808::up::Up;
use crate::protocols::jt808::video::Video;
use crate::protocols::jt808::{Reject, Tolerance, Tolerances, Why};

/// Decodes one frame.
pub(super) fn frame(bytes: &[u8], profile: &Profile) -> Value {
    let mut buffer = Buffer::default();
    match read(bytes, &mut buffer, profile) {
        Ok(value) => value,
        Err(reject) => rejected(&reject.to_string(), reject.needs.iter().map(|t| t.name()).collect()),
    }
}

fn read(bytes: &[u8], buffer: &mut Buffer, profile: &Profile) -> Result<Value, Reject> {
    let frame = Frame::read(bytes, buffer, profile.style)?;
    let mut used = frame.used;
    let body = if frame.head.part.is_some() || frame.head.encryption() != 0 {
        // A sub-package is a piece of a body, and an encrypted one is none.
        Some(json!({ "body": hex(frame.body) }))
    } else {
        body(&frame.head, frame.body, profile, &mut used)
    };
    let broken = Why::Body { id: frame.head.id };
    frame.judge(used, profile.allow)?;
    Ok(join(head(&frame.head, profile, used), body.ok_or(broken)?))
}

fn head(head: &Head, profile: &Profile, used: Tolerances) -> Value {
    let id = format!("0x{:04X}", head.id);
    let value = json!({
        "protocol": "jt808",
        "profile": profile.name,
        "tolerated": used.iter().map(|t| t.name()).collect::<Vec<_>>(),
        "id": coded(id, Tables::builtin().message(head.id)),
        "edition": if head.is_2019() { "2019" } else { "2011/2013" },
        "phone": head.phone.to_string(),
        "serial": head.serial,
    });
    match (head.part, head.encryption()) {
        (Some((total, index)), _) => join(value, json!({ "part": { "total": total, "index": index } })),
        (None, 0) => value,
        (None, kind) => join(value, json!({ "encryption": kind })),
    }
}

/// The body's fields; `None` when it is too short for them.
fn body(head: &Head, body: &[u8], profile: &Profile, used: &mut Tolerances) -> Option<Value> {
    if let Some(video) = Video::read(head.id, body) {
        return Some(up::video(&video));
    }
    if head.id & 0x8000 == 0 {
        let up = Up::read(head.id, body, head.is_2019(), used)?;
        return Some(match up {
            Up::Other => json!({ "body": hex(body) }),
            up => up::value(&up, profile),
        });
    }
    if !down::is_known(head.id) {
        return Some(json!({ "body": hex(body) }));
    }
    let (down, left) = Down::read(head.id, body, head.is_2019())?;
    if left > 0 {
        used.add(Tolerance::TrailingBytes);
    }
    Some(down::value(&down))
}
