//! The memory that the queue of events takes does not grow with its file.

mod allocations;

use std::{
    cell::Cell,
    fs,
    time::{Duration, Instant},
};

use allocations::peak;
use upgradelink::{
    error::{Error, Stage, Status},
    log::Log,
    reports::{EventType, Outbox},
    state::Folder,
    watch::Watch,
};

const MOST: usize = 64 << 10;

#[test]
fn no_work_on_a_full_queue_takes_more_than_64_kib() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events");
    let outbox = Outbox::new(&Folder::open(folder.path()).unwrap(), &Log::default());
    let (watch, body) = (Watch::default(), "x".repeat(1000));
    let waiting = || peak(|| outbox.counts().unwrap().waiting);

    // Twice what waits at most, so that the file is written anew.
    let ((), adding) = peak(|| {
        for _ in 0..600 {
            outbox.add(EventType::Start, &body, &watch).unwrap();
        }
    });
    assert!(adding <= MOST, "adding: {adding} bytes");
    assert!(fs::metadata(&file).unwrap().len() > 256 << 10);

    let (kept, counting) = waiting();
    assert!(kept > 200 && counting <= MOST, "counting {kept}: {counting} bytes");

    let mut spoilt = fs::read(&file).unwrap();
    spoilt[0] ^= 1;
    spoilt.extend([vec![b'+'; 1 << 20], b"\n".to_vec()].concat());
    fs::write(&file, spoilt).unwrap();
    let (saved, saving) = waiting();
    assert!(saved == kept && saving <= MOST, "saving {saved} of {kept}: {saving} bytes");

    let answers = Cell::new(0);
    let (flushed, sending) = peak(|| {
        outbox.flush(Instant::now() + Duration::from_secs(10), &watch, |sent| {
            assert_eq!(sent.len(), 1000);
            answers.set(answers.get() + 1);
            match answers.get() {
                1..=9 => Ok(()),
                _ => Err(Error::new(Status::Service, Stage::Service, "not today").retryable(true)),
            }
        })
    });
    assert_eq!(flushed.unwrap_err().status, Status::Busy);
    assert!(sending <= MOST, "sending: {sending} bytes");
    assert_eq!(waiting().0, saved - 9);
}
