//! The old file: read anywhere, checked against its size, short reads served from a few pages.

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

/// Covers are often short and near each other; a page costs about what a system call costs anyway.
const PAGE: usize = 4 << 10;
const PAGES: usize = 64;

pub(super) struct Old<'a> {
    file: &'a dyn ReadAt,
    pub size: u64,
    /// Page n of the file lies in slot n % PAGES, if `held` has its number there.
    pages: Vec<u8>,
    held: [Option<u64>; PAGES],
}

impl<'a> Old<'a> {
    pub fn new(file: &'a dyn ReadAt) -> Result<Self> {
        let size = file.size().map_err(|error| Error::io(Side::Old, 0, error))?;
        Ok(Old { file, size, pages: Vec::new(), held: [None; PAGES] })
    }

    pub fn expect_size(&self, expected: u64) -> Result<()> {
        if self.size == expected {
            return Ok(());
        }
        let message = format!("the patch is for an old file of {expected} bytes, this one has {}", self.size);
        Err(Error::new(Kind::WrongBase, 0, message))
    }

    /// Fills `into` from `position`; the caller has checked the range against `size`.
    pub fn read_exact(&mut self, mut position: u64, into: &mut [u8]) -> Result<()> {
        if into.len() >= PAGE {
            return read_through(self.file, position, into);
        }
        let mut rest = into;
        while !rest.is_empty() {
            let page = self.page(position / PAGE as u64)?;
            let part = page.get((position % PAGE as u64) as usize..).unwrap_or(&[]);
            let count = part.len().min(rest.len());
            if count == 0 {
                return Err(Error::io(Side::Old, position, io::ErrorKind::UnexpectedEof.into()));
            }
            let (head, tail) = rest.split_at_mut(count);
            head.copy_from_slice(&part[..count]);
            position += count as u64;
            rest = tail;
        }
        Ok(())
    }

    /// A whole page, or what the file has of it.
    fn page(&mut self, number: u64) -> Result<&[u8]> {
        self.pages.resize(PAGE * PAGES, 0);
        let slot = (number % PAGES as u64) as usize;
        let start = number * PAGE as u64;
        let length = (self.size - start).min(PAGE as u64) as usize;
        let place = PAGE * slot..PAGE * slot + length;
        if self.held[slot] != Some(number) {
            self.held[slot] = None;
            read_through(self.file, start, &mut self.pages[place.clone()])?;
            self.held[slot] = Some(number);
        }
        Ok(&self.pages[place])
    }
}

fn read_through(file: &dyn ReadAt, mut position: u64, mut into: &mut [u8]) -> Result<()> {
    while !into.is_empty() {
        match file.read_at(into, position) {
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
