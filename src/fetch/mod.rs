//! From a strategy to a file that is exactly what was promised: download, verify, commit.

#![cfg_attr(not(feature = "patch"), allow(dead_code))] // what only patches need

mod download;
mod get;
mod name;
mod pace;
mod part;
#[cfg(feature = "patch")]
mod patch;
#[cfg(not(feature = "patch"))]
#[path = "no_patch.rs"]
mod patch;
mod place;
mod promise;
mod record;
mod signature;

use std::{cell::Cell, path::PathBuf, time::Duration};

use self::{
    download::Download,
    place::Place,
    promise::{Promise, Source},
};
pub use self::{
    name::{from_url as file_name, is_safe as is_safe_name},
    promise::Link,
    record::Record,
};
use crate::{
    api::Strategy,
    client::Client,
    error::{Error, Result},
    http,
    progress::{Phase, Progress},
    watch::{Cancel, Watch},
};

/// How a file is fetched.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the file goes; made when it is not there.
    pub folder: PathBuf,
    /// The file that runs, to which a patch applies. It is only read.
    pub base_file: Option<PathBuf>,
    /// The name of the file; otherwise it is taken from the link.
    pub file_name: Option<String>,
    /// What the host knows of the file beside the service.
    pub sha256: Option<[u8; 32]>,
    /// Whether a file without any promised hash is refused.
    pub require_hash: bool,
    pub max_size: Option<u64>,
    /// Whether a version that is not above the one that runs may be fetched.
    pub allow_downgrade: bool,
    /// How long less than [`STALL_BYTES`] may come before the connection is given up.
    pub stall_timeout: Option<Duration>,
    /// How long to wait while somebody else fetches the same file.
    pub lock_wait: Option<Duration>,
    /// Whether a file that is not complete stays for the next run.
    pub keep_partial: bool,
    pub max_bytes_per_second: Option<u64>,
    /// Whether the service is told how the download ended.
    pub report: bool,
}

/// What must come within each stall timeout.
pub const STALL_BYTES: u64 = 1024;

impl Options {
    pub fn new(folder: impl Into<PathBuf>) -> Options {
        Options {
            folder: folder.into(),
            base_file: None,
            file_name: None,
            sha256: None,
            require_hash: false,
            max_size: None,
            allow_downgrade: false,
            stall_timeout: Some(Duration::from_secs(30)),
            lock_wait: Some(Duration::ZERO),
            keep_partial: true,
            max_bytes_per_second: None,
            report: false,
        }
    }
}

/// How a file came. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Origin {
    Downloaded = 1,
    /// Downloaded, the beginning by an earlier run.
    Resumed = 2,
    Patched = 3,
    /// Already there.
    Present = 4,
}

/// What was compared with a promise: bits of [`Artifact::checked`].
pub mod checked {
    pub const SIZE: u32 = 1;
    pub const MD5: u32 = 2;
    pub const SHA256: u32 = 4;
    pub const SIGNATURE: u32 = 8;
}

/// A file that is what was promised.
#[derive(Clone, Debug)]
pub struct Artifact {
    pub path: PathBuf,
    pub size: u64,
    /// Lowercase hex.
    pub md5: String,
    /// Lowercase hex.
    pub sha256: String,
    pub origin: Origin,
    /// Bits of [`checked`].
    pub checked: u32,
    /// Bytes of bodies that were taken from the network, those in vain too.
    pub network_bytes: u64,
    /// Why a patch that was offered was not used.
    pub patch_failure: Option<String>,
}

impl Client {
    /// Fetches the file of `strategy` into the folder of `options`, by its patch where there is one
    /// and a base file for it.
    pub fn fetch(
        &self,
        strategy: &Strategy,
        options: &Options,
        progress: Progress,
        cancel: Cancel,
    ) -> Result<Artifact> {
        let promise = Promise::of_strategy(strategy, options)?;
        let result =
            self.fetch_promised(&promise, Source::Strategy(strategy), options, progress, cancel.clone());
        if options.report {
            self.report_download(strategy, result.as_ref().err(), &Watch::new(cancel));
        }
        result
    }

    /// Fetches a file that the host itself knows of.
    pub fn fetch_link(
        &self,
        link: &Link,
        options: &Options,
        progress: Progress,
        cancel: Cancel,
    ) -> Result<Artifact> {
        if self.signers().are_asked() {
            return Err(Error::argument("fetch: a link names no version that a signature could be bound to"));
        }
        let promise = Promise::of_link(link, options)?;
        self.fetch_promised(&promise, Source::Host, options, progress, cancel)
    }

    fn fetch_promised(
        &self,
        promise: &Promise,
        source: Source,
        options: &Options,
        progress: Progress,
        cancel: Cancel,
    ) -> Result<Artifact> {
        if !cfg!(feature = "fetch") {
            return Err(Error::unsupported(
                "this build of upgradelink fetches no files (cargo feature fetch)",
            ));
        }
        let _entered = self.enter()?;
        http::check_url(&promise.url, self.config().allow_http)?;
        let (watch, network_bytes) = (progress.watch(cancel), Cell::new(0));
        let job = Job { client: self, options, watch, progress, network_bytes };
        job.progress.reached(Phase::Download, 0, promise.size)?;
        let place = Place::lock(&job, promise)?;
        if let Some(artifact) = place.already_right(promise, &job)? {
            return Ok(artifact);
        }
        let mut patch_failure = None;
        match patch::try_patch(&job, promise, source, &place, &mut patch_failure)? {
            Some(artifact) => Ok(artifact),
            None => {
                let artifact = Download::new(&job, promise, source, &place).run()?;
                Ok(Artifact { patch_failure, ..artifact })
            }
        }
    }
}

/// What every way to a file shares.
struct Job<'a> {
    client: &'a Client,
    options: &'a Options,
    progress: Progress,
    watch: Watch,
    /// Bytes of bodies that came so far.
    network_bytes: Cell<u64>,
}

impl Job<'_> {
    fn came(&self, bytes: usize) {
        self.network_bytes.set(self.network_bytes.get() + bytes as u64);
    }
}
