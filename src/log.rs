//! Log lines go to the host's callback, never to stdout or stderr.

use std::{fmt, sync::Arc};

use crate::local::Local;

/// How much a line matters. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Level {
    Error = 1,
    Warn = 2,
    Info = 3,
    Debug = 4,
}

impl Level {
    pub fn from_number(number: i32) -> Option<Level> {
        [Level::Error, Level::Warn, Level::Info, Level::Debug]
            .into_iter()
            .find(|level| *level as i32 == number)
    }
}

type Sink = dyn Fn(Level, &str) + Send + Sync;

/// Where the lines of a client go; by default nowhere.
#[derive(Clone, Default)]
pub struct Log(Option<(Level, Arc<Sink>)>);

impl Log {
    /// Lets `sink` have the lines up to `level`. It is called on whichever thread has something
    /// to say, with no lock held.
    pub fn new(level: Level, sink: impl Fn(Level, &str) + Send + Sync + 'static) -> Log {
        Log(Some((level, Arc::new(sink))))
    }

    pub fn line(&self, level: Level, text: impl FnOnce() -> String) {
        if let Some((_, sink)) = self.0.as_ref().filter(|(most, _)| level <= *most) {
            sink(level, &text());
        }
    }

    /// Lets this thread's panics be told to this log until the value is dropped.
    pub fn here(&self) -> Here {
        Here(CURRENT.with(|current| current.replace(Some(self.clone()))))
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log({:?})", self.0.as_ref().map(|(level, _)| level))
    }
}

thread_local!(static CURRENT: Local<Log> = const { Local::new() });

/// Ends [`Log::here`].
pub struct Here(Option<Log>);

impl Drop for Here {
    fn drop(&mut self) {
        CURRENT.with(|current| current.replace(self.0.take()));
    }
}

/// The log of the call that runs on this thread.
pub fn current() -> Log {
    CURRENT.with(Local::get).unwrap_or_default()
}
