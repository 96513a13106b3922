//! What the pages need, built once in the composition root.

use std::sync::Arc;

use casework::Casework;
use intake::Intake;
use law::Day;
use ledger::{Fault, SigningKey, Tx};
use office::directory::Directory;
use outbox::{Outbox, Ports};
use registers::Registers;

pub use crate::api::push::Platform;
use crate::limit::Limits;
use crate::pending::Pending;

/// The bureau's clock, UTC milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Everything a page may use.
pub struct App {
    /// Cases.
    pub casework: Casework,
    /// Tickets.
    pub intake: Intake,
    /// Registers.
    pub registers: Registers,
    /// Messages to others.
    pub outbox: Outbox,
    /// The clock.
    pub clock: Clock,
    /// A sentence shown on top of every page, for demonstrations and for a moved clock.
    pub banner: Option<String>,
    /// Cookies only over HTTPS.
    pub secure: bool,
    /// Proxies of our own, whose word on where a request comes from is believed.
    pub proxies: Vec<std::net::IpAddr>,
    /// Public key of the checkpoints, for the verification page.
    pub checkpoint_key: Option<String>,
    /// Platforms that may push orders to us, by the name we know each by.
    pub platforms: std::collections::BTreeMap<String, Platform>,
    /// Signs frozen reports, under this name; none where reports cannot be frozen on the site.
    pub signer: Option<(SigningKey, String)>,
    limits: Limits,
    pending: Pending,
}

/// The hour difference of civil days: Asia/Shanghai has had no other offset since 1991.
const SHANGHAI_MS: i64 = 8 * 3_600_000;

/// The civil day in Shanghai of a UTC time.
pub(crate) fn civil_day(ms: i64) -> Day {
    let days = (ms + SHANGHAI_MS).div_euclid(86_400_000);
    Day::constant(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap_or(Day::MAX)
}

/// Day and minute in Shanghai of a UTC time, `2024-11-05 14:30`.
pub(crate) fn civil_minute(ms: i64) -> String {
    let of_day = (ms + SHANGHAI_MS).rem_euclid(86_400_000) / 60_000;
    format!("{} {:02}:{:02}", civil_day(ms), of_day / 60, of_day % 60)
}

impl App {
    /// The pages' state.
    pub fn new(casework: Casework, intake: Intake, clock: Clock, banner: Option<String>, secure: bool) -> App {
        App {
            registers: Registers::new(casework.ledger.clone(), casework.evidence.clone()),
            outbox: Outbox {
                ledger: casework.ledger.clone(),
                casework: casework.clone(),
                ports: Arc::new(Ports::default()),
            },
            casework,
            intake,
            clock,
            banner,
            secure,
            proxies: Vec::new(),
            checkpoint_key: None,
            platforms: std::collections::BTreeMap::new(),
            signer: None,
            limits: Limits::default(),
            pending: Pending::default(),
        }
    }

    /// Now, UTC milliseconds.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Today in Shanghai.
    pub(crate) fn today(&self) -> Day {
        civil_day(self.now())
    }

    /// A read in one snapshot.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.casework.ledger.read(f).await
    }

    /// The standing order, as it is now.
    pub(crate) async fn directory(&self) -> Result<Arc<Directory>, Fault> {
        let standings = self.casework.standings.clone();
        self.read(move |tx| standings.directory(tx)).await
    }

    /// Sheets between being looked at and being imported.
    pub(crate) fn pending(&self) -> &Pending {
        &self.pending
    }

    /// How often somebody may try.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}
