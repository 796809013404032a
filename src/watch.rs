//! How a call is told to stop: every wait of the library is cut in slices and asks between them.

use std::{
    rc::Rc,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::error::{Error, Result};

/// The longest time for which the library waits without asking whether to go on.
pub const SLICE: Duration = Duration::from_millis(100);

/// Asks a running call to stop, from any thread.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Default)]
struct Flag {
    raised: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

impl Cancel {
    pub fn cancel(&self) {
        self.0.raised.store(true, Ordering::SeqCst);
        let _held = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.woken.notify_all();
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.raised.load(Ordering::SeqCst)
    }

    /// Waits for `pause`, less when cancelled meanwhile.
    fn sleep(&self, pause: Duration) {
        let held = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.0.woken.wait_timeout_while(held, pause, |()| !self.is_cancelled());
    }
}

/// What a call asks in each slice: whether it was cancelled, and whatever `tick` adds, such as
/// telling the host of progress.
#[derive(Clone, Default)]
pub struct Watch {
    cancel: Cancel,
    tick: Option<Rc<dyn Fn() -> Result<()>>>,
}

impl Watch {
    pub fn new(cancel: Cancel) -> Watch {
        Watch { cancel, tick: None }
    }

    /// Lets each slice run `tick`, whose error ends the call.
    pub fn with_tick(mut self, tick: impl Fn() -> Result<()> + 'static) -> Watch {
        self.tick = Some(Rc::new(tick));
        self
    }

    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Error::cancelled());
        }
        self.tick.as_ref().map_or(Ok(()), |tick| tick())
    }

    /// Waits for `pause` unless the call is told to stop before.
    pub fn pause(&self, pause: Duration) -> Result<()> {
        let begun = Instant::now();
        loop {
            self.check()?;
            let left = pause.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            self.cancel.sleep(left.min(SLICE));
        }
    }
}
