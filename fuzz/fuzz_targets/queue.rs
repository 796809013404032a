//! A queue file that was cut or spoilt anywhere: it is read without failing, and what is saved of it
//! is read again as it was.
#![no_main]

use upgradelink::reports::read_queue;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let contents = read_queue(input);
    let written = contents.write();
    let again = read_queue(&written);
    assert_eq!(contents.waiting.len(), again.waiting.len());
    for (one, other) in contents.waiting.iter().zip(&again.waiting) {
        assert_eq!((one.id, one.body), (other.id, other.body));
    }
});
