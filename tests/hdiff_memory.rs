//! The memory that is taken does not grow with the files.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod allocations;
mod hdiff_support;

use std::fs;
use std::io::{self, Cursor};

use hdiff_support::*;
use upgradelink::hdiff::{self, Limits, ReadAt};

const MIB: usize = 1 << 20;

/// The most that lies in memory at once while `patch` is applied, its files apart.
fn peak(old: impl ReadAt, patch: &[u8]) -> usize {
    let apply = || hdiff::apply(old, Cursor::new(patch), io::sink(), &Limits::default(), &mut go_on);
    let (applied, peak) = allocations::peak(apply);
    applied.unwrap();
    peak
}

/// HDIFF13: 256 MiB in one cover and one run of zeros.
const LARGE: &[u8] = b"HDIFF13&\x00\x81\x80\x80\x80\x00\x81\x80\x80\x80\x00\x01\x07\x00\x05\x00\x00\x00\x00\x00\x00\x00\x81\x80\x80\x80\x00 \xff\xff\xff\x7f";

/// HDIFF13: 16 MiB of new bytes in a zstd frame with a window of so many bits, in blocks of one repeated byte.
fn zstd_window(bits: u8) -> Vec<u8> {
    let blocks = [[0x02, 0, 0x10, 7].repeat(127), vec![0x03, 0, 0x10, 7]].concat();
    let frame = [&[0x28, 0xB5, 0x2F, 0xFD, 0x00, (bits - 10) << 3][..], &blocks].concat();
    let size = [0x88, 0x80, 0x80, 0x00];
    let head = [b"HDIFF13&zstd\0", &size[..], &[0, 0, 0, 0, 4, 0, 0, 0], &size, &[0x84, 0x06]].concat();
    [&head, &[0x27, 0xFF, 0xFF, 0x7F][..], &frame].concat()
}

struct Zeros(u64);

impl ReadAt for Zeros {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0)
    }

    fn read_at(&self, into: &mut [u8], _: u64) -> io::Result<usize> {
        into.fill(0);
        Ok(into.len())
    }
}

#[test]
fn memory_is_one_mebibyte_and_what_steps_and_decoders_need() {
    let large = peak(Zeros(256 << 20), LARGE);
    assert!(large <= MIB / 2, "{large} bytes");

    let window = peak(Zeros(0), &zstd_window(23));
    assert!((8 * MIB..=9 * MIB).contains(&window), "{window} bytes");

    let error = apply(&[], &zstd_window(27)).unwrap_err();
    assert!(error.message().contains("no memory for a window of 134217728 bytes"), "{error}");

    for case in corpus().cases().iter().filter(|case| case.container != "VCDIFF") {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        let windows = match case.compressor.as_str() {
            "" => 0,
            "zlib" => 4 * 64 * 1024,
            "bz2" | "pbz2" => 16 * MIB,
            _ => 4 * 8 * MIB,
        };
        let steps = if case.container == "HDIFF13" { 0 } else { MIB };
        let peak = peak(&old, &patch);
        assert!(peak <= MIB + windows + steps, "{}: {peak} bytes", case.id);
    }
}
