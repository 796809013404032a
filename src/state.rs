//! The state folder: small files that several processes of one application share.
//!
//! Whoever reads or changes a file holds the folder, for as long as that takes and no longer. What
//! takes its time, such as sending, has a lease of its own. The kernel takes both back when a
//! process dies.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result, Stage, Status},
    sign::hex,
    sys,
    watch::Watch,
};

/// How long another process may hold the folder before a call gives up.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of a file is read; the library writes none that comes near.
pub const FILE_LIMIT: u64 = 4 << 20;

/// A folder of the host's for what the library must not forget.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing.
    pub fn open(path: &Path) -> Result<Folder> {
        let folder = Folder(path.to_owned());
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| folder.failure("the folder cannot be made", "", &error))?;
        folder.hold(&Watch::default())?;
        Ok(folder)
    }

    /// Waits for other processes and threads to leave the folder; they do in milliseconds.
    pub fn hold(&self, watch: &Watch) -> Result<Held<'_>> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(lease) = self.lease("lock")? {
                return Ok(Held { folder: self, _lease: lease });
            }
            if Instant::now() >= end {
                let message = format!("state folder {:?}: another process does not let go of it", self.0);
                return Err(Error::new(Status::Busy, Stage::Io, message));
            }
            watch.pause(Duration::from_millis(1))?;
        }
    }

    /// The sole right to something until dropped; `None` while another has it.
    pub fn lease(&self, name: &str) -> Result<Option<Lease>> {
        let file = self.create(name)?;
        match sys::try_lock(&file) {
            Ok(true) => Ok(Some(Lease(file))),
            Ok(false) => Ok(None),
            Err(error) => Err(self.failure("cannot be locked", name, &error)),
        }
    }

    fn create(&self, name: &str) -> Result<File> {
        open(OpenOptions::new().create(true), &self.0.join(name))
            .map_err(|error| self.failure("cannot be opened", name, &error))
    }

    fn failure(&self, what: &str, name: &str, error: &io::Error) -> Error {
        Error::io(format_args!("state folder: {:?} {what}", self.0.join(name)), error)
    }
}

/// Ends when dropped, for a child that was forked meanwhile too.
pub struct Lease(File);

impl Drop for Lease {
    fn drop(&mut self) {
        sys::unlock(&self.0);
    }
}

/// The folder while nobody else reads or changes its files.
pub struct Held<'a> {
    folder: &'a Folder,
    _lease: Lease,
}

impl Held<'_> {
    /// Opens a file to be changed in place; makes it where it is missing.
    pub fn file(&self, name: &str) -> Result<File> {
        self.folder.create(name)
    }

    /// The whole of a file; `None` where it is missing.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let file = open(&mut OpenOptions::new(), &self.folder.0.join(name));
        match file.and_then(|file| file.take(FILE_LIMIT).read_to_end(&mut bytes)) {
            Ok(_) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.folder.failure("cannot be read", name, &error)),
        }
    }

    /// Puts what `write` writes in the place of a file in one step: whoever dies meanwhile leaves the
    /// old one.
    pub fn replace<T>(&self, name: &str, write: impl FnOnce(&mut File) -> io::Result<T>) -> Result<T> {
        let new = format!("{name}.new");
        let path = self.folder.0.join(&new);
        let replace = || {
            let mut file = open(OpenOptions::new().create(true).truncate(true), &path)?;
            let written = write(&mut file)?;
            file.sync_all()?;
            fs::rename(&path, self.folder.0.join(name))?;
            sys::sync_folder(&self.folder.0)?;
            Ok(written)
        };
        replace().map_err(|error| {
            let _ = fs::remove_file(&path);
            self.folder.failure("cannot be written", name, &error)
        })
    }

    /// Removes a file if it is there.
    pub fn remove(&self, name: &str) -> Result<()> {
        match fs::remove_file(self.folder.0.join(name)).and_then(|()| sys::sync_folder(&self.folder.0)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.folder.failure("cannot be removed", name, &error))
            }
            _ => Ok(()),
        }
    }

    pub fn failure(&self, what: &str, name: &str, error: &io::Error) -> Error {
        self.folder.failure(what, name, error)
    }
}

/// The name of a file about something that has a name of its own.
pub fn name_for(what: &str, about: &[u8]) -> String {
    format!("{what}-{}", &hex(&Sha256::digest(about))[..32])
}

/// Opens a regular file, readable by its owner only where it is made; a link is not followed. Whoever
/// opens a pipe for reading alone waits for its writer, so files are opened for both.
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    sys::make_private(options);
    let file = options.read(true).write(true).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file"));
    }
    Ok(file)
}
