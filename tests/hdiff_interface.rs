//! What a caller may rely on: limits, errors that can be told apart, progress, cancelling.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::fs;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;

use hdiff_support::*;
use upgradelink::hdiff::{self, Checked, Container, Kind, Limits, ReadAt, Side};

struct Files {
    old: Vec<u8>,
    patch: Vec<u8>,
    new_md5: String,
}

fn files(id: &str) -> Files {
    let case = small().cases().into_iter().find(|case| case.id == id).unwrap();
    let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
    Files { old, patch, new_md5: case.new_md5 }
}

fn kind(old: &[u8], patch: &[u8], limits: &Limits) -> Kind {
    apply_within(old, patch, limits).unwrap_err().kind()
}

/// HDIFF13 with one section of new bytes, named `compressor`.
fn one_section(compressor: &str, size: u8, stored: &[u8]) -> Vec<u8> {
    let mut patch = [b"HDIFF13&", compressor.as_bytes(), &[0, size, 0, 0, 0, 0, 1, 0, 0, 0, size]].concat();
    patch.extend([0x80 | (stored.len() >> 7) as u8, stored.len() as u8 & 0x7F, size - 1]);
    patch.extend(stored);
    patch
}

#[test]
fn a_wrong_base_of_another_size_is_told() {
    let Files { mut old, patch, .. } = files("mixed/h13-zlib");
    old.push(0);
    let error = apply(&old, &patch).unwrap_err();
    assert_eq!(error.kind(), Kind::WrongBase);
    assert!(error.message().contains("5586 bytes, this one has 5587"), "{error}");
}

#[test]
fn a_wrong_base_of_the_same_size_is_caught_by_the_md5() {
    for id in ["mixed/h13-none", "mixed/sf20-zstd", "mixed/bsdiff40-bz2"] {
        let Files { mut old, patch, new_md5 } = files(id);
        old.reverse();
        let (new, outcome) = apply(&old, &patch).unwrap();
        assert_ne!(md5(&new), new_md5, "{id}");
        assert_eq!(outcome.checked, Checked::Nothing);
    }
}

#[test]
fn a_wrong_base_of_the_same_size_is_told_by_the_checksum_of_w26() {
    let Files { mut old, patch, .. } = files("mixed/w26-lzma");
    old.reverse();
    assert_eq!(kind(&old, &patch, &Limits::default()), Kind::WrongBase);
}

#[test]
fn a_damaged_w26_is_told_by_its_own_checksum() {
    let Files { old, mut patch, .. } = files("mixed/w26-none");
    *patch.last_mut().unwrap() ^= 1;
    assert_eq!(kind(&old, &patch, &Limits::default()), Kind::Checksum);
}

#[test]
fn another_new_size_than_the_promised_is_refused_before_anything_is_written() {
    let Files { old, patch, .. } = files("mixed/sf20-none");
    let mut new = Vec::new();
    let limits = Limits { new_size: Some(5907), ..Limits::default() };
    let error = hdiff::apply(&old, Cursor::new(patch), &mut new, &limits, &mut go_on).unwrap_err();
    assert_eq!((error.kind(), new.len()), (Kind::Limit, 0));
    assert!(error.message().contains("5908 new bytes, 5907 were expected"), "{error}");
}

#[test]
fn a_window_above_the_limit_is_refused() {
    for id in ["mixed/sf20-zlib", "mixed/sf20-bz2", "mixed/sf20-lzma", "mixed/sf20-lzma2", "mixed/sf20-zstd"]
    {
        let Files { old, patch, .. } = files(id);
        let limits = Limits { max_window: 300, ..Limits::default() };
        assert_eq!(kind(&old, &patch, &limits), Kind::Limit, "{id}");
    }
}

#[test]
fn the_limit_for_windows_is_for_all_decoders_together() {
    let Files { old, patch, new_md5 } = files("mixed/h13-bz2");
    let limits = |mib: u64| Limits { max_window: mib << 20, ..Limits::default() };
    assert_eq!(kind(&old, &patch, &limits(4)), Kind::Limit);
    let (new, _) = apply_within(&old, &patch, &limits(16)).unwrap();
    assert_eq!(md5(&new), new_md5);
}

#[test]
fn a_zstd_window_of_a_gibibyte_is_refused_and_takes_no_memory() {
    let frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 0x01, 0x00, 0x00];
    let error = apply(&[], &one_section("zstd", 9, &frame)).unwrap_err();
    assert_eq!(error.kind(), Kind::Limit, "{error}");
}

#[test]
fn dictionaries_that_no_writer_uses_are_refused() {
    let lzma = [5, 0x5D, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0];
    assert_eq!(apply(&[], &one_section("lzma", 99, &lzma)).unwrap_err().kind(), Kind::Limit);
    assert_eq!(apply(&[], &one_section("lzma2", 99, &[40, 1, 0, 0, 0])).unwrap_err().kind(), Kind::Limit);
    assert_eq!(apply(&[], &one_section("lzma2", 99, &[41, 1, 0, 0, 0])).unwrap_err().kind(), Kind::Malformed);
}

#[test]
fn a_step_above_the_limit_is_refused() {
    let Files { old, patch, .. } = files("mixed/sf20-none");
    assert_eq!(kind(&old, &patch, &Limits { max_step: 8, ..Limits::default() }), Kind::Limit);
}

#[test]
fn work_that_makes_nothing_is_refused() {
    let error = |patch: &[u8]| apply(&[], patch).unwrap_err().to_string();
    let covers = [&b"HDIFF13&\0"[..], &[9, 0, 5, 15, 0, 1, 0, 0, 0, 9, 0], &[0; 15], &[8], &[1; 9]].concat();
    assert!(error(&covers).contains("a cover that makes nothing"), "{}", error(&covers));
    let steps = [&b"HDIFFSF20&\0"[..], &[9, 0, 1, 4, 20, 0], &[0; 20]].concat();
    assert!(error(&steps).contains("a step without covers"), "{}", error(&steps));
    let rows = [&b"ENDSLEY/BSDIFF43"[..], &[9, 0, 0, 0, 0, 0, 0, 0], IDLE_ROWS].concat();
    assert!(error(&rows).contains("16 rows in a row make nothing"), "{}", error(&rows));
}

/// 2400 zero bytes by bzip2.
const IDLE_ROWS: &[u8] = &[
    66, 90, 104, 49, 49, 65, 89, 38, 83, 89, 84, 205, 210, 185, 0, 0, 4, 193, 0, 192, 0, 2, 0, 0, 8, 32, 0,
    32, 169, 61, 65, 152, 177, 67, 60, 93, 201, 20, 225, 66, 65, 83, 55, 74, 228,
];

#[test]
fn what_is_known_by_name_only_is_refused_by_name() {
    let container = |patch: &[u8]| apply(&[], patch).unwrap_err().to_string();
    assert!(container(b"HDIFF19&zlib&fadler64\0").contains("HDIFF19"));
    assert!(container(b"\xD6\xC3\xC4\0\0").contains("VCDIFF"));
    assert!(container(b"\xD6\xC3\xC4S\0").contains("VCDIFF"));
    for name in ["lz4", "brotli", "lzham", "tuz"] {
        let error = apply(&[], &one_section(name, 99, &[0; 20])).unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported);
        assert!(error.message().contains(name), "{error}");
    }
}

#[test]
fn what_is_no_patch_is_told_so() {
    for bytes in [&b""[..], b"PK\x03\x04", b"HDIFF12&", b"\xD6\xC3\xC4\x01", b"BSDIFF4", b"<!DOCTYPE html>"] {
        assert_eq!(apply(&[], bytes).unwrap_err().kind(), Kind::NotADiff);
        assert_eq!(hdiff::inspect(bytes).unwrap_err().kind(), Kind::NotADiff);
    }
}

#[test]
fn the_aliases_of_the_compressors_are_read() {
    let renamed = |id: &str, from: &str, to: &str| {
        let Files { old, patch, new_md5 } = files(id);
        let at = patch.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        let patch = [&patch[..at], to.as_bytes(), &patch[at + from.len()..]].concat();
        assert_eq!(md5(&apply(&old, &patch).unwrap().0), new_md5, "{to}");
    };
    renamed("mixed/sf20-zlib", "zlib", "pzlib");
    renamed("mixed/sf20-bz2", "bz2", "bzip2");
    renamed("mixed/sf20-pbz2", "pbz2", "pbzip2");
}

#[test]
fn zlib_window_bits_are_taken_as_zlib_takes_them() {
    let raw = [0x4B, 0x04, 0x00];
    let wrapped = [0x78, 0x9C, 0x4B, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62];
    let section = |bits: i8, stored: &[u8]| one_section("zlib", 1, &[&[bits as u8], stored].concat());
    for bits in -15..=-8 {
        assert_eq!(apply(&[], &section(bits, &raw)).unwrap().0, b"a", "{bits}");
    }
    for bits in [0, 8, 15] {
        assert_eq!(apply(&[], &section(bits, &wrapped)).unwrap().0, b"a", "{bits}");
    }
    for (bits, expected) in [(31, Kind::Unsupported), (7, Kind::Malformed), (-16, Kind::Malformed)] {
        assert_eq!(apply(&[], &section(bits, &raw)).unwrap_err().kind(), expected, "{bits}");
    }
}

#[test]
fn deflate_streams_in_a_row_are_one_section() {
    let twice = [0xF1, 0x4B, 0x04, 0x00, 0x4B, 0x04, 0x00];
    assert_eq!(apply(&[], &one_section("zlib", 2, &twice)).unwrap().0, b"aa");
}

#[test]
fn streams_of_nothing_are_taken_but_not_many_since_each_costs() {
    let deflate = |nothing: usize| [&[0xF1][..], &[0x03, 0x00].repeat(nothing), &[0x4B, 0x04, 0x00]].concat();
    let bz2 = |nothing: usize| [&NOTHING_BY_BZ2.repeat(nothing), A_BY_BZ2].concat();
    for (compressor, some, many) in [("zlib", deflate(64), deflate(65)), ("bz2", bz2(64), bz2(65))] {
        assert_eq!(apply(&[], &one_section(compressor, 1, &some)).unwrap().0, b"a");
        let error = apply(&[], &one_section(compressor, 1, &many)).unwrap_err();
        assert!(error.message().ends_with("it holds too many streams of nothing"), "{error}");
    }
}

const NOTHING_BY_BZ2: [u8; 14] = *b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0";
const A_BY_BZ2: &[u8] = &[
    66, 90, 104, 49, 49, 65, 89, 38, 83, 89, 25, 147, 155, 107, 0, 0, 0, 1, 0, 32, 0, 32, 0, 33, 24, 70, 130,
    238, 72, 167, 10, 18, 3, 50, 115, 109, 96,
];

/// Is interrupted by a signal before each byte.
struct Interrupted<'a> {
    rest: &'a [u8],
    now: bool,
}

impl Read for Interrupted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.now = !self.now;
        match self.now {
            true => Err(io::ErrorKind::Interrupted.into()),
            false => {
                let most = into.len().min(1);
                self.rest.read(&mut into[..most])
            }
        }
    }
}

#[test]
fn signals_do_not_disturb() {
    for case in small().cases().iter().filter(|case| case.id.starts_with("mixed/")) {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        if !Container::sniff(&patch).unwrap().is_sequential() {
            continue;
        }
        let (mut new, patch) = (Vec::new(), Interrupted { rest: &patch, now: false });
        let result = hdiff::apply_stream(&old, patch, &mut new, &Limits::default(), &mut go_on);
        result.unwrap_or_else(|error| panic!("{}: {error}", case.id));
        assert_eq!(md5(&new), case.new_md5, "{}", case.id);
    }
}

#[test]
fn a_stream_is_only_for_sequential_containers() {
    let Files { old, patch, .. } = files("mixed/h13-none");
    assert!(!Container::sniff(&patch[..hdiff::SNIFF_BYTES]).unwrap().is_sequential());
    let error = apply_trickled(&old, &patch).unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
}

struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::Error::from_raw_os_error(28));
        }
        let count = bytes.len().min(self.room);
        self.room -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_stays_an_error_of_the_disk() {
    let Files { old, patch, .. } = files("mixed/h13-none");
    let mut new = Full { room: 1000 };
    let error = hdiff::apply(&old, Cursor::new(patch), &mut new, &Limits::default(), &mut go_on).unwrap_err();
    assert_eq!(error.kind(), Kind::Io(Side::New));
    assert_eq!(error.into_io_error().unwrap().raw_os_error(), Some(28));
}

/// Fails from some byte on, as a connection or a worn disk does.
struct Broken {
    whole: Cursor<Vec<u8>>,
    from: u64,
}

impl Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.from.saturating_sub(self.whole.position()) as usize;
        if left == 0 && !into.is_empty() {
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line is dead"));
        }
        let count = left.min(into.len());
        self.whole.read(&mut into[..count])
    }
}

impl Seek for Broken {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.whole.seek(to)
    }
}

impl ReadAt for Broken {
    fn size(&self) -> io::Result<u64> {
        Ok(self.whole.get_ref().len() as u64)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line is dead"))
    }
}

#[test]
fn a_patch_that_cannot_be_read_is_not_called_malformed() {
    for case in small().cases().iter().filter(|case| case.id.starts_with("mixed/")) {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        for from in (0..patch.len() as u64 - 40).step_by(7) {
            let patch = Broken { whole: Cursor::new(patch.clone()), from };
            let result = hdiff::apply(&old, patch, &mut Vec::new(), &Limits::default(), &mut go_on);
            let error = result.unwrap_err();
            assert_eq!(error.kind(), Kind::Io(Side::Patch), "{} from {from}: {error}", case.id);
            assert_eq!(error.io_error().unwrap().kind(), io::ErrorKind::ConnectionReset);
        }
    }
}

#[test]
fn an_old_file_that_cannot_be_read_is_told() {
    let Files { old, patch, .. } = files("mixed/h13-none");
    let old = Broken { whole: Cursor::new(old), from: 0 };
    let new = &mut Vec::new();
    let error = hdiff::apply(&old, Cursor::new(patch), new, &Limits::default(), &mut go_on).unwrap_err();
    assert_eq!(error.kind(), Kind::Io(Side::Old));
}

#[test]
fn progress_grows_to_the_size_and_can_stop_the_work() {
    let Files { old, patch, .. } = files("edge-shuffle-64/h13-m-zlib");
    let mut seen = Vec::new();
    let mut watch = |written, size| {
        seen.push((written, size));
        ControlFlow::Continue(())
    };
    hdiff::apply(&old, Cursor::new(&patch), &mut Vec::new(), &Limits::default(), &mut watch).unwrap();
    assert_eq!(seen.first(), Some(&(0, 262144)));
    assert_eq!(seen.last(), Some(&(262144, 262144)));
    assert!(seen.windows(2).all(|pair| pair[0].0 < pair[1].0) && seen.len() >= 4, "{seen:?}");

    let mut stop = |written, _| if written == 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let mut new = Vec::new();
    let error = hdiff::apply(&old, Cursor::new(&patch), &mut new, &Limits::default(), &mut stop).unwrap_err();
    assert_eq!((error.kind(), new.len()), (Kind::Cancelled, 65536));
}
