//! The secret key and the signatures stay inside, even when the other side echoes what it was sent.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use upgradelink::{
    client::Client,
    config::Config,
    error::Error,
    log::{Level, Log},
    watch::Watch,
};

use crate::support::{SECRET, config, peer, read_request, server, url_query};

type Lines = Arc<Mutex<Vec<String>>>;

fn logging(endpoint: String) -> (Config, Lines) {
    let lines = Lines::default();
    let sink = lines.clone();
    let mut config = config(endpoint);
    config.log = Log::new(Level::Debug, move |_, line| sink.lock().unwrap().push(line.into()));
    (config, lines)
}

/// The signature in the head of a request.
fn signature(request: &str) -> String {
    let from = request.find("x-signature: ").unwrap() + 13;
    request[from..from + 32].to_owned()
}

/// Asks a server that makes its reply of the signature it was sent; gives the error, everything that
/// was logged, and the signatures.
fn echo(reply: impl Fn(&str) -> String + Send + Sync + Clone + 'static) -> (Error, String, Vec<String>) {
    let signatures = Lines::default();
    let record = signatures.clone();
    let port = peer(move |mut stream| {
        while let Some(request) = read_request(&mut stream) {
            let signature = signature(&request);
            record.lock().unwrap().push(signature.clone());
            let _ = stream.write_all(reply(&signature).as_bytes());
        }
    });
    let (mut config, lines) = logging(format!("http://127.0.0.1:{port}"));
    config.max_attempts = 2;
    let error = Client::new(config).unwrap().check(&url_query(), &Watch::default()).unwrap_err();
    let lines = lines.lock().unwrap().join("\n");
    assert!(lines.contains("HTTP "), "{lines}");
    let signatures = signatures.lock().unwrap().clone();
    assert!(!signatures.is_empty());
    (error, lines, signatures)
}

fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}

fn nothing_leaks(reply: impl Fn(&str) -> String + Send + Sync + Clone + 'static) {
    let (error, lines, signatures) = echo(reply);
    let said = format!("{error:?}{error}{lines}");
    for secret in signatures.iter().map(String::as_str).chain([SECRET]) {
        assert!(!said.contains(secret), "{said}");
        assert!(!said.contains(&secret[..16]), "the beginning of a secret is in {said}");
    }
    assert!(said.contains("***"), "{said}");
}

#[test]
fn an_echo_in_the_message_of_the_service_is_hidden() {
    nothing_leaks(|signature| {
        http("401 Unauthorized", "", &format!(r#"{{"code":401002,"msg":"{signature} is not by {SECRET}"}}"#))
    });
}

#[test]
fn an_echo_in_docs_and_trace_id_is_hidden() {
    nothing_leaks(|signature| {
        http("404 X", "", &format!(r#"{{"code":404001,"docs":"{signature}","traceId":"{SECRET}"}}"#))
    });
}

#[test]
fn an_echo_in_a_body_that_is_no_answer_is_hidden() {
    nothing_leaks(|signature| http("200 OK", "", &format!("<html>{signature} {SECRET}</html>")));
}

#[test]
fn an_echo_that_the_end_of_an_excerpt_cuts_is_hidden() {
    nothing_leaks(|signature| http("200 OK", "", &format!("{}{signature}", "x".repeat(100))));
    nothing_leaks(|signature| {
        let pad = "x".repeat(95);
        http("200 OK", "", &format!(r#"{{"code":200,"data":{{"versionCode":"{pad}{signature}"}}}}"#))
    });
}

#[test]
fn an_echo_in_headers_is_hidden() {
    nothing_leaks(|signature| http("302 Found", &format!("Location: /{signature}\r\n"), ""));
    nothing_leaks(|signature| http("200 OK", &format!("Content-Type: {signature}\r\n"), "<html>"));
}

#[test]
fn debug_texts_show_neither_secret_nor_proxy_password() {
    let server = server();
    let mut config = config(server.url());
    config.proxy = upgradelink::config::Proxy::Url("http://u:hunter2@h".into());
    let shown = format!("{config:?} {:?}", config.credentials);
    assert!(!shown.contains(SECRET) && !shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("mui2W50H1j-OC4xD6PgQag"));
}

#[test]
fn an_ordinary_call_logs_neither_secret_nor_signature() {
    let server = server();
    let (config, lines) = logging(server.url());
    Client::new(config).unwrap().check(&url_query(), &Watch::default()).unwrap();
    let lines = lines.lock().unwrap().join("\n");
    assert!(lines.starts_with("/v1/url/upgrade: HTTP 200, "), "{lines}");
    let signature = server.requests()[0].header("x-signature").unwrap();
    assert!(!lines.contains(SECRET) && !lines.contains(&signature));
}
