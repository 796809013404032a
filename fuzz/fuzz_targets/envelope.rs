//! The envelope around every answer: whatever came, it is read or refused, and kept as it came.
#![no_main]

use upgradelink::{api::Answer, error::Stage};

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(answer) = Answer::parse(body) else { return };
    let (code, json) = (answer.code, answer.json);
    let from = json.as_ptr() as usize - body.as_ptr() as usize;
    assert_eq!(&body[from..from + json.len()], json.as_bytes());
    assert!(json.starts_with('{') && json.ends_with('}'));
    let _ = answer.data();

    let again = Answer::parse(json.as_bytes()).expect("it was read before");
    assert_eq!((again.code, again.json), (code, json));

    let error = answer.refusal();
    assert_eq!((error.stage, error.service_code), (Stage::Service, code));
    assert!(error.docs.as_deref() != Some("") && error.trace_id.as_deref() != Some(""));
});
