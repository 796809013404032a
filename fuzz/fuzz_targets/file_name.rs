//! Whatever a link holds, the name that comes of it is one component that every system can store, and
//! never one of the files that a fetch puts beside.
#![no_main]

use upgradelink::fetch::{file_name, is_safe_name};

const DEVICES: [&str; 8] = ["con", "prn", "aux", "nul", "com1", "lpt9", "conin$", "conout$"];
const BESIDE: [&str; 6] = [".part", ".resume", ".lock", ".tmp", ".patched", ".delta"];

fn assert_safe(name: &str) {
    assert!(!name.is_empty() && name.len() <= 202, "{name:?}");
    assert!(
        !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|\u{202e}\u{200b}".contains(c)),
        "{name:?}"
    );
    assert!(!name.starts_with(['.', ' ', '-']) && !name.ends_with(['.', ' ']), "{name:?}");
    let lower = name.to_lowercase();
    let stem = lower.split('.').next().unwrap().trim_end();
    assert!(!DEVICES.contains(&stem), "{name:?}");
    assert!(!BESIDE.iter().any(|suffix| lower.ends_with(suffix)), "{name:?}");
}

libfuzzer_sys::fuzz_target!(|texts: (&str, &str)| {
    let (url, fallback) = texts;
    assert_safe(&file_name(url, fallback));
    assert_safe(&file_name(&format!("https://h/{url}"), fallback));
    if is_safe_name(url) {
        assert_safe(url);
        assert_eq!(file_name(&format!("https://h/{}", url.replace('%', "%25").replace('#', "%23")), ""), url);
    }
});
