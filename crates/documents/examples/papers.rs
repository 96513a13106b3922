//! Writes every kind's example as PDF into the folder named, or one kind with an input of your own:
//! `cargo run --release -p documents --example papers -- FOLDER [KIND INPUT.json]`.

use std::path::Path;

use documents::{Engine, Input, Kind, kind, kinds};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let program = std::env::current_exe()?;
    let fonts = program.ancestors().nth(2).ok_or("the program lies in release/examples")?.join("fonts");
    let engine = Engine::open(&[&fonts])?;
    match arguments.as_slice() {
        [folder] => kinds().iter().try_for_each(|kind| write(&engine, folder, kind, &kind.example())),
        [folder, code, file] => {
            let kind = kind(code).ok_or_else(|| format!("no kind {code}"))?;
            write(&engine, folder, kind, &serde_json::from_slice(&std::fs::read(file)?)?)
        }
        _ => Err("name a folder to write to".into()),
    }
}

fn write(engine: &Engine, folder: &str, kind: &Kind, input: &Input) -> Result<(), Box<dyn std::error::Error>> {
    let rendered = engine.render(kind, input)?;
    std::fs::create_dir_all(folder)?;
    let file = Path::new(folder).join(format!("{}.pdf", kind.code));
    std::fs::write(&file, &rendered.pdf)?;
    println!("{}: {} 页，{} KB {:?}", file.display(), rendered.pages, rendered.pdf.len() / 1024, rendered.warnings);
    Ok(())
}
