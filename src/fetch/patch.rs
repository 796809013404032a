//! The short way: a patch for the base file. Whatever fails here, the full file is still there.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use md5::{Digest, Md5};

use super::{
    Artifact, Detour, Job, Origin,
    download::Download,
    get::{get, refusal},
    place::Place,
    promise::{Link, Promise, Source, refused},
    signature,
};
use crate::{
    api::patch_algo,
    error::{Error, Result, Status},
    hdiff::{Container, SNIFF_BYTES},
    http::{self, Body},
    log::Level,
    patch::{Patch, Rebuilt, limits, rebuild},
    progress::Phase,
    sign::hex,
};

/// Takes the patch where one is offered and the host has a base file; `None` leaves the full file
/// to be taken, and `detour` says why a patch was not.
pub fn try_patch(
    job: &Job,
    promise: &Promise,
    source: Source,
    place: &Place,
    detour: &mut Detour,
) -> Result<Option<Artifact>> {
    let (Source::Strategy(strategy), Some(base)) = (source, &job.options.base_file) else { return Ok(None) };
    let Some(url) = strategy.patch_url.as_ref().filter(|_| strategy.patch_algo == patch_algo::HDIFFPATCH)
    else {
        return Ok(None);
    };
    let link =
        Link { url: url.clone(), size: strategy.patch_file_size, md5: strategy.patch_file_md5.clone() };
    let mut way = ByPatch { job, promise, place, base, network_bytes: 0 };
    let result = way.run(&link);
    place.discard_rebuilt();
    detour.network_bytes = way.network_bytes;
    match result {
        Ok(artifact) => Ok(Some(artifact)),
        Err(error) if matches!(error.status, Status::Cancelled | Status::NoSpace) => Err(error),
        Err(error) => {
            job.client
                .config()
                .log
                .line(Level::Warn, || format!("taking the full file, for the patch: {error}"));
            detour.failure = Some(error.to_string());
            Ok(None)
        }
    }
}

struct ByPatch<'a> {
    job: &'a Job<'a>,
    promise: &'a Promise,
    place: &'a Place,
    base: &'a Path,
    network_bytes: u64,
}

impl ByPatch<'_> {
    fn run(&mut self, link: &Link) -> Result<Artifact> {
        if !self.promise.has_hash() {
            return Err(refused("no hash is promised by which a patched file could be judged"));
        }
        let base = File::open(self.base).map_err(|error| Error::io(self.base.display(), &error))?;
        self.place.has_room_for(self.promise.size.unwrap_or(0))?;
        let patch = Promise::of_patch(link, self.promise)?;
        let rebuilt = self.rebuild(&base, &patch)?;
        let Rebuilt { file, size, md5, sha256 } = rebuilt;
        let checked = self.promise.verify(size, &md5, &sha256)?;
        let checked = checked | signature::check(self.job, self.promise, &file, size)?;
        let path = self.place.commit_rebuilt(&file)?;
        self.job.progress.finish(Phase::Patch, size)?;
        let (origin, network_bytes) = (Origin::Patched, self.network_bytes);
        Ok(Artifact { path, size, md5, sha256, origin, checked, network_bytes, patch_failure: None })
    }

    /// A patch that reads in one go is applied while it arrives; others, and one that an earlier run
    /// has begun to store, are stored first.
    fn rebuild(&mut self, base: &File, patch: &Promise) -> Result<Rebuilt> {
        let place = Place::lock(self.job, patch)?;
        let stored = place.already_right(patch, self.job)?;
        if stored.is_some() || place.earlier().is_some() {
            return self.apply_stored(base, patch, &place, None);
        }
        http::check_url(&patch.url, self.job.client.config().allow_http)?;
        let mut response = get(self.job, &patch.url, &[])?;
        if response.status != 200 {
            return Err(refusal(self.job, &response));
        }
        let first = response.body.peek(SNIFF_BYTES).map_err(http::error_of)?;
        if !Container::sniff(first).is_some_and(|found| found.is_sequential() && found.is_supported()) {
            return self.apply_stored(base, patch, &place, Some(response));
        }
        match self.apply_arriving(base, patch, response.body) {
            Err(error) if error.retryable => self.apply_stored(base, patch, &place, None),
            result => result,
        }
    }

    fn apply_stored(
        &mut self,
        base: &File,
        patch: &Promise,
        place: &Place,
        response: Option<http::Response>,
    ) -> Result<Rebuilt> {
        let download = Download::new(self.job, patch, Source::Host, place);
        let stored = match (place.already_right(patch, self.job)?, response) {
            (Some(stored), _) => stored,
            (None, Some(response)) => download.with_response(response).run()?,
            (None, None) => download.run()?,
        };
        self.network_bytes += stored.network_bytes;
        let file = File::open(&stored.path).map_err(|error| Error::io(stored.path.display(), &error))?;
        let rebuilt = self.apply(base, Patch::Stored(file), &stored.path);
        let _ = fs::remove_file(&stored.path);
        rebuilt
    }

    fn apply_arriving(&mut self, base: &File, patch: &Promise, body: Body) -> Result<Rebuilt> {
        let mut arriving = Arriving { body, md5: Md5::new(), length: 0, most: patch.size };
        let rebuilt = self.apply(base, Patch::Arriving(&mut arriving), Path::new(&patch.url));
        let rest = if rebuilt.is_ok() { arriving.drain() } else { Ok(()) };
        self.network_bytes += arriving.length;
        let rebuilt = rebuilt?;
        rest?;
        patch.verify(arriving.length, &hex(&arriving.md5.finalize()), "")?;
        Ok(rebuilt)
    }

    fn apply(&self, base: &File, patch: Patch, name: &Path) -> Result<Rebuilt> {
        let limits = limits(self.promise.size, None);
        let new = self.place.new_rebuilt()?;
        rebuild(base, patch, new, &limits, &self.job.progress, &self.job.watch)
            .map_err(|failure| failure.explain(self.base, name, self.place.target()))
    }
}

/// The patch on its way from the network to the applier.
struct Arriving {
    body: Body,
    md5: Md5,
    length: u64,
    most: Option<u64>,
}

impl Arriving {
    /// Reads what the applier had no use for, which still belongs to the promised hash.
    fn drain(&mut self) -> Result<()> {
        io::copy(self, &mut io::sink()).map(drop).map_err(http::error_of)
    }
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.body.read(buffer)?;
        self.md5.update(&buffer[..count]);
        self.length += count as u64;
        if self.most.is_some_and(|most| self.length > most) {
            return Err(io::Error::other(refused("the patch is longer than promised")));
        }
        Ok(count)
    }
}
