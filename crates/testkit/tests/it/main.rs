//! What only the whole product shows, on every database there is.

mod past;
mod standing_order;
