//! Sends what waits in the queue: each event until its answer is recorded, in order within a type, by
//! one thread of one process at a time.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    event::EventType,
    queue::{Counts, MOST_PAUSE, Next, Queue, now},
    queue_file::{Aside, Entry},
};
use crate::{
    error::{Error, Result, Stage, Status},
    log::{Level, Log},
    sign::random,
    state::Folder,
    sys,
    watch::{Cancel, SLICE, Watch},
};

/// The pause after the first failure of a type; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// How soon another process's sending is looked at again.
const ELSEWHERE_PAUSE: Duration = Duration::from_secs(30);

/// The events of one state folder, and the thread that sends them while there are any.
pub struct Outbox(Arc<Shared>);

struct Shared {
    folder: Folder,
    queue: Queue,
    log: Log,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    running: bool,
    /// The thread that sends, and how it is told to stop.
    sender: Option<(JoinHandle<()>, Cancel)>,
    /// Whether something was added since the thread last looked.
    news: bool,
    closed: bool,
    /// The event whose answer came but could not be written down yet.
    unrecorded: Option<Ending>,
}

#[derive(Clone)]
struct Ending {
    id: String,
    refused: bool,
}

/// How far sending came.
enum Pass {
    Empty,
    /// What waits is set aside for so long.
    Later(Duration),
    /// Another thread or process is sending.
    Elsewhere,
    /// Nobody wants it any more.
    Abandoned,
}

impl Outbox {
    pub fn new(folder: &Folder, log: &Log) -> Outbox {
        Outbox(Arc::new(Shared {
            folder: folder.clone(),
            queue: Queue::new(folder.clone(), log.clone()),
            log: log.clone(),
            state: Mutex::default(),
            changed: Condvar::new(),
        }))
    }

    /// Puts an event safely on the disk.
    pub fn add(&self, event_type: EventType, body: &str, watch: &Watch) -> Result<()> {
        self.0.queue.add(event_type, body, watch)
    }

    pub fn counts(&self) -> Result<Counts> {
        self.0.queue.counts()
    }

    /// Lets a thread send what waits, until nothing does; `post` gives `None` when nobody wants that
    /// any more.
    pub fn wake(&self, post: impl Fn(&str, &Watch) -> Option<Result<()>> + Send + 'static) {
        let mut state = self.0.state();
        state.news = true;
        self.0.changed.notify_all();
        if state.running {
            return;
        }
        let (shared, cancel) = (self.0.clone(), Cancel::default());
        let stop = cancel.clone();
        match sys::spawn("upgradelink-events", move || shared.run(&Watch::new(stop), &post)) {
            Ok(thread) => {
                state.running = true;
                state.sender = Some((thread, cancel));
            }
            Err(error) => {
                drop(state);
                self.0
                    .log
                    .line(Level::Warn, || format!("events: no thread could be made to send them: {error}"));
            }
        }
    }

    /// Stops the thread and waits for its end, unless it is the one that asks. What it was sending is
    /// sent again by another run.
    pub fn close(&self) {
        let mut state = self.0.state();
        state.closed = true;
        let sender = state.sender.take();
        drop(state);
        self.0.changed.notify_all();
        if let Some((thread, cancel)) =
            sender.filter(|(thread, _)| Some(thread.thread().id()) != sys::own_thread())
        {
            cancel.cancel();
            let _ = thread.join();
        }
    }

    /// Sends on this thread until nothing waits, at most until `end`.
    /// An event that the end overtakes is not to blame.
    pub fn flush(&self, end: Instant, watch: &Watch, post: impl Fn(&str) -> Result<()>) -> Result<()> {
        let in_time =
            |outcome: Result<()>| Some(outcome).filter(|outcome| outcome.is_ok() || Instant::now() < end);
        loop {
            let pass = self.0.pass(watch, &|body| in_time(post(body)))?;
            let left = end.saturating_duration_since(Instant::now());
            let (pause, why) = match pass {
                Pass::Empty => return Ok(()),
                Pass::Later(pause) => (pause, "the service failed on them before, they are set aside"),
                Pass::Elsewhere => (SLICE.min(left), "another thread or process is sending them"),
                Pass::Abandoned => (Duration::ZERO, "the time for sending them is over"),
            };
            if left.is_zero() || pause > left {
                let message = format!("events: {} still wait: {why}", self.counts()?.waiting);
                return Err(Error::new(Status::Busy, Stage::Service, message).retry_after(Some(pause)));
            }
            watch.pause(pause)?;
        }
    }
}

impl Drop for Outbox {
    /// Lets the thread end with what it is at.
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, watch: &Watch, post: &dyn Fn(&str, &Watch) -> Option<Result<()>>) {
        let _log = self.log.here();
        loop {
            self.state().news = false;
            let pause = match self.pass(watch, &|body| post(body, watch)) {
                Ok(Pass::Empty | Pass::Abandoned) => None,
                Ok(Pass::Later(pause)) => Some(pause),
                Ok(Pass::Elsewhere) => Some(ELSEWHERE_PAUSE),
                Err(error) => {
                    self.log.line(Level::Warn, || format!("events: {error}"));
                    Some(FIRST_PAUSE)
                }
            };
            let state = self.state();
            let mut state = match pause {
                None => state,
                Some(pause) => {
                    let idle = |state: &mut State| !state.news && !state.closed;
                    let waited = self.changed.wait_timeout_while(state, pause, idle);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
            if state.closed || (pause.is_none() && !state.news) {
                state.running = false;
                return;
            }
        }
    }

    /// Sends what is not set aside.
    fn pass(&self, watch: &Watch, post: &dyn Fn(&str) -> Option<Result<()>>) -> Result<Pass> {
        let Some(_lease) = self.folder.lease("sending")? else { return Ok(Pass::Elsewhere) };
        loop {
            self.record()?;
            if self.state().closed {
                return Ok(Pass::Abandoned);
            }
            let event = match self.queue.next(watch)? {
                Next::Nothing => return Ok(Pass::Empty),
                Next::Later(pause) => return Ok(Pass::Later(pause)),
                Next::Send(event) => event,
            };
            watch.check()?;
            match post(&event.body) {
                None => return Ok(Pass::Abandoned),
                Some(outcome) => self.conclude(&event, outcome)?,
            }
        }
    }

    fn conclude(&self, event: &Entry, outcome: Result<()>) -> Result<()> {
        let name = event.event_type.name();
        let refused = match outcome {
            Ok(()) => false,
            Err(error) if error.status == Status::Cancelled => return Err(error),
            Err(error) if is_final(&error) => {
                self.log.line(Level::Warn, || format!("events: {name} dropped: {error}"));
                true
            }
            Err(error) => return self.set_aside(event.event_type, &error),
        };
        self.state().unrecorded = Some(Ending { id: event.id.clone(), refused });
        self.record()
    }

    /// Writes down how the last event ended; until that is done nothing is sent.
    fn record(&self) -> Result<()> {
        let Some(ending) = self.state().unrecorded.clone() else { return Ok(()) };
        match ending.refused {
            true => self.queue.refused(&ending.id)?,
            false => self.queue.answered(&ending.id)?,
        }
        self.state().unrecorded = None;
        Ok(())
    }

    fn set_aside(&self, event_type: EventType, error: &Error) -> Result<()> {
        let failures = self.queue.failures(event_type)?.saturating_add(1);
        let pause = pause_after(failures, error.retry_after, u64::from_le_bytes(random()?));
        self.log.line(Level::Warn, || {
            format!("events: {} set aside for {} s: {error}", event_type.name(), pause.as_secs())
        });
        self.queue.set_aside(event_type, Aside { failures, until: now() + pause.as_secs() })
    }
}

/// Whether the service understood and will never take the event.
fn is_final(error: &Error) -> bool {
    matches!(error.status, Status::Service | Status::NotFound) && error.service_code != 0 && !error.retryable
}

/// How long a type that has failed `failures` times is set aside: never shorter than the service asks
/// for, up to the longest of all, and spread so that devices which failed together do not come back together.
fn pause_after(failures: u32, asked: Option<Duration>, random: u64) -> Duration {
    let grown = (FIRST_PAUSE * (1 << (failures.max(1) - 1).min(10))).min(MOST_PAUSE);
    let spread = Duration::from_millis(random % (grown.as_millis() as u64 / 2));
    (asked.unwrap_or_default().clamp(grown / 2, MOST_PAUSE) + spread).min(MOST_PAUSE)
}
