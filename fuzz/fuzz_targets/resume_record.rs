//! A resume record that anybody may have written: it is believed only with our seal, whatever it holds is
//! read or refused, and what was read is written again as it was.
#![no_main]

use std::sync::LazyLock;

use upgradelink::{fetch::Record, seal::Seal, sign::Credentials};

static SEALS: LazyLock<[Seal; 2]> = LazyLock::new(|| {
    ["secret", "another"].map(|secret| {
        let secret_key = secret.to_owned().into();
        Seal::new(&Credentials { access_key: "access".into(), secret_key }, "resume record")
    })
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [ours, theirs] = &*SEALS;
    assert_eq!(Record::open(bytes, ours), None, "nobody guesses a seal");
    assert_eq!(Record::open(&theirs.seal(bytes), ours), None);
    if let Some(record) = Record::open(&ours.seal(bytes), ours) {
        assert_eq!(Record::open(&record.sealed(ours), ours), Some(record));
    }
});
