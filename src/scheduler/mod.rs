//! Says when it is time to check, on a thread of its own while it runs.

pub mod rule;

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::ThreadId,
    time::{Duration, SystemTime},
};

use self::rule::{Event, State};
use crate::{
    api::{Query, Strategy},
    client::Client,
    error::{Error, Result, Stage, Status},
    log::Level,
    memory::{Kept, or_dash, subject, unix_ms},
    sign::random,
    state::name_for,
    sys,
    watch::{Cancel, Watch},
};

/// The shortest interval.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// How often a waiting thread looks at the clock, which may have been set and does not run while the
/// machine sleeps; whoever is later than this has slept.
const LOOK: Duration = Duration::from_secs(600);

impl Kept for State {
    const NAME: &'static str = "schedule";

    fn write(&self) -> String {
        format!("{} {} {}", self.next, self.failures, or_dash(self.moment))
    }

    fn read(text: &str) -> Option<State> {
        let mut numbers = text.split(' ');
        let (next, failures) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
        Some(State { next, failures, moment: numbers.next()?.parse().ok() })
    }
}

/// Knows when a query is to be checked, in this process and, with a state folder, in all that share it.
pub struct Scheduler(Arc<Shared>);

struct Shared {
    client: Client,
    query: Query,
    subject: Vec<u8>,
    /// In milliseconds.
    interval: u64,
    live: Mutex<Live>,
    changed: Condvar,
}

#[derive(Default)]
struct Live {
    /// What is kept, for when there is no folder or it cannot be written.
    state: Option<State>,
    checking: bool,
    running: Option<Running>,
}

struct Running {
    /// Unknown until the thread itself says so.
    thread: Option<ThreadId>,
    cancel: Cancel,
}

impl Scheduler {
    pub fn new(client: &Client, query: &Query, interval: Duration) -> Result<Scheduler> {
        if interval < LEAST_INTERVAL {
            return Err(Error::argument("scheduler: the interval is below a second"));
        }
        let query = client.complete(query)?;
        Ok(Scheduler(Arc::new(Shared {
            client: client.clone(),
            subject: subject(&query)?,
            query,
            interval: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX / 4).min(u64::MAX / 4),
            live: Mutex::default(),
            changed: Condvar::new(),
        })))
    }

    /// Lets a thread call `due` whenever it is time to check, until [`Scheduler::stop`].
    pub fn start(&self, due: impl Fn() + Send + 'static) -> Result<()> {
        let mut live = self.0.live();
        if live.running.is_some() {
            return Err(Error::argument("scheduler: is running"));
        }
        let cancel = Cancel::default();
        let (shared, watch) = (self.0.clone(), cancel.clone());
        sys::spawn("upgradelink-scheduler", move || {
            let _end = End(&shared);
            shared.run(&watch, &due);
            drop(due);
        })
        .map_err(|error| {
            let message = format!("scheduler: no thread could be made: {error}");
            Error::new(Status::Internal, Stage::Config, message).caused_by(&error).retryable(true)
        })?;
        live.running = Some(Running { thread: None, cancel });
        Ok(())
    }

    /// Returns when the thread has ended, or at once within `due`. A check that it makes is cancelled.
    pub fn stop(&self) {
        let mut live = self.0.live();
        let Some(running) = &live.running else { return };
        running.cancel.cancel();
        let inside = running.thread.is_some() && running.thread == sys::own_thread();
        self.0.changed.notify_all();
        while !inside && live.running.is_some() {
            live = self.0.changed.wait(live).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Checks now, and plans the next check by how this one ends. One at a time, in all processes.
    pub fn check(&self) -> Result<Strategy> {
        let shared = &*self.0;
        let busy = || Error::new(Status::Busy, Stage::Config, "scheduler: a check of this query is running");
        let _lease = match shared.client.memory() {
            Ok(memory) => {
                Some(memory.folder().lease(&name_for("checking", &shared.subject))?.ok_or_else(busy)?)
            }
            Err(_) => None,
        };
        let _turn = Turn::take(shared).ok_or_else(busy)?;
        let cancel = shared.live().running.as_ref().map(|running| running.cancel.clone());
        let outcome = shared.client.check(&shared.query, &Watch::new(cancel.unwrap_or_default()));
        match &outcome {
            Ok(_) => shared.plan(Event::Succeeded)?,
            Err(error) if error.status == Status::Cancelled => return outcome,
            Err(error) => {
                let asked = error.retry_after.map(|pause| pause.as_millis() as u64);
                shared.plan(Event::Failed { asked })?
            }
        };
        outcome
    }

    /// How long until the next check is due; nothing when it is.
    pub fn due_in(&self) -> Result<Duration> {
        let state = match self.0.state() {
            Some(state) => state,
            None => self.0.plan(Event::Started)?,
        };
        Ok(Duration::from_millis(state.next.saturating_sub(now())))
    }
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, cancel: &Cancel, due: &impl Fn()) {
        if let Some(running) = &mut self.live().running {
            running.thread = sys::own_thread();
        }
        let mut event = Some(Event::Started);
        while !cancel.is_cancelled() {
            if let Some(Err(error)) = event.take().map(|event| self.plan(event)) {
                self.client.config().log.line(Level::Error, || format!("scheduler: {error}"));
                return;
            }
            let Some(state) = self.state() else { return };
            let now = now();
            if now < state.next {
                self.wait(cancel, Duration::from_millis(state.next - now).min(LOOK));
            } else if now > state.next + LOOK.as_millis() as u64 {
                event = Some(Event::Started);
            } else {
                due();
                let passed_over = self.state() == Some(state);
                event = passed_over.then_some(Event::Failed { asked: None });
            }
        }
    }

    fn wait(&self, cancel: &Cancel, pause: Duration) {
        let live = self.live();
        let state = live.state;
        let same = |live: &mut Live| live.state == state && !cancel.is_cancelled();
        drop(self.changed.wait_timeout_while(live, pause, same));
    }

    /// What is planned. Of two plans the later one holds: the other was made before it.
    fn state(&self) -> Option<State> {
        let live = self.live().state;
        let kept = self.client.memory().and_then(|memory| memory.recall(&self.subject)).unwrap_or_default();
        latest(kept, live)
    }

    fn plan(&self, event: Event) -> Result<State> {
        let random = u64::from_le_bytes(random()?);
        let live = self.live().state;
        let decide = |kept| rule::next(latest(kept, live), event, self.interval, now(), random);
        let mut planned = None;
        if let Ok(memory) = self.client.memory() {
            let kept = memory.change(&self.subject, |kept| *planned.insert(Some(decide(kept))));
            kept.unwrap_or_else(|error| {
                self.client
                    .config()
                    .log
                    .line(Level::Warn, || format!("scheduler: the plan is not remembered: {error}"));
            });
        }
        let state = planned.flatten().unwrap_or_else(|| decide(None));
        self.live().state = Some(state);
        self.changed.notify_all();
        Ok(state)
    }
}

fn latest(one: Option<State>, other: Option<State>) -> Option<State> {
    [one, other].into_iter().flatten().max_by_key(|state| state.next)
}

fn now() -> u64 {
    unix_ms(SystemTime::now())
}

/// The sole right to check, within the process.
struct Turn<'a>(&'a Shared);

impl Turn<'_> {
    fn take(shared: &Shared) -> Option<Turn<'_>> {
        let mut live = shared.live();
        (!std::mem::replace(&mut live.checking, true)).then(|| Turn(shared))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.live().checking = false;
    }
}

/// Tells that the thread is over, even if it came to that by a bug.
struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.live().running = None;
        self.0.changed.notify_all();
    }
}
