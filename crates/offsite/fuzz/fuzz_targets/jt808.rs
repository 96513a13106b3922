//! Any bytes as a JT/T 808 stream, and any bytes as a body: no panic, and the same frames however it is cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use offsite::protocols::bytes::hex;
use offsite::protocols::decode::{Protocol, line};
use offsite::protocols::jt808::down::Down;
use offsite::protocols::jt808::frame::{Buffer, Envelope, Frame, MOST_BODY, Style, scan, write};
use offsite::protocols::jt808::head::Phone;
use offsite::protocols::jt808::parts::{Limits, Parts};
use offsite::protocols::jt808::profile::Profile;
use offsite::protocols::stream::Stream;

fuzz_target!(|data: &[u8]| {
    let [choice, step, bytes @ ..] = data else { return };
    let profiles = Profile::builtin();
    let profile = &profiles[usize::from(*choice) % profiles.len()];
    let shared = choice & 0x80 != 0;
    if choice & 0x40 != 0 {
        body(bytes, &profile.name);
        return;
    }
    let cut = |size: usize| {
        let (mut stream, mut frames) = (Stream::default(), Vec::new());
        for piece in bytes.chunks(size.max(1)) {
            stream.feed(piece, |b| scan(b, profile.style, shared), |f| frames.push(f.to_vec()));
        }
        (frames, stream.junk())
    };
    let whole = cut(bytes.len());
    assert_eq!(whole, cut(usize::from(*step)));
    let mut buffer = Buffer::default();
    let mut parts = Parts::new(Limits { bytes: 10_000, ..Limits::default() });
    for frame in whole.0.iter().map(Vec::as_slice).chain([bytes]) {
        if let Ok(frame) = Frame::open(frame, &mut buffer, profile) {
            parts.take(&frame.head, frame.body, 0);
        }
        line(Protocol::Jt808, Some(&profile.name), &hex(frame));
    }
});

/// The message's number, then its body: well enveloped, so that no checksum stands in the way.
fn body(bytes: &[u8], profile: &str) {
    let [high, low, body @ ..] = bytes else { return };
    let body = &body[..body.len().min(MOST_BODY)];
    let id = u16::from_be_bytes([*high, *low]);
    for phone in [Phone::of_2013([0; 6]), Phone::of_2019([0; 10])] {
        let mut out = Vec::new();
        write(&mut out, &Envelope { id, phone, serial: 1, style: Style::Standard }, body);
        line(Protocol::Jt808, Some(profile), &hex(&out));
        // What was read can be written and read again to the same.
        if let Some((down, _)) = Down::read(id, body, phone.is_2019()) {
            let mut again = Vec::new();
            if down.write(&mut again, phone.is_2019()).is_ok() {
                let back = Down::read(id, &again, phone.is_2019()).map(|(down, _)| down);
                assert_eq!(back.map(|d| d.id()), Some(down.id()));
            }
        }
    }
}
