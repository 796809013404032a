//! A file of the state folder that somebody wrote: without the seal nothing of it is believed, and with
//! it nothing of it makes the library fail.
#![no_main]

use upgradelink::{
    api::{Kind, Query},
    config::Config,
    memory::{Choice, LastAnswer, PendingUpgrade, read},
    scheduler::rule::{Event, State, next},
    seal::Seal,
};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let seal = Seal::new(&Config::new("access", "secret").credentials, "memory");
    assert!(read::<State>(&seal, "schedule", input).is_none());

    let sealed = seal.seal(&[br#"["name","#, input, b"]"].concat());
    let _ = read::<Choice>(&seal, "name", &sealed);
    let _ = read::<PendingUpgrade>(&seal, "name", &sealed);
    if let Some(answer) = read::<LastAnswer>(&seal, "name", &sealed) {
        let _ = answer.strategy(&Query::new(Kind::Apk, "key", 1));
    }
    if let Some(state) = read::<State>(&seal, "name", &sealed) {
        for event in [Event::Started, Event::Succeeded, Event::Failed { asked: Some(u64::MAX) }] {
            next(Some(state), event, 86_400_000, 1_767_589_864_000, state.next);
        }
    }
});
