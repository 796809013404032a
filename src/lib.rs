//! Keeps an application up to date through the UpgradeLink service.
//!
//! The layers, from the top; imports run downwards only.
//!
//! - [`client`]: asks the service, for its hosts
//! - [`api`]: the service's vocabulary: kinds, requests, envelope, replies
//! - `http`: the only module that knows ureq
//! - [`hdiff`]: HDiffPatch; knows nothing of the network or the service
//! - [`sign`], [`config`], [`error`], [`log`], [`watch`]: what all of them share
//! - `sys`: thin system calls

pub mod api;
pub mod client;
pub mod config;
pub mod error;
pub mod hdiff;
#[cfg(feature = "http")]
mod http;
pub mod log;
pub mod sign;
mod sys;
pub mod watch;
