//! What only the whole product shows, on every database there is.

mod past;
mod recompute;
mod standing_order;
