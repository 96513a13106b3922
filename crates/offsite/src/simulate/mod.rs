//! A district that never was: sites, roads, trucks and monitors, what they report, and what they really did.
//!
//! Everything follows from one seed, in whole numbers, so that a run is the same on every machine. It is the yardstick of
//! detection and the source of demonstration data. What it makes easier than life is said in [`truth`].

pub mod air;
mod day;
mod driver;
mod planted;
pub mod rng;
mod roads;
pub mod truth;
mod witness;

use jiff::civil::Date;

use crate::detection::time::day_number;
use crate::detection::truck::Fix;
use crate::detection::truck::world::{Certificate, Route, Site, World};
pub use day::Settings;
use roads::Roads;
use truth::Truth;

/// A district with its register.
#[derive(Debug)]
pub struct District {
    settings: Settings,
    roads: Roads,
    sites: Vec<Site>,
    routes: Vec<Route>,
    certificates: Vec<Certificate>,
    plans: Vec<day::Vehicle>,
}

/// What one truck reported, in the order in which it came, and what it did.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// By receipt.
    pub fixes: Vec<Fix>,
    /// By begin.
    pub truths: Vec<Truth>,
}

impl District {
    /// Builds a district from its settings.
    pub fn new(settings: Settings) -> District {
        let roads = Roads::new(settings.seed);
        let first = day_number(settings.first_day);
        let plans: Vec<day::Vehicle> = (0..settings.trucks).map(|n| day::Vehicle::new(&settings, &roads, n)).collect();
        let sites = roads.register(settings.first_day);
        let routes = plans.iter().flat_map(|v| v.routes(&roads, first)).collect();
        let certificates = plans.iter().flat_map(|v| v.certificates(first)).collect();
        District { settings, roads, sites, routes, certificates, plans }
    }

    /// The register, as detection wants it.
    pub fn world(&self) -> World {
        World::new(&self.sites, &self.routes, &self.certificates)
    }

    /// Sites and areas.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Permitted routes.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Number of trucks; they are numbered from 1.
    pub fn trucks(&self) -> u32 {
        self.settings.trucks
    }

    /// Drives one truck, by its place among the trucks from 0, over the whole time.
    pub fn run(&self, truck: u32) -> Run {
        self.plans.get(truck as usize).map_or_else(Run::default, |plan| plan.drive(&self.settings, &self.roads))
    }
}

/// The date of a day’s number.
pub(crate) fn date_of(day: i64) -> Date {
    let span = jiff::Span::new().days(day.clamp(-100_000, 100_000));
    Date::constant(1970, 1, 1).checked_add(span).unwrap_or(Date::ZERO)
}
