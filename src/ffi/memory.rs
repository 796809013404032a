//! Memory: what the state folder keeps between runs: the last answer to each query, and what the user
//! chose about upgrades.

use super::{
    client::Client,
    error::{Error, Status},
    event::time,
    guard::{borrow, guard, guard_or},
    query::Query,
    strategy::Strategy,
    truth,
};

/// Gives the service's last answer to `query`, of this run or an earlier one. Nothing is sent, and
/// nothing counts against a gradual rollout.
///
/// On success `*strategy` is a new handle, to be freed with `upgradelink_strategy_free`;
/// `upgradelink_strategy_age_ms` tells how old the answer is. Its links may have expired since.
/// Errors: `NOT_FOUND` when no answer to this very query is kept, or when it was changed by somebody
/// else; `CONFIG` without a state folder; `IO` and `BUSY` from it.
/// Threads: any; `query` may not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_last_strategy(
    client: *const Client,
    query: *const Query,
    strategy: *mut *mut Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(strategy, error, || {
            borrow(client)?.value().last_strategy(borrow(query)?.value()?).map(Strategy::new)
        })
    }
}

/// Remembers that the user wants to hear nothing of the application's upgrades before `until_unix_ms`,
/// in milliseconds since 1970; a time that is over ends that.
///
/// Errors: `CONFIG` without a state folder; `IO`, `NO_SPACE` and `BUSY` from it. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_snooze(
    client: *const Client,
    strategy: *const Strategy,
    until_unix_ms: i64,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard((), error, || borrow(client)?.value().snooze(borrow(strategy)?.value(), time(until_unix_ms)?))
    }
}

/// Remembers that the user does not want the version that `strategy` offers; a later one is offered.
///
/// Errors and threads: as for `upgradelink_snooze`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_skip(
    client: *const Client,
    strategy: *const Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard((), error, || borrow(client)?.value().skip(borrow(strategy)?.value())) }
}

/// Whether the upgrade in `strategy` is to be offered to the user now: it is available, and neither
/// snoozed nor skipped. A forced one is always to be offered. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_is_wanted(client: *const Client, strategy: *const Strategy) -> i32 {
    // SAFETY: handles are NULL or live, as the header demands.
    guard_or(0, || unsafe { Ok(truth(borrow(client)?.value().is_wanted(borrow(strategy)?.value()))) })
}
