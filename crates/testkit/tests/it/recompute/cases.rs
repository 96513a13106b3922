//! Cases led step by step, and what is done to them afterwards: decisions changed, revoked, published, withdrawn, reported late, acts voided.

use casework::drive::{self, Step, Team};
use casework::{Error, Proposed, Where};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use law::acts::{ActNo, Kind, PartyNo, PersonId};
use law::case::{Case, Entry, Subject};
use testkit::{by_person, by_unit, workday};

use super::{Bureau, Done, TODAY};

/// A case and the steps it is led by.
pub(super) struct Led {
    pub(super) case: Option<i64>,
    team: Team,
    steps: Vec<Step>,
    next: usize,
}

const DECISIONS: [Kind; 4] = [Kind::PenaltyDecided, Kind::PenaltyWaived, Kind::UnprovenDecided, Kind::OnSpotPenalty];

impl Bureau {
    /// The bureau before the corrections: campaigns, cases at every stage, tickets, records that point to them.
    pub(super) fn fill(&mut self) {
        self.campaigns();
        for _ in 0..30 {
            self.begin();
        }
        for _ in 0..520 {
            self.lead_on();
        }
        self.fill_tickets();
        self.fill_records();
    }

    /// The next step of some case, or the first of a new one.
    pub(super) fn lead_on(&mut self) -> Done {
        let open: Vec<usize> = (0..self.led.len()).filter(|n| self.led[*n].next < self.led[*n].steps.len()).collect();
        if open.is_empty() || self.random.chance(8) {
            self.begin();
        }
        let n = *open.get(self.random.below(open.len().max(1))).unwrap_or(&(self.led.len() - 1));
        let led = &mut self.led[n];
        let step = &led.steps[led.next];
        match drive::perform(&self.world.casework, &led.team, led.case, None, step) {
            Ok(done) => {
                led.case = Some(done.case);
                led.next += 1;
                Some(format!("led on: case {}, {} on {}", done.case, step.kind.label(), step.day))
            }
            // What was done to the case meanwhile stands against it.
            Err(Error::Refused(_) | Error::Bad(_) | Error::Incomplete(_) | Error::NotAllowed(_)) => {
                led.next = led.steps.len();
                None
            }
            Err(other) => panic!("{}: {other:?}", step.kind.label()),
        }
    }

    fn begin(&mut self) {
        let n = i64::try_from(self.led.len()).unwrap();
        let team = self.world.team(self.random.pick::<&str>(&["xujing", "zhaoxiang", "qp"]));
        // Decided in one year and published in the other, now and then.
        let day = date(2023, 11, 20) + i64::try_from(self.random.below(360)).unwrap().days();
        let day = workday(day, 1);
        let (steps, kind) = match self.random.below(6) {
            0 => (drive::on_spot(&team, &by_person("A01", day, 10_000 + n * 100), workday), "on the spot"),
            1 => (drive::on_spot(&team, &by_unit("A02", day, 50_000 + n * 100), workday), "on the spot"),
            2 => (warned(drive::ordinary(&team, &by_unit("A01", day, 10_000), false, workday)), "warned"),
            // Some amounts are no whole yuan.
            _ => (drive::ordinary(&team, &by_unit("C09", day, 400_000 + n * 50), false, workday), "ordinary"),
        };
        let mut steps: Vec<Step> = steps.into_iter().filter(|step| step.day <= TODAY).collect();
        if let Some(party) = steps[0].party.as_mut() {
            party.name = format!("{kind}{n}（虚构）");
            party.id_number =
                Some(if party.person { format!("3101181984051{n:05}") } else { format!("91310118MA22{n:06}") });
        }
        let campaign = self.random.below(4);
        if campaign < 3 {
            steps[0].fields.push(("campaign", (1 + campaign / 2).to_string()));
        }
        self.led.push(Led { case: None, team, steps, next: 0 });
    }

    /// Something done to a case beside its way.
    pub(super) fn correct_case(&mut self) -> Done {
        let what = self.random.below(12);
        let known: Vec<usize> = (0..self.led.len()).filter(|n| self.led[*n].case.is_some()).collect();
        let mut chosen = *self.random.pick(&known);
        // What is decided late is often a case that was thought undecided.
        for _ in 0..if what < 9 { 0 } else { 6 } {
            if self.decided(self.led[chosen].case?).is_empty() {
                break;
            }
            chosen = *self.random.pick(&known);
        }
        let led = &self.led[chosen];
        let (id, team) = (led.case?, led.team.clone());
        let case = self.file(id);
        let decided = self.decided(id);
        let (kind, subject, from, fields) = if what < 2 {
            // The newest acts more often: nothing rests on them yet.
            let back = self.random.below(5);
            let act = case.standing().rev().nth(back)?;
            (Kind::Voided, Subject::Item(act.no), TODAY, Vec::new())
        } else if let Some((no, day)) = decided.get(self.random.below(decided.len().max(1))).filter(|_| what < 9) {
            let (kind, fields) = match what {
                2 | 3 => (Kind::DecisionChanged, vec![("fine", self.fine())]),
                4 => (Kind::DecisionRevoked, Vec::new()),
                5..=7 => (Kind::Published, Vec::new()),
                _ => (Kind::Withdrawn, Vec::new()),
            };
            (kind, Subject::Document(*no), *day, fields)
        } else {
            let day = case.log().first()?.happened;
            let kind = *self.random.pick(&[Kind::PenaltyDecided, Kind::PenaltyWaived, Kind::UnprovenDecided]);
            let fine = if self.random.chance(25) { "0元".into() } else { self.fine() };
            (kind, Subject::Party(PartyNo(0)), day, vec![("fine", fine)])
        };
        let day = self.day(from);
        self.perform(id, &team, kind, subject, day, fields)?;
        Some(format!("case act: {} of {subject:?} in case {id} on {day}", kind.label()))
    }

    /// The decisions of a case that stand, and their days.
    fn decided(&self, id: i64) -> Vec<(ActNo, Date)> {
        let case = self.file(id);
        let decisions = case.standing().filter(|act| DECISIONS.contains(&act.act.kind()));
        decisions.map(|act| (act.no, act.happened)).collect()
    }

    fn fine(&mut self) -> String {
        law::money::Fen(i64::try_from(1 + self.random.below(4000)).unwrap() * 50).to_string()
    }

    fn file(&self, id: i64) -> Case {
        let casework = self.world.casework.clone();
        self.world.ledger.read_blocking(move |tx| casework.file(tx, id, TODAY)).unwrap().expect("a case").case
    }

    /// A case of the campaign that is counted, led until its decision is due.
    fn undecided(&mut self) -> (i64, Team) {
        let team = self.world.team("xujing");
        let n = i64::try_from(self.led.len()).unwrap();
        let mut steps = drive::ordinary(&team, &by_unit("C09", date(2024, 9, 2), 400_000), false, workday);
        if let Some(party) = steps[0].party.as_mut() {
            party.id_number = Some(format!("91310118MA33{n:06}"));
        }
        steps[0].fields.push(("campaign", "1".into()));
        steps.truncate(steps.iter().position(|step| step.kind == Kind::PenaltyDecided).unwrap());
        let mut case = None;
        for step in &steps {
            case = Some(drive::perform(&self.world.casework, &team, case, None, step).unwrap().case);
        }
        let next = steps.len();
        self.led.push(Led { case, team: team.clone(), steps, next });
        (case.unwrap(), team)
    }

    /// A case whose decision of that day was entered from paper.
    pub(super) fn decided_late(&mut self, day: Date) -> i64 {
        let (id, team) = self.undecided();
        let fine = vec![("fine", "4,000元".to_owned())];
        self.perform(id, &team, Kind::PenaltyDecided, Subject::Party(PartyNo(0)), day, fine).expect("a decision");
        id
    }

    /// The facts of a case of the campaign do not stand.
    pub(super) fn decide_unproven(&mut self) -> String {
        let (id, team) = self.undecided();
        let on = Subject::Party(PartyNo(0));
        self.perform(id, &team, Kind::UnprovenDecided, on, date(2024, 11, 20), Vec::new()).expect("a decision");
        format!("unproven: case {id}")
    }

    /// Published once more on an earlier day, which was entered afterwards.
    pub(super) fn publish_backwards(&mut self) -> String {
        let id = self.decided_late(date(2024, 11, 20));
        let (no, team) = (self.decided(id)[0].0, self.world.team("xujing"));
        for day in [date(2024, 12, 5), date(2024, 11, 21)] {
            self.perform(id, &team, Kind::Published, Subject::Document(no), day, Vec::new()).expect("a publication");
        }
        format!("published backwards: case {id}")
    }

    /// Revoked in December; a change of October was entered afterwards.
    pub(super) fn change_backwards(&mut self) -> String {
        let id = self.decided_late(date(2024, 10, 8));
        let (of, team) = (Subject::Document(self.decided(id)[0].0), self.world.team("xujing"));
        self.perform(id, &team, Kind::DecisionRevoked, of, date(2024, 12, 5), Vec::new()).expect("a revocation");
        let less = vec![("fine", "3,000元".to_owned())];
        self.perform(id, &team, Kind::DecisionChanged, of, date(2024, 10, 15), less).expect("a change");
        format!("changed backwards: case {id}")
    }

    /// Enters what already happened, as a legal reviewer does; only a void is done now.
    fn perform(
        &mut self,
        id: i64,
        team: &Team,
        kind: Kind,
        subject: Subject,
        at: Date,
        more: Vec<(&'static str, String)>,
    ) -> Done {
        let entry = match kind {
            Kind::Voided => Entry::Live,
            _ => Entry::Reported { source: "纸质案卷".into() },
        };
        let head = team.heads[0].to_string();
        let by = if self.random.chance(50) { "court" } else { "own" };
        let sorts = if more.iter().any(|(_, fine)| fine == "0元") { "警告" } else { "罚款" };
        let known = [
            ("reason", "补录"),
            ("head", head.as_str()),
            ("by", by),
            ("sorts", sorts),
            ("conducts", "0"),
            ("facts", "查明的事实"),
            ("evidence_summary", "笔录一份"),
            ("lightening", "none"),
            ("cites_hearing", "否"),
            ("pay_to", "示例银行，地址：示例路 1 号"),
            ("ground", "minor"),
            ("platform", "区政府网站（示例）"),
            ("masked", "是"),
            ("credit_told", "是"),
        ];
        let mut fields: std::collections::BTreeMap<String, String> =
            known.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        fields.extend(more.into_iter().map(|(k, v)| (k.to_owned(), v)));
        fields.retain(|key, _| kind.field(key).is_some());
        let proposed = Proposed {
            subject,
            entry,
            at,
            time: None,
            team: team.officers.map(PersonId).to_vec(),
            capacity: "执法队员".into(),
            kind,
            fields,
            party: None,
            recorded_by: format!("person-{}", team.reviewer),
            person: team.reviewer,
            today: TODAY,
        };
        match self.world.casework.perform_blocking(Where::Case { id, seen: None }, proposed) {
            Ok(done) => Some(format!("{}", done.act)),
            Err(Error::Refused(_) | Error::Bad(_)) => None,
            Err(other) => panic!("{} in case {id}: {other:?}", kind.label()),
        }
    }
}

/// The same case ending with a warning.
fn warned(mut steps: Vec<Step>) -> Vec<Step> {
    for step in &mut steps {
        for (key, text) in &mut step.fields {
            match *key {
                "sorts" => *text = "警告".into(),
                "fine" => *text = "0元".into(),
                _ => {}
            }
        }
    }
    steps.retain(|step| step.kind != Kind::FinePaid);
    steps
}
