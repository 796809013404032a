//! One patch for each container and compressor, spoilt in every place: never a panic or a hang, never a
//! wrong file when its MD5 is known.
//!
//! Every byte takes all 255 other values where the `mixed` patches of a few hundred bytes are uncompressed,
//! and 12 of them (each bit flipped, and 4 drawn from a fixed row) where a decoder has to start each time.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::fs;
use std::time::{Duration, Instant};

use hdiff_support::*;
use upgradelink::hdiff::{Kind, Limits};

const CUT_SHORT: &str = "a truncated patch is no patch";

fn mixed(container: &str) -> Vec<Case> {
    let cases: Vec<Case> = small().cases().into_iter().filter(|case| case.id.starts_with("mixed/")).collect();
    cases.into_iter().filter(|case| case.container == container).collect()
}

fn values(byte: u8, place: usize, compressed: bool) -> Vec<u8> {
    if !compressed {
        return (0..=255).filter(|value| *value != byte).collect();
    }
    let flips = (0..8).map(|bit| byte ^ (1 << bit));
    let drawn = (0..4).map(|turn| byte.wrapping_add(1 + (place * 89 + turn * 151) as u8 % 255));
    flips.chain(drawn).collect()
}

fn mutate(container: &str, compressors: usize) {
    let cases = mixed(container);
    assert_eq!(cases.len(), compressors);
    for case in cases {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        assert!(patch.len() >= 200, "{}: {} bytes", case.id, patch.len());
        let limits = Limits { new_size: Some(fs::metadata(&case.new).unwrap().len()), ..Limits::default() };
        let (mut refused, mut wrong, mut right) = (0, 0, 0);
        for place in 0..patch.len() {
            for value in values(patch[place], place, !case.compressor.is_empty()) {
                let mut spoilt = patch.clone();
                spoilt[place] = value;
                let started = Instant::now();
                match apply_within(&old, &spoilt, &limits) {
                    Err(_) => refused += 1,
                    Ok((new, _)) if md5(&new) == case.new_md5 => right += 1,
                    Ok((new, _)) => {
                        assert_eq!(
                            Some(new.len() as u64),
                            limits.new_size,
                            "{} byte {place}: {value}",
                            case.id
                        );
                        wrong += 1;
                    }
                }
                assert!(started.elapsed() < Duration::from_secs(2), "{} byte {place}: {value}", case.id);
            }
        }
        println!("{}: {refused} refused, {wrong} caught by the MD5 alone, {right} without effect", case.id);
    }
}

#[test]
fn a_spoilt_hdiff13_does_no_harm() {
    mutate("HDIFF13", 7);
}

#[test]
fn a_spoilt_sf20_does_no_harm() {
    mutate("HDIFFSF20", 7);
}

#[test]
fn a_spoilt_w26_does_no_harm() {
    mutate("HDIFFW26", 7);
}

#[test]
fn a_spoilt_bsdiff_does_no_harm() {
    mutate("BSDIFF40", 1);
    mutate("ENDSLEY/BSDIFF43", 1);
}

/// What is missing at the end may be of no use: the end mark of a decoder that has given all its bytes.
#[test]
fn a_patch_cut_short_anywhere_is_refused() {
    for case in small().cases().iter().filter(|case| case.id.starts_with("mixed/")) {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        for length in 0..patch.len() {
            match apply(&old, &patch[..length]) {
                Err(error) => assert!(
                    matches!(error.kind(), Kind::Malformed | Kind::NotADiff | Kind::Checksum | Kind::Limit),
                    "{} cut to {length}: {error}",
                    case.id
                ),
                Ok((new, _)) => {
                    assert!(case.container.contains("BSDIFF"), "{} cut to {length}: {CUT_SHORT}", case.id);
                    assert_eq!(md5(&new), case.new_md5, "{} cut to {length}", case.id);
                }
            }
        }
    }
}

#[test]
fn a_stream_cut_short_anywhere_gives_no_wrong_file() {
    for case in small().cases().iter().filter(|case| case.id.starts_with("mixed/")) {
        if !["HDIFFSF20", "HDIFFW26", "ENDSLEY/BSDIFF43"].contains(&case.container.as_str()) {
            continue;
        }
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        for length in 0..patch.len() {
            if let Ok(new) = apply_trickled(&old, &patch[..length]) {
                assert_eq!(md5(&new), case.new_md5, "{} cut to {length}", case.id);
                assert!(!case.compressor.is_empty(), "{} cut to {length}: {CUT_SHORT}", case.id);
            }
        }
    }
}
