//! Filling the demonstration bureau: its standing order and sign-ins here, its year by the crate `demonstration`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use demonstration::{MATTERS, Site, Targets};
use jiff::civil::{Date, date};
use office::account;
use office::demonstration::SignInAs;

use crate::Place;
use crate::bureau::{Bureau, write_private};
use crate::clock::ten;
use crate::command::init::password;
use crate::command::{fault, runtime};

/// Where the demonstration's sign-ins are written.
pub(crate) fn sign_ins(data: &Path) -> PathBuf {
    data.join("sign-ins.txt")
}

/// Fills a new data folder with the year up to a day.
pub(crate) fn fill(place: &Place, targets: &Targets, until: Date) -> Result<(), String> {
    let first = date(targets.year, 1, 2);
    let now = Arc::new(AtomicI64::new(ten(first)));
    let clock = now.clone();
    let bureau = Bureau::open_with(place, Arc::new(move || clock.fetch_add(300, Ordering::SeqCst)))?;
    let shape = targets.bureau.clone();
    let filled = bureau.ledger.act_blocking(move |tx| office::demonstration::fill_as(tx, &shape, MATTERS));
    let people = filled.map_err(fault)?;
    bureau.ledger.act_blocking(office::demonstration::chains).map_err(fault)?;
    accounts(&bureau, place, first, people)?;
    let (key, origin, ledger) = (bureau.key()?, bureau.origin(), bureau.ledger.clone());
    runtime()?.block_on(async move { ledger.checkpoint(&key, &origin).await }).map_err(fault)?;
    let totals = report::Totals { ledger: bureau.ledger.clone() };
    let who = report::Who { login: "qp-law".into(), today: first };
    let stated = demonstration::last_year(targets);
    totals.import_blocking(who, stated.as_bytes(), false).map_err(fault)?.map_err(|e| e.to_string())?;
    let site = Site {
        ledger: bureau.ledger.clone(),
        casework: bureau.casework.clone(),
        intake: bureau.intake.clone(),
        registers: bureau.registers.clone(),
        now,
    };
    let done = demonstration::fill(&site, targets, until)?;
    let (key, origin, ledger) = (bureau.key()?, bureau.origin(), bureau.ledger.clone());
    runtime()?.block_on(async move { ledger.checkpoint(&key, &origin).await }).map_err(fault)?;
    tracing::info!("{done} acts, deeds and records performed");
    Ok(())
}

/// One password for all of them, random, written beside the data and nowhere else.
fn accounts(bureau: &Bureau, place: &Place, first: Date, people: Vec<SignInAs>) -> Result<(), String> {
    let password = password()?;
    let hash = account::hash(&password).map_err(|e| e.to_string())?;
    let mut text = format!("密码（全部账号相同）：{password}\n\n");
    for person in &people {
        text.push_str(&format!("{:<34}{}\n", person.login, person.who));
    }
    bureau
        .ledger
        .act_blocking(move |tx| {
            for person in &people {
                account::set(tx, "init", first, &person.login, person.person, &hash)?;
            }
            Ok(())
        })
        .map_err(fault)?;
    write_private(&sign_ins(&place.data), &text)
}
