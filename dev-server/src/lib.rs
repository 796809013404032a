//! A local UpgradeLink.
