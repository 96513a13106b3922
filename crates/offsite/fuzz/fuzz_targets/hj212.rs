//! Any bytes as an HJ 212 stream: no panic, the same frames however it is cut, and every frame read or rejected.

#![no_main]

use libfuzzer_sys::fuzz_target;
use offsite::protocols::decode::{Protocol, line};
use offsite::protocols::hj212::answer::{self, Answer};
use offsite::protocols::hj212::frame::scan;
use offsite::protocols::hj212::merge::Merger;
use offsite::protocols::hj212::profile::Profile;
use offsite::protocols::hj212::segment::Reader;
use offsite::protocols::stream::Stream;

fuzz_target!(|data: &[u8]| {
    let [choice, step, bytes @ ..] = data else { return };
    let profiles = Profile::builtin();
    let mut profile = profiles[usize::from(*choice) % profiles.len()].clone();
    profile.limits.binary = choice & 0x80 != 0;
    profile.key = (choice & 0x40 != 0).then_some([*step; 16]);
    let limits = profile.limits;
    let cut = |size: usize| {
        let (mut stream, mut frames) = (Stream::default(), Vec::new());
        for piece in bytes.chunks(size.max(1)) {
            stream.feed(piece, |b| scan(b, &limits), |f| frames.push(f.to_vec()));
        }
        (frames, stream.junk())
    };
    let whole = cut(bytes.len());
    assert_eq!(whole, cut(usize::from(*step)));
    let mut reader = Reader::default();
    let mut merger = Merger::new(4, 60);
    let mut out = Vec::new();
    for frame in whole.0.iter().map(Vec::as_slice).chain([bytes]) {
        if let Ok(packet) = reader.read(frame, &profile) {
            merger.take(&packet, frame, 0);
            if let Some(wanted) = Answer::wanted(&packet) {
                answer::reply(&mut out, &packet, wanted, profile.edition);
            }
        }
        if let Ok(text) = std::str::from_utf8(frame) {
            line(Protocol::Hj212, Some(&profile.name), text);
        }
    }
});
