//! The new file: made in blocks, handed to the writer in order, with progress for each block.

use std::io::Write;
use std::ops::ControlFlow;

use super::checksum::Digest;
use super::error::{Error, Kind, Result, Side};

/// Gets how many bytes of the new file are written and how many it will have; may stop the work.
pub type Progress<'a> = dyn FnMut(u64, u64) -> ControlFlow<()> + 'a;

const BLOCK: usize = 64 << 10;

pub(super) struct Output<'a> {
    file: &'a mut dyn Write,
    progress: &'a mut Progress<'a>,
    size: u64,
    written: u64,
    block: Vec<u8>,
    filled: usize,
    pub digest: Option<Digest>,
}

impl<'a> Output<'a> {
    pub fn new(file: &'a mut dyn Write, size: u64, progress: &'a mut Progress<'a>) -> Result<Self> {
        let block = vec![0; usize::try_from(size).map_or(BLOCK, |size| size.min(BLOCK))];
        let mut output = Output { file, progress, size, written: 0, block, filled: 0, digest: None };
        output.report()?;
        Ok(output)
    }

    /// How many bytes are still to be made.
    pub fn left(&self) -> u64 {
        self.size - self.written - self.filled as u64
    }

    /// Makes the next `count` bytes, at most [`Output::left`], in as many pieces as the blocks ask for.
    #[inline]
    pub fn fill(&mut self, mut count: u64, mut make: impl FnMut(&mut [u8]) -> Result<()>) -> Result<()> {
        debug_assert!(count <= self.left());
        while count > 0 {
            let room = &mut self.block[self.filled..];
            let length = usize::try_from(count).map_or(room.len(), |count| count.min(room.len()));
            make(&mut room[..length])?;
            self.filled += length;
            count -= length as u64;
            if self.filled == self.block.len() {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is left in the block. Everything must have been made.
    pub fn finish(&mut self) -> Result<()> {
        self.flush()?;
        self.file.flush().map_err(|error| Error::io(Side::New, self.written, error))
    }

    fn flush(&mut self) -> Result<()> {
        let block = &self.block[..self.filled];
        if block.is_empty() {
            return Ok(());
        }
        self.file.write_all(block).map_err(|error| Error::io(Side::New, self.written, error))?;
        if let Some(digest) = &mut self.digest {
            digest.update(block);
        }
        self.written += block.len() as u64;
        self.filled = 0;
        self.report()
    }

    fn report(&mut self) -> Result<()> {
        match (self.progress)(self.written, self.size) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                let message = format!("stopped after {} of {} new bytes", self.written, self.size);
                Err(Error::new(Kind::Cancelled, 0, message))
            }
        }
    }
}
