//! The patch file as its sections share it: positioned reads over a file, or a stream in order.

use std::cell::RefCell;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::checksum::Digest;
use super::container::{Container, SNIFF_BYTES};
use super::error::{Error, Kind, Result, Side};
use super::varint::Bytes;

pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

enum File<'a> {
    Stream(BufReader<&'a mut dyn Read>),
    Seekable(BufReader<&'a mut dyn ReadSeek>),
}

pub(super) struct Patch<'a> {
    shared: RefCell<Shared<'a>>,
    pub container: Container,
    /// Unknown while the patch still arrives.
    pub length: Option<u64>,
}

struct Shared<'a> {
    file: File<'a>,
    position: u64,
    first: [u8; SNIFF_BYTES],
    first_length: usize,
    /// Decoders wrap the errors of what they read from; the true one waits here.
    failure: Option<Error>,
    watch: Option<Watch>,
}

struct Watch {
    digest: Digest,
    position: u64,
}

/// Enough for a header; sections bring their own, larger blocks.
const HEADER_BLOCK: usize = 4096;

/// A patch without the lifetime of its file, which would bind that of every section.
pub(super) trait Positioned {
    fn read(&self, position: u64, into: &mut [u8]) -> io::Result<usize>;

    /// Why the patch could not be read, if that is what made a decoder fail.
    fn take_failure(&self) -> Option<Error>;
}

impl<'a> Patch<'a> {
    pub fn stream(patch: &'a mut dyn Read) -> Result<Self> {
        Self::sniff(File::Stream(BufReader::with_capacity(HEADER_BLOCK, patch)), None)
    }

    pub fn seekable(patch: &'a mut dyn ReadSeek) -> Result<Self> {
        let ends = patch.seek(SeekFrom::End(0)).and_then(|length| patch.rewind().map(|()| length));
        let length = ends.map_err(|error| Error::io(Side::Patch, 0, error))?;
        Self::sniff(File::Seekable(BufReader::with_capacity(HEADER_BLOCK, patch)), Some(length))
    }

    fn sniff(file: File<'a>, length: Option<u64>) -> Result<Self> {
        let first = [0; SNIFF_BYTES];
        let mut shared = Shared { file, position: 0, first, first_length: 0, failure: None, watch: None };
        let mut first = Vec::with_capacity(SNIFF_BYTES);
        (&mut shared.file)
            .take(SNIFF_BYTES as u64)
            .read_to_end(&mut first)
            .map_err(|error| Error::io(Side::Patch, 0, error))?;
        let container = Container::sniff(&first).ok_or_else(|| {
            Error::new(Kind::NotADiff, 0, format!("no known patch begins with {}", first.escape_ascii()))
        })?;
        shared.position = first.len() as u64;
        shared.first_length = first.len();
        for (kept, byte) in shared.first.iter_mut().zip(first) {
            *kept = byte;
        }
        Ok(Patch { shared: RefCell::new(shared), container, length })
    }

    /// The header, from behind the magic bytes.
    pub fn head(&self) -> Head<'_> {
        Head { patch: self, position: self.container.magic().len() as u64 }
    }

    /// `length` bytes from `position`. A stream can only be read in order.
    pub fn stretch(&self, position: u64, length: u64) -> Stretch<'_> {
        Stretch { patch: self, position, end: position.saturating_add(length) }
    }

    /// Hashes from now on what is read in order from `position` on.
    pub fn watch(&self, digest: Digest, position: u64) {
        self.shared.borrow_mut().watch = Some(Watch { digest, position });
    }

    /// Ends the watch; what was not read up to `end` is read now.
    pub fn watched(&self, end: u64) -> Result<Option<Digest>> {
        let Some(position) = self.shared.borrow().watch.as_ref().map(|watch| watch.position) else {
            return Ok(None);
        };
        let mut rest = self.stretch(position, end.saturating_sub(position));
        match io::copy(&mut rest, &mut io::sink()) {
            Ok(_) => Ok(self.shared.borrow_mut().watch.take().map(|watch| watch.digest)),
            Err(error) => {
                let unknown = || Error::io(Side::Patch, rest.position, error);
                Err(self.take_failure().unwrap_or_else(unknown))
            }
        }
    }
}

impl Positioned for Patch<'_> {
    fn read(&self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        let shared = &mut *self.shared.borrow_mut();
        match shared.read(position, into) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let kind = error.kind();
                shared.failure = Some(Error::io(Side::Patch, position, error));
                Err(kind.into())
            }
            result => result,
        }
    }

    fn take_failure(&self) -> Option<Error> {
        self.shared.borrow_mut().failure.take()
    }
}

impl Shared<'_> {
    fn read(&mut self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        let at = usize::try_from(position).unwrap_or(usize::MAX);
        if let Some(mut kept @ [_, ..]) = self.first.get(at..self.first_length) {
            return kept.read(into);
        }
        if self.position != position {
            self.file.go(self.position, position)?;
            self.position = position;
        }
        let count = self.file.read(into)?;
        self.position += count as u64;
        if let Some(watch) = self.watch.as_mut().filter(|watch| watch.position == position) {
            watch.digest.update(&into[..count]);
            watch.position = self.position;
        }
        Ok(count)
    }
}

impl File<'_> {
    fn go(&mut self, from: u64, to: u64) -> io::Result<()> {
        match self {
            File::Stream(_) => Err(io::Error::new(io::ErrorKind::Unsupported, "a stream is read in order")),
            File::Seekable(file) => match (i64::try_from(from), i64::try_from(to)) {
                (Ok(from), Ok(to)) => file.seek_relative(to - from),
                _ => file.seek(SeekFrom::Start(to)).map(drop),
            },
        }
    }
}

impl Read for File<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            File::Stream(file) => file.read(into),
            File::Seekable(file) => file.read(into),
        }
    }
}

/// Reads the header byte by byte and knows where it is.
pub(super) struct Head<'a> {
    patch: &'a dyn Positioned,
    pub position: u64,
}

impl Head<'_> {
    pub fn exact<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Ok(bytes)
    }
}

impl Bytes for Head<'_> {
    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        loop {
            match self.patch.read(self.position, &mut byte) {
                Ok(0) => return Err(self.malformed("the header ends early".into())),
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let unknown = || Error::io(Side::Patch, self.position, error);
                    return Err(self.patch.take_failure().unwrap_or_else(unknown));
                }
            }
        }
        self.position += 1;
        let [byte] = byte;
        Ok(byte)
    }

    fn fail(&self, kind: Kind, message: String) -> Error {
        Error::new(kind, self.position, message)
    }
}

/// A stretch of the stored patch.
pub(super) struct Stretch<'a> {
    patch: &'a dyn Positioned,
    pub position: u64,
    end: u64,
}

impl<'a> Stretch<'a> {
    pub fn patch(&self) -> &'a dyn Positioned {
        self.patch
    }
}

impl Read for Stretch<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.position).unwrap_or(usize::MAX);
        let wanted = left.min(into.len());
        let into = &mut into[..wanted];
        if into.is_empty() {
            return Ok(0);
        }
        let count = self.patch.read(self.position, into)?;
        self.position += count as u64;
        Ok(count)
    }
}
