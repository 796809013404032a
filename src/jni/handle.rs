//! Values of ours that Java holds as a number. Java frees each once, and never while a call uses it.

use jni::sys::jlong;

use crate::error::{Error, Result};

/// Gives a value to Java.
pub fn give<T>(value: T) -> jlong {
    Box::into_raw(Box::new(value)).expose_provenance() as jlong
}

/// The value behind a number; 0 is none.
///
/// # Safety
/// `handle` must be 0 or live for `'a`, and hold a `T`.
pub unsafe fn borrow<'a, T>(handle: jlong) -> Result<&'a T> {
    // SAFETY: the caller's promise.
    unsafe { pointer::<T>(handle).as_ref() }.ok_or_else(|| Error::argument("the native handle is 0"))
}

/// As [`borrow`], where there may be none.
///
/// # Safety
/// As for [`borrow`].
pub unsafe fn optional<T: Clone + Default>(handle: jlong) -> T {
    // SAFETY: the caller's promise.
    unsafe { pointer::<T>(handle).as_ref() }.cloned().unwrap_or_default()
}

/// Ends the life of a value; 0 is nothing.
///
/// # Safety
/// As for [`borrow`], and the number is not used again.
pub unsafe fn free<T>(handle: jlong) {
    let value = pointer::<T>(handle);
    if !value.is_null() {
        // SAFETY: made by `give`, by the caller's promise.
        drop(unsafe { Box::from_raw(value) });
    }
}

fn pointer<T>(handle: jlong) -> *mut T {
    std::ptr::with_exposed_provenance_mut(handle as usize)
}
