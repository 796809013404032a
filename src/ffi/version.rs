//! Library: its version and features, and what holds for all of it.

use std::{
    ffi::c_char,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{guard::guard_or, text, truth};
use crate::sys;

/// Grows when something that worked stops working.
pub const UPGRADELINK_VERSION_MAJOR: i32 = 0;
/// Grows when something is added.
pub const UPGRADELINK_VERSION_MINOR: i32 = 1;
/// Grows when something is mended.
pub const UPGRADELINK_VERSION_PATCH: i32 = 0;
/// `MAJOR * 1000000 + MINOR * 1000 + PATCH`.
pub const UPGRADELINK_VERSION_NUMBER: i32 = 1000;

/// The version of the library that runs, in the form of `UPGRADELINK_VERSION_NUMBER`.
///
/// A program that was built with a newer header than the library it meets sees a smaller number
/// here. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_version_number() -> i32 {
    guard_or(0, || Ok(UPGRADELINK_VERSION_NUMBER))
}

/// The version of the library that runs as text, such as `0.1.0`; it is never freed.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    guard_or(std::ptr::null(), || Ok(VERSION.as_ptr().cast()))
}

/// Whether the library was built with `feature`: `http`, `platform-verifier`, `fetch`, `patch`, `zlib`, `bz2`, `lzma`,
/// `zstd` or `jni`.
///
/// Functions of a feature that is missing exist and answer `UPGRADELINK_ERROR_UNSUPPORTED`.
/// 0 also for NULL and for names that are not known. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_has(feature: *const c_char) -> i32 {
    // SAFETY: NULL or NUL-terminated, as the header demands.
    guard_or(0, || Ok(truth(crate::has(unsafe { text::required(feature) }?))))
}

static UNBLOCKED: AtomicBool = AtomicBool::new(false);

/// Lets signals reach those threads of the library that call back. For a host whose callbacks run in a managed
/// runtime, such as .NET or Mono, which stops threads and makes exceptions of bad accesses by signals.
///
/// A thread of the library blocks all signals. After this call it takes, before its first callback and until it
/// ends, the signal mask of the host's thread that it comes from. It holds for the whole process and cannot be
/// taken back. Does nothing on Windows. The C# binding calls it by itself. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_unblock_signals_in_callbacks() {
    guard_or((), || {
        UNBLOCKED.store(true, Ordering::Relaxed);
        Ok(())
    });
}

/// To be called on the thread that is about to call the host.
pub fn before_callback() {
    if UNBLOCKED.load(Ordering::Relaxed) {
        sys::unblock_signals();
    }
}
