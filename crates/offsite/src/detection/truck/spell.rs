//! A sign that must last before it is met, and be gone for a while before it is over.

use super::motion::Point;

/// A sign that shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spell {
    /// First fix with the sign.
    pub(crate) from: i64,
    /// Last fix with it.
    pub(crate) to: i64,
    /// When it had lasted long enough.
    pub(crate) met: Option<i64>,
    /// Where it began.
    pub(crate) place: Point,
    /// The greatest measure while it showed.
    pub(crate) peak: i64,
    /// What the odometer said first.
    pub(crate) mileage: Option<u32>,
    /// Whether a fix with the sign came late.
    pub(crate) late: bool,
    points: u32,
    seen: i64,
    quiet: Option<i64>,
}

/// What it takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) s: i64,
    pub(crate) points: u32,
    pub(crate) end_s: i64,
    pub(crate) gap_s: i64,
}

/// One fix, seen for one sign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) on: bool,
    /// Whether the spell may be met now, should it have lasted long enough.
    pub(crate) ready: bool,
    pub(crate) at: i64,
    pub(crate) place: Point,
    pub(crate) peak: i64,
    pub(crate) mileage: Option<u32>,
    pub(crate) late: bool,
}

/// Carries a spell on by one fix. `tell` hears of it when it is met, and again when it is over if it went on.
pub(crate) fn carry(slot: &mut Option<Box<Spell>>, need: Need, look: Look, mut tell: impl FnMut(&Spell)) {
    if let Some(spell) = slot
        && look.at - spell.seen > need.gap_s
    {
        spell.over(&mut tell);
        *slot = None;
    }
    let Some(spell) = slot else {
        if look.on {
            let Look { at, place, peak, mileage, late, .. } = look;
            let new =
                Spell { from: at, to: at, met: None, place, peak, mileage, late, points: 1, seen: at, quiet: None };
            slot.insert(Box::new(new)).meet(need, look.ready, &mut tell);
        }
        return;
    };
    spell.seen = look.at;
    if look.on {
        spell.to = look.at;
        spell.points += 1;
        spell.quiet = None;
        spell.peak = spell.peak.max(look.peak);
        spell.late |= look.late;
        spell.meet(need, look.ready, &mut tell);
    } else {
        let quiet = *spell.quiet.get_or_insert(look.at);
        if spell.met.is_none() || look.at - quiet >= need.end_s {
            spell.over(&mut tell);
            *slot = None;
        }
    }
}

impl Spell {
    fn meet(&mut self, need: Need, ready: bool, tell: &mut impl FnMut(&Spell)) {
        if ready && self.met.is_none() && self.to - self.from >= need.s && self.points >= need.points {
            self.met = Some(self.to);
            tell(self);
        }
    }

    fn over(&self, tell: &mut impl FnMut(&Spell)) {
        if self.met.is_some_and(|met| met < self.to) {
            tell(self);
        }
    }
}
