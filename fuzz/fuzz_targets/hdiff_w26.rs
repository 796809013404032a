#![no_main]

mod hdiff_support;

libfuzzer_sys::fuzz_target!(|input: &[u8]| hdiff_support::run(b"HDIFFW26", input));
