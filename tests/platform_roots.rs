//! Certificates that the operating system judges; here a file of roots stands for its store.

mod common;

use std::{env, fs, process::Command};

use common::{ACCESS, APP, Folder, SECRET, catalogue};
use dev_server::{Options, Server, Tls};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::{Config, Proxy},
    error::{Result, Status},
    watch::Watch,
};

fn check(endpoint: String) -> Result<bool> {
    let mut config = Config::new(ACCESS, SECRET);
    config.endpoint = endpoint;
    config.proxy = Proxy::None;
    config.platform_roots = true;
    config.max_attempts = 1;
    let query = Query::new(Kind::Apk, APP, 1);
    Client::new(config)?.check(&query, &Watch::default()).map(|strategy| strategy.available)
}

fn server() -> Server {
    Server::start(Options { catalogue: catalogue(), tls: Some(Tls::default()), ..Options::default() })
        .unwrap()
}

/// Runs this test again in a process whose store holds the server's root.
#[test]
fn what_the_platform_trusts_is_trusted() {
    if let Ok(endpoint) = env::var("ENDPOINT") {
        assert!(check(endpoint).unwrap());
        return;
    }
    let (server, folder) = (server(), Folder::new());
    let store = folder.path().join("roots.pem");
    fs::write(&store, server.ca_pem().unwrap()).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "what_the_platform_trusts_is_trusted"])
        .env("SSL_CERT_FILE", store)
        .env("ENDPOINT", server.url())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_the_platform_does_not_trust_is_refused() {
    assert_eq!(check(server().url()).unwrap_err().status, Status::Tls);
}
