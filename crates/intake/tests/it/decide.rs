//! Every state and every act: what may be done with a ticket.

use intake::{Act, Channel, Kind, Received, Ticket, Track, decide};
use jiff::civil::date;

fn received() -> Act {
    Act::Received(Box::new(Received {
        source: "hotline_12345".into(),
        order_no: "1".into(),
        channel: Channel::Hotline12345,
        kind: Kind::Complaint,
        received: date(2024, 3, 4).at(9, 0, 0, 0),
        address: String::new(),
        confidential: false,
        urgent: false,
        track: None,
        place: None,
        read: None,
        code: None,
        proposed_unit: None,
        proposed_matter: None,
        content: "c".into(),
        caller_name: None,
        caller_phone: None,
    }))
}

fn assigned() -> Act {
    Act::Assigned { unit: "xujing-squad".into(), note: None, with: Vec::new(), rule: None }
}

fn answered() -> Act {
    Act::Answered { solved: true, note: "n".into(), shared: None }
}

fn returned(reason: &str, body: &str) -> Act {
    Act::Returned { reason: reason.into(), body: body.into(), note: "n".into() }
}

/// Rows are states, columns acts: assigned, contacted, answered, closed, called back, returned, led.
#[test]
fn the_table_of_states_and_acts() {
    let acts = [
        assigned(),
        Act::Contacted { reached: true, note: "n".into() },
        answered(),
        Act::Closed {},
        Act::CalledBack { solved: true, satisfied: true },
        returned("R1", "某街道"),
        Act::Led { case: 1 },
    ];
    let states: [(&str, Vec<Act>, &str); 6] = [
        ("received", vec![received()], "++--++-"),
        ("assigned", vec![received(), assigned()], "+++-+++"),
        ("answered", vec![received(), assigned(), answered()], "+++++++"),
        ("closed", vec![received(), assigned(), answered(), Act::Closed {}], "-+--+-+"),
        ("returned", vec![received(), returned("R1", "某街道")], "-+--+--"),
        ("led", vec![received(), assigned(), Act::Led { case: 1 }], "+++-+--"),
    ];
    for (name, done, expected) in states {
        let ticket = Ticket::of(done.iter().map(|act| (date(2024, 3, 5), act)));
        let got: String = acts.iter().map(|act| if decide(&ticket, act).is_ok() { '+' } else { '-' }).collect();
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn a_return_names_a_listed_reason_and_the_right_body() {
    let acts = [received(), assigned()];
    let ticket = Ticket::of(acts.iter().map(|act| (date(2024, 3, 5), act)));
    assert!(decide(&ticket, &returned("R9", "某街道")).unwrap_err().why.contains("清单"));
    assert!(decide(&ticket, &returned("R2", " ")).unwrap_err().why.contains("机关"));
    assert!(decide(&ticket, &returned("R2", "区水务局")).is_ok());
    for reason in ["R1", "R2", "R5", "R6", "R7"] {
        assert!(decide(&ticket, &returned(reason, "")).is_err(), "{reason}");
    }
    // An unclear or repeated ticket belongs to nobody else.
    for reason in ["R3", "R4"] {
        assert!(decide(&ticket, &returned(reason, "")).is_ok(), "{reason}");
    }
}

#[test]
fn nothing_but_receipt_begins_a_ticket() {
    let nothing = Ticket::default();
    assert!(decide(&nothing, &received()).is_ok());
    assert!(decide(&nothing, &assigned()).is_err());
    let twice = Ticket::of([(date(2024, 3, 4), &received())]);
    assert!(decide(&twice, &received()).is_err());
}

#[test]
fn every_refusal_gives_a_reason_and_its_source() {
    let acts = [assigned(), answered(), Act::Closed {}, returned("R9", ""), Act::Led { case: 1 }, received()];
    let states = [vec![], vec![received()], vec![received(), assigned(), answered(), Act::Closed {}]];
    for done in states {
        let ticket = Ticket::of(done.iter().map(|act| (date(2024, 3, 5), act)));
        for refused in acts.iter().filter_map(|act| decide(&ticket, act).err()) {
            assert!(refused.why.chars().count() >= 6 && !refused.source.is_empty(), "{refused:?}");
        }
    }
}

#[test]
fn what_the_caller_says_afterwards_counts_more_than_the_answer() {
    let explained = Act::Answered { solved: false, note: "n".into(), shared: None };
    let acts = [received(), assigned(), answered(), Act::CalledBack { solved: false, satisfied: false }];
    let ticket = Ticket::of(acts.iter().map(|act| (date(2024, 3, 5), act)));
    assert_eq!((ticket.solved, ticket.called_back), (Some(false), Some((date(2024, 3, 5), false))));
    let acts = [received(), assigned(), explained, answered()];
    assert_eq!(Ticket::of(acts.iter().map(|act| (date(2024, 3, 5), act))).solved, Some(true), "the newest answer");
}

#[test]
fn acts_are_kept_in_these_exact_bytes_for_ever() {
    let acts = [received(), assigned(), answered(), Act::Closed {}, returned("R2", "区水务局"), Act::Led { case: 7 }];
    let acts = acts.into_iter().chain([
        Act::Contacted { reached: false, note: "n".into() },
        Act::CalledBack { solved: true, satisfied: false },
    ]);
    let bytes: Vec<String> = acts.map(|act| serde_json::to_string(&act).unwrap()).collect();
    let expected = [
        r#"{"act":"received","source":"hotline_12345","order_no":"1","channel":"hotline_12345","kind":"complaint","received":"2024-03-04T09:00:00","address":"","confidential":false,"urgent":false,"proposed_unit":null,"proposed_matter":null,"content":"c","caller_name":null,"caller_phone":null}"#,
        r#"{"act":"assigned","unit":"xujing-squad","note":null}"#,
        r#"{"act":"answered","solved":true,"note":"n"}"#,
        r#"{"act":"closed"}"#,
        r#"{"act":"returned","reason":"R2","body":"区水务局","note":"n"}"#,
        r#"{"act":"led","case":7}"#,
        r#"{"act":"contacted","reached":false,"note":"n"}"#,
        r#"{"act":"called_back","solved":true,"satisfied":false}"#,
    ];
    assert_eq!(bytes, expected);
    for text in expected {
        assert!(serde_json::from_str::<Act>(text).is_ok(), "{text}");
    }
}

#[test]
fn each_kind_and_track_has_its_term_and_an_answer_is_a_contact() {
    let calendar = law::calendar::Calendar::builtin();
    let last = |acts: &[Act]| {
        let ticket = Ticket::of(acts.iter().map(|act| (date(2024, 3, 5), act)));
        let clocks = intake::clocks::clocks(&ticket, calendar);
        (clocks[0].last, clocks[1].last, clocks[0].done)
    };
    // Monday 4 March 2024: the next workday, five workdays, three, fifteen.
    assert_eq!(last(&[received()]), (date(2024, 3, 5), date(2024, 3, 11), None));
    let as_track = |track| {
        let Act::Received(mut order) = received() else { unreachable!() };
        order.track = Some(track);
        last(&[Act::Received(order)]).1
    };
    assert_eq!(as_track(Track::Supervised), date(2024, 3, 7));
    assert_eq!(as_track(Track::Review), date(2024, 3, 7));
    assert_eq!(as_track(Track::Complex), date(2024, 3, 25));
    assert_eq!(last(&[received(), assigned(), answered()]).2, Some(date(2024, 3, 5)));
    let Act::Received(mut inquiry) = received() else { unreachable!() };
    inquiry.kind = Kind::Inquiry;
    // Over the Qingming holiday: received on 3 April 2024, a day of rest follows until Saturday the 6th; Sunday the 7th is worked.
    inquiry.received = date(2024, 4, 3).at(16, 0, 0, 0);
    assert_eq!(last(&[Act::Received(inquiry)]).1, date(2024, 4, 7));
    assert!(intake::clocks::to_confirm());
}
