//! The code on the first page: the way to the page that verifies the document, and the journal's root as a witness.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The address in the code: the verifying page with the whole root of the checkpoint, so that whoever holds the paper can
/// show what the journal was when it was issued.
pub(crate) fn address(verify_url: &str, root: Option<&str>) -> String {
    match root.filter(|root| !root.is_empty()) {
        None => verify_url.to_owned(),
        Some(root) => {
            let join = if verify_url.contains('?') { '&' } else { '?' };
            format!("{verify_url}{join}root={}", escape(root))
        }
    }
}

/// The code as SVG, without quiet zone (the template leaves the room). None: the address is too long for any code.
pub fn svg(address: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
    Some(code.render::<svg::Color<'_>>().quiet_zone(false).min_dimensions(200, 200).build())
}

/// Percent-encoding of everything that is not unreserved in a URL (RFC 3986, 2.3): a root may be Base64.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_escaped_and_joined() {
        assert_eq!(address("https://x.cn/v/1", None), "https://x.cn/v/1");
        assert_eq!(address("https://x.cn/v/1", Some("a+/=")), "https://x.cn/v/1?root=a%2B%2F%3D");
        assert_eq!(address("https://x.cn/v?d=1", Some("ab")), "https://x.cn/v?d=1&root=ab");
    }

    #[test]
    fn too_long_an_address_has_no_code() {
        assert!(svg("https://x.cn/v/1").is_some_and(|svg| svg.contains("<svg")));
        assert!(svg(&"x".repeat(5000)).is_none());
    }
}
