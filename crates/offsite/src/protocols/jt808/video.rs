//! The messages of JT/T 1078 (video) and T/JSATL 12 (active safety) that travel over the same connection.
//!
//! The platform keeps no video: these are read so that what a terminal says is never opaque.

use jiff::civil::DateTime;

use super::text::Text;
use crate::protocols::bytes::Cursor;

/// Such a message.
#[derive(Clone, Debug)]
pub enum Video<'a> {
    /// 0x1003: what audio and video a terminal can do.
    Attributes {
        /// Encoding, channels, sampling rate and bits of the sound coming in.
        audio: [u8; 4],
        /// Bytes of an audio frame.
        audio_frame: u16,
        /// Sound can be sent to the terminal.
        speaker: bool,
        /// Video encoding.
        video: u8,
        /// The most audio channels.
        audio_channels: u8,
        /// The most video channels.
        video_channels: u8,
    },
    /// 0x9101: begin live video.
    Live {
        /// The media server.
        server: Text<'a>,
        /// Its TCP port.
        tcp: u16,
        /// Its UDP port.
        udp: u16,
        /// The channel.
        channel: u8,
        /// 0 both, 1 video, 2 talk, 3 listen, 4 broadcast, 5 transparent.
        kind: u8,
        /// 0 main, 1 sub stream.
        stream: u8,
    },
    /// 0x9102: control live video.
    Control {
        /// The channel.
        channel: u8,
        /// 0 close, 1 switch stream, 2 pause, 3 resume, 4 end talk.
        command: u8,
        /// What to close.
        close: u8,
        /// Which stream to switch to.
        stream: u8,
    },
    /// 0x9205: list stored recordings.
    Query(Recording),
    /// 0x1205: the list.
    Recordings {
        /// The running number of the query.
        serial: u16,
        /// How many in all.
        total: u32,
        /// The recordings and their bytes.
        list: Vec<(Recording, u32)>,
    },
    /// 0x9208: send the files of an alarm to a server.
    SendFiles {
        /// The server.
        server: Text<'a>,
        /// Its TCP port.
        tcp: u16,
        /// Its UDP port.
        udp: u16,
        /// The alarm's mark.
        mark: Mark<'a>,
        /// The platform's number of the alarm.
        alarm: Text<'a>,
    },
    /// 0x1210: which files an alarm has.
    Files {
        /// The terminal's own number.
        terminal: Text<'a>,
        /// The alarm's mark.
        mark: Mark<'a>,
        /// The platform's number of the alarm.
        alarm: Text<'a>,
        /// 0 as usual, 1 again.
        kind: u8,
        /// The names and bytes.
        list: Vec<(Text<'a>, u32)>,
    },
    /// 0x1211 a file begins, 0x1212 it is done.
    File {
        /// Its name.
        name: Text<'a>,
        /// 0 picture, 1 sound, 2 film, 3 text, 4 other.
        kind: u8,
        /// Its bytes.
        size: u32,
    },
}

/// A stored recording.
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    /// The channel.
    pub channel: u8,
    /// From when.
    pub from: Option<DateTime>,
    /// To when.
    pub to: Option<DateTime>,
    /// The alarms in it.
    pub alarm: u64,
    /// 0 both, 1 sound, 2 video.
    pub kind: u8,
    /// The stream.
    pub stream: u8,
    /// Where it is stored.
    pub memory: u8,
}

/// The mark of an active-safety alarm; wider in Guangdong's edition.
#[derive(Clone, Copy, Debug)]
pub struct Mark<'a> {
    /// The terminal's own number.
    pub terminal: Text<'a>,
    /// When.
    pub time: Option<DateTime>,
    /// The number among those of the same time.
    pub serial: u8,
    /// How many files.
    pub files: u8,
}

impl<'a> Video<'a> {
    /// Reads a body; `None` when the message is none of these or the body does not fit it to the last byte.
    pub fn read(id: u16, body: &'a [u8]) -> Option<Video<'a>> {
        let mut bytes = Cursor::new(body);
        let video = match id {
            0x1003 => Video::Attributes {
                audio: bytes.array()?,
                audio_frame: bytes.u16()?,
                speaker: bytes.u8()? != 0,
                video: bytes.u8()?,
                audio_channels: bytes.u8()?,
                video_channels: bytes.u8()?,
            },
            0x9101 => Video::Live {
                server: Text(bytes.counted()?),
                tcp: bytes.u16()?,
                udp: bytes.u16()?,
                channel: bytes.u8()?,
                kind: bytes.u8()?,
                stream: bytes.u8()?,
            },
            0x9102 => {
                Video::Control { channel: bytes.u8()?, command: bytes.u8()?, close: bytes.u8()?, stream: bytes.u8()? }
            }
            0x9205 => Video::Query(recording(&mut bytes)?),
            0x1205 => {
                let (serial, total) = (bytes.u16()?, bytes.u32()?);
                let mut list = Vec::new();
                while bytes.left() > 0 {
                    list.push((recording(&mut bytes)?, bytes.u32()?));
                }
                Video::Recordings { serial, total, list }
            }
            0x9208 => {
                let (server, tcp, udp) = (Text(bytes.counted()?), bytes.u16()?, bytes.u16()?);
                let mark = mark(&mut bytes, 7, 1)?;
                let alarm = Text(bytes.take(32)?);
                bytes.take(16)?;
                Video::SendFiles { server, tcp, udp, mark, alarm }
            }
            0x1210 => return files(body, 7, 7, 1).or_else(|| files(body, 30, 30, 2)),
            0x1211 | 0x1212 => Video::File { name: Text(bytes.counted()?), kind: bytes.u8()?, size: bytes.u32()? },
            _ => return None,
        };
        (bytes.left() == 0).then_some(video)
    }
}

fn recording(bytes: &mut Cursor<'_>) -> Option<Recording> {
    Some(Recording {
        channel: bytes.u8()?,
        from: bytes.stamp()?,
        to: bytes.stamp()?,
        alarm: u64::from_be_bytes(bytes.array()?),
        kind: bytes.u8()?,
        stream: bytes.u8()?,
        memory: bytes.u8()?,
    })
}

fn mark<'a>(bytes: &mut Cursor<'a>, terminal: usize, reserve: usize) -> Option<Mark<'a>> {
    let mark =
        Mark { terminal: Text(bytes.take(terminal)?), time: bytes.stamp()?, serial: bytes.u8()?, files: bytes.u8()? };
    bytes.take(reserve)?;
    Some(mark)
}

fn files(body: &[u8], own: usize, terminal: usize, reserve: usize) -> Option<Video<'_>> {
    let mut bytes = Cursor::new(body);
    let own = Text(bytes.take(own)?);
    let mark = mark(&mut bytes, terminal, reserve)?;
    let (alarm, kind, count) = (Text(bytes.take(32)?), bytes.u8()?, bytes.u8()?);
    let mut list = Vec::new();
    for _ in 0..count {
        list.push((Text(bytes.counted()?), bytes.u32()?));
    }
    (bytes.left() == 0).then_some(Video::Files { terminal: own, mark, alarm, kind, list })
}
