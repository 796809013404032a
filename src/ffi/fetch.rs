//! Fetch: from a strategy to a file that is exactly what was promised. Options belong to one thread
//! at a time.

use std::{
    ffi::{c_char, c_void},
    time::Duration,
};

use super::{
    artifact::Artifact,
    client::Client,
    config::{HostData, duration},
    error::{Error, Status},
    guard::{Draft, borrow, free, guard, guard_or, guard_set},
    operation::{Completion, Operation, Outcome, Yield, start},
    strategy::{Strategy, UPGRADELINK_SIZE_UNKNOWN},
    text::{optional, required},
    version::before_callback,
};
use crate::{
    error::{self, Result},
    fetch::{self, Link},
    progress::{Phase, Progress},
    seal::unhex,
    watch::Cancel,
};

/// What a long call is doing: one of the `UPGRADELINK_PHASE_` constants.
pub type PhaseNumber = i32;

/// Taking a file from the network.
pub const UPGRADELINK_PHASE_DOWNLOAD: PhaseNumber = 1;
/// Reading what is on the disk already.
pub const UPGRADELINK_PHASE_VERIFY: PhaseNumber = 2;
/// Applying a patch.
pub const UPGRADELINK_PHASE_PATCH: PhaseNumber = 3;

/// Is told how far a long call is: every 100 ms, also while nothing arrives, and at the end. `done`
/// and `total` count bytes; `total` is `UPGRADELINK_SIZE_UNKNOWN` where nobody gave it. Within a
/// phase `done` never goes back.
///
/// Runs on the thread that does the work; the library may be called from within. Returning 0 ends
/// the call with `UPGRADELINK_ERROR_CANCELLED`, anything else lets it go on.
pub type ProgressCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, phase: PhaseNumber, done: u64, total: u64) -> i32>;

/// How a file is fetched.
pub struct FetchOptions {
    value: fetch::Options,
    fault: Option<error::Error>,
}

impl FetchOptions {
    fn value(&self) -> Result<&fetch::Options> {
        self.fault.clone().map_or(Ok(&self.value), Err)
    }
}

impl Draft for FetchOptions {
    fn fault(&mut self) -> &mut Option<error::Error> {
        &mut self.fault
    }
}

/// Makes options for fetching into `folder`, which is made when it is not there.
///
/// While a file grows, `<name>.part` and `<name>.resume` stand beside it, and `<name>.lock` keeps
/// others away. They and the file are readable for this user alone. Never NULL but for lack of
/// memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_new(folder: *const c_char) -> *mut FetchOptions {
    guard_or(std::ptr::null_mut(), || {
        // SAFETY: the text is NULL or NUL-terminated, as the header demands.
        let options = match unsafe { required(folder) } {
            Ok(folder) => FetchOptions { value: fetch::Options::new(folder), fault: None },
            Err(refused) => {
                let message = format!("upgradelink_fetch_options_new: {refused}");
                FetchOptions { value: fetch::Options::new(""), fault: Some(error::Error::argument(message)) }
            }
        };
        Ok(Box::into_raw(Box::new(options)))
    })
}

/// The file that runs, to which a patch applies; NULL for none, which is the default. It is only
/// read. With it a patch is taken where the strategy offers one and a hash of the file is known, and the
/// full file where the patch fails, unless the call was cancelled or the disk is full.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_base_file(
    options: *mut FetchOptions,
    path: *const c_char,
) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_base_file", |options| {
            options.value.base_file = optional(path)?.map(Into::into);
            Ok(())
        });
    }
}

/// The name of the file in the folder: one component without separators. NULL takes it from the
/// link, reduced to a safe one, which is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_file_name(
    options: *mut FetchOptions,
    name: *const c_char,
) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_file_name", |options| {
            options.value.file_name = optional(name)?.map(str::to_owned);
            Ok(())
        });
    }
}

/// The SHA-256 that the file must have, as 64 hex digits, where the host knows it; NULL for none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_sha256(
    options: *mut FetchOptions,
    sha256: *const c_char,
) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_sha256", |options| {
            options.value.sha256 = optional(sha256)?.map(digest).transpose()?;
            Ok(())
        });
    }
}

/// Whether a file is refused for which neither the service nor the host gives a hash. Off by
/// default: the service often gives none for win, mac and lnx.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_require_hash(
    options: *mut FetchOptions,
    require: i32,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_require_hash", |options| {
            options.value.require_hash = require != 0;
            Ok(())
        });
    }
}

/// The largest file that is taken, in bytes; `UPGRADELINK_SIZE_UNKNOWN` for any, which is the
/// default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_max_size(options: *mut FetchOptions, most: u64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_max_size", |options| {
            options.value.max_size = known(most);
            Ok(())
        });
    }
}

/// Whether a version that is not above the one that runs may be fetched. Off by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_allow_downgrade(
    options: *mut FetchOptions,
    allow: i32,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_allow_downgrade", |options| {
            options.value.allow_downgrade = allow != 0;
            Ok(())
        });
    }
}

/// How long less than 1,024 bytes may come before a connection is given up. Default: 30,000 ms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_stall_timeout_ms(
    options: *mut FetchOptions,
    limit: u32,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_stall_timeout_ms", |options| {
            options.value.stall_timeout = duration(limit);
            if options.value.stall_timeout == Some(Duration::ZERO) {
                return Err(error::Error::argument("a limit of 0 would let nothing come"));
            }
            Ok(())
        });
    }
}

/// How long to wait while another thread or process fetches the same file into the same folder;
/// then, and with 0 at once, which is the default, the call ends with `UPGRADELINK_ERROR_BUSY`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_lock_wait_ms(options: *mut FetchOptions, wait: u32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_lock_wait_ms", |options| {
            options.value.lock_wait = duration(wait);
            Ok(())
        });
    }
}

/// Whether what has come stays for the next call when this one fails or is cancelled. On by
/// default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_keep_partial(options: *mut FetchOptions, keep: i32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_keep_partial", |options| {
            options.value.keep_partial = keep != 0;
            Ok(())
        });
    }
}

/// The most bytes that are taken in a second; 0 for as many as come, which is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_max_bytes_per_second(
    options: *mut FetchOptions,
    most: u64,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_max_bytes_per_second", |options| {
            options.value.max_bytes_per_second = Some(most).filter(|most| *most != 0);
            Ok(())
        });
    }
}

/// Whether the service is told how the fetch of a strategy ended, as an event of type
/// `UPGRADELINK_EVENT_DOWNLOAD`. Off by default. With a state folder that costs no time; without one
/// the call may take up to five seconds longer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_set_report(options: *mut FetchOptions, report: i32) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_fetch_options_set_report", |options| {
            options.value.report = report != 0;
            Ok(())
        });
    }
}

/// Frees the options; NULL is nothing. Operations that were started with them go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_options_free(options: *mut FetchOptions) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(options) }
}

/// Fetches the file of `strategy`: downloads or patches it, checks it, and puts it in its place.
///
/// Blocks the calling thread for as long as it takes; `progress`, which may be NULL, runs on it. On
/// success `*artifact` is a new handle, to be freed with `upgradelink_artifact_free`, and the file
/// stands under its name in one step, matching every size and hash that was given. What an earlier
/// call left is gone on with. On an error nothing stands under the name that was not there before.
/// What the network or the file's server breaks off is tried again; where the server asks for a pause of
/// more than a minute, the call ends instead, with that pause in the error.
/// Errors: `INVALID_ARGUMENT` for a strategy without an upgrade or of a kind without files;
/// `DOWNGRADE`; `VERIFY` for a file or a promise that is wrong; `BUSY`, `IO`, `NO_SPACE` from the
/// folder; `CONNECT`, `TLS`, `TIMEOUT`, `NETWORK` once repetition did not help; `NOT_FOUND`,
/// `RATE_LIMITED`, `SERVICE` from the file's server; `CANCELLED`.
/// Threads: any; `client` and `strategy` may be in use by others, `options` not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch(
    client: *const Client,
    strategy: *const Strategy,
    options: *const FetchOptions,
    progress: ProgressCallback,
    user_data: *mut c_void,
    artifact: *mut *mut Artifact,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        guard(artifact, error, || {
            let progress = told(progress, HostData::new(user_data));
            let (client, strategy) = (borrow(client)?.value(), borrow(strategy)?.value());
            client.fetch(strategy, borrow(options)?.value()?, progress, Cancel::default()).map(Artifact::new)
        })
    }
}

/// Starts `upgradelink_fetch` in the background, `progress` included; take the result with
/// `upgradelink_operation_take_artifact`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_start(
    client: *const Client,
    strategy: *const Strategy,
    options: *const FetchOptions,
    progress: ProgressCallback,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live and outputs NULL or writable, as the header demands.
    unsafe {
        start(Yield::Artifact, completion, user_data, operation, error, || {
            let (client, strategy) = (borrow(client)?.value().clone(), borrow(strategy)?.value().clone());
            let (options, data) = (borrow(options)?.value()?.clone(), HostData::new(user_data));
            Ok(move |cancel| {
                let artifact = client.fetch(&strategy, &options, told(progress, data), cancel)?;
                Ok(Outcome::Artifact(Artifact::new(artifact)))
            })
        })
    }
}

/// Fetches a file that the host itself knows of: `url` is an http(s) link, `size` its bytes or
/// `UPGRADELINK_SIZE_UNKNOWN`, `md5` 32 hex digits or NULL. A SHA-256 goes into the options.
///
/// Errors and threads: as for `upgradelink_fetch`; `INVALID_ARGUMENT` where the configuration asks for
/// signatures, which could be bound to no version.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_link(
    client: *const Client,
    url: *const c_char,
    size: u64,
    md5: *const c_char,
    options: *const FetchOptions,
    progress: ProgressCallback,
    user_data: *mut c_void,
    artifact: *mut *mut Artifact,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live, texts NULL or NUL-terminated and outputs NULL or writable,
    // as the header demands.
    unsafe {
        guard(artifact, error, || {
            let (link, options) = (link(url, size, md5)?, borrow(options)?.value()?);
            let progress = told(progress, HostData::new(user_data));
            borrow(client)?.value().fetch_link(&link, options, progress, Cancel::default()).map(Artifact::new)
        })
    }
}

/// Starts `upgradelink_fetch_link` in the background, `progress` included; take the result with
/// `upgradelink_operation_take_artifact`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_fetch_link_start(
    client: *const Client,
    url: *const c_char,
    size: u64,
    md5: *const c_char,
    options: *const FetchOptions,
    progress: ProgressCallback,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: as for upgradelink_fetch_link.
    unsafe {
        start(Yield::Artifact, completion, user_data, operation, error, || {
            let (client, link) = (borrow(client)?.value().clone(), link(url, size, md5)?);
            let (options, data) = (borrow(options)?.value()?.clone(), HostData::new(user_data));
            Ok(move |cancel| {
                let artifact = client.fetch_link(&link, &options, told(progress, data), cancel)?;
                Ok(Outcome::Artifact(Artifact::new(artifact)))
            })
        })
    }
}

unsafe fn link(url: *const c_char, size: u64, md5: *const c_char) -> Result<Link> {
    // SAFETY: NULL or NUL-terminated, by the caller's promise.
    let (url, md5) = unsafe { (required(url)?, optional(md5)?) };
    Ok(Link { url: url.to_owned(), size: known(size), md5: md5.map(str::to_owned) })
}

/// Progress that goes to a callback of the host's.
pub fn told(progress: ProgressCallback, data: HostData) -> Progress {
    let Some(progress) = progress else { return Progress::default() };
    Progress::new(move |phase: Phase, done, total| {
        let total = total.unwrap_or(UPGRADELINK_SIZE_UNKNOWN);
        before_callback();
        // SAFETY: the host gave a function for these arguments and keeps its data usable.
        unsafe { progress(data.get(), phase as PhaseNumber, done, total) != 0 }
    })
}

pub fn known(size: u64) -> Option<u64> {
    (size != UPGRADELINK_SIZE_UNKNOWN).then_some(size)
}

/// A hash out of hex digits.
pub fn digest<const N: usize>(text: &str) -> Result<[u8; N]> {
    let bytes = unhex(text.as_bytes()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| error::Error::argument(format!("{text:?} is not {} hex digits", 2 * N)))
}
