//! Arbitrary bytes as a partner's file. However the bytes come in, the same is read of them, and
//! what is read keeps the limits.

#![no_main]

mod arrival;
mod limits;
mod reading;

use arrival::Arrival;
use libfuzzer_sys::fuzz_target;
use reading::{End, Reading};

fuzz_target!(|file: &[u8]| {
    let at_once = Reading::of(file);
    assert!(!matches!(at_once.end, End::Broken), "a slice never fails");
    limits::assert_kept(&at_once, file.len());

    let arrival = Arrival::drawn_from(file);
    let in_pieces = Reading::of(arrival.in_pieces());
    assert_eq!(in_pieces, at_once, "{arrival:?}");

    let broken = Reading::of(arrival.broken());
    assert!(broken.is_beginning_of(&at_once), "{arrival:?}: {broken:?}");
});
