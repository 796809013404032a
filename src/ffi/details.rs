//! Version details: what the service knows of one version. Immutable; may be read from any thread.
//! Texts live until the details are freed; NULL means that the service gave none.

use std::ffi::c_char;

use super::{
    guard::{borrow, free, guard_or},
    text::{self, Json, Text},
};
use crate::api;

/// What the service knows of one version.
pub struct VersionDetails {
    value: api::VersionDetails,
    app_key: Text,
    package_name: Text,
    version_name: Text,
    description: Text,
    json: Json,
}

impl VersionDetails {
    pub fn new(value: api::VersionDetails) -> VersionDetails {
        VersionDetails {
            app_key: Text::from(value.app_key.as_str()),
            package_name: Text::from(&value.package_name),
            version_name: Text::from(&value.version_name),
            description: Text::from(&value.description),
            json: Json::new(&value.json),
            value,
        }
    }
}

unsafe fn text(details: *const VersionDetails, pick: impl FnOnce(&VersionDetails) -> &Text) -> *const c_char {
    // SAFETY: NULL or live, by the caller's promise.
    guard_or(std::ptr::null(), || Ok(pick(unsafe { borrow(details) }?).as_ptr()))
}

/// The application that was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_app_key(
    details: *const VersionDetails,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(details, |details| &details.app_key) }
}

/// Its package name; apk, win, mac and lnx only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_package_name(
    details: *const VersionDetails,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(details, |details| &details.package_name) }
}

/// The version for people, such as `v2`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_version_name(
    details: *const VersionDetails,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(details, |details| &details.version_name) }
}

/// The version's code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_version_code(details: *const VersionDetails) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(details) }?.value.version_code))
}

/// What the publisher wrote about the version.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_description(
    details: *const VersionDetails,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(details, |details| &details.description) }
}

/// The service's whole reply as it came. `*length`, unless NULL, is its length in bytes without the
/// NUL at its end. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_json(
    details: *const VersionDetails,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the handle is NULL or live, the output NULL or writable, as the header demands.
    unsafe { text::json(length, || Ok(&borrow(details)?.json)) }
}

/// Frees the details and their texts; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_version_details_free(details: *mut VersionDetails) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(details) }
}
