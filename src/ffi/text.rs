//! Strings across the border: NUL-terminated UTF-8 in, borrowed from their handle out.

use std::{
    ffi::{CStr, CString, c_char},
    ptr,
};

use super::guard::guard_or;
use crate::error::{Error, Result};

/// A string that a handle owns for its readers in C; NULs within become U+FFFD.
pub struct Text(Option<CString>);

impl Text {
    pub fn new(text: Option<&str>) -> Text {
        Text(text.map(|text| match CString::new(text) {
            Ok(text) => text,
            Err(_) => CString::new(text.replace('\0', "\u{FFFD}")).unwrap_or_default(),
        }))
    }

    /// Lives as long as `self` and is not moved; NULL where there is none.
    pub fn as_ptr(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |text| text.as_ptr())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text::new(Some(text))
    }
}

impl From<&Option<String>> for Text {
    fn from(text: &Option<String>) -> Text {
        Text::new(text.as_deref())
    }
}

/// A JSON text, which may hold NULs of its own making: its length goes with it.
pub struct Json(String);

impl Json {
    pub fn new(text: &str) -> Json {
        Json(format!("{text}\0"))
    }
}

/// Runs a getter of a JSON text: `*length`, unless NULL, is 0 where there is none.
///
/// # Safety
/// `length` must be NULL or valid for a write.
pub unsafe fn json<'a>(length: *mut usize, pick: impl FnOnce() -> Result<&'a Json>) -> *const c_char {
    let text = guard_or(None, || pick().map(|json| Some(json.0.as_str())));
    if !length.is_null() {
        // SAFETY: the caller's promise.
        unsafe { length.write(text.map_or(0, |text| text.len() - 1)) };
    }
    text.map_or(ptr::null(), |text| text.as_ptr().cast())
}

/// A string that must be given.
///
/// # Safety
/// `text` must be NULL or NUL-terminated, and stay for `'a`.
pub unsafe fn required<'a>(text: *const c_char) -> Result<&'a str> {
    // SAFETY: the caller's promise.
    unsafe { optional(text) }?.ok_or_else(|| Error::argument("the text is NULL"))
}

/// A string that may be absent.
///
/// # Safety
/// `text` must be NULL or NUL-terminated, and stay for `'a`.
pub unsafe fn optional<'a>(text: *const c_char) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so NUL-terminated by the caller's promise.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| Error::argument("the text is not UTF-8"))
}
