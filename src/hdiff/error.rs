//! One error: what kind, at which byte of the patch, and a sentence with the facts.

use std::fmt;
use std::io;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a patch was not applied.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    offset: u64,
    message: String,
    source: Option<io::Error>,
}

/// What a caller may want to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The first bytes are those of no known container.
    NotADiff,
    /// A container or compressor that is known by name but not read by this build.
    Unsupported,
    /// The patch contradicts itself or its format.
    Malformed,
    /// The patch asks for more than [`Limits`](super::Limits) allow.
    Limit,
    /// The patch was made for another old file.
    WrongBase,
    /// A checksum that the patch carries does not match.
    Checksum,
    /// The progress callback stopped the work.
    Cancelled,
    /// Reading or writing failed; [`Error::io_error`] tells how.
    Io(Side),
}

/// Which of the three files an I/O error belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Old,
    Patch,
    New,
}

impl Error {
    pub(super) fn new(kind: Kind, offset: u64, message: impl Into<String>) -> Self {
        Error { kind, offset, message: message.into(), source: None }
    }

    pub(super) fn io(side: Side, offset: u64, source: io::Error) -> Self {
        let message = format!("{side}: {source}");
        Error { kind: Kind::Io(side), offset, message, source: Some(source) }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it happened: a byte of the patch, or for [`Kind::Io`] of the file that failed.
    /// Inside a compressed section it is where that section begins.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The sentence without the offset.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error of the old file, the patch or the new file, as it came: a full disk stays one.
    pub fn io_error(&self) -> Option<&io::Error> {
        self.source.as_ref()
    }

    /// Like [`Error::io_error`], by value.
    pub fn into_io_error(self) -> Option<io::Error> {
        self.source
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = match self.kind {
            Kind::Io(side) => side,
            _ => Side::Patch,
        };
        write!(f, "{} (byte {} of {file})", self.message, self.offset)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Old => "the old file",
            Side::Patch => "the patch",
            Side::New => "the new file",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
