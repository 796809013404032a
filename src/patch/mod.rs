//! Applies a patch from file to file, with everything about the result checked before it stands.

#[cfg(feature = "patch")]
mod apply;
#[cfg(not(feature = "patch"))]
#[path = "absent.rs"]
mod apply;

#[cfg(all(feature = "patch", feature = "fetch"))]
pub(crate) use apply::{Patch, Rebuilt, limits, rebuild};
pub use apply::{apply, inspect};

/// What the new file must be, and what the patch may ask for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub expected_size: Option<u64>,
    pub expected_md5: Option<[u8; 16]>,
    /// The most memory for the windows of all decoders together; by default 128 MiB, on Android
    /// 32 MiB.
    pub max_window: Option<u64>,
}

/// What the header of a patch says.
#[derive(Clone, Debug)]
pub struct Info {
    pub container: String,
    /// As the patch names it; empty where it names none.
    pub compressor: String,
    /// `None` where the container does not say.
    pub old_size: Option<u64>,
    pub new_size: u64,
}
