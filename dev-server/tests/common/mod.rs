//! A client of a few lines over a bare TCP stream, so that the tests see every byte.
#![allow(dead_code)]

use dev_server::sign::Signed;
use dev_server::{Catalogue, Options, Server};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const ACCESS_KEY: &str = "mui2W50H1j-OC4xD6PgQag";
pub const SECRET_KEY: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";

pub const APK: &str = r#"{"apkKey":"isVZBUvkFhv6oHxk_X-D0Q","versionCode":1}"#;

pub fn server() -> Server {
    Server::start(Options::default()).unwrap()
}

pub fn server_of(toml: &str) -> Server {
    let pair = format!("[[credentials]]\naccess_key = \"{ACCESS_KEY}\"\nsecret_key = \"{SECRET_KEY}\"\n");
    let catalogue = Catalogue::parse(&format!("{toml}\n{pair}")).unwrap();
    Server::start(Options { catalogue, ..Options::default() }).unwrap()
}

/// A reply as it came over the wire.
#[derive(Debug)]
pub struct Reply {
    pub head: String,
    pub body: Vec<u8>,
    pub error: Option<std::io::ErrorKind>,
}

impl Reply {
    pub fn status(&self) -> u16 {
        self.head.get(9..12).map_or(0, |status| status.parse().unwrap())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn code(&self) -> i64 {
        self.json()["code"].as_i64().unwrap()
    }
}

/// Sends bytes on a connection of their own and reads until it ends.
pub fn exchange(server: &Server, bytes: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(bytes).unwrap();
    read_to_end(&mut stream)
}

pub fn read_to_end(stream: &mut TcpStream) -> Reply {
    let mut received = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let error = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break None,
            Ok(length) => received.extend_from_slice(&buffer[..length]),
            Err(error) => break Some(error.kind()),
        }
    };
    let end = received.windows(4).position(|four| four == b"\r\n\r\n").map_or(received.len(), |at| at + 4);
    let body = received.split_off(end);
    Reply { head: String::from_utf8(received).unwrap(), body, error }
}

/// A request to be signed and sent; what a test wants different it sets.
pub struct Ask<'a> {
    pub method: &'a str,
    pub target: &'a str,
    pub body: &'a [u8],
    pub timestamp: Option<String>,
    pub nonce: Option<String>,
    pub access_key: Option<&'a str>,
    pub signature: Option<&'a str>,
    pub content_type: Option<&'a str>,
    pub without: &'a [&'a str],
    pub keep_alive: bool,
}

impl Default for Ask<'_> {
    fn default() -> Self {
        Self {
            method: "POST",
            target: "/v1/apk/upgrade",
            body: APK.as_bytes(),
            timestamp: None,
            nonce: None,
            access_key: None,
            signature: None,
            content_type: Some("application/json"),
            without: &[],
            keep_alive: false,
        }
    }
}

impl Ask<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let timestamp = self.timestamp.clone().unwrap_or_else(|| timestamp(0));
        let nonce = self.nonce.clone().unwrap_or_else(nonce);
        let signed = Signed {
            body: (self.method == "POST").then_some(self.body),
            nonce: &nonce,
            secret_key: SECRET_KEY,
            timestamp: &timestamp,
            target: self.target,
        };
        let signature = self.signature.map_or_else(|| signed.signature(), str::to_owned);
        let length = self.body.len().to_string();
        let headers = [
            ("Host", Some("127.0.0.1")),
            ("X-Timestamp", Some(timestamp.as_str())),
            ("X-Nonce", Some(nonce.as_str())),
            ("X-AccessKey", Some(self.access_key.unwrap_or(ACCESS_KEY))),
            ("X-Signature", Some(signature.as_str())),
            ("Content-Type", self.content_type),
            ("Content-Length", Some(length.as_str()).filter(|_| self.method == "POST")),
            ("Connection", Some(if self.keep_alive { "keep-alive" } else { "close" })),
        ];
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in headers {
            if let Some(value) = value.filter(|_| !self.without.contains(&name)) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let mut bytes = (text + "\r\n").into_bytes();
        if self.method == "POST" {
            bytes.extend_from_slice(self.body);
        }
        bytes
    }

    pub fn send(&self, server: &Server) -> Reply {
        exchange(server, &self.bytes())
    }
}

pub fn ask(server: &Server, target: &str, body: &str) -> Reply {
    Ask { target, body: body.as_bytes(), ..Ask::default() }.send(server)
}

pub fn ask_apk(server: &Server) -> Reply {
    Ask::default().send(server)
}

/// Gets a file; `headers` are whole lines.
pub fn get(server: &Server, target: &str, headers: &str) -> Reply {
    exchange(
        server,
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n").as_bytes(),
    )
}

pub fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:032x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

/// The instant that is so many seconds from now, as RFC 3339 in UTC.
pub fn timestamp(offset: i64) -> String {
    let seconds = now() + offset;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (mut year, mut day) = (1970, days);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while day >= 365 + i64::from(leap(year)) {
        day -= 365 + i64::from(leap(year));
        year += 1;
    }
    let lengths = [31, 28 + i64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= lengths[month] {
        day -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}
