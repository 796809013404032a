//! Artifact: a file that is exactly what was promised. It is immutable and may be read from any thread.

use std::ffi::c_char;

use super::{
    guard::{borrow, free, guard_or},
    text::Text,
};
use crate::fetch;

/// How a file came: one of the `UPGRADELINK_ORIGIN_` constants.
pub type Origin = i32;

/// All of it was downloaded.
pub const UPGRADELINK_ORIGIN_DOWNLOADED: Origin = 1;
/// An earlier run had downloaded its beginning.
pub const UPGRADELINK_ORIGIN_RESUMED: Origin = 2;
/// It was made of the base file and a patch.
pub const UPGRADELINK_ORIGIN_PATCHED: Origin = 3;
/// It was there already.
pub const UPGRADELINK_ORIGIN_PRESENT: Origin = 4;

/// In `upgradelink_artifact_checked`: the size was promised and is right.
pub const UPGRADELINK_CHECKED_SIZE: u32 = 1;
/// In `upgradelink_artifact_checked`: the MD5 was promised and is right.
pub const UPGRADELINK_CHECKED_MD5: u32 = 2;
/// In `upgradelink_artifact_checked`: the SHA-256 was given by the host and is right.
pub const UPGRADELINK_CHECKED_SHA256: u32 = 4;

/// In `upgradelink_artifact_checked`: the publisher's signature is right.
pub const UPGRADELINK_CHECKED_SIGNATURE: u32 = 8;

/// A file that is what was promised.
pub struct Artifact {
    value: fetch::Artifact,
    path: Text,
    md5: Text,
    sha256: Text,
    patch_failure: Text,
}

impl Artifact {
    pub fn new(value: fetch::Artifact) -> Artifact {
        Artifact {
            path: Text::from(&*value.path.to_string_lossy()),
            md5: Text::from(value.md5.as_str()),
            sha256: Text::from(value.sha256.as_str()),
            patch_failure: Text::from(&value.patch_failure),
            value,
        }
    }
}

/// Where the file is: the folder that was given, and its name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_path(artifact: *const Artifact) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(artifact) }?.path.as_ptr()))
}

/// The size of the file in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_size(artifact: *const Artifact) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(artifact) }?.value.size))
}

/// The MD5 of the file in lowercase hex, whether it was promised or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_md5(artifact: *const Artifact) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(artifact) }?.md5.as_ptr()))
}

/// The SHA-256 of the file in lowercase hex, whether it was promised or not.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_sha256(artifact: *const Artifact) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(artifact) }?.sha256.as_ptr()))
}

/// How the file came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_origin(artifact: *const Artifact) -> Origin {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(artifact) }?.value.origin as Origin))
}

/// What was compared with a promise: the sum of some `UPGRADELINK_CHECKED_` constants; 0 when
/// nothing was promised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_checked(artifact: *const Artifact) -> u32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(artifact) }?.value.checked))
}

/// How many bytes were taken from the network for it in this call, those in vain too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_network_bytes(artifact: *const Artifact) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(artifact) }?.value.network_bytes))
}

/// Why a patch that was offered did not lead to the file; NULL when none was tried, or it did.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_patch_failure(artifact: *const Artifact) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(artifact) }?.patch_failure.as_ptr()))
}

/// Frees the artifact and its texts; NULL is nothing. The file stays.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_artifact_free(artifact: *mut Artifact) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(artifact) }
}
