//! The old file: read anywhere, checked against its size, short neighbouring reads joined.

use std::fs::File;
use std::io;

use super::error::{Error, Kind, Result, Side};

/// A file that can be read at any position; what a patch applies to.
pub trait ReadAt {
    fn size(&self) -> io::Result<u64>;

    /// Reads some bytes from `position` on; 0 only at the end.
    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        let rest = usize::try_from(position).ok().and_then(|position| self.get(position..)).unwrap_or(&[]);
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> io::Result<u64> {
        self.as_slice().size()
    }

    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        self.as_slice().read_at(into, position)
    }
}

impl ReadAt for File {
    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, into, position)
    }

    #[cfg(windows)]
    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, into, position)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }

    fn read_at(&self, into: &mut [u8], position: u64) -> io::Result<usize> {
        (**self).read_at(into, position)
    }
}

/// The most that is read ahead, and the least: about what a system call costs anyway.
const MOST_AHEAD: usize = 64 << 10;
const LEAST_AHEAD: usize = 2 << 10;

pub(super) struct Old<'a> {
    file: &'a dyn ReadAt,
    pub size: u64,
    /// Bytes `ahead[..held]` are those from `start` on.
    ahead: Vec<u8>,
    start: u64,
    held: usize,
    /// How much the next short read takes; doubled while reads follow each other.
    reach: usize,
}

impl<'a> Old<'a> {
    pub fn new(file: &'a dyn ReadAt) -> Result<Self> {
        let size = file.size().map_err(|error| Error::io(Side::Old, 0, error))?;
        Ok(Old { file, size, ahead: Vec::new(), start: 0, held: 0, reach: LEAST_AHEAD })
    }

    pub fn expect_size(&self, expected: u64) -> Result<()> {
        if self.size == expected {
            return Ok(());
        }
        let message = format!("the patch is for an old file of {expected} bytes, this one has {}", self.size);
        Err(Error::new(Kind::WrongBase, 0, message))
    }

    /// Fills `into` from `position`; the caller has checked the range against `size`.
    pub fn read_exact(&mut self, position: u64, into: &mut [u8]) -> Result<()> {
        let found = self.copy_ahead(position, into);
        let (position, rest) = (position + found as u64, &mut into[found..]);
        if rest.is_empty() {
            return Ok(());
        }
        if rest.len() >= self.reach {
            return self.read_through(position, rest);
        }
        self.read_ahead(position)?;
        let found = self.copy_ahead(position, rest);
        self.read_through(position + found as u64, &mut rest[found..])
    }

    fn copy_ahead(&self, position: u64, into: &mut [u8]) -> usize {
        let held = position
            .checked_sub(self.start)
            .and_then(|skip| usize::try_from(skip).ok())
            .and_then(|skip| self.ahead[..self.held].get(skip..))
            .unwrap_or(&[]);
        let count = held.len().min(into.len());
        into[..count].copy_from_slice(&held[..count]);
        count
    }

    fn read_ahead(&mut self, position: u64) -> Result<()> {
        let end = self.start + self.held as u64;
        let follows = (end..=end + self.reach as u64).contains(&position);
        self.reach = if follows { (self.reach * 2).min(MOST_AHEAD) } else { LEAST_AHEAD };
        if self.ahead.len() < self.reach {
            self.ahead.resize(self.reach, 0);
        }
        let reach = usize::try_from(self.size - position).map_or(self.reach, |left| left.min(self.reach));
        self.held = 0;
        let mut ahead = std::mem::take(&mut self.ahead);
        let read = self.read_through(position, &mut ahead[..reach]);
        self.ahead = ahead;
        read?;
        (self.start, self.held) = (position, reach);
        Ok(())
    }

    fn read_through(&self, mut position: u64, mut into: &mut [u8]) -> Result<()> {
        while !into.is_empty() {
            match self.file.read_at(into, position) {
                Ok(0) => {
                    let error = io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter meanwhile");
                    return Err(Error::io(Side::Old, position, error));
                }
                Ok(count) => {
                    position += count as u64;
                    into = &mut into[count..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(Side::Old, position, error)),
            }
        }
        Ok(())
    }
}
