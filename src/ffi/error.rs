//! Errors: what failed, at which stage, and what the service said.

use std::ffi::c_char;

use super::{
    guard::{borrow, free, guard_or},
    text::Text,
    truth,
};
use crate::error;

/// What a call did: `UPGRADELINK_OK` or one of the `UPGRADELINK_ERROR_` constants.
pub type Status = i32;

/// It worked.
pub const UPGRADELINK_OK: Status = 0;
/// An argument or a setter's value is not usable; nothing was sent.
pub const UPGRADELINK_ERROR_INVALID_ARGUMENT: Status = 1;
/// The configuration is not usable.
pub const UPGRADELINK_ERROR_CONFIG: Status = 2;
/// No connection: the name is not known, or nobody answers there.
pub const UPGRADELINK_ERROR_CONNECT: Status = 3;
/// The server's certificate or the handshake was refused.
pub const UPGRADELINK_ERROR_TLS: Status = 4;
/// A time limit was reached.
pub const UPGRADELINK_ERROR_TIMEOUT: Status = 5;
/// The host asked to stop.
pub const UPGRADELINK_ERROR_CANCELLED: Status = 6;
/// What came is not an answer of the service.
pub const UPGRADELINK_ERROR_REPLY: Status = 7;
/// The service or a file server refused.
pub const UPGRADELINK_ERROR_SERVICE: Status = 8;
/// The service does not know the access key, or the signature is wrong.
pub const UPGRADELINK_ERROR_AUTHENTICATION: Status = 9;
/// The application, the version or the file does not exist.
pub const UPGRADELINK_ERROR_NOT_FOUND: Status = 10;
/// Too many requests; try later.
pub const UPGRADELINK_ERROR_RATE_LIMITED: Status = 11;
/// A file or a folder could not be used.
pub const UPGRADELINK_ERROR_IO: Status = 12;
/// The disk or the quota is full.
pub const UPGRADELINK_ERROR_NO_SPACE: Status = 13;
/// A size or a hash is not what was promised.
pub const UPGRADELINK_ERROR_VERIFY: Status = 14;
/// A patch was refused.
pub const UPGRADELINK_ERROR_PATCH: Status = 15;
/// Somebody else is at it; try later.
pub const UPGRADELINK_ERROR_BUSY: Status = 16;
/// The offered version is not above the one that runs.
pub const UPGRADELINK_ERROR_DOWNGRADE: Status = 17;
/// A bug in this library.
pub const UPGRADELINK_ERROR_INTERNAL: Status = 18;
/// This build or this process cannot do that.
pub const UPGRADELINK_ERROR_UNSUPPORTED: Status = 19;
/// A connection that stood broke.
pub const UPGRADELINK_ERROR_NETWORK: Status = 20;

/// Where a call failed: one of the `UPGRADELINK_STAGE_` constants.
pub type Stage = i32;

pub const UPGRADELINK_STAGE_CONFIG: Stage = 1;
pub const UPGRADELINK_STAGE_SIGN: Stage = 2;
pub const UPGRADELINK_STAGE_CONNECT: Stage = 3;
pub const UPGRADELINK_STAGE_TLS: Stage = 4;
pub const UPGRADELINK_STAGE_SEND: Stage = 5;
pub const UPGRADELINK_STAGE_RECEIVE: Stage = 6;
pub const UPGRADELINK_STAGE_DECODE: Stage = 7;
pub const UPGRADELINK_STAGE_SERVICE: Stage = 8;
pub const UPGRADELINK_STAGE_DOWNLOAD: Stage = 9;
pub const UPGRADELINK_STAGE_VERIFY: Stage = 10;
pub const UPGRADELINK_STAGE_PATCH: Stage = 11;
pub const UPGRADELINK_STAGE_IO: Stage = 12;

/// Why a call failed. Immutable; may be read from any thread.
pub struct Error {
    value: error::Error,
    message: Text,
    trace_id: Text,
    docs: Text,
}

impl Error {
    pub fn new(value: error::Error) -> Error {
        Error {
            message: Text::from(value.message.as_str()),
            trace_id: Text::from(&value.trace_id),
            docs: Text::from(&value.docs),
            value,
        }
    }
}

/// The status that the failed call returned; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_status(error: *const Error) -> Status {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(UPGRADELINK_OK, || Ok(unsafe { borrow(error) }?.value.status as Status))
}

/// Where it failed: one of the `UPGRADELINK_STAGE_` constants; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_stage(error: *const Error) -> Stage {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(error) }?.value.stage as Stage))
}

/// The HTTP status of the answer; 0 where none came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_http_status(error: *const Error) -> i32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(error) }?.value.http_status.into()))
}

/// The `code` of the service's answer, such as 404001; 0 where none came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_service_code(error: *const Error) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(error) }?.value.service_code))
}

/// The service's name for the failed request, to be told to its support; NULL where it gave none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_trace_id(error: *const Error) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(error) }?.trace_id.as_ptr()))
}

/// What the service says about the code, often with a link; NULL where it gave none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_docs(error: *const Error) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(error) }?.docs.as_ptr()))
}

/// The operating system's error number (`errno`, `GetLastError`); 0 where it had no part.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_os_error(error: *const Error) -> i32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(error) }?.value.os_error))
}

/// Whether the same call may succeed later, unchanged.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_is_retryable(error: *const Error) -> i32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(truth(unsafe { borrow(error) }?.value.retryable)))
}

/// How long the service asks to wait before the next call, in milliseconds; 0 where it does not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_retry_after_ms(error: *const Error) -> u32 {
    guard_or(0, || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let pause = unsafe { borrow(error) }?.value.retry_after.unwrap_or_default();
        Ok(u32::try_from(pause.as_millis()).unwrap_or(u32::MAX))
    })
}

/// What was expected, what came and what to do, in English. Never holds the secret key or a
/// signature. Lives until the error is freed; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_message(error: *const Error) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(error) }?.message.as_ptr()))
}

/// The name of a status without its prefix, such as `NOT_FOUND`; `UNKNOWN` for a number that this
/// library does not give. It is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_status_name(status: Status) -> *const c_char {
    guard_or(std::ptr::null(), || {
        let name = match status {
            UPGRADELINK_OK => c"OK",
            number => error::Status::from_number(number).map_or(c"UNKNOWN", error::Status::name),
        };
        Ok(name.as_ptr())
    })
}

/// Frees the error; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_error_free(error: *mut Error) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(error) }
}
