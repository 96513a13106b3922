//! How long detection takes: `cargo bench -p offsite`.

use std::sync::LazyLock;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use offsite::detection::air::{Air, Books};
use offsite::detection::parameters;
use offsite::detection::truck::Fix;
use offsite::detection::truck::fleet::Fleet;
use offsite::detection::truck::tracker::Tracker;
use offsite::detection::truck::world::World;
use offsite::simulate::{District, Settings, air};

/// Different tracks; more trucks drive them with a shift of time.
const TRACKS: u32 = 200;
const FIXES: usize = 100;

/// A district and the working hours of its trucks, in order.
static DISTRICT: LazyLock<(World, Vec<Vec<Fix>>)> = LazyLock::new(|| {
    let first_day = jiff::civil::date(2026, 6, 1);
    let district = District::new(Settings {
        seed: 3,
        trucks: TRACKS,
        first_day,
        days: 1,
        planted_per_mille: 20,
        decoy_per_mille: 60,
    });
    let tracks = (0..TRACKS)
        .map(|n| {
            let mut fixes = district.run(n).fixes;
            fixes.sort_unstable();
            fixes.dedup_by_key(|f| f.at);
            fixes.split_off(fixes.len() / 4)
        })
        .collect();
    (district.world(), tracks)
});

fn main() {
    println!("a tracker is {} bytes, a fix {}", size_of::<Tracker>(), size_of::<Fix>());
    divan::main();
}

/// The fix of a truck in a round, each truck in another part of its day.
fn fix(tracks: &[Vec<Fix>], truck: usize, round: usize) -> Fix {
    let track = &tracks[truck % tracks.len()];
    let begin = truck / tracks.len() * 17 % (track.len() - FIXES);
    track[begin + round]
}

/// One fix of each truck after another, as they come: the state of every truck is out of the cache when its turn comes.
#[divan::bench(args = [1_000, 12_000, 100_000], sample_count = 5)]
fn a_fix_in_order(bencher: Bencher<'_, '_>, trucks: usize) {
    let (world, tracks) = &*DISTRICT;
    let rule = &parameters::truck().editions().next().expect("one").values;
    bencher.counter(ItemsCount::new(trucks * FIXES)).with_inputs(|| vec![Tracker::new(); trucks]).bench_local_values(
        |mut trackers| {
            let mut found = 0_usize;
            for round in 0..FIXES {
                for (truck, tracker) in trackers.iter_mut().enumerate() {
                    let fix = fix(tracks, truck, round);
                    tracker.step(&fix, world, rule, &mut |_| found += 1);
                }
            }
            black_box(found);
            trackers
        },
    );
}

/// The same through the fleet, in batches of a tenth of the trucks: with order, repetition, and states kept to go back to.
#[divan::bench(args = [1_000, 12_000], sample_count = 5)]
fn a_fix_through_the_fleet(bencher: Bencher<'_, '_>, trucks: usize) {
    let (world, tracks) = &*DISTRICT;
    let batches: Vec<Vec<Fix>> = (0..FIXES)
        .flat_map(|round| {
            let all: Vec<Fix> = (0..trucks).map(|t| Fix { vehicle: 1 + t as u32, ..fix(tracks, t, round) }).collect();
            all.chunks(trucks / 10).map(<[Fix]>::to_vec).collect::<Vec<_>>()
        })
        .collect();
    bencher
        .counter(ItemsCount::new(trucks * FIXES))
        .with_inputs(|| Fleet::new(world, parameters::truck(), 7_200))
        .bench_local_values(|mut fleet| {
            let told: usize = batches.iter().map(|b| fleet.take(b).changes.len()).sum();
            black_box(told);
            fleet
        });
}

/// Taking a minute of 350 dust monitors, of as many noise monitors and kitchens, and judging the day so far.
#[divan::bench(sample_count = 5)]
fn a_minute_of_a_district(bencher: Bencher<'_, '_>) {
    let first_day = jiff::civil::date(2026, 6, 1);
    let run = air::run(air::Settings { seed: 3, devices: 350, first_day, days: 1 });
    let (before, minute) = run.minutes.split_at(run.minutes.len() * 9 / 10);
    let minute = &minute[..2_800];
    bencher
        .counter(ItemsCount::new(minute.len()))
        .with_inputs(|| {
            let mut air = Air::new(Books::builtin(), &run.stations, &run.permits);
            before.iter().for_each(|m| air.take(*m));
            air.judge();
            air
        })
        .bench_local_values(|mut air| {
            minute.iter().for_each(|m| air.take(*m));
            black_box(air.judge().len());
            air
        });
}
