//! Records made at random: the tables rebuilt are the tables as they were, and hold what the journal holds.

use jiff::ToSpan;
use jiff::civil::date;
use registers::descriptor::{Descriptor, Field};
use registers::{Row, State, Type, Value};
use testkit::Random;

use crate::world::{Bureau, apart, bureau, who};

fn value(random: &mut Random, field: &Field, known: &[i64]) -> Option<Value> {
    let number = |random: &mut Random| i64::try_from(random.below(90)).unwrap_or_default();
    Some(match field.ty {
        Type::Line | Type::Words | Type::Private => {
            Value::Text(format!("{}之{}，“引号”'", field.label, random.below(1000)))
        }
        // After every day that another may not precede.
        Type::Day if field.not_before.is_some() => Value::Text("2024-11-20".into()),
        Type::Day => {
            let span = i64::try_from(random.below(320)).unwrap_or_default();
            Value::Text(date(2024, 1, 1).checked_add(span.days()).unwrap().to_string())
        }
        Type::Time => Value::Text(format!("{:02}:{:02}", random.below(24), random.below(60))),
        Type::Number | Type::Tenths | Type::Money if field.within_unit.is_some() => Value::Int(1),
        Type::Number | Type::Tenths | Type::Money => {
            Value::Int((field.min.unwrap_or(0) + number(random)).min(field.max.unwrap_or(1000)))
        }
        Type::Bool => Value::Bool(random.chance(50)),
        Type::Choice => Value::Text(random.pick(&field.options)[0].clone()),
        Type::Person => Value::Int(1 + number(random)),
        Type::Persons => Value::Ints(vec![1 + number(random), 100]),
        Type::Unit => Value::Text("qp-mobile".into()),
        Type::Organ => Value::Text("qp".into()),
        Type::Place => Value::Text("xujing-1".into()),
        Type::Matter => Value::Text("A01".into()),
        Type::Record => Value::Int(*known.first()?),
        Type::Case | Type::Ticket | Type::Blobs => return None,
    })
}

fn row(random: &mut Random, fields: &[Field], all: bool, known: &dyn Fn(&str) -> Vec<i64>) -> Row {
    let mut row = Row::new();
    for field in fields {
        // A day that must not precede another takes part only where both agree; the check itself is tested elsewhere.
        let tied = field.not_before.is_some() || field.with.is_some();
        if field.required || (all && !tied && random.chance(70)) {
            let known = field.register.as_deref().map(known).unwrap_or_default();
            if let Some(value) = value(random, field, &known) {
                row.insert(field.key.clone(), value);
            }
        }
    }
    row
}

fn state(random: &mut Random, d: &Descriptor, known: &dyn Fn(&str) -> Vec<i64>) -> State {
    let mut state = State { fields: row(random, &d.fields, true, known), ..State::default() };
    // What another field asks for.
    for field in d.fields.iter().filter(|f| f.with.is_some()) {
        if field.with.as_ref().is_some_and(|w| state.fields.contains_key(w)) {
            let value = value(random, field, &[]);
            state.fields.extend(value.map(|v| (field.key.clone(), v)));
        }
    }
    for lines in &d.lines {
        let rows: Vec<Row> = (0..random.below(5)).map(|_| row(random, &lines.fields, true, known)).collect();
        let mut kept: Vec<Row> = Vec::new();
        for row in rows {
            let same =
                |other: &Row| !lines.unique.is_empty() && lines.unique.iter().all(|k| other.get(k) == row.get(k));
            if !kept.iter().any(same) {
                kept.push(row);
            }
        }
        if !kept.is_empty() {
            state.lines.insert(lines.key.clone(), kept);
        }
    }
    state
}

#[tokio::test]
async fn rebuilt_tables_are_the_tables_as_they_were() {
    let own = bureau();
    let mut random = Random::new(20_241_121);
    let mut made: Vec<(&'static Descriptor, i64, State)> = Vec::new();
    for _ in 0..6 {
        for d in registers::descriptors() {
            let ids: Vec<(String, i64)> = made.iter().map(|m| (m.0.name.clone(), m.1)).collect();
            let known = |name: &str| ids.iter().filter(|i| i.0 == name).map(|i| i.1).collect::<Vec<_>>();
            let state = state(&mut random, d, &known);
            match own.registers.record(who(), &d.name, state.clone()).await {
                Ok(id) => made.push((d, id, state)),
                // A record that must point to a case or to a record not made yet.
                Err(registers::Error::Bad(problems)) => {
                    assert!(problems.iter().all(|p| p.text == "不能为空"), "{}: {problems:?}", d.name);
                }
                Err(other) => panic!("{}: {other:?}", d.name),
            }
        }
    }
    assert!(made.len() > 120, "{}", made.len());
    // Some are changed, some voided.
    let mut standing: Vec<(&'static Descriptor, i64, State)> = Vec::new();
    for (d, id, before) in made {
        let known = |_: &str| Vec::new();
        match random.below(4) {
            0 => {
                let next = state(&mut random, d, &known);
                match own.registers.change(who(), &d.name, id, 1, next.clone()).await {
                    Ok(()) => standing.push((d, id, next)),
                    Err(registers::Error::Bad(_)) => standing.push((d, id, before)),
                    Err(other) => panic!("{other:?}"),
                }
            }
            // A record others point to stays, so that their names stay too.
            1 if ![
                "campaign",
                "task",
                "lecturer",
                "material",
                "adviser_engagement",
                "adviser_call",
                "dispute",
                "studio",
                "file_evaluation",
            ]
            .contains(&d.name.as_str()) =>
            {
                own.registers.void(who(), &d.name, id, 1, "随机作废".into()).await.unwrap();
            }
            _ => standing.push((d, id, before)),
        }
    }
    let before = whole(&own);
    own.world.ledger.rebuild().await.unwrap();
    assert_eq!(whole(&own), before);
    for (d, id, state) in &standing {
        let (read, _) = own.standing(&d.name, *id);
        if d.name == "meeting" {
            // Its picture of the tasks was added.
            assert_eq!(read.fields, state.fields);
        } else {
            assert_eq!(&read, state, "{} {id}", d.name);
        }
    }
}

/// Every list of every register, its values and its titles. Lines are compared record by record.
fn whole(own: &Bureau) -> Vec<String> {
    let set = own.registers.set;
    let all = apart(|| {
        own.world.ledger.read_blocking(move |tx| {
            let mut all = Vec::new();
            for d in &set.descriptors {
                for order in 0..d.all_orders().len() {
                    let filter = registers::read::Filter { order, ..Default::default() };
                    let page = registers::read::list(tx, d, &filter, 1000)?;
                    all.extend(
                        page.rows.iter().map(|r| format!("{} {order} {} {} {:?}", d.name, r.id, r.title, r.state)),
                    );
                }
            }
            Ok(all)
        })
    });
    all.expect("lists")
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let own = bureau();
    for n in 0..23_usize {
        let day = format!("2024-0{}-11", 1 + n % 4);
        let mut state = State::default();
        state.fields.insert("won".into(), Value::Text(day));
        for key in ["contest", "event", "rank"] {
            state.fields.insert(key.into(), Value::Text(format!("{key}{n}")));
        }
        state.fields.insert("level".into(), Value::Text("city".into()));
        own.registers.record(who(), "award", state).await.unwrap();
    }
    let set = own.registers.set;
    let seen = own
        .world
        .ledger
        .read(move |tx| {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let filter = registers::read::Filter { after, ..Default::default() };
                let page = registers::read::list(tx, set.get("award").unwrap(), &filter, 5)?;
                seen.extend(page.rows.iter().map(|r| (r.state.text("won").to_owned(), r.id)));
                match page.next {
                    Some(next) => after = Some(next),
                    None => return Ok(seen),
                }
            }
        })
        .await
        .unwrap();
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.reverse();
    sorted.dedup();
    assert_eq!(seen, sorted);
    assert_eq!(seen.len(), 23);
}
