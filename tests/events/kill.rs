//! A process that dies at any instant loses no event, and repeats at most the one that it was sending.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dev_server::{Fault, Server};
use upgradelink::{client::Client, reports::EventType, watch::Watch};

use crate::{Folder, REPORT, client, config, counts, report, reports, server, version_code};

const KILLS: usize = 320;

/// What the child is to do, beside sending what waits.
#[derive(Clone, Copy, PartialEq)]
enum Kill {
    WhileWriting,
    OnTheWire,
}

#[test]
fn kills_lose_no_event_and_repeat_at_most_one_each() {
    let (server, folder) = (server(), Folder::fresh());
    server.fault(Fault::on(REPORT).delay_ms(3));
    let mut story = Story { next: 1, ..Story::default() };
    for turn in 0..KILLS {
        let kill = if turn % 2 == 0 { Kill::WhileWriting } else { Kill::OnTheWire };
        story.round(&server, &folder, kill, turn as u64);
    }
    server.clear_faults();
    client(&server, &folder).flush(Duration::from_secs(30), &Watch::default()).unwrap();
    story.read(&server, &folder);

    let delivered = counts(&story.delivered);
    let lost = story.accepted.iter().filter(|code| !delivered.contains_key(code)).count();
    let repeated = story.delivered.len() - delivered.len();
    println!(
        "{KILLS} kills, {} of them with an event on the wire; {} events accepted, {} requests, {lost} lost, \
         {repeated} repeated, {} repeated although the answer was recorded",
        story.on_the_wire,
        story.accepted.len(),
        story.delivered.len(),
        story.repeated_although_recorded,
    );
    assert_eq!(lost, 0);
    assert_eq!(story.repeated_although_recorded, 0);
    assert!(repeated <= KILLS);
    assert!(story.on_the_wire >= KILLS / 2);
    assert!(folder.waiting().is_empty());
}

#[derive(Default)]
struct Story {
    /// The version code of the next event; each is used once.
    next: i64,
    accepted: HashSet<i64>,
    delivered: Vec<i64>,
    /// What waited after the last kill.
    waiting: HashSet<i64>,
    on_the_wire: usize,
    repeated_although_recorded: usize,
}

impl Story {
    fn round(&mut self, server: &Server, folder: &Folder, kill: Kill, turn: u64) {
        let first = self.next;
        let mut child = spawn(server, folder, kill, first);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        match kill {
            Kill::WhileWriting => {
                let wanted = 1 + turn as usize * 7 % 13;
                self.accept(lines.by_ref().filter_map(|line| line.parse().ok()).take(wanted));
                let end = Instant::now() + Duration::from_micros(turn * 37 % 1000);
                while Instant::now() < end {}
            }
            Kill::OnTheWire => {
                let sending = || reports(server).last().is_some_and(|request| !request.ended);
                crate::eventually("an event on the wire", sending);
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.accept(lines.filter_map(|line| line.parse().ok()));
        let last = reports(server).last().map(|request| version_code(&request.text()));
        self.on_the_wire += usize::from(last.is_some_and(|code| folder.waiting().contains(&code)));
        std::thread::sleep(Duration::from_millis(10));
        self.read(server, folder);
        self.next = first + 1000;
    }

    fn accept(&mut self, codes: impl Iterator<Item = i64>) {
        self.accepted.extend(codes);
    }

    /// Takes in what the server has seen since the last kill, and what waits now.
    fn read(&mut self, server: &Server, folder: &Folder) {
        for request in reports(server) {
            let code = version_code(&request.text());
            let recorded = code < self.next && !self.waiting.contains(&code);
            self.repeated_although_recorded += usize::from(recorded);
            self.delivered.push(code);
        }
        server.clear_requests();
        self.waiting = folder.waiting().into_iter().collect();
        let delivered: HashSet<i64> = self.delivered.iter().copied().collect();
        for code in &self.accepted {
            assert!(self.waiting.contains(code) || delivered.contains(code), "event {code} is gone");
        }
    }
}

fn spawn(server: &Server, folder: &Folder, kill: Kill, first: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::the_child", "--nocapture", "--test-threads=1"])
        .env("UPGRADELINK_TEST_FOLDER", folder.path())
        .env("UPGRADELINK_TEST_URL", server.url())
        .env("UPGRADELINK_TEST_FIRST", first.to_string())
        .env("UPGRADELINK_TEST_WRITES", if kill == Kill::WhileWriting { "1000" } else { "3" })
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Runs in the process that is killed; does nothing in the test's own.
#[test]
fn the_child() {
    let Some(folder) = std::env::var_os("UPGRADELINK_TEST_FOLDER") else { return };
    let variable = |name: &str| std::env::var(name).unwrap();
    let client = Client::new(config(&variable("UPGRADELINK_TEST_URL"), Some(folder.as_ref()))).unwrap();
    let first: i64 = variable("UPGRADELINK_TEST_FIRST").parse().unwrap();
    let writes: i64 = variable("UPGRADELINK_TEST_WRITES").parse().unwrap();
    println!();
    for code in first..first + writes {
        while client.count_events().unwrap().waiting > 100 {
            std::thread::sleep(Duration::from_millis(1));
        }
        report(&client, EventType::ALL[code as usize % 3], code);
        let mut out = std::io::stdout().lock();
        writeln!(out, "{code}").unwrap();
        out.flush().unwrap();
    }
    std::thread::sleep(Duration::from_secs(60));
}
