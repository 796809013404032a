//! Events wait on the disk, in order, within bounds.

use std::{
    fs,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dev_server::Fault;
use sha2::{Digest, Sha256};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::Config,
    error::Status,
    log::{Level, Log},
    reports::{Counts, Event, EventType},
    watch::Watch,
};

use crate::{
    Folder, REPORT, client, codes, config, counts, event, event_type, eventually, report, reports, server,
};

const NOWHERE: &str = "http://127.0.0.1:9";

fn flush(client: &Client) -> Result<(), upgradelink::error::Error> {
    client.flush(Duration::from_secs(10), &Watch::default())
}

#[test]
fn an_event_that_cannot_be_sent_is_on_the_disk_and_sent_by_a_later_client() {
    let (server, folder) = (server(), Folder::fresh());
    let offline = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    report(&offline, EventType::Start, 7);
    assert_eq!(folder.waiting(), [7]);
    drop(offline);

    let _later = client(&server, &folder);

    folder.let_pauses_pass();
    eventually("the event is sent", || flush(&_later).is_ok());
    assert_eq!(codes(&server), [7]);
    assert!(folder.waiting().is_empty());
}

#[test]
fn a_client_sends_in_the_background_what_an_earlier_run_left() {
    let (server, folder) = (server(), Folder::fresh());
    fs::write(folder.path().join("events"), file_of(&[line(EventType::Start, 3, now())])).unwrap();

    let _client = client(&server, &folder);

    eventually("the queue is empty", || folder.waiting().is_empty());
    assert_eq!(codes(&server), [3]);
}

#[test]
fn without_a_state_folder_success_means_that_the_service_has_answered() {
    let server = server();
    let client = Client::new(config(&server.url(), None)).unwrap();
    report(&client, EventType::Upgrade, 4);
    assert_eq!(codes(&server), [4]);

    let offline = Client::new(config(NOWHERE, None)).unwrap();
    let failure = offline.report(&event(EventType::Start, 5), &Watch::default()).unwrap_err();
    assert_eq!(failure.status, Status::Connect);
}

#[test]
fn events_of_a_type_are_sent_in_order() {
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    for code in 1..=40 {
        report(&client, EventType::Start, code);
    }
    flush(&client).unwrap();
    assert_eq!(codes(&server), (1..=40).collect::<Vec<_>>());
}

#[test]
fn a_type_that_fails_neither_holds_up_the_others_nor_hammers_the_service() {
    let (server, folder) = (server(), Folder::fresh());
    server.catalogue(|catalogue| catalogue.service.broken_reports = true);
    let client = client(&server, &folder);
    for code in 1..=30 {
        report(&client, EventType::ALL[code as usize % 3], code);
    }

    let failure = flush(&client).unwrap_err();

    assert_eq!(failure.status, Status::Busy);
    assert!(failure.retry_after.unwrap() >= Duration::from_secs(25), "{failure}");
    let seen = reports(&server);
    let of = |name: &str| seen.iter().filter(|request| event_type(&request.text()) == name).count();
    assert_eq!(
        (of("app_start"), of("app_upgrade_download"), of("app_upgrade_upgrade")),
        (10, 1, 1),
        "the two types that fail are tried once"
    );
    assert_eq!(folder.waiting().len(), 20);
}

#[test]
fn pauses_grow_from_failure_to_failure() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).status(500));
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    let pauses: Vec<u64> = (0..6)
        .map(|_| {
            let failed = || flush(&client).unwrap_err().retry_after.unwrap();
            eventually("the service failed", || failed() > Duration::from_secs(20));
            let pause = failed().as_secs();
            folder.let_pauses_pass();
            pause
        })
        .collect();
    assert!(pauses[5] > pauses[0] * 4, "{pauses:?}");
}

#[test]
fn the_service_is_given_the_pause_that_it_asks_for() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).code(429_001).header("Retry-After", 7200));
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    let failure = flush(&client).unwrap_err();
    assert!(failure.retry_after.unwrap() >= Duration::from_secs(7190));
}

#[test]
fn an_event_that_the_service_will_never_take_is_dropped() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).code(400_003).times(1));
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    report(&client, EventType::Start, 2);
    flush(&client).unwrap();
    assert_eq!(codes(&server), [1, 2]);
    assert!(folder.waiting().is_empty());
}

#[test]
fn an_event_that_waits_too_long_is_dropped_and_counted() {
    let (server, folder) = (server(), Folder::fresh());
    let fifteen_days_ago = now() - 15 * 24 * 3600;
    let lines = [line(EventType::Upgrade, 1, fifteen_days_ago), line(EventType::Upgrade, 2, now())];
    fs::write(folder.path().join("events"), file_of(&lines)).unwrap();
    server.fault(Fault::on(REPORT).status(500));

    let client = client(&server, &folder);

    flush(&client).unwrap_err();
    assert_eq!((folder.queue().head.dropped, folder.waiting()), (1, vec![2]));
}

#[test]
fn a_full_queue_drops_the_oldest_and_counts_it() {
    let folder = Folder::fresh();
    let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    let lines: Vec<String> = (1..=1000).map(|code| line(EventType::Download, code, now())).collect();
    fs::write(folder.path().join("events"), file_of(&lines)).unwrap();
    for code in 1001..=1005 {
        report(&client, EventType::Start, code);
    }
    assert_eq!(folder.waiting(), (6..=1005).collect::<Vec<_>>());
    assert_eq!(client.count_events().unwrap(), Counts { waiting: 1000, dropped: 5 });
}

#[test]
fn the_log_may_call_the_library_while_the_queue_drops() {
    let folder = Folder::fresh();
    let asked = Arc::new(Mutex::new((None::<Client>, Vec::new())));
    let within = asked.clone();
    let log = Log::new(Level::Warn, move |_, text| {
        let client = within.lock().unwrap().0.clone();
        if let Some(client) = client.filter(|_| text.contains("the queue is full")) {
            within.lock().unwrap().1.push(client.count_events().map_err(|error| error.status));
        }
    });
    let client = Client::new(Config { log, ..config(NOWHERE, Some(folder.path())) }).unwrap();
    asked.lock().unwrap().0 = Some(client.clone());
    let lines: Vec<String> = (1..=1000).map(|code| line(EventType::Download, code, now())).collect();
    fs::write(folder.path().join("events"), file_of(&lines)).unwrap();
    report(&client, EventType::Start, 1001);
    let (_, answers) = std::mem::take(&mut *asked.lock().unwrap());
    assert_eq!(answers, [Ok(Counts { waiting: 1000, dropped: 1 })]);
}

#[test]
fn the_file_stays_small_whatever_is_reported() {
    let folder = Folder::fresh();
    let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    for code in 1..=1200 {
        let mut event = event(EventType::Download, code);
        event.target = Some("界".repeat(128));
        event.arch = Some("界".repeat(128));
        client.report(&event, &Watch::default()).unwrap();
    }
    assert!(fs::metadata(folder.path().join("events")).unwrap().len() <= 512 << 10);
    assert_eq!(folder.waiting().last(), Some(&1200));
}

#[test]
fn a_file_that_was_cut_anywhere_keeps_its_whole_lines_and_takes_new_ones() {
    let lines: Vec<String> = (1..=3).map(|code| line(EventType::Start, code, now())).collect();
    let whole = file_of(&lines);
    let head = whole.len() - lines.concat().len();
    for length in 0..whole.len() {
        let folder = Folder::fresh();
        fs::write(folder.path().join("events"), &whole[..length]).unwrap();
        let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
        report(&client, EventType::Upgrade, 4);
        let kept = if length < head { 0 } else { whole[head..length].matches('\n').count() as i64 };
        assert_eq!(folder.waiting(), (1..=kept).chain([4]).collect::<Vec<_>>(), "cut at {length}");
    }
}

#[test]
fn a_spoilt_line_is_passed_over_and_a_spoilt_head_written_anew() {
    let lines: Vec<String> = (1..=3).map(|code| line(EventType::Start, code, now())).collect();
    let whole = file_of(&lines);
    let second = whole.find(&lines[1]).unwrap();
    for (at, kept) in [(second + 60, vec![1, 3]), (3, vec![1, 2, 3]), (30, vec![1, 2, 3])] {
        let folder = Folder::fresh();
        let mut spoilt = whole.clone().into_bytes();
        spoilt[at] ^= 0x10;
        fs::write(folder.path().join("events"), spoilt).unwrap();
        let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
        report(&client, EventType::Upgrade, 4);
        assert_eq!(folder.waiting(), [kept, vec![4]].concat(), "spoilt at {at}");
    }
}

#[test]
fn a_line_that_is_longer_than_any_of_ours_is_passed_over() {
    let within = line(EventType::Start, 9, now());
    for length in [8191, 8192, 16384, 100_000] {
        let long = "x".repeat(length) + &within;
        let lines = [line(EventType::Start, 1, now()), long, line(EventType::Start, 2, now())];
        let folder = Folder::fresh();
        fs::write(folder.path().join("events"), file_of(&lines)).unwrap();
        let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
        report(&client, EventType::Upgrade, 3);
        assert_eq!(folder.waiting(), [1, 2, 3], "{length} bytes before it");
    }
}

#[test]
fn the_longest_event_that_there_can_be_waits() {
    let folder = Folder::fresh();
    let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    let longest = "\u{1}".repeat(128);
    let mut event = Event::new(EventType::Download, longest.as_str(), i64::MIN);
    (event.download_version_code, event.code) = (Some(i64::MIN), Some(i64::MIN));
    (event.device_key, event.device_model_key) = (Some(longest.clone()), Some(longest.clone()));
    (event.target, event.arch) = (Some(longest.clone()), Some(longest));
    client.report(&event, &Watch::default()).unwrap();
    assert_eq!(folder.waiting(), [i64::MIN]);
}

#[test]
#[cfg(unix)]
fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (server, folder) = (server(), Folder::fresh());
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    client.check(&query, &Watch::default()).unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
    }
}

#[test]
#[cfg(unix)]
fn links_are_not_followed() {
    let (folder, elsewhere) = (Folder::fresh(), Folder::fresh());
    let target = elsewhere.path().join("precious");
    fs::write(&target, "precious").unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("events")).unwrap();
    let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    let failure = client.report(&event(EventType::Start, 2), &Watch::default()).unwrap_err();
    assert_eq!(failure.status, Status::Io);
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

#[test]
fn two_processes_share_a_folder_and_repeat_nothing_but_what_their_end_cut_off() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).delay_ms(1));
    let child = |first: i64| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "queue::one_of_two", "--test-threads=1"])
            .env("UPGRADELINK_TEST_SHARED", folder.path())
            .env("UPGRADELINK_TEST_URL", server.url())
            .env("UPGRADELINK_TEST_FIRST", first.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    for mut child in [child(1), child(10_001)] {
        assert!(child.wait().unwrap().success());
    }
    flush(&client(&server, &folder)).unwrap();
    let codes = codes(&server);
    let all: Vec<i64> = (1..=150).chain(10_001..=10_150).collect();
    assert!(all.iter().all(|code| codes.contains(code)));
    let ends_of_processes = 2;
    assert!(codes.len() - counts(&codes).len() <= ends_of_processes);
    let mine: Vec<i64> = codes.into_iter().filter(|code| *code < 10_000).collect();
    assert!(mine.is_sorted());
}

/// Runs in a process of its own; does nothing in the test's.
#[test]
fn one_of_two() {
    let Some(folder) = std::env::var_os("UPGRADELINK_TEST_SHARED") else { return };
    let client =
        Client::new(config(&std::env::var("UPGRADELINK_TEST_URL").unwrap(), Some(folder.as_ref()))).unwrap();
    let first: i64 = std::env::var("UPGRADELINK_TEST_FIRST").unwrap().parse().unwrap();
    for code in first..first + 150 {
        report(&client, EventType::Start, code);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing_and_repeats_nothing() {
    let (server, folder) = (server(), Folder::fresh());
    let Some(_disk) = Disk::mount(&folder, "64k") else { return };
    server.fault(Fault::on(REPORT).status(503).times(1));
    let client = client(&server, &folder);
    report(&client, EventType::Start, 1);
    let failed = || folder.queue().head.aside[0].failures == 1;
    eventually("the type is set aside", failed);
    let mut accepted = vec![1];
    let failure = (2..).find_map(|code| {
        let outcome = client.report(&event(EventType::Start, code), &Watch::default());
        accepted.extend(outcome.is_ok().then_some(code));
        outcome.err()
    });
    assert_eq!(failure.unwrap().status, Status::NoSpace);
    assert_eq!(folder.waiting(), accepted);

    folder.let_pauses_pass();
    server.clear_requests();
    flush(&client).unwrap();
    assert_eq!(codes(&server), accepted, "the answers were recorded on the full disk");
    report(&client, EventType::Start, 9999);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_queue_on_a_full_disk_drops_nothing_for_an_event_that_it_cannot_take() {
    let folder = Folder::fresh();
    let Some(_disk) = Disk::mount(&folder, "512k") else { return };
    let client = Client::new(config(NOWHERE, Some(folder.path()))).unwrap();
    let lines: Vec<String> = (1..=1000).map(|code| line(EventType::Download, code, now())).collect();
    fs::write(folder.path().join("events"), file_of(&lines)).unwrap();
    fs::write(folder.path().join("filler"), vec![0; 512 << 10]).unwrap_err();

    let (code, failure) = (1001..)
        .find_map(|code| {
            Some((code, client.report(&event(EventType::Start, code), &Watch::default()).err()?))
        })
        .unwrap();

    assert_eq!(failure.status, Status::NoSpace);
    let waiting = folder.waiting();
    assert_eq!((waiting.len(), waiting[0], waiting[999]), (1000, code - 1000, code - 1));
}

/// A small file system in the place of a folder.
#[cfg(target_os = "linux")]
struct Disk<'a>(&'a Folder);

#[cfg(target_os = "linux")]
impl Disk<'_> {
    /// `None` where none can be mounted.
    fn mount<'a>(folder: &'a Folder, size: &str) -> Option<Disk<'a>> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !mounted {
            println!("skipped: no file system can be mounted here");
        }
        mounted.then_some(Disk(folder))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l".as_ref(), self.0.path().as_os_str()]).status();
    }
}

/// A line of the file as the format says.
pub fn line(event_type: EventType, version_code: i64, created: u64) -> String {
    let body = event(event_type, version_code).body().unwrap();
    let head = format!("{} {version_code:016} {created:012}", event_type as i32);
    let sum: String =
        Sha256::digest(format!("{head}{body}"))[..8].iter().map(|b| format!("{b:02x}")).collect();
    format!("+{head} {sum} {body}\n")
}

pub fn file_of(lines: &[String]) -> String {
    let aside = "000 000000000000\n".repeat(3);
    format!("upgradelink events 1\ndropped 0000000000\n{aside}{}", lines.concat())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
