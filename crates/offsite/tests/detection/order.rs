//! The same fixes give the same sightings byte for byte, in whatever order, batches and repetitions they come.

use std::collections::BTreeMap;

use offsite::detection::parameters;
use offsite::detection::sighting::{Change, Key, Sighting};
use offsite::detection::truck::Fix;
use offsite::detection::truck::fleet::Fleet;
use offsite::detection::truck::world::World;
use offsite::simulate::{District, Settings};

use crate::rng::Rng;

const DAYS: i64 = 4;

fn district() -> District {
    let first_day = jiff::civil::date(2026, 6, 8);
    District::new(Settings { seed: 21, trucks: 8, first_day, days: DAYS, planted_per_mille: 300, decoy_per_mille: 100 })
}

fn fleet(world: &World) -> Fleet<'_> {
    Fleet::new(world, parameters::truck(), 30 * 86_400)
}

/// What stands after taking the batches, as bytes; the changes told on the way must lead there.
fn standing<'a>(world: &World, batches: impl IntoIterator<Item = &'a [Fix]>) -> Vec<u8> {
    let mut fleet = fleet(world);
    let mut known: BTreeMap<Key, Sighting> = BTreeMap::new();
    for batch in batches {
        for change in fleet.take(batch).changes {
            match change {
                Change::New(s) => assert!(known.insert(s.key(), s).is_none(), "told as new twice"),
                Change::Revised(s) => assert!(known.insert(s.key(), s).is_some(), "revised before it was new"),
                Change::Withdrawn(key) => assert!(known.remove(&key).is_some(), "withdrawn before it was new"),
            }
        }
    }
    let standing: Vec<&Sighting> = fleet.standing().collect();
    assert_eq!(standing, known.values().collect::<Vec<_>>());
    serde_json::to_vec(&standing).expect("serializes")
}

#[test]
fn shuffled_repeated_and_replayed_batches_give_the_same_bytes() {
    let district = district();
    let world = district.world();
    let mut fixes: Vec<Fix> = (0..district.trucks()).flat_map(|n| district.run(n).fixes).collect();
    fixes.sort_by_key(|f| f.received);
    let as_received = standing(&world, fixes.chunks(50));
    let count = serde_json::from_slice::<Vec<Sighting>>(&as_received).expect("reads back").len();
    assert!(count > 60, "{count}");

    let mut in_order = fixes.clone();
    in_order.sort_unstable();
    assert!(standing(&world, [&in_order[..]]) == as_received, "all at once");

    let mut rng = Rng(5);
    for size in [7_000, 20_000] {
        let mut shuffled = fixes.clone();
        shuffled.extend(fixes.iter().filter(|_| rng.one_in(4)).map(|f| Fix { received: f.received + 4_000, ..*f }));
        rng.shuffle(&mut shuffled);
        assert!(standing(&world, shuffled.chunks(size)) == as_received, "shuffled");
    }

    // A day is sent again whole, and once more backwards.
    let mut replayed: Vec<Vec<Fix>> = fixes.chunks(300).map(<[Fix]>::to_vec).collect();
    let again: Vec<Fix> =
        fixes.iter().take(fixes.len() / 3).map(|f| Fix { received: f.received + 86_400, ..*f }).collect();
    replayed.push(again.clone());
    replayed.push(again.into_iter().rev().collect());
    assert!(standing(&world, replayed.iter().map(Vec::as_slice)) == as_received, "replayed");
}

#[test]
fn what_is_let_go_changes_nothing_and_older_fixes_are_handed_back() {
    let district = district();
    let world = district.world();
    let fixes = district.run(0).fixes;
    let mut all = fleet(&world);
    let mut short = Fleet::new(&world, parameters::truck(), 6 * 3_600);
    let mut handed_back = 0;
    for batch in fixes.chunks(40) {
        all.take(batch);
        handed_back += short.take(batch).too_old.len();
    }
    assert_eq!(handed_back, 0, "nothing here is six hours late");
    assert!(all.standing().eq(short.standing()));
    assert!(short.track(1, 0, i64::MAX).len() < all.track(1, 0, i64::MAX).len() / 2);
    let first = fixes[0];
    let old = Fix { at: first.at + 1, received: first.received + 86_400, ..first };
    assert_eq!(short.take(&[old]).too_old, [old]);
    assert!(all.standing().eq(short.standing()));
}

#[test]
fn impossible_times_and_repetitions_are_counted() {
    let district = district();
    let world = district.world();
    let fix = district.run(0).fixes[0];
    let mut fleet = fleet(&world);
    let taken = fleet.take(&[
        fix,
        fix,
        Fix { received: fix.received + 9, ..fix },
        Fix { at: fix.received + 301, ..fix },
        Fix { at: fix.received - 604_801, ..fix },
    ]);
    assert_eq!((taken.repeated, taken.impossible, taken.too_old.len()), (2, 2, 0));
}
