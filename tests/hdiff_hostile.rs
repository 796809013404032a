//! Malformed patches get the expected verdict, within 2 CPU seconds and 256 MiB of address space.
#![cfg(all(unix, feature = "zlib", feature = "bz2", feature = "lzma", feature = "zstd"))]

mod hdiff_support;

use std::fs;
use std::process::Command;

use hdiff_support::*;

const CHILD: &str = "HDIFF_HOSTILE_CHILD";

#[test]
fn every_hostile_patch_gets_its_verdict_within_small_means() {
    if let Ok(files) = std::env::var(CHILD) {
        return judge(&files);
    }
    let corpus = corpus();
    let good = md5(&fs::read(corpus.root.join("hostile/new.bin")).unwrap());
    let hostile = corpus.hostile();
    for case in &hostile {
        let verdict = verdict_of_child(case);
        let expected = match case.expect.as_str() {
            "accept" => verdict == format!("accept {good}"),
            "reject" => verdict.starts_with("reject "),
            "wrong-output" => verdict.starts_with("accept ") && verdict != format!("accept {good}"),
            "either" => verdict.starts_with("reject ") || verdict == format!("accept {good}"),
            other => panic!("{}: what is {other}?", case.name),
        };
        println!("{}: {verdict}", case.name);
        assert!(expected, "{}: expected {}, got {verdict:?}", case.name, case.expect);
    }
    println!("{} hostile patches judged", hostile.len());
}

/// Runs this test alone in a process of its own, under the shell's limits.
fn verdict_of_child(case: &Hostile) -> String {
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 262144; ulimit -t 2; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "every_hostile_patch_gets_its_verdict_within_small_means"])
        .args(["--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{}\n{}", case.old.display(), case.patch.display()))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let Some(verdict) = text.split("verdict: ").nth(1).and_then(|rest| rest.lines().next()) else {
        panic!("{}: {} and no verdict: {output:?}", case.name, output.status);
    };
    verdict.to_owned()
}

fn judge(files: &str) {
    let (old, patch) = files.split_once('\n').unwrap();
    match apply(&fs::read(old).unwrap(), &fs::read(patch).unwrap()) {
        Ok((new, _)) => println!("verdict: accept {}", md5(&new)),
        Err(error) => println!("verdict: reject {error}"),
    }
}
