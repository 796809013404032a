//! Operations: calls that run in the background on a thread of the library. An operation may be
//! used from any thread at once, but freed only when nobody uses it any more.

use std::{
    ffi::c_void,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    artifact::Artifact,
    config::{HostData, UPGRADELINK_WAIT_FOREVER},
    details::VersionDetails,
    error::{Error, Status, UPGRADELINK_OK},
    guard::{Output, borrow, guard, guard_or},
    statistics::Statistics,
    strategy::Strategy,
    truth,
    version::before_callback,
};
use crate::{
    error::{self, Result},
    operation::{self, Work},
    panics::barrier,
    watch::Cancel,
};

/// Is told, once and on a thread of the library, that an operation has its result, which can be
/// taken from then on, within the completion too.
///
/// `operation` lives until the completion returns, even if it was freed before; afterwards
/// `user_data` is never passed again. The library may be called from within, and
/// `upgradelink_operation_free` is allowed there.
pub type Completion = Option<unsafe extern "C" fn(user_data: *mut c_void, operation: *mut Operation)>;

/// A call that runs in the background.
pub struct Operation {
    core: Arc<operation::Operation<Outcome>>,
    yields: Yield,
    /// Whether the host still holds the reference that `_free` gives back.
    held: AtomicBool,
}

/// What an operation ends with.
pub enum Outcome {
    Strategy(Box<Strategy>),
    Details(VersionDetails),
    Statistics(Statistics),
    Artifact(Artifact),
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Yield {
    Strategy,
    Details,
    Statistics,
    Artifact,
    Nothing,
}

impl Operation {
    fn take<T>(&self, yields: Yield, pick: impl FnOnce(Outcome) -> Option<T>) -> Result<T> {
        let other = || error::Error::argument("operation: its result is of another kind");
        if self.yields != yields {
            return Err(other());
        }
        self.core.take().and_then(|outcome| pick(outcome).ok_or_else(other))
    }
}

/// Runs an export that starts an operation: `prepare` converts, the work it gives runs on a thread.
///
/// # Safety
/// Pointers that are not NULL must be valid for writes; completion and data must fit each other.
pub unsafe fn start<W>(
    yields: Yield,
    completion: Completion,
    user_data: *mut c_void,
    out: *mut *mut Operation,
    error: *mut *mut Error,
    prepare: impl FnOnce() -> Result<W>,
) -> Status
where
    W: FnOnce(Cancel) -> Result<Outcome> + Send + 'static,
{
    let work = barrier(|| prepare().map(|work| Box::new(work) as Work<Outcome>));
    // SAFETY: the caller's promise.
    unsafe { launch(yields, completion, HostData::new(user_data), Place(out), error, work) }
}

unsafe fn launch(
    yields: Yield,
    completion: Completion,
    data: HostData,
    place: Place,
    error: *mut *mut Error,
    work: Result<Work<Outcome>>,
) -> Status {
    // SAFETY: the caller's promise.
    let status = unsafe {
        guard(place, error, || {
            if completion.is_none() && place.0.is_null() {
                return Err(error::Error::argument(
                    "completion and operation are both NULL: nobody would see the end",
                ));
            }
            let work = work?;
            let operation = Arc::new(Operation {
                core: operation::Operation::new(),
                yields,
                held: AtomicBool::new(!place.0.is_null()),
            });
            place.put(&operation);
            let told = operation.clone();
            let tell = Box::new(move || {
                if let Some(completion) = completion {
                    before_callback();
                    // SAFETY: the host gave a function for these arguments.
                    completion(data.get(), Arc::as_ptr(&told).cast_mut());
                }
            });
            operation.core.start(work, tell)
        })
    };
    if status != UPGRADELINK_OK {
        // SAFETY: the place holds NULL or the reference that `put` gave away.
        unsafe { place.take_back() };
    }
    status
}

/// Where the host wants the operation; NULL when only the completion is to know it.
#[derive(Clone, Copy)]
struct Place(*mut *mut Operation);

impl Output<()> for Place {
    unsafe fn clear(&self) -> Result<()> {
        if !self.0.is_null() {
            // SAFETY: not NULL, so valid for writes by the caller's promise.
            unsafe { self.0.write(std::ptr::null_mut()) };
        }
        Ok(())
    }
    unsafe fn store(self, (): ()) {}
}

impl Place {
    /// Gives the host its reference before the work starts, so that the completion finds it there.
    unsafe fn put(self, operation: &Arc<Operation>) {
        if !self.0.is_null() {
            // SAFETY: not NULL, so valid for writes by the caller's promise.
            unsafe { self.0.write(Arc::into_raw(operation.clone()).cast_mut()) };
        }
    }

    unsafe fn take_back(self) {
        if !self.0.is_null() {
            // SAFETY: it holds NULL or what `put` wrote, and the host has not seen it yet.
            unsafe {
                let operation = self.0.replace(std::ptr::null_mut());
                if !operation.is_null() {
                    drop(Arc::from_raw(operation));
                }
            }
        }
    }
}

/// Waits until the operation is over and its completion has returned, at most `timeout_ms`
/// (`UPGRADELINK_WAIT_FOREVER` for no limit).
///
/// Returns whether it is over. Within the completion it returns true at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_wait(operation: *const Operation, timeout_ms: u32) -> i32 {
    guard_or(0, || {
        let limit =
            (timeout_ms != UPGRADELINK_WAIT_FOREVER).then(|| Duration::from_millis(timeout_ms.into()));
        // SAFETY: NULL or live, as the header demands of every handle.
        Ok(truth(unsafe { borrow(operation) }?.core.wait(limit)))
    })
}

/// Whether the result can be taken, which is so from the moment the completion begins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_is_done(operation: *const Operation) -> i32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(truth(unsafe { borrow(operation) }?.core.is_done())))
}

/// Asks the operation to end with `UPGRADELINK_ERROR_CANCELLED`, and returns at once; the
/// completion still runs. Without effect once the result is there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_cancel(operation: *mut Operation) {
    guard_or((), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        unsafe { borrow(operation) }?.core.cancel();
        Ok(())
    });
}

/// Takes the result of `upgradelink_check_start`, as `upgradelink_check` would have given it.
///
/// Errors: those of the call; `INVALID_ARGUMENT` while it runs, when the result was taken before,
/// and for an operation of another kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_take_strategy(
    operation: *mut Operation,
    strategy: *mut *mut Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(strategy, error, || {
            borrow(operation)?.take(Yield::Strategy, |outcome| match outcome {
                Outcome::Strategy(strategy) => Some(*strategy),
                _ => None,
            })
        })
    }
}

/// Takes the result of `upgradelink_describe_start`, as `upgradelink_describe` would have given it.
///
/// Errors: as for `upgradelink_operation_take_strategy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_take_details(
    operation: *mut Operation,
    details: *mut *mut VersionDetails,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(details, error, || {
            borrow(operation)?.take(Yield::Details, |outcome| match outcome {
                Outcome::Details(details) => Some(details),
                _ => None,
            })
        })
    }
}

/// Takes the result of `upgradelink_measure_start`, as `upgradelink_measure` would have given it.
///
/// Errors: as for `upgradelink_operation_take_strategy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_take_statistics(
    operation: *mut Operation,
    statistics: *mut *mut Statistics,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(statistics, error, || {
            borrow(operation)?.take(Yield::Statistics, |outcome| match outcome {
                Outcome::Statistics(statistics) => Some(statistics),
                _ => None,
            })
        })
    }
}

/// Takes the result of `upgradelink_fetch_start` or `upgradelink_fetch_link_start`, as
/// `upgradelink_fetch` would have given it.
///
/// Errors: as for `upgradelink_operation_take_strategy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_take_artifact(
    operation: *mut Operation,
    artifact: *mut *mut Artifact,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(artifact, error, || {
            borrow(operation)?.take(Yield::Artifact, |outcome| match outcome {
                Outcome::Artifact(artifact) => Some(artifact),
                _ => None,
            })
        })
    }
}

/// Tells how an operation without a result ended, such as `upgradelink_report_start` or
/// `upgradelink_patch_apply_start`.
///
/// Errors: as for `upgradelink_operation_take_strategy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_take_nothing(
    operation: *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the handle is NULL or live and the output NULL or writable, as the header demands.
    unsafe {
        guard((), error, || {
            borrow(operation)?
                .take(Yield::Nothing, |outcome| matches!(outcome, Outcome::Nothing).then_some(()))
        })
    }
}

/// Cancels the operation if it still runs, and gives the handle back; NULL is nothing. The
/// completion still runs once.
///
/// May be called within the completion, never beside another call on the same handle. Where the
/// start was given no place for the operation, the one that the completion sees is not the host's:
/// freeing it only cancels.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_operation_free(operation: *mut Operation) {
    guard_or((), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let shared = unsafe { borrow(operation) }?;
        shared.core.cancel();
        if shared.held.swap(false, Ordering::SeqCst) {
            // SAFETY: the reference that `put` gave away, given back once.
            drop(unsafe { Arc::from_raw(operation) });
        }
        Ok(())
    });
}
