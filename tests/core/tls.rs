//! Which servers are trusted, and what is said of the others.

use std::io::Write;

use dev_server::{Options, Server, Tls};
use upgradelink::{
    client::Client,
    config::{Config, Proxy},
    error::{Error, Stage, Status},
};

use crate::support::{ACCESS, SECRET, check, config, peer, say_nothing, server, show_panics};

fn tls_server(tls: Tls) -> Server {
    show_panics();
    Server::start(Options { tls: Some(tls), ..Options::default() }).unwrap()
}

/// HTTPS only, one attempt.
fn strict(endpoint: String) -> Config {
    let mut config = Config::new(ACCESS, SECRET);
    config.endpoint = endpoint;
    config.proxy = Proxy::None;
    config.max_attempts = 1;
    config
}

fn trusting(server: &Server, endpoint: String) -> Config {
    Config { ca_pem: server.ca_pem().map(|pem| pem.as_bytes().to_vec()), ..strict(endpoint) }
}

fn error_of(config: Config) -> Error {
    check(&Client::new(config).unwrap()).unwrap_err()
}

fn config_error(config: Config) -> String {
    let error = Client::new(config).err().unwrap();
    assert_eq!((error.status, error.stage), (Status::Config, Stage::Config));
    error.message.clone()
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_and_not_tried_again() {
    let server = tls_server(Tls::default());
    let error = error_of(Config { max_attempts: 3, ..strict(server.url()) });
    assert_eq!((error.status, error.stage, error.retryable), (Status::Tls, Stage::Tls, false));
    assert_eq!(error.message, "127.0.0.1: invalid peer certificate: UnknownIssuer");
    assert!(server.requests().is_empty());
}

#[test]
fn an_authority_of_the_hosts_own_is_trusted() {
    let server = tls_server(Tls::default());
    let client = Client::new(trusting(&server, server.url())).unwrap();
    assert!(check(&client).unwrap().available);
    assert!(check(&client).unwrap().available);
    assert!(server.requests().iter().all(|request| request.connection == 1));
}

#[test]
fn an_authority_among_other_certificates_and_text_is_trusted() {
    let (server, other) = (tls_server(Tls::default()), tls_server(Tls::default()));
    let pem = format!("# ours\r\n{}\nand theirs\n{}", other.ca_pem().unwrap(), server.ca_pem().unwrap());
    let config = Config { ca_pem: Some(pem.into_bytes()), ..strict(server.url()) };
    assert!(check(&Client::new(config).unwrap()).unwrap().available);
}

#[test]
fn the_authority_of_another_server_is_not_enough() {
    let (server, other) = (tls_server(Tls::default()), tls_server(Tls::default()));
    let error = error_of(trusting(&other, server.url()));
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let server = tls_server(Tls { names: vec!["elsewhere.example".into()], expired: false });
    let error = error_of(trusting(&server, server.url()));
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
    assert!(error.message.contains("not valid for name"), "{}", error.message);
}

#[test]
fn the_name_in_the_link_is_what_the_certificate_must_be_for() {
    let server = tls_server(Tls { names: vec!["localhost".into()], expired: false });
    let by_name = format!("https://localhost:{}", server.port());
    assert!(check(&Client::new(trusting(&server, by_name)).unwrap()).unwrap().available);
    assert_eq!(error_of(trusting(&server, server.url())).status, Status::Tls);
}

#[test]
fn an_expired_certificate_is_refused() {
    let server = tls_server(Tls { expired: true, ..Tls::default() });
    let error = error_of(trusting(&server, server.url()));
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
    assert!(error.message.contains("expired"), "{}", error.message);
}

#[test]
fn tls_to_a_port_that_speaks_plain_http_is_refused() {
    let server = server();
    let error = error_of(strict(format!("https://127.0.0.1:{}", server.port())));
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
    let port = peer(|mut stream| {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n");
        say_nothing(stream);
    });
    let error = error_of(strict(format!("https://127.0.0.1:{port}")));
    assert_eq!((error.status, error.stage), (Status::Tls, Stage::Tls));
}

#[test]
fn plain_http_to_a_port_that_speaks_tls_is_no_answer() {
    let server = tls_server(Tls::default());
    let mut config = config(format!("http://127.0.0.1:{}", server.port()));
    config.max_attempts = 1;
    let error = error_of(config);
    assert!(matches!(error.status, Status::Reply | Status::Network), "{}", error.message);
}

#[test]
fn a_handshake_that_is_cut_is_told_at_its_stage() {
    let port = peer(drop);
    let error = error_of(strict(format!("https://127.0.0.1:{port}")));
    assert_eq!((error.status, error.stage), (Status::Network, Stage::Tls));
}

#[test]
fn garbage_for_a_certificate_makes_no_client() {
    let with =
        |pem: &str| Config { ca_pem: Some(pem.as_bytes().to_vec()), ..strict("https://127.0.0.1:1".into()) };
    assert_eq!(config_error(with("")), "CA certificates: the PEM holds no certificate");
    assert_eq!(config_error(with("garbage")), "CA certificates: the PEM holds no certificate");
    for pem in [
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
    ] {
        let message = config_error(with(pem));
        assert!(message.starts_with("CA certificates: "), "{message}");
    }
}

#[test]
fn plain_http_is_refused_unless_allowed() {
    let server = server();
    let refused = strict(server.url());
    assert_eq!(
        config_error(refused.clone()),
        format!("endpoint: link {:?}: is plain HTTP, which the configuration does not allow", server.url())
    );
    let allowed = Config { allow_http: true, ..refused };
    assert!(check(&Client::new(allowed).unwrap()).unwrap().available);
}

#[test]
fn what_is_no_link_makes_no_client() {
    for (endpoint, why) in [
        ("", "is not an http(s) link"),
        ("127.0.0.1", "is not an http(s) link"),
        ("ftp://127.0.0.1", "is not an http(s) link"),
        ("/v1", "is not an http(s) link"),
        ("https://", "is not an http(s) link"),
        ("https://host:65536", "has no port from 0 to 65535"),
        ("https://host:-1", "has no port from 0 to 65535"),
        ("https://host name", "must be escaped"),
        ("https://host?x=1", "takes no query"),
    ] {
        let message = config_error(strict(endpoint.into()));
        assert!(message.starts_with("endpoint") && message.contains(why), "{message}");
    }
}

#[test]
fn a_path_of_the_endpoint_is_asked_but_not_signed() {
    let server = server();
    server.fault(dev_server::Fault::on("/behind/v1/url/upgrade").body(crate::support::URL_ANSWER));
    let config = config(format!("{}/behind/", server.url()));
    assert!(check(&Client::new(config).unwrap()).unwrap().available);
    let request = &server.requests()[0];
    assert_eq!(request.target, "/behind/v1/url/upgrade");
    let header = |name: &str| request.header(name).unwrap();
    let canonical = format!(
        "body={}&nonce={}&secretKey={SECRET}&timestamp={}&url=/v1/url/upgrade",
        request.text(),
        header("x-nonce"),
        header("x-timestamp")
    );
    assert_eq!(header("x-signature"), crate::support::md5(canonical.as_bytes()));
}
