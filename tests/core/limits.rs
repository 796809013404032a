//! Time limits: each wait has its own, and the total bounds them all.

use std::{
    io::Write,
    thread,
    time::{Duration, Instant},
};

use dev_server::{Fault, Server};
use upgradelink::{
    client::Client,
    config::Config,
    error::{Error, Stage, Status},
};

use crate::support::{BlackHole, URL_UPGRADE, check, config, peer, read_request, say_nothing, server};

const SHORT: Option<Duration> = Some(Duration::from_millis(300));
const LONG: Duration = Duration::from_secs(60);

/// A configuration with generous limits and one attempt.
fn patient(endpoint: impl Into<String>) -> Config {
    let mut config = config(endpoint);
    config.connect_timeout = Some(LONG);
    config.response_timeout = Some(LONG);
    config.total_timeout = Some(LONG);
    config.max_attempts = 1;
    config
}

/// The error of a call that must end long before the generous limits.
fn ends_early(config: Config) -> Error {
    let client = Client::new(config).unwrap();
    let begun = Instant::now();
    let error = check(&client).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(8));
    error
}

fn stalled(after: u64) -> Server {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).stall(after, 60_000));
    server
}

#[test]
fn connecting_has_its_limit() {
    let hole = BlackHole::new();
    let error = ends_early(Config { connect_timeout: SHORT, ..patient(hole.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Connect));
    assert_eq!(error.message, "no connection could be made within 300 ms");
    assert!(error.retryable);
}

#[test]
fn the_handshake_shares_the_limit_of_connecting() {
    let port = peer(say_nothing);
    let error = ends_early(Config { connect_timeout: SHORT, ..patient(format!("https://127.0.0.1:{port}")) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Tls));
    assert_eq!(error.message, "the TLS handshake did not end within 300 ms");
}

#[test]
fn the_first_byte_has_its_limit() {
    let port = peer(say_nothing);
    let error = ends_early(Config { response_timeout: SHORT, ..patient(format!("http://127.0.0.1:{port}")) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
    assert_eq!(error.message, "no answer came within 300 ms");
}

#[test]
fn the_wait_between_head_and_body_has_its_limit() {
    let server = stalled(0);
    let error = ends_early(Config { response_timeout: SHORT, ..patient(server.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
    assert_eq!(error.message, "no further byte came within 300 ms");
}

#[test]
fn the_wait_within_the_body_has_its_limit() {
    let server = stalled(10);
    let error = ends_early(Config { response_timeout: SHORT, ..patient(server.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
}

#[test]
fn the_total_bounds_connecting() {
    let hole = BlackHole::new();
    let error = ends_early(Config { total_timeout: SHORT, ..patient(hole.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Connect));
    assert_eq!(error.message, "no connection could be made within the time left of the call");
}

#[test]
fn the_total_bounds_the_handshake() {
    let port = peer(say_nothing);
    let error = ends_early(Config { total_timeout: SHORT, ..patient(format!("https://127.0.0.1:{port}")) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Tls));
}

#[test]
fn the_total_bounds_the_first_byte() {
    let port = peer(say_nothing);
    let error = ends_early(Config { total_timeout: SHORT, ..patient(format!("http://127.0.0.1:{port}")) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
}

#[test]
fn the_total_bounds_a_body_that_drips() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).rate(20));
    let total_timeout = Some(Duration::from_millis(1200));
    let error = ends_early(Config { total_timeout, ..patient(server.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
}

#[test]
fn the_total_bounds_a_head_that_drips() {
    let port = peer(|mut stream| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-Pad: ");
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let error = ends_early(Config { total_timeout: SHORT, ..patient(format!("http://127.0.0.1:{port}")) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
}

#[test]
fn the_total_bounds_what_is_left_for_a_later_attempt() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).times(1));
    server.fault(Fault::on(URL_UPGRADE).delay_ms(60_000));
    let total_timeout = Some(Duration::from_millis(1500));
    let error = ends_early(Config { total_timeout, max_attempts: 3, ..patient(server.url()) });
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
}

#[test]
fn a_slow_answer_within_its_limits_is_taken() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).delay_ms(300).rate(1000));
    let client =
        Client::new(Config { response_timeout: Some(Duration::from_secs(5)), ..patient(server.url()) });
    assert!(check(&client.unwrap()).unwrap().available);
}

#[test]
fn a_call_without_limits_ends_with_its_answer() {
    let server = server();
    let config = Config {
        connect_timeout: None,
        response_timeout: None,
        total_timeout: None,
        ..patient(server.url())
    };
    assert!(check(&Client::new(config).unwrap()).unwrap().available);
}

#[test]
fn a_timed_out_attempt_is_repeated_while_there_is_time() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).delay_ms(60_000).times(1));
    let config = Config { response_timeout: SHORT, max_attempts: 2, ..patient(server.url()) };
    assert!(check(&Client::new(config).unwrap()).unwrap().available);
    assert_eq!(server.requests().len(), 2);
}
