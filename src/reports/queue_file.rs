//! The form of the file of events that wait. It is read line by line: whole it would be half a
//! mebibyte, which the allocator may keep for every thread of the host's that ever reported.
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

use std::io::{self, BufRead, Read, Seek, Write};

use sha2::{Digest, Sha256};

use super::event::EventType;
use crate::state::FILE_LIMIT;

const MAGIC: &str = "upgradelink events 1\n";
const TYPES: usize = EventType::ALL.len();
const DROPPED_WIDTH: usize = "dropped 0000000000\n".len();
const ASIDE_WIDTH: usize = "000 000000000000\n".len();
/// How long the head is.
pub const HEAD: u64 = (MAGIC.len() + DROPPED_WIDTH + TYPES * ASIDE_WIDTH) as u64;
/// How long an id is, in hexadecimal digits.
pub const ID: usize = 16;
/// Type, id and when it was reported.
const HEAD_OF_LINE: usize = 1 + 1 + ID + 1 + "000000000000".len();
/// No line is longer: the five keys of an event have 128 characters each, of at most six bytes in JSON.
const MOST_LINE: u64 = 8 << 10;

/// A type that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    pub failures: u32,
    /// In Unix seconds.
    pub until: u64,
}

/// What the file says of all events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub dropped: u64,
    pub aside: [Aside; TYPES],
}

/// An event that waits.
#[derive(Debug)]
pub struct Entry {
    pub id: String,
    pub event_type: EventType,
    /// In Unix seconds.
    pub created: u64,
    pub body: String,
}

/// A file that is being read; it may have been cut or spoilt anywhere.
#[derive(Debug)]
pub struct QueueFile<R> {
    pub head: Head,
    /// Whether the head is as it should be.
    pub sound: bool,
    /// How far it was read.
    pub at: u64,
    /// Where the last whole line starts and ends.
    pub start: u64,
    pub end: u64,
    source: R,
    /// A line, or so much of it as ours may have.
    line: Vec<u8>,
}

impl<R: BufRead + Seek> QueueFile<R> {
    pub fn read(mut source: R) -> io::Result<QueueFile<R>> {
        source.rewind()?;
        let mut line = Vec::new();
        let mut start = source.by_ref().take(HEAD);
        while start.read_until(b'\n', &mut line)? > 0 {}
        let head = Head::read(&line);
        if head.is_none() {
            source.rewind()?;
        }
        let at = head.map_or(0, |_| HEAD);
        let (sound, head) = (head.is_some(), head.unwrap_or_default());
        Ok(QueueFile { head, sound, at, start: at, end: at, source, line })
    }

    /// The next event that waits; the oldest comes first.
    pub fn next_waiting(&mut self) -> io::Result<Option<Entry>> {
        while self.at < FILE_LIMIT {
            self.line.clear();
            let length = self.source.by_ref().take(MOST_LINE).read_until(b'\n', &mut self.line)? as u64;
            if length == 0 {
                break;
            }
            let start = self.at;
            self.at += length;
            // A line that is too long comes in pieces, of which only the last has an end.
            let Some(line) = self.line.strip_suffix(b"\n") else { continue };
            let is_whole = start == self.end;
            (self.start, self.end) = (start, self.at);
            if let Some(entry) = Entry::read(line).filter(|_| is_whole) {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Writes a file that holds this and nothing else; says how many events that are.
    pub fn write(mut self, to: &mut dyn Write) -> io::Result<u64> {
        to.write_all(&self.head.write())?;
        let mut count = 0;
        while let Some(entry) = self.next_waiting()? {
            to.write_all(&entry.write())?;
            count += 1;
        }
        Ok(count)
    }
}

impl Head {
    fn read(head: &[u8]) -> Option<Head> {
        let head = std::str::from_utf8(head).ok().filter(|head| head.len() as u64 == HEAD)?;
        let mut lines = head.strip_prefix(MAGIC)?.split_terminator('\n');
        let dropped = lines.next()?.strip_prefix("dropped ")?.parse().ok()?;
        let mut aside = [Aside::default(); TYPES];
        for aside in &mut aside {
            let (failures, until) = lines.next()?.split_once(' ')?;
            *aside = Aside { failures: failures.parse().ok()?, until: until.parse().ok()? };
        }
        Some(Head { dropped, aside })
    }

    pub fn write(&self) -> Vec<u8> {
        let mut head = format!("{MAGIC}dropped {:010}\n", self.dropped.min(9_999_999_999));
        for aside in self.aside {
            head += &format!("{:03} {:012}\n", aside.failures.min(999), aside.until.min(999_999_999_999));
        }
        head.into_bytes()
    }
}

impl Entry {
    /// The line that says that the event waits.
    pub fn write(&self) -> Vec<u8> {
        let Entry { id, event_type, created, body } = self;
        let head = format!("{} {id} {created:012}", *event_type as i32);
        format!("+{head} {:016x} {body}\n", checksum(&head, body)).into_bytes()
    }

    /// Reads a line without its end; `None` where it is over or not one of ours.
    fn read(line: &[u8]) -> Option<Entry> {
        let line = std::str::from_utf8(line).ok()?.strip_prefix('+')?;
        let (head, rest) = line.split_at_checked(HEAD_OF_LINE)?;
        let (sum, body) = rest.strip_prefix(' ')?.split_once(' ')?;
        if u64::from_str_radix(sum, 16) != Ok(checksum(head, body)) {
            return None;
        }
        let mut parts = head.split(' ');
        let event_type = EventType::from_number(parts.next()?.parse().ok()?)?;
        let (id, created) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
        Some(Entry { id, event_type, created, body: body.to_owned() })
    }
}

fn checksum(head: &str, body: &str) -> u64 {
    let digest = Sha256::new().chain_update(head).chain_update(body).finalize();
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
