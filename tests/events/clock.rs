//! Clocks that are set, and pauses beyond all bounds.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use dev_server::Fault;
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::Config,
    memory::{Memory, subject},
    reports::EventType,
    scheduler::{Scheduler, rule::State},
    state,
    watch::Watch,
};

use crate::{
    ACCESS_KEY, Folder, REPORT, SECRET_KEY, client, codes, eventually,
    queue::{file_of, line},
    report, server,
};

const PATH: &str = "/v1/url/upgrade";
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn query() -> Query {
    Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1)
}

/// Plans the next check for the year 2100, as a clock did that has been set back since.
fn plan_for_2100(folder: &Folder) {
    let credentials = Config::new(ACCESS_KEY, SECRET_KEY).credentials;
    let memory = Memory::new(&state::Folder::open(folder.path()).unwrap(), &credentials);
    let plan = State { next: 4_102_444_800_000, failures: 0, moment: Some(0) };
    memory.change(&subject(&query()).unwrap(), |_| Some(plan)).unwrap();
}

fn flush(client: &Client) -> Result<(), upgradelink::error::Error> {
    client.flush(Duration::from_secs(10), &Watch::default())
}

#[test]
fn an_event_of_a_clock_that_stood_at_1970_is_sent() {
    let (server, folder) = (server(), Folder::fresh());
    fs::write(folder.path().join("events"), file_of(&[line(EventType::Start, 3, 20)])).unwrap();
    flush(&client(&server, &folder)).unwrap();
    assert_eq!(codes(&server), [3]);
}

#[test]
fn a_pause_that_outlasts_the_universe_is_cut_to_half_a_day() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).code(429_001).header("Retry-After", u64::MAX));
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    let pause = flush(&client).unwrap_err().retry_after.unwrap();
    assert!(pause > 11 * HOUR && pause <= 12 * HOUR, "{pause:?}");
}

#[test]
fn a_scheduler_given_a_pause_that_outlasts_the_universe_waits_for_a_week() {
    for seconds in [u64::MAX, u64::MAX / 1000 + 2] {
        let (server, folder) = (server(), Folder::fresh());
        server.fault(Fault::on(PATH).code(429_001).header("Retry-After", seconds));
        let scheduler = Scheduler::new(&client(&server, &folder), &query(), DAY).unwrap();
        scheduler.check().unwrap_err();
        let due_in = scheduler.due_in().unwrap();
        assert!(due_in > 6 * DAY && due_in < 9 * DAY, "{due_in:?}");
    }
}

#[test]
fn a_scheduler_gives_the_pause_that_a_page_asks_for() {
    let (server, folder) = (server(), Folder::fresh());
    let page = Fault::on(PATH).status(403).body("<html>").content_type("text/html");
    server.fault(page.header("Retry-After", 5 * 3600));
    let scheduler = Scheduler::new(&client(&server, &folder), &query(), DAY).unwrap();
    scheduler.check().unwrap_err();
    assert!(scheduler.due_in().unwrap() > 4 * HOUR);
}

#[test]
fn a_clock_that_is_set_back_does_not_stop_a_scheduler_that_runs() {
    let (server, folder) = (server(), Folder::fresh());
    let scheduler = Scheduler::new(&client(&server, &folder), &query(), Duration::from_secs(1)).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let (counted, folder) = (calls.clone(), Arc::new(folder));
    let kept = folder.clone();
    scheduler
        .start(move || {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                plan_for_2100(&kept);
            }
        })
        .unwrap();
    eventually("it calls again", || calls.load(Ordering::SeqCst) >= 2);
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_a_host_that_asks_when() {
    let (server, folder) = (server(), Folder::fresh());
    plan_for_2100(&folder);
    let scheduler = Scheduler::new(&client(&server, &folder), &query(), DAY).unwrap();
    assert!(scheduler.due_in().unwrap() <= DAY);
}
