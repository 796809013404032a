//! The C surface of events, memory and the scheduler, called as C does.

use std::{
    ffi::{CStr, CString, c_char, c_void},
    os::unix::ffi::OsStrExt,
    ptr::{null, null_mut},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use dev_server::{Fault, Server};
use upgradelink::ffi::{
    client::*, config::*, error::*, event::*, memory::*, operation::*, query::*, scheduler::*, strategy::*,
};

use crate::{ACCESS_KEY, Folder, REPORT, SECRET_KEY, codes, eventually, reports, server};

const APP_KEY: *const c_char = c"SkEgKQ4SyLmzazl31fJnAw".as_ptr();
const OK: i32 = UPGRADELINK_OK;

unsafe extern "C" fn count_line(count: *mut c_void, _: i32, _: *const c_char) {
    unsafe { &*count.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn a_freed_client_calls_nobody_back_though_it_was_sending() {
    let (server, folder, lines) = (server(), Folder::fresh(), AtomicUsize::new(0));
    server.fault(Fault::on(REPORT).delay_ms(60_000));
    let text = |text: &[u8]| CString::new(text).unwrap();
    let (access, secret) = (text(ACCESS_KEY.as_bytes()), text(SECRET_KEY.as_bytes()));
    let (url, path) = (text(server.url().as_bytes()), text(folder.path().as_os_str().as_bytes()));
    let begun = Instant::now();
    unsafe {
        let config = upgradelink_config_new(access.as_ptr(), secret.as_ptr());
        upgradelink_config_set_endpoint(config, url.as_ptr());
        upgradelink_config_set_allow_http(config, 1);
        upgradelink_config_set_proxy(config, c"".as_ptr());
        upgradelink_config_set_state_folder(config, path.as_ptr());
        upgradelink_config_set_log(
            config,
            UPGRADELINK_LOG_DEBUG,
            Some(count_line),
            (&raw const lines).cast_mut().cast(),
        );
        let mut client = null_mut();
        assert_eq!(upgradelink_client_new(config, &mut client, null_mut()), OK);
        upgradelink_config_free(config);
        let event = upgradelink_event_new(UPGRADELINK_EVENT_START, APP_KEY, 1);
        assert_eq!(upgradelink_report(client, event, null_mut()), OK);
        upgradelink_event_free(event);
        eventually("the event is on its way", || !server.requests().is_empty());
        upgradelink_client_free(client);
    }
    let said = lines.load(Ordering::SeqCst);
    assert!(begun.elapsed() < Duration::from_secs(30), "freeing does not wait for the service");
    drop(server);
    assert_eq!(lines.load(Ordering::SeqCst), said, "nothing is said after the client is gone");
    assert_eq!(folder.waiting(), [1], "the event waits for the next run");
}

/// A client with a state folder, as a host makes it.
struct Host {
    server: Server,
    folder: Folder,
    client: *mut Client,
    error: *mut Error,
}

impl Host {
    fn new() -> Host {
        let (server, folder) = (server(), Folder::fresh());
        let text = |text: &[u8]| CString::new(text).unwrap();
        let (access, secret) = (text(ACCESS_KEY.as_bytes()), text(SECRET_KEY.as_bytes()));
        let (url, path) = (text(server.url().as_bytes()), text(folder.path().as_os_str().as_bytes()));
        let mut host = Host { server, folder, client: null_mut(), error: null_mut() };
        unsafe {
            let config = upgradelink_config_new(access.as_ptr(), secret.as_ptr());
            upgradelink_config_set_endpoint(config, url.as_ptr());
            upgradelink_config_set_allow_http(config, 1);
            upgradelink_config_set_proxy(config, c"".as_ptr());
            upgradelink_config_set_state_folder(config, path.as_ptr());
            assert_eq!(upgradelink_client_new(config, &mut host.client, &mut host.error), OK);
            upgradelink_config_free(config);
        }
        host
    }

    fn message(&self) -> String {
        unsafe { CStr::from_ptr(upgradelink_error_message(self.error)) }.to_str().unwrap().to_owned()
    }

    unsafe fn check(&mut self) -> *mut Strategy {
        unsafe {
            let mut strategy = null_mut();
            let query = upgradelink_query_new(UPGRADELINK_KIND_URL, APP_KEY, 1);
            assert_eq!(upgradelink_check(self.client, query, &mut strategy, &mut self.error), OK);
            upgradelink_query_free(query);
            strategy
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        unsafe {
            upgradelink_client_free(self.client);
            upgradelink_error_free(self.error);
        }
    }
}

#[test]
fn an_event_arrives_with_all_its_fields() {
    let mut host = Host::new();
    unsafe {
        let event = upgradelink_event_new(UPGRADELINK_EVENT_DOWNLOAD, APP_KEY, 3);
        upgradelink_event_set_time(event, 1_767_589_864_000);
        upgradelink_event_set_download_version_code(event, 4);
        upgradelink_event_set_code(event, 1004);
        upgradelink_event_set_device_key(event, c"device".as_ptr());
        upgradelink_event_set_device_model_key(event, c"model".as_ptr());
        upgradelink_event_set_target(event, c"linux".as_ptr());
        upgradelink_event_set_arch(event, c"x86_64".as_ptr());
        assert_eq!(upgradelink_report(host.client, event, &mut host.error), OK);
        assert_eq!(upgradelink_flush(host.client, 5000, &mut host.error), OK);
        upgradelink_event_free(event);
    }
    assert_eq!(
        reports(&host.server)[0].text(),
        r#"{"eventType":"app_upgrade_download","appKey":"SkEgKQ4SyLmzazl31fJnAw","#.to_owned()
            + r#""timestamp":"2026-01-05T05:11:04Z","eventData":{"versionCode":3,"downloadVersionCode":4,"#
            + r#""code":1004,"devModelKey":"model","devKey":"device","target":"linux","arch":"x86_64"}}"#
    );
}

#[test]
fn what_does_not_fit_an_event_is_named() {
    let mut host = Host::new();
    type Case = (EventType, fn(*mut Event), &'static str);
    let cases: [Case; 6] = [
        (9, |_| {}, "upgradelink_event_new: the event type is 9"),
        (
            UPGRADELINK_EVENT_START,
            |event| unsafe { upgradelink_event_set_code(event, 1) },
            "code does not apply",
        ),
        (UPGRADELINK_EVENT_DOWNLOAD, |_| {}, "download version code is required"),
        (UPGRADELINK_EVENT_UPGRADE, |_| {}, "upgrade version code is required"),
        (
            UPGRADELINK_EVENT_START,
            |event| unsafe { upgradelink_event_set_time(event, -1) },
            "upgradelink_event_set_time: -1 ms",
        ),
        (
            UPGRADELINK_EVENT_START,
            |event| unsafe { upgradelink_event_set_launch_time(event, 4_102_444_800_000) },
            "launch time is not between 1970 and 2038",
        ),
    ];
    for (event_type, spoil, message) in cases {
        unsafe {
            let event = upgradelink_event_new(event_type, APP_KEY, 1);
            spoil(event);
            let status = upgradelink_report(host.client, event, &mut host.error);
            assert_eq!(status, UPGRADELINK_ERROR_INVALID_ARGUMENT);
            assert!(host.message().contains(message), "{}", host.message());
            upgradelink_error_free(host.error);
            host.error = null_mut();
            upgradelink_event_free(event);
        }
    }
    assert!(host.folder.waiting().is_empty());
}

#[test]
fn a_report_in_the_background_ends_with_nothing_to_take() {
    let mut host = Host::new();
    unsafe {
        let event = upgradelink_event_new(UPGRADELINK_EVENT_START, APP_KEY, 3);
        let mut operation = null_mut();
        let started =
            upgradelink_report_start(host.client, event, None, null_mut(), &mut operation, &mut host.error);
        assert_eq!(started, OK);
        upgradelink_event_free(event);
        assert_eq!(upgradelink_operation_wait(operation, 5000), 1);
        let mut strategy = null_mut();
        let wrong = upgradelink_operation_take_strategy(operation, &mut strategy, null_mut());
        assert_eq!(wrong, UPGRADELINK_ERROR_INVALID_ARGUMENT);
        assert_eq!(upgradelink_operation_take_nothing(operation, &mut host.error), OK);
        upgradelink_operation_free(operation);
    }
    eventually("it is sent", || codes(&host.server) == [3]);
}

#[test]
fn a_flush_that_cannot_end_says_when_to_come_back() {
    let mut host = Host::new();
    host.server.fault(Fault::on(REPORT).status(500));
    unsafe {
        let event = upgradelink_event_new(UPGRADELINK_EVENT_START, APP_KEY, 3);
        assert_eq!(upgradelink_report(host.client, event, &mut host.error), OK);
        upgradelink_event_free(event);
        assert_eq!(upgradelink_flush(host.client, 1000, &mut host.error), UPGRADELINK_ERROR_BUSY);
        assert!(upgradelink_error_retry_after_ms(host.error) > 0);
        let (mut waiting, mut dropped) = (9, 9);
        assert_eq!(upgradelink_count_events(host.client, &mut waiting, &mut dropped, null_mut()), OK);
        assert_eq!((waiting, dropped), (1, 0));
        assert_eq!(upgradelink_count_events(host.client, null_mut(), null_mut(), null_mut()), OK);
    }
}

#[test]
fn choices_and_answers_are_kept() {
    let mut host = Host::new();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    unsafe {
        let strategy = host.check();
        assert_eq!(upgradelink_strategy_age_ms(strategy), 0);
        assert_eq!(upgradelink_is_wanted(host.client, strategy), 1);
        assert_eq!(upgradelink_snooze(host.client, strategy, now + 60_000, &mut host.error), OK);
        assert_eq!(upgradelink_is_wanted(host.client, strategy), 0);
        assert_eq!(upgradelink_snooze(host.client, strategy, 0, &mut host.error), OK);
        assert_eq!(upgradelink_is_wanted(host.client, strategy), 1);
        assert_eq!(upgradelink_skip(host.client, strategy, &mut host.error), OK);
        assert_eq!(upgradelink_is_wanted(host.client, strategy), 0);
        assert_eq!(upgradelink_remember_upgrade(host.client, strategy, &mut host.error), OK);
        assert_eq!(upgradelink_report_started(host.client, APP_KEY, 2, &mut host.error), OK);
        upgradelink_strategy_free(strategy);

        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, APP_KEY, 1);
        let mut kept = null_mut();
        assert_eq!(upgradelink_last_strategy(host.client, query, &mut kept, &mut host.error), OK);
        assert_eq!(upgradelink_strategy_version_code(kept), 2);
        upgradelink_strategy_free(kept);
        upgradelink_query_free(query);
    }
    eventually("upgrade and start are sent", || codes(&host.server).len() == 2);
}

#[test]
fn the_scheduler_calls_back_and_may_be_freed_within() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "C" fn due(user_data: *mut c_void, scheduler: *mut Scheduler) {
        assert_eq!(user_data as usize, 7);
        unsafe {
            let mut strategy = null_mut();
            assert_eq!(upgradelink_scheduler_check(scheduler, &mut strategy, null_mut()), OK);
            upgradelink_strategy_free(strategy);
            if CALLS.fetch_add(1, Ordering::SeqCst) == 1 {
                upgradelink_scheduler_free(scheduler);
            }
        }
    }
    let mut host = Host::new();
    unsafe {
        let mut scheduler = null_mut();
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, APP_KEY, 1);
        let made = upgradelink_scheduler_new(host.client, query, 1000, &mut scheduler, &mut host.error);
        assert_eq!(made, OK);
        upgradelink_query_free(query);
        let data = 7 as *mut c_void;
        assert!(upgradelink_scheduler_due_in_ms(scheduler) <= 1000);
        assert_eq!(upgradelink_scheduler_start(scheduler, Some(due), data, &mut host.error), OK);
        let again = upgradelink_scheduler_start(scheduler, Some(due), data, null_mut());
        assert_eq!(again, UPGRADELINK_ERROR_INVALID_ARGUMENT);
    }
    eventually("two calls", || CALLS.load(Ordering::SeqCst) == 2);
}

#[test]
fn null_is_survived_everywhere() {
    unsafe {
        let refused = UPGRADELINK_ERROR_INVALID_ARGUMENT;
        assert_eq!(upgradelink_report(null(), null(), null_mut()), refused);
        let none = upgradelink_report_start(null(), null(), None, null_mut(), null_mut(), null_mut());
        assert_eq!(none, refused);
        assert_eq!(upgradelink_flush(null(), 0, null_mut()), refused);
        let (mut waiting, mut dropped) = (9, 9);
        assert_eq!(upgradelink_count_events(null(), &mut waiting, &mut dropped, null_mut()), refused);
        assert_eq!((waiting, dropped), (0, 0));
        assert_eq!(upgradelink_remember_upgrade(null(), null(), null_mut()), refused);
        assert_eq!(upgradelink_report_started(null(), null(), 0, null_mut()), refused);
        assert_eq!(upgradelink_last_strategy(null(), null(), null_mut(), null_mut()), refused);
        assert_eq!(upgradelink_snooze(null(), null(), 0, null_mut()), refused);
        assert_eq!(upgradelink_skip(null(), null(), null_mut()), refused);
        assert_eq!(upgradelink_is_wanted(null(), null()), 0);
        assert_eq!(upgradelink_operation_take_nothing(null_mut(), null_mut()), refused);
        assert_eq!(upgradelink_scheduler_new(null(), null(), 0, null_mut(), null_mut()), refused);
        assert_eq!(upgradelink_scheduler_start(null_mut(), None, null_mut(), null_mut()), refused);
        assert_eq!(upgradelink_scheduler_check(null(), null_mut(), null_mut()), refused);
        assert_eq!(upgradelink_scheduler_due_in_ms(null()), 0);
        upgradelink_scheduler_stop(null_mut());
        upgradelink_scheduler_free(null_mut());
        let event = upgradelink_event_new(UPGRADELINK_EVENT_START, null(), 0);
        upgradelink_event_free(event);
        upgradelink_event_free(null_mut());
        upgradelink_event_set_time(null_mut(), 0);
    }
}
