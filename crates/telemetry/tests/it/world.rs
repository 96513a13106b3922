//! A server with a clock that stands still until it is told, and clients.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use offsite::protocols::hj212::profile::Profile as Profile212;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, Style, scan, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::profile::Profile;
use telemetry::{AnyDevice, Archive, Config, Count, Devices, Handle, Listener, Speaks, Unknown, start};

/// 2026-11-25 12:00:00 in China.
pub(crate) const NOON: i64 = 1_795_579_200_000;
/// How long something may take that must come.
pub(crate) const LONG: Duration = Duration::from_secs(20);
/// How long is waited for what must not come.
pub(crate) const SHORT: Duration = Duration::from_millis(250);

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) now: Arc<AtomicI64>,
    pub(crate) config: Config,
    handle: Option<Handle>,
}

impl World {
    /// Any device, JT/T 808 and HJ 212, both leniently; not yet started.
    pub(crate) fn new() -> World {
        World::of(Arc::new(AnyDevice))
    }

    pub(crate) fn of(devices: Arc<dyn Devices>) -> World {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(NOON));
        let clock = Arc::clone(&now);
        let mut config = Config::new(folder.path().to_owned(), devices, Arc::new(move || clock.load(Ordering::SeqCst)));
        let listener = |name: &str, speaks| Listener {
            name: name.into(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            speaks,
            unknown: Unknown::Refuse,
            authentication: false,
        };
        config.listeners = vec![
            listener("trucks", Speaks::Jt808(Profile::named("field").unwrap().clone())),
            listener("monitors", Speaks::Hj212(Profile212::named("field-2017").unwrap().clone())),
        ];
        // The clock stands still, so every frame of a test falls into one second.
        config.limits.storm = 100_000;
        World { folder, now, config, handle: None }
    }

    pub(crate) fn start(&mut self) -> &Handle {
        self.handle = Some(start(self.config.clone()).unwrap());
        self.handle()
    }

    pub(crate) fn handle(&self) -> &Handle {
        self.handle.as_ref().unwrap()
    }

    pub(crate) fn stop(&mut self) {
        self.handle.take().unwrap().stop().unwrap();
    }

    pub(crate) fn archive(&self) -> Archive {
        Archive::new(self.folder.path())
    }

    pub(crate) fn count(&self, count: Count) -> u64 {
        self.handle().counters().of(count)
    }

    pub(crate) fn truck(&self) -> Client {
        Client::connect(self.handle().addresses()[0])
    }

    pub(crate) fn monitor(&self) -> Client {
        Client::connect(self.handle().addresses()[1])
    }

    pub(crate) fn set_now(&self, ms: i64) {
        self.now.store(ms, Ordering::SeqCst);
    }

    /// Waits until a counter has reached a value.
    pub(crate) fn until(&self, count: Count, value: u64) {
        let begun = Instant::now();
        while self.count(count) < value {
            assert!(begun.elapsed() < LONG, "{}: {} of {value}", count.name(), self.count(count));
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// An answer as read by the protocol's own reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) id: u16,
    pub(crate) phone: Phone,
    pub(crate) serial: u16,
    pub(crate) body: Vec<u8>,
}

pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    held: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Client {
        Client::over(TcpStream::connect(address).unwrap())
    }

    pub(crate) fn over(stream: TcpStream) -> Client {
        stream.set_nodelay(true).unwrap();
        Client { stream, held: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// The next answer of JT/T 808; `None` when none comes in time or the line is closed.
    pub(crate) fn answer(&mut self, patience: Duration) -> Option<Answer> {
        loop {
            let found = scan(&self.held, Style::Standard, false);
            let answer = found.frame.clone().map(|range| {
                let mut room = Buffer::default();
                let frame = Frame::open(&self.held[range], &mut room, Profile::named("strict").unwrap()).unwrap();
                let head = frame.head;
                Answer { id: head.id, phone: head.phone, serial: head.serial, body: frame.body.to_vec() }
            });
            self.held.drain(..found.used);
            if answer.is_some() {
                return answer;
            }
            if found.used == 0 && !self.read(patience) {
                return None;
            }
        }
    }

    /// The next line, without its end.
    pub(crate) fn line(&mut self, patience: Duration) -> Option<String> {
        loop {
            if let Some(end) = self.held.windows(2).position(|w| w == b"\r\n") {
                let line = self.held.drain(..end + 2).take(end).collect::<Vec<u8>>();
                return Some(String::from_utf8(line).unwrap());
            }
            if !self.read(patience) {
                return None;
            }
        }
    }

    fn read(&mut self, patience: Duration) -> bool {
        self.stream.set_read_timeout(Some(patience)).unwrap();
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(count) => {
                self.held.extend_from_slice(&bytes[..count]);
                count > 0
            }
            Err(_) => false,
        }
    }

    /// Whether the server hangs up.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.stream.set_read_timeout(Some(LONG)).unwrap();
        let mut bytes = [0; 4096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        }
    }
}

/// A message of a terminal.
pub(crate) fn message(id: u16, phone: Phone, serial: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, &Envelope { id, phone, serial, style: Style::Standard }, body);
    bytes
}

/// A position.
pub(crate) fn position(phone: Phone, serial: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    telemetry::load::position(&mut bytes, phone, serial);
    bytes
}

/// A minute of dust, with an answer wanted (Flag 5) or not (4).
pub(crate) fn dust(mn: &str, second: u8, flag: u8) -> Vec<u8> {
    let segment = format!(
        "QN=202611251200{second:02}000;ST=39;CN=2051;PW=123456;MN={mn};Flag={flag};CP=&&DataTime=20261125120000;\
         a34001-Avg=0.123,a34001-Flag=N&&"
    );
    let crc = offsite::protocols::hj212::crc::crc(segment.as_bytes());
    format!("##{:04}{segment}{crc:04X}\r\n", segment.len()).into_bytes()
}

pub(crate) fn ack(phone: Phone, id: u16, serial: u16, result: u8) -> (u16, Phone, Vec<u8>) {
    let mut body = serial.to_be_bytes().to_vec();
    body.extend_from_slice(&id.to_be_bytes());
    body.push(result);
    (0x8001, phone, body)
}

/// What of an answer does not depend on its own running number.
pub(crate) fn said(answer: Option<Answer>) -> (u16, Phone, Vec<u8>) {
    let answer = answer.expect("an answer");
    (answer.id, answer.phone, answer.body)
}
