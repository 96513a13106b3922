//! What a message says, made when it is sent from what is kept then.

use std::collections::BTreeMap;

use jiff::civil::Date;
use law::deadline::chinese;
use ledger::{Fault, Tx};

use crate::Outbox;
use crate::port::{Failure, Outgoing};
use crate::rules::{Rule, To, rule};

/// A message as its row says it.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) key: String,
    pub(crate) rule: String,
    pub(crate) day: String,
    pub(crate) case: Option<i64>,
    pub(crate) act: Option<i64>,
    pub(crate) ticket: Option<i64>,
    pub(crate) unit: String,
    pub(crate) label: String,
}

impl Outbox {
    /// The message ready to go; or why it cannot go.
    pub(crate) fn compose(
        &self,
        tx: &mut Tx<'_>,
        message: &Message,
        now_ms: i64,
    ) -> Result<Result<Outgoing, Failure>, Fault> {
        let Some(rule) = rule(&message.rule) else {
            return Ok(Err(Failure::never("发送规则已经不在")));
        };
        let bureau = tx.bureau().to_owned();
        let b = bureau.as_str();
        let mut params: BTreeMap<String, String> = BTreeMap::new();
        let mut say = |key: &str, text: String| {
            params.insert(key.to_owned(), text);
        };
        let day = |text: &str| text.parse::<Date>().map_or_else(|_| text.to_owned(), chinese);
        say("day", day(&message.day));
        say("due", day(&message.day));
        say("label", message.label.clone());
        say("bureau", office::read::bureau(tx)?.short);
        if let Some(case) = message.case {
            let row = tx.row(
                "SELECT matter, place, number FROM cases WHERE bureau = $1 AND id = $2",
                &[b.into(), case.into()],
                |row| Ok((row.text(0), row.text(1), row.text(2))),
            )?;
            let (matter, place, number) = row.unwrap_or_default();
            say("case", case.to_string());
            say("matter", self.casework.corpus.matter(&matter).map_or(matter, |m| m.name.clone()));
            say("place", place);
            say("number", number);
        }
        if let Some(ticket) = message.ticket {
            let row = tx.row(
                "SELECT title, address, due FROM tickets WHERE bureau = $1 AND id = $2",
                &[b.into(), ticket.into()],
                |row| Ok((row.text(0), row.text(1), row.text(2))),
            )?;
            let (title, address, due) = row.unwrap_or_default();
            if rule.to == To::Platform {
                let order = tx.row(
                    "SELECT source, order_no, state, body FROM tickets WHERE bureau = $1 AND id = $2",
                    &[b.into(), ticket.into()],
                    |row| Ok((row.text(0), row.text(1), row.text(2), row.opt_text(3))),
                )?;
                let (source, number, state, body) = order.unwrap_or_default();
                say("source", source);
                say("number", number);
                say("state", state);
                say("body", body.unwrap_or_default());
                // The key ends with the position of the entry that caused it.
                let position = message.key.rsplit('/').next().and_then(|p| p.parse().ok()).unwrap_or(0);
                say("kind", tx.entry(position)?.map(|e| e.kind).unwrap_or_default());
                say("day", message.day.clone());
            }
            say("ticket", ticket.to_string());
            say("title", title);
            say("place", address);
            say("due", day(&due));
        }
        let mut phone = None;
        if let (Some(case), Some(act)) = (message.case, message.act) {
            let found = casework::read::addressee::addressee(tx, case, u32::try_from(act).unwrap_or_default())?;
            let Some(found) = found else { return Ok(Err(Failure::never("行为已经作废"))) };
            match rule.to {
                To::Party => {
                    phone = found.phone;
                    if phone.is_none() {
                        return Ok(Err(Failure::never("当事人没有登记电话，或者已依令删除")));
                    }
                    say("document", found.document);
                    say("number", found.number);
                }
                To::Platform => {
                    say("act", act.to_string());
                    say("kind", found.kind.to_owned());
                    say("day", message.day.clone());
                    say("number", found.own_number);
                }
                To::Unit => {}
            }
        }
        let text = filled(rule, &params);
        let (key, unit, template) = (message.key.clone(), message.unit.clone(), rule.template.clone());
        Ok(Ok(Outgoing { key, phone, unit, template, params, text, now_ms }))
    }
}

fn filled(rule: &Rule, params: &BTreeMap<String, String>) -> String {
    params.iter().fold(rule.text.clone(), |text, (key, value)| text.replace(&format!("{{{key}}}"), value))
}
