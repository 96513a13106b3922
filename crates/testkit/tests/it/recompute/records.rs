//! Records of registers: made, changed and voided.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use registers::{Descriptor, Error, Field, Row, State, Type, Value, Who};

use super::{Bureau, Done, TODAY};

/// Registers that figures count.
const COUNTED: [&str; 20] = [
    "outreach",
    "lecture",
    "transfer",
    "campaign",
    "campaign_action",
    "training_round",
    "exam",
    "fitness_test",
    "training_plan",
    "decision_evaluation",
    "recording_check",
    "file_evaluation",
    "model_case",
    "study_discussion",
    "award",
    "dispute",
    "letter",
    "information",
    "duty_application",
    "suggestion",
];

fn who() -> Who {
    Who { login: "desk".into(), today: TODAY }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// A record as people would write it.
pub(super) fn state(fields: &[(&str, Value)]) -> State {
    State { fields: fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(), ..State::default() }
}

impl Bureau {
    /// Records something; none where it is refused.
    pub(super) fn record(&mut self, register: &'static str, state: State) -> Option<i64> {
        let id = match self.registers.record_blocking(who(), register, state) {
            Ok(id) => id,
            Err(Error::Bad(_)) => return None,
            Err(other) => panic!("{register}: {other:?}"),
        };
        self.records.entry(register).or_default().push((id, 1));
        Some(id)
    }

    /// A few records of each register, and the campaigns that cases name.
    pub(super) fn fill_records(&mut self) {
        for register in COUNTED.into_iter().filter(|r| *r != "campaign") {
            for _ in 0..6 {
                if let Some(state) = self.state(register) {
                    self.record(register, state);
                }
            }
        }
    }

    /// Campaign 1 is of the series that is counted, campaign 2 is not.
    pub(super) fn campaigns(&mut self) {
        for series in ["thunder", "other"] {
            let begun = ("begun", text("2023-11-01"));
            let done = self.record("campaign", state(&[begun, ("campaign", text("整治")), ("series", text(series))]));
            assert!(done.is_some());
        }
    }

    pub(super) fn correct_record(&mut self) -> Done {
        let register = *self.random.pick(&COUNTED);
        let known = self.records.get(register).map_or(0, Vec::len);
        let chosen = self.random.below(known.max(1));
        match self.random.below(10) {
            0..=3 => {
                let state = self.state(register)?;
                let id = self.record(register, state)?;
                Some(format!("recorded: {register} {id}"))
            }
            4..=7 if known > 0 => {
                let (id, version) = self.records[register][chosen];
                let state = self.state(register)?;
                match self.runtime.block_on(self.registers.change(who(), register, id, version, state)) {
                    Ok(()) => {}
                    Err(Error::Bad(_)) => return None,
                    Err(other) => panic!("{register} {id}: {other:?}"),
                }
                self.records.get_mut(register)?[chosen].1 += 1;
                Some(format!("changed: {register} {id}"))
            }
            // One of the two campaigns now and then, too: its cases and actions are no longer counted.
            8 | 9 if known > 1 && (register != "campaign" || self.random.chance(10)) => {
                let (id, version) = self.records.get_mut(register)?.remove(chosen);
                let done = self.registers.void(who(), register, id, version, "登记错误".into());
                self.runtime.block_on(done).unwrap();
                Some(format!("voided: {register} {id}"))
            }
            _ => None,
        }
    }

    /// A record at random; none where it would have to point to what is not there.
    fn state(&mut self, register: &str) -> Option<State> {
        let d: &'static Descriptor = registers::descriptor(register)?;
        let mut state = State { fields: self.row(&d.fields)?, ..State::default() };
        for lines in &d.lines {
            let mut rows: Vec<Row> = Vec::new();
            let wanted = usize::from(lines.required) + self.random.below(8);
            for _ in 0..wanted {
                let row = self.row(&lines.fields)?;
                let same =
                    |other: &Row| !lines.unique.is_empty() && lines.unique.iter().all(|k| other.get(k) == row.get(k));
                if !rows.iter().any(same) {
                    rows.push(row);
                }
            }
            if !rows.is_empty() {
                state.lines.insert(lines.key.clone(), rows);
            }
        }
        Some(state)
    }

    fn row(&mut self, fields: &[Field]) -> Option<Row> {
        let mut row = Row::new();
        for field in fields {
            let asked = field.required || field.with.as_ref().is_some_and(|with| row.contains_key(with));
            // What goes with a later field would stand alone.
            let early = field.with.as_ref().is_some_and(|with| !row.contains_key(with));
            // Without these few a record would seldom be counted at all.
            let often = ["all_staff", "drill", "traced", "case_id"].contains(&field.key.as_str());
            if field.ty == Type::Blobs || early || !(asked || self.random.chance(if often { 90 } else { 70 })) {
                continue;
            }
            match self.value(field, &row) {
                Some(value) => drop(row.insert(field.key.clone(), value)),
                None if asked => return None,
                None => {}
            }
        }
        // What a later field asked for.
        for field in fields.iter().filter(|f| !row.contains_key(&f.key)).collect::<Vec<_>>() {
            if field.with.as_ref().is_some_and(|with| row.contains_key(with)) {
                let value = self.value(field, &row)?;
                row.insert(field.key.clone(), value);
            }
        }
        Some(row)
    }

    fn value(&mut self, field: &Field, row: &Row) -> Option<Value> {
        let random = &mut self.random;
        Some(match (field.ty, field.key.as_str()) {
            (Type::Line | Type::Words | Type::Private, _) => Value::Text(format!("{}{}", field.label, random.below(4))),
            (Type::Day, _) => {
                let after = field.not_before.as_ref().and_then(|key| row.get(key)).and_then(Value::text);
                let after: Date = after.map_or(date(2023, 11, 1), |day| day.parse().unwrap());
                // About when a term ends, so that a day more or less tells.
                let within = match field.key.as_str() {
                    "answered" => 75,
                    "asked_from" => 15,
                    "asked_to" => 12,
                    _ => 0,
                };
                let soon = after + i64::try_from(random.below(within + 1)).unwrap().days();
                let day = if within > 0 && soon <= TODAY && random.chance(85) { soon } else { self.day(after) };
                Value::Text(day.to_string())
            }
            (Type::Time, _) => text("09:30"),
            (Type::Number, "plan_year") => Value::Int(if random.chance(80) { 2024 } else { 2023 }),
            (Type::Number | Type::Tenths | Type::Money, _) => {
                let some = i64::try_from(random.below(if field.within_unit.is_some() { 4 } else { 90 })).unwrap();
                // Whole numbers of tenths as often as others.
                let some = if field.ty == Type::Tenths && random.chance(60) { some / 10 * 10 } else { some };
                Value::Int((field.min.unwrap_or(0) + some).min(field.max.unwrap_or(1000)))
            }
            (Type::Bool, _) => Value::Bool(random.chance(75)),
            (Type::Choice, "direction" | "origin" | "level" | "series" | "mode") if random.chance(80) => {
                Value::Text(field.options[0][0].clone())
            }
            (Type::Choice, _) => Value::Text(random.pick(&field.options)[0].clone()),
            (Type::Person, _) => Value::Int(1 + i64::try_from(random.below(14)).unwrap()),
            (Type::Persons, _) => Value::Ints(vec![2, 8]),
            (Type::Unit, _) => {
                text(random.pick::<&str>(&["qp-mobile", "qp-brigade", "xujing-squad", "zhaoxiang-squad"]))
            }
            (Type::Organ, _) => text(random.pick::<&str>(&["qp", "qp", "xujing"])),
            (Type::Place, _) => text("xujing-1"),
            (Type::Matter, _) => text("A01"),
            (Type::Record, _) => {
                let known = self.records.get(field.register.as_deref()?).filter(|known| !known.is_empty())?;
                Value::Int(random.pick(known).0)
            }
            (Type::Case, _) => {
                let known: Vec<i64> = self.led.iter().filter_map(|led| led.case).collect();
                Value::Int(*known.get(random.below(known.len().max(1)))?)
            }
            (Type::Ticket | Type::Blobs, _) => return None,
        })
    }

    /// A suit against the bureau that it lost.
    pub(super) fn lose_a_dispute(&mut self) -> String {
        let lost = state(&[
            ("received", text("2024-05-06")),
            ("kind", text("suit")),
            ("organ", text("qp")),
            ("applicant", text("原告")),
            ("subject", text("不服强制拆除")),
            ("authority", text("法院")),
            ("concluded", text("2024-09-02")),
            ("result", text("unlawful")),
        ]);
        let id = self.record("dispute", lost).expect("a dispute");
        format!("lost: dispute {id}")
    }

    /// Twenty working days from Monday 2024-06-03 end on 2 July (10 June is a holiday): the answer of the 3rd is late.
    pub(super) fn answer_late(&mut self) -> String {
        let late = state(&[
            ("received", text("2024-06-03")),
            ("number", text("迟复一号")),
            ("applicant", text("申请人")),
            ("content", text("执法依据")),
            ("answered", text("2024-07-03")),
            ("decision", text("open")),
            ("answer", text("予以公开")),
        ]);
        let id = self.record("information", late).expect("an application");
        format!("answered late: information {id}")
    }

    /// Two months from 2024-07-01 are long over.
    pub(super) fn leave_unanswered(&mut self) -> String {
        let silent = state(&[
            ("received", text("2024-07-01")),
            ("number", text("未复一号")),
            ("applicant", text("申请人")),
            ("demand", text("查处违法建筑")),
        ]);
        let id = self.record("duty_application", silent).expect("an application");
        format!("unanswered: duty_application {id}")
    }

    /// Two months from 2024-10-31 end on 31 December: on that day the clock still runs.
    pub(super) fn fall_due_on_the_last_day(&mut self) -> String {
        let open = state(&[
            ("received", text("2024-10-31")),
            ("number", text("末日一号")),
            ("applicant", text("申请人")),
            ("demand", text("查处违法建筑")),
        ]);
        let id = self.record("duty_application", open).expect("an application");
        format!("due on the last day: duty_application {id}")
    }

    /// Traced before the report's day, decided the day after it.
    pub(super) fn trace_before_the_decision(&mut self) -> String {
        let case = self.decided_late(date(2024, 11, 22));
        let traced = state(&[
            ("handed", text("2024-09-02")),
            ("direction", text("received")),
            ("peer", text("昆山")),
            ("origin", text("province")),
            ("subject", text("倾倒")),
            ("traced", text("2024-11-01")),
            ("traced_to", text("来源已查明")),
            ("case_id", Value::Int(case)),
        ]);
        let id = self.record("transfer", traced).expect("a transfer");
        format!("decided after the report: transfer {id} of case {case}")
    }
}
