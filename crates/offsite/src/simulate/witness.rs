//! Somebody who rides along and sees, second by second, what the truck really does.

use super::roads::{CLOSED, Roads};
use super::truth::Truth;
use crate::detection::sighting::Offence;
use crate::detection::time::{day_of, minute_of_day};
use crate::detection::truck::geo::{Xy, segment_distance2};

/// The true state in one second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now {
    pub(crate) at: i64,
    pub(crate) xy: Xy,
    /// cm/s.
    pub(crate) speed: i64,
    pub(crate) laden: bool,
    pub(crate) in_yard: bool,
    pub(crate) uncovered: bool,
    pub(crate) certified: bool,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    last: i64,
    on_s: i64,
    peak: i64,
    xy: Xy,
}

/// Sees the offences of driving; those of planted events are written down where they are planted.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    spans: [Option<Span>; 4],
    pub(crate) truths: Vec<Truth>,
    /// The permitted lines of the day, none if the truck has none.
    pub(crate) lines: Vec<Vec<Xy>>,
}

const OFFENCES: [Offence; 4] = [Offence::OffRoute, Offence::OutOfHours, Offence::Uncovered, Offence::NoCertificate];
/// After so long without the sign it is another incident; a day for the certificate, which is one a day anyhow.
const PAUSE_S: [i64; 4] = [120, 120, 120, 86_400];

impl Witness {
    pub(crate) fn see(&mut self, now: Now, roads: &Roads, vehicle: u32) {
        let carrying = now.laden && !now.in_yard;
        // Once in five seconds is often enough for what lasts a minute.
        let off_cm = if carrying && !self.lines.is_empty() && now.at % 5 == 0 {
            let segments = self.lines.iter().flat_map(|l| l.windows(2));
            segments.map(|s| segment_distance2(now.xy, s[0], s[1])).min().unwrap_or(0).isqrt()
        } else {
            0
        };
        let minute = minute_of_day(now.at);
        let (low, high) = roads.closed_box();
        let depth = (now.xy.0 - low.0).min(now.xy.1 - low.1).min(high.0 - now.xy.0).min(high.1 - now.xy.1);
        let closed = carrying && depth > 0 && now.speed > 140 && CLOSED.iter().any(|h| h.holds(minute));
        let graced = closed && CLOSED.iter().any(|h| h.holds((minute - 6).rem_euclid(1_440)));
        let signs = [
            (off_cm > 8_000, off_cm),
            (closed, if graced { depth } else { 0 }),
            (carrying && now.uncovered && now.speed > 280, 0),
            (carrying && now.speed > 280 && !now.certified, 0),
        ];
        for (i, (on, peak)) in signs.into_iter().enumerate() {
            let new_day = i == 3 && self.spans[i].is_some_and(|s| day_of(s.last) != day_of(now.at));
            if self.spans[i].is_some_and(|s| now.at - s.last > PAUSE_S[i]) || new_day {
                self.close(i, roads, vehicle);
            }
            if !on {
                continue;
            }
            let step = if i == 0 { 5 } else { 1 };
            let span = self.spans[i].get_or_insert(Span { from: now.at, last: now.at, on_s: 0, peak, xy: now.xy });
            span.last = now.at;
            span.on_s += step;
            span.peak = span.peak.max(peak);
        }
    }

    fn close(&mut self, i: usize, roads: &Roads, vehicle: u32) {
        let Some(span) = self.spans[i].take() else { return };
        let slight = match i {
            0 => span.peak < 15_000 || span.on_s < 110,
            1 => span.peak < 8_000 || span.on_s < 150,
            2 => span.on_s < 110,
            _ => span.on_s < 60,
        };
        let place = roads.plane.place(span.xy);
        self.truths.push(Truth {
            offence: OFFENCES[i],
            device: vehicle,
            from: span.from,
            to: span.last,
            place,
            slight,
        });
    }

    pub(crate) fn end(&mut self, roads: &Roads, vehicle: u32) {
        for i in 0..4 {
            self.close(i, roads, vehicle);
        }
    }
}
