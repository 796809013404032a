//! A call that runs in the background and ends exactly once.

use std::{
    any::Any,
    io, panic, process,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, ThreadId},
    time::{Duration, Instant},
};

use crate::{
    error::{Error, Result, Stage, Status},
    sys,
    watch::Cancel,
};

/// How many operations may run at once in a process.
pub const MOST_RUNNING: u32 = 64;

/// How many run, below the number of the process that counts them: those of a parent are no
/// longer there after a fork.
static RUNNING: AtomicU64 = AtomicU64::new(0);

/// What an operation does, until it is told to stop.
pub type Work<T> = Box<dyn FnOnce(Cancel) -> Result<T> + Send>;

/// A background call whose result is a `T`.
pub struct Operation<T> {
    cancel: Cancel,
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Running,
    /// The result is there; the completion runs on the thread.
    Completing(ThreadId, Option<Result<T>>),
    Over(Option<Result<T>>),
}

impl<T: Send + 'static> Operation<T> {
    pub fn new() -> Arc<Operation<T>> {
        Arc::new(Operation {
            cancel: Cancel::default(),
            state: Mutex::new(State::Running),
            changed: Condvar::new(),
        })
    }

    /// Lets a thread do `work`, then `completion`. On an error neither ever runs.
    pub fn start(self: &Arc<Self>, work: Work<T>, completion: Box<dyn FnOnce() + Send>) -> Result<()> {
        let slot = Slot::take()?;
        let this = self.clone();
        let thread = sys::spawn("upgradelink", move || {
            let cancel = this.cancel.clone();
            let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| work(cancel)));
            this.hold_out(outcome.unwrap_or_else(|panic| Err(internal(&*panic))));
            let _ = panic::catch_unwind(panic::AssertUnwindSafe(completion));
            drop(slot);
            this.end();
        });
        thread.map(drop).map_err(|error| no_thread("operation", &error))
    }

    /// Asks the work to end with `CANCELLED`; too late once the result is there.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Whether the result can be taken.
    pub fn is_done(&self) -> bool {
        !matches!(*self.lock(), State::Running)
    }

    /// Waits until the completion has returned, at most for `limit`; within the completion it
    /// returns at once. Says whether the operation is over.
    pub fn wait(&self, limit: Option<Duration>) -> bool {
        let end = limit.map(|limit| Instant::now() + limit);
        let mut state = self.lock();
        loop {
            match &*state {
                State::Over(_) => return true,
                State::Completing(thread, _) if *thread == thread::current().id() => return true,
                State::Running | State::Completing(..) => {}
            }
            state = match end {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Hands the result over, once.
    pub fn take(&self) -> Result<T> {
        match &mut *self.lock() {
            State::Running => Err(Error::argument("operation: is still running, nothing can be taken")),
            State::Completing(_, result) | State::Over(result) => result
                .take()
                .unwrap_or_else(|| Err(Error::argument("operation: the result was taken before"))),
        }
    }

    fn hold_out(&self, result: Result<T>) {
        *self.lock() = State::Completing(thread::current().id(), Some(result));
        self.changed.notify_all();
    }

    fn end(&self) {
        let mut state = self.lock();
        if let State::Completing(_, result) = &mut *state {
            *state = State::Over(result.take());
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the operations that may run.
struct Slot;

impl Slot {
    fn take() -> Result<Slot> {
        let one_more = |running| (running < MOST_RUNNING).then_some(running + 1);
        if count(one_more) {
            return Ok(Slot);
        }
        let message = format!("{MOST_RUNNING} operations are running, more are not started");
        Err(Error::new(Status::Busy, Stage::Config, message))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        count(|running| running.checked_sub(1));
    }
}

fn count(change: impl Fn(u32) -> Option<u32>) -> bool {
    let process = process::id();
    let next = |counted: u64| {
        let ours = (counted >> 32) as u32 == process;
        let running = if ours { counted as u32 } else { 0 };
        change(running).map(|running| u64::from(process) << 32 | u64::from(running))
    };
    RUNNING.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).is_ok()
}

pub fn no_thread(what: &str, error: &io::Error) -> Error {
    Error::new(Status::Internal, Stage::Config, format!("no thread could be made for the {what}: {error}"))
        .caused_by(error)
        .retryable(true)
}

/// A panic is a bug of ours; the host gets an error.
pub fn internal(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
    Error::new(Status::Internal, Stage::Config, format!("a bug in upgradelink: {text}"))
}
