//! The cases of the year: which, where, by whom, on which days.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use law::acts::Kind;

use crate::cast::{Cast, Diary};
use crate::days::{ACTION, Dice, actions, after, opening, plus, workdays};
use crate::story::{Aftermath, Brief, Hearing, Story};
use crate::targets::{Group, Line, Procedure, Side, Targets};
use crate::{facts, parties};

/// A case to be led.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Place of its squad in the cast.
    pub(crate) squad: usize,
    /// Who goes out.
    pub(crate) crew: [u32; 2],
    /// What it is about.
    pub(crate) brief: Brief,
    /// Its acts.
    pub(crate) story: Story,
    /// Where it comes from.
    pub(crate) group: Group,
    /// How it goes.
    pub(crate) procedure: Procedure,
    /// A complaint led to it.
    pub(crate) from_ticket: bool,
}

/// The day on which a campaign action begins that a case belongs to, and the last for which publication falls before the report.
struct Frame {
    opening: Date,
    until: Date,
    /// Decisions to this day are published by the report's day.
    cutoff: Date,
    end: Date,
    campaign: Vec<Date>,
}

impl Frame {
    fn new(targets: &Targets) -> Frame {
        let (year, until) = (targets.year, targets.until);
        let mut cutoff = until;
        while after(cutoff, 7) > until {
            cutoff = plus(cutoff, -1);
        }
        let campaign = actions(year, until, targets.count("campaign.thunder.actions"))
            .into_iter()
            .flat_map(|first| workdays(first, plus(first, ACTION - 1)))
            .collect();
        Frame { opening: opening(year), until, cutoff, end: date(year, 12, 31), campaign }
    }
}

/// When the clue of a case may come, and when it must be decided.
#[derive(Clone, Copy)]
struct Window {
    from: Date,
    to: Date,
    decided: (Date, Date),
}

struct Maker<'a> {
    cast: &'a Cast,
    targets: &'a Targets,
    frame: Frame,
    dice: Dice,
    diary: Diary,
    plans: Vec<Plan>,
    /// Recordings still to be spread over ordinary cases.
    recordings: usize,
    held: usize,
    heard: usize,
}

/// Every case of the year and of the weeks before it.
///
/// # Errors
/// The numbers leave no room: too few officers, or no day that fits.
pub(crate) fn plans(targets: &Targets, cast: &Cast) -> Result<Vec<Plan>, String> {
    let frame = Frame::new(targets);
    let checked = targets.count("supervision.recordings_checked");
    let mut maker = Maker {
        cast,
        targets,
        frame,
        dice: Dice::new(u64::try_from(targets.year).unwrap_or_default()),
        diary: Diary::default(),
        plans: Vec::new(),
        recordings: checked + checked / 3,
        held: 0,
        heard: 0,
    };
    maker.campaign_and_transfers()?;
    maker.own()?;
    maker.around()?;
    Ok(maker.plans)
}

impl Maker<'_> {
    fn campaign_and_transfers(&mut self) -> Result<(), String> {
        let lines: Vec<Line> = self.targets.mix.iter().filter(|l| l.group != Group::Own).cloned().collect();
        for line in lines {
            for n in 0..line.count {
                let (from, to) = (self.frame.opening, self.frame.until);
                let window = Window { from, to, decided: (from, self.frame.cutoff) };
                self.add(&line, n, window, 0, Aftermath::Paid)?;
            }
        }
        Ok(())
    }

    /// The squads' own cases of the mix; the first thirty began before the year.
    fn own(&mut self) -> Result<(), String> {
        let lines: Vec<Line> = self.targets.mix.iter().filter(|l| l.group == Group::Own).cloned().collect();
        let (mut tail, mut spoiled) = (0, 0);
        for line in lines {
            let small = line.fine <= 1_000 && line.from.is_none();
            for n in 0..line.count {
                let mut window = Window {
                    from: self.from(&line),
                    to: self.frame.cutoff,
                    decided: (self.frame.opening, self.frame.cutoff),
                };
                let mut aftermath = match n % 50 {
                    17 => Aftermath::Unpaid,
                    31 => Aftermath::Postponed,
                    _ => Aftermath::Paid,
                };
                if small && tail < 30 {
                    tail += 1;
                    let first = self.frame.opening;
                    (window.from, window.to) = (plus(first, -18), plus(first, -5));
                    aftermath = Aftermath::Paid;
                } else if small && spoiled < 12 && n % 29 == 5 {
                    spoiled += 1;
                    aftermath = [Aftermath::Revoked, Aftermath::Changed, Aftermath::Corrected][spoiled % 3];
                    window.to = plus(self.frame.cutoff, -60);
                }
                self.add(&line, n, window, 0, aftermath)?;
            }
        }
        Ok(())
    }

    /// What stands beside the mix: on-the-spot penalties, exemptions, late and early publications, what comes after the report's
    /// day, and what was over before the year began.
    fn around(&mut self) -> Result<(), String> {
        let Frame { opening, until, cutoff, end, .. } = self.frame;
        let line = |procedure, fine| Line {
            group: Group::Own,
            procedure,
            matters: ["A01", "A02", "A04"].map(str::to_owned).to_vec(),
            party: Side::Any,
            fine,
            count: 0,
            mitigated: false,
            from: None,
        };
        let ordinary = line(Procedure::Ordinary, 500);
        let within = |from: Date, to: Date, decided: (Date, Date)| Window { from, to, decided };
        // Published too late, and marked.
        for n in 0..6 {
            let window = within(plus(cutoff, -40), cutoff, (plus(cutoff, -12), cutoff));
            self.add(&ordinary, n, window, 18, Aftermath::Paid)?;
        }
        // Decided in the last days before the report, published after it.
        let published = self.targets.count("case.ordinary_published");
        for n in 0..published * 55 / 1_875 {
            let window = within(plus(cutoff, -25), until, (plus(cutoff, 1), until));
            self.add(&ordinary, n, window, 7, Aftermath::Paid)?;
        }
        for n in 0..published / 5 {
            let window = within(plus(until, -24), end, (plus(until, 1), plus(end, 60)));
            let line = if n % 9 == 4 {
                Line { matters: vec!["C02".into()], party: Side::Unit, fine: 8_000, ..ordinary.clone() }
            } else {
                ordinary.clone()
            };
            self.add(&line, n, window, 0, Aftermath::Paid)?;
        }
        for n in 0..60.min(published / 20) {
            self.add(
                &line(Procedure::Waived, 0),
                n,
                within(opening, end, (opening, plus(end, 60))),
                0,
                Aftermath::Paid,
            )?;
        }
        let in_campaign: usize =
            self.targets.mix.iter().filter(|l| l.procedure == Procedure::Simple).map(|l| l.count).sum();
        let simple = self.targets.count("case.simple").saturating_sub(in_campaign);
        for n in 0..simple {
            let fine = [100, 200, 100, 0, 150, 50][n % 6];
            let line = Line {
                matters: vec![
                    match (fine, n % 4) {
                        (50, _) => "J01",
                        (0, _) => "A04",
                        (_, 0) => "A02",
                        (_, 1) => "A04",
                        _ => "A01",
                    }
                    .into(),
                ],
                party: Side::Person,
                from: (fine == 50).then(|| "06-03".to_owned()),
                ..line(Procedure::Simple, fine)
            };
            let window = within(self.from(&line), until, (opening, until));
            self.add(&line, n, window, 0, Aftermath::Paid)?;
        }
        for n in 0..simple / 9 {
            let line = Line { party: Side::Person, ..line(Procedure::Simple, 200) };
            self.add(&line, n, within(plus(until, 1), end, (plus(until, 1), end)), 0, Aftermath::Paid)?;
        }
        // Over, or nearly, before the year.
        for n in 0..40 {
            let window =
                within(plus(opening, -64), plus(opening, -26), (date(opening.year() - 1, 12, 1), plus(opening, -9)));
            self.add(&ordinary, n, window, 3, Aftermath::Paid)?;
        }
        for n in 0..50 {
            let line = Line { party: Side::Person, ..line(Procedure::Simple, 100) };
            let window = within(plus(opening, -32), plus(opening, -16), (date(opening.year() - 1, 12, 1), opening));
            self.add(&line, n, window, 0, Aftermath::Paid)?;
        }
        Ok(())
    }

    fn from(&self, line: &Line) -> Date {
        let own = line.from.as_deref().and_then(|f| format!("{}-{f}", self.targets.year).parse().ok());
        own.unwrap_or(self.frame.opening)
    }

    /// Makes one case: a clue day in the window such that it is decided in it, a squad and a crew that have the time.
    fn add(&mut self, line: &Line, n: usize, window: Window, publish: i32, aftermath: Aftermath) -> Result<(), String> {
        let total = self.plans.len();
        let days: Vec<Date> = match line.group {
            Group::Campaign => self.frame.campaign.clone(),
            Group::Transfer => workdays(date(self.targets.year, 3, 18), plus(window.to, -75)),
            Group::Own => workdays(window.from, window.to),
        };
        if days.is_empty() {
            return Err("这些数字排不进这一年：没有合适的日子".into());
        }
        let squads = self.cast.squads.len();
        for attempt in 0..400 {
            let day = days[self.dice.below(days.len())];
            let squad = if line.group == Group::Transfer { squads } else { (total * 7 + attempt) % squads };
            let place = self.cast.squad(squad);
            let crews = place.crews.len();
            let at = self.dice.below(crews);
            let crew = place.crews[at];
            let mut brief = self.brief(line, n, total, squad, publish, aftermath);
            // Nobody is hasty on paper.
            brief.hasty &= day >= self.frame.opening;
            let mut dice = Dice::new(u64::try_from(total * 1_000 + attempt).unwrap_or_default());
            let mut story = match line.procedure {
                Procedure::Simple => Story::simple(&brief, place, crew, day, &mut dice),
                Procedure::Waived => Story::waived(&brief, place, crew, day, &mut dice),
                Procedure::Ordinary => Story::ordinary(&brief, self.cast, place, crew, day, &mut dice),
            };
            let decided = story.decided.is_some_and(|d| window.decided.0 <= d && d <= window.decided.1);
            if decided && self.timed(&mut story, squad, at) {
                self.heard += usize::from(story.major && !brief.mitigated);
                self.held += usize::from(story.acts.iter().any(|a| a.step.kind == Kind::HearingHeld));
                let ordinary = line.procedure == Procedure::Ordinary;
                self.recordings -= usize::from(ordinary && brief.recording).min(self.recordings);
                let from_ticket = ordinary
                    && line.group == Group::Own
                    && !brief.party.person
                    && total % 7 == 3
                    && day >= self.frame.opening;
                let (group, procedure) = (line.group, line.procedure);
                self.plans.push(Plan { squad, crew, brief, story, group, procedure, from_ticket });
                return Ok(());
            }
        }
        Err(format!("这些数字排不进这一年：{:?} 的案件没有合适的日子，或者执法人员不够", line.matters))
    }

    fn brief(
        &mut self,
        line: &Line,
        n: usize,
        total: usize,
        squad: usize,
        publish: i32,
        aftermath: Aftermath,
    ) -> Brief {
        let matter = line.matters[n % line.matters.len()].clone();
        let person = match line.party {
            Side::Person => true,
            Side::Unit => false,
            Side::Any => n % 3 != 1,
        };
        // The brigade acts in every town.
        let own = self.cast.squad(squad);
        let town = if own.roads.is_empty() { self.cast.squad(total % self.cast.squads.len()) } else { own };
        let road = &town.roads[total % town.roads.len()];
        let place = format!("{}{road} {} 号（示例）", town.town, 1 + total * 13 % 980);
        let trade = match matter.as_str() {
            "C01" | "C07" | "C08" | "D08" => [0, 5, 6, 8][total % 4],
            "C02" => [1, 8][total % 2],
            "A07" => [9, 10][total % 2],
            _ => total,
        };
        Brief {
            facts: facts::of(&matter, total),
            party: if person { parties::person(total, &place) } else { parties::unit(total, trade, &place) },
            matter,
            fine: line.fine * 100,
            place,
            campaign: (line.group == Group::Campaign).then_some(1),
            source: match line.group {
                Group::Transfer => "transferred",
                _ => ["patrol", "patrol", "complaint", "hotline"][total % 4],
            },
            mitigated: line.mitigated,
            // Six are held, one in ten lapses, the others are given up.
            hearing: match self.heard {
                heard if heard % 11 == 4 && self.held < 6 && line.group != Group::Transfer => Hearing::Held,
                heard if heard % 10 == 9 => Hearing::Lapsed,
                _ => Hearing::Waived,
            },
            recording: self.recordings > 0 && total % 5 != 4,
            publish: if publish > 0 { publish } else { 2 + i32::try_from(total % 4).unwrap_or(0) },
            aftermath,
            hasty: total % 90 == 40,
        }
    }

    /// Gives every visit its hour; false where the crew has no time.
    fn timed(&mut self, story: &mut Story, squad: usize, crew: usize) -> bool {
        let mut wanted: BTreeMap<Date, u16> = BTreeMap::new();
        for act in story.acts.iter().filter(|a| a.visit) {
            *wanted.entry(act.step.day).or_default() += 1;
        }
        if wanted.iter().any(|(day, visits)| !self.diary.room(squad, crew, *day, *visits)) {
            return false;
        }
        for act in story.acts.iter_mut().filter(|a| a.visit) {
            act.time = self.diary.take(squad, crew, act.step.day);
        }
        true
    }
}

impl Plan {
    /// The first day.
    pub(crate) fn begun(&self) -> Date {
        self.story.acts.first().map_or(Date::MAX, |a| a.step.day)
    }

    /// Fully over by a day.
    pub(crate) fn closed_by(&self, day: Date) -> bool {
        self.story.closed.is_some_and(|closed| closed <= day)
    }

    /// A recording goes with one of its acts.
    pub(crate) fn has_recording(&self) -> bool {
        self.story.acts.iter().any(|a| a.recording)
    }
}

/// Every day of a span.
pub(crate) fn span(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |day| *day <= to)
}
