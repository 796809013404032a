//! Each fault of the local service, met with the error that the design names.

use std::time::Duration;

use dev_server::{Cut, Fault, Framing};
use upgradelink::{
    client::Client,
    error::{Stage, Status},
};

use crate::support::{
    URL_ANSWER, URL_UPGRADE, answer_with, check, client_of_one_attempt, config, peer, server,
};

struct Expected {
    fault: Fault,
    status: Status,
    stage: Stage,
    http_status: u16,
    service_code: i64,
    retryable: bool,
}

fn fault() -> Fault {
    Fault::on(URL_UPGRADE)
}

#[rustfmt::skip]
fn table() -> Vec<Expected> {
    let row = |fault, status, stage, http_status, service_code, retryable| Expected {
        fault, status, stage, http_status, service_code, retryable,
    };
    let html = || fault().body("<html><body>Bad Gateway</body></html>").content_type("text/html");
    vec![
        // Connections.
        row(fault().cut(Cut::before_reply()), Status::Network, Stage::Receive, 0, 0, true),
        row(fault().cut(Cut::before_reply().reset()), Status::Network, Stage::Receive, 0, 0, true),
        row(fault().cut(Cut::after(0)), Status::Network, Stage::Receive, 200, 0, true),
        row(fault().cut(Cut::after(30)), Status::Network, Stage::Receive, 200, 0, true),
        row(fault().cut(Cut::after(30).reset()), Status::Network, Stage::Receive, 200, 0, true),
        row(fault().framing(Framing::Chunked).cut(Cut::after(30)), Status::Network, Stage::Receive, 200, 0, true),
        row(fault().length_off_by(5), Status::Network, Stage::Receive, 200, 0, true),
        row(fault().stall(10, 60_000), Status::Timeout, Stage::Receive, 200, 0, true),
        row(fault().delay_ms(60_000), Status::Timeout, Stage::Receive, 0, 0, true),
        // Not an answer of the service.
        row(fault().length_off_by(-5), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().truncate(30), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().framing(Framing::Close).cut(Cut::after(30)), Status::Reply, Stage::Decode, 200, 0, false),
        row(html(), Status::Reply, Stage::Decode, 200, 0, false),
        row(html().status(500), Status::Reply, Stage::Decode, 500, 0, false),
        row(html().status(403), Status::Reply, Stage::Decode, 403, 0, false),
        row(fault().body("ok").content_type("text/plain"), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().body(""), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().status(204), Status::Reply, Stage::Decode, 204, 0, false),
        row(fault().status(404).body("404 page not found\n").content_type("text/plain"), Status::Reply, Stage::Decode, 404, 0, false),
        row(fault().status(405), Status::Reply, Stage::Decode, 405, 0, false),
        row(fault().status(413), Status::Reply, Stage::Decode, 413, 0, false),
        row(fault().body(r#"{"code":"200"}"#), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().body(r#"{"code":200,"data":[]}"#), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().body("{").body_size(5 << 20), Status::Reply, Stage::Decode, 200, 0, false),
        row(fault().redirect("{base}/v1/apk/upgrade"), Status::Reply, Stage::Decode, 302, 0, false),
        row(fault().redirect("{base}/v1/url/upgrade").status(307), Status::Reply, Stage::Decode, 307, 0, false),
        row(fault().redirect("http://127.0.0.1:1/").status(308), Status::Reply, Stage::Decode, 308, 0, false),
        row(fault().redirect("/elsewhere").status(301).body(URL_ANSWER), Status::Reply, Stage::Decode, 301, 0, false),
        // The service refused.
        row(fault().code(400_001), Status::Service, Stage::Service, 400, 400_001, false),
        row(fault().code(400_002), Status::Service, Stage::Service, 400, 400_002, false),
        row(fault().code(400_003), Status::Service, Stage::Service, 400, 400_003, false),
        row(fault().code(400_004), Status::Service, Stage::Service, 400, 400_004, false),
        row(fault().code(400_005), Status::Service, Stage::Service, 400, 400_005, false),
        row(fault().code(401_001), Status::Authentication, Stage::Service, 401, 401_001, false),
        row(fault().code(401_002), Status::Authentication, Stage::Service, 401, 401_002, false),
        row(fault().code(404_001), Status::NotFound, Stage::Service, 404, 404_001, false),
        row(fault().code(404_002), Status::NotFound, Stage::Service, 404, 404_002, false),
        row(fault().code(404_003), Status::NotFound, Stage::Service, 404, 404_003, false),
        row(fault().code(404_004), Status::NotFound, Stage::Service, 404, 404_004, false),
        row(fault().code(429_001), Status::RateLimited, Stage::Service, 429, 429_001, true),
        row(fault().code(500_001), Status::Service, Stage::Service, 500, 500_001, true),
        row(fault().code(500_002), Status::Service, Stage::Service, 500, 500_002, true),
        row(fault().code(500_002_001), Status::Service, Stage::Service, 500, 500_002_001, true),
        row(fault().body(r#"{"code":404001,"msg":"under 200"}"#), Status::NotFound, Stage::Service, 200, 404_001, false),
        // Something on the way refused.
        row(fault().status(429), Status::RateLimited, Stage::Service, 429, 0, true),
        row(html().status(429), Status::RateLimited, Stage::Service, 429, 0, true),
        row(fault().status(500), Status::Service, Stage::Service, 500, 0, true),
        row(fault().status(502), Status::Service, Stage::Service, 502, 0, true),
        row(html().status(503), Status::Service, Stage::Service, 503, 0, true),
        row(fault().status(504), Status::Service, Stage::Service, 504, 0, true),
    ]
}

#[test]
fn every_fault_is_met_with_its_error() {
    for expected in table() {
        let server = server();
        server.fault(expected.fault.clone());
        let mut config = config(server.url());
        config.max_attempts = 1;
        config.response_timeout = Some(Duration::from_millis(400));
        let error = check(&Client::new(config).unwrap()).unwrap_err();
        let met = (error.status, error.stage, error.http_status, error.service_code, error.retryable);
        let Expected { fault, status, stage, http_status, service_code, retryable } = expected;
        assert_eq!(
            met,
            (status, stage, http_status, service_code, retryable),
            "{}: {}",
            fault.summary(),
            error.message
        );
    }
}

#[test]
fn faults_that_change_nothing_for_the_reader_are_survived() {
    for fault in [
        fault().framing(Framing::Chunked),
        fault().framing(Framing::Close),
        fault().rate(4000),
        fault().trailing("\n\n{\"code\":500001}"),
        fault().drop_header("date"),
        fault().drop_header("content-type"),
        fault().header("x-unknown", "1"),
        fault().close(true),
        fault().body(URL_ANSWER).content_type("text/html"),
    ] {
        let server = server();
        server.fault(fault.clone());
        assert!(check(&client_of_one_attempt(&server)).unwrap().available, "{}", fault.summary());
    }
}

#[test]
fn messages_say_what_came() {
    for (fault, message) in [
        (
            fault().status(500).body("<html>\n<b>oops</b></html>").content_type("text/html"),
            "the reply is not the service's: the body is not JSON: expected value at line 1 column 1; HTTP 500, text/html, \"<html> <b>oops</b></html>\"",
        ),
        (fault().status(503), "HTTP 503 without an answer of the service"),
        (
            fault().body(""),
            "the reply is not the service's: the body is empty; HTTP 200, application/json; charset=utf-8, \"\"",
        ),
        (
            fault().redirect("https://elsewhere.example/"),
            "the reply is not the service's: a redirect to \"https://elsewhere.example/\", which the API never sends",
        ),
        (fault().code(404_001), "the service answered 404001: This answer was asked of the dev server"),
    ] {
        let server = server();
        server.fault(fault);
        assert_eq!(check(&client_of_one_attempt(&server)).unwrap_err().message, message);
    }
}

/// The error that a client has of a server that sends `reply`.
fn error_of(reply: impl Into<Vec<u8>>) -> (Status, Stage) {
    let port = peer(answer_with(reply));
    let mut config = config(format!("http://127.0.0.1:{port}"));
    config.max_attempts = 1;
    let error = check(&Client::new(config).unwrap()).unwrap_err();
    (error.status, error.stage)
}

#[test]
fn what_is_not_http_is_no_reply() {
    for reply in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200\u{e9} OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    ] {
        assert_eq!(error_of(reply), (Status::Reply, Stage::Decode), "{reply:?}");
    }
}

#[test]
fn a_head_of_more_than_32_kib_is_no_reply() {
    let long = format!("HTTP/1.1 200 OK\r\nX-Pad: {}\r\n\r\n", "x".repeat(40 * 1024));
    assert_eq!(error_of(long), (Status::Reply, Stage::Decode));
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-Pad: x\r\n".repeat(2000));
    assert_eq!(error_of(many), (Status::Reply, Stage::Decode));
}

#[test]
fn a_head_that_is_cut_is_a_broken_connection() {
    for reply in ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", ""] {
        assert_eq!(error_of(reply), (Status::Network, Stage::Receive), "{reply:?}");
    }
}
