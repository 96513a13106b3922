//! The process is killed in full flow.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use offsite::protocols::jt808::frame::{Buffer, Frame};
use offsite::protocols::jt808::profile::Profile;
use telemetry::load::phone;
use telemetry::{Archive, Cursor};

use crate::world::{Client, NOON, World, position};

const FOLDER: &str = "XIEZHI_TEST_TELEMETRY_CHILD";

/// The server of the child process; does nothing in a usual run.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let mut world = World::new();
    world.config.folder = folder.into();
    let address = world.start().addresses()[0];
    println!("\nADDRESS {address}");
    std::thread::sleep(Duration::from_secs(60));
}

fn serials(archive: &Archive) -> Vec<(String, u16)> {
    let (frames, _) = archive.after(Cursor::START, usize::MAX).unwrap();
    let mut room = Buffer::default();
    frames
        .iter()
        .map(|f| (f.device.key.clone(), Frame::open(&f.bytes, &mut room, &Profile::builtin()[0]).unwrap().head.serial))
        .collect()
}

#[test]
fn killed_in_full_flow_every_answered_frame_is_kept_and_the_day_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut answered: BTreeSet<(String, u16)> = BTreeSet::new();
    let mut first_of_round = 0_u16;
    for round in 0..3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::child", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map(|line| line.unwrap())
            .find_map(|line| line.strip_prefix("ADDRESS ").map(|address| address.parse().unwrap()))
            .unwrap();
        let clients: Vec<_> = (1..=8_u32)
            .map(|number| {
                let mut client = Client::connect(address);
                std::thread::spawn(move || {
                    let mut answered = Vec::new();
                    let mut next = first_of_round;
                    // Four in flight; what is not read after the kill is read from the socket's buffer.
                    let begun = Instant::now();
                    'line: while begun.elapsed() < Duration::from_secs(30) {
                        for _ in 0..4 {
                            use std::io::Write as _;
                            if client.stream.write_all(&position(phone(number), next)).is_err() {
                                break 'line;
                            }
                            next += 1;
                        }
                        for _ in 0..4 {
                            match client.answer(Duration::from_secs(5)) {
                                Some(answer) => {
                                    answered.push(u16::from_be_bytes([answer.body[0], answer.body[1]]));
                                }
                                None => break 'line,
                            }
                        }
                    }
                    (number, answered)
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(400 + 150 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        for client in clients {
            let (number, serials) = client.join().unwrap();
            answered.extend(serials.into_iter().map(|serial| (phone(number).to_string(), serial)));
        }
        let archive = Archive::new(folder.path());
        let kept = serials(&archive);
        let unique: BTreeSet<_> = kept.iter().cloned().collect();
        assert_eq!(unique.len(), kept.len(), "no frame is kept twice");
        let lost: Vec<_> = answered.difference(&unique).take(5).collect();
        assert!(lost.is_empty(), "answered and lost: {lost:?}");
        let days = archive.days().unwrap();
        assert_eq!(days, [telemetry::day_of(NOON)], "the same day goes on in the same file");
        assert_eq!(archive.verify(days[0]).unwrap().broken, []);
        first_of_round += 20_000;
    }
    assert!(answered.len() > 100, "{}", answered.len());
}
