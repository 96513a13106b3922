//! Texts, which JT/T 808 writes in GBK.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::GBK;

/// A text as sent; decoded only when it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Text<'a>(pub &'a [u8]);

impl<'a> Text<'a> {
    /// The text; what is no GBK becomes `�`. The zeros and blanks that fill a fixed field are left off.
    pub fn read(self) -> Cow<'a, str> {
        let filler = |b: &u8| *b == 0 || *b == b' ';
        let from = self.0.iter().position(|b| !filler(b)).unwrap_or(self.0.len());
        let to = self.0.iter().rposition(|b| !filler(b)).map_or(from, |at| at + 1);
        GBK.decode_without_bom_handling(&self.0[from..to]).0
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.read())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.read())
    }
}

/// The bytes of a text to send; `None` when GBK cannot write it.
pub fn encode(text: &str) -> Option<Cow<'_, [u8]>> {
    let (bytes, _, lost) = GBK.encode(text);
    (!lost).then_some(bytes)
}
