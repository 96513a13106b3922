//! The rules as data: `data/rules.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::port::PortName;

/// Whom a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum To {
    /// The party the act is about.
    Party,
    /// The unit that handles the case or ticket.
    Unit,
    /// Another platform.
    Platform,
}

impl To {
    /// The word on pages.
    pub fn label(self) -> &'static str {
        match self {
            To::Party => "当事人",
            To::Unit => "承办单位",
            To::Platform => "对接平台",
        }
    }
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable: part of every key.
    pub id: String,
    /// The word on pages.
    pub label: String,
    /// Kinds of act by code, kinds of entry of a ticket, `term`, or `*` for every act.
    pub on: Vec<String>,
    /// Whom it is for.
    pub to: To,
    /// The way it goes.
    pub port: PortName,
    /// The name of the template at the gateway.
    #[serde(default)]
    pub template: String,
    /// Working days before a last day, for `term`.
    #[serde(default)]
    pub ahead: u16,
    /// It is told in the morning of its day, not at once.
    #[serde(default)]
    pub waits: bool,
    /// The text with places.
    pub text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../data/rules.toml"))
        .expect("data/rules.toml is part of the program; a test reads it");
    file.rule
});

/// Every rule.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rules for an entry: `on` is the code of an act, or the kind of a ticket's entry.
pub(crate) fn rules_on(on: &str, act: bool) -> impl Iterator<Item = &'static Rule> + '_ {
    RULES.iter().filter(move |rule| rule.on.iter().any(|o| o == on || (act && o == "*")))
}

/// The rule of this id.
pub(crate) fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use law::acts::Kind;

    use super::*;

    #[test]
    fn every_rule_is_on_something_there_is() {
        for rule in rules() {
            for on in &rule.on {
                let known = Kind::from_code(on).is_some()
                    || ["*", "term", "ticket.term", "ticket.follow_up"].contains(&on.as_str())
                    || on.strip_prefix("ticket.").is_some_and(|act| intake::ACTS.contains(&act));
                assert!(known, "{}：{on}", rule.id);
            }
        }
        assert!(rules_on("SentElectronically", true).any(|r| r.id == "electronic-service"));
        assert!(
            rules_on("ticket.assigned", false).all(|r| ["ticket-assigned", "ticket-platform"].contains(&r.id.as_str()))
        );
    }
}
