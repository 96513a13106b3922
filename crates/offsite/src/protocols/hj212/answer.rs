//! Writing frames, and what a host answers to a device.

use std::io::Write as _;

use super::cipher::{self, Key};
use super::crc::crc;
use super::frame::HEAD;
use super::packet::Packet;
use super::profile::Edition;

/// The head of a frame to write.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The request number: 17 digits of time; an answer echoes that of what it answers.
    pub qn: &'a [u8],
    /// The kind of system; 91 for answers.
    pub st: &'a [u8],
    /// The command.
    pub cn: u16,
    /// The access password.
    pub pw: &'a [u8],
    /// The device.
    pub mn: &'a [u8],
    /// The edition, for Flag's version bits.
    pub edition: Edition,
    /// Whether an answer is wanted.
    pub answer: bool,
    /// `(PNUM, PNO)`.
    pub parts: Option<(u16, u16)>,
}

/// Appends one whole frame, CR LF included; `key` enciphers CP where the edition of 2025 does so.
///
/// Nothing is appended and `false` returned when the data segment would pass the 9999 bytes its length can say.
pub fn write(out: &mut Vec<u8>, head: &Head<'_>, cp: &[u8], key: Option<&Key>) -> bool {
    let start = out.len();
    out.extend_from_slice(b"##0000QN=");
    out.extend_from_slice(head.qn);
    out.extend_from_slice(b";ST=");
    out.extend_from_slice(head.st);
    // Writing to a Vec cannot fail.
    let _ = write!(out, ";CN={};PW=", head.cn);
    out.extend_from_slice(head.pw);
    out.extend_from_slice(b";MN=");
    out.extend_from_slice(head.mn);
    let flag = head.edition.version_bits() | u8::from(head.answer) | if head.parts.is_some() { 2 } else { 0 };
    let _ = write!(out, ";Flag={flag};");
    if let Some((total, index)) = head.parts {
        let _ = write!(out, "PNUM={total};PNO={index};");
    }
    out.extend_from_slice(b"CP=&&");
    let from = out.len();
    out.extend_from_slice(cp);
    let to = out.len();
    out.extend_from_slice(b"&&");
    let length = out.len() - start - HEAD;
    if length > 9999 {
        out.truncate(start);
        return false;
    }
    let mut digits = length;
    for place in (start + 2..start + HEAD).rev() {
        out[place] = b'0' + (digits % 10) as u8;
        digits /= 10;
    }
    let check = crc(&out[start + HEAD..]);
    if let Some(key) = key.filter(|_| cipher::is_enciphered(head.cn)) {
        cipher::encipher(key, &mut out[from..to]);
    }
    let _ = write!(out, "{check:04X}\r\n");
    true
}

/// What a host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 9014: data received.
    Data,
    /// 9013: notice received.
    Notice,
    /// 9011: a request is taken up or not; the number is QnRtn.
    Request(u16),
    /// 9012: how a request ended; the number is ExeRtn.
    Execution(u16),
}

impl Answer {
    /// The answer a device's own upload wants: 9013 for a notice, 9014 for data, none for an answer or a silent upload.
    pub fn wanted(packet: &Packet<'_>) -> Option<Answer> {
        if !packet.wants_answer() {
            return None;
        }
        match packet.cn() {
            9000..=9999 => None,
            1000..=1999 => Some(Answer::Notice),
            _ => Some(Answer::Data),
        }
    }

    /// The command.
    pub const fn cn(self) -> u16 {
        match self {
            Answer::Data => 9014,
            Answer::Notice => 9013,
            Answer::Request(_) => 9011,
            Answer::Execution(_) => 9012,
        }
    }
}

/// Appends the answer to a packet, echoing its QN, MN and password; ST is 91 and no answer is wanted in turn.
pub fn reply(out: &mut Vec<u8>, packet: &Packet<'_>, answer: Answer, edition: Edition) -> bool {
    let head = Head {
        qn: packet.qn(),
        st: b"91",
        cn: answer.cn(),
        pw: packet.pw(),
        mn: packet.mn(),
        edition,
        answer: false,
        parts: None,
    };
    let mut cp = [0; 16];
    let mut rest = &mut cp[..];
    let _ = match answer {
        Answer::Request(code) => write!(rest, "QnRtn={code}"),
        Answer::Execution(code) => write!(rest, "ExeRtn={code}"),
        Answer::Data | Answer::Notice => Ok(()),
    };
    let left = rest.len();
    write(out, &head, &cp[..16 - left], None)
}
