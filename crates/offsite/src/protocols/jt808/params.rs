//! Terminal parameters: the list of 0x0104, 0x8103 and the values behind their numbers.

use super::tables::{Kind, Tables};
use super::text::{Text, encode};
use crate::protocols::bytes::{Cursor, hex};

/// A list of parameters as sent.
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    rest: &'a [u8],
}

impl<'a> Params<'a> {
    /// Over the bytes behind the count.
    pub const fn new(rest: &'a [u8]) -> Params<'a> {
        Params { rest }
    }

    /// The bytes not read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Params<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<(u32, &'a [u8])> {
        let mut bytes = Cursor::new(self.rest);
        let id = bytes.u32()?;
        let value = bytes.counted()?;
        self.rest = bytes.all();
        Some((id, value))
    }
}

/// A parameter's value as text; hexadecimal where the number or the length is unknown.
pub fn show(id: u32, value: &[u8]) -> String {
    let kind = Tables::builtin().parameter(id).map(|p| p.kind);
    match (kind, value) {
        (Some(Kind::Text), _) => Text(value).to_string(),
        (Some(Kind::Number), &[a]) => a.to_string(),
        (Some(Kind::Number), &[a, b]) => u16::from_be_bytes([a, b]).to_string(),
        (Some(Kind::Number), &[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]).to_string(),
        _ => hex(value),
    }
}

/// The bytes of a value to set.
///
/// # Errors
///
/// In Chinese, when the parameter is unknown or the value does not fit it.
pub fn encode_value(id: u32, value: &str) -> Result<Vec<u8>, String> {
    let parameter = Tables::builtin().parameter(id).ok_or_else(|| format!("没有参数0x{id:04X}"))?;
    let bad = || format!("参数“{}”不能设为“{value}”", parameter.name);
    match parameter.kind {
        Kind::Text => encode(value).map(|b| b.into_owned()).filter(|b| b.len() < 256).ok_or_else(bad),
        Kind::Bytes => {
            let bytes = crate::protocols::bytes::from_hex(value).ok_or_else(bad)?;
            if bytes.len() == usize::from(parameter.size) { Ok(bytes) } else { Err(bad()) }
        }
        Kind::Number => {
            let number: u32 = value.parse().map_err(|_| bad())?;
            let bytes = number.to_be_bytes();
            let from = 4_usize.saturating_sub(usize::from(parameter.size));
            if bytes[..from].iter().any(|b| *b != 0) { Err(bad()) } else { Ok(bytes[from..].to_vec()) }
        }
    }
}
