//! A section of the patch: so many bytes, stored as they are or compressed, read in blocks.

use std::io::{self, Read};

use super::codec::{self, Windows};
use super::error::{Error, Kind, Result};
use super::patch::{Positioned, Stretch};
use super::varint::Bytes;

const BLOCK: usize = 32 << 10;

pub(super) struct Section<'a> {
    name: &'static str,
    patch: &'a dyn Positioned,
    source: Box<dyn Read + 'a>,
    compressed: bool,
    /// Where it is stored.
    offset: u64,
    /// How many bytes were taken, and how many the source still owes.
    taken: u64,
    owed: u64,
    block: Vec<u8>,
    start: usize,
    end: usize,
}

impl<'a> Section<'a> {
    /// `size` bytes stored as they are in `stored`.
    pub fn raw(name: &'static str, stored: Stretch<'a>, size: u64) -> Self {
        let (offset, patch) = (stored.position, stored.patch());
        Self::new(name, patch, Box::new(stored), false, offset, size)
    }

    /// `size` bytes that `compressor` packed into `stored`.
    pub fn packed(
        name: &'static str,
        stored: Stretch<'a>,
        size: u64,
        compressor: &str,
        windows: &'a Windows,
    ) -> Result<Self> {
        let (offset, patch) = (stored.position, stored.patch());
        let source = codec::open(compressor, stored, size, windows)
            .map_err(|refusal| refusal.into_error(name, offset, patch))?;
        Ok(Self::new(name, patch, source, true, offset, size))
    }

    fn new(
        name: &'static str,
        patch: &'a dyn Positioned,
        source: Box<dyn Read + 'a>,
        compressed: bool,
        offset: u64,
        size: u64,
    ) -> Self {
        let block = vec![0; usize::try_from(size).map_or(BLOCK, |size| size.min(BLOCK))];
        Section { name, patch, source, compressed, offset, taken: 0, owed: size, block, start: 0, end: 0 }
    }

    /// Where the next byte is stored; for a compressed section where it begins.
    pub fn offset(&self) -> u64 {
        if self.compressed { self.offset } else { self.offset.saturating_add(self.taken) }
    }

    /// Up to `most` of the next bytes, at least one.
    pub fn chunk(&mut self, most: usize) -> Result<&[u8]> {
        if self.start == self.end {
            self.refill()?;
        }
        let from = self.start;
        let count = most.min(self.end - from);
        self.start += count;
        self.taken += count as u64;
        Ok(&self.block[from..from + count])
    }

    pub fn read_exact(&mut self, into: &mut [u8]) -> Result<()> {
        let mut rest = into;
        while !rest.is_empty() {
            let count = if self.start == self.end && rest.len() >= self.block.len() {
                let count = self.pull(rest)?;
                self.taken += count as u64;
                count
            } else {
                let chunk = self.chunk(rest.len())?;
                rest[..chunk.len()].copy_from_slice(chunk);
                chunk.len()
            };
            rest = &mut rest[count..];
        }
        Ok(())
    }

    /// Adds the next bytes to those in `sums`.
    pub fn add_to(&mut self, sums: &mut [u8]) -> Result<()> {
        let mut rest = sums;
        while !rest.is_empty() {
            let chunk = self.chunk(rest.len())?;
            let (head, tail) = rest.split_at_mut(chunk.len());
            add(head, chunk);
            rest = tail;
        }
        Ok(())
    }

    pub fn skip(&mut self, mut count: u64) -> Result<()> {
        while count > 0 {
            let most = usize::try_from(count).unwrap_or(usize::MAX);
            count -= self.chunk(most)?.len() as u64;
        }
        Ok(())
    }

    pub fn expect_used_up(&self) -> Result<()> {
        match self.owed + (self.end - self.start) as u64 {
            0 => Ok(()),
            left => Err(self.malformed(format!("{left} bytes are left over"))),
        }
    }

    #[cold]
    fn refill(&mut self) -> Result<()> {
        let mut block = std::mem::take(&mut self.block);
        let pulled = self.pull(&mut block);
        self.block = block;
        (self.start, self.end) = (0, pulled?);
        Ok(())
    }

    /// Takes from the source, never more than the section has.
    fn pull(&mut self, into: &mut [u8]) -> Result<usize> {
        let most = usize::try_from(self.owed).unwrap_or(usize::MAX).min(into.len());
        if most == 0 {
            return Err(self.malformed("more is asked for than it holds".into()));
        }
        let into = &mut into[..most];
        loop {
            match self.source.read(into) {
                Ok(0) => return Err(self.cut_short(None)),
                Ok(count) => {
                    self.owed -= count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.cut_short(Some(error))),
            }
        }
    }

    #[cold]
    fn cut_short(&self, error: Option<io::Error>) -> Error {
        if let Some(failure) = self.patch.take_failure() {
            return failure;
        }
        match error {
            Some(error) if error.kind() == io::ErrorKind::OutOfMemory => {
                self.fail(Kind::Limit, format!("no memory to decompress it: {error}"))
            }
            Some(error) => self.malformed(format!("it does not decompress: {error}")),
            None => self.malformed(format!("it ends {} bytes early", self.owed)),
        }
    }
}

impl Bytes for Section<'_> {
    #[inline]
    fn byte(&mut self) -> Result<u8> {
        if self.start == self.end {
            self.refill()?;
        }
        let byte = self.block[self.start];
        self.start += 1;
        self.taken += 1;
        Ok(byte)
    }

    fn fail(&self, kind: Kind, message: String) -> Error {
        let Section { name, taken, .. } = self;
        let message = match self.compressed {
            true => format!("{name}, decompressed byte {taken}: {message}"),
            false => format!("{name}: {message}"),
        };
        Error::new(kind, self.offset(), message)
    }
}

/// Byte by byte, modulo 256; in this shape the compiler makes it whole vectors at a time.
pub(super) fn add(sums: &mut [u8], terms: &[u8]) {
    for (sum, term) in sums.iter_mut().zip(terms) {
        *sum = sum.wrapping_add(*term);
    }
}
