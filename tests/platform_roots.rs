//! Certificates judged by the platform, where the host asks for that.

use dev_server::{Options, Server, Tls};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::{Config, Proxy},
    error::{Result, Status},
    watch::Watch,
};

fn client(server: &Server, ca_pem: Option<&str>) -> Result<Client> {
    Client::new(Config {
        endpoint: server.url(),
        platform_roots: true,
        ca_pem: ca_pem.map(|pem| pem.as_bytes().to_vec()),
        proxy: Proxy::None,
        max_attempts: 1,
        ..Config::new("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc")
    })
}

fn check(client: &Client) -> Result<bool> {
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    client.check(&query, &Watch::default()).map(|strategy| strategy.available)
}

#[test]
#[cfg(feature = "platform-verifier")]
fn the_platform_trusts_what_it_knows_and_the_hosts_own_certificates() {
    let server = Server::start(Options { tls: Some(Tls::default()), ..Options::default() }).unwrap();
    assert!(check(&client(&server, server.ca_pem()).unwrap()).unwrap());
    // A platform without any roots says so when the client is made.
    let stranger = client(&server, None).and_then(|client| check(&client)).unwrap_err();
    assert!(matches!(stranger.status, Status::Tls | Status::Config), "{stranger}");
}

#[test]
#[cfg(not(feature = "platform-verifier"))]
fn a_build_without_the_platforms_verifier_says_so() {
    let server = Server::start(Options { tls: Some(Tls::default()), ..Options::default() }).unwrap();
    let failure = client(&server, server.ca_pem()).map(|client| check(&client)).unwrap_err();
    assert_eq!(failure.status, Status::Unsupported);
}
