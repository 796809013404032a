//! Checks, events and fetches for a while, with faults at random: neither memory nor descriptors grow.
//!
//! `UPGRADELINK_LONG_RUN` says for how many seconds; by default 10.
#![cfg(target_os = "linux")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use dev_server::{Catalogue, Cut, Fault, Options, Server};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    config::{Config, Proxy},
    fetch,
    progress::Progress,
    reports::{Event, EventType},
    watch::{Cancel, Watch},
};

const ACCESS_KEY: &str = "mui2W50H1j-OC4xD6PgQag";
const SECRET_KEY: &str = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc";

const CATALOGUE: &str = r#"
[service]
broken_reports = true
[[credentials]]
access_key = "mui2W50H1j-OC4xD6PgQag"
secret_key = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"
[[files]]
name = "app.bin"
pattern = { size = 300000, seed = 7 }
[[apps]]
kind = "file"
key = "app"
[[apps.versions]]
code = 2
name = "v2"
download.file = "app.bin"
[[apps.tasks]]
to = 2
upgrade_type = 1
"#;

#[test]
fn a_long_run_with_faults_grows_neither_in_memory_nor_in_descriptors() {
    let seconds = std::env::var("UPGRADELINK_LONG_RUN").unwrap_or("10".into());
    let catalogue = Catalogue::parse(CATALOGUE).unwrap();
    let server = Server::start(Options { catalogue, ..Options::default() }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child", "--nocapture", "--test-threads=1"])
        .env("UPGRADELINK_TEST_URL", server.url())
        .env("UPGRADELINK_TEST_FOLDER", folder.path())
        .env("UPGRADELINK_TEST_SECONDS", seconds)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut random = Random(1);
    let mut tenths: Vec<Tenth> = Vec::new();
    for line in lines {
        let numbers: Vec<u64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        let [calls, failures, memory, descriptors] = numbers[..] else { continue };
        tenths.push(Tenth { calls, failures, memory, descriptors });
        server.clear_requests();
        server.clear_faults();
        for _ in 0..8 {
            server.fault(random.fault());
        }
    }
    assert!(child.wait().unwrap().success());

    for tenth in &tenths {
        println!("{tenth:?}");
    }
    let (first, last) = (&tenths[1], &tenths[tenths.len() - 1]);
    assert!(last.memory <= first.memory + 1024, "memory in KiB: {} to {}", first.memory, last.memory);
    assert_eq!(first.descriptors, last.descriptors);
    assert!(tenths.iter().all(|tenth| tenth.failures < tenth.calls));
}

/// Memory is in KiB.
#[derive(Debug)]
struct Tenth {
    calls: u64,
    failures: u64,
    memory: u64,
    descriptors: u64,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn fault(&mut self) -> Fault {
        let paths = ["/v1/file/upgrade", "/v1/app/report", "/files/app.bin"];
        let fault = Fault::on(paths[self.below(3) as usize]).skip(self.below(20)).times(1 + self.below(3));
        match self.below(7) {
            0 => fault.status(503),
            1 => fault.status(500),
            2 => fault.cut(Cut::before_reply()),
            3 => fault.cut(Cut::after(self.below(200)).reset()),
            4 => fault.delay_ms(self.below(60)),
            5 => fault.body("<html>"),
            _ => fault.code(500_001),
        }
    }
}

/// Runs in a process of its own, whose memory is that of the library; does nothing in the test's.
#[test]
fn the_child() {
    let Ok(url) = std::env::var("UPGRADELINK_TEST_URL") else { return };
    let folder = std::env::var("UPGRADELINK_TEST_FOLDER").unwrap();
    let seconds: u64 = std::env::var("UPGRADELINK_TEST_SECONDS").unwrap().parse().unwrap();
    let config = Config {
        endpoint: url,
        allow_http: true,
        proxy: Proxy::None,
        max_attempts: 2,
        state_folder: Some(Path::new(&folder).join("state")),
        ..Config::new(ACCESS_KEY, SECRET_KEY)
    };
    let tenth = Duration::from_millis(seconds * 100);
    fill_queue(&Client::new(config.clone()).unwrap());
    for _ in 0..11 {
        let client = Client::new(config.clone()).unwrap();
        let end = Instant::now() + tenth;
        let (mut calls, mut failures) = (0, 0);
        while Instant::now() < end {
            calls += 1;
            failures += u64::from(!round(&client, Path::new(&folder), calls));
        }
        let _ = client.flush(Duration::from_millis(50), &Watch::default());
        drop(client);
        println!("\n{calls} {failures} {} {}", memory(), descriptors());
    }
}

/// With events that the service never answers, so that the queue is as large at the start as it gets.
fn fill_queue(client: &Client) {
    let mut event = Event::new(EventType::Download, "app", 1);
    event.download_version_code = Some(2);
    for _ in 0..1000 {
        client.report(&event, &Watch::default()).unwrap();
    }
}

/// A check, an event and now and then a fetch.
fn round(client: &Client, folder: &Path, turn: u64) -> bool {
    let watch = Watch::default();
    let event = Event::new(EventType::Start, "app", i64::try_from(turn).unwrap());
    let strategy = client.check(&Query::new(Kind::File, "app", 1), &watch);
    let reported = client.report(&event, &watch).is_ok();
    let Ok(strategy) = strategy else { return false };
    if !turn.is_multiple_of(5) {
        return reported;
    }
    let options = fetch::Options::new(folder.join("downloads"));
    let fetched = client.fetch(&strategy, &options, Progress::default(), Cancel::default());
    fetched.map(|artifact| fs::remove_file(artifact.path)).is_ok() && reported
}

/// Those that stay when the client is gone and its thread has ended.
fn descriptors() -> usize {
    let count = || fs::read_dir("/proc/self/fd").unwrap().count();
    let looks = (0..50).map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        count()
    });
    looks.min().unwrap()
}

fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
