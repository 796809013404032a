//! The file of events that wait: appended to when one is reported, changed in place when one is
//! answered, so that an answer can be recorded on a full disk too.
//!
//! A head of fixed width holds how many events were dropped and, for each type, how often it failed
//! and until when it is set aside. A line for each event follows:
//!
//! ```text
//! +1 f0e1d2c3b4a59687 001763750000 0123456789abcdef {"eventType":"app_start",…}
//! ```
//!
//! `+` waits, `-` is over; then its type, a random id, when it was reported (Unix seconds), a
//! checksum over all that, and the body of its request. A line that was torn off or spoilt is passed
//! over.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest, Sha256};

use super::event::EventType;
use crate::{
    error::Result,
    log::{Level, Log},
    sign::{hex, random},
    state::{Folder, Held, contents},
};

/// The file's name in the state folder.
const FILE: &str = "events";

/// How many events wait at most; the oldest gives way.
const MOST_EVENTS: usize = 1000;
/// How many bytes of events wait at most; the oldest gives way.
const MOST_BYTES: usize = 256 << 10;
/// How long an event waits at most.
const MOST_AGE: Duration = Duration::from_secs(14 * 24 * 3600);
/// For how long a type is set aside at most; more is a clock that was set back.
pub const MOST_PAUSE: Duration = Duration::from_secs(12 * 3600);

const MAGIC: &str = "upgradelink events 1\n";
const TYPES: usize = EventType::ALL.len();
const DROPPED_WIDTH: usize = "dropped 0000000000\n".len();
const ASIDE_WIDTH: usize = "000 000000000000\n".len();
const HEAD: usize = MAGIC.len() + DROPPED_WIDTH + TYPES * ASIDE_WIDTH;
const ID: usize = 16;
/// Type, id and when it was reported.
const HEAD_OF_LINE: usize = 1 + 1 + ID + 1 + "000000000000".len();

/// Events in the state folder.
pub struct Queue {
    folder: Folder,
    log: Log,
}

/// An event that waits, in its line of the file.
#[derive(Debug)]
pub struct Entry<'a> {
    pub id: &'a str,
    pub event_type: EventType,
    pub body: &'a str,
    created: u64,
    /// Where its line starts and how long it is.
    at: usize,
    length: usize,
}

/// An event that is to be sent.
pub struct Outgoing {
    pub id: String,
    pub event_type: EventType,
    pub body: String,
}

/// A type that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    pub failures: u32,
    /// In Unix seconds.
    pub until: u64,
}

/// How many events wait, and how many were dropped since the state folder was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u64,
    pub dropped: u64,
}

/// What is to be done next.
pub enum Next {
    Send(Outgoing),
    /// What waits is set aside for so long.
    Later(Duration),
    Nothing,
}

/// What the file holds.
#[derive(Debug, Default)]
pub struct Contents<'a> {
    pub dropped: u64,
    pub aside: [Aside; TYPES],
    /// Those that wait, the oldest first.
    pub waiting: Vec<Entry<'a>>,
    /// Whether the head is as it should be.
    sound: bool,
    /// Where the last whole line ends.
    end: usize,
}

impl Queue {
    pub fn new(folder: Folder, log: Log) -> Queue {
        Queue { folder, log }
    }

    /// Adds an event; it is on the disk when this returns.
    pub fn add(&self, event_type: EventType, body: &str) -> Result<()> {
        let mut said = Said::new(&self.log);
        let held = self.folder.hold()?;
        let (mut file, mut bytes) = self.load(&held, &mut said)?;
        let id = hex(&random::<{ ID / 2 }>()?);
        let line = Entry { id: &id, event_type, body, created: now(), at: 0, length: 0 }.write();
        if bytes.len() + line.len() > 2 * MOST_BYTES {
            bytes = read(&bytes).write();
            held.replace(FILE, &bytes)?;
            file = held.file(FILE)?;
        }
        let mut contents = read(&bytes);
        append(&mut file, contents.end, &line).map_err(|error| unwritten(&held, &error))?;
        let excess = contents.excess(line.len());
        if excess > 0 {
            // Where this fails the event is on the disk all the same, and the next one tries again.
            let _ =
                give_up(&mut file, &mut contents, &|place, _| place < excess, "the queue is full", &mut said);
        }
        Ok(())
    }

    /// The oldest event whose type is not set aside.
    pub fn next(&self) -> Result<Next> {
        Ok(read(&self.bytes()?).next(now()))
    }

    pub fn counts(&self) -> Result<Counts> {
        let bytes = self.bytes()?;
        let contents = read(&bytes);
        Ok(Counts { waiting: contents.waiting.len() as u64, dropped: contents.dropped })
    }

    /// Records that an event was answered, and that its type works; it is on the disk when this
    /// returns.
    pub fn answered(&self, id: &str) -> Result<()> {
        self.over(id, |contents, entry| contents.aside[entry.event_type.index()] = Aside::default())
    }

    /// Records that the service will never take an event.
    pub fn refused(&self, id: &str) -> Result<()> {
        self.over(id, |contents, _| contents.dropped += 1)
    }

    /// Sets the type of an event aside. Of those that waited too long it was the last attempt: an age
    /// alone says little, for the clock may have been set since.
    pub fn set_aside(&self, event_type: EventType, aside: Aside) -> Result<()> {
        let mut said = Said::new(&self.log);
        let held = self.folder.hold()?;
        let (mut file, bytes) = self.load(&held, &mut said)?;
        let mut contents = read(&bytes);
        contents.aside[event_type.index()] = aside;
        let oldest = now().saturating_sub(MOST_AGE.as_secs());
        let too_old = |_, entry: &Entry| entry.event_type == event_type && entry.created < oldest;
        give_up(&mut file, &mut contents, &too_old, "too old", &mut said)
            .map_err(|error| unwritten(&held, &error))
    }

    /// How often the type has failed since it last worked.
    pub fn failures(&self, event_type: EventType) -> Result<u32> {
        Ok(read(&self.bytes()?).aside[event_type.index()].failures)
    }

    /// Ends an event that may have been dropped meanwhile.
    fn over(&self, id: &str, change: impl FnOnce(&mut Contents, &Entry)) -> Result<()> {
        let mut said = Said::new(&self.log);
        let held = self.folder.hold()?;
        let (mut file, bytes) = self.load(&held, &mut said)?;
        let mut contents = read(&bytes);
        let Some(place) = contents.waiting.iter().position(|entry| entry.id == id) else { return Ok(()) };
        let entry = contents.waiting.remove(place);
        let before = (contents.aside, contents.dropped);
        change(&mut contents, &entry);
        let mut write = || {
            if contents.waiting.is_empty() {
                file.set_len(HEAD as u64)?;
            } else {
                write_at(&mut file, entry.at, b"-")?;
            }
            if before != (contents.aside, contents.dropped) {
                write_head(&mut file, &contents)?;
            }
            file.sync_data()
        };
        write().map_err(|error| unwritten(&held, &error))
    }

    fn bytes(&self) -> Result<Vec<u8>> {
        let mut said = Said::new(&self.log);
        Ok(self.load(&self.folder.hold()?, &mut said)?.1)
    }

    /// Reads the file; one that is new or whose head was spoilt is written anew first.
    fn load(&self, held: &Held, said: &mut Said) -> Result<(File, Vec<u8>)> {
        let file = held.file(FILE)?;
        let bytes = contents(&file).map_err(|error| held.failure("cannot be read", FILE, &error))?;
        let contents = read(&bytes);
        if contents.sound {
            return Ok((file, bytes));
        }
        if !bytes.is_empty() {
            let count = contents.waiting.len();
            said.text = format!("the file was spoilt, {count} could be saved; ");
        }
        drop(file);
        let bytes = contents.write();
        held.replace(FILE, &bytes)?;
        Ok((held.file(FILE)?, bytes))
    }
}

impl Contents<'_> {
    /// How many of the oldest must go for a new line of `length` bytes.
    fn excess(&self, length: usize) -> usize {
        let mut bytes: usize = self.waiting.iter().map(|entry| entry.length).sum();
        let mut left = self.waiting.len();
        for (gone, entry) in self.waiting.iter().enumerate() {
            if left < MOST_EVENTS && bytes + length <= MOST_BYTES {
                return gone;
            }
            left -= 1;
            bytes -= entry.length;
        }
        self.waiting.len()
    }

    fn next(self, now: u64) -> Next {
        let wait = |aside: Aside| aside.until.saturating_sub(now);
        let longest = MOST_PAUSE.as_secs();
        let pauses = self.aside.map(|aside| Some(wait(aside)).filter(|wait| *wait <= longest).unwrap_or(0));
        let mut soonest: Option<u64> = None;
        for entry in self.waiting {
            match pauses[entry.event_type.index()] {
                0 => return Next::Send(entry.outgoing()),
                pause => soonest = Some(soonest.map_or(pause, |soonest| soonest.min(pause))),
            }
        }
        soonest.map_or(Next::Nothing, |pause| Next::Later(Duration::from_secs(pause)))
    }

    /// The file that holds this and nothing else.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend(self.waiting.iter().flat_map(Entry::write));
        bytes
    }

    fn head(&self) -> Vec<u8> {
        let mut head = format!("{MAGIC}dropped {:010}\n", self.dropped.min(9_999_999_999));
        for aside in self.aside {
            head += &format!("{:03} {:012}\n", aside.failures.min(999), aside.until.min(999_999_999_999));
        }
        head.into_bytes()
    }
}

/// Reads what can be read of a file that may have been cut or spoilt anywhere.
pub fn read(bytes: &[u8]) -> Contents<'_> {
    let mut contents = Contents::default();
    let head = bytes.get(..HEAD).and_then(|head| read_head(head, &mut contents));
    contents.sound = head.is_some();
    let mut at = if contents.sound { HEAD } else { 0 };
    contents.end = at;
    while let Some(length) = bytes[at..].iter().position(|byte| *byte == b'\n') {
        contents.waiting.extend(Entry::read(&bytes[at..at + length], at));
        at += length + 1;
        contents.end = at;
    }
    contents
}

fn read_head(head: &[u8], contents: &mut Contents) -> Option<()> {
    let mut lines = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.split_terminator('\n');
    let dropped = lines.next()?.strip_prefix("dropped ")?.parse().ok()?;
    let mut aside = [Aside::default(); TYPES];
    for aside in &mut aside {
        let (failures, until) = lines.next()?.split_once(' ')?;
        *aside = Aside { failures: failures.parse().ok()?, until: until.parse().ok()? };
    }
    (contents.dropped, contents.aside) = (dropped, aside);
    Some(())
}

impl<'a> Entry<'a> {
    /// The line that says that the event waits.
    fn write(&self) -> Vec<u8> {
        let Entry { id, event_type, body, created, .. } = self;
        let head = format!("{} {id} {created:012}", *event_type as i32);
        format!("+{head} {:016x} {body}\n", checksum(&head, body)).into_bytes()
    }

    /// Reads a line without its end; `None` where it is over or not one of ours.
    fn read(line: &'a [u8], at: usize) -> Option<Entry<'a>> {
        let length = line.len() + 1;
        let line = std::str::from_utf8(line).ok()?.strip_prefix('+')?;
        let (head, rest) = line.split_at_checked(HEAD_OF_LINE)?;
        let (sum, body) = rest.strip_prefix(' ')?.split_once(' ')?;
        if u64::from_str_radix(sum, 16) != Ok(checksum(head, body)) {
            return None;
        }
        let mut parts = head.split(' ');
        let event_type = EventType::from_number(parts.next()?.parse().ok()?)?;
        let (id, created) = (parts.next()?, parts.next()?.parse().ok()?);
        Some(Entry { id, event_type, body, created, at, length })
    }

    fn outgoing(&self) -> Outgoing {
        Outgoing { id: self.id.to_owned(), event_type: self.event_type, body: self.body.to_owned() }
    }
}

fn checksum(head: &str, body: &str) -> u64 {
    let digest = Sha256::new().chain_update(head).chain_update(body).finalize();
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What there is to say once the folder is let go of: the host may call the library from its log.
struct Said<'a> {
    log: &'a Log,
    text: String,
}

impl Said<'_> {
    /// To be made before the folder is held, and so dropped after.
    fn new(log: &Log) -> Said<'_> {
        Said { log, text: String::new() }
    }
}

impl Drop for Said<'_> {
    fn drop(&mut self) {
        if !self.text.is_empty() {
            self.log.line(Level::Warn, || format!("events: {}", self.text.trim_end_matches("; ")));
        }
    }
}

/// Marks the events as over that `is_to_go`, by their place and themselves, and writes the head.
fn give_up(
    file: &mut File,
    contents: &mut Contents,
    is_to_go: &dyn Fn(usize, &Entry) -> bool,
    why: &str,
    said: &mut Said,
) -> io::Result<()> {
    let before = contents.dropped;
    for (place, entry) in contents.waiting.iter().enumerate() {
        if is_to_go(place, entry) {
            write_at(file, entry.at, b"-")?;
            contents.dropped += 1;
        }
    }
    write_head(file, contents)?;
    file.sync_data()?;
    if contents.dropped > before {
        said.text += &format!("{} dropped, {why}; {} in all", contents.dropped - before, contents.dropped);
    }
    Ok(())
}

/// Adds a line behind the last whole one; nothing of it stays when there is no room.
fn append(file: &mut File, end: usize, line: &[u8]) -> io::Result<()> {
    file.set_len(end as u64)?;
    write_at(file, end, line).and_then(|()| file.sync_data()).inspect_err(|_| {
        let _ = file.set_len(end as u64);
    })
}

fn write_head(file: &mut File, contents: &Contents) -> io::Result<()> {
    write_at(file, 0, &contents.head())
}

fn write_at(file: &mut File, at: usize, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at as u64))?;
    file.write_all(bytes)
}

fn unwritten(held: &Held, error: &io::Error) -> crate::error::Error {
    held.failure("cannot be written", FILE, error)
}

/// Unix seconds.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
