//! Reads for pages, lists and exports. Every list is bounded and keyed, never counted beyond [`COUNT_MAX`].

pub mod addressee;
pub mod approvals;
pub mod decisions;
pub mod dues;
pub mod evidence;
pub mod export;
pub mod file;
pub mod list;
pub mod numbers;
mod order;
pub mod refusals;
pub mod reviews;
pub mod scenes;
pub mod search;
pub mod similar;
pub mod usual;

/// Totals stop here and are shown as `10,000+`.
pub const COUNT_MAX: i64 = 10_000;
