//! Whoever complained is not in the file of the case that came of it.

use casework::drive;
use dossier::{Contents, Variant};
use intake::{Caller, Channel, Intake, LeadTo, NewTicket, Who};
use jiff::civil::date;
use law::acts::Kind;
use testkit::{World, by_unit, workday};

use crate::forged::parts;
use crate::support::{led, run, signer};

const NAME: &str = "欧阳嘤鸣";
const PHONE: &str = "13917248650";
/// What was complained of, in the caller's own words: their window and their dog tell who it was.
const WORDS: &str = "我家三楼的窗正对着它，狗一夜叫到天亮";
/// What the officers write when they open the case. A part of it is copied from the complaint.
const SUMMARY: &str = "投诉人称：我家三楼的窗正对着它，狗一夜叫到天亮。油烟管朝向居民楼。";

/// `text` as UTF-8, UTF-16 and hexadecimal UTF-16, the ways in which a PDF says it.
fn ways(text: &str) -> [Vec<u8>; 3] {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let hex: String = wide.iter().map(|b| format!("{b:02X}")).collect();
    [text.as_bytes().to_vec(), wide, hex.into_bytes()]
}

fn says(bytes: &[u8], text: &str) -> bool {
    ways(text).iter().any(|way| bytes.windows(way.len()).any(|w| w == way.as_slice()))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn no_byte_of_the_caller_leaves_and_their_words_stay_in_the_inner_part() {
    let world = World::with(intake::tables(), vec![intake::project]);
    let mut own = world.casework.clone();
    own.engine = led().own.engine.clone();
    let intake = Intake::new(world.ledger.clone(), own.clone());
    let team = world.team("xujing");
    let day = date(2024, 3, 5);
    world.on(day);
    let who = Who { login: "desk".into(), person: 1, today: day };
    let ticket = NewTicket {
        source: "12345".into(),
        order_no: "示例20240305".into(),
        channel: Channel::Hotline12345,
        kind: intake::Kind::Complaint,
        received: day.at(9, 0, 0, 0),
        address: "徐泾镇明珠路 1 号".into(),
        content: format!("{WORDS}，我叫{NAME}，电话{PHONE}。"),
        caller: Caller { name: Some(NAME.into()), phone: Some(PHONE.into()) },
        confidential: true,
        urgent: false,
    };
    let ticket = run(intake.receive(who.clone(), ticket)).unwrap();
    run(intake.assign(who.clone(), ticket, None, "xujing-squad".into(), None)).unwrap();
    let matter = by_unit("C01", day, 6_000_000);
    let to = LeadTo {
        team: team.officers.to_vec(),
        matter: matter.code.clone(),
        conduct_day: day,
        place: matter.place.clone(),
        summary: SUMMARY.into(),
        party: Some(matter.party.clone()),
    };
    let case = run(intake.lead(who, ticket, None, to)).unwrap().case;
    let mut steps = drive::ordinary(&team, &matter, true, workday);
    for step in steps.iter_mut().filter(|step| step.kind == Kind::ClueVerified) {
        for field in step.fields.iter_mut().filter(|field| field.0 == "finding") {
            field.1 = "现场核查，油烟管朝向居民楼，距窗九米。".into();
        }
    }
    for step in &steps[1..] {
        world.on(step.day);
        drive::perform(&own, &team, Some(case), None, step).unwrap_or_else(|e| panic!("{}: {e:?}", step.kind.label()));
    }
    for variant in Variant::ALL {
        let copy = own.clone();
        let contents = world.ledger.read_blocking(move |tx| Contents::read(&copy, tx, case, variant, date(2025, 1, 2)));
        let set = contents.unwrap().unwrap().volume(&own).unwrap();
        let text = squeezed(&set.text);
        // The text is that of the pages: what must be there is found.
        assert!(text.contains(&squeezed(&matter.party.name)) && text.contains("行政处罚决定书"), "{variant:?}");
        let package =
            run(dossier::prepare(&own, signer(), case, variant, date(2025, 1, 2))).unwrap().bytes(&own).unwrap();
        for secret in [NAME, PHONE] {
            assert!(!text.contains(secret) && !says(&set.pdf, secret), "{secret} on paper, {variant:?}");
            for (name, content) in parts(&package) {
                assert!(!says(&content, secret), "{secret} in {name}, {variant:?}");
            }
        }
        // Their words stand in the register of the clue, which is of the inner part, and nowhere else.
        let whole = variant == Variant::Whole;
        assert_eq!(text.matches(WORDS).count(), usize::from(whole), "{variant:?}");
        for (name, content) in parts(&package).iter().filter(|part| part.0 != "卷宗.pdf") {
            assert_eq!(says(content, WORDS), whole && name == "texts.jsonl", "{name}, {variant:?}");
            assert!(whole || !says(content, &intake::stream(ticket)), "which complaint it was, in {name}, {variant:?}");
        }
        // The order that was served says what the officers found.
        assert!(text.contains("距窗九米"), "{variant:?}");
    }
}
