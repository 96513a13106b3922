//! Requests to devices: sent, sent again, answered or given up.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use offsite::protocols::hj212::answer::Head;
use offsite::protocols::hj212::profile::Edition;
use offsite::protocols::hj212::request;
use offsite::protocols::jt808::down::Down;
use offsite::protocols::jt808::frame::{Envelope, Style, write};

use crate::day::civil;
use crate::devices::Device;
use crate::server::sessions::phone_of;

/// How often a request is sent in all; both standards say three.
const TRIES: u32 = 3;
/// A monitor that has taken a request up may need so long to carry it out.
const CARRYING_OUT: Duration = Duration::from_secs(300);
/// The most outcomes that wait to be fetched; the oldest go.
const MOST_OUTCOMES: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A message of JT/T 808, parameters and regions among them.
    Jt808(Down),
    /// A request of HJ 212.
    Hj212 {
        /// The request.
        request: request::Request,
        /// The kind of system of the device.
        st: String,
        /// Its password.
        pw: String,
    },
}

/// A request to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// To whom.
    pub device: Device,
    /// What.
    pub message: Message,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The device did it, or sent what was asked; that frame is kept like any other.
    Done,
    /// The device refused or failed: the result of JT/T 808, QnRtn or ExeRtn of HJ 212.
    Refused(u16),
    /// No answer after every try.
    TimedOut,
    /// The device is not connected.
    Unreachable,
    /// It cannot be sent, in Chinese why; or too many are under way.
    Unsendable(String),
}

/// Where callers put requests and fetch outcomes.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    asked: VecDeque<(u64, Request)>,
    outcomes: VecDeque<(u64, Outcome)>,
}

impl Counter {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request in and gives its number.
    pub(crate) fn ask(&self, request: Request, most: usize) -> u64 {
        let mut state = self.lock();
        state.next += 1;
        let number = state.next;
        if state.asked.len() >= most {
            state.put(number, Outcome::Unsendable("待发请求过多".into()));
        } else {
            state.asked.push_back((number, request));
        }
        number
    }

    pub(crate) fn outcomes(&self) -> Vec<(u64, Outcome)> {
        self.lock().outcomes.drain(..).collect()
    }

    fn take(&self) -> VecDeque<(u64, Request)> {
        std::mem::take(&mut self.lock().asked)
    }

    fn put(&self, number: u64, outcome: Outcome) {
        self.lock().put(number, outcome);
    }
}

impl State {
    fn put(&mut self, number: u64, outcome: Outcome) {
        if self.outcomes.len() >= MOST_OUTCOMES {
            self.outcomes.pop_front();
        }
        self.outcomes.push_back((number, outcome));
    }
}

/// How the answer is known.
#[derive(Debug)]
enum Sign {
    Terminal { serial: u16, id: u16, answer: Option<u16> },
    Monitor { qn: String },
}

#[derive(Debug)]
struct Open {
    number: u64,
    session: u32,
    bytes: Vec<u8>,
    sign: Sign,
    tries: u32,
    due: Instant,
}

/// Requests under way, on the server's thread.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    open: Vec<Open>,
    ended: Vec<(u64, Outcome)>,
    last_qn: i64,
}

/// The message by which a terminal answers, where it is not the general answer.
const fn answer_to(id: u16) -> Option<u16> {
    match id {
        0x8104 | 0x8106 => Some(0x0104),
        0x8107 => Some(0x0107),
        0x8201 => Some(0x0201),
        0x8608 => Some(0x0608),
        0x8801 => Some(0x0805),
        0x8802 => Some(0x0802),
        _ => None,
    }
}

impl Requests {
    /// Whether nothing is under way.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.ended.is_empty()
    }

    /// Takes new requests up: `place` says the session, the platform's running number, the style and edition of a device's connection, or `None`.
    pub(crate) fn take_up(
        &mut self,
        counter: &Counter,
        now: i64,
        most: usize,
        mut place: impl FnMut(&Device) -> Option<(u32, u16, Style, Edition)>,
    ) {
        for (number, request) in counter.take() {
            let outcome = match place(&request.device) {
                None => Some(Outcome::Unreachable),
                Some(_) if self.open.len() >= most => Some(Outcome::Unsendable("待答请求过多".into())),
                Some((session, serial, style, edition)) => {
                    let made = match &request.message {
                        Message::Jt808(down) => terminal(&request.device, down, serial, style),
                        Message::Hj212 { request: asked, st, pw } => {
                            self.last_qn = now.max(self.last_qn + 1);
                            monitor(&request.device, asked, (st, pw), edition, self.last_qn)
                        }
                    };
                    match made {
                        Ok((bytes, sign)) => {
                            self.open.push(Open { number, session, bytes, sign, tries: 0, due: Instant::now() });
                            None
                        }
                        Err(why) => Some(Outcome::Unsendable(why)),
                    }
                }
            };
            self.ended.extend(outcome.map(|outcome| (number, outcome)));
        }
    }

    /// Hands what is due to `send`, which says whether the session could be reached, and gives up what was sent often enough; returns how many
    /// were sent and given up. `wait` is the wait for the first answer.
    pub(crate) fn send_due(
        &mut self,
        counter: &Counter,
        wait: Duration,
        mut send: impl FnMut(u32, &[u8]) -> bool,
    ) -> (u64, u64) {
        let now = Instant::now();
        let (mut sent, mut given_up) = (0, 0);
        let ended = &mut self.ended;
        self.open.retain_mut(|open| {
            if open.due > now {
                return true;
            }
            if open.tries >= TRIES {
                ended.push((open.number, Outcome::TimedOut));
                given_up += 1;
                return false;
            }
            if !send(open.session, &open.bytes) && open.tries == 0 {
                ended.push((open.number, Outcome::Unreachable));
                return false;
            }
            sent += 1;
            open.tries += 1;
            // JT/T 808: the n-th wait is n times the one before. HJ 212: all are the same.
            let times = match open.sign {
                Sign::Terminal { .. } => (1..=open.tries).product::<u32>(),
                Sign::Monitor { .. } => 1,
            };
            open.due = now + wait.saturating_mul(times);
            true
        });
        for (number, outcome) in self.ended.drain(..) {
            counter.put(number, outcome);
        }
        (sent, given_up)
    }

    /// A terminal sent an answer; says whether a request was waiting for it.
    pub(crate) fn terminal_answered(&mut self, session: u32, id: u16, body: &[u8]) -> bool {
        let half = |at: usize| body.get(at..at + 2).map(|b| u16::from_be_bytes([b[0], b[1]]));
        let result = if id == 0x0001 { body.get(4).copied() } else { Some(0) };
        let (serial, to) = (half(0), half(2));
        let found = self.open.iter().position(|open| match &open.sign {
            Sign::Terminal { serial: sent, id: asked, answer } if open.session == session => match (id, *answer) {
                // A general "done" to a question is not yet its answer.
                (0x0001, answer) => {
                    serial == Some(*sent) && to == Some(*asked) && (answer.is_none() || result != Some(0))
                }
                (0x0107 | 0x0608, Some(answer)) => answer == id,
                (_, Some(answer)) => answer == id && serial == Some(*sent),
                // 0x0500 answers the control of a vehicle.
                (_, None) => serial == Some(*sent),
            },
            _ => false,
        });
        let outcome = if result == Some(0) { Outcome::Done } else { Outcome::Refused(result.map_or(1, u16::from)) };
        self.close(found, outcome)
    }

    /// A monitor sent 9011 or 9012; says whether a request was waiting for it.
    pub(crate) fn monitor_answered(&mut self, session: u32, qn: &[u8], cn: u16, code: Option<u16>) -> bool {
        let found = self.open.iter().position(|open| {
            open.session == session && matches!(&open.sign, Sign::Monitor { qn: sent } if sent.as_bytes() == qn)
        });
        match (cn, code) {
            (9011, Some(1)) => {
                if let Some(open) = found.and_then(|at| self.open.get_mut(at)) {
                    open.tries = TRIES;
                    open.due = Instant::now() + CARRYING_OUT;
                }
                false
            }
            (_, Some(1)) => self.close(found, Outcome::Done),
            (_, code) => self.close(found, Outcome::Refused(code.unwrap_or(100))),
        }
    }

    fn close(&mut self, found: Option<usize>, outcome: Outcome) -> bool {
        let Some(at) = found else { return false };
        let open = self.open.swap_remove(at);
        self.ended.push((open.number, outcome));
        true
    }
}

fn terminal(device: &Device, down: &Down, serial: u16, style: Style) -> Result<(Vec<u8>, Sign), String> {
    let phone = phone_of(&device.key).ok_or("终端手机号须是12位或者20位")?;
    let (mut body, mut bytes) = (Vec::new(), Vec::new());
    down.write(&mut body, phone.is_2019())?;
    let id = down.id();
    write(&mut bytes, &Envelope { id, phone, serial, style }, &body);
    Ok((bytes, Sign::Terminal { serial, id, answer: answer_to(id) }))
}

fn monitor(
    device: &Device,
    request: &request::Request,
    (st, pw): (&str, &str),
    edition: Edition,
    now: i64,
) -> Result<(Vec<u8>, Sign), String> {
    let time = civil(now);
    let qn = format!("{}{:03}", time.strftime("%Y%m%d%H%M%S"), now.rem_euclid(1000));
    let head = Head {
        qn: qn.as_bytes(),
        st: st.as_bytes(),
        cn: request.cn(),
        pw: pw.as_bytes(),
        mn: device.key.as_bytes(),
        edition,
        answer: true,
        parts: None,
    };
    let mut bytes = Vec::new();
    request.write(&mut bytes, &head, None)?;
    Ok((bytes, Sign::Monitor { qn }))
}
