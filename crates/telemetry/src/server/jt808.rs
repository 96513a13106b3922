//! What the platform does with a terminal's message.

use offsite::protocols::jt808::down::Down;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, write};
use offsite::protocols::jt808::profile::Profile;
use offsite::protocols::jt808::up::Up;
use offsite::protocols::jt808::{Tolerances, head::Head};

use super::media::Upshot;
use super::sessions::Refusal;
use super::slots::{At, Conn};
use super::turn::Turn;
use crate::config::Listener;
use crate::counters::Count;
use crate::day::civil;
use crate::devices::Device;

/// Results of the general answer 0x8001.
const DONE: u8 = 0;
const FAILED: u8 = 1;
const UNSUPPORTED: u8 = 3;

/// Answers of a terminal to requests of the platform: kept, and answered no more.
const fn is_answer(id: u16) -> bool {
    matches!(id, 0x0001 | 0x0104 | 0x0107 | 0x0201 | 0x0500 | 0x0608 | 0x0802 | 0x0805)
}

/// Takes one frame; says why the connection is to be closed, if it is.
pub(crate) fn take(
    turn: &mut Turn<'_>,
    conn: &mut Conn,
    at: At,
    listener: &Listener,
    profile: &Profile,
    buffer: &mut Buffer,
    bytes: &[u8],
) -> Option<Count> {
    let Ok(frame) = Frame::open(bytes, buffer, profile) else { return turn.malformed(conn) };
    (conn.malformed, conn.junk) = (0, 0);
    let head = frame.head;
    let known = turn.sessions.terminal(head.phone, conn.session);
    let admitted =
        turn.admit(known, at, listener.unknown, || (Device::jt808(head.phone.to_string()), Some(head.phone)));
    let (number, marks) = match admitted {
        Ok(admitted) => admitted,
        Err(Refusal::Storm) => return None,
        Err(Refusal::Flood) => return Some(Count::ClosedStorm),
        Err(Refusal::Unknown | Refusal::Barred | Refusal::Full) => {
            match head.id {
                0x0100 => {
                    let down = Down::Registered { serial: head.serial, result: 4, code: None };
                    reply(turn, conn, at, profile, &head, &down);
                }
                id if is_answer(id) => {}
                _ => ack(turn, conn, at, profile, &head, FAILED),
            }
            return None;
        }
    };
    conn.session = number;
    if listener.authentication && !matches!(head.id, 0x0100 | 0x0102) {
        let authenticated = turn.sessions.get(number).and_then(|session| session.authenticated);
        if authenticated != Some(at) {
            turn.count(Count::Unauthenticated);
            if !is_answer(head.id) {
                ack(turn, conn, at, profile, &head, FAILED);
            }
            return None;
        }
    }
    if let Some(session) = turn.sessions.get(number) {
        session.at = at;
    }
    if head.id >= 0x8000 {
        // A message of the platform, sent by a terminal.
        ack(turn, conn, at, profile, &head, UNSUPPORTED);
        return None;
    }
    // A heartbeat says nothing that has to stay, and a code is a secret.
    if !matches!(head.id, 0x0002 | 0x0004 | 0x0102) {
        turn.keep(conn, at, number, marks, bytes);
    }
    answer(turn, conn, at, profile, number, &frame);
    None
}

fn answer(turn: &mut Turn<'_>, conn: &mut Conn, at: At, profile: &Profile, number: u32, frame: &Frame<'_>) {
    let head = frame.head;
    match head.id {
        0x0100 | 0x0102 => enter(turn, conn, at, profile, number, frame),
        0x0004 => {
            let utc = civil(turn.now).checked_sub(jiff::SignedDuration::from_hours(8)).ok();
            reply(turn, conn, at, profile, &head, &Down::Time(utc));
        }
        // What was sent down is not kept in sub-packages here; requests are resent whole.
        0x0005 => ack(turn, conn, at, profile, &head, UNSUPPORTED),
        0x0801 => match turn.uploads.take(&head, frame.body) {
            Upshot::More => ack(turn, conn, at, profile, &head, DONE),
            Upshot::Last { media, missing } => {
                reply(turn, conn, at, profile, &head, &Down::MediaReceived { media, missing });
            }
        },
        id if is_answer(id) => {
            if turn.requests.terminal_answered(number, id, frame.body) {
                turn.count(Count::RequestsAnswered);
            }
        }
        _ => ack(turn, conn, at, profile, &head, DONE),
    }
}

/// Registration and authentication.
fn enter(turn: &mut Turn<'_>, conn: &mut Conn, at: At, profile: &Profile, number: u32, frame: &Frame<'_>) {
    let head = frame.head;
    let mut used = Tolerances::NONE;
    let devices = turn.rules.register;
    let up = Up::read(head.id, frame.body, head.is_2019(), &mut used);
    let Some(session) = turn.sessions.get(number) else { return };
    match up {
        Some(Up::Register(register)) => {
            let registration = devices.register(&session.device, &register);
            session.authenticated = None;
            let result = registration.result();
            let code = if let crate::Registration::Done(code) = registration { Some(code) } else { None };
            reply(turn, conn, at, profile, &head, &Down::Registered { serial: head.serial, result, code });
        }
        Some(Up::Auth { code, .. }) => {
            let right = devices.authenticate(&session.device, &code.read());
            session.authenticated = right.then_some(at);
            if !right {
                turn.count(Count::WrongCode);
            }
            ack(turn, conn, at, profile, &head, if right { DONE } else { FAILED });
        }
        _ => ack(turn, conn, at, profile, &head, 2),
    }
}

fn ack(turn: &mut Turn<'_>, conn: &mut Conn, at: At, profile: &Profile, head: &Head, result: u8) {
    reply(turn, conn, at, profile, head, &Down::Ack { serial: head.serial, id: head.id, result });
}

fn reply(turn: &mut Turn<'_>, conn: &mut Conn, at: At, profile: &Profile, head: &Head, down: &Down) {
    let mut body = std::mem::take(turn.body);
    body.clear();
    // A code that GBK cannot write is the register's mistake: the terminal is told that it failed.
    let id = match down.write(&mut body, head.is_2019()) {
        Ok(()) => down.id(),
        Err(error) => {
            tracing::warn!(%error, phone = %head.phone, "an answer cannot be written");
            body.extend_from_slice(&head.serial.to_be_bytes());
            body.extend_from_slice(&head.id.to_be_bytes());
            body.push(FAILED);
            0x8001
        }
    };
    let envelope = Envelope { id, phone: head.phone, serial: conn.next_serial(), style: profile.style };
    turn.answer(conn, at, |out| {
        write(out, &envelope, &body);
    });
    *turn.body = body;
}
