//! What outlives a process: events, answers, choices and plans, against a local service.

mod clock;
mod faults;
mod hold;
mod kill;
mod memory;
mod queue;
mod scheduler;
#[cfg(unix)]
mod surface;

use std::{
    collections::HashMap,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use dev_server::{Options, Recorded, Server};
use upgradelink::{
    client::Client,
    config::{Config, Proxy},
    reports::{Event, EventType, QueueFile},
    watch::Watch,
};

pub const ACCESS_KEY: &str = "mui2W50H1j-OC4xD6PgQag";
pub const SECRET_KEY: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";
pub const APP_KEY: &str = "isVZBUvkFhv6oHxk_X-D0Q";
pub const REPORT: &str = "/v1/app/report";

/// A folder that goes when the test does.
pub struct Folder(PathBuf);

impl Folder {
    pub fn fresh() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("upgradelink-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, beginning: &str) -> PathBuf {
        let mut entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(beginning);
        entries.find(named).unwrap_or_else(|| panic!("no file {beginning}*"))
    }

    /// The version codes of the events that wait.
    pub fn waiting(&self) -> Vec<i64> {
        let mut queue = self.queue();
        std::iter::from_fn(|| queue.next_waiting().unwrap()).map(|entry| version_code(&entry.body)).collect()
    }

    /// The file of events as it is now.
    pub fn queue(&self) -> QueueFile<Cursor<Vec<u8>>> {
        QueueFile::read(Cursor::new(fs::read(self.0.join("events")).unwrap_or_default())).unwrap()
    }

    /// Ends all pauses: as if the time had passed.
    pub fn let_pauses_pass(&self) {
        use std::io::{Seek, SeekFrom, Write};
        let path = self.0.join("events");
        let head = String::from_utf8(fs::read(&path).unwrap()).unwrap();
        let mut file = fs::File::options().write(true).open(&path).unwrap();
        let mut at = 0;
        for line in head.split_inclusive('\n').take(5) {
            if line.len() == 17 {
                file.seek(SeekFrom::Start(at + 4)).unwrap();
                file.write_all(b"000000000000").unwrap();
            }
            at += line.len() as u64;
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A client's thread may be at its last file still.
        for _ in 0..100 {
            let _ = fs::remove_dir_all(&self.0);
            if !self.0.exists() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

pub fn server() -> Server {
    Server::start(Options::default()).unwrap()
}

pub fn config(url: &str, folder: Option<&Path>) -> Config {
    Config {
        endpoint: url.to_owned(),
        allow_http: true,
        proxy: Proxy::None,
        state_folder: folder.map(Path::to_owned),
        total_timeout: Some(Duration::from_secs(5)),
        ..Config::new(ACCESS_KEY, SECRET_KEY)
    }
}

pub fn client(server: &Server, folder: &Folder) -> Client {
    Client::new(config(&server.url(), Some(folder.path()))).unwrap()
}

pub fn event(event_type: EventType, version_code: i64) -> Event {
    let mut event = Event::new(event_type, APP_KEY, version_code);
    event.download_version_code = (event_type == EventType::Download).then_some(99);
    event.upgrade_version_code = (event_type == EventType::Upgrade).then_some(99);
    event
}

pub fn report(client: &Client, event_type: EventType, version_code: i64) {
    client.report(&event(event_type, version_code), &Watch::default()).unwrap();
}

pub fn version_code(body: &str) -> i64 {
    let json: serde_json::Value = serde_json::from_str(body).unwrap();
    json["eventData"]["versionCode"].as_i64().unwrap()
}

pub fn event_type(body: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(body).unwrap();
    json["eventType"].as_str().unwrap().to_owned()
}

/// The reports that the server has seen; of those whose sender was killed only the whole ones.
pub fn reports(server: &Server) -> Vec<Recorded> {
    let whole = |request: &Recorded| serde_json::from_slice::<serde_json::Value>(&request.body).is_ok();
    server.requests().into_iter().filter(|request| request.path() == REPORT && whole(request)).collect()
}

pub fn codes(server: &Server) -> Vec<i64> {
    reports(server).iter().map(|request| version_code(&request.text())).collect()
}

pub fn counts(codes: &[i64]) -> HashMap<i64, usize> {
    codes.iter().fold(HashMap::new(), |mut counts, code| {
        *counts.entry(*code).or_default() += 1;
        counts
    })
}

pub fn eventually(what: &str, condition: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !condition() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
