//! HDIFF13: a header and four sections that are read side by side.

use super::codec::Windows;
use super::cover::Covers;
use super::error::{Error, Kind, Result};
use super::old::Old;
use super::output::Output;
use super::patch::{Head, Patch};
use super::rle::Runs;
use super::section::Section;
use super::varint::{Bytes, uint};
use super::{Info, LONGEST_NAME};

pub(super) struct Header {
    pub info: Info,
    cover_count: u64,
    covers: Stored,
    run_lengths: Stored,
    run_bytes: Stored,
    new_bytes: Stored,
    /// Where the first section begins.
    end: u64,
}

/// A section: its size, and its stored size where it is compressed.
struct Stored {
    name: &'static str,
    size: u64,
    packed: Option<u64>,
}

/// Three integers of at most ten bytes.
const LONGEST_COVER: u64 = 30;

impl Header {
    pub fn read(patch: &Patch<'_>) -> Result<Header> {
        let mut head = patch.head();
        let compressor = head.text(0, LONGEST_NAME, "compressor's name")?;
        let new_size = uint(&mut head)?;
        let old_size = uint(&mut head)?;
        let cover_count = uint(&mut head)?;
        if cover_count > new_size.saturating_add(1) {
            return Err(head.malformed(format!("{cover_count} covers for {new_size} new bytes")));
        }
        Ok(Header {
            cover_count,
            covers: Stored::read("covers", cover_count.saturating_mul(LONGEST_COVER), &mut head)?,
            run_lengths: Stored::read("run lengths", new_size, &mut head)?,
            run_bytes: Stored::read("run bytes", new_size, &mut head)?,
            new_bytes: Stored::read("new bytes", new_size, &mut head)?,
            end: head.position,
            info: Info {
                container: patch.container,
                compressor,
                new_size,
                old_size: Some(old_size),
                checksum: String::new(),
            },
        })
    }
}

impl Stored {
    fn read(name: &'static str, most: u64, head: &mut Head<'_>) -> Result<Stored> {
        let size = uint(head)?;
        if size > most {
            return Err(head.malformed(format!("{name}: {size} bytes, at most {most} can be of use")));
        }
        let packed = uint(head)?;
        Ok(Stored { name, size, packed: (packed > 0).then_some(packed) })
    }

    /// Opens the section at `position` and moves behind it.
    fn open<'a>(
        &self,
        patch: &'a Patch<'_>,
        position: &mut u64,
        compressor: &str,
        windows: &'a Windows,
    ) -> Result<Section<'a>> {
        let start = *position;
        let length = self.packed.unwrap_or(self.size);
        *position =
            start.checked_add(length).filter(|end| *end <= patch.length.unwrap_or(0)).ok_or_else(|| {
                let message = format!("{}: {length} bytes, the patch ends before", self.name);
                Error::new(Kind::Malformed, start, message)
            })?;
        let stored = patch.stretch(start, length);
        match self.packed {
            None => Ok(Section::raw(self.name, stored, self.size)),
            Some(_) => Section::packed(self.name, stored, self.size, compressor, windows),
        }
    }
}

pub(super) fn apply<'a>(
    header: &Header,
    patch: &'a Patch<'_>,
    windows: &'a Windows,
    old: &mut Old<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let mut end = header.end;
    let mut open = |stored: &Stored| stored.open(patch, &mut end, &header.info.compressor, windows);
    let mut covers = open(&header.covers)?;
    let mut runs = Runs::new(open(&header.run_lengths)?, open(&header.run_bytes)?);
    let mut new_bytes = open(&header.new_bytes)?;
    if patch.length != Some(end) {
        return Err(Error::new(Kind::Malformed, end, "bytes behind the last section"));
    }

    let mut positions = Covers::new(old.size);
    for _ in 0..header.cover_count {
        let cover = positions.next(&mut covers, output.left())?;
        output.fill(cover.gap, |piece| new_bytes.read_exact(piece))?;
        runs.skip(cover.gap)?;
        let mut position = cover.old;
        output.fill(cover.length, |piece| {
            old.read_exact(position, piece)?;
            position += piece.len() as u64;
            runs.add_to(piece)
        })?;
    }
    let rest = output.left();
    output.fill(rest, |piece| new_bytes.read_exact(piece))?;
    runs.skip(rest)?;

    covers.expect_used_up()?;
    runs.expect_used_up()?;
    new_bytes.expect_used_up()?;
    output.finish()
}
