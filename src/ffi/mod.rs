//! The C surface, a file for each handle. It converts and delegates; it decides nothing.
//!
//! What every export demands of its caller: handles are NULL or live, texts NULL or NUL-terminated,
//! outputs NULL or writable. The header says so once, for all.
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments)]

pub mod artifact;
pub mod client;
pub mod config;
pub mod details;
pub mod error;
pub mod event;
pub mod fetch;
mod guard;
pub mod memory;
pub mod operation;
pub mod patch;
pub mod query;
pub mod scheduler;
pub mod statistics;
pub mod strategy;
mod text;
pub mod transport;
pub mod version;

/// Truth values cross as `int32_t`: a foreign `bool` other than 0 and 1 would be undefined.
fn truth(value: bool) -> i32 {
    value.into()
}
