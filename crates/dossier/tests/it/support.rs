//! One case, led once for all tests: hearing level, reviewed, discussed, closed; with a photograph, a PDF, a broken PDF and a recording.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use casework::Casework;
use casework::drive;
use documents::Engine;
use dossier::{Contents, Prepared, Signer, Variant};
use jiff::civil::date;
use law::acts::Kind;
use ledger::SigningKey;
use testkit::{World, by_unit, workday};

const PHOTO: &[u8] = include_bytes!("photo.jpg");

/// A world with one closed case.
pub(crate) struct Led {
    pub(crate) world: World,
    pub(crate) own: Casework,
    pub(crate) case: i64,
}

static LED: LazyLock<Led> = LazyLock::new(lead);

pub(crate) fn led() -> &'static Led {
    &LED
}

/// The fonts lie beside the built program.
fn engine() -> Engine {
    let program = std::env::current_exe().expect("the running test has a path");
    let fonts: PathBuf = program.ancestors().nth(2).expect("a test lies in target/release/deps").join("fonts");
    Engine::open(&[&fonts]).unwrap_or_else(|fault| panic!("no fonts: run `cargo xtask fetch` once ({fault})"))
}

fn lead() -> Led {
    let world = World::new();
    let mut own = world.casework.clone();
    let engine = engine();
    let kind = documents::kind("order_to_correct").unwrap();
    let pdf = engine.render(kind, &kind.example()).unwrap().pdf;
    own.engine = Some(Arc::new(engine));
    let mut broken = pdf.clone();
    broken.truncate(pdf.len() / 3);
    let files: [&[u8]; 4] = [PHOTO, &pdf, &broken, b"RIFF\x04\0\0\0WAVE"];
    let stored = own.evidence.put_all(&files).unwrap();
    let ids = stored.iter().map(|one| one.id.as_str()).collect::<Vec<_>>().join("、");
    let team = world.team("xujing");
    let mut steps = drive::ordinary(&team, &by_unit("C01", date(2024, 3, 5), 6_000_000), true, workday);
    for step in steps.iter_mut().filter(|step| step.kind == Kind::SceneRecorded) {
        step.fields.push(("files", ids.clone()));
    }
    let mut case = None;
    for step in &steps {
        world.on(step.day);
        let done = drive::perform(&own, &team, case, None, step);
        case = Some(done.unwrap_or_else(|e| panic!("{}: {e:?}", step.kind.label())).case);
    }
    Led { world, own, case: case.unwrap() }
}

pub(crate) fn signer() -> Signer {
    Signer { key: SigningKey::from_bytes(&[7; 32]), origin: "cg.example/qp".into() }
}

pub(crate) fn run<T>(done: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(done)
}

pub(crate) fn contents(variant: Variant) -> Contents {
    let led = led();
    let (own, case) = (led.own.clone(), led.case);
    let read = led.world.ledger.read_blocking(move |tx| Contents::read(&own, tx, case, variant, date(2025, 1, 2)));
    read.unwrap().unwrap()
}

pub(crate) fn prepared(variant: Variant) -> Prepared {
    let led = led();
    run(dossier::prepare(&led.own, signer(), led.case, variant, date(2025, 1, 2))).unwrap()
}

pub(crate) fn packed(variant: Variant) -> Vec<u8> {
    prepared(variant).bytes(&led().own).unwrap()
}
