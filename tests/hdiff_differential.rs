//! Applies what `hdiff_differential.py` made; without it there is nothing to do.
#![cfg(all(feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hdiff_support::*;
use upgradelink::hdiff::{Checked, Container};

#[test]
fn random_pairs_diffed_by_the_real_tool_are_rebuilt() {
    let Some(folder) = std::env::var_os("HDIFF_DIFFERENTIAL") else {
        return println!("skipped: run tests/lanes/differential.sh");
    };
    let pairs = paths(Path::new(&folder));
    let mut counts = BTreeMap::new();
    for pair in &pairs {
        let (old, new) = (fs::read(pair.join("old")).unwrap(), fs::read(pair.join("new")).unwrap());
        for maker in ["tool", "ours"] {
            for path in paths(&pair.join(maker)) {
                let container = rebuild(&old, &new, &path);
                *counts.entry((maker, container.name())).or_insert(0) += 1;
            }
        }
    }
    let expected = [
        ("ours", "HDIFF13"),
        ("ours", "HDIFFSF20"),
        ("ours", "HDIFFW26"),
        ("tool", "BSDIFF40"),
        ("tool", "ENDSLEY/BSDIFF43"),
        ("tool", "HDIFF13"),
        ("tool", "HDIFFSF20"),
        ("tool", "HDIFFW26"),
    ];
    assert_eq!(counts, expected.map(|kind| (kind, pairs.len())).into());
    println!("patches rebuilt: {counts:?}");
}

fn rebuild(old: &[u8], new: &[u8], path: &Path) -> Container {
    let patch = fs::read(path).unwrap();
    let (made, outcome) = apply(old, &patch).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(made == new, "{}: another new file", path.display());
    let expected = match outcome.info.checksum.as_str() {
        "" => Checked::Nothing,
        "fadler64" => Checked::Unknown,
        _ => Checked::Matches,
    };
    assert_eq!(outcome.checked, expected, "{}", path.display());
    if outcome.info.container.is_sequential() {
        assert!(apply_trickled(old, &patch).unwrap() == new, "{} as a stream", path.display());
    }
    outcome.info.container
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
