//! The files compiled into the program, one line each; a test fails when a file in `data/` is missing here.

/// Path below `data/` and text of every data file.
pub fn files() -> &'static [(&'static str, &'static str)] {
    FILES
}

macro_rules! data {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/", $path)))),*]
    };
}

const FILES: &[(&str, &str)] = data! {
    "calendars/2023.toml"
    "calendars/2024.toml"
    "calendars/2025.toml"
    "calendars/2026.toml"
    "matters/A01.toml"
    "matters/A02.toml"
    "matters/A04.toml"
    "matters/A07.toml"
    "matters/B14.toml"
    "matters/C01.toml"
    "matters/C02.toml"
    "matters/C07.toml"
    "matters/C08.toml"
    "matters/C09.toml"
    "matters/D08.toml"
    "matters/D13.toml"
    "matters/F04.toml"
    "matters/J01.toml"
    "matters/J02.toml"
    "matters/J05.toml"
    "statutes/ael.toml"
    "statutes/air18.toml"
    "statutes/all.toml"
    "statutes/apl.toml"
    "statutes/arl.toml"
    "statutes/cpl.toml"
    "statutes/crime_transfer.toml"
    "statutes/eec.toml"
    "statutes/fine_collection.toml"
    "statutes/fire21.toml"
    "statutes/noise21.toml"
    "statutes/sh_bike24.toml"
    "statutes/sh_business.toml"
    "statutes/sh_enforcement.toml"
    "statutes/sh_env21.toml"
    "statutes/sh_green18.toml"
    "statutes/sh_hearing.toml"
    "statutes/sh_waste.toml"
    "statutes/sr22.toml"
    "statutes/swl20.toml"
    "statutes/three_systems.toml"
    "statutes/zj55.toml"
};
