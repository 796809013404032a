//! What the real tool made is rebuilt byte for byte.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::fs::{self, File};

use hdiff_support::*;
use upgradelink::hdiff::{self, Checked, Container, Kind, Limits};

#[test]
fn every_patch_of_the_corpus_rebuilds_its_new_file() {
    let mut counts = (0, 0);
    for case in corpus().cases() {
        let (old, patch) = (fs::read(&case.old).unwrap(), fs::read(&case.patch).unwrap());
        if case.container == "VCDIFF" {
            let error = apply(&old, &patch).unwrap_err();
            assert_eq!(error.kind(), Kind::Unsupported, "{}", case.id);
            assert!(error.message().contains("VCDIFF"), "{}: {error}", case.id);
            counts.1 += 1;
            continue;
        }
        let (new, outcome) = apply(&old, &patch).unwrap_or_else(|error| panic!("{}: {error}", case.id));
        assert!(new == fs::read(&case.new).unwrap(), "{}: another new file", case.id);
        assert_eq!(md5(&new), case.new_md5, "{}", case.id);
        assert_eq!(outcome.info.container.name(), case.container, "{}", case.id);
        counts.0 += 1;
    }
    println!("{} patches rebuilt, {} refused by name", counts.0, counts.1);
}

#[test]
fn sequential_containers_are_applied_while_they_arrive() {
    for case in corpus().cases() {
        let patch = fs::read(&case.patch).unwrap();
        let container = Container::sniff(&patch).unwrap();
        if !container.is_sequential() {
            continue;
        }
        let new = apply_trickled(&fs::read(&case.old).unwrap(), &patch);
        let new = new.unwrap_or_else(|error| panic!("{}: {error}", case.id));
        assert_eq!(md5(&new), case.new_md5, "{}", case.id);
    }
}

#[test]
fn files_serve_as_well_as_memory() {
    for case in small().cases().iter().filter(|case| case.container != "VCDIFF") {
        let out = std::env::temp_dir().join(format!("hdiff-{}", std::process::id()));
        let (old, patch) = (File::open(&case.old).unwrap(), File::open(&case.patch).unwrap());
        let mut new = File::create(&out).unwrap();
        hdiff::apply(&old, patch, &mut new, &Limits::default(), &mut go_on).unwrap();
        assert_eq!(md5(&fs::read(&out).unwrap()), case.new_md5, "{}", case.id);
        fs::remove_file(&out).unwrap();
    }
}

#[test]
fn the_small_copy_has_every_container_with_every_compressor() {
    let mut found: Vec<(String, String)> =
        small().cases().into_iter().map(|case| (case.container, case.compressor)).collect();
    found.sort();
    found.dedup();
    let found: Vec<String> =
        found.iter().map(|(container, compressor)| format!("{container} {compressor}")).collect();
    let compressors = ["", "bz2", "lzma", "lzma2", "pbz2", "zlib", "zstd"];
    for container in ["HDIFF13", "HDIFFSF20"] {
        for compressor in compressors {
            assert!(found.contains(&format!("{container} {compressor}")), "{container} {compressor}");
        }
    }
    for other in ["HDIFFW26 ", "HDIFFW26 lzma2", "HDIFFW26 zstd", "BSDIFF40 bz2", "ENDSLEY/BSDIFF43 bz2"] {
        assert!(found.contains(&other.to_owned()), "{other}");
    }
}

#[test]
fn a_window_of_w26_may_have_more_covers_than_its_header_counts_in_all() {
    let case = small().cases().into_iter().find(|case| case.id == "split/w26-zlib").unwrap();
    let (new, _) = apply(&fs::read(&case.old).unwrap(), &fs::read(&case.patch).unwrap()).unwrap();
    assert_eq!(md5(&new), case.new_md5);
}

#[test]
fn the_checksums_of_w26_are_checked() {
    let case = small().cases().into_iter().find(|case| case.id.ends_with("w26-m-zstd")).unwrap();
    let (_, outcome) = apply(&fs::read(&case.old).unwrap(), &fs::read(&case.patch).unwrap()).unwrap();
    assert_eq!((outcome.info.checksum.as_str(), outcome.checked), ("xxh128", Checked::Matches));
}

#[test]
fn inspecting_tells_what_the_header_says() {
    for case in corpus().cases().iter().filter(|case| case.container != "VCDIFF") {
        let info = hdiff::inspect(File::open(&case.patch).unwrap()).unwrap();
        assert_eq!(info.container.name(), case.container, "{}", case.id);
        assert_eq!(info.new_size, fs::metadata(&case.new).unwrap().len(), "{}", case.id);
        let old_size = fs::metadata(&case.old).unwrap().len();
        assert_eq!(info.old_size.unwrap_or(old_size), old_size, "{}", case.id);
    }
}
