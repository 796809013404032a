//! The server in a process: recorded requests, stops and restarts, TLS, the admin interface.

mod common;

use common::*;
use dev_server::{Fault, Options, Server, Tls};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, Stream, crypto::ring::default_provider,
};

#[test]
fn requests_are_recorded_to_the_byte() {
    let server = server();
    let sent = Ask::default().bytes();
    let reply = exchange(&server, &sent);
    let requests = server.requests();
    let recorded = &requests[0];
    let (head, body) = sent.split_at(sent.len() - APK.len());
    assert_eq!((requests.len(), recorded.head.as_slice(), recorded.body.as_slice()), (1, head, body));
    assert_eq!((recorded.method.as_str(), recorded.path()), ("POST", "/v1/apk/upgrade"));
    assert_eq!((recorded.status, recorded.code, recorded.bytes), (200, Some(200), reply.body.len() as u64));
    assert_eq!((recorded.ended, recorded.fault.as_deref()), (true, None));
    let names: Vec<_> = recorded.headers().into_iter().map(|(name, _)| name).collect();
    let expected = "Host X-Timestamp X-Nonce X-AccessKey X-Signature Content-Type Content-Length Connection";
    assert_eq!(names.join(" "), expected);
    server.clear_requests();
    assert!(server.requests().is_empty());
}

#[test]
fn faults_and_cuts_are_recorded() {
    let server = server();
    server.fault(Fault::on("*").cut(dev_server::Cut::after(10)));
    ask_apk(&server);
    let recorded = &server.requests()[0];
    assert_eq!((recorded.bytes, recorded.ended), (10, true));
    assert_eq!(recorded.fault.as_deref(), Some(r#"{"cut":{"after":10,"reset":false},"on":"*"}"#));
}

/// Sends a request on a live connection and reads as many bytes as a head and its length say.
fn on(stream: &mut TcpStream, bytes: &[u8]) -> String {
    stream.write_all(bytes).unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).unwrap();
        assert_ne!(length, 0);
        received.extend_from_slice(&buffer[..length]);
        let text = String::from_utf8_lossy(&received);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length: usize =
            head.split("Content-Length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        if body.len() == length {
            return text.into_owned();
        }
    }
}

#[test]
fn connections_are_kept_alive_and_numbered() {
    let server = server();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    for _ in 0..3 {
        let reply = on(&mut stream, &Ask { keep_alive: true, ..Ask::default() }.bytes());
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    }
    ask_apk(&server);
    let requests = server.requests();
    let numbers: Vec<_> = requests.iter().map(|request| request.connection).collect();
    assert_eq!(numbers, [1, 1, 1, 2]);
    assert!(
        requests
            .iter()
            .all(|request| request.head.starts_with(b"POST ") && request.head.ends_with(b"\r\n\r\n"))
    );
}

#[test]
fn a_stopped_server_refuses_and_comes_back_on_its_port() {
    let mut server = server();
    let port = server.port();
    let mut open = TcpStream::connect(("127.0.0.1", port)).unwrap();
    on(&mut open, &Ask { keep_alive: true, ..Ask::default() }.bytes());
    server.stop();
    assert!(matches!(open.read(&mut [0; 10]), Ok(0) | Err(_)));
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    server.restart().unwrap();
    assert_eq!((server.port(), ask_apk(&server).status()), (port, 200));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn dropping_a_server_cuts_a_stalled_reply_at_once() {
    let server = server();
    server.fault(Fault::on("*").stall(5, 60_000));
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.write_all(&Ask::default().bytes()).unwrap();
    let mut first = [0; 5];
    stream.read_exact(&mut first).unwrap();
    let begun = Instant::now();
    drop(server);
    assert!(begun.elapsed() < Duration::from_secs(1));
    read_to_end(&mut stream);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn ten_clients_at_once_are_answered() {
    let server = server();
    std::thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(ask_apk(&server).status(), 200)));
        }
    });
    assert_eq!(server.requests().len(), 200);
}

fn over_tls(server: &Server, roots: RootCertStore) -> std::io::Result<String> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut socket = TcpStream::connect(("127.0.0.1", server.port()))?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    stream.write_all(&Ask::default().bytes())?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

fn with_tls(tls: Tls) -> (Server, RootCertStore) {
    let server = Server::start(Options { tls: Some(tls), ..Options::default() }).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.ca_pem().unwrap().as_bytes()).unwrap()).unwrap();
    (server, roots)
}

#[test]
fn tls_works_for_those_who_trust_the_authority() {
    let (server, roots) = with_tls(Tls::default());
    assert!(server.url().starts_with("https://127.0.0.1:"));
    let reply = over_tls(&server, roots).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK") && reply.contains(r#""code":200"#));
    let error = over_tls(&server, RootCertStore::empty()).unwrap_err();
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
}

#[test]
fn certificates_can_be_expired_or_for_another_name() {
    let (server, roots) = with_tls(Tls { expired: true, ..Tls::default() });
    let error = over_tls(&server, roots).unwrap_err().to_string();
    assert!(error.contains("xpired"), "{error}");
    let (server, roots) = with_tls(Tls { names: vec!["other.example".into()], ..Tls::default() });
    let error = over_tls(&server, roots).unwrap_err().to_string();
    assert!(error.contains("not valid for name"), "{error}");
}

#[test]
fn cuts_and_resets_work_under_tls() {
    let (server, roots) = with_tls(Tls::default());
    server.fault(Fault::on("*").cut(dev_server::Cut::after(10)).times(1));
    server.fault(Fault::on("*").cut(dev_server::Cut::before_reply().reset()));
    assert!(over_tls(&server, roots.clone()).is_err());
    assert!(over_tls(&server, roots).is_err());
    assert_eq!(server.requests()[0].bytes, 10);
}

fn admin(server: &Server, method: &str, path: &str, body: &str) -> Reply {
    let length = body.len();
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    exchange(server, text.as_bytes())
}

#[test]
fn the_admin_interface_does_what_the_rust_interface_does() {
    let server = server();
    let faults = r#"[{"on":"/v1/*","status":503,"times":1},{"on":"/v1/*","cut":{"after":3}}]"#;
    assert_eq!(admin(&server, "POST", "/_dev/faults", faults).status(), 204);
    assert_eq!((ask_apk(&server).status(), ask_apk(&server).text().len()), (503, 3));
    assert_eq!(admin(&server, "DELETE", "/_dev/faults", "").status(), 204);
    assert_eq!(ask_apk(&server).code(), 200);

    let requests = admin(&server, "GET", "/_dev/requests", "").json();
    assert_eq!(requests.as_array().unwrap().len(), 3);
    assert_eq!((&requests[0]["status"], &requests[2]["code"]), (&503.into(), &200.into()));
    assert_eq!(requests[2]["body"], APK);
    assert!(requests[2]["head"].as_str().unwrap().contains("\r\nX-AccessKey: mui2W50H1j-OC4xD6PgQag\r\n"));
    assert_eq!(admin(&server, "DELETE", "/_dev/requests", "").status(), 204);
    assert!(server.requests().is_empty());

    let emptied = "[[credentials]]\naccess_key = \"a\"\nsecret_key = \"b\"\n";
    assert_eq!(admin(&server, "POST", "/_dev/catalogue", emptied).status(), 204);
    assert_eq!(ask_apk(&server).code(), 401_001);
}

#[test]
fn the_admin_interface_says_what_is_wrong() {
    let server = server();
    let reply = admin(&server, "POST", "/_dev/faults", r#"[{"on":"*","state":503}]"#);
    assert_eq!(reply.status(), 400);
    assert!(reply.text().contains("unknown field `state`"), "{}", reply.text());
    assert_eq!(admin(&server, "POST", "/_dev/catalogue", "apps = 1").status(), 400);
    assert_eq!(admin(&server, "PUT", "/_dev/faults", "").status(), 404);
}

#[test]
fn the_admin_interface_can_be_closed() {
    let server = Server::start(Options { admin: false, ..Options::default() }).unwrap();
    assert_eq!(admin(&server, "DELETE", "/_dev/faults", "").status(), 404);
}

#[test]
fn requests_of_more_than_a_mebibyte_are_refused() {
    let server = server();
    let body = vec![b' '; 1024 * 1024 + 1];
    let reply = Ask { body: &body, ..Ask::default() }.send(&server);
    assert_eq!((reply.status(), reply.text()), (413, ""));
}
