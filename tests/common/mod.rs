//! What the tests share: a local service with a file of three megabytes, a client, a folder.
#![allow(dead_code)] // each test file takes its part

use std::{fs, path::Path};

use dev_server::{Catalogue, Options, Server};
use upgradelink::{
    api::{Kind, Query, Strategy},
    client::Client,
    config::{Config, Proxy},
    watch::Watch,
};

pub const ACCESS: &str = "mui2W50H1j-OC4xD6PgQag";
pub const SECRET: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";
pub const APP: &str = "LOYlLXNy7wV3ySuh0XgtSg";

pub const PATTERN_SIZE: u64 = 3_000_000;

/// What the service offers: version 2 of a file application.
pub fn catalogue() -> Catalogue {
    let pattern = format!("pattern = {{ seed = 2, size = {PATTERN_SIZE} }}");
    let file = format!("[[files]]\nname = \"app-2.bin\"\n{pattern}");
    offering(&format!("download = {{ file = \"app-2.bin\" }}\n{file}"))
}

/// What the service offers: `version` is the rest of the table of version 2, and what follows it.
pub fn offering(version: &str) -> Catalogue {
    Catalogue::parse(&format!(
        r#"
        [[credentials]]
        access_key = "{ACCESS}"
        secret_key = "{SECRET}"
        [[apps]]
        kind = "apk"
        key = "{APP}"
        tasks = [{{ to = 2, upgrade_type = 1 }}]
        [[apps.versions]]
        code = 2
        name = "v2"
        {version}
        "#
    ))
    .unwrap()
}

pub fn server() -> Server {
    Server::start(Options { catalogue: catalogue(), ..Options::default() }).unwrap()
}

pub fn config(server: &Server) -> Config {
    config_for(&server.url())
}

pub fn config_for(url: &str) -> Config {
    let mut config = Config::new(ACCESS, SECRET);
    config.endpoint = url.into();
    config.allow_http = true;
    config.proxy = Proxy::None;
    config
}

pub fn client(server: &Server) -> Client {
    Client::new(config(server)).unwrap()
}

/// The strategy for the application in version 1.
pub fn offer(client: &Client) -> Strategy {
    client.check(&Query::new(Kind::Apk, APP, 1), &Watch::default()).unwrap()
}

/// A folder that is removed with the value.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The names in it, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}
