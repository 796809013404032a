//! Calls that wait for another process to leave the state folder.

use std::{
    sync::{Mutex, mpsc::channel},
    thread,
    time::{Duration, Instant},
};

use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::Config,
    error::Status,
    log::{Level, Log},
    reports::EventType,
    state,
    watch::{Cancel, Watch},
};

use crate::{Folder, codes, config, event, report, server};

#[test]
fn a_report_that_waits_for_the_folder_ends_when_it_is_cancelled() {
    let folder = Folder::fresh();
    let client = Client::new(config("http://127.0.0.1:9", Some(folder.path()))).unwrap();
    let other = state::Folder::open(folder.path()).unwrap();
    let _held = other.hold(&Watch::default()).unwrap();
    let cancel = Cancel::default();

    let reporting = thread::spawn({
        let cancel = cancel.clone();
        move || client.report(&event(EventType::Start, 1), &Watch::new(cancel))
    });
    thread::sleep(Duration::from_millis(50));
    cancel.cancel();

    assert_eq!(reporting.join().unwrap().unwrap_err().status, Status::Cancelled);
}

#[test]
fn a_check_that_is_cancelled_gives_the_answer_that_came_without_waiting_for_the_folder() {
    let (server, folder, cancel) = (server(), Folder::fresh(), Cancel::default());
    let log = Log::new(Level::Debug, {
        let cancel = cancel.clone();
        move |_, text| {
            if text.contains("/v1/url/upgrade: HTTP 200") {
                cancel.cancel();
            }
        }
    });
    let client = Client::new(Config { log, ..config(&server.url(), Some(folder.path())) }).unwrap();
    let other = state::Folder::open(folder.path()).unwrap();
    let _held = other.hold(&Watch::default()).unwrap();
    let begun = Instant::now();

    let answer = client.check(&Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1), &Watch::new(cancel));

    assert!(answer.unwrap().available);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn an_answer_is_recorded_before_a_client_closes_even_when_the_folder_must_be_waited_for() {
    let (server, folder) = (server(), Folder::fresh());
    let ((answered, came), (hold, held)) = (channel(), channel());
    let held = Mutex::new(held);
    let log = Log::new(Level::Debug, move |_, text| {
        if text.contains("/v1/app/report: HTTP 200") {
            answered.send(()).unwrap();
            held.lock().unwrap().recv().unwrap();
        }
    });
    let client = Client::new(Config { log, ..config(&server.url(), Some(folder.path())) }).unwrap();
    let other = state::Folder::open(folder.path()).unwrap();
    report(&client, EventType::Start, 1);
    came.recv_timeout(Duration::from_secs(10)).unwrap();
    let first = other.hold(&Watch::default()).unwrap();
    hold.send(()).unwrap();

    let closing = thread::spawn(move || client.close());
    thread::sleep(Duration::from_millis(100));
    drop(first);
    closing.join().unwrap();

    assert_eq!(codes(&server), [1]);
    assert!(folder.waiting().is_empty());
}
