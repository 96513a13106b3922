//! Every state and every act: what may be done with a ticket.

use intake::{Act, Channel, Kind, Received, Ticket, decide};
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
        proposed_unit: None,
        proposed_matter: None,
        content: "c".into(),
        caller_name: None,
        caller_phone: None,
    }))
}

fn assigned() -> Act {
    Act::Assigned { unit: "xujing-squad".into(), note: None }
}

fn answered() -> Act {
    Act::Answered { solved: true, note: "n".into() }
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
}

#[test]
fn nothing_but_receipt_begins_a_ticket() {
    let nothing = Ticket::default();
    assert!(decide(&nothing, &received()).is_ok());
    assert!(decide(&nothing, &assigned()).is_err());
    let twice = Ticket::of([(date(2024, 3, 4), &received())]);
    assert!(decide(&twice, &received()).is_err());
}
