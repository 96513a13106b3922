//! The import template and an example sheet of made-up complaints.

use std::sync::LazyLock;

use ledger::Fault;
use office::sheet::{self, Cell, Table};

use crate::import::template_columns;
use crate::texts::demonstration_texts;

/// Where the complaints of the example sheet are: roads of the demonstration bureau, as callers write them.
const PLACES: [&str; 20] = [
    "徐泾镇明珠路",
    "盈浦街道盈港路",
    "华新镇华志路",
    "赵巷镇嘉松中路",
    "夏阳街道青湖路",
    "香花桥街道新桥路",
    "朱家角镇珠溪路",
    "白鹤镇鹤祥路",
    "重固镇福泉山路",
    "金泽镇金溪路",
    "练塘镇章练塘路",
    "徐泾镇蟠龙天地",
    "盈浦街道公园路",
    "华新镇嘉松中路华新段",
    "夏阳街道城中东路",
    "赵巷镇业文路",
    "徐泾镇诸光路",
    "朱家角镇课植园路",
    "香花桥街道天辰路",
    "白鹤镇外青松公路白鹤段",
];

/// Kind (its label), place, text: the demonstration texts, each at a place of its own. Every person in them is invented.
pub static TEXTS: LazyLock<Vec<(&'static str, &'static str, &'static str)>> = LazyLock::new(|| {
    // Kept for the life of the program and made once, so that they can be handed out like the constants they are made of.
    let at = |(n, (kind, _, text)): (usize, &(&'static str, &str, &str))| {
        let place = PLACES[n % PLACES.len()];
        let text: &'static str = text.replace("{place}", place).leak();
        (*kind, place, text)
    };
    demonstration_texts().iter().enumerate().map(at).collect()
});

/// An empty sheet with the columns of an import.
///
/// # Errors
/// The sheet cannot be written.
pub fn template() -> Result<Vec<u8>, Fault> {
    sheet(0)
}

/// Forty complaints of March 2024 as a hotline would send them.
///
/// # Errors
/// The sheet cannot be written.
pub fn example() -> Result<Vec<u8>, Fault> {
    sheet(40)
}

/// The same with any number of rows; texts repeat after some forty.
///
/// # Errors
/// The sheet cannot be written.
pub fn sheet(rows: usize) -> Result<Vec<u8>, Fault> {
    let mut table = Table::new("诉求", &template_columns());
    table.rows = (0..rows).map(|n| cells(n).map(Cell::Text).to_vec()).collect();
    sheet::xlsx("诉求", jiff::civil::date(2024, 3, 31), &[table])
}

fn cells(n: usize) -> [String; 10] {
    let (kind, place, text) = TEXTS[n % TEXTS.len()];
    let day = 4 + n % 25;
    [
        format!("SH202403{day:02}{n:05}"),
        if n % 7 == 3 { "12319城建热线" } else { "12345市民服务热线" }.into(),
        kind.into(),
        text.into(),
        place.into(),
        format!("{}女士", ["罗", "贺", "乔", "阮", "庄"][n % 5]),
        format!("1380000{:04}", n % 10_000),
        format!("2024-03-{day:02} {:02}:{:02}:00", 8 + n % 10, n % 60),
        if n.is_multiple_of(9) { "紧急" } else { "一般" }.into(),
        if n.is_multiple_of(4) { "是" } else { "否" }.into(),
    ]
}
