//! Pictures in sub-packages.

use offsite::protocols::jt808::frame::{Envelope, Style, write};
use telemetry::load::phone;

use crate::world::{LONG, World, ack, message, said};

/// A picture of so many bytes as frames: number, kind, format, event, channel, location, data.
fn picture(serial: u16, bytes: usize) -> Vec<Vec<u8>> {
    let mut body = vec![0, 0, 0, 77, 0, 0, 0, 1];
    body.extend_from_slice(&[0; 28]);
    body.resize(36 + bytes, 0xAA);
    let mut out = Vec::new();
    write(&mut out, &Envelope { id: 0x0801, phone: phone(1), serial, style: Style::Standard }, &body);
    let mut frames = Vec::new();
    let mut from = 0;
    while from < out.len() {
        let end = from + 1 + out[from + 1..].iter().position(|b| *b == 0x7e).unwrap();
        frames.push(out[from..=end].to_vec());
        from = end + 1;
    }
    frames
}

#[test]
fn every_piece_is_acknowledged_and_the_last_names_the_medium() {
    let mut world = World::new();
    world.start();
    let mut client = world.truck();
    let frames = picture(100, 3000);
    assert_eq!(frames.len(), 3);
    client.send(&frames[0]);
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0801, 100, 0));
    client.send(&frames[1]);
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0801, 101, 0));
    client.send(&frames[2]);
    assert_eq!(said(client.answer(LONG)), (0x8800, phone(1), vec![0, 0, 0, 77]));
    // The second piece is missing when the last comes: it is named; sent again, the medium is whole.
    let frames = picture(200, 3000);
    client.send(&frames[0]);
    assert_eq!(said(client.answer(LONG)), ack(phone(1), 0x0801, 200, 0));
    client.send(&frames[2]);
    assert_eq!(said(client.answer(LONG)), (0x8800, phone(1), vec![0, 0, 0, 77, 1, 0, 2]));
    client.send(&frames[1]);
    assert_eq!(said(client.answer(LONG)), (0x8800, phone(1), vec![0, 0, 0, 77]));
    client.send(&message(0x0801, phone(1), 300, &[0, 0, 0, 9, 0, 0, 0, 1]));
    assert_eq!(said(client.answer(LONG)), (0x8800, phone(1), vec![0, 0, 0, 9]));
}
