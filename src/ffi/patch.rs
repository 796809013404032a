//! Patches: HDiffPatch, applied from file to file without the network. Options belong to one thread
//! at a time; what an inspection found is immutable and may be read from any thread.

use std::{
    ffi::{c_char, c_void},
    path::PathBuf,
};

use super::{
    config::HostData,
    error::{Error, Status},
    fetch::{ProgressCallback, digest, known, told},
    guard::{Draft, borrow, free, guard, guard_or, guard_set},
    operation::{Completion, Operation, Outcome, Yield, start},
    strategy::UPGRADELINK_SIZE_UNKNOWN,
    text::{Text, optional, required},
};
use crate::{
    error::{self, Result},
    patch,
    watch::Cancel,
};

/// What the new file must be, and what a patch may ask for.
pub struct PatchOptions {
    value: patch::Options,
    fault: Option<error::Error>,
}

impl Draft for PatchOptions {
    fn fault(&mut self) -> &mut Option<error::Error> {
        &mut self.fault
    }
}

/// What the header of a patch says.
pub struct PatchInfo {
    value: patch::Info,
    container: Text,
    compressor: Text,
}

/// Makes options that demand nothing. Never NULL but for lack of memory.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_patch_options_new() -> *mut PatchOptions {
    guard_or(std::ptr::null_mut(), || {
        Ok(Box::into_raw(Box::new(PatchOptions { value: patch::Options::default(), fault: None })))
    })
}

/// The size that the new file must have, in bytes; `UPGRADELINK_SIZE_UNKNOWN` for any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_options_set_expected_size(options: *mut PatchOptions, size: u64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_patch_options_set_expected_size", |options| {
            options.value.expected_size = known(size);
            Ok(())
        });
    }
}

/// The MD5 that the new file must have, as 32 hex digits; NULL for any. Most patches carry no
/// checksum: without it a base file that is not the right one makes a wrong file without an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_options_set_expected_md5(
    options: *mut PatchOptions,
    md5: *const c_char,
) {
    // SAFETY: the handle is NULL or live, the text NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_patch_options_set_expected_md5", |options| {
            options.value.expected_md5 = optional(md5)?.map(digest).transpose()?;
            Ok(())
        });
    }
}

/// The most memory for the windows of all decoders together, in bytes. Default: 128 MiB, on Android
/// 32 MiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_options_set_max_window(options: *mut PatchOptions, most: u64) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(options, "upgradelink_patch_options_set_max_window", |options| {
            options.value.max_window = Some(most);
            Ok(())
        });
    }
}

/// Frees the options; NULL is nothing. Operations that were started with them go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_options_free(options: *mut PatchOptions) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(options) }
}

/// What `upgradelink_patch_apply` works on.
struct Files {
    base: PathBuf,
    patch: PathBuf,
    output: PathBuf,
    options: patch::Options,
}

impl Files {
    unsafe fn new(
        base: *const c_char,
        patch: *const c_char,
        output: *const c_char,
        options: *const PatchOptions,
    ) -> Result<Files> {
        // SAFETY: texts are NULL or NUL-terminated and the handle NULL or live, by the caller's promise.
        unsafe {
            let options = match options.as_ref() {
                None => patch::Options::default(),
                Some(options) => options.fault.clone().map_or_else(|| Ok(options.value.clone()), Err)?,
            };
            Ok(Files {
                base: required(base)?.into(),
                patch: required(patch)?.into(),
                output: required(output)?.into(),
                options,
            })
        }
    }

    fn apply(&self, progress: ProgressCallback, data: HostData, cancel: Cancel) -> Result<()> {
        patch::apply(&self.base, &self.patch, &self.output, &self.options, told(progress, data), cancel)
    }
}

/// Rebuilds the file at `output_path` from the one at `base_path` and the patch at `patch_path`.
///
/// Reads HDIFF13, HDIFFSF20, HDIFFW26, BSDIFF40 and ENDSLEY/BSDIFF43. `options` may be NULL. Blocks
/// the calling thread; `progress`, which may be NULL, runs on it. The new file appears in one step
/// when everything is right; on an error what stood at `output_path` stays. Memory is bounded
/// whatever the sizes.
/// Errors: `PATCH` for a patch that is malformed, not supported, asks for too much or was made for a
/// base of another size; `VERIFY` when the result is not what was expected; `IO`, `NO_SPACE`,
/// `CANCELLED`.
/// Threads: any; `options` may not be changed meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_apply(
    base_path: *const c_char,
    patch_path: *const c_char,
    output_path: *const c_char,
    options: *const PatchOptions,
    progress: ProgressCallback,
    user_data: *mut c_void,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: handles are NULL or live, texts NULL or NUL-terminated and outputs NULL or writable,
    // as the header demands.
    unsafe {
        guard((), error, || {
            let files = Files::new(base_path, patch_path, output_path, options)?;
            files.apply(progress, HostData::new(user_data), Cancel::default())
        })
    }
}

/// Starts `upgradelink_patch_apply` in the background, `progress` included; take its end with
/// `upgradelink_operation_take_nothing`. See the section on operations.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_apply_start(
    base_path: *const c_char,
    patch_path: *const c_char,
    output_path: *const c_char,
    options: *const PatchOptions,
    progress: ProgressCallback,
    completion: Completion,
    user_data: *mut c_void,
    operation: *mut *mut Operation,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: as for upgradelink_patch_apply.
    unsafe {
        start(Yield::Nothing, completion, user_data, operation, error, || {
            let files = Files::new(base_path, patch_path, output_path, options)?;
            let data = HostData::new(user_data);
            Ok(move |cancel| files.apply(progress, data, cancel).map(|()| Outcome::Nothing))
        })
    }
}

/// Reads the header of the patch at `path`. On success `*info` is a new handle, to be freed with
/// `upgradelink_patch_info_free`.
///
/// Errors: `PATCH` when it is no patch or one that is not supported; `IO`. Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_inspect(
    path: *const c_char,
    info: *mut *mut PatchInfo,
    error: *mut *mut Error,
) -> Status {
    // SAFETY: the text is NULL or NUL-terminated and outputs NULL or writable, as the header demands.
    unsafe {
        guard(info, error, || {
            let value = patch::inspect(required(path)?.as_ref())?;
            let (container, compressor) =
                (Text::from(value.container.as_str()), Text::from(value.compressor.as_str()));
            Ok(PatchInfo { value, container, compressor })
        })
    }
}

/// The container, such as `HDIFF13`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_info_container(info: *const PatchInfo) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(info) }?.container.as_ptr()))
}

/// The compressor as the patch names it, such as `zstd`; empty where it names none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_info_compressor(info: *const PatchInfo) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(info) }?.compressor.as_ptr()))
}

/// The size of the base file that the patch was made for; `UPGRADELINK_SIZE_UNKNOWN` where the
/// container does not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_info_old_size(info: *const PatchInfo) -> u64 {
    guard_or(UPGRADELINK_SIZE_UNKNOWN, || {
        // SAFETY: NULL or live, as the header demands of every handle.
        Ok(unsafe { borrow(info) }?.value.old_size.unwrap_or(UPGRADELINK_SIZE_UNKNOWN))
    })
}

/// The size of the file that the patch makes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_info_new_size(info: *const PatchInfo) -> u64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(info) }?.value.new_size))
}

/// Frees what the inspection found; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_patch_info_free(info: *mut PatchInfo) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(info) }
}
