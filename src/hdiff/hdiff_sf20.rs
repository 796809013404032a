//! HDIFFSF20: a header and one stream of steps.

use super::codec::Windows;
use super::error::Result;
use super::old::Old;
use super::output::Output;
use super::patch::Patch;
use super::steps::{Sizes, Steps};
use super::varint::{Bytes, uint};
use super::{Info, LONGEST_NAME};

pub(super) struct Header {
    pub info: Info,
    pub sizes: Sizes,
    cover_count: u64,
    /// Where the body begins.
    end: u64,
}

impl Header {
    pub fn read(patch: &Patch<'_>) -> Result<Header> {
        let mut head = patch.head();
        let compressor = head.text(0, LONGEST_NAME, "compressor's name")?;
        let new_size = uint(&mut head)?;
        let old_size = uint(&mut head)?;
        let cover_count = uint(&mut head)?;
        let step_memory = uint(&mut head)?;
        let body_size = uint(&mut head)?;
        let packed = Some(uint(&mut head)?).filter(|packed| *packed > 0);
        let sizes = Sizes { new_size, body_size, packed, step_memory };
        sizes.check(cover_count, 0, &head)?;
        let checksum = String::new();
        let container = patch.container;
        let info = Info { container, compressor, new_size, old_size: Some(old_size), checksum };
        Ok(Header { info, sizes, cover_count, end: head.position })
    }
}

pub(super) fn apply<'a>(
    header: &Header,
    patch: &'a Patch<'_>,
    windows: &'a Windows,
    old: &mut Old<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let body = header.sizes.open_body(patch, header.end, &header.info.compressor, windows)?;
    let mut steps = Steps::new(body, header.sizes.step_memory);
    steps.apply(header.cover_count, 0, old.size, old, output)?;
    steps.expect_used_up(output)?;
    output.finish()
}
