//! Complaints over the year: received, assigned, contacted, answered, closed, called back; some late, some given back, some twice.

use intake::{Caller, Channel, Kind, NewTicket};
use jiff::civil::{Date, date};

use crate::cast::Cast;
use crate::days::{Dice, after, opening, plus, workdays};
use crate::facts::ANSWERS;
use crate::parties;
use crate::plan::{Plan, span};
use crate::targets::Targets;

/// What is done with a complaint.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// It comes in.
    Received,
    /// A squad has it.
    Assigned,
    /// The caller was reached, or not.
    Contacted(bool),
    /// Answered; solved or explained.
    Answered(bool, &'static str),
    /// Done.
    Closed,
    /// Asked afterwards: solved, satisfied.
    CalledBack(bool, bool),
    /// Given back.
    Returned(&'static str, &'static str),
}

/// One complaint.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    /// As it comes in.
    pub(crate) new: NewTicket,
    /// The squad.
    pub(crate) unit: String,
    /// Its deeds by day.
    pub(crate) deeds: Vec<(Date, Deed)>,
    /// The case it leads to.
    pub(crate) plan: Option<usize>,
}

/// Every complaint of the year.
pub(crate) fn tickets(targets: &Targets, cast: &Cast, plans: &[Plan]) -> Vec<Ticket> {
    let channels = [
        (Channel::Hotline12345, "ticket.12345"),
        (Channel::Call, "ticket.calls"),
        (Channel::Hotline12319, "ticket.12319"),
        (Channel::Wechat, "ticket.wechat"),
        (Channel::Platform, "ticket.platform"),
        (Channel::Visit, "ticket.visits"),
    ];
    let mut dice = Dice::new(12_345);
    let (first, until, end) = (opening(targets.year), targets.until, date(targets.year, 12, 31));
    let mut tickets = Vec::new();
    let mut leads = plans.iter().enumerate().filter(|(_, p)| p.from_ticket && p.begun() <= until);
    let mut later = plans.iter().enumerate().filter(|(_, p)| p.from_ticket && p.begun() > until);
    for (channel, id) in channels {
        let in_person = matches!(channel, Channel::Call | Channel::Visit);
        for (from, to, count, report) in
            [(first, until, targets.count(id), true), (plus(until, 1), end, targets.count(id) / 9, false)]
        {
            let days: Vec<Date> = if in_person { workdays(from, to) } else { span(from, to).collect() };
            for _ in 0..count {
                // Complaints that lead to a case come by the city's hotline, a workday before the clue.
                let lead = if channel == Channel::Hotline12345 {
                    if report { leads.next() } else { later.next() }
                } else {
                    None
                };
                let day = days[dice.below(days.len())];
                let n = tickets.len();
                let repeats = n > 40 && lead.is_none() && dice.below(25) == 0;
                let before: Option<&Ticket> = if repeats { tickets.get(n - 1 - dice.below(20)) } else { None };
                let before = before.filter(|b| b.new.received.date() >= from && b.plan.is_none());
                let ticket = match (lead, before) {
                    (Some((plan, case)), _) => led(n, channel, cast, plan, case, &mut dice),
                    (_, Some(before)) => again(n, channel, before.clone(), to, &mut dice),
                    _ => plain(n, channel, cast, day, &mut dice),
                };
                tickets.push(ticket);
            }
        }
    }
    // A case for which no complaint is left has its clue simply registered.
    tickets
}

fn new(
    n: usize,
    channel: Channel,
    day: Date,
    kind: Kind,
    address: String,
    content: String,
    dice: &mut Dice,
) -> NewTicket {
    let hour = i8::try_from(8 + dice.below(11)).unwrap_or(9);
    let minute = i8::try_from(dice.below(60)).unwrap_or(0);
    NewTicket {
        source: channel.code().into(),
        order_no: format!("{}{:05}", day.strftime("%Y%m%d"), n + 1),
        channel,
        kind,
        received: day.at(hour, minute, 0, 0),
        address,
        content,
        caller: Caller {
            name: Some(format!(
                "{}{}",
                parties::name(n * 5 + 1).chars().next().unwrap_or('某'),
                ["女士", "先生"][n % 2]
            )),
            phone: Some(format!("1380{:07}", n)),
        },
        confidential: n.is_multiple_of(4),
        urgent: n.is_multiple_of(23),
    }
}

fn plain(n: usize, channel: Channel, cast: &Cast, day: Date, dice: &mut Dice) -> Ticket {
    let texts = intake::demonstration_texts();
    let (kind, _, text) = texts[dice.below(texts.len())];
    let squad = &cast.squads[dice.below(cast.squads.len())];
    let road = &squad.roads[dice.below(squad.roads.len())];
    let address = format!("{}{road} {} 号", squad.town, 1 + dice.below(900));
    let kind = Kind::parse(kind).unwrap_or(Kind::Help);
    let content = text.replace("{place}", &format!("{}{road}", squad.town));
    let mut deeds = vec![(day, Deed::Received)];
    let start = after(plus(day, -1), 1).max(day);
    if dice.below(40) == 0 {
        let (reason, body) =
            [("R2", "区房屋管理局（示例）"), ("R1", "邻区城管执法局（示例）"), ("R7", "区水务局（示例）")]
                [dice.below(3)];
        deeds.push((after(start, 1), Deed::Contacted(true)));
        deeds.push((after(start, 1), Deed::Returned(reason, body)));
    } else {
        handle(&mut deeds, start, kind, None, dice);
    }
    let new = new(n, channel, day, kind, address, content, dice);
    Ticket { new, unit: squad.unit.clone(), deeds, plan: None }
}

/// Assigned, contacted, answered within the term or, of thirty, one late; closed, and of three, one called back.
fn handle(deeds: &mut Vec<(Date, Deed)>, start: Date, kind: Kind, not_before: Option<Date>, dice: &mut Dice) {
    let quick = matches!(kind, Kind::Inquiry | Kind::Suggestion);
    deeds.push((start, Deed::Assigned));
    let reached = after(start, i32::from(dice.below(3) > 0));
    if dice.below(14) == 0 {
        deeds.push((reached, Deed::Contacted(false)));
    }
    deeds.push((reached, Deed::Contacted(true)));
    let late = dice.below(30) == 0;
    let pause = match (late, quick) {
        (true, _) => 7 + i32::try_from(dice.below(10)).unwrap_or(0),
        (_, true) => 1,
        _ => 1 + i32::try_from(dice.below(5)).unwrap_or(0),
    };
    let answered = after(start, pause).max(reached).max(not_before.unwrap_or(reached));
    let solved = dice.below(6) > 0;
    deeds.push((answered, Deed::Answered(solved, ANSWERS[dice.below(ANSWERS.len())])));
    let closed = after(answered, i32::from(dice.below(2) == 0));
    deeds.push((closed, Deed::Closed));
    if dice.below(3) == 0 {
        let satisfied = dice.below(9) > 0;
        deeds.push((after(closed, 2), Deed::CalledBack(solved && satisfied, satisfied)));
    }
}

/// The same complaint once more, some days later.
fn again(n: usize, channel: Channel, before: Ticket, to: Date, dice: &mut Dice) -> Ticket {
    let day = plus(before.new.received.date(), 2 + i32::try_from(dice.below(9)).unwrap_or(0)).min(to);
    let day = if matches!(channel, Channel::Call | Channel::Visit) {
        let next = after(plus(day, -1), 1);
        if next > to { before.new.received.date() } else { next }
    } else {
        day
    };
    let mut deeds = vec![(day, Deed::Received)];
    handle(&mut deeds, after(plus(day, -1), 1).max(day), before.new.kind, None, dice);
    let content = format!("此前反映过，问题仍在：{}", before.new.content);
    let caller = before.new.caller.clone();
    let new = new(n, channel, day, before.new.kind, before.new.address, content, dice);
    Ticket { new: NewTicket { caller, ..new }, unit: before.unit, deeds, plan: None }
}

/// A complaint that leads to a case on the day of its clue.
fn led(n: usize, channel: Channel, cast: &Cast, plan: usize, case: &Plan, dice: &mut Dice) -> Ticket {
    let squad = cast.squad(case.squad);
    let texts = intake::demonstration_texts();
    let about: Vec<_> = texts.iter().filter(|t| t.1 == case.brief.matter && t.0 != "咨询" && t.0 != "建议").collect();
    let (kind, _, text) = about.get(dice.below(about.len())).copied().copied().unwrap_or(texts[0]);
    let kind = Kind::parse(kind).unwrap_or(Kind::Report);
    let day = case.begun();
    let mut deeds = vec![(day, Deed::Received)];
    handle(&mut deeds, day, kind, Some(after(day, 2)), dice);
    let place = case.brief.place.trim_end_matches("（示例）").to_owned();
    let content = text.replace("{place}", &place);
    Ticket { new: new(n, channel, day, kind, place, content, dice), unit: squad.unit.clone(), deeds, plan: Some(plan) }
}
