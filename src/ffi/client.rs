//! Client: asks the service. It may be used from any thread at once, and be freed while its
//! operations run.

use std::ffi::{c_char, c_void};

use super::{
    config::Config,
    details::VersionDetails,
    error::{Error, Status},
    guard::{borrow, free, guard},
    operation::{Completion, Operation, Outcome, Yield, start},
    query::Query,
    statistics::Statistics,
    strategy::Strategy,
    text::required,
};
use crate::{client, watch::Watch};

/// Asks the service.
pub struct Client(client::Client);

impl Client {
    pub fn value(&self) -> &client::Client {
        &self.0
    }
}

/// Makes a client of `config` and checks everything in it. Nothing is sent, but events that an earlier
/// run left in the state folder, in the background.
///
/// On success `*client` is a new handle, to be freed with `upgradelink_client_free`; `config` is
/// copied and can be freed.
/// Errors: `INVALID_ARGUMENT` for a setter's value that is NULL or not UTF-8, `CONFIG` for one that
/// cannot be used, with its name; `IO`, `NO_SPACE` and `BUSY` from the state folder.
/// Threads: any; `config` may not be changed meanwhile. After `fork` without `exec` a client of
/// the parent answers `UNSUPPORTED` in the child; make a new one there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_client_new(
    config: *const Config,
    client: *mut *mut Client,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe { guard(client, error, || client::Client::new(borrow(config)?.value()?).map(Client)) }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Frees the client; NULL is nothing. Operations that it started go on and keep what they need. The
/// thread that sends events is stopped and waited for; what it had not sent waits on the disk.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_client_free(client: *mut Client) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(client) }
}

/// Asks the service what the application in `query` should do now.
///
/// Blocks the calling thread, at most for the client's total time limit. On success `*strategy`
/// is a new handle, to be freed with `upgradelink_strategy_free`. That the application is already
/// the newest is a success: see `upgradelink_strategy_is_available`. An offer can be gone at the
/// next call, and each call counts against a gradual rollout: act on the strategy at hand.
/// Errors: `INVALID_ARGUMENT` before anything is sent; `CONNECT`, `TLS`, `TIMEOUT`, `NETWORK`,
/// `REPLY` from the way; `AUTHENTICATION`, `NOT_FOUND`, `RATE_LIMITED`, `SERVICE` from the service.
/// Threads: any; `client` may be in use by others, `query` may not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_check(
    client: *const Client,
    query: *const Query,
    strategy: *mut *mut Strategy,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(strategy, error, || {
            borrow(client)?.0.check(borrow(query)?.value()?, &Watch::default()).map(Strategy::new)
        })
    }
}

/// Starts `upgradelink_check` in the background; take the result with
/// `upgradelink_operation_take_strategy`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_check_start(
    client: *const Client,
    query: *const Query,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        start(Yield::Strategy, completion, user_data, operation, error, || {
            let (client, query) = (borrow(client)?.0.clone(), borrow(query)?.value()?.clone());
            Ok(move |cancel| {
                let strategy = client.check(&query, &Watch::new(cancel))?;
                Ok(Outcome::Strategy(Box::new(Strategy::new(strategy))))
            })
        })
    }
}

/// Asks the service for the details of the version that `query` names.
///
/// Of the query, kind, app key, version code and architecture are sent. Blocks the calling thread,
/// at most for the client's total time limit. On success `*details` is a new handle, to be freed
/// with `upgradelink_version_details_free`.
/// Errors and threads: as for `upgradelink_check`; `NOT_FOUND` for a version that does not exist.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_describe(
    client: *const Client,
    query: *const Query,
    details: *mut *mut VersionDetails,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(details, error, || {
            borrow(client)?.0.describe(borrow(query)?.value()?, &Watch::default()).map(VersionDetails::new)
        })
    }
}

/// Starts `upgradelink_describe` in the background; take the result with
/// `upgradelink_operation_take_details`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_describe_start(
    client: *const Client,
    query: *const Query,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        start(Yield::Details, completion, user_data, operation, error, || {
            let (client, query) = (borrow(client)?.0.clone(), borrow(query)?.value()?.clone());
            Ok(move |cancel| {
                client.describe(&query, &Watch::new(cancel)).map(VersionDetails::new).map(Outcome::Details)
            })
        })
    }
}

/// Asks the service for the figures of the application `app_key`, of any kind.
///
/// Blocks the calling thread, at most for the client's total time limit. On success `*statistics`
/// is a new handle, to be freed with `upgradelink_statistics_free`.
/// Errors and threads: as for `upgradelink_check`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_measure(
    client: *const Client,
    app_key: *const c_char,
    statistics: *mut *mut Statistics,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live, the text NULL or NUL-terminated and outputs NULL or
    // writable, as the header demands.
    unsafe {
        guard(statistics, error, || {
            borrow(client)?.0.measure(required(app_key)?, &Watch::default()).map(Statistics::new)
        })
    }
}

/// Starts `upgradelink_measure` in the background; take the result with
/// `upgradelink_operation_take_statistics`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_measure_start(
    client: *const Client,
    app_key: *const c_char,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: as for upgradelink_measure.
    unsafe {
        start(Yield::Statistics, completion, user_data, operation, error, || {
            let (client, app_key) = (borrow(client)?.0.clone(), required(app_key)?.to_owned());
            Ok(move |cancel| {
                client.measure(&app_key, &Watch::new(cancel)).map(Statistics::new).map(Outcome::Statistics)
            })
        })
    }
}
