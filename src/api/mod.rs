//! The service's vocabulary: kinds of applications, requests, envelope, replies.

mod envelope;
mod kind;
mod query;
mod replies;

pub use envelope::{Answer, Fields, Unreadable, excerpt};
pub use kind::{Kind, Rules};
pub use query::{Query, STATISTICS_PATH, statistics_target};
pub use replies::{Day, Series, Statistics, Strategy, Total, VersionDetails};

/// How urgently the service wants the upgrade; a number it may add later is kept as it came.
pub mod upgrade_type {
    pub const UNKNOWN: i32 = 0;
    pub const PROMPT: i32 = 1;
    pub const SILENT: i32 = 2;
    pub const FORCE: i32 = 3;
}

/// The kinds of patches that the service can be asked for.
pub mod patch_algo {
    pub const NONE: i32 = 0;
    pub const HDIFFPATCH: i32 = 1;
}
