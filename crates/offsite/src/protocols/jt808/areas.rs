//! Circles, rectangles, polygons and routes, as sent down by 0x8600 to 0x8606 and reported by 0x0608.

use jiff::civil::DateTime;

use super::text::{Text, encode};
use crate::protocols::bytes::{Cursor, time_bcd};

/// A point in millionths of a degree, unsigned as sent; the area's properties tell the hemisphere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Latitude.
    pub latitude: u32,
    /// Longitude.
    pub longitude: u32,
}

/// The bounds of a speed limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// km/h.
    pub speed: u16,
    /// Seconds above it that make an alarm.
    pub seconds: u8,
    /// km/h by night (2019).
    pub night: Option<u16>,
}

/// The shape of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A circle: centre and radius in metres.
    Circle(Point, u32),
    /// A rectangle: upper left and lower right.
    Rectangle(Point, Point),
    /// A polygon.
    Polygon(Vec<Point>),
    /// A route: its turning points.
    Route(Vec<Turn>),
}

/// A turning point of a route and the road after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The point's number.
    pub id: u32,
    /// The road's number.
    pub road: u32,
    /// Where.
    pub at: Point,
    /// The road's width in metres.
    pub width: u8,
    /// The road's properties: bit 0 timed, bit 1 speed limit, bit 2 south, bit 3 west.
    pub properties: u8,
    /// The longest and shortest time on the road in seconds.
    pub times: Option<(u16, u16)>,
    /// Its speed limit.
    pub limit: Option<Limit>,
}

/// An area or route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its number.
    pub id: u32,
    /// Its properties: bit 0 by time, 1 speed limit, 2 to 5 alarms to driver and platform, 6 south, 7 west, …
    pub properties: u16,
    /// Its shape.
    pub shape: Shape,
    /// From when to when, binary-coded as sent: a daily span has zeros for the date, so these need be no times.
    pub span: Option<([u8; 6], [u8; 6])>,
    /// Its speed limit.
    pub limit: Option<Limit>,
    /// Its name (2019).
    pub name: Option<String>,
}

/// Properties: in force by time.
pub const TIMED: u16 = 1;
/// Properties: with a speed limit.
pub const LIMITED: u16 = 1 << 1;

/// Which shape the messages are about: the last digit of their number, and the first byte of 0x0608.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 0x8600, 1.
    Circle,
    /// 0x8602, 2.
    Rectangle,
    /// 0x8604, 3.
    Polygon,
    /// 0x8606, 4.
    Route,
}

impl Form {
    /// Of the kind byte of 0x0608 and 0x8608.
    pub const fn of_kind(kind: u8) -> Option<Form> {
        match kind {
            1 => Some(Form::Circle),
            2 => Some(Form::Rectangle),
            3 => Some(Form::Polygon),
            4 => Some(Form::Route),
            _ => None,
        }
    }

    /// The kind byte of 0x8608.
    pub const fn kind(self) -> u8 {
        match self {
            Form::Circle => 1,
            Form::Rectangle => 2,
            Form::Polygon => 3,
            Form::Route => 4,
        }
    }
}

impl Shape {
    /// Its form.
    pub const fn form(&self) -> Form {
        match self {
            Shape::Circle(..) => Form::Circle,
            Shape::Rectangle(..) => Form::Rectangle,
            Shape::Polygon(_) => Form::Polygon,
            Shape::Route(_) => Form::Route,
        }
    }
}

/// A span of time to send.
pub fn span(from: DateTime, to: DateTime) -> ([u8; 6], [u8; 6]) {
    (time_bcd(from), time_bcd(to))
}

fn point(bytes: &mut Cursor<'_>) -> Option<Point> {
    Some(Point { latitude: bytes.u32()?, longitude: bytes.u32()? })
}

fn limit(bytes: &mut Cursor<'_>, night: bool) -> Option<Limit> {
    let (speed, seconds) = (bytes.u16()?, bytes.u8()?);
    Some(Limit { speed, seconds, night: if night { Some(bytes.u16()?) } else { None } })
}

/// Reads one area; `is_2019` says whether night speed and name belong to it.
pub(crate) fn read(bytes: &mut Cursor<'_>, form: Form, is_2019: bool) -> Option<Area> {
    let (id, properties) = (bytes.u32()?, bytes.u16()?);
    let timed = properties & TIMED != 0;
    let limited = properties & LIMITED != 0;
    let mut span = None;
    let mut take_span = |bytes: &mut Cursor<'_>| -> Option<()> {
        if timed {
            span = Some((bytes.array()?, bytes.array()?));
        }
        Some(())
    };
    let mut bound = None;
    let shape = match form {
        Form::Circle | Form::Rectangle => {
            let first = point(bytes)?;
            let shape = if form == Form::Circle {
                Shape::Circle(first, bytes.u32()?)
            } else {
                Shape::Rectangle(first, point(bytes)?)
            };
            take_span(bytes)?;
            if limited {
                bound = Some(limit(bytes, is_2019)?);
            }
            shape
        }
        Form::Polygon => {
            take_span(bytes)?;
            if limited {
                // A polygon's night speed stands behind its points.
                bound = Some(limit(bytes, false)?);
            }
            let count = bytes.u16()?;
            let mut points = Vec::with_capacity(usize::from(count).min(bytes.left() / 8));
            for _ in 0..count {
                points.push(point(bytes)?);
            }
            if let (true, Some(bound)) = (is_2019, &mut bound) {
                bound.night = Some(bytes.u16()?);
            }
            Shape::Polygon(points)
        }
        Form::Route => {
            take_span(bytes)?;
            let count = bytes.u16()?;
            let mut turns = Vec::with_capacity(usize::from(count).min(bytes.left() / 18));
            for _ in 0..count {
                turns.push(turn(bytes, is_2019)?);
            }
            Shape::Route(turns)
        }
    };
    let name = if is_2019 {
        let length = bytes.u16()?;
        Some(Text(bytes.take(usize::from(length))?).to_string())
    } else {
        None
    };
    Some(Area { id, properties, shape, span, limit: bound, name })
}

fn turn(bytes: &mut Cursor<'_>, is_2019: bool) -> Option<Turn> {
    let (id, road, at) = (bytes.u32()?, bytes.u32()?, point(bytes)?);
    let (width, properties) = (bytes.u8()?, bytes.u8()?);
    let times = if properties & 1 != 0 { Some((bytes.u16()?, bytes.u16()?)) } else { None };
    let limit = if properties & 2 != 0 { Some(limit(bytes, is_2019)?) } else { None };
    Some(Turn { id, road, at, width, properties, times, limit })
}

impl Area {
    /// Appends the area; the properties' bits for time and speed follow from what is there.
    ///
    /// `None`, with `out` spoilt, when a name cannot be written in GBK or a list is too long.
    pub(crate) fn write(&self, out: &mut Vec<u8>, is_2019: bool) -> Option<()> {
        let mut properties = self.properties & !(TIMED | LIMITED);
        if self.span.is_some() {
            properties |= TIMED;
        }
        if self.limit.is_some() {
            properties |= LIMITED;
        }
        out.extend_from_slice(&self.id.to_be_bytes());
        out.extend_from_slice(&properties.to_be_bytes());
        let put_span = |out: &mut Vec<u8>| {
            if let Some((from, to)) = &self.span {
                out.extend_from_slice(from);
                out.extend_from_slice(to);
            }
        };
        match &self.shape {
            Shape::Circle(centre, radius) => {
                put_point(out, *centre);
                out.extend_from_slice(&radius.to_be_bytes());
                put_span(out);
                put_limit(out, self.limit, is_2019);
            }
            Shape::Rectangle(upper, lower) => {
                put_point(out, *upper);
                put_point(out, *lower);
                put_span(out);
                put_limit(out, self.limit, is_2019);
            }
            Shape::Polygon(points) => {
                put_span(out);
                put_limit(out, self.limit, false);
                out.extend_from_slice(&u16::try_from(points.len()).ok()?.to_be_bytes());
                points.iter().for_each(|p| put_point(out, *p));
                if let (true, Some(limit)) = (is_2019, self.limit) {
                    out.extend_from_slice(&limit.night.unwrap_or(limit.speed).to_be_bytes());
                }
            }
            Shape::Route(turns) => {
                put_span(out);
                out.extend_from_slice(&u16::try_from(turns.len()).ok()?.to_be_bytes());
                turns.iter().for_each(|t| put_turn(out, t, is_2019));
            }
        }
        if is_2019 {
            let name = encode(self.name.as_deref().unwrap_or_default())?;
            out.extend_from_slice(&u16::try_from(name.len()).ok()?.to_be_bytes());
            out.extend_from_slice(&name);
        }
        Some(())
    }
}

fn put_point(out: &mut Vec<u8>, point: Point) {
    out.extend_from_slice(&point.latitude.to_be_bytes());
    out.extend_from_slice(&point.longitude.to_be_bytes());
}

fn put_limit(out: &mut Vec<u8>, limit: Option<Limit>, night: bool) {
    let Some(limit) = limit else { return };
    out.extend_from_slice(&limit.speed.to_be_bytes());
    out.push(limit.seconds);
    if night {
        out.extend_from_slice(&limit.night.unwrap_or(limit.speed).to_be_bytes());
    }
}

fn put_turn(out: &mut Vec<u8>, turn: &Turn, is_2019: bool) {
    out.extend_from_slice(&turn.id.to_be_bytes());
    out.extend_from_slice(&turn.road.to_be_bytes());
    put_point(out, turn.at);
    let bits = u8::from(turn.times.is_some()) | u8::from(turn.limit.is_some()) << 1;
    out.extend_from_slice(&[turn.width, turn.properties & !3 | bits]);
    if let Some((long, short)) = turn.times {
        out.extend_from_slice(&long.to_be_bytes());
        out.extend_from_slice(&short.to_be_bytes());
    }
    put_limit(out, turn.limit, is_2019);
}
