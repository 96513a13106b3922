//! `GET /office/registers`: every register by section, with how many records it has.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use registers::read::COUNT_MAX;

use super::{SECTIONS, reads};
use crate::app::App;
use crate::error::{Page, html};
use crate::session::Who;
use crate::shell::Shell;

struct Entry {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    count: String,
}

struct Section {
    number: &'static str,
    title: &'static str,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "office/registers/index.html")]
struct IndexPage {
    shell: Shell,
    sections: Vec<Section>,
}

/// The index.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who) -> Page {
    reads(&who)?;
    let set = app.registers.set;
    let counts = app.read(move |tx| registers::read::counts(tx, set)).await?;
    let sections = SECTIONS
        .into_iter()
        .map(|(number, title)| Section {
            number,
            title,
            entries: set
                .descriptors
                .iter()
                .zip(&counts)
                .filter(|(d, _)| d.section == number)
                .map(|(d, n)| Entry {
                    name: &d.name,
                    title: &d.title,
                    about: &d.about,
                    count: if *n >= COUNT_MAX { "10,000+".into() } else { n.to_string() },
                })
                .collect(),
        })
        .filter(|s: &Section| !s.entries.is_empty())
        .collect();
    html(&IndexPage { shell: Shell::new(&app, &who, "/office/registers"), sections })
}
