//! What is added to the old bytes of a cover, run-length encoded in two manners.

use super::error::Result;
use super::section::{Section, add};
use super::slice::Slice;
use super::varint::{Bytes, tagged, uint};

/// HDIFF13: one string as long as new, in runs; the runs' bytes lie in a section of their own.
pub(super) struct Runs<'a> {
    control: Section<'a>,
    code: Section<'a>,
    run: Run,
    left: u64,
}

#[derive(Clone, Copy)]
enum Run {
    Zeros,
    Repeat(u8),
    Literal,
}

impl<'a> Runs<'a> {
    pub fn new(control: Section<'a>, code: Section<'a>) -> Self {
        Runs { control, code, run: Run::Zeros, left: 0 }
    }

    /// Adds the next bytes to `sums`.
    pub fn add_to(&mut self, sums: &mut [u8]) -> Result<()> {
        let mut rest = sums;
        while !rest.is_empty() {
            let length = self.part_of_run(rest.len() as u64)? as usize;
            let (head, tail) = rest.split_at_mut(length);
            match self.run {
                Run::Zeros => {}
                Run::Repeat(byte) => head.iter_mut().for_each(|sum| *sum = sum.wrapping_add(byte)),
                Run::Literal => self.code.add_to(head)?,
            }
            rest = tail;
        }
        Ok(())
    }

    /// Drops the bytes that fall into a gap.
    pub fn skip(&mut self, mut count: u64) -> Result<()> {
        while count > 0 {
            let length = self.part_of_run(count)?;
            if let Run::Literal = self.run {
                self.code.skip(length)?;
            }
            count -= length;
        }
        Ok(())
    }

    pub fn expect_used_up(&self) -> Result<()> {
        if self.left > 0 {
            return Err(self.control.malformed(format!("its last run is {} bytes too long", self.left)));
        }
        self.control.expect_used_up()?;
        self.code.expect_used_up()
    }

    /// Takes up to `most` bytes of the present run, or of the next when that one has ended.
    #[inline]
    fn part_of_run(&mut self, most: u64) -> Result<u64> {
        if self.left == 0 {
            self.next_run()?;
        }
        let length = self.left.min(most);
        self.left -= length;
        Ok(length)
    }

    fn next_run(&mut self) -> Result<()> {
        let (kind, length) = tagged(2, &mut self.control)?;
        self.left =
            length.checked_add(1).ok_or_else(|| self.control.malformed("a run of 2^64 bytes".into()))?;
        self.run = match kind {
            0 => Run::Zeros,
            1 => Run::Repeat(0xFF),
            2 => Run::Repeat(self.code.byte()?),
            _ => Run::Literal,
        };
        Ok(())
    }
}

/// SF20 and W26: lengths of zeros and of literals by turns, each literal behind its length.
/// Only the bytes inside covers are described.
pub(super) struct Turns<'a> {
    bytes: Slice<'a>,
    literal: bool,
    left: u64,
}

impl<'a> Turns<'a> {
    pub fn new(bytes: Slice<'a>) -> Self {
        // An empty literal comes before the zeros that come first.
        Turns { bytes, literal: true, left: 0 }
    }

    pub fn add_to(&mut self, sums: &mut [u8]) -> Result<()> {
        let mut rest = sums;
        while !rest.is_empty() {
            if self.left == 0 {
                self.next_turn()?;
                continue;
            }
            let length = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
            let (head, tail) = rest.split_at_mut(length);
            if self.literal {
                add(head, self.bytes.take(length)?);
            }
            self.left -= length as u64;
            rest = tail;
        }
        Ok(())
    }

    fn next_turn(&mut self) -> Result<()> {
        self.literal = !self.literal;
        self.left = uint(&mut self.bytes)?;
        if self.literal && self.left > self.bytes.len() as u64 {
            let message = format!("a literal of {} bytes, the step has {}", self.left, self.bytes.len());
            return Err(self.bytes.malformed(message));
        }
        Ok(())
    }
}
