//! Staff pages, `/office`.

pub(crate) mod approvals;
pub(crate) mod cases;
pub(crate) mod delegations;
pub(crate) mod dispatch;
pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod law;
pub(crate) mod lookups;
pub(crate) mod organs;
pub(crate) mod outbox;
pub(crate) mod payments;
pub(crate) mod refusals;
pub(crate) mod registers;
pub(crate) mod report;
pub(crate) mod reviews;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod spot;
pub(crate) mod tickets;
pub(crate) mod views;
pub(crate) mod workbench;
