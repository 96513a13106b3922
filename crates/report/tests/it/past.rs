//! A report of an earlier position is the report as it was then, byte for byte.

use report::{Report, yearly};

use crate::contents::{decisions, persons, tickets};
use crate::world::{on_each, report_day};

#[test]
fn the_same_position_gives_the_same_bytes() {
    on_each(async |world| {
        world.seed([persons(), decisions()].concat()).await;
        let then = yearly(&world.ledger, report_day()).await.unwrap();
        assert_eq!(then.json().unwrap(), yearly(&world.ledger, report_day()).await.unwrap().json().unwrap());
        world.seed(tickets()).await;
        let now = yearly(&world.ledger, report_day()).await.unwrap();
        assert_ne!(then.json().unwrap(), now.json().unwrap());
        let past = world.ledger.past(then.as_of.position, &world.folder.path().join("past")).await.unwrap();
        assert_eq!(then.json().unwrap(), yearly(&past, report_day()).await.unwrap().json().unwrap());
        past.close();
    });
}

#[test]
fn root_and_figures_are_of_one_position() {
    on_each(async |world| {
        world.seed(persons()).await;
        let head = world.ledger.head().await.unwrap();
        world.seed(tickets()).await;
        let stale = world.ledger.read(move |tx| Report::of(tx, &report_day(), &head)).await;
        assert!(matches!(stale, Err(ledger::Fault::Conflict { .. })));
    });
}
