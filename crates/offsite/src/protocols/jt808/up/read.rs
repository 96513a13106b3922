//! Reading the bodies of what terminals send.

use super::{Attributes, Batch, CanFrames, Card, Driver, Media, Register, Stored, Up, Words};
use crate::protocols::bytes::Cursor;
use crate::protocols::jt808::areas::{self, Form};
use crate::protocols::jt808::location::Location;
use crate::protocols::jt808::params::Params;
use crate::protocols::jt808::text::Text;
use crate::protocols::jt808::{Tolerance, Tolerances};

impl<'a> Up<'a> {
    /// Reads a body; `None` when it is too short for its fields. Every deviation is noted in `used`.
    pub fn read(id: u16, body: &'a [u8], is_2019: bool, used: &mut Tolerances) -> Option<Up<'a>> {
        let mut bytes = Cursor::new(body);
        let up = match id {
            0x0001 => Up::Ack { serial: bytes.u16()?, id: bytes.u16()?, result: bytes.u8()? },
            0x0002 => Up::Heartbeat,
            0x0003 => Up::Logout,
            0x0004 => Up::TimeQuery,
            0x0005 => Up::Resend { serial: bytes.u16()?, parts: Words::counted(bytes.all())? },
            0x0100 => Up::Register(register(bytes.all(), is_2019)?),
            0x0102 => auth(bytes.all(), is_2019)?,
            0x0104 => {
                let (serial, count, list) = (bytes.u16()?, bytes.u8()?, Params::new(bytes.all()));
                let mut rest = list;
                if rest.by_ref().count() != usize::from(count) || !rest.rest().is_empty() {
                    used.add(Tolerance::TrailingBytes);
                }
                Up::Parameters { serial, count, list }
            }
            0x0107 => Up::Attributes(attributes(bytes.all(), used)?),
            0x0200 => {
                let (location, items) = Location::read(bytes.all(), used)?;
                items.check(used);
                Up::Location(location, items)
            }
            0x0201 | 0x0500 => {
                let serial = bytes.u16()?;
                let (location, items) = Location::read(bytes.all(), used)?;
                items.check(used);
                Up::LocationAnswer { serial, location, items }
            }
            0x0608 => {
                let form = Form::of_kind(bytes.u8()?)?;
                let (total, setting, count) = (bytes.u32()?, bytes.u8()?, bytes.u8()?);
                let list = (0..count).map(|_| areas::read(&mut bytes, form, true)).collect::<Option<_>>()?;
                Up::Areas { form, total, setting, list }
            }
            0x0701 => {
                let length = bytes.u32()?;
                Up::Waybill(Text(bytes.take(usize::try_from(length).ok()?)?))
            }
            0x0702 => Up::Driver(driver(bytes.all(), is_2019, used)?),
            0x0704 => batch(&mut bytes, used)?,
            0x0705 => {
                let count = usize::from(bytes.u16()?);
                Up::Can { time: bytes.array()?, list: CanFrames(bytes.take(count * 12)?) }
            }
            0x0800 => Up::MediaEvent(media(&mut bytes)?),
            0x0801 => {
                let media = media(&mut bytes)?;
                let rest = bytes.all();
                let mut own = Tolerances::NONE;
                // 2011 has no location here. One that is none shows in its time.
                match rest.get(..Location::LENGTH).and_then(|b| Location::read(b, &mut own)) {
                    Some((location, _)) if location.time.is_some() => {
                        if own.has(Tolerance::Position) {
                            used.add(Tolerance::Position);
                        }
                        Up::MediaData { media, location: Some(location), data: &rest[Location::LENGTH..] }
                    }
                    _ => Up::MediaData { media, location: None, data: rest },
                }
            }
            0x0802 => {
                let (serial, count) = (bytes.u16()?, bytes.u16()?);
                let list = (0..count).map(|_| stored(&mut bytes, used)).collect::<Option<_>>()?;
                Up::MediaFound { serial, list }
            }
            0x0805 => {
                let (serial, result) = (bytes.u16()?, bytes.u8()?);
                // A failed command may end here.
                let count = if bytes.left() == 0 { 0 } else { bytes.u16()? };
                let media = (0..count).map(|_| bytes.u32()).collect::<Option<_>>()?;
                Up::Camera { serial, result, media }
            }
            0x0900 => Up::Transparent { kind: bytes.u8()?, data: bytes.all() },
            0x0901 => {
                let length = bytes.u32()?;
                Up::Gzip { data: bytes.take(usize::try_from(length).ok()?)? }
            }
            _ => {
                bytes.all();
                Up::Other
            }
        };
        if bytes.left() > 0 {
            used.add(Tolerance::TrailingBytes);
        }
        Some(up)
    }
}

fn register(body: &[u8], is_2019: bool) -> Option<Register<'_>> {
    // Maker, model and terminal's number; the plate takes the rest.
    let (layout, [maker, model, terminal]) = match body.len() {
        76.. if is_2019 => (2019, [11, 30, 30]),
        37.. => (2013, [5, 20, 7]),
        _ => (2011, [5, 8, 7]),
    };
    let mut bytes = Cursor::new(body);
    Some(Register {
        layout,
        province: bytes.u16()?,
        city: bytes.u16()?,
        maker: Text(bytes.take(maker)?),
        model: Text(bytes.take(model)?),
        terminal: Text(bytes.take(terminal)?),
        colour: bytes.u8()?,
        plate: Text(bytes.all()),
    })
}

fn auth(body: &[u8], is_2019: bool) -> Option<Up<'_>> {
    if is_2019 {
        let mut bytes = Cursor::new(body);
        let code = Text(bytes.counted()?);
        return Some(Up::Auth { code, more: Some((Text(bytes.take(15)?), Text(bytes.all()))) });
    }
    Some(Up::Auth { code: Text(body), more: None })
}

fn attributes<'a>(body: &'a [u8], used: &mut Tolerances) -> Option<Attributes<'a>> {
    // Makes disagree about the widths, whatever header they send: the one that fits to the last byte is theirs.
    const WIDTHS: [[usize; 3]; 5] = [[5, 20, 7], [11, 30, 30], [5, 30, 7], [5, 20, 8], [5, 8, 7]];
    let with = |[maker, model, terminal]: [usize; 3]| {
        let mut bytes = Cursor::new(body);
        let read = Attributes {
            kinds: bytes.u16()?,
            maker: Text(bytes.take(maker)?),
            model: Text(bytes.take(model)?),
            terminal: Text(bytes.take(terminal)?),
            iccid: bytes.array()?,
            hardware: Text(bytes.counted()?),
            software: Text(bytes.counted()?),
            satellites: bytes.u8()?,
            radio: bytes.u8()?,
        };
        Some((read, bytes.left()))
    };
    let all = || WIDTHS.iter().filter_map(|w| with(*w));
    if let Some((fits, _)) = all().find(|(_, left)| *left == 0) {
        return Some(fits);
    }
    used.add(Tolerance::TrailingBytes);
    all().next().map(|(first, _)| first)
}

fn driver<'a>(body: &'a [u8], is_2019: bool, used: &mut Tolerances) -> Option<Driver<'a>> {
    if !matches!(body.first(), Some(1 | 2)) {
        // 2011: the card alone.
        let mut bytes = Cursor::new(body);
        let name = Text(bytes.counted()?);
        let (identity, certificate) = (Text(bytes.take(20)?), Text(bytes.take(40)?));
        let card = Card { name, identity: Some(identity), certificate, issuer: Text(bytes.counted()?), until: None };
        return Some(Driver { inserted: None, time: None, result: None, card: Some(card) });
    }
    let mut bytes = Cursor::new(body);
    let inserted = bytes.u8()? == 1;
    let time = bytes.stamp()?;
    if time.is_none() {
        used.add(Tolerance::TimeForm);
    }
    let mut driver = Driver { inserted: Some(inserted), time, result: None, card: None };
    if bytes.left() > 0 {
        let result = bytes.u8()?;
        driver.result = Some(result);
        // Cards that could not be read end here, or go on with empty fields.
        if bytes.left() > 0 {
            let name = Text(bytes.counted()?);
            let certificate = Text(bytes.take(20)?);
            let issuer = Text(bytes.counted()?);
            let until = Some(bytes.array()?);
            let identity = if is_2019 && bytes.left() >= 20 { Some(Text(bytes.take(20)?)) } else { None };
            driver.card = Some(Card { name, identity, certificate, issuer, until });
        }
    }
    if bytes.left() > 0 {
        used.add(Tolerance::TrailingBytes);
    }
    Some(driver)
}

fn batch<'a>(bytes: &mut Cursor<'a>, used: &mut Tolerances) -> Option<Up<'a>> {
    let (count, kind) = (bytes.u16()?, bytes.u8()?);
    let list = Batch { rest: bytes.all() };
    let mut walk = list;
    let mut found = 0;
    for body in walk.by_ref() {
        found += 1;
        match Location::read(body, used) {
            Some((_, items)) => items.check(used),
            None => used.add(Tolerance::BatchLength),
        }
    }
    if found != usize::from(count) || !walk.rest.is_empty() {
        used.add(Tolerance::BatchLength);
    }
    Some(Up::Batch { count, late: kind == 1, list })
}

fn media(bytes: &mut Cursor<'_>) -> Option<Media> {
    Some(Media { id: bytes.u32()?, kind: bytes.u8()?, format: bytes.u8()?, event: bytes.u8()?, channel: bytes.u8()? })
}

fn stored(bytes: &mut Cursor<'_>, used: &mut Tolerances) -> Option<Stored> {
    let (id, kind, channel, event) = (bytes.u32()?, bytes.u8()?, bytes.u8()?, bytes.u8()?);
    let (location, _) = Location::read(bytes.take(Location::LENGTH)?, used)?;
    Some(Stored { id, kind, channel, event, location })
}
