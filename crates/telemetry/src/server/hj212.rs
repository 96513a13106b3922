//! What the host does with a monitor's packet.

use offsite::protocols::hj212::answer::{Answer, reply};
use offsite::protocols::hj212::profile::Profile;
use offsite::protocols::hj212::segment::Reader;

use super::sessions::Refusal;
use super::slots::{At, Conn};
use super::turn::Turn;
use crate::config::Listener;
use crate::counters::Count;
use crate::devices::Device;

/// The longest MN; the editions have 14 and 24.
const MOST_MN: usize = 64;

/// Takes one frame; says why the connection is to be closed, if it is.
pub(crate) fn take(
    turn: &mut Turn<'_>,
    conn: &mut Conn,
    at: At,
    listener: &Listener,
    profile: &Profile,
    reader: &mut Reader,
    bytes: &[u8],
) -> Option<Count> {
    let read = reader.read(bytes, profile).ok();
    let named = read.and_then(|packet| {
        let mn = std::str::from_utf8(packet.mn()).ok()?;
        (mn.len() <= MOST_MN && !mn.contains(char::is_control)).then_some((packet, mn))
    });
    let Some((packet, mn)) = named else { return turn.malformed(conn) };
    (conn.malformed, conn.junk) = (0, 0);
    let known = turn.sessions.monitor(mn.as_bytes(), conn.session);
    let (number, marks) = match turn.admit(known, at, listener.unknown, || (Device::hj212(mn), None)) {
        Ok(admitted) => admitted,
        Err(Refusal::Flood) => return Some(Count::ClosedStorm),
        // The standard has no refusal of data: a device without its answer sends again, and someone asks why.
        Err(_) => return None,
    };
    conn.session = number;
    if let Some(session) = turn.sessions.get(number) {
        if !turn.rules.register.password(&session.device, packet.pw()) {
            turn.count(Count::WrongCode);
            return None;
        }
        session.at = at;
    }
    turn.keep(conn, at, number, marks, bytes);
    if matches!(packet.cn(), 9011 | 9012) {
        let code = |key: &[u8]| packet.pair(key).and_then(|v| std::str::from_utf8(v).ok()?.parse().ok());
        let code = if packet.cn() == 9011 { code(b"QnRtn") } else { code(b"ExeRtn") };
        if turn.requests.monitor_answered(number, packet.qn(), packet.cn(), code) {
            turn.count(Count::RequestsAnswered);
        }
    }
    if let Some(answer) = Answer::wanted(&packet) {
        turn.answer(conn, at, |out| {
            reply(out, &packet, answer, profile.edition);
        });
    }
    None
}
