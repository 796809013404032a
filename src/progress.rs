//! How far a long call is, told to the host every 100 ms, also while nothing arrives.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Instant,
};

use crate::{
    error::{Error, Result},
    watch::{Cancel, SLICE, Watch},
};

/// What a long call is doing. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Phase {
    Download = 1,
    /// Reading what is on the disk already.
    Verify = 2,
    Patch = 3,
}

/// Takes the phase, the bytes so far and the total if it is known; false asks to stop.
type Tell = dyn Fn(Phase, u64, Option<u64>) -> bool;

/// Where progress is told; by default nowhere. Within a phase it never goes back, though a
/// download that starts again does.
#[derive(Clone, Default)]
pub struct Progress(Option<Rc<Teller>>);

struct Teller {
    tell: Box<Tell>,
    now: Cell<Option<(Phase, u64, Option<u64>)>>,
    told: Cell<Option<Instant>>,
    telling: RefCell<()>,
}

impl Progress {
    pub fn new(tell: impl Fn(Phase, u64, Option<u64>) -> bool + 'static) -> Progress {
        let tell = Box::new(tell);
        Progress(Some(Rc::new(Teller {
            tell,
            now: Cell::new(None),
            told: Cell::new(None),
            telling: RefCell::new(()),
        })))
    }

    /// A watch that tells the host of progress in each slice.
    pub fn watch(&self, cancel: Cancel) -> Watch {
        let progress = self.clone();
        Watch::new(cancel).with_tick(move || progress.tick())
    }

    /// Says how far `phase` is; the host hears of it when it is time.
    pub fn reached(&self, phase: Phase, done: u64, total: Option<u64>) -> Result<()> {
        let Some(teller) = &self.0 else { return Ok(()) };
        let done = match teller.now.get() {
            Some((before, most, _)) if before == phase => done.max(most),
            _ => done,
        };
        teller.now.set(Some((phase, done, total)));
        self.tick()
    }

    /// Tells the host when the last time is long enough ago.
    pub fn tick(&self) -> Result<()> {
        let due = |teller: &Teller| teller.told.get().is_none_or(|told| told.elapsed() >= SLICE);
        match &self.0 {
            Some(teller) if due(teller) => teller.tell(),
            _ => Ok(()),
        }
    }

    /// Tells the host that all is done; it is too late to ask to stop.
    pub fn finish(&self, phase: Phase, size: u64) {
        if let Some(teller) = &self.0 {
            teller.now.set(Some((phase, size, Some(size))));
            let _ = teller.tell();
        }
    }
}

impl Teller {
    fn tell(&self) -> Result<()> {
        let (Some((phase, done, total)), Ok(_telling)) = (self.now.get(), self.telling.try_borrow_mut())
        else {
            return Ok(());
        };
        self.told.set(Some(Instant::now()));
        if (self.tell)(phase, done, total) { Ok(()) } else { Err(Error::cancelled()) }
    }
}
