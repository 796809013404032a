//! What every export runs inside: outputs are emptied, panics stop here, errors become handles.

use std::ptr;

use super::error::{Error as ErrorHandle, Status, UPGRADELINK_OK};
use crate::{
    error::{Error, Result},
    panics::barrier,
};

/// Where a result goes: a pointer that must not be NULL, or `()` for a call without a result.
pub trait Output<T> {
    /// # Safety
    /// A pointer that is not NULL must be valid for writes.
    unsafe fn clear(&self) -> Result<()>;
    /// # Safety
    /// As for `clear`, which said that it is not NULL.
    unsafe fn store(self, value: T);
}

impl<T> Output<T> for *mut *mut T {
    unsafe fn clear(&self) -> Result<()> {
        if self.is_null() {
            return Err(Error::argument("the place for the result is NULL"));
        }
        // SAFETY: not NULL, so valid for writes by the caller's promise.
        unsafe { self.write(ptr::null_mut()) };
        Ok(())
    }

    unsafe fn store(self, value: T) {
        // SAFETY: `clear` has seen that it is not NULL.
        unsafe { self.write(Box::into_raw(Box::new(value))) };
    }
}

impl Output<()> for () {
    unsafe fn clear(&self) -> Result<()> {
        Ok(())
    }
    unsafe fn store(self, (): ()) {}
}

/// Runs an export that can fail: `*out` or `*error` holds a new handle afterwards, never both.
///
/// # Safety
/// Pointers that are not NULL must be valid for writes.
pub unsafe fn guard<T, O: Output<T>>(
    out: O,
    error: *mut *mut ErrorHandle,
    body: impl FnOnce() -> Result<T>,
) -> Status {
    if !error.is_null() {
        // SAFETY: not NULL, so valid for writes by the caller's promise.
        unsafe { error.write(ptr::null_mut()) };
    }
    // SAFETY: the caller's promise covers `out`.
    match unsafe { out.clear() }.and_then(|()| barrier(body)) {
        Ok(value) => {
            // SAFETY: cleared above.
            unsafe { out.store(value) };
            UPGRADELINK_OK
        }
        // SAFETY: as above.
        Err(failure) => unsafe { hand_over(failure, error) },
    }
}

#[cold]
#[inline(never)]
unsafe fn hand_over(failure: Error, error: *mut *mut ErrorHandle) -> Status {
    let status = failure.status as Status;
    if !error.is_null() {
        // SAFETY: not NULL, so valid for writes by the caller's promise.
        unsafe { error.write(Box::into_raw(Box::new(ErrorHandle::new(failure)))) };
    }
    status
}

/// Runs an export that has no error to give: `fallback` stands for one.
pub fn guard_or<T>(fallback: T, body: impl FnOnce() -> Result<T>) -> T {
    barrier(body).unwrap_or(fallback)
}

/// A handle that collects values until a call uses it.
pub trait Draft {
    fn fault(&mut self) -> &mut Option<Error>;
}

/// Runs a setter: what it refuses is kept, and the call that uses the handle reports it.
///
/// # Safety
/// `handle` must be NULL or a live handle that no other thread uses.
pub unsafe fn guard_set<H: Draft>(handle: *mut H, setter: &str, body: impl FnOnce(&mut H) -> Result<()>) {
    // SAFETY: NULL or live and ours, by the caller's promise.
    let Some(handle) = (unsafe { handle.as_mut() }) else { return };
    if let Err(refused) = barrier(|| body(handle)) {
        keep(handle.fault(), setter, &refused);
    }
}

#[cold]
#[inline(never)]
fn keep(fault: &mut Option<Error>, setter: &str, refused: &Error) {
    fault.get_or_insert_with(|| Error::argument(format!("{setter}: {refused}")));
}

/// The value behind a handle.
///
/// # Safety
/// `handle` must be NULL or live for `'a`, and nobody may change it meanwhile.
pub unsafe fn borrow<'a, H>(handle: *const H) -> Result<&'a H> {
    // SAFETY: the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| null_handle(std::any::type_name::<H>()))
}

#[cold]
#[inline(never)]
fn null_handle(path: &str) -> Error {
    let name = path.rsplit("::").next().unwrap_or(path);
    Error::argument(format!("the {} handle is NULL", name.to_ascii_lowercase()))
}

/// Ends the life of a handle; NULL is nothing.
///
/// # Safety
/// `handle` must be NULL or a live handle made by a `Box`, and is not used again.
pub unsafe fn free<H>(handle: *mut H) {
    guard_or((), || {
        if !handle.is_null() {
            // SAFETY: live and made by a Box, by the caller's promise.
            drop(unsafe { Box::from_raw(handle) });
        }
        Ok(())
    });
}
