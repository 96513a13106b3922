//! Programs outside, tried with small ones of our own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use casework::ports::{About, Failure, Port, Ports, Program};

/// What every seal of the tests adds to a PDF.
const SEALED: &str = "%sealed";

/// A program that does what these lines of shell say; `$1` is the verb, then the files.
fn program(folder: &Path, name: &str, lines: &str, wait: Duration) -> Program {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    Program { path, args: vec!["--profile".into(), "a b; exit 9".into()], wait }
}

fn about() -> About {
    About {
        code: "ABCDEFGHJKMN2345".into(),
        number: "示例罚字〔2024〕第1号; rm -rf /".into(),
        title: "行政处罚决定书".into(),
        organ: "示例街道办事处".into(),
        day: "2024-03-05".into(),
        sha256: "00".into(),
    }
}

/// Runs a port over such a program; what is left lying about afterwards.
fn run(port: Port, lines: &str, seconds: f32) -> (Result<Vec<u8>, Failure>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let made = Some(program(folder.path(), "outside", lines, Duration::from_secs_f32(seconds)));
    let scratch = folder.path().join("ports");
    let ports = match port {
        Port::Seal => Ports { seal: made, ofd: None, folder: scratch.clone() },
        Port::Ofd => Ports { seal: None, ofd: made, folder: scratch.clone() },
    };
    let back = ports.run(port, b"%PDF-1.7 paper", &about());
    (back, fs::read_dir(&scratch).map_or(0, Iterator::count))
}

/// The arguments before ours come first, whatever is in them is one word, then the verb.
const SEAL: &str = r#"
[ "$1" = "--profile" ] && [ "$2" = "a b; exit 9" ] || exit 7
verb="$3"; shift 3
case "$verb" in
  seal) while IFS= read -r line || [ -n "$line" ]; do printf '%s' "$line"; done < "$1" > "$2"; printf '%%sealed' >> "$2"; [ -f "$3" ] ;;
  verify) read -r text < "$1" || true; case "$text" in *%sealed) exit 0 ;; *) exit 1 ;; esac ;;
esac"#;

#[test]
fn a_seal_comes_back_verified_and_nothing_stays_behind() {
    let (back, left) = run(Port::Seal, SEAL, 20.0);
    assert_eq!(String::from_utf8(back.unwrap()).unwrap(), format!("%PDF-1.7 paper{SEALED}"));
    assert_eq!(left, 0);
}

#[test]
fn an_ofd_is_one() {
    let ofd = r#"shift 2; [ "$1" = convert ] || exit 3; printf 'PK\003\004 OFD.xml' > "$3""#;
    assert!(run(Port::Ofd, ofd, 20.0).0.unwrap().starts_with(b"PK"));
    let pdf = r#"shift 2; printf '%%PDF-1.7' > "$3""#;
    assert_eq!(run(Port::Ofd, pdf, 20.0).0, Err(Failure::Form(Port::Ofd)), "a PDF is no OFD");
}

#[test]
fn whatever_goes_wrong_is_told_apart_and_nothing_is_taken() {
    let seal = |lines: &str| run(Port::Seal, lines, 20.0);
    let cases = [
        ("exit 4", Failure::Ended(Port::Seal)),
        ("exit 0", Failure::Left(Port::Seal)),
        (": > \"$5\"", Failure::Left(Port::Seal)),
        ("ln -s /etc/hostname \"$5\"", Failure::Left(Port::Seal)),
        ("printf 'GIF89a' > \"$5\"", Failure::Form(Port::Seal)),
        ("[ \"$3\" = seal ] && printf '%%PDF-1.7' > \"$5\" && exit 0; exit 1", Failure::Unverified(Port::Seal)),
        (
            "[ \"$3\" = seal ] && printf '%%PDF-1.7' > \"$5\" && exit 0; printf 'x' >> \"$4\"",
            Failure::Unverified(Port::Seal),
        ),
    ];
    for (lines, why) in cases {
        let (back, left) = seal(lines);
        assert_eq!((back, left), (Err(why), 0), "{lines}");
        assert!(why.to_string().contains("电子签章"), "{why}");
    }
    let none = Ports::default().run(Port::Seal, b"%PDF-", &about());
    assert_eq!(none, Err(Failure::None(Port::Seal)));
    assert!(Failure::None(Port::Seal).to_string().contains("GB/T 38540"));
    let folder = tempfile::tempdir().unwrap();
    let absent = Program { path: folder.path().join("absent"), args: Vec::new(), wait: Duration::from_secs(1) };
    let ports = Ports { seal: Some(absent), ofd: None, folder: folder.path().to_owned() };
    assert_eq!(ports.run(Port::Seal, b"%PDF-", &about()), Err(Failure::Start(Port::Seal)));
}

#[test]
fn a_program_that_hangs_is_ended() {
    let begun = Instant::now();
    let (back, left) = run(Port::Seal, "while :; do :; done", 0.3);
    assert_eq!((back, left), (Err(Failure::Slow(Port::Seal)), 0));
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn a_program_sees_nothing_of_our_environment() {
    let (back, _) = run(
        Port::Seal,
        "[ -z \"$HOME\" ] && [ -z \"$CARGO\" ] || exit 5; [ \"$3\" = verify ] || printf '%%PDF-1.7' > \"$5\"",
        20.0,
    );
    assert_eq!(back.unwrap(), b"%PDF-1.7");
}
