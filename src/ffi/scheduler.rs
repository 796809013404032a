//! Scheduler: calls back when it is time to check, so that a fleet of devices never becomes a crowd.
//! It may be used from any thread at once, but freed only when nobody uses it any more.

use std::{ffi::c_void, time::Duration};

use super::{
    client::Client,
    config::HostData,
    error::{Error, Status},
    guard::{borrow, free, guard, guard_or},
    query::Query,
    strategy::Strategy,
    version::before_callback,
};
use crate::{error::Error as Failure, scheduler};

/// Is told, on the scheduler's thread, that it is time to check: call `upgradelink_scheduler_check`, at
/// once or from another thread later. A host that does not, such as on a metered connection, is asked
/// again after a pause.
///
/// The library may be called from within, `upgradelink_scheduler_stop` and `_free` too.
pub type Due = Option<unsafe extern "C" fn(user_data: *mut c_void, scheduler: *mut Scheduler)>;

/// Knows when to check.
pub struct Scheduler(scheduler::Scheduler);

/// Makes a scheduler that checks `query` each `interval_ms`, which is at least 1,000 and for most
/// applications a day: 86,400,000. It does not run yet.
///
/// The first check comes within a minute of the first start, the second at a random moment about an
/// interval later, and from then on the device keeps to that moment. After a failure the pauses grow,
/// and are never shorter than the service asks for. With a state folder all that outlives the process.
/// On success `*scheduler` is a new handle, to be freed with `upgradelink_scheduler_free`; `query` is
/// copied. Errors: `INVALID_ARGUMENT`. Threads: any; `query` may not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_new(
    client: *const Client,
    query: *const Query,
    interval_ms: u32,
    scheduler: *mut *mut Scheduler,
    error: *mut *mut Error,
) -> Status {
    let interval = Duration::from_millis(interval_ms.into());
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(scheduler, error, || {
            scheduler::Scheduler::new(borrow(client)?.value(), borrow(query)?.value()?, interval)
                .map(Scheduler)
        })
    }
}

/// Starts a thread that calls `due` whenever it is time to check. A host with timers of its own can
/// do without: see `upgradelink_scheduler_due_in_ms`.
///
/// `user_data` must stay usable until the scheduler has stopped.
/// Errors: `INVALID_ARGUMENT` when it runs already or `due` is NULL; `INTERNAL` when no thread can be
/// made. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_start(
    scheduler: *mut Scheduler,
    due: Due,
    user_data: *mut c_void,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the handle is NULL or live and the output NULL or writable, as the header demands.
    unsafe {
        guard((), error, || {
            let due = due.ok_or_else(|| Failure::argument("scheduler: due is NULL"))?;
            let (own, data) = (HostData::new(scheduler.cast()), HostData::new(user_data));
            borrow(scheduler)?.0.start(move || {
                before_callback();
                // SAFETY: the host gave a function for these arguments and frees neither while it runs.
                due(data.get(), own.get().cast());
            })
        })
    }
}

/// Asks the service as `upgradelink_check` does, and plans the next check by how this one ends. It can
/// be called at any time, for a user who does not want to wait too.
///
/// On success `*strategy` is a new handle, to be freed with `upgradelink_strategy_free`.
/// Errors: `BUSY` while the query is being checked, by another process of the state folder too;
/// `CANCELLED` when the scheduler is stopped meanwhile; else as for `upgradelink_check`.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_check(
    scheduler: *const Scheduler,
    strategy: *mut *mut Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the handle is NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard(strategy, error, || borrow(scheduler)?.0.check().map(Strategy::new)) }
}

/// How many milliseconds remain until the next check is due; 0 when it is, and for NULL. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_due_in_ms(scheduler: *const Scheduler) -> u64 {
    guard_or(0, || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let due_in = unsafe { borrow(scheduler) }?.0.due_in()?;
        Ok(u64::try_from(due_in.as_millis()).unwrap_or(u64::MAX))
    })
}

/// Stops calling `due`, and cancels a check that the scheduler makes. Returns when the thread is over
/// and `user_data` is not used any more; within `due` it returns at once. It can be started again.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_stop(scheduler: *mut Scheduler) {
    guard_or((), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        unsafe { borrow(scheduler) }?.0.stop();
        Ok(())
    });
}

/// Stops the scheduler and frees it; NULL is nothing. May be called within `due`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_scheduler_free(scheduler: *mut Scheduler) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(scheduler) }
}
