//! Proxies: explicit, from the environment, none; and those that refuse.

use std::{
    io::{self, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use dev_server::{Options, Server, Tls};
use upgradelink::{
    client::Client,
    config::{Config, Proxy},
    error::{Error, Stage, Status},
    log::{Level, Log},
};

use crate::support::{
    answer_with, check, closed_port, config, in_a_process_of_its_own, peer, read_request, say_nothing, server,
};

/// A proxy that leads every CONNECT to `target`, and the heads of the requests that it saw.
struct Tunnel {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn to(target: u16) -> Tunnel {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let record = seen.clone();
        let port = peer(move |mut stream| {
            let Some(head) = read_request(&mut stream) else { return };
            record.lock().unwrap().push(head);
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
            let onward = TcpStream::connect(("127.0.0.1", target)).unwrap();
            let (mut there, mut back) = (stream.try_clone().unwrap(), onward.try_clone().unwrap());
            thread::spawn(move || {
                let _ = io::copy(&mut there, &mut back);
            });
            let _ = io::copy(&mut { onward }, &mut stream);
        });
        Tunnel { port, seen }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// One attempt through `proxy`.
fn through(endpoint: &str, proxy: impl Into<String>) -> Config {
    let mut config = config(endpoint);
    config.proxy = Proxy::Url(proxy.into());
    config.max_attempts = 1;
    config
}

fn error_of(config: Config) -> Error {
    check(&Client::new(config).unwrap()).unwrap_err()
}

#[test]
fn an_explicit_proxy_is_asked_to_connect() {
    let server = server();
    let tunnel = Tunnel::to(server.port());
    let client = Client::new(through("http://service.example:8888", tunnel.url())).unwrap();
    assert!(check(&client).unwrap().available);
    assert!(check(&client).unwrap().available);
    assert_eq!(
        tunnel.seen(),
        [
            "CONNECT service.example:8888 HTTP/1.1\r\nHost: service.example:8888\r\nUser-Agent: upgradelink/0.1.0\r\nProxy-Connection: Keep-Alive\r\n\r\n"
        ]
    );
    assert_eq!(server.requests()[0].header("host").as_deref(), Some("service.example:8888"));
}

#[test]
fn tls_goes_end_to_end_through_a_proxy() {
    let tls = Tls { names: vec!["service.example".into()], expired: false };
    let server = Server::start(Options { tls: Some(tls), ..Options::default() }).unwrap();
    let tunnel = Tunnel::to(server.port());
    let trusting = Config {
        ca_pem: server.ca_pem().map(|pem| pem.as_bytes().to_vec()),
        allow_http: false,
        ..through("https://service.example", tunnel.url())
    };
    assert!(check(&Client::new(trusting.clone()).unwrap()).unwrap().available);
    assert!(tunnel.seen()[0].starts_with("CONNECT service.example:443 HTTP/1.1\r\n"));

    let error = error_of(Config { ca_pem: None, ..trusting });
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
}

#[test]
fn the_proxys_credentials_go_to_the_proxy_alone() {
    let server = server();
    let tunnel = Tunnel::to(server.port());
    let proxy = format!("http://user:p%40ss@127.0.0.1:{}", tunnel.port);
    check(&Client::new(through(&server.url(), proxy)).unwrap()).unwrap();
    assert!(tunnel.seen()[0].contains("\r\nProxy-Authorization: Basic dXNlcjpwQHNz\r\n"));
    assert!(server.requests()[0].header("proxy-authorization").is_none());
}

#[test]
fn a_proxy_that_refuses_is_a_failure_to_connect() {
    for refusal in ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"] {
        let port = peer(answer_with(format!("HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n")));
        let error = error_of(through("http://service.example", format!("http://127.0.0.1:{port}")));
        assert_eq!((error.status, error.stage), (Status::Connect, Stage::Connect));
        assert!(error.message.contains(&refusal[..3]), "{}", error.message);
    }
}

#[test]
fn a_proxy_that_is_not_there_is_a_failure_to_connect() {
    let error = error_of(through("http://service.example", format!("http://127.0.0.1:{}", closed_port())));
    assert_eq!((error.status, error.stage), (Status::Connect, Stage::Connect));
}

#[test]
fn a_proxy_that_hangs_up_or_talks_nonsense_is_no_way_through() {
    let port = peer(drop);
    let error = error_of(through("http://service.example", format!("http://127.0.0.1:{port}")));
    assert!(matches!(error.status, Status::Connect | Status::Network), "{error:?}");
    let port = peer(answer_with("SSH-2.0-OpenSSH_9.2\r\n"));
    let error = error_of(through("http://service.example", format!("http://127.0.0.1:{port}")));
    assert!(matches!(error.status, Status::Connect | Status::Reply), "{error:?}");
}

#[test]
fn a_silent_proxy_is_bound_by_the_limit_of_connecting() {
    let port = peer(say_nothing);
    let mut config = through("http://service.example", format!("http://127.0.0.1:{port}"));
    config.connect_timeout = Some(Duration::from_millis(300));
    let begun = Instant::now();
    let error = error_of(config);
    assert!(begun.elapsed() < Duration::from_secs(8));
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Connect));
}

#[test]
fn a_server_that_is_silent_behind_a_proxy_is_bound_by_the_limit_of_answers() {
    let tunnel = Tunnel::to(peer(say_nothing));
    let mut config = through("http://service.example", tunnel.url());
    config.response_timeout = Some(Duration::from_millis(300));
    let error = error_of(config);
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
    assert_eq!(error.message, "no answer came within 300 ms");
}

#[test]
fn what_is_no_http_proxy_makes_no_client() {
    for proxy in [
        "socks5://127.0.0.1:1080",
        "socks5h://127.0.0.1:1080",
        "socks4://127.0.0.1:1080",
        "socks4a://127.0.0.1:1080",
        "socks://127.0.0.1",
        "ftp://127.0.0.1",
        "http://",
        "http://user:%ff@127.0.0.1",
        "not a link",
    ] {
        let error = Client::new(through("http://service.example", proxy)).err().expect(proxy);
        assert_eq!((error.status, error.stage), (Status::Config, Stage::Config));
        assert!(error.message.starts_with("proxy: "), "{}", error.message);
    }
}

#[test]
fn a_refused_proxy_link_does_not_show_its_password() {
    let proxy = "socks5://user:hunter2@127.0.0.1:1080";
    let error = Client::new(through("http://service.example", proxy)).err().unwrap();
    assert!(!format!("{error:?}").contains("hunter2"));
    assert!(!format!("{:?}", through("http://service.example", proxy)).contains("hunter2"));
}

fn from_the_environment(endpoint: &str) -> Config {
    let mut config = config(endpoint);
    config.proxy = Proxy::Environment;
    config.max_attempts = 1;
    config
}

#[test]
fn the_environments_proxy_is_taken_by_default() {
    let server = server();
    let tunnel = Tunnel::to(server.port());
    for name in ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] {
        if !in_a_process_of_its_own(
            "proxy::the_environments_proxy_is_taken_by_default",
            &[(name, &tunnel.url())],
        ) {
            let client = Client::new(from_the_environment("http://service.example")).unwrap();
            assert!(check(&client).unwrap().available);
            return;
        }
    }
    assert_eq!(tunnel.seen().len(), 6);
}

#[test]
fn hosts_of_no_proxy_are_asked_directly() {
    let nowhere = format!("http://127.0.0.1:{}", closed_port());
    for list in ["127.0.0.1", "example.com,127.0.0.1", "*"] {
        let variables = [("HTTP_PROXY", nowhere.as_str()), ("NO_PROXY", list)];
        if !in_a_process_of_its_own("proxy::hosts_of_no_proxy_are_asked_directly", &variables) {
            let server = server();
            assert!(check(&Client::new(from_the_environment(&server.url())).unwrap()).unwrap().available);
            return;
        }
    }
}

#[test]
fn no_proxy_wins_over_the_environment_when_the_host_says_none() {
    let nowhere = format!("http://127.0.0.1:{}", closed_port());
    let name = "proxy::no_proxy_wins_over_the_environment_when_the_host_says_none";
    if !in_a_process_of_its_own(name, &[("ALL_PROXY", &nowhere)]) {
        let server = server();
        let error = error_of(from_the_environment(&server.url()));
        assert_eq!(error.status, Status::Connect);
        assert!(check(&Client::new(config(server.url())).unwrap()).unwrap().available);
    }
}

#[test]
fn an_explicit_proxy_wins_over_no_proxy_of_the_environment() {
    let name = "proxy::an_explicit_proxy_wins_over_no_proxy_of_the_environment";
    if !in_a_process_of_its_own(name, &[("NO_PROXY", "*")]) {
        let server = server();
        let tunnel = Tunnel::to(server.port());
        check(&Client::new(through(&server.url(), tunnel.url())).unwrap()).unwrap();
        assert_eq!(tunnel.seen().len(), 1);
    }
}

#[test]
fn an_http_proxy_beside_a_socks_proxy_of_the_environment_is_taken() {
    let name = "proxy::an_http_proxy_beside_a_socks_proxy_of_the_environment_is_taken";
    let server = server();
    let tunnel = Tunnel::to(server.port());
    let proxy = tunnel.url().replace("http://", "http://user:p%40ss@");
    let variables =
        [("all_proxy", "socks5://127.0.0.1:1"), ("https_proxy", &proxy), ("no_proxy", "127.0.0.1,localhost")];
    if in_a_process_of_its_own(name, &variables) {
        assert_eq!(tunnel.seen().len(), 1);
        assert!(tunnel.seen()[0].to_ascii_lowercase().contains("proxy-authorization: basic dxnlcjpwqhnz"));
        return;
    }
    let through = Client::new(from_the_environment("http://service.example")).unwrap();
    assert!(check(&through).unwrap().available);
    let direct = Client::new(from_the_environment(&server.url())).unwrap();
    assert!(check(&direct).unwrap().available);
}

#[test]
fn a_socks_proxy_of_the_environment_is_passed_over_with_a_warning() {
    let name = "proxy::a_socks_proxy_of_the_environment_is_passed_over_with_a_warning";
    if !in_a_process_of_its_own(name, &[("ALL_PROXY", "socks5://127.0.0.1:1")]) {
        let server = server();
        let lines = Arc::<Mutex<Vec<(Level, String)>>>::default();
        let sink = lines.clone();
        let mut config = from_the_environment(&server.url());
        config.log =
            Log::new(Level::Warn, move |level, line| sink.lock().unwrap().push((level, line.into())));
        assert!(check(&Client::new(config).unwrap()).unwrap().available);
        assert_eq!(
            *lines.lock().unwrap(),
            [(
                Level::Warn,
                "the environment's proxy is SOCKS, which is not supported: connecting directly".to_owned()
            )]
        );
    }
}
