//! What is sent again, after which pause, and what is not.

use std::{
    collections::BTreeSet,
    io::Write,
    time::{Duration, Instant, SystemTime},
};

use dev_server::{Cut, Fault, Server};
use upgradelink::{
    client::Client,
    error::{Error, Stage, Status},
    watch::{Cancel, Watch},
};

use crate::support::{
    URL_ANSWER, URL_UPGRADE, check, client, closed_port, config, peer, read_request, server, url_query,
};

fn statuses(server: &Server) -> Vec<u16> {
    server.requests().iter().map(|request| request.status).collect()
}

#[test]
fn failures_on_the_way_are_repeated_until_it_works() {
    for fault in [
        Fault::on(URL_UPGRADE).status(502),
        Fault::on(URL_UPGRADE).status(503).body("<html>busy</html>").content_type("text/html"),
        Fault::on(URL_UPGRADE).status(504),
        Fault::on(URL_UPGRADE).status(500),
        Fault::on(URL_UPGRADE).status(429).body("Too many requests").content_type("text/plain"),
        Fault::on(URL_UPGRADE).cut(Cut::before_reply()),
        Fault::on(URL_UPGRADE).cut(Cut::after(20).reset()),
        Fault::on(URL_UPGRADE).length_off_by(10),
    ] {
        let server = server();
        server.fault(fault.clone().times(2));
        assert!(check(&client(&server)).unwrap().available, "{}", fault.summary());
        assert_eq!(server.requests().len(), 3, "{}", fault.summary());
    }
}

#[test]
fn a_refused_connection_is_repeated() {
    let mut config = config(format!("http://127.0.0.1:{}", closed_port()));
    config.max_attempts = 2;
    let error = check(&Client::new(config).unwrap()).unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Connect, Stage::Connect));
    assert!(error.message.ends_with(" (2 attempts)"), "{}", error.message);
    assert!(error.retryable && error.os_error != 0);
}

#[test]
fn answers_of_the_service_are_never_repeated() {
    for code in [400_003, 404_001, 429_001, 500_001, 500_002, 502_001, 503_001] {
        let server = server();
        server.fault(Fault::on(URL_UPGRADE).code(code));
        assert_eq!(check(&client(&server)).unwrap_err().service_code, code);
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[test]
fn what_is_no_answer_of_the_service_is_not_repeated() {
    for fault in [
        Fault::on(URL_UPGRADE).status(500).body("oops").content_type("text/plain"),
        Fault::on(URL_UPGRADE).body("<html></html>").content_type("text/html"),
        Fault::on(URL_UPGRADE).status(404).body("404 page not found"),
        Fault::on(URL_UPGRADE).redirect("{base}/v1/url/upgrade"),
        Fault::on(URL_UPGRADE).truncate(40),
    ] {
        let server = server();
        server.fault(fault.clone());
        assert_eq!(check(&client(&server)).unwrap_err().status, Status::Reply, "{}", fault.summary());
        assert_eq!(server.requests().len(), 1, "{}", fault.summary());
    }
}

#[test]
fn attempts_are_bounded() {
    for attempts in [1, 2, 5] {
        let server = server();
        server.fault(Fault::on(URL_UPGRADE).status(503));
        let mut config = config(server.url());
        config.max_attempts = attempts;
        let error = check(&Client::new(config).unwrap()).unwrap_err();
        assert_eq!((error.status, error.stage, error.http_status), (Status::Service, Stage::Service, 503));
        assert!(error.retryable);
        assert_eq!(statuses(&server), vec![503; attempts as usize]);
    }
}

#[test]
fn each_attempt_is_signed_anew_over_the_same_body() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).times(2));
    check(&client(&server)).unwrap();
    let requests = server.requests();
    let different = |name: &str| {
        let values: BTreeSet<_> = requests.iter().map(|request| request.header(name).unwrap()).collect();
        values.len()
    };
    assert_eq!((different("x-nonce"), different("x-signature")), (3, 3));
    assert!(requests.iter().all(|request| request.body == requests[0].body));
}

#[test]
fn a_later_attempt_has_a_later_timestamp() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", 2).times(1));
    check(&client(&server)).unwrap();
    let times: Vec<_> =
        server.requests().iter().map(|request| request.header("x-timestamp").unwrap()).collect();
    assert!(times[1] > times[0], "{times:?}");
}

fn with_total(server: &Server, milliseconds: u64) -> Client {
    let mut config = config(server.url());
    config.total_timeout = Some(Duration::from_millis(milliseconds));
    Client::new(config).unwrap()
}

#[test]
fn a_retry_after_in_seconds_is_waited_for() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", 1).times(1));
    let begun = Instant::now();
    check(&client(&server)).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_retry_after_as_a_date_is_waited_for() {
    let server = server();
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", date).times(1));
    let begun = Instant::now();
    check(&client(&server)).unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(900));
}

#[test]
fn a_retry_after_in_the_past_or_beyond_reading_is_no_reason_to_wait() {
    for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-5", "", "1.5"] {
        let server = server();
        server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", value).times(1));
        assert!(check(&with_total(&server, 20_000)).unwrap().available);
    }
}

#[test]
fn a_retry_after_beyond_the_total_time_ends_the_call_at_once() {
    let server = server();
    for value in ["3600", "18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        server.clear_faults();
        server.fault(Fault::on(URL_UPGRADE).status(429).header("Retry-After", value));
        let begun = Instant::now();
        let error = check(&client(&server)).unwrap_err();
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert_eq!(
            (error.status, error.stage, error.http_status),
            (Status::RateLimited, Stage::Service, 429)
        );
        assert!(error.retryable && error.retry_after >= Some(Duration::from_secs(3600)));
    }
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_retry_after_without_end_can_be_cancelled_where_no_total_time_bounds_it() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503).header("Retry-After", "18446744073709551615"));
    let mut config = config(server.url());
    config.total_timeout = None;
    let client = Client::new(config).unwrap();
    let cancel = Cancel::default();
    let watch = Watch::new(cancel.clone());
    let begun = Instant::now();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        cancel.cancel();
    });
    assert_eq!(client.check(&url_query(), &watch).unwrap_err().status, Status::Cancelled);
    assert!(begun.elapsed() < Duration::from_secs(5));
    canceller.join().unwrap();
}

#[test]
fn a_used_up_flow_limit_is_told_at_once_with_its_retry_after() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).code(429_001).header("Retry-After", 30));
    let error = check(&client(&server)).unwrap_err();
    assert_eq!((error.status, error.service_code), (Status::RateLimited, 429_001));
    assert!(error.retryable);
    assert_eq!(error.retry_after, Some(Duration::from_secs(30)));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn the_total_time_bounds_attempts_and_pauses() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(503));
    let mut config = config(server.url());
    config.max_attempts = 100;
    config.total_timeout = Some(Duration::from_millis(1500));
    let begun = Instant::now();
    let error = check(&Client::new(config).unwrap()).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!((error.status, error.http_status), (Status::Service, 503));
    assert!(server.requests().len() < 100);
}

#[test]
fn the_pauses_are_not_the_same_each_time() {
    let pauses: BTreeSet<u128> = (0..4)
        .map(|_| {
            let server = server();
            server.fault(Fault::on(URL_UPGRADE).status(503).times(1));
            let begun = Instant::now();
            check(&client(&server)).unwrap();
            begun.elapsed().as_micros()
        })
        .collect();
    assert_eq!(pauses.len(), 4);
}

#[test]
fn a_connection_serves_many_calls() {
    let server = server();
    let client = client(&server);
    for _ in 0..5 {
        check(&client).unwrap();
    }
    assert!(server.requests().iter().all(|request| request.connection == 1));
}

#[test]
fn a_connection_serves_on_after_an_error_of_the_service() {
    let server = server();
    let client = client(&server);
    server.fault(Fault::on(URL_UPGRADE).code(404_001).times(1));
    check(&client).unwrap_err();
    check(&client).unwrap();
    assert!(server.requests().iter().all(|request| request.connection == 1));
}

#[test]
fn a_connection_that_the_server_has_closed_is_not_used_again() {
    let mut server = server();
    let mut config = config(server.url());
    config.max_attempts = 1;
    let client = Client::new(config).unwrap();
    check(&client).unwrap();
    server.stop();
    server.restart().unwrap();
    check(&client).unwrap();
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 2]);
}

#[test]
fn a_connection_that_closes_after_its_reply_is_replaced() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).close(true).times(1));
    let client = client(&server);
    check(&client).unwrap();
    check(&client).unwrap();
    let connections: Vec<_> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 2]);
}

#[test]
fn a_connection_that_dies_under_its_second_request_is_repeated_on_a_new_one() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", URL_ANSWER.len());
    let reply = head + URL_ANSWER;
    let port = peer(move |mut stream| {
        if read_request(&mut stream).is_some() {
            stream.write_all(reply.as_bytes()).unwrap();
            read_request(&mut stream);
        }
    });
    let client = Client::new(config(format!("http://127.0.0.1:{port}"))).unwrap();
    check(&client).unwrap();
    assert!(check(&client).unwrap().available);
}

#[test]
fn the_error_after_the_last_attempt_is_that_of_the_attempt() {
    let server = server();
    server.fault(Fault::on(URL_UPGRADE).status(502).times(2));
    server.fault(Fault::on(URL_UPGRADE).code(404_001));
    let error: Error = check(&client(&server)).unwrap_err();
    assert_eq!((error.status, error.service_code), (Status::NotFound, 404_001));
}
