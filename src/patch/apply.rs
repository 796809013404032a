//! The applier between files: hashes beside the patching, one atomic step at the end.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use super::{Info, Options};
use crate::{
    digest::{Blocks, Digests},
    error::{Error, Result, Stage, Status},
    hdiff::{self, Kind, Limits, Side},
    progress::{Phase, Progress},
    sign::hex,
    sys,
    watch::{Cancel, Watch},
};

/// Reads the header of the patch at `path`.
pub fn inspect(path: &Path) -> Result<Info> {
    let info = hdiff::inspect(open(path)?).map_err(|error| refused(error, path))?;
    Ok(Info {
        container: info.container.name().to_owned(),
        compressor: info.compressor,
        old_size: info.old_size,
        new_size: info.new_size,
    })
}

/// Rebuilds the file at `output` from `base` and `patch`. What stood at `output` stays unless all is
/// well.
pub fn apply(
    base: &Path,
    patch: &Path,
    output: &Path,
    options: &Options,
    progress: Progress,
    cancel: Cancel,
) -> Result<()> {
    let watch = progress.watch(cancel);
    let temporary = Temporary::beside(output);
    let limits = limits(options.expected_size, options.max_window);
    let source = Patch::Stored(open(patch)?);
    let rebuilt = rebuild(&open(base)?, source, temporary.create()?, &limits, &progress, &watch)
        .map_err(|failure| failure.explain(base, patch, output))?;
    if let Some(expected) =
        options.expected_md5.map(|md5| hex(&md5)).filter(|expected| *expected != rebuilt.md5)
    {
        return Err(wrong(output, &format!("has the MD5 {}, expected was {expected}", rebuilt.md5)));
    }
    rebuilt.file.sync_all().map_err(|error| Error::io(temporary.0.display(), &error))?;
    drop(rebuilt.file);
    fs::rename(&temporary.0, output).map_err(|error| Error::io(output.display(), &error))?;
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sys::sync_folder(folder).map_err(|error| Error::io(folder.display(), &error))?;
    progress.finish(Phase::Patch, rebuilt.size);
    Ok(())
}

pub fn limits(new_size: Option<u64>, max_window: Option<u64>) -> Limits {
    let default = Limits::default();
    Limits { new_size, max_window: max_window.unwrap_or(default.max_window), ..default }
}

/// Where a patch comes from.
pub enum Patch<'a> {
    Stored(File),
    /// In order and once, while it arrives.
    Arriving(&'a mut dyn Read),
}

/// A new file and its hashes, in lowercase hex.
pub struct Rebuilt {
    pub file: File,
    pub size: u64,
    pub md5: String,
    pub sha256: String,
}

/// Writes the new file into `new`, hashing beside. Nothing is compared here.
pub fn rebuild(
    base: &File,
    patch: Patch,
    new: File,
    limits: &Limits,
    progress: &Progress,
    watch: &Watch,
) -> Result<Rebuilt, Failure> {
    let mut output = Output::new(new)?;
    let mut stopped = None;
    let mut tell = |done: u64, size: u64| {
        let go_on = watch.check().and_then(|()| progress.reached(Phase::Patch, done, Some(size)));
        match go_on {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                stopped = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    let applied = match patch {
        Patch::Stored(patch) => hdiff::apply(base, patch, &mut output, limits, &mut tell),
        Patch::Arriving(patch) => hdiff::apply_stream(base, patch, &mut output, limits, &mut tell),
    };
    match (applied, stopped) {
        (_, Some(stopped)) => Err(Failure::Ours(stopped)),
        (Err(error), None) => Err(Failure::Patch(error)),
        (Ok(_), None) => Ok(output.finish()?),
    }
}

/// Why a file was not rebuilt.
pub enum Failure {
    Patch(hdiff::Error),
    Ours(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Ours(error)
    }
}

impl Failure {
    /// The error for files of these names.
    pub fn explain(self, base: &Path, patch: &Path, output: &Path) -> Error {
        match self {
            Failure::Ours(error) => error,
            Failure::Patch(error) => match error.kind() {
                Kind::Io(Side::Old) => refused(error, base),
                Kind::Io(Side::New) => refused(error, output),
                _ => refused(error, patch),
            },
        }
    }
}

/// The new file: each block goes to the disk and to the hashes.
struct Output {
    file: File,
    blocks: Blocks,
    digests: Digests,
}

impl Output {
    fn new(file: File) -> Result<Output> {
        Ok(Output { file, blocks: Blocks::new(64 << 10), digests: Digests::new()? })
    }

    fn finish(self) -> Result<Rebuilt> {
        let size = self.digests.length();
        let (md5, sha256) = self.digests.finish();
        Ok(Rebuilt { file: self.file, size, md5, sha256 })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let block = self.blocks.fill(|space| -> io::Result<usize> {
            let count = bytes.len().min(space.len());
            space[..count].copy_from_slice(&bytes[..count]);
            Ok(count)
        })?;
        self.file.write_all(&block)?;
        self.digests.add(&block);
        Ok(block.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The growing file beside the output; removed unless it was renamed.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(output: &Path) -> Temporary {
        let mut name = OsString::from(output);
        name.push(".part");
        Temporary(name.into())
    }

    fn create(&self) -> Result<File> {
        let _ = fs::remove_file(&self.0);
        let mut options = OpenOptions::new();
        sys::make_private(&mut options);
        let file = options.read(true).write(true).create_new(true).open(&self.0);
        file.map_err(|error| Error::io(self.0.display(), &error))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(|error| Error::io(path.display(), &error))
}

fn refused(error: hdiff::Error, file: &Path) -> Error {
    match error.io_error() {
        None => Error::new(Status::Patch, Stage::Patch, format!("{}: {error}", file.display())),
        // A patch that arrives fails with an error of ours.
        Some(io) => match io.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(ours) => ours.clone(),
            None => Error::io(file.display(), io),
        },
    }
}

fn wrong(output: &Path, what: &str) -> Error {
    let message = format!(
        "{}: the rebuilt file {what}; the base is another one than the patch was made for",
        output.display()
    );
    Error::new(Status::Verify, Stage::Verify, message)
}
