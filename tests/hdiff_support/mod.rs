//! The cases: the whole corpus when it lies beside the clone (or where `HDIFF_CORPUS` says), else the
//! small copy in `tests/data`.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::HashMap;
use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use md5::{Digest, Md5};
use serde_json::Value;
use upgradelink::hdiff::{self, Error, Limits, Outcome};

pub struct Corpus {
    pub root: PathBuf,
    manifest: Value,
}

pub struct Case {
    pub id: String,
    pub container: String,
    pub compressor: String,
    pub old: PathBuf,
    pub new: PathBuf,
    pub patch: PathBuf,
    pub new_md5: String,
}

pub struct Hostile {
    pub name: String,
    pub old: PathBuf,
    pub patch: PathBuf,
    /// accept, reject, wrong-output or either
    pub expect: String,
}

/// The copy that every clone has.
pub fn small() -> Corpus {
    Corpus::at(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hdiff"))
}

/// The whole corpus, or the small copy.
pub fn corpus() -> Corpus {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/hdiff");
    let whole = std::env::var_os("HDIFF_CORPUS").map_or(beside, PathBuf::from);
    if whole.join("manifest.json").exists() { Corpus::at(whole) } else { small() }
}

impl Corpus {
    fn at(root: PathBuf) -> Corpus {
        let manifest = fs::read(root.join("manifest.json")).unwrap();
        Corpus { root, manifest: serde_json::from_slice(&manifest).unwrap() }
    }

    pub fn cases(&self) -> Vec<Case> {
        let path = |case: &Value, what: &str| self.root.join(case[what]["path"].as_str().unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let cases = self.manifest["cases"].as_array().unwrap();
        cases
            .iter()
            .map(|case| Case {
                id: text(&case["id"]),
                container: text(&case["format"]),
                compressor: text(&case["compressor"]),
                old: path(case, "old"),
                new: path(case, "new"),
                patch: path(case, "patch"),
                new_md5: text(&case["new"]["md5"]),
            })
            .collect()
    }

    pub fn hostile(&self) -> Vec<Hostile> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let cases = self.manifest["hostile"].as_array().unwrap();
        cases
            .iter()
            .map(|case| Hostile {
                name: text(&case["patch"]),
                old: self.root.join(text(&case["old"])),
                patch: self.root.join(text(&case["patch"])),
                expect: text(&case["expect"]),
            })
            .collect()
    }

    /// The smallest patch of at least `least` bytes for each container and compressor.
    pub fn smallest(&self, least: u64) -> Vec<Case> {
        let mut smallest: HashMap<(String, String), (u64, Case)> = HashMap::new();
        for case in self.cases() {
            let size = fs::metadata(&case.patch).unwrap().len() + fs::metadata(&case.new).unwrap().len();
            let key = (case.container.clone(), case.compressor.clone());
            let is_smaller = smallest.get(&key).is_none_or(|(known, _)| size < *known);
            if fs::metadata(&case.patch).unwrap().len() >= least && is_smaller {
                smallest.insert(key, (size, case));
            }
        }
        let mut cases: Vec<Case> = smallest.into_values().map(|(_, case)| case).collect();
        cases.sort_by(|a, b| a.id.cmp(&b.id));
        cases
    }
}

pub fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn go_on(_: u64, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

pub fn apply(old: &[u8], patch: &[u8]) -> Result<(Vec<u8>, Outcome), Error> {
    apply_within(old, patch, &Limits::default())
}

pub fn apply_within(old: &[u8], patch: &[u8], limits: &Limits) -> Result<(Vec<u8>, Outcome), Error> {
    let mut new = Vec::new();
    let outcome = hdiff::apply(old, Cursor::new(patch), &mut new, limits, &mut go_on)?;
    Ok((new, outcome))
}

/// Hands out one byte, then two, then three ..., as a slow network might.
pub struct Trickle<'a> {
    pub rest: &'a [u8],
    pub next: usize,
}

impl std::io::Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.next = self.next % 1000 + 1;
        let count = self.next.min(into.len()).min(self.rest.len());
        let (head, rest) = self.rest.split_at(count);
        into[..count].copy_from_slice(head);
        self.rest = rest;
        Ok(count)
    }
}

pub fn apply_trickled(old: &[u8], patch: &[u8]) -> Result<Vec<u8>, Error> {
    let mut new = Vec::new();
    let patch = Trickle { rest: patch, next: 0 };
    hdiff::apply_stream(old, patch, &mut new, &Limits::default(), &mut go_on)?;
    Ok(new)
}
