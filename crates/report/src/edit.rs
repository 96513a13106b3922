//! The bureau's own template: the newest entry of one stream, the built-in text where there is none.

use ledger::{Draft, Fault, Tx};
use serde::{Deserialize, Serialize};

use crate::Who;
use crate::template::{BUILTIN, Problem, Template};

/// The stream of the template.
pub const TEMPLATE_STREAM: &str = "report/template";

const KIND: &str = "report.template";

/// The body of `report.template`, version 1. Frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    text: String,
}

/// The template in use.
#[derive(Debug, Clone)]
pub struct Current {
    /// Version of its stream; 0 for the built-in text.
    pub version: i64,
    /// Its text.
    pub text: String,
    /// Who saved it; nobody for the built-in text.
    pub actor: String,
    /// When, UTC milliseconds.
    pub recorded_at: i64,
}

/// Why a template was not saved.
#[derive(Debug)]
pub enum NotSaved {
    /// It cannot be read.
    Bad(Vec<Problem>),
    /// It is the one in use.
    Same,
}

impl Current {
    /// Reads it. A text whose ids a later version of the program no longer has gives its problems.
    ///
    /// # Errors
    /// Every problem there is.
    pub fn parse(&self) -> Result<Template, Vec<Problem>> {
        Template::parse(&self.text)
    }
}

/// The template as it stands in this transaction: on [`ledger::Ledger::past`], as it stood then.
///
/// # Errors
/// The database fails.
pub fn current(tx: &mut Tx<'_>) -> Result<Current, Fault> {
    let Some(entry) = tx.stream(TEMPLATE_STREAM)?.pop() else {
        return Ok(Current { version: 0, text: BUILTIN.to_owned(), actor: String::new(), recorded_at: 0 });
    };
    let body: Body = serde_json::from_str(&entry.body)
        .map_err(|e| Fault::Bug(format!("entry {} ({}): {e}", entry.position, entry.kind)))?;
    Ok(Current { version: entry.version, text: body.text, actor: entry.actor, recorded_at: entry.recorded_at })
}

/// Saves a template over the version its writer has seen, and gives the new version.
///
/// # Errors
/// Inside: it has problems. Outside: [`Fault::Conflict`] where somebody saved in between; the database fails.
pub fn save(tx: &mut Tx<'_>, who: &Who, seen: i64, text: &str) -> Result<Result<i64, NotSaved>, Fault> {
    // Browsers send line ends of their own.
    let text = format!("{}\n", text.replace("\r\n", "\n").trim_end());
    if let Err(problems) = Template::parse(&text) {
        return Ok(Err(NotSaved::Bad(problems)));
    }
    let now = current(tx)?;
    if now.version != seen {
        return Err(Fault::Conflict { stream: TEMPLATE_STREAM.into(), version: now.version });
    }
    if now.text.trim_end() == text.trim_end() {
        return Ok(Err(NotSaved::Same));
    }
    let entry = tx.append(Draft {
        stream: TEMPLATE_STREAM,
        expects: Some(seen),
        happened_at: who.today,
        actor: &who.login,
        kind: KIND,
        kind_version: 1,
        body: serde_json::to_string(&Body { text }).map_err(|e| Fault::Bug(e.to_string()))?,
    })?;
    Ok(Ok(entry.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_keeps_its_shape() {
        let body = r##"{"text":"# 一\n正文\n"}"##;
        let read: Body = serde_json::from_str(body).unwrap();
        assert_eq!(read.text, "# 一\n正文\n");
        assert_eq!(serde_json::to_string(&read).unwrap(), body);
        assert!(serde_json::from_str::<Body>(r#"{"text":"","by":1}"#).is_err());
    }
}
