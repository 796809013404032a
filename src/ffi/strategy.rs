//! Strategy: what the service says to do. Immutable; may be read from any thread. Texts live until
//! the strategy is freed; NULL means that the service gave none.

use std::ffi::c_char;

use super::{
    guard::{borrow, free, guard_or},
    query::Kind,
    text::{self, Json, Text},
    truth,
};
use crate::{api, error::Result};

/// How urgent an upgrade is: one of the `UPGRADELINK_UPGRADE_` constants, or a number that the
/// service has added since.
pub type UpgradeType = i32;

pub const UPGRADELINK_UPGRADE_UNKNOWN: UpgradeType = 0;
/// Ask the user.
pub const UPGRADELINK_UPGRADE_PROMPT: UpgradeType = 1;
/// Do it without a word.
pub const UPGRADELINK_UPGRADE_SILENT: UpgradeType = 2;
/// Do not go on without it.
pub const UPGRADELINK_UPGRADE_FORCE: UpgradeType = 3;

/// A kind of patch: one of the `UPGRADELINK_PATCH_` constants, or a number that the service has
/// added since.
pub type PatchAlgo = i32;

pub const UPGRADELINK_PATCH_NONE: PatchAlgo = 0;
pub const UPGRADELINK_PATCH_HDIFFPATCH: PatchAlgo = 1;

/// A size that is not known.
pub const UPGRADELINK_SIZE_UNKNOWN: u64 = 18446744073709551615;

/// What the service says to do.
pub struct Strategy {
    value: api::Strategy,
    app_key: Text,
    package_name: Text,
    version_name: Text,
    url: Text,
    file_md5: Text,
    prompt: Text,
    patch_url: Text,
    patch_file_md5: Text,
    content: Text,
    message: Text,
    json: Json,
}

impl Strategy {
    pub fn new(value: api::Strategy) -> Strategy {
        Strategy {
            app_key: Text::from(value.query.app_key.as_str()),
            package_name: Text::from(&value.package_name),
            version_name: Text::from(&value.version_name),
            url: Text::from(&value.url),
            file_md5: Text::from(&value.file_md5),
            prompt: Text::from(&value.prompt),
            patch_url: Text::from(&value.patch_url),
            patch_file_md5: Text::from(&value.patch_file_md5),
            content: Text::from(&value.content),
            message: Text::from(&value.message),
            json: Json::new(&value.json),
            value,
        }
    }

    pub fn value(&self) -> &api::Strategy {
        &self.value
    }
}

unsafe fn text(strategy: *const Strategy, pick: impl FnOnce(&Strategy) -> &Text) -> *const c_char {
    // SAFETY: NULL or live, by the caller's promise.
    guard_or(std::ptr::null(), || Ok(pick(unsafe { borrow(strategy) }?).as_ptr()))
}

unsafe fn number<T>(
    strategy: *const Strategy,
    fallback: T,
    pick: impl FnOnce(&api::Strategy) -> Result<T>,
) -> T {
    // SAFETY: NULL or live, by the caller's promise.
    guard_or(fallback, || pick(&unsafe { borrow(strategy) }?.value))
}

/// Whether there is an upgrade; 0 when the application is already the newest for this device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_is_available(strategy: *const Strategy) -> i32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(truth(value.available))) }
}

/// The kind that was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_kind(strategy: *const Strategy) -> Kind {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(value.query.kind as Kind)) }
}

/// The application that was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_app_key(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.app_key) }
}

/// The application's package name; apk, win, mac and lnx only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_package_name(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.package_name) }
}

/// The offered version for people, such as `v2`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_version_name(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.version_name) }
}

/// The offered version; 0 without an upgrade.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_version_code(strategy: *const Strategy) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(value.version_code)) }
}

/// The link to the file. For url applications it is whatever the publisher typed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_url(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.url) }
}

/// The size of the file in bytes; `UPGRADELINK_SIZE_UNKNOWN` when the service gives none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_file_size(strategy: *const Strategy) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe {
        number(strategy, UPGRADELINK_SIZE_UNKNOWN, |value| {
            Ok(value.file_size.unwrap_or(UPGRADELINK_SIZE_UNKNOWN))
        })
    }
}

/// The MD5 of the file, as it came: meant to be 32 hex digits. Often not given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_file_md5(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.file_md5) }
}

/// How urgent the upgrade is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_upgrade_type(strategy: *const Strategy) -> UpgradeType {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(value.upgrade_type)) }
}

/// What to show to the user.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_prompt(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.prompt) }
}

/// Which patch the service gives; anything but `UPGRADELINK_PATCH_HDIFFPATCH` means the full file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_patch_algo(strategy: *const Strategy) -> PatchAlgo {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(value.patch_algo)) }
}

/// The link to the patch.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_patch_url(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.patch_url) }
}

/// The size of the patch in bytes; `UPGRADELINK_SIZE_UNKNOWN` when the service gives none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_patch_file_size(strategy: *const Strategy) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe {
        number(strategy, UPGRADELINK_SIZE_UNKNOWN, |value| {
            Ok(value.patch_file_size.unwrap_or(UPGRADELINK_SIZE_UNKNOWN))
        })
    }
}

/// The MD5 of the patch, as it came.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_patch_file_md5(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.patch_file_md5) }
}

/// The JSON object of a configuration, byte for byte as the service sent it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_content(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.content) }
}

/// What the service says beside its code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_message(strategy: *const Strategy) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { text(strategy, |strategy| &strategy.message) }
}

/// How old the answer is: 0, unless it comes from `upgradelink_last_strategy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_age_ms(strategy: *const Strategy) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { number(strategy, 0, |value| Ok(u64::try_from(value.age.as_millis()).unwrap_or(u64::MAX))) }
}

/// The service's whole reply as it came, with fields that this library does not know. `*length`, unless
/// NULL, is its length in bytes without the NUL at its end. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_json(
    strategy: *const Strategy,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the handle is NULL or live, the output NULL or writable, as the header demands.
    unsafe { text::json(length, || Ok(&borrow(strategy)?.json)) }
}

/// Frees the strategy and its texts; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_strategy_free(strategy: *mut Strategy) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(strategy) }
}
