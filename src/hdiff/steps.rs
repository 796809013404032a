//! Steps: the body of SF20, and of each window of W26.

use super::codec::Windows;
use super::cover::Covers;
use super::error::{Error, Kind, Result};
use super::old::Old;
use super::output::Output;
use super::patch::Patch;
use super::rle::Turns;
use super::section::Section;
use super::slice::Slice;
use super::varint::{Bytes, uint};

/// What the header says of the steps, and what they are checked against.
pub(super) struct Sizes {
    pub new_size: u64,
    pub body_size: u64,
    /// The stored size where the body is compressed.
    pub packed: Option<u64>,
    pub step_memory: u64,
}

const MIB: u64 = 1 << 20;

impl Sizes {
    /// The bounds that every writer of the format keeps.
    pub fn check(&self, cover_count: u64, more: u64, at: &impl Bytes) -> Result<()> {
        let Sizes { new_size, body_size, step_memory, .. } = *self;
        if cover_count > new_size.saturating_add(1) {
            return Err(at.malformed(format!("{cover_count} covers for {new_size} new bytes")));
        }
        let covers = cover_count.saturating_add(1).saturating_mul(50);
        if body_size > new_size.saturating_mul(2).saturating_add(covers).saturating_add(more) {
            return Err(at.malformed(format!("a body of {body_size} bytes for {new_size} new ones")));
        }
        if self.packed.is_some_and(|packed| packed > body_size) {
            return Err(at.malformed(format!("a body of {body_size} bytes is longer compressed")));
        }
        let most = new_size.saturating_add(4 * MIB).max(16 * MIB).min(body_size.saturating_add(4 * MIB));
        if step_memory > most {
            return Err(at.malformed(format!("steps of {step_memory} bytes, at most {most} can be of use")));
        }
        Ok(())
    }

    pub fn stored(&self) -> u64 {
        self.packed.unwrap_or(self.body_size)
    }

    /// Opens the body, which begins at `position` of the patch and must lie inside of it.
    pub fn open_body<'a>(
        &self,
        patch: &'a Patch<'_>,
        position: u64,
        compressor: &str,
        windows: &'a Windows,
    ) -> Result<Section<'a>> {
        let length = self.stored();
        if position.checked_add(length).is_none_or(|end| patch.length.is_some_and(|length| end > length)) {
            let message = format!("a body of {length} bytes, the patch ends before");
            return Err(Error::new(Kind::Malformed, position, message));
        }
        let stored = patch.stretch(position, length);
        match self.packed {
            None => Ok(Section::raw("the body", stored, self.body_size)),
            Some(_) => Section::packed("the body", stored, self.body_size, compressor, windows),
        }
    }
}

pub(super) struct Steps<'a> {
    pub body: Section<'a>,
    memory: Vec<u8>,
    most: u64,
}

impl<'a> Steps<'a> {
    pub fn new(body: Section<'a>, most: u64) -> Self {
        Steps { body, memory: Vec::new(), most }
    }

    /// Makes what `cover_count` covers describe out of the `old_size` bytes of old from `base` on.
    pub fn apply(
        &mut self,
        mut cover_count: u64,
        base: u64,
        old_size: u64,
        old: &mut Old<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        let mut positions = Covers::new(old_size);
        while cover_count > 0 {
            let (mut covers, mut turns) = read_step(&mut self.body, &mut self.memory, self.most)?;
            if covers.is_empty() {
                return Err(covers.malformed(format!("a step without covers, {cover_count} are to come")));
            }
            while !covers.is_empty() {
                let cover = positions.next(&mut covers, output.left())?;
                let is_last = cover_count == 1;
                if cover_count == 0 || (cover.length == 0 && !is_last) {
                    let what =
                        if cover_count == 0 { "more covers than counted" } else { "an empty cover inside" };
                    return Err(covers.malformed(what.into()));
                }
                cover_count -= 1;
                output.fill(cover.gap, |piece| self.body.read_exact(piece))?;
                let mut position = base + cover.old;
                output.fill(cover.length, |piece| {
                    old.read_exact(position, piece)?;
                    position += piece.len() as u64;
                    turns.add_to(piece)
                })?;
            }
        }
        Ok(())
    }

    /// Everything must have been used and made.
    pub fn expect_used_up(&self, output: &Output<'_>) -> Result<()> {
        match output.left() {
            0 => self.body.expect_used_up(),
            left => Err(self.body.malformed(format!("the covers end {left} bytes before the new file"))),
        }
    }
}

/// The next step: its covers, and what is added to them.
fn read_step<'m>(
    body: &mut Section<'_>,
    memory: &'m mut Vec<u8>,
    most: u64,
) -> Result<(Slice<'m>, Turns<'m>)> {
    let covers = uint(body)?;
    let turns = uint(body)?;
    let sizes = covers
        .checked_add(turns)
        .filter(|size| *size <= most)
        .and_then(|size| Some((usize::try_from(covers).ok()?, usize::try_from(size).ok()?)));
    let Some((covers, size)) = sizes else {
        return Err(body.malformed(format!("a step of {covers} + {turns} bytes, the header allows {most}")));
    };
    memory.resize(size, 0);
    body.read_exact(memory)?;
    let (covers, turns) = memory.split_at(covers);
    let offset = body.offset();
    Ok((Slice::new(covers, offset, "the covers of a step"), Turns::new(Slice::new(turns, offset, "a step"))))
}
