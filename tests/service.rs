//! The client against the local service, over sockets.

use dev_server::{Options, Server};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::{Config, Proxy},
    watch::Watch,
};

const ACCESS: &str = "mui2W50H1j-OC4xD6PgQag";
const SECRET: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";

fn client(server: &Server) -> Client {
    let mut config = Config::new(ACCESS, SECRET);
    config.endpoint = server.url();
    config.allow_http = true;
    config.proxy = Proxy::None;
    Client::new(config).unwrap()
}

#[test]
fn the_documented_url_application_is_offered_version_2() {
    let server = Server::start(Options::default()).unwrap();
    let query = Query::new(Kind::Url, "SkEgKQ4SyLmzazl31fJnAw", 1);
    let strategy = client(&server).check(&query, &Watch::default()).unwrap();
    assert!(strategy.available);
    assert_eq!(strategy.version_name.as_deref(), Some("v2"));
    assert_eq!(strategy.url.as_deref(), Some("http://file.com/2.exe"));
    println!("{}", String::from_utf8_lossy(&server.requests()[0].head));
}
