//! Keeps an application up to date through the UpgradeLink service.

#[cfg(feature = "patch")]
pub mod hdiff;
