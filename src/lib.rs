//! Keeps an application up to date through the UpgradeLink service.

pub mod hdiff;
