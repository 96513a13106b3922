//! What the platform sends: written to terminals, and read back to show what was sent.

use jiff::civil::DateTime;

use super::areas::{self, Area, Form};
use super::params::Params;
use super::text::{Text, encode};
use super::up::Words;
use crate::protocols::bytes::{Cursor, time_bcd};

/// A message of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Down {
    /// 0x8001: answer to a message; 0 done, 1 failed, 2 wrong, 3 not supported, 4 alarm confirmed.
    Ack {
        /// The running number answered.
        serial: u16,
        /// The message answered.
        id: u16,
        /// The result.
        result: u8,
    },
    /// 0x8003: send these sub-packages again.
    Resend {
        /// The running number of the first sub-package.
        serial: u16,
        /// The numbers wanted, at most 255.
        parts: Vec<u16>,
    },
    /// 0x8004 (2019): the time, in answer to 0x0004; UTC.
    Time(Option<DateTime>),
    /// 0x8100: answer to a registration; 0 done, 1 vehicle registered, 2 no such vehicle, 3 terminal registered, 4 no such
    /// terminal.
    Registered {
        /// The running number answered.
        serial: u16,
        /// The result.
        result: u8,
        /// The code to authenticate with, where the result is 0.
        code: Option<String>,
    },
    /// 0x8103: set parameters.
    SetParameters(Vec<(u32, Vec<u8>)>),
    /// 0x8104: send all parameters.
    ReadAllParameters,
    /// 0x8105: control the terminal: 1 upgrade, 2 connect, 3 off, 4 reset, 5 factory, 6 data off, 7 radio off.
    Control {
        /// The command.
        command: u8,
        /// Its arguments, separated by semicolons: texts in GBK, numbers in binary, so bytes.
        arguments: Vec<u8>,
    },
    /// 0x8106: send these parameters.
    ReadParameters(Vec<u32>),
    /// 0x8107: send the attributes.
    ReadAttributes,
    /// 0x8201: send the location.
    ReadLocation,
    /// 0x8202: follow the vehicle for a time.
    Follow {
        /// Seconds between locations; 0 stops.
        interval: u16,
        /// Seconds in all; absent when stopped.
        seconds: Option<u32>,
    },
    /// 0x8203: confirm alarms by a person.
    ConfirmAlarm {
        /// The running number of the alarm; 0 for all.
        serial: u16,
        /// Which kinds.
        kinds: u32,
    },
    /// 0x8300: a text.
    Text {
        /// Urgent, shown, read out, … by bit.
        flag: u8,
        /// The kind (2019): 1 notice, 2 service.
        kind: Option<u8>,
        /// The text.
        text: String,
    },
    /// 0x8600, 0x8602, 0x8604: set areas; 0 update, 1 add, 2 change. 0x8604 takes one polygon and no setting.
    SetAreas {
        /// The setting.
        setting: u8,
        /// The areas, all of one shape.
        list: Vec<Area>,
        /// Their shape, which a list may leave open.
        form: Form,
    },
    /// 0x8606: set one route; 0x8604: set one polygon.
    SetArea(Area),
    /// 0x8601, 0x8603, 0x8605, 0x8607: delete these; all when none is named.
    DeleteAreas {
        /// The shape.
        form: Form,
        /// The numbers, at most 125.
        ids: Vec<u32>,
    },
    /// 0x8608 (2019): send these areas; all when none is named.
    ReadAreas {
        /// The shape.
        form: Form,
        /// The numbers.
        ids: Vec<u32>,
    },
    /// 0x8800: a medium has arrived, but for these sub-packages.
    MediaReceived {
        /// The medium.
        media: u32,
        /// The sub-packages missing.
        missing: Vec<u16>,
    },
    /// 0x8801: take a picture or film now.
    Camera {
        /// The channel.
        channel: u8,
        /// 0 stop, 0xFFFF film, else the number of pictures.
        command: u16,
        /// Seconds between pictures or of film; 0 for as fast or as long as can be.
        seconds: u16,
        /// Keep rather than send.
        keep: bool,
        /// The resolution: 1 320×240, 2 640×480, …
        resolution: u8,
        /// Quality 1 to 10, brightness, contrast, saturation, chroma.
        picture: [u8; 5],
    },
    /// 0x8802: search stored media; 0x8803: send stored media.
    StoredMedia {
        /// 0 picture, 1 sound, 2 film.
        kind: u8,
        /// The channel; 0 for all.
        channel: u8,
        /// Why they were made.
        event: u8,
        /// From when.
        from: Option<DateTime>,
        /// To when.
        to: Option<DateTime>,
        /// For 0x8803: delete after sending.
        send: Option<bool>,
    },
    /// 0x8804: record sound.
    Record {
        /// Begin rather than end.
        begin: bool,
        /// Seconds; 0 for as long as can be.
        seconds: u16,
        /// Keep rather than send.
        keep: bool,
        /// 0 8k, 1 11k, 2 23k, 3 32k.
        rate: u8,
    },
    /// 0x8805: send one stored medium.
    SendMedium {
        /// The medium.
        media: u32,
        /// Delete after sending.
        delete: bool,
    },
}

impl Down {
    /// The message's number.
    pub fn id(&self) -> u16 {
        match self {
            Down::Ack { .. } => 0x8001,
            Down::Resend { .. } => 0x8003,
            Down::Time(_) => 0x8004,
            Down::Registered { .. } => 0x8100,
            Down::SetParameters(_) => 0x8103,
            Down::ReadAllParameters => 0x8104,
            Down::Control { .. } => 0x8105,
            Down::ReadParameters(_) => 0x8106,
            Down::ReadAttributes => 0x8107,
            Down::ReadLocation => 0x8201,
            Down::Follow { .. } => 0x8202,
            Down::ConfirmAlarm { .. } => 0x8203,
            Down::Text { .. } => 0x8300,
            Down::SetAreas { form, .. } => set_id(*form),
            Down::SetArea(area) => set_id(area.shape.form()),
            Down::DeleteAreas { form, .. } => set_id(*form) + 1,
            Down::ReadAreas { .. } => 0x8608,
            Down::MediaReceived { .. } => 0x8800,
            Down::Camera { .. } => 0x8801,
            Down::StoredMedia { send: None, .. } => 0x8802,
            Down::StoredMedia { .. } => 0x8803,
            Down::Record { .. } => 0x8804,
            Down::SendMedium { .. } => 0x8805,
        }
    }

    /// Appends the body.
    ///
    /// # Errors
    ///
    /// In Chinese: a text that GBK cannot write, a list that is too long. `out` is as before then.
    pub fn write(&self, out: &mut Vec<u8>, is_2019: bool) -> Result<(), String> {
        let start = out.len();
        let done = self.put(out, is_2019);
        if done.is_none() {
            out.truncate(start);
        }
        done.ok_or_else(|| format!("消息0x{:04X}有GBK以外的文字或者项数过多", self.id()))
    }

    fn put(&self, out: &mut Vec<u8>, is_2019: bool) -> Option<()> {
        match self {
            Down::Ack { serial, id, result } => {
                out.extend_from_slice(&serial.to_be_bytes());
                out.extend_from_slice(&id.to_be_bytes());
                out.push(*result);
            }
            Down::Resend { serial, parts } => {
                out.extend_from_slice(&serial.to_be_bytes());
                count(out, parts.len())?;
                parts.iter().for_each(|p| out.extend_from_slice(&p.to_be_bytes()));
            }
            Down::Time(time) => out.extend_from_slice(&time.map_or([0; 6], time_bcd)),
            Down::Registered { serial, result, code } => {
                out.extend_from_slice(&serial.to_be_bytes());
                out.push(*result);
                out.extend_from_slice(&encode(code.as_deref().unwrap_or_default())?);
            }
            Down::SetParameters(list) => {
                count(out, list.len())?;
                for (id, value) in list {
                    out.extend_from_slice(&id.to_be_bytes());
                    count(out, value.len())?;
                    out.extend_from_slice(value);
                }
            }
            Down::ReadAllParameters | Down::ReadAttributes | Down::ReadLocation => {}
            Down::Control { command, arguments } => {
                out.push(*command);
                out.extend_from_slice(arguments);
            }
            Down::ReadParameters(ids) => {
                count(out, ids.len())?;
                ids.iter().for_each(|id| out.extend_from_slice(&id.to_be_bytes()));
            }
            Down::Follow { interval, seconds } => {
                out.extend_from_slice(&interval.to_be_bytes());
                if let Some(seconds) = seconds {
                    out.extend_from_slice(&seconds.to_be_bytes());
                }
            }
            Down::ConfirmAlarm { serial, kinds } => {
                out.extend_from_slice(&serial.to_be_bytes());
                out.extend_from_slice(&kinds.to_be_bytes());
            }
            Down::Text { flag, kind, text } => {
                out.push(*flag);
                if is_2019 {
                    out.push(kind.unwrap_or(1));
                }
                out.extend_from_slice(&encode(text)?);
            }
            Down::SetAreas { setting, list, form } => {
                if list.iter().any(|a| a.shape.form() != *form) || !matches!(form, Form::Circle | Form::Rectangle) {
                    return None;
                }
                out.push(*setting);
                count(out, list.len())?;
                list.iter().try_for_each(|area| area.write(out, is_2019))?;
            }
            Down::SetArea(area) => {
                if !matches!(area.shape.form(), Form::Polygon | Form::Route) {
                    return None;
                }
                area.write(out, is_2019)?;
            }
            Down::DeleteAreas { ids, .. } => {
                count(out, ids.len()).filter(|()| ids.len() <= 125)?;
                ids.iter().for_each(|id| out.extend_from_slice(&id.to_be_bytes()));
            }
            Down::ReadAreas { form, ids } => {
                out.push(form.kind());
                out.extend_from_slice(&u32::try_from(ids.len()).ok()?.to_be_bytes());
                ids.iter().for_each(|id| out.extend_from_slice(&id.to_be_bytes()));
            }
            Down::MediaReceived { media, missing } => {
                out.extend_from_slice(&media.to_be_bytes());
                if !missing.is_empty() {
                    count(out, missing.len())?;
                    missing.iter().for_each(|p| out.extend_from_slice(&p.to_be_bytes()));
                }
            }
            Down::Camera { channel, command, seconds, keep, resolution, picture } => {
                out.push(*channel);
                out.extend_from_slice(&command.to_be_bytes());
                out.extend_from_slice(&seconds.to_be_bytes());
                out.extend_from_slice(&[u8::from(*keep), *resolution]);
                out.extend_from_slice(picture);
            }
            Down::StoredMedia { kind, channel, event, from, to, send } => {
                out.extend_from_slice(&[*kind, *channel, *event]);
                out.extend_from_slice(&from.map_or([0; 6], time_bcd));
                out.extend_from_slice(&to.map_or([0; 6], time_bcd));
                out.extend(send.map(u8::from));
            }
            Down::Record { begin, seconds, keep, rate } => {
                out.push(u8::from(*begin));
                out.extend_from_slice(&seconds.to_be_bytes());
                out.extend_from_slice(&[u8::from(*keep), *rate]);
            }
            Down::SendMedium { media, delete } => {
                out.extend_from_slice(&media.to_be_bytes());
                out.push(u8::from(*delete));
            }
        }
        Some(())
    }

    /// Reads a body, and says how many bytes were left over; `None` when it is too short or the message is not known.
    pub fn read(id: u16, body: &[u8], is_2019: bool) -> Option<(Down, usize)> {
        let mut bytes = Cursor::new(body);
        let down = match id {
            0x8001 => Down::Ack { serial: bytes.u16()?, id: bytes.u16()?, result: bytes.u8()? },
            0x8003 => Down::Resend { serial: bytes.u16()?, parts: Words::counted(bytes.all())?.iter().collect() },
            0x8004 => Down::Time(bytes.stamp()?),
            0x8100 => {
                let (serial, result, rest) = (bytes.u16()?, bytes.u8()?, bytes.all());
                let code = (!rest.is_empty()).then(|| Text(rest).to_string());
                Down::Registered { serial, result, code }
            }
            0x8103 => {
                let count = bytes.u8()?;
                let mut list = Params::new(bytes.all());
                let read: Vec<_> = list.by_ref().map(|(id, value)| (id, value.to_vec())).collect();
                if read.len() != usize::from(count) || !list.rest().is_empty() {
                    return None;
                }
                Down::SetParameters(read)
            }
            0x8104 => Down::ReadAllParameters,
            0x8105 => Down::Control { command: bytes.u8()?, arguments: bytes.all().to_vec() },
            0x8106 => {
                let count = bytes.u8()?;
                Down::ReadParameters((0..count).map(|_| bytes.u32()).collect::<Option<_>>()?)
            }
            0x8107 => Down::ReadAttributes,
            0x8201 => Down::ReadLocation,
            0x8202 => {
                let interval = bytes.u16()?;
                let seconds = if bytes.left() == 0 { None } else { Some(bytes.u32()?) };
                Down::Follow { interval, seconds }
            }
            0x8203 => Down::ConfirmAlarm { serial: bytes.u16()?, kinds: bytes.u32()? },
            0x8300 => Down::Text {
                flag: bytes.u8()?,
                kind: if is_2019 { Some(bytes.u8()?) } else { None },
                text: Text(bytes.all()).to_string(),
            },
            0x8600 | 0x8602 => {
                let form = if id == 0x8600 { Form::Circle } else { Form::Rectangle };
                let (setting, count) = (bytes.u8()?, bytes.u8()?);
                let list = (0..count).map(|_| areas::read(&mut bytes, form, is_2019)).collect::<Option<_>>()?;
                Down::SetAreas { setting, list, form }
            }
            0x8604 => Down::SetArea(areas::read(&mut bytes, Form::Polygon, is_2019)?),
            0x8606 => Down::SetArea(areas::read(&mut bytes, Form::Route, is_2019)?),
            0x8601 | 0x8603 | 0x8605 | 0x8607 => {
                let form = Form::of_kind(((id - 0x8601) / 2 + 1) as u8)?;
                let count = bytes.u8()?;
                Down::DeleteAreas { form, ids: (0..count).map(|_| bytes.u32()).collect::<Option<_>>()? }
            }
            0x8608 => {
                let form = Form::of_kind(bytes.u8()?)?;
                let count = usize::try_from(bytes.u32()?).ok().filter(|n| *n <= body.len())?;
                Down::ReadAreas { form, ids: (0..count).map(|_| bytes.u32()).collect::<Option<_>>()? }
            }
            0x8800 => {
                let media = bytes.u32()?;
                let rest = bytes.all();
                let missing = if rest.is_empty() { Vec::new() } else { Words::counted(rest)?.iter().collect() };
                Down::MediaReceived { media, missing }
            }
            0x8801 => Down::Camera {
                channel: bytes.u8()?,
                command: bytes.u16()?,
                seconds: bytes.u16()?,
                keep: bytes.u8()? != 0,
                resolution: bytes.u8()?,
                picture: bytes.array()?,
            },
            0x8802 | 0x8803 => Down::StoredMedia {
                kind: bytes.u8()?,
                channel: bytes.u8()?,
                event: bytes.u8()?,
                from: bytes.stamp()?,
                to: bytes.stamp()?,
                send: if id == 0x8803 { Some(bytes.u8()? != 0) } else { None },
            },
            0x8804 => Down::Record {
                begin: bytes.u8()? != 0,
                seconds: bytes.u16()?,
                keep: bytes.u8()? != 0,
                rate: bytes.u8()?,
            },
            0x8805 => Down::SendMedium { media: bytes.u32()?, delete: bytes.u8()? != 0 },
            _ => return None,
        };
        Some((down, bytes.left()))
    }
}

const fn set_id(form: Form) -> u16 {
    match form {
        Form::Circle => 0x8600,
        Form::Rectangle => 0x8602,
        Form::Polygon => 0x8604,
        Form::Route => 0x8606,
    }
}

fn count(out: &mut Vec<u8>, count: usize) -> Option<()> {
    out.push(u8::try_from(count).ok()?);
    Some(())
}
