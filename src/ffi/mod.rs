//! The C surface, a file for each handle. It converts and delegates; it decides nothing.

pub mod client;
pub mod config;
pub mod details;
pub mod error;
pub mod event;
mod guard;
pub mod memory;
pub mod operation;
pub mod query;
pub mod scheduler;
pub mod statistics;
pub mod strategy;
mod text;
pub mod version;

/// Truth values cross as `int32_t`: a foreign `bool` other than 0 and 1 would be undefined.
fn truth(value: bool) -> i32 {
    value.into()
}
