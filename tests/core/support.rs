//! What the tests share: the local service, clients of it, and peers that misbehave by hand.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    panic,
    process::Command,
    sync::Once,
    thread,
    time::Duration,
};

use dev_server::{Options, Server};
use md5::{Digest, Md5};
use upgradelink::{
    api::{Kind, Query, Strategy},
    client::Client,
    config::{Config, Proxy},
    error::Result,
    watch::Watch,
};

pub const ACCESS: &str = "mui2W50H1j-OC4xD6PgQag";
pub const SECRET: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";

/// The application of the documented page "URL Application Upgrade Strategy".
pub const URL_KEY: &str = "SkEgKQ4SyLmzazl31fJnAw";

/// The path that most tests ask.
pub const URL_UPGRADE: &str = "/v1/url/upgrade";

/// The documented answer of that page.
pub const URL_ANSWER: &str = r#"{"code":200,"msg":"New version found","data":{"urlKey":"SkEgKQ4SyLmzazl31fJnAw","versionName":"v2","versionCode":2,"urlPath":"http://file.com/2.exe","upgradeType":1,"promptUpgradeContent":"Prompt content"}}"#;

/// A local service that knows the documented pages.
pub fn server() -> Server {
    show_panics();
    Server::start(Options::default()).unwrap()
}

/// The library silences panics, which is right in a host and wrong in a test.
pub fn show_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        upgradelink::ffi::version::upgradelink_version_number();
        panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    });
}

/// The documented keys, plain HTTP, no proxy.
pub fn config(endpoint: impl Into<String>) -> Config {
    let mut config = Config::new(ACCESS, SECRET);
    config.endpoint = endpoint.into();
    config.allow_http = true;
    config.proxy = Proxy::None;
    config
}

pub fn client(server: &Server) -> Client {
    Client::new(config(server.url())).unwrap()
}

/// A client that asks once.
pub fn client_of_one_attempt(server: &Server) -> Client {
    let mut config = config(server.url());
    config.max_attempts = 1;
    Client::new(config).unwrap()
}

pub fn url_query() -> Query {
    Query::new(Kind::Url, URL_KEY, 1)
}

/// Asks about the documented url application.
pub fn check(client: &Client) -> Result<Strategy> {
    client.check(&url_query(), &Watch::default())
}

/// The lowercase MD5 of `text`, without the library.
pub fn md5(text: &[u8]) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A server that does to each connection what `treat` says; it lives as long as the process.
pub fn peer(treat: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> u16 {
    show_panics();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let treat = treat.clone();
            thread::spawn(move || treat(stream.unwrap()));
        }
    });
    port
}

/// Reads the head of a request, and its body where its length is given.
pub fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    request.extend(body);
    Some(String::from_utf8_lossy(&request).into_owned())
}

/// Reads a request, sends `reply` and hangs up.
pub fn answer_with(reply: impl Into<Vec<u8>>) -> impl Fn(TcpStream) + Send + Sync + Clone + 'static {
    let reply = reply.into();
    move |mut stream| {
        if read_request(&mut stream).is_some() {
            let _ = stream.write_all(&reply);
        }
    }
}

/// Keeps the connection open and says nothing.
pub fn say_nothing(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

/// A port of this machine where nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// An address that takes no further connection and refuses none, while the value lives.
pub struct BlackHole {
    listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl BlackHole {
    pub fn new() -> BlackHole {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        // SAFETY: the descriptor is open.
        unsafe { libc::listen(std::os::fd::AsRawFd::as_raw_fd(&listener), 0) };
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300));
        let queued = std::iter::from_fn(|| connect().ok()).collect();
        BlackHole { listener, _queued: queued }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }
}

/// Runs the test `name` again, alone in a process of its own with `variables`; false in that process.
pub fn in_a_process_of_its_own(name: &str, variables: &[(&str, &str)]) -> bool {
    const MARK: &str = "UPGRADELINK_TEST_ALONE";
    if std::env::var_os(MARK).is_some() {
        return false;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command
        .args(["--exact", name, "--nocapture"])
        .env(MARK, "1")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    true
}
