//! Keeps an application up to date through the UpgradeLink service.
//!
//! The layers, from the top; imports run downwards only.
//!
//! - [`ffi`]: the C surface
//! - `jni`: the Java surface (feature `jni`)
//! - [`operation`]: a call in the background
//! - [`fetch`]: download, verify, commit
//! - [`patch`]: a patch from file to file
//! - [`scheduler`]: says when it is time to check
//! - [`client`]: asks the service, for its hosts
//! - [`reports`]: events, and the queue in which they wait
//! - [`api`]: the service's vocabulary: kinds, requests, envelope, replies
//! - `http`: the only module that knows ureq
//! - [`hdiff`]: HDiffPatch; knows nothing of the network or the service
//! - [`memory`]: what is remembered between runs
//! - [`signature`]: signatures of files
//! - [`state`], [`seal`]: the files that processes of one application share, and their seal
//! - [`sign`], [`config`], [`error`], [`log`], [`watch`]: what all of them share
//! - [`progress`], `digest`: what long calls over files share
//! - `mailbox`: what one thread tells another
//! - `panics`: where a panic ends
//! - `local`: what a thread has at hand
//! - `sys`: thin system calls

pub mod api;
pub mod client;
pub mod config;
mod digest;
pub mod error;
pub mod fetch;
pub mod ffi;
#[cfg(feature = "patch")]
pub mod hdiff;
pub mod http;
#[cfg(feature = "jni")]
mod jni;
mod local;
pub mod log;
mod mailbox;
pub mod memory;
pub mod operation;
mod panics;
pub mod patch;
pub mod progress;
pub mod reports;
pub mod scheduler;
pub mod seal;
pub mod sign;
pub mod signature;
pub mod state;
mod sys;
pub mod watch;

/// Whether the library was built with a cargo feature that its users may ask about.
pub fn has(feature: &str) -> bool {
    const BUILT: [(&str, bool); 9] = [
        ("http", cfg!(feature = "http")),
        ("platform-verifier", cfg!(feature = "platform-verifier")),
        ("fetch", cfg!(feature = "fetch")),
        ("patch", cfg!(feature = "patch")),
        ("zlib", cfg!(feature = "zlib")),
        ("bz2", cfg!(feature = "bz2")),
        ("lzma", cfg!(feature = "lzma")),
        ("zstd", cfg!(feature = "zstd")),
        ("jni", cfg!(feature = "jni")),
    ];
    BUILT.contains(&(feature, true))
}

/// Panics where UPGRADELINK_INJECT_PANIC says, in the build that tests the barrier: in every `export`,
/// or in the `call` behind them.
#[cfg(feature = "inject-panic")]
fn inject_panic(place: &str) {
    assert!(std::env::var_os("UPGRADELINK_INJECT_PANIC").is_none_or(|named| named != place), "injected");
}
