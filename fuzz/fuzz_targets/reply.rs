//! What an answer says, through the handles of the C ABI. The first byte chooses what was asked.
#![no_main]

use std::ffi::CStr;

use upgradelink::{
    api::{self, Answer, Kind, Query},
    ffi::{details, statistics, strategy},
};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((choice, body)) = input.split_first() else { return };
    let Ok(answer) = Answer::parse(body) else { return };
    let kind = Kind::ALL[usize::from(choice / 3) % Kind::ALL.len()];
    let query = Query::new(kind, "isVZBUvkFhv6oHxk_X-D0Q", 1);
    match choice % 3 {
        0 => read_strategy(&answer, query),
        1 => read_details(&answer, &query),
        _ => read_statistics(&answer),
    }
});

fn read_strategy(answer: &Answer, query: Query) {
    let Ok(value) = api::Strategy::read(answer, query) else { return };
    assert!(!value.available || value.version_code != 0);
    assert!(value.file_size != Some(0) && value.patch_file_size != Some(0));
    assert!(value.content.as_deref().is_none_or(|content| answer.json.contains(content)));
    let url = value.url.clone();
    let handle = strategy::Strategy::new(value);
    // SAFETY: a live handle; the texts live as long.
    unsafe {
        let shown = strategy::upgradelink_strategy_url(&handle);
        assert_eq!(shown.is_null(), url.is_none());
        if let Some(url) = url {
            let shown = CStr::from_ptr(shown).to_str().expect("UTF-8");
            assert_eq!(shown, url.replace('\0', "\u{FFFD}"));
        }
        let mut length = 0;
        let json = strategy::upgradelink_strategy_json(&handle, &mut length);
        assert_eq!(CStr::from_ptr(json).to_bytes().len(), length);
        assert_eq!(length, answer.json.len());
    }
}

fn read_details(answer: &Answer, query: &Query) {
    let Ok(value) = api::VersionDetails::read(answer, query) else { return };
    let code = value.version_code;
    let handle = details::VersionDetails::new(value);
    // SAFETY: a live handle.
    unsafe {
        assert_eq!(details::upgradelink_version_details_version_code(&handle), code);
        assert!(!details::upgradelink_version_details_app_key(&handle).is_null());
    }
}

fn read_statistics(answer: &Answer) {
    let Ok(value) = api::Statistics::read(answer) else { return };
    let handle = statistics::Statistics::new(value);
    // SAFETY: a live handle.
    unsafe {
        let days = statistics::upgradelink_statistics_day_count(&handle);
        assert!(days <= 100);
        for day in 0..days {
            assert!(!statistics::upgradelink_statistics_day_name(&handle, day).is_null());
        }
        assert!(statistics::upgradelink_statistics_day_name(&handle, days).is_null());
    }
}
