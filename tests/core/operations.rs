//! Background operations, one rule of the header at a time.

use std::{
    ffi::c_void,
    io::Write,
    ptr,
    sync::{
        Mutex,
        atomic::{AtomicPtr, AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use dev_server::{Fault, Server};
use upgradelink::ffi::{client::*, config::*, error::*, operation::*, query::*, statistics::*, strategy::*};

use crate::support::{
    BlackHole, URL_UPGRADE, answer_with, closed_port, in_a_process_of_its_own, peer, read_request,
    say_nothing, server, show_panics,
};

const FOREVER: u32 = UPGRADELINK_WAIT_FOREVER;

/// A client as a C program makes it, which tries once and waits long.
struct Host {
    client: *mut Client,
    query: *mut Query,
}

impl Host {
    fn of(endpoint: &str) -> Host {
        Host::with(endpoint, |_| ())
    }

    fn with(endpoint: &str, set: impl FnOnce(*mut Config)) -> Host {
        show_panics();
        let endpoint = std::ffi::CString::new(endpoint).unwrap();
        let mut client = ptr::null_mut();
        // SAFETY: live handles and texts; the secret is the documented one.
        unsafe {
            let config = upgradelink_config_new(
                c"mui2W50H1j-OC4xD6PgQag".as_ptr(),
                c"PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc".as_ptr(),
            );
            upgradelink_config_set_endpoint(config, endpoint.as_ptr());
            upgradelink_config_set_allow_http(config, 1);
            upgradelink_config_set_proxy(config, c"".as_ptr());
            upgradelink_config_set_max_attempts(config, 1);
            upgradelink_config_set_connect_timeout_ms(config, 60_000);
            upgradelink_config_set_response_timeout_ms(config, 60_000);
            upgradelink_config_set_total_timeout_ms(config, 60_000);
            set(config);
            assert_eq!(upgradelink_client_new(config, &mut client, ptr::null_mut()), UPGRADELINK_OK);
            upgradelink_config_free(config);
            let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"SkEgKQ4SyLmzazl31fJnAw".as_ptr(), 1);
            Host { client, query }
        }
    }

    /// Starts a check and gives the operation.
    fn start(&self, completion: Completion, data: *mut c_void) -> *mut Operation {
        let mut operation = ptr::null_mut();
        let status = self.try_start(completion, data, &mut operation);
        assert_eq!(status, UPGRADELINK_OK);
        operation
    }

    fn try_start(&self, completion: Completion, data: *mut c_void, place: *mut *mut Operation) -> i32 {
        // SAFETY: live handles and a place or NULL.
        unsafe { upgradelink_check_start(self.client, self.query, completion, data, place, ptr::null_mut()) }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: live and not used again.
        unsafe {
            upgradelink_query_free(self.query);
            upgradelink_client_free(self.client);
        }
    }
}

/// Takes the strategy: what the call returned, and whether an upgrade is available.
fn take(operation: *mut Operation) -> (i32, i32) {
    let mut strategy = ptr::null_mut();
    // SAFETY: a live operation and a place.
    unsafe {
        let status = upgradelink_operation_take_strategy(operation, &mut strategy, ptr::null_mut());
        let available = upgradelink_strategy_is_available(strategy);
        upgradelink_strategy_free(strategy);
        (status, available)
    }
}

fn wait(operation: *mut Operation, milliseconds: u32) -> i32 {
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_wait(operation, milliseconds) }
}

fn is_done(operation: *mut Operation) -> i32 {
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_is_done(operation) }
}

fn free(operation: *mut Operation) {
    // SAFETY: a live operation that is not used again.
    unsafe { upgradelink_operation_free(operation) }
}

/// What a completion does, counted; given as its `user_data`.
struct Told {
    times: AtomicUsize,
    then: Box<dyn Fn(*mut Operation) + Send + Sync>,
    ended: Mutex<Sender<()>>,
}

impl Told {
    /// Lives as long as the process: a completion that came twice must find it.
    fn then(then: impl Fn(*mut Operation) + Send + Sync + 'static) -> (&'static Told, Receiver<()>) {
        let (ended, end) = channel();
        let told = Told { times: AtomicUsize::new(0), then: Box::new(then), ended: Mutex::new(ended) };
        (Box::leak(Box::new(told)), end)
    }

    fn data(&'static self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }

    fn times(&self) -> usize {
        self.times.load(Ordering::SeqCst)
    }
}

unsafe extern "C" fn tell(data: *mut c_void, operation: *mut Operation) {
    // SAFETY: the data is a leaked Told.
    let told = unsafe { &*data.cast::<Told>() };
    told.times.fetch_add(1, Ordering::SeqCst);
    (told.then)(operation);
    let _ = told.ended.lock().unwrap().send(());
}

fn soon(end: &Receiver<()>) {
    end.recv_timeout(Duration::from_secs(20)).expect("the completion ran");
}

/// A server that answers once the test says so.
struct Gate {
    port: u16,
    open: Sender<()>,
}

impl Gate {
    fn closed() -> Gate {
        let (open, opened) = channel::<()>();
        let opened = std::sync::Arc::new(Mutex::new(opened));
        let answer = crate::support::URL_ANSWER;
        let port = peer(move |mut stream| {
            read_request(&mut stream);
            let _ = opened.lock().unwrap().recv();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", answer.len());
            let _ = stream.write_all((head + answer).as_bytes());
        });
        Gate { port, open }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn open(&self) {
        self.open.send(()).unwrap();
    }
}

#[test]
fn an_operation_is_waited_for_and_its_result_taken() {
    let server = server();
    let host = Host::of(&server.url());
    let operation = host.start(None, ptr::null_mut());
    assert_eq!(wait(operation, FOREVER), 1);
    assert_eq!(is_done(operation), 1);
    assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    free(operation);
}

#[test]
fn details_and_statistics_come_in_the_background_too() {
    let server = server();
    server.fault(Fault::on("/v1/url/version").body(r#"{"code":200,"data":{"versionCode":2}}"#));
    server.fault(Fault::on("/v1/app/*").body(r#"{"code":0,"data":{"totalAppStartCount":3}}"#));
    let host = Host::of(&server.url());
    let none = ptr::null_mut();
    // SAFETY: live handles and places.
    unsafe {
        let mut operation = ptr::null_mut();
        let status =
            upgradelink_describe_start(host.client, host.query, None, none, &mut operation, ptr::null_mut());
        assert_eq!((status, wait(operation, FOREVER)), (UPGRADELINK_OK, 1));
        let mut details = ptr::null_mut();
        let status = upgradelink_operation_take_details(operation, &mut details, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_OK);
        assert_eq!(upgradelink::ffi::details::upgradelink_version_details_version_code(details), 2);
        upgradelink::ffi::details::upgradelink_version_details_free(details);
        free(operation);

        let key = c"k".as_ptr();
        let status = upgradelink_measure_start(host.client, key, None, none, &mut operation, ptr::null_mut());
        assert_eq!((status, wait(operation, FOREVER)), (UPGRADELINK_OK, 1));
        let mut statistics = ptr::null_mut();
        let status = upgradelink_operation_take_statistics(operation, &mut statistics, ptr::null_mut());
        assert_eq!(status, UPGRADELINK_OK);
        assert_eq!(upgradelink_statistics_total_start_count(statistics), 3);
        upgradelink_statistics_free(statistics);
        free(operation);
    }
}

#[test]
fn a_failed_operation_gives_its_error_when_it_is_taken() {
    let host = Host::of(&format!("http://127.0.0.1:{}", closed_port()));
    let operation = host.start(None, ptr::null_mut());
    assert_eq!(wait(operation, FOREVER), 1);
    let (mut strategy, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
    // SAFETY: live handles and places.
    unsafe {
        let status = upgradelink_operation_take_strategy(operation, &mut strategy, &mut error);
        assert_eq!(status, UPGRADELINK_ERROR_CONNECT);
        assert!(strategy.is_null());
        assert_eq!(upgradelink_error_status(error), UPGRADELINK_ERROR_CONNECT);
        upgradelink_error_free(error);
    }
    free(operation);
}

#[test]
fn nothing_can_be_taken_early_or_twice_or_as_another_kind() {
    let gate = Gate::closed();
    let host = Host::of(&gate.url());
    let operation = host.start(None, ptr::null_mut());
    assert_eq!((is_done(operation), wait(operation, 0), wait(operation, 50)), (0, 0, 0));
    assert_eq!(take(operation), (UPGRADELINK_ERROR_INVALID_ARGUMENT, 0));
    gate.open();
    assert_eq!(wait(operation, FOREVER), 1);
    let mut details = ptr::null_mut();
    // SAFETY: a live operation and a place.
    let status = unsafe { upgradelink_operation_take_details(operation, &mut details, ptr::null_mut()) };
    assert_eq!(status, UPGRADELINK_ERROR_INVALID_ARGUMENT);
    assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    assert_eq!(take(operation), (UPGRADELINK_ERROR_INVALID_ARGUMENT, 0));
    free(operation);
}

#[test]
fn the_operation_is_stored_before_the_work_starts() {
    static STORED: AtomicPtr<Operation> = AtomicPtr::new(ptr::null_mut());
    let host = Host::of(&format!("http://127.0.0.1:{}", closed_port()));
    for _ in 0..20 {
        STORED.store(ptr::null_mut(), Ordering::SeqCst);
        let (told, end) = Told::then(|operation| assert_eq!(STORED.load(Ordering::SeqCst), operation));
        assert_eq!(host.try_start(Some(tell), told.data(), STORED.as_ptr()), UPGRADELINK_OK);
        soon(&end);
        free(STORED.load(Ordering::SeqCst));
    }
}

#[test]
fn the_completion_runs_once_on_a_thread_of_the_library() {
    let server = server();
    let host = Host::of(&server.url());
    let here = thread::current().id();
    let (told, end) = Told::then(move |_| assert_ne!(thread::current().id(), here));
    let operation = host.start(Some(tell), told.data());
    soon(&end);
    assert_eq!(wait(operation, FOREVER), 1);
    free(operation);
    assert_eq!(told.times(), 1);
}

#[test]
fn within_the_completion_waiting_returns_at_once_and_the_result_can_be_taken() {
    let server = server();
    let host = Host::of(&server.url());
    let (told, end) = Told::then(|operation| {
        assert_eq!((wait(operation, FOREVER), is_done(operation)), (1, 1));
        assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    });
    let operation = host.start(Some(tell), told.data());
    soon(&end);
    assert_eq!(take(operation), (UPGRADELINK_ERROR_INVALID_ARGUMENT, 0));
    free(operation);
}

#[test]
fn waiting_from_another_thread_ends_after_the_completion_has_returned() {
    let server = server();
    let host = Host::of(&server.url());
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let (begun, beginning) = channel();
    let begun = Mutex::new(begun);
    let (told, end) = Told::then(move |_| {
        begun.lock().unwrap().send(()).unwrap();
        released.lock().unwrap().recv().unwrap();
    });
    let operation = host.start(Some(tell), told.data());
    soon(&beginning);
    assert_eq!((is_done(operation), wait(operation, 100)), (1, 0));
    release.send(()).unwrap();
    assert_eq!(wait(operation, FOREVER), 1);
    soon(&end);
    free(operation);
}

#[test]
fn the_host_may_call_the_library_from_a_completion() {
    let server = server();
    let url = server.url();
    let (told, end) = Told::then(move |_| {
        let host = Host::of(&url);
        let inner = host.start(None, ptr::null_mut());
        assert_eq!(wait(inner, FOREVER), 1);
        assert_eq!(take(inner), (UPGRADELINK_OK, 1));
        free(inner);
    });
    let server_host = Host::of(&server.url());
    let operation = server_host.start(Some(tell), told.data());
    soon(&end);
    free(operation);
}

#[test]
fn an_operation_may_be_freed_within_its_completion() {
    let server = server();
    let host = Host::of(&server.url());
    let (told, end) = Told::then(|operation| {
        assert_eq!(take(operation), (UPGRADELINK_OK, 1));
        free(operation);
    });
    host.start(Some(tell), told.data());
    soon(&end);
    assert_eq!(told.times(), 1);
}

#[test]
fn an_operation_without_a_place_is_the_librarys_and_can_be_used_within_its_completion() {
    let server = server();
    let host = Host::of(&server.url());
    let (told, end) = Told::then(|operation| {
        free(operation);
        assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    });
    assert_eq!(host.try_start(Some(tell), told.data(), ptr::null_mut()), UPGRADELINK_OK);
    soon(&end);
}

#[test]
fn an_operation_that_nobody_would_see_end_is_refused() {
    let host = Host::of("http://127.0.0.1:9");
    let status = host.try_start(None, ptr::null_mut(), ptr::null_mut());
    assert_eq!(status, UPGRADELINK_ERROR_INVALID_ARGUMENT);
}

#[test]
fn a_start_that_fails_runs_no_completion_and_gives_no_operation() {
    let (told, end) = Told::then(|_| ());
    let (mut operation, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
    show_panics();
    // SAFETY: NULL handles and places.
    unsafe {
        let status = upgradelink_check_start(
            ptr::null(),
            ptr::null(),
            Some(tell),
            told.data(),
            &mut operation,
            &mut error,
        );
        assert_eq!(status, UPGRADELINK_ERROR_INVALID_ARGUMENT);
        assert!(operation.is_null());
        upgradelink_error_free(error);
    }
    assert!(end.recv_timeout(Duration::from_millis(200)).is_err());
}

#[test]
fn freeing_an_operation_that_runs_cancels_it_and_its_completion_still_runs_once() {
    let gate = Gate::closed();
    let host = Host::of(&gate.url());
    let (told, end) = Told::then(|operation| assert_eq!(take(operation).0, UPGRADELINK_ERROR_CANCELLED));
    let operation = host.start(Some(tell), told.data());
    free(operation);
    soon(&end);
    assert_eq!(told.times(), 1);
}

/// Starts a check, lets `when` wait for its moment, cancels, and expects the end soon.
fn cancelled_promptly(endpoint: &str, when: impl FnOnce()) {
    let host = Host::of(endpoint);
    let (told, end) = Told::then(|_| ());
    let operation = host.start(Some(tell), told.data());
    when();
    let begun = Instant::now();
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_cancel(operation) };
    assert_eq!(wait(operation, FOREVER), 1);
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(take(operation), (UPGRADELINK_ERROR_CANCELLED, 0));
    free(operation);
    soon(&end);
    assert_eq!(told.times(), 1);
}

fn a_moment() {
    thread::sleep(Duration::from_millis(150));
}

/// Waits until the server has a request.
fn until_asked(server: &Server) -> impl FnOnce() {
    || {
        while server.requests().is_empty() {
            thread::yield_now();
        }
    }
}

#[test]
fn a_check_is_cancelled_while_it_connects() {
    let hole = BlackHole::new();
    cancelled_promptly(&hole.url(), a_moment);
}

#[test]
fn a_check_is_cancelled_during_the_handshake() {
    let (met, meeting) = channel();
    let met = Mutex::new(met);
    let met = std::sync::Arc::new(met);
    let port = peer(move |stream| {
        met.lock().unwrap().send(()).unwrap();
        say_nothing(stream);
    });
    cancelled_promptly(&format!("https://127.0.0.1:{port}"), || soon(&meeting));
}

#[test]
fn a_check_is_cancelled_while_it_waits_for_the_first_byte() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).delay_ms(60_000));
    cancelled_promptly(&server.url(), until_asked(&server));
}

#[test]
fn a_check_is_cancelled_while_it_waits_for_the_rest() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).stall(10, 60_000));
    cancelled_promptly(&server.url(), until_asked(&server));
}

#[test]
fn a_check_is_cancelled_while_the_reply_drips() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).rate(5));
    cancelled_promptly(&server.url(), until_asked(&server));
}

#[test]
fn a_check_is_cancelled_in_the_pause_between_attempts() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", 50));
    let host =
        // SAFETY: a live configuration.
        Host::with(&server.url(), |config| unsafe { upgradelink_config_set_max_attempts(config, 3) });
    let operation = host.start(None, ptr::null_mut());
    until_asked(&server)();
    a_moment();
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_cancel(operation) };
    assert_eq!(wait(operation, 5_000), 1);
    assert_eq!(take(operation).0, UPGRADELINK_ERROR_CANCELLED);
    free(operation);
}

#[test]
fn a_check_is_cancelled_before_it_begins() {
    cancelled_promptly("http://127.0.0.1:9", || ());
}

#[test]
fn cancelling_after_the_end_changes_nothing() {
    let server = server();
    let host = Host::of(&server.url());
    let operation = host.start(None, ptr::null_mut());
    assert_eq!(wait(operation, FOREVER), 1);
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_cancel(operation) };
    assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    free(operation);
}

#[test]
fn freeing_the_client_during_a_check_is_safe() {
    let gate = Gate::closed();
    let host = Host::of(&gate.url());
    let operation = host.start(None, ptr::null_mut());
    drop(host);
    gate.open();
    assert_eq!(wait(operation, FOREVER), 1);
    assert_eq!(take(operation), (UPGRADELINK_OK, 1));
    free(operation);
}

#[test]
fn the_65th_operation_is_refused_as_busy_until_one_ends() {
    let name = "operations::the_65th_operation_is_refused_as_busy_until_one_ends";
    if in_a_process_of_its_own(name, &[]) {
        return;
    }
    let port = peer(say_nothing);
    let host = Host::of(&format!("http://127.0.0.1:{port}"));
    let (told, end) = Told::then(|_| ());
    let mut running: Vec<_> = (0..64).map(|_| host.start(None, ptr::null_mut())).collect();
    let mut operation = ptr::dangling_mut();
    assert_eq!(host.try_start(Some(tell), told.data(), &mut operation), UPGRADELINK_ERROR_BUSY);
    assert!(operation.is_null());
    assert!(end.recv_timeout(Duration::from_millis(100)).is_err());

    let first = running.remove(0);
    // SAFETY: a live operation.
    unsafe { upgradelink_operation_cancel(first) };
    assert_eq!(wait(first, FOREVER), 1);
    free(first);
    running.push(host.start(None, ptr::null_mut()));
    for operation in &running {
        // SAFETY: a live operation.
        unsafe { upgradelink_operation_cancel(*operation) };
    }
    for operation in running {
        assert_eq!(wait(operation, FOREVER), 1);
        free(operation);
    }
}

#[test]
fn many_threads_share_a_client_while_operations_are_cancelled_and_freed() {
    let server = server();
    let host = Host::of(&server.url());
    let (client, query) = (host.client as usize, host.query as usize);
    thread::scope(|scope| {
        for number in 0..10 {
            scope.spawn(move || {
                let (client, query) = (client as *mut Client, query as *mut Query);
                for turn in 0..10 {
                    let (mut strategy, mut operation) = (ptr::null_mut(), ptr::null_mut());
                    // SAFETY: the client is shared, which is allowed, and the query only read.
                    unsafe {
                        let status = upgradelink_check(client, query, &mut strategy, ptr::null_mut());
                        assert_eq!(status, UPGRADELINK_OK);
                        upgradelink_strategy_free(strategy);
                        let none = ptr::null_mut();
                        upgradelink_check_start(client, query, None, none, &mut operation, ptr::null_mut());
                        match (number + turn) % 3 {
                            0 => free(operation),
                            1 => upgradelink_operation_cancel(operation),
                            _ => assert_eq!(wait(operation, FOREVER), 1),
                        }
                        if (number + turn) % 3 != 0 {
                            wait(operation, FOREVER);
                            free(operation);
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn a_cut_reply_ends_an_operation_with_its_error() {
    let port = peer(answer_with("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"code\""));
    let host = Host::of(&format!("http://127.0.0.1:{port}"));
    let operation = host.start(None, ptr::null_mut());
    assert_eq!(wait(operation, FOREVER), 1);
    assert_eq!(take(operation), (UPGRADELINK_ERROR_NETWORK, 0));
    free(operation);
}
