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
    operation::no_thread,
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
    running: Option<Running>,
}

struct Running {
    thread: ThreadId,
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
        self.0.client.check_process()?;
        let mut live = self.0.live();
        if live.running.is_some() {
            return Err(Error::argument("scheduler: is running"));
        }
        let cancel = Cancel::default();
        let (shared, watch) = (self.0.clone(), cancel.clone());
        let thread = sys::spawn("upgradelink-scheduler", move || {
            let _end = End(&shared);
            shared.run(&watch, &due);
            drop(due);
        })
        .map_err(|error| no_thread("scheduler", &error))?;
        live.running = Some(Running { thread: thread.thread().id(), cancel });
        Ok(())
    }

    /// Returns when the thread has ended, or at once within `due` and in a child that was forked, which
    /// has no such thread. A check that it makes is cancelled.
    pub fn stop(&self) {
        if self.0.client.check_process().is_err() {
            return;
        }
        let mut live = self.0.live();
        let Some(Running { thread, cancel }) = &live.running else { return };
        cancel.cancel();
        let thread = *thread;
        self.0.changed.notify_all();
        let runs = |live: &Live| live.running.as_ref().is_some_and(|running| running.thread == thread);
        while Some(thread) != sys::own_thread() && runs(&live) {
            live = self.0.changed.wait(live).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Checks now, and plans the next check by how this one ends. One at a time, in all processes.
    pub fn check(&self) -> Result<Strategy> {
        let shared = &*self.0;
        shared.client.check_process()?;
        // A folder that fails keeps nobody from an update.
        let name = name_for("checking", &shared.subject);
        let lease = shared.client.memory().and_then(|memory| memory.folder().lease(&name));
        let _turn = Turn::take(shared).filter(|_| !matches!(lease, Ok(None))).ok_or_else(|| {
            Error::new(Status::Busy, Stage::Config, "scheduler: a check of this query is running")
        })?;
        let cancel = shared.live().running.as_ref().map(|running| running.cancel.clone());
        let outcome = shared.client.check(&shared.query, &Watch::new(cancel.unwrap_or_default()));
        match &outcome {
            Ok(_) => shared.plan(Event::Succeeded)?,
            Err(error) if error.status == Status::Cancelled => return outcome,
            Err(error) => {
                let ms = |pause: Duration| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                shared.plan(Event::Failed { asked: error.retry_after.map(ms) })?
            }
        };
        outcome
    }

    /// How long until the next check is due; nothing when it is.
    pub fn due_in(&self) -> Result<Duration> {
        Ok(Duration::from_millis(self.0.planned()?.next.saturating_sub(now())))
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
        let mut event = Some(Event::Started);
        while !cancel.is_cancelled() {
            let planned = event.take().map_or_else(|| self.planned(), |event| self.plan(event));
            let state = match planned {
                Ok(state) => state,
                Err(error) => {
                    self.client.config().log.line(Level::Error, || format!("scheduler: {error}"));
                    return;
                }
            };
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

    /// What is planned. Of two plans the later one holds: the other was made before it, unless the clock
    /// was set back since.
    fn state(&self) -> Option<State> {
        let live = self.live().state;
        let kept = self.client.memory().and_then(|memory| memory.recall(&self.subject)).unwrap_or_default();
        let now = now();
        let sound = |state: &State| !rule::is_stray(*state, self.interval, now);
        latest(kept.filter(sound), live.filter(sound))
    }

    /// What is planned, from now on where nothing is.
    fn planned(&self) -> Result<State> {
        self.state().map_or_else(|| self.plan(Event::Started), Ok)
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

/// The sole right to check a query, among the schedulers of a client.
struct Turn<'a>(&'a Shared);

impl Turn<'_> {
    fn take(shared: &Shared) -> Option<Turn<'_>> {
        let mut checking = shared.client.checking();
        if checking.contains(&shared.subject) {
            return None;
        }
        checking.push(shared.subject.clone());
        Some(Turn(shared))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.client.checking().retain(|subject| *subject != self.0.subject);
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
