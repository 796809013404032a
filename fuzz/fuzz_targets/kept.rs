//! What the state folder keeps, as somebody wrote it: none of it makes the library fail.
#![no_main]

use upgradelink::{
    api::{Kind, Query},
    config::Config,
    memory::{Choice, Kept, LastAnswer, PendingUpgrade},
    scheduler::rule::{Event, State, next},
    seal::Seal,
};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let seal = Seal::new(&Config::new("access", "secret").credentials, "memory");
    assert!(seal.open(input).is_none(), "a seal was guessed");

    let Ok(text) = std::str::from_utf8(input) else { return };
    let _ = Choice::read(text);
    let _ = PendingUpgrade::read(text);
    if let Some(answer) = LastAnswer::read(text) {
        let _ = answer.strategy(&Query::new(Kind::Apk, "key", 1));
    }
    if let Some(state) = State::read(text) {
        for event in [Event::Started, Event::Succeeded, Event::Failed { asked: Some(u64::MAX) }] {
            next(Some(state), event, 86_400_000, 1_767_589_864_000, state.next);
        }
    }
});
