//! Applies what `hdiff_differential.py` made; without it there is nothing to do.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::fs;
use std::path::PathBuf;

use hdiff_support::*;
use upgradelink::hdiff::{Checked, Container};

#[test]
fn random_pairs_diffed_by_the_real_tool_are_rebuilt() {
    let Some(folder) = std::env::var_os("HDIFF_DIFFERENTIAL") else {
        return println!("skipped: run tests/hdiff_differential.py");
    };
    let mut count = 0;
    for pair in paths(PathBuf::from(folder)) {
        let (old, new) = (fs::read(pair.join("old")).unwrap(), fs::read(pair.join("new")).unwrap());
        for path in paths(pair).into_iter().filter(|path| path.extension().is_some()) {
            let patch = fs::read(&path).unwrap();
            let (made, outcome) =
                apply(&old, &patch).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(made == new, "{}: another new file", path.display());
            let expected = match outcome.info.checksum.as_str() {
                "" => Checked::Nothing,
                "fadler64" => Checked::Unknown,
                _ => Checked::Matches,
            };
            assert_eq!(outcome.checked, expected, "{}", path.display());
            if Container::sniff(&patch).unwrap().is_sequential() {
                assert!(apply_trickled(&old, &patch).unwrap() == new, "{} as a stream", path.display());
            }
            count += 1;
        }
    }
    println!("{count} patches rebuilt");
}

fn paths(folder: PathBuf) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
