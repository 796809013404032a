//! Where a file grows and where it ends up: the folder, the lock, and the one atomic step.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Artifact, Job, Origin,
    name::PATCH,
    promise::Promise,
    record::{self, Record},
    signature,
};
use crate::{
    digest::{Blocks, Digests},
    error::{Error, Result, Stage, Status},
    mailbox::Mailbox,
    progress::Phase,
    seal::Seal,
    sys,
    watch::{SLICE, Watch},
};

/// The read and write unit of a fetch.
pub const BLOCK: usize = 256 * 1024;

/// A file's place, locked against everybody else who fetches the same name.
pub struct Place {
    folder: PathBuf,
    target: PathBuf,
    part: PathBuf,
    record: PathBuf,
    temporary: PathBuf,
    rebuilt: PathBuf,
    /// What the fetch of a patch leaves.
    patch: [PathBuf; 3],
    lock: PathBuf,
    locked: Option<File>,
    seal: Seal,
}

impl Place {
    pub fn lock(job: &Job, promise: &Promise) -> Result<Place> {
        let folder = job.options.folder.clone();
        let target = folder.join(&promise.name);
        if job.options.base_file.as_ref().is_some_and(|base| is_same(base, &target)) {
            let message = format!("fetch: the base file {} would be replaced", target.display());
            return Err(Error::argument(message));
        }
        if target.is_dir() {
            return Err(Error::io(target.display(), &io::ErrorKind::IsADirectory.into()));
        }
        fs::create_dir_all(&folder).map_err(|error| Error::io(folder.display(), &error))?;
        let beside = |suffix: &str| beside(&folder, &promise.name, suffix);
        let lock = beside(".lock");
        let locked = Some(acquire(&lock, job.options.lock_wait, &job.watch)?);
        Ok(Place {
            target,
            part: beside(".part"),
            record: beside(".resume"),
            temporary: beside(".tmp"),
            rebuilt: beside(".patched"),
            patch: ["", ".part", ".resume"].map(|suffix| beside(&format!("{PATCH}{suffix}"))),
            lock,
            locked,
            seal: Seal::new(&job.client.config().credentials, "resume record"),
            folder,
        })
    }

    /// The finished file, when it is there and is what was promised. Without a promised hash it is
    /// not believed.
    pub fn already_right(&self, promise: &Promise, job: &Job) -> Result<Option<Artifact>> {
        let size = match fs::symlink_metadata(&self.target) {
            Ok(found) if found.is_file() && promise.has_hash() => found.len(),
            _ => return Ok(None),
        };
        if promise.size.is_some_and(|promised| promised != size) {
            return Ok(None);
        }
        let mut file = match private().read(true).open(&self.target) {
            Ok(file) => file,
            Err(_) => return Ok(None),
        };
        let mut digests = Digests::new()?;
        hash(&mut file, size, &mut digests, job).map_err(|failure| failure.at(&self.target))?;
        let (md5, sha256) = digests.finish();
        let Ok(checked) = promise.verify(size, &md5, &sha256) else { return Ok(None) };
        let checked = checked | signature::check(job, promise, &file, size)?;
        self.clear();
        job.progress.finish(Phase::Verify, size);
        let (path, origin, network_bytes) = (self.target.clone(), Origin::Present, job.network_bytes.get());
        Ok(Some(Artifact { path, size, md5, sha256, origin, checked, network_bytes, patch_failure: None }))
    }

    /// What an earlier run left, when its record can be believed.
    pub fn earlier(&self) -> Option<(File, Record)> {
        let mut sealed = Vec::new();
        let record = private().read(true).open(&self.record).ok()?;
        record.take(record::LONGEST).read_to_end(&mut sealed).ok()?;
        let record = Record::open(&sealed, &self.seal)?;
        let part = private().read(true).write(true).open(&self.part).ok()?;
        part.metadata().ok()?.is_file().then_some((part, record))
    }

    /// A new, empty part; whatever stands in its place, a link too, is removed and not followed.
    pub fn new_part(&self) -> Result<File> {
        self.remove(&self.record)?;
        self.create(&self.part)
    }

    pub fn keep(&self, record: &Record) -> Result<()> {
        use io::Write;
        let mut file = self.create(&self.temporary)?;
        file.write_all(&record.sealed(&self.seal))
            .and_then(|()| fs::rename(&self.temporary, &self.record))
            .map_err(|error| Error::io(self.record.display(), &error))
    }

    /// A new, empty file for what a patch makes.
    pub fn new_rebuilt(&self) -> Result<File> {
        self.create(&self.rebuilt)
    }

    /// Makes the complete part the file.
    pub fn commit_part(&self, part: File, watch: &Watch) -> Result<PathBuf> {
        self.commit(&self.part, part, watch)
    }

    /// Makes what a patch made the file.
    pub fn commit_rebuilt(&self, rebuilt: File, watch: &Watch) -> Result<PathBuf> {
        self.commit(&self.rebuilt, rebuilt, watch)
    }

    /// One step that a crash leaves either undone or done.
    fn commit(&self, path: &Path, file: File, watch: &Watch) -> Result<PathBuf> {
        sync(file, watch)?.map_err(|error| Error::io(path.display(), &error))?;
        fs::rename(path, &self.target)
            .map_err(|error| Error::io(format!("{} cannot be renamed", path.display()), &error))?;
        sys::sync_folder(&self.folder).map_err(|error| Error::io(self.folder.display(), &error))?;
        self.clear();
        Ok(self.target.clone())
    }

    pub fn discard_rebuilt(&self) {
        let _ = fs::remove_file(&self.rebuilt);
    }

    /// Removes what a fetch leaves beside the file. What cannot be removed does no harm.
    pub fn clear(&self) {
        let own = [&self.part, &self.record, &self.temporary, &self.rebuilt];
        for path in own.into_iter().chain(&self.patch) {
            let _ = fs::remove_file(path);
        }
    }

    /// Fails early where the file system says that `bytes` more will not fit.
    pub fn has_room_for(&self, bytes: u64) -> Result<()> {
        match sys::free_space(&self.folder) {
            Some(free) if free < bytes => {
                let message = format!("{}: {bytes} bytes are needed, {free} are free", self.folder.display());
                Err(Error::new(Status::NoSpace, Stage::Io, message))
            }
            _ => Ok(()),
        }
    }

    pub fn target(&self) -> &Path {
        &self.target
    }

    pub fn part(&self) -> &Path {
        &self.part
    }

    fn create(&self, path: &Path) -> Result<File> {
        self.remove(path)?;
        let file = private().read(true).write(true).create_new(true).open(path);
        file.map_err(|error| Error::io(path.display(), &error))
    }

    fn remove(&self, path: &Path) -> Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io(path.display(), &error)),
            _ => Ok(()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Those who wait have the file open already and find out that it is gone: see `acquire`.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.lock);
        }
        self.locked.take();
    }
}

/// Ten times in one function: not inlined, for the size.
#[inline(never)]
fn beside(folder: &Path, name: &str, suffix: &str) -> PathBuf {
    folder.join(format!("{name}{suffix}"))
}

/// Options for files that belong to this user alone and are not reached through a link.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    sys::make_private(&mut options);
    options
}

/// Whether replacing `target` would replace `base`: a link that is replaced leaves what it leads to.
fn is_same(base: &Path, target: &Path) -> bool {
    let is_file = fs::symlink_metadata(target).is_ok_and(|found| found.is_file());
    is_file
        && matches!((base.canonicalize(), target.canonicalize()), (Ok(base), Ok(target)) if base == target)
}

/// Brings a file to the disk, on a thread of its own: that may take long, and the call may be told to
/// stop meanwhile. It is closed by then: Windows would let nobody read it.
fn sync(file: File, watch: &Watch) -> Result<io::Result<()>> {
    let done = Mailbox::new();
    let inbox = done.clone();
    let work = move || {
        let outcome = file.sync_all();
        drop(file);
        done.put(outcome);
    };
    sys::spawn("upgradelink-sync", work).map_err(|error| Error::io("no thread to write the file", &error))?;
    loop {
        watch.check()?;
        if let Some(outcome) = inbox.take(SLICE) {
            return Ok(outcome);
        }
    }
}

/// Takes the lock of the operating system, which dies with its process.
fn acquire(path: &Path, wait: Option<Duration>, watch: &Watch) -> Result<File> {
    let end = wait.map(|wait| Instant::now() + wait);
    loop {
        let file = private().read(true).write(true).create(true).open(path);
        let file = file.map_err(|error| Error::io(path.display(), &error))?;
        if sys::try_lock(&file).map_err(|error| Error::io(path.display(), &error))? {
            if sys::is_linked(&file) {
                return Ok(file);
            }
            continue;
        }
        let left = end.map_or(SLICE, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            let message = format!("{}: somebody else is fetching this file", path.display());
            return Err(Error::new(Status::Busy, Stage::Io, message));
        }
        watch.pause(left.min(SLICE))?;
    }
}

/// Why reading a file for its hash ended early.
pub enum HashFailure {
    Read(io::Error),
    Other(Error),
}

impl HashFailure {
    pub fn at(self, path: &Path) -> Error {
        match self {
            HashFailure::Read(error) => Error::io(path.display(), &error),
            HashFailure::Other(error) => error,
        }
    }
}

/// Gives the next `length` bytes of `file`, less where it ends, to `digests`.
pub fn hash(file: &mut File, length: u64, digests: &mut Digests, job: &Job) -> Result<(), HashFailure> {
    let mut blocks = Blocks::new(BLOCK);
    let mut left = length;
    while left > 0 {
        job.watch.check().map_err(HashFailure::Other)?;
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK);
        let block = blocks.fill(|space| file.read(&mut space[..room])).map_err(HashFailure::Read)?;
        if block.is_empty() {
            break;
        }
        left -= block.len() as u64;
        digests.add(&block);
        let (done, total) = (digests.length(), digests.length() + left);
        job.progress.reached(Phase::Verify, done, Some(total)).map_err(HashFailure::Other)?;
    }
    Ok(())
}
