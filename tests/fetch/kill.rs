//! A process that dies at any instant leaves what the next one goes on with, and never a wrong file.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{self, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use dev_server::Fault;
use upgradelink::{
    client::Client,
    fetch::Options,
    progress::{Phase, Progress},
    watch::Cancel,
};

use crate::{
    common::config_for,
    world::{Random, SIZE, World, offer_of, seed},
};

/// A process that fetches into the world's folder; it is killed when the value is dropped.
pub struct Child {
    process: process::Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub fn spawn(world: &World, variables: &[(&str, &str)]) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "kill::the_child", "--nocapture", "--test-threads=1"])
            .env("UPGRADELINK_TEST_FOLDER", &world.options.folder)
            .env("UPGRADELINK_TEST_URL", world.server.url())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(base) = &world.options.base_file {
            command.env("UPGRADELINK_TEST_BASE", base);
        }
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Child { process, lines }
    }

    /// Until the child says that bytes flow in this phase.
    pub fn wait_for(&mut self, phase: &str) {
        let said = self.lines.by_ref().map_while(Result::ok).find(|line| line.starts_with(phase));
        assert!(said.is_some(), "the child ended before: {phase}");
    }

    /// Everything that it still says.
    pub fn said(&mut self) -> String {
        self.lines.by_ref().map_while(Result::ok).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs in the process that is killed; does nothing in the test's own.
#[test]
fn the_child() {
    let Some(folder) = std::env::var_os("UPGRADELINK_TEST_FOLDER") else { return };
    if let Ok(limit) = std::env::var("UPGRADELINK_TEST_FILE_LIMIT") {
        limit_files(limit.parse().unwrap());
    }
    println!("\nbegun");
    let client = Client::new(config_for(&std::env::var("UPGRADELINK_TEST_URL").unwrap())).unwrap();
    let mut options = Options::new(folder);
    options.base_file = std::env::var_os("UPGRADELINK_TEST_BASE").map(Into::into);
    let progress = Progress::new(|phase, done, _| {
        let phase = match phase {
            Phase::Download if done == 0 => "waiting",
            Phase::Download => "download",
            Phase::Verify => "verify",
            Phase::Patch => "patch",
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{phase} {done}").and_then(|()| out.flush()).is_ok()
    });
    match client.fetch(&offer_of(&client), &options, progress, Cancel::default()) {
        Ok(artifact) => println!("done {:?} {}", artifact.origin, artifact.network_bytes),
        Err(error) => println!("failed {} {error}", error.status.name().to_str().unwrap()),
    }
}

/// No file of this process grows beyond `most` bytes.
fn limit_files(most: u64) {
    let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
    // SAFETY: the struct is valid; ignoring a signal has no handler.
    unsafe {
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &limit), 0);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Where a kill fell, as the folder and the server's record tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Instants {
    BeforeTheFirstByte,
    WhileBytesFlow,
    WhileARecordIsWritten,
    AroundTheRename,
    AfterTheEnd,
}

/// When the parent kills.
#[derive(Clone, Copy, PartialEq)]
enum Aim {
    /// At a random instant of the whole run.
    Anywhere,
    /// As soon as a record is being written.
    Record,
    /// As soon as the last byte is there.
    Rename,
}

struct Story {
    world: World,
    promised: bool,
    random: Random,
    /// How long a run from the start takes.
    span: Duration,
    turn: usize,
    fell: std::collections::BTreeMap<Instants, usize>,
    finished: usize,
}

impl Story {
    /// Kills children until so many were hit at work.
    fn kill_at_work(&mut self, kills: usize) {
        while self.at_work() < kills {
            self.turn += 1;
            self.kill(match self.turn % 12 {
                3 => Aim::Record,
                7 => Aim::Rename,
                _ => Aim::Anywhere,
            });
        }
    }

    fn at_work(&self) -> usize {
        self.fell
            .iter()
            .filter(|(instant, _)| **instant != Instants::AfterTheEnd)
            .map(|(_, count)| count)
            .sum()
    }

    /// One child, killed, and what it leaves is looked at.
    fn kill(&mut self, aim: Aim) {
        let before = self.part_length();
        self.world.server.clear_requests();
        let mut child = Child::spawn(&self.world, &[]);
        child.wait_for("begun");
        // What is there is hashed, and the whole brought to the disk.
        self.wait(aim, self.span / 8 + self.span.mul_f64(1.0 - before as f64 / SIZE as f64));
        let at_the_kill = self.world.record().with_extension("tmp").exists();
        child.process.kill().unwrap();
        child.process.wait().unwrap();
        let said = child.said();
        thread::sleep(Duration::from_millis(2));

        self.look_for_wrong_files();
        self.look_for_lost_bytes(before);
        let fell = self.where_it_fell(&said, at_the_kill, before);
        *self.fell.entry(fell).or_default() += 1;
        if self.world.target().exists() {
            self.finished += 1;
            fs::remove_file(self.world.target()).unwrap();
        }
    }

    /// Waits for the instant of the kill in a run that takes about `rest`.
    fn wait(&mut self, aim: Aim, rest: Duration) {
        let share = self.random.below(1000) as u32;
        let end = Instant::now() + self.span * 2;
        let target = self.world.target();
        match aim {
            Aim::Anywhere => thread::sleep(rest * share / 1000),
            Aim::Record => {
                thread::sleep(rest / 4 * share / 1000);
                let temporary = self.world.folder.path().join("app-2.bin.tmp");
                while !temporary.exists() && !target.exists() && Instant::now() < end {}
            }
            Aim::Rename => {
                while self.part_length() < SIZE as u64 && !target.exists() && Instant::now() < end {
                    thread::sleep(Duration::from_micros(50));
                }
                let moment = Instant::now() + Duration::from_micros(self.random.below(3000));
                while Instant::now() < moment {}
            }
        }
    }

    fn part_length(&self) -> u64 {
        fs::metadata(self.world.part()).map_or(0, |part| part.len())
    }

    fn look_for_wrong_files(&self) {
        let Ok(there) = fs::read(self.world.target()) else { return };
        let right = fs::read(self.world.hosted.path().join("app-2.bin")).unwrap();
        assert!(there == right, "a wrong file stands under the name");
    }

    /// A run does not begin at zero when there was something good.
    fn look_for_lost_bytes(&self, before: u64) {
        // Without a promised hash what is behind the last record is not believed.
        let sure = if self.promised { 1 } else { 1_000_000 };
        let Some(first) = self.world.requests().into_iter().next() else { return };
        if before >= sure && first.path() == "/files/app-2.bin" {
            let range = first.header("range").expect("the run began at zero though a good part was there");
            let from: u64 = range["bytes=".len()..range.len() - 1].parse().unwrap();
            assert!(
                from >= if self.promised { before } else { 256 << 10 },
                "{before} bytes were there: {range}"
            );
        }
    }

    fn where_it_fell(&self, said: &str, writing: bool, before: u64) -> Instants {
        let names = self.world.folder.names();
        let has = |name: &str| names.iter().any(|there| there == name);
        let flowed = self.world.requests().iter().any(|request| request.bytes > 0);
        let whole = self.part_length() == SIZE as u64;
        if said.contains("done") || has("app-2.bin") && !has("app-2.bin.lock") {
            Instants::AfterTheEnd
        } else if has("app-2.bin") || whole || has("app-2.bin.patched") && said.contains("patch 5908") {
            Instants::AroundTheRename
        } else if writing || has("app-2.bin.tmp") || has("app-2.bin.delta.tmp") {
            Instants::WhileARecordIsWritten
        } else if flowed
            && (self.part_length() > before || !self.promised || self.world.options.base_file.is_some())
        {
            Instants::WhileBytesFlow
        } else {
            Instants::BeforeTheFirstByte
        }
    }

    fn tell(&self) {
        println!("{} kills at work, {} files finished in between:", self.at_work(), self.finished);
        for (instant, count) in &self.fell {
            println!("  {count:4} {instant:?}");
        }
    }

    fn flowed(&self) -> usize {
        self.fell.get(&Instants::WhileBytesFlow).copied().unwrap_or(0)
    }
}

fn story(world: World, promised: bool, seed: u64, span: Duration) -> Story {
    Story { world, promised, random: Random(seed), span, turn: 0, fell: Default::default(), finished: 0 }
}

const KILLS: usize = 320;

#[test]
fn kills_cost_no_good_byte_and_leave_no_wrong_file() {
    let seed = seed();
    let mut flowed = 0;
    for (promised, kills) in [(true, KILLS * 3 / 4), (false, KILLS / 4)] {
        let world = if promised { World::new() } else { World::without_promises() };
        world.server.fault(Fault::on("/files/*").rate(6_000_000));
        let mut story = story(world, promised, seed, Duration::from_millis(500));
        story.kill_at_work(kills);
        story.world.server.clear_faults();
        story.world.fetch_right();
        assert_eq!(story.world.folder.names(), ["app-2.bin"]);
        println!("hash promised: {promised}");
        story.tell();
        assert!(story.finished > 0, "no story ever came to its end");
        flowed += story.flowed();
    }
    assert!(flowed * 2 >= KILLS, "only {flowed} of {KILLS} kills fell while bytes flowed");
}

#[test]
fn kills_around_a_patch_leave_no_wrong_file() {
    let seed = seed();
    for name in ["h13-none", "sf20-none"] {
        let world = World::with_patch(name);
        world.server.fault(Fault::on("/files/1-2.patch").rate(3_000));
        let mut story = story(world, true, seed, Duration::from_millis(250));
        while story.at_work() < 35 {
            story.kill(Aim::Anywhere);
        }
        story.world.server.clear_faults();
        story.world.fetch_right();
        assert_eq!(story.world.folder.names(), ["app-2.bin"]);
        println!("{name}");
        story.tell();
    }
}
