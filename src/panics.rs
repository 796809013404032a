//! Where a panic ends: a bug of ours becomes an error of the host's call, and its text a line of the log.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

use crate::{
    error::{Error, Result},
    local::Local,
    log::{self, Level},
    operation::internal,
};

/// Runs what the host has called; no panic gets past here.
pub fn barrier<T>(body: impl FnOnce() -> Result<T>) -> Result<T> {
    keep_quiet();
    let body = || {
        #[cfg(feature = "inject-panic")]
        crate::inject_panic("export");
        body()
    };
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        Err(panic) => Err(caught(panic)),
    }
}

/// The standard hook writes to stderr, which is the host's.
#[inline(never)]
fn keep_quiet() {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(|place| format!(" at {place}"));
            PLACE.with(|last| last.replace(place));
            log::current().line(Level::Error, || panic.to_string());
        }));
    });
}

#[cold]
#[inline(never)]
fn caught(panic: Box<dyn Any + Send>) -> Error {
    let mut error = internal(&*panic);
    if let Some(place) = PLACE.with(|last| last.replace(None)) {
        error.message.push_str(&place);
    }
    error
}

thread_local!(static PLACE: Local<String> = const { Local::new() });
