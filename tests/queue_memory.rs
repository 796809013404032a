//! The memory that the queue of events takes does not grow with its file.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    fs,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use upgradelink::{
    error::{Error, Stage, Status},
    log::Log,
    reports::{EventType, Outbox},
    state::Folder,
    watch::Watch,
};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is left to the system's allocator; only sizes are counted.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that lies in memory at once during `work`.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    let value = work();
    (value, PEAK.load(Relaxed) - before)
}

const MOST: usize = 64 << 10;

/// One test, since what others allocate meanwhile would be counted too.
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
