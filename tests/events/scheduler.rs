//! When it is time to check.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use dev_server::{Fault, Server};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    error::Status,
    scheduler::{
        Scheduler,
        rule::{Event, State, next},
    },
};

use crate::{Folder, client, config, eventually, server};

const PATH: &str = "/v1/url/upgrade";
const DAY: u64 = 24 * 3_600_000;

fn scheduler(server: &Server, folder: &Folder, interval: Duration) -> Scheduler {
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    Scheduler::new(&client(server, folder), &query, interval).unwrap()
}

fn daily(server: &Server, folder: &Folder) -> Scheduler {
    scheduler(server, folder, Duration::from_millis(DAY))
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

#[test]
fn it_calls_back_again_and_again_while_it_runs() {
    let (server, folder) = (server(), Folder::fresh());
    let scheduler = Arc::new(scheduler(&server, &folder, Duration::from_secs(1)));
    let within = Arc::downgrade(&scheduler);
    scheduler.start(move || drop(within.upgrade().unwrap().check())).unwrap();
    eventually("three checks", || server.requests().len() >= 3);
    scheduler.stop();
    let seen = server.requests().len();
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(server.requests().len(), seen);
    eventually("no thread is left", || threads() == 0);
}

#[test]
fn the_plan_outlives_the_process() {
    let (server, folder) = (server(), Folder::fresh());
    assert!(daily(&server, &folder).due_in().unwrap() <= Duration::from_secs(60));
    daily(&server, &folder).check().unwrap();
    let due_in = daily(&server, &folder).due_in().unwrap();
    assert!(due_in > hours(11) && due_in < hours(37), "{due_in:?}");

    let restarted = daily(&server, &folder);
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    restarted
        .start(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        })
        .unwrap();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    let again = restarted.due_in().unwrap();
    assert!(again <= due_in && again + Duration::from_secs(5) > due_in);
}

#[test]
fn the_service_is_given_the_pause_that_it_asks_for() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(PATH).code(429_001).header("Retry-After", 5 * 3600));
    let scheduler = daily(&server, &folder);
    assert_eq!(scheduler.check().unwrap_err().status, Status::RateLimited);
    assert!(scheduler.due_in().unwrap() > hours(4));
}

#[test]
fn a_query_is_checked_once_at_a_time() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(PATH).delay_ms(400));
    let (one, other) = (daily(&server, &folder), daily(&server, &folder));
    let checking = std::thread::spawn(move || one.check().map(drop));
    eventually("a check is on its way", || !server.requests().is_empty());
    assert_eq!(other.check().unwrap_err().status, Status::Busy);
    checking.join().unwrap().unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_query_is_checked_once_at_a_time_without_a_state_folder_too() {
    let server = server();
    server.fault(Fault::on(PATH).delay_ms(400));
    let client = Client::new(config(&server.url(), None)).unwrap();
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    let [one, other] = [(); 2].map(|()| Scheduler::new(&client, &query, hours(24)).unwrap());
    let checking = std::thread::spawn(move || one.check().map(drop));
    eventually("a check is on its way", || !server.requests().is_empty());
    assert_eq!(other.check().unwrap_err().status, Status::Busy);
    checking.join().unwrap().unwrap();
    other.check().unwrap();
}

#[test]
fn a_folder_that_is_gone_keeps_nobody_from_an_update() {
    let (server, folder) = (server(), Folder::fresh());
    let scheduler = daily(&server, &folder);
    std::fs::remove_dir_all(folder.path()).unwrap();
    scheduler.check().unwrap();
    assert!(scheduler.due_in().unwrap() > hours(11));
}

#[test]
#[cfg(unix)]
fn a_child_that_was_forked_may_drop_what_runs_in_its_parent() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on("/v1/app/report").delay_ms(60_000));
    let client = client(&server, &folder);
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    let scheduler = Scheduler::new(&client, &query, hours(24)).unwrap();
    scheduler.start(|| {}).unwrap();
    crate::report(&client, upgradelink::reports::EventType::Start, 1);
    eventually("the event is on its way", || !server.requests().is_empty());
    // SAFETY: the child does what a host's child does, and ends without the test's own clean-up.
    let status = unsafe {
        let child = libc::fork();
        if child == 0 {
            libc::alarm(20);
            let refused = |outcome: Option<Status>| outcome == Some(Status::Unsupported);
            let both = refused(scheduler.check().err().map(|error| error.status))
                && refused(scheduler.start(|| {}).err().map(|error| error.status));
            scheduler.stop();
            client.close();
            libc::_exit(i32::from(!both));
        }
        let mut status = 0;
        libc::waitpid(child, &mut status, 0);
        status
    };
    assert_eq!(status, 0, "neither killed by its alarm nor served");
    client.close();
}

#[test]
fn stopping_cancels_the_check_that_runs() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(PATH).delay_ms(20_000));
    let scheduler = Arc::new(scheduler(&server, &folder, Duration::from_secs(1)));
    let within = Arc::downgrade(&scheduler);
    let (ended, end) = std::sync::mpsc::channel();
    let check = move || ended.send(within.upgrade().unwrap().check().map_err(|error| error.status)).unwrap();
    scheduler.start(check).unwrap();
    eventually("a check is on its way", || !server.requests().is_empty());
    scheduler.stop();
    assert_eq!(end.recv().unwrap().unwrap_err(), Status::Cancelled);
}

#[test]
fn pauses_grow_and_success_leads_back_to_the_own_moment() {
    let settled = State { next: 10 * DAY + 5, failures: 0, moment: Some(5) };
    let failed = Event::Failed { asked: None };
    let one = next(Some(settled), failed, DAY, 10 * DAY + 5, 0);
    let two = next(Some(one), failed, DAY, one.next, 0);
    let three = next(Some(two), failed, DAY, two.next, 0);
    assert!(two.next - one.next >= 2 * (one.next - settled.next));
    assert!(three.next - two.next >= 2 * (two.next - one.next));
    let back = next(Some(three), Event::Succeeded, DAY, three.next, 12_345);
    assert_eq!(back, State { next: 11 * DAY + 5, failures: 0, moment: Some(5) });
}

#[test]
fn who_slept_through_its_moment_checks_soon_and_draws_another() {
    let settled = State { next: 10 * DAY, failures: 0, moment: Some(0) };
    let woken = next(Some(settled), Event::Started, DAY, 10 * DAY + 8 * 3_600_000, 59_999);
    assert_eq!(woken.next, 10 * DAY + 8 * 3_600_000 + 59_999);
    let after = next(Some(woken), Event::Succeeded, DAY, woken.next, 77);
    assert_eq!(after.next, woken.next + DAY / 2 + 77);
}

#[test]
fn a_clock_that_was_set_back_does_not_stop_the_checks() {
    let far = State { next: 1000 * DAY, failures: 0, moment: Some(0) };
    assert!(next(Some(far), Event::Started, DAY, 10 * DAY, u64::MAX).next <= 11 * DAY);
}

#[test]
fn no_state_and_no_number_makes_the_rule_fail() {
    let extremes = [0, 1, 60_000, DAY, u64::MAX / 4];
    for (next_at, moment) in extremes.iter().flat_map(|next| extremes.map(|moment| (*next, moment))) {
        for event in [Event::Started, Event::Succeeded, Event::Failed { asked: Some(u64::MAX) }] {
            let state = State { next: next_at, failures: u32::MAX, moment: Some(moment) };
            for interval in [1, DAY, u64::MAX / 4] {
                let planned = next(Some(state), event, interval, DAY, u64::MAX);
                assert!(planned.next >= DAY || event == Event::Started);
            }
        }
    }
}

/// The scheduler's threads in this process.
fn threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "upgradelink-sch").count()
}
