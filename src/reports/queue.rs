//! The queue in the state folder: appended to when an event is reported, changed in place when one is
//! answered, so that an answer can be recorded on a full disk too.

use std::{
    fs::File,
    io::{self, BufReader, Seek, SeekFrom, Write},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    event::EventType,
    queue_file::{Aside, Entry, HEAD, Head, ID, QueueFile},
};
use crate::{
    error::Result,
    log::{Level, Log},
    sign::{hex, random},
    state::{Folder, Held},
    watch::Watch,
};

/// The file's name in the state folder.
const FILE: &str = "events";

/// How many events wait at most; the oldest gives way.
const MOST_EVENTS: u64 = 1000;
/// How many bytes of events wait at most; the oldest gives way.
const MOST_BYTES: u64 = 256 << 10;
/// How long an event waits at most.
const MOST_AGE: Duration = Duration::from_secs(14 * 24 * 3600);
/// For how long a type is set aside at most; more is a clock that was set back.
pub const MOST_PAUSE: Duration = Duration::from_secs(12 * 3600);

/// Events in the state folder.
pub struct Queue {
    folder: Folder,
    log: Log,
}

/// How many events wait, and how many were dropped since the state folder was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: u64,
    pub dropped: u64,
}

/// What is to be done next.
pub enum Next {
    Send(Entry),
    /// What waits is set aside for so long.
    Later(Duration),
    Nothing,
}

impl Queue {
    pub fn new(folder: Folder, log: Log) -> Queue {
        Queue { folder, log }
    }

    /// Adds an event; it is on the disk when this returns.
    pub fn add(&self, event_type: EventType, body: &str, watch: &Watch) -> Result<()> {
        let mut said = Said::new(&self.log);
        let held = self.folder.hold(watch)?;
        let unread = |error: io::Error| held.failure("cannot be read", FILE, &error);
        let mut file = load(&held, &mut said)?;
        let id = hex(&random::<{ ID / 2 }>()?);
        let line = Entry { id, event_type, created: now(), body: body.to_owned() }.write();
        let mut extent = Extent::of(&file).map_err(unread)?;
        if extent.all + line.len() as u64 > 2 * MOST_BYTES {
            file = write_anew(&held, file)?.0;
            extent = Extent::of(&file).map_err(unread)?;
        }
        append(&file, extent.end, &line).map_err(|error| held.failure("cannot be written", FILE, &error))?;
        extent.counts.waiting += 1;
        extent.bytes += line.len() as u64;
        // Where this fails the event is on the disk all the same, and the next one tries again.
        let _ = extent.drop_excess(&file, &mut said);
        Ok(())
    }

    /// The oldest event whose type is not set aside.
    pub fn next(&self, watch: &Watch) -> Result<Next> {
        self.with("cannot be read", watch, |file, _| next(read(file)?, now()))
    }

    pub fn counts(&self) -> Result<Counts> {
        self.with("cannot be read", &Watch::default(), |file, _| Ok(Extent::of(file)?.counts))
    }

    /// Records that an event was answered, and that its type works; it is on the disk when this
    /// returns.
    pub fn answered(&self, id: &str) -> Result<()> {
        self.over(id, |head, event_type| head.aside[event_type.index()] = Aside::default())
    }

    /// Records that the service will never take an event.
    pub fn refused(&self, id: &str) -> Result<()> {
        self.over(id, |head, _| head.dropped += 1)
    }

    /// Sets the type of an event aside. Of those that waited too long it was the last attempt: an age
    /// alone says little, for the clock may have been set since.
    pub fn set_aside(&self, event_type: EventType, aside: Aside) -> Result<()> {
        self.record(|file, said| {
            let mut queue = read(file)?;
            let before = queue.head.dropped;
            queue.head.aside[event_type.index()] = aside;
            let oldest = now().saturating_sub(MOST_AGE.as_secs());
            while let Some(entry) = queue.next_waiting()? {
                if entry.event_type == event_type && entry.created < oldest {
                    give_up(file, &mut queue)?;
                }
            }
            settle(file, &queue.head, before, "too old", said)
        })
    }

    /// How often the type has failed since it last worked.
    pub fn failures(&self, event_type: EventType) -> Result<u32> {
        let failures = |file: &File, _: &mut Said| Ok(read(file)?.head.aside[event_type.index()].failures);
        self.with("cannot be read", &Watch::default(), failures)
    }

    /// Ends an event that may have been dropped meanwhile.
    fn over(&self, id: &str, change: fn(&mut Head, EventType)) -> Result<()> {
        self.record(|file, _| {
            let mut queue = read(file)?;
            let (mut found, mut others) = (None, false);
            while (found.is_none() || !others)
                && let Some(entry) = queue.next_waiting()?
            {
                if found.is_none() && entry.id == id {
                    found = Some((entry.event_type, queue.start));
                } else {
                    others = true;
                }
            }
            let Some((event_type, place)) = found else { return Ok(()) };
            let before = queue.head;
            change(&mut queue.head, event_type);
            if others {
                write_at(file, place, b"-")?;
            } else {
                file.set_len(HEAD)?;
            }
            if queue.head != before {
                write_at(file, 0, &queue.head.write())?;
            }
            file.sync_data()
        })
    }

    /// Lets `work` have the file, to write down what became of an event that was sent: that is done even
    /// when nobody waits for it any more, or it would be sent again.
    fn record(&self, work: impl FnOnce(&File, &mut Said) -> io::Result<()>) -> Result<()> {
        self.with("cannot be written", &Watch::default(), work)
    }

    fn with<T>(
        &self,
        failure: &str,
        watch: &Watch,
        work: impl FnOnce(&File, &mut Said) -> io::Result<T>,
    ) -> Result<T> {
        let mut said = Said::new(&self.log);
        let held = self.folder.hold(watch)?;
        let file = load(&held, &mut said)?;
        work(&file, &mut said).map_err(|error| held.failure(failure, FILE, &error))
    }
}

/// Opens the file; one that is new or whose head was spoilt is written anew first.
fn load(held: &Held, said: &mut Said) -> Result<File> {
    let file = held.file(FILE)?;
    let unread = |error: io::Error| held.failure("cannot be read", FILE, &error);
    if read(&file).map_err(unread)?.sound {
        return Ok(file);
    }
    let is_new = file.metadata().map_err(unread)?.len() == 0;
    let (file, count) = write_anew(held, file)?;
    if !is_new {
        said.text = format!("the file was spoilt, {count} could be saved; ");
    }
    Ok(file)
}

/// Puts what waits into a new file; says how many events that are.
fn write_anew(held: &Held, file: File) -> Result<(File, u64)> {
    let count = held.replace(FILE, move |new| read(&file)?.write(new))?;
    Ok((held.file(FILE)?, count))
}

/// The file while it is read.
type Reading<'a> = QueueFile<BufReader<&'a File>>;

fn read(file: &File) -> io::Result<Reading<'_>> {
    QueueFile::read(BufReader::new(file))
}

fn next(mut queue: Reading, now: u64) -> io::Result<Next> {
    let wait = |aside: Aside| aside.until.saturating_sub(now);
    let longest = MOST_PAUSE.as_secs();
    let pauses = queue.head.aside.map(|aside| Some(wait(aside)).filter(|wait| *wait <= longest).unwrap_or(0));
    let mut soonest: Option<u64> = None;
    while let Some(entry) = queue.next_waiting()? {
        match pauses[entry.event_type.index()] {
            0 => return Ok(Next::Send(entry)),
            pause => soonest = Some(soonest.map_or(pause, |soonest| soonest.min(pause))),
        }
    }
    Ok(soonest.map_or(Next::Nothing, |pause| Next::Later(Duration::from_secs(pause))))
}

/// How much of the file is what.
struct Extent {
    counts: Counts,
    /// Of the events that wait.
    bytes: u64,
    /// Where the last whole line ends, and the file.
    end: u64,
    all: u64,
}

impl Extent {
    fn of(file: &File) -> io::Result<Extent> {
        let mut queue = read(file)?;
        let mut counts = Counts { waiting: 0, dropped: queue.head.dropped };
        let mut bytes = 0;
        while queue.next_waiting()?.is_some() {
            counts.waiting += 1;
            bytes += queue.end - queue.start;
        }
        Ok(Extent { counts, bytes, end: queue.end, all: queue.at })
    }

    fn is_excessive(&self) -> bool {
        self.counts.waiting > MOST_EVENTS || self.bytes > MOST_BYTES
    }

    fn drop_excess(mut self, file: &File, said: &mut Said) -> io::Result<()> {
        if !self.is_excessive() {
            return Ok(());
        }
        let mut queue = read(file)?;
        let before = queue.head.dropped;
        while self.is_excessive() && queue.next_waiting()?.is_some() {
            self.counts.waiting -= 1;
            self.bytes -= queue.end - queue.start;
            give_up(file, &mut queue)?;
        }
        settle(file, &queue.head, before, "the queue is full", said)
    }
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

/// Marks the event that was read last as over, and lets the file be read on.
fn give_up(mut file: &File, queue: &mut Reading) -> io::Result<()> {
    let read = file.stream_position()?;
    write_at(file, queue.start, b"-")?;
    file.seek(SeekFrom::Start(read))?;
    queue.head.dropped += 1;
    Ok(())
}

/// Writes the head, once events were given up.
fn settle(file: &File, head: &Head, dropped_before: u64, why: &str, said: &mut Said) -> io::Result<()> {
    write_at(file, 0, &head.write())?;
    file.sync_data()?;
    let dropped = head.dropped - dropped_before;
    if dropped > 0 {
        said.text += &format!("{dropped} dropped, {why}; {} in all", head.dropped);
    }
    Ok(())
}

/// Adds a line behind the last whole one; nothing of it stays when there is no room.
fn append(file: &File, end: u64, line: &[u8]) -> io::Result<()> {
    file.set_len(end)?;
    write_at(file, end, line).and_then(|()| file.sync_data()).inspect_err(|_| {
        let _ = file.set_len(end);
    })
}

fn write_at(mut file: &File, at: u64, bytes: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(bytes)
}

/// Unix seconds.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
