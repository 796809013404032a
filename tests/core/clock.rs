//! A device whose clock is wrong: the service's clock is learnt from its own answers.

use std::{thread, time::Duration};

use dev_server::Fault;
use upgradelink::{client::Client, error::Status};

use crate::support::{SECRET, URL_UPGRADE, answer_with, check, client, config, peer, server};

const HOUR: i64 = 3600;

#[test]
fn a_skewed_clock_costs_one_more_request_once() {
    for skew in [HOUR, -HOUR, 400 * 24 * HOUR] {
        let server = server();
        server.fault(Fault::on(URL_UPGRADE).clock_skew(skew));
        let client = client(&server);
        assert!(check(&client).unwrap().available);
        assert!(check(&client).unwrap().available);
        let codes: Vec<_> = server.requests().iter().map(|request| request.code.unwrap()).collect();
        assert_eq!(codes, [401_001, 200, 200]);
    }
}

#[test]
fn learning_the_clock_is_no_attempt_of_the_limit() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).clock_skew(HOUR));
    let mut config = config(server.url());
    config.max_attempts = 1;
    assert!(check(&Client::new(config).unwrap()).unwrap().available);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn every_request_after_a_skew_has_its_own_nonce() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).clock_skew(HOUR));
    check(&client(&server)).unwrap();
    let nonces: Vec<_> = server.requests().iter().map(|request| request.header("x-nonce")).collect();
    assert_ne!(nonces[0], nonces[1]);
}

#[test]
fn a_clock_within_the_tolerance_is_not_why_the_service_refused() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).clock_skew(200).status(401).body(r#"{"code":401001,"msg":"x"}"#));
    assert_eq!(check(&client(&server)).unwrap_err().status, Status::Authentication);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_skew_that_does_not_help_is_tried_once() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).clock_skew(HOUR).status(401).body(r#"{"code":401001,"msg":"x"}"#));
    let error = check(&client(&server)).unwrap_err();
    assert_eq!((error.status, error.service_code), (Status::Authentication, 401_001));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_service_at_the_end_of_time_breaks_nothing() {
    let body = r#"{"code":401001,"msg":"x"}"#;
    let last = "Fri, 31 Dec 9999 23:59:59 GMT";
    let reply = format!("HTTP/1.1 401 No\r\nDate: {last}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let client = Client::new(config(format!("http://127.0.0.1:{}", peer(answer_with(reply))))).unwrap();
    for _ in 0..2 {
        assert_eq!(check(&client).unwrap_err().status, Status::Authentication);
        thread::sleep(Duration::from_millis(1100));
    }
    assert_eq!(check(&client).unwrap_err().status, Status::Authentication);
}

#[test]
fn without_a_date_there_is_nothing_to_learn() {
    for fault in [
        Fault::on(URL_UPGRADE).clock_skew(HOUR).drop_header("date"),
        Fault::on(URL_UPGRADE).clock_skew(HOUR).header("date", "yesterday"),
    ] {
        let server = server();
        server.fault(fault);
        assert_eq!(check(&client(&server)).unwrap_err().status, Status::Authentication);
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn an_unknown_access_key_is_not_repeated() {
    let server = server();
    let mut config = config(server.url());
    config.credentials.access_key = "unknown".into();
    let error = check(&Client::new(config).unwrap()).unwrap_err();
    assert_eq!((error.status, error.http_status, error.service_code), (Status::Authentication, 401, 401_001));
    assert!(!error.retryable);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_wrong_signature_is_not_repeated() {
    let server = server();
    let mut config = config(server.url());
    config.credentials.secret_key = SECRET.to_lowercase().into();
    let error = check(&Client::new(config).unwrap()).unwrap_err();
    assert_eq!((error.status, error.http_status, error.service_code), (Status::Authentication, 401, 401_002));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn threads_that_meet_the_skew_together_all_learn_it() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).clock_skew(HOUR).delay_ms(500));
    let client = client(&server);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || check(&client).map(|strategy| strategy.available))
        })
        .collect();
    for thread in threads {
        assert!(thread.join().unwrap().unwrap());
    }
}
