//! The two protocols devices speak: HJ 212 (dust, noise, oil fume) and JT/T 808 (trucks).
//!
//! Everything here works on bytes already received and gives the same answer for ever. A frame is read leniently in one
//! pass that notes every deviation from the standard; the device's profile then says whether all of them are tolerated.
//! So a rejection can always name the tolerances that would have let the frame in.

pub mod bytes;
pub mod decode;
pub mod hj212;
pub mod jt808;
pub mod num;
pub mod stream;
mod tolerance;
