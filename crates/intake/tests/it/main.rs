//! Tickets on a real ledger.

mod decide;
mod desk_day;
mod import;
mod insight;
mod lead;
mod list;

use intake::Intake;
use testkit::World;

/// A bureau with tickets.
pub(crate) async fn world() -> (World, Intake) {
    tokio::task::spawn_blocking(|| {
        let world = World::with(intake::tables(), vec![intake::project]);
        world.on(jiff::civil::date(2024, 4, 1));
        let intake = Intake::new(world.ledger.clone(), world.casework.clone());
        (world, intake)
    })
    .await
    .expect("a world")
}

/// The desk, on a day.
pub(crate) fn desk(today: jiff::civil::Date) -> intake::Who {
    intake::Who { login: "desk".into(), person: 1, today }
}
