//! A queue file that was cut or spoilt anywhere: it is read without failing, and what is saved of it
//! is read again as it was.
#![no_main]

use std::io::{BufReader, Cursor};

use upgradelink::reports::QueueFile;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let open = |bytes: &[u8]| QueueFile::read(BufReader::new(Cursor::new(bytes.to_vec()))).unwrap();
    let mut written = Vec::new();
    let count = open(input).write(&mut written).unwrap();
    let (mut one, mut other) = (open(input), open(&written));
    for _ in 0..count {
        let (one, other) = (one.next_waiting().unwrap().unwrap(), other.next_waiting().unwrap().unwrap());
        assert_eq!((one.id, one.body), (other.id, other.body));
    }
    assert!(other.next_waiting().unwrap().is_none());
});
