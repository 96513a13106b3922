//! `GET /office/law/rules/{id}`: one rule: what it asks, of which acts, since when, and the act that cures what it finds.

use std::sync::Arc;

use ::law::acts::Kind;
use ::law::rules::{Effect, RULEBOOK, rule, rules};
use askama::Template;
use axum::extract::{Path, State};

use crate::app::App;
use crate::error::{Error, Page, html};
use crate::session::Who;
use crate::shell::Shell;

#[derive(Template)]
#[template(path = "office/rule.html")]
struct RulePage {
    shell: Shell,
    id: &'static str,
    article: &'static str,
    text: &'static str,
    bars: bool,
    from: String,
    everything: bool,
    kinds: Vec<(&'static str, &'static str)>,
    rulebook: u32,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

/// The page.
pub(crate) async fn page(State(app): State<Arc<App>>, who: Who, Path(id): Path<String>) -> Page {
    let rule = rule(&id).ok_or(Error::NotFound("没有这条规则。规则可能在新版规则库里改了编号。"))?;
    let at = rules().iter().position(|known| known.id == rule.id).unwrap_or_default();
    html(&RulePage {
        shell: Shell::new(&app, &who, "/office/law"),
        id: rule.id,
        article: rule.article,
        text: rule.text,
        bars: rule.effect == Effect::Bars,
        from: rule.from.map(|d| d.to_string()).unwrap_or_default(),
        everything: rule.on.len() == Kind::ALL.len(),
        kinds: rule.on.iter().map(|kind| (kind.label(), kind.article())).collect(),
        rulebook: RULEBOOK,
        before: at.checked_sub(1).and_then(|at| rules().get(at)).map(|rule| rule.id),
        after: rules().get(at + 1).map(|rule| rule.id),
    })
}
