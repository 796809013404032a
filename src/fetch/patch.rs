//! The short way: a patch for the base file. Whatever fails here, the full file is still there.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use md5::{Digest, Md5};

use super::{
    Artifact, Job, Origin,
    download::Download,
    get::{get, refusal, trouble},
    pace::Pace,
    place::Place,
    promise::{Link, Promise, Source, refused},
    signature,
};
use crate::{
    api::patch_algo,
    error::{Error, Result, Status},
    hdiff::{Container, Limits, SNIFF_BYTES},
    http::{self, Body, Response},
    log::Level,
    patch::{Patch, Rebuilt, limits, rebuild},
    progress::Phase,
    sign::hex,
};

/// Takes the patch where one is offered and the host has a base file; `None` leaves the full file
/// to be taken, and `failure` says why a patch was not.
pub fn try_patch(
    job: &Job,
    promise: &Promise,
    source: Source,
    place: &Place,
    failure: &mut Option<String>,
) -> Result<Option<Artifact>> {
    let (Source::Strategy(strategy), Some(base)) = (source, &job.options.base_file) else { return Ok(None) };
    let Some(url) = strategy.patch_url.as_ref().filter(|_| strategy.patch_algo == patch_algo::HDIFFPATCH)
    else {
        return Ok(None);
    };
    let link =
        Link { url: url.clone(), size: strategy.patch_file_size, md5: strategy.patch_file_md5.clone() };
    let result = ByPatch { job, promise, place, base }.run(&link);
    place.discard_rebuilt();
    match result {
        Ok(artifact) => Ok(Some(artifact)),
        Err(error) if ends_the_call(&error) => {
            if !job.options.keep_partial {
                place.clear();
            }
            Err(error)
        }
        Err(error) => {
            job.client
                .config()
                .log
                .line(Level::Warn, || format!("taking the full file, for the patch: {error}"));
            *failure = Some(error.to_string());
            Ok(None)
        }
    }
}

/// Whether the full file would not help.
fn ends_the_call(error: &Error) -> bool {
    matches!(error.status, Status::Cancelled | Status::NoSpace)
}

struct ByPatch<'a> {
    job: &'a Job<'a>,
    promise: &'a Promise,
    place: &'a Place,
    base: &'a Path,
}

impl ByPatch<'_> {
    fn run(&self, link: &Link) -> Result<Artifact> {
        if !self.promise.has_hash() {
            return Err(refused("no hash is promised by which a patched file could be judged"));
        }
        let base = File::open(self.base).map_err(|error| Error::io(self.base.display(), &error))?;
        self.place.has_room_for(self.promise.size.unwrap_or(0))?;
        let patch = Promise::of_patch(link, self.promise)?;
        let Rebuilt { file, size, md5, sha256 } = self.rebuild(&base, &patch)?;
        let checked = self.promise.verify(size, &md5, &sha256)?;
        let checked = checked | signature::check(self.job, self.promise, &file, size)?;
        let path = self.place.commit_rebuilt(file, &self.job.watch)?;
        self.job.progress.finish(Phase::Patch, size);
        let (origin, network_bytes) = (Origin::Patched, self.job.network_bytes.get());
        Ok(Artifact { path, size, md5, sha256, origin, checked, network_bytes, patch_failure: None })
    }

    /// A patch that reads in one go is applied while it arrives; others, and one that an earlier run
    /// has begun to store, are stored first.
    fn rebuild(&self, base: &File, patch: &Promise) -> Result<Rebuilt> {
        let place = Place::lock(self.job, patch)?;
        if place.already_right(patch, self.job)?.is_some() || place.earlier().is_some() {
            return self.apply_stored(base, patch, &place, None);
        }
        let result = match self.begin(patch) {
            Ok((response, false)) => return self.apply_stored(base, patch, &place, Some(response)),
            Ok((response, true)) => self.apply_arriving(base, patch, response.body),
            Err(error) => Err(error),
        };
        match result {
            Err(error) if error.retryable => self.apply_stored(base, patch, &place, None),
            result => result,
        }
    }

    /// Asks for the patch, and says whether it can be applied while it arrives.
    fn begin(&self, patch: &Promise) -> Result<(Response, bool)> {
        http::check_url(&patch.url, self.job.client.config().allow_http)?;
        let mut response = get(self.job, &patch.url, &[])?;
        if response.status != 200 {
            return Err(refusal(self.job, &response));
        }
        let first = response.body.peek(SNIFF_BYTES).map_err(http::error_of)?;
        let found = Container::sniff(first);
        Ok((response, found.is_some_and(|found| found.is_sequential() && found.is_supported())))
    }

    fn apply_stored(
        &self,
        base: &File,
        patch: &Promise,
        place: &Place,
        begun: Option<Response>,
    ) -> Result<Rebuilt> {
        let path = match place.already_right(patch, self.job)? {
            Some(stored) => stored.path,
            None => Download::new(self.job, patch, Source::Host, place).with_response(begun).run()?.path,
        };
        let file = File::open(&path).map_err(|error| Error::io(path.display(), &error))?;
        let rebuilt = self.apply(base, Patch::Stored(file));
        if !rebuilt.as_ref().is_err_and(ends_the_call) {
            let _ = fs::remove_file(&path);
        }
        rebuilt
    }

    fn apply_arriving(&self, base: &File, patch: &Promise, body: Body) -> Result<Rebuilt> {
        let pace = Pace::new(self.job.options.max_bytes_per_second);
        let mut arriving = Arriving { job: self.job, patch, body, pace, md5: Md5::new(), length: 0 };
        let rebuilt = self.apply(base, Patch::Arriving(&mut arriving))?;
        arriving.drain()?;
        patch.verify(arriving.length, &hex(&arriving.md5.finalize()), "")?;
        Ok(rebuilt)
    }

    fn apply(&self, base: &File, patch: Patch) -> Result<Rebuilt> {
        let max_new_size = self.promise.most.unwrap_or(u64::MAX);
        let limits = Limits { max_new_size, ..limits(self.promise.size, None) };
        let new = self.place.new_rebuilt()?;
        rebuild(base, patch, new, &limits, &self.job.progress, &self.job.watch)
            .map_err(|failure| failure.explain(self.base, Path::new("the patch"), self.place.target()))
    }
}

/// The patch on its way from the network to the applier.
struct Arriving<'a> {
    job: &'a Job<'a>,
    patch: &'a Promise,
    body: Body,
    pace: Pace,
    md5: Md5,
    length: u64,
}

impl Arriving<'_> {
    /// Reads what the applier had no use for, which still belongs to the promised hash.
    fn drain(&mut self) -> Result<()> {
        io::copy(self, &mut io::sink()).map(drop).map_err(http::error_of)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.md5.update(bytes);
        self.length += bytes.len() as u64;
        self.job.came(bytes.len());
        if self.patch.size.is_some_and(|promised| self.length > promised) {
            return Err(refused("the patch is longer than promised"));
        }
        self.patch.check_most(self.length)?;
        self.job.watch.pause(self.pace.debt(self.length))
    }
}

impl Read for Arriving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(buffer)?;
        if count == 0 && self.patch.size.is_some_and(|promised| self.length < promised) {
            return Err(io::Error::other(trouble(&format!("the patch ended at byte {}", self.length))));
        }
        self.take(&buffer[..count]).map_err(io::Error::other)?;
        Ok(count)
    }
}
