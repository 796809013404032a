//! HDiffPatch: reads the patches of the real tool and rebuilds the new file, safely and in bounded
//! memory.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::{fs::File, ops::ControlFlow};
//! use upgradelink::hdiff;
//!
//! let limits = hdiff::Limits { new_size: Some(18_012_345), ..Default::default() };
//! hdiff::apply(
//!     &File::open("base.apk")?,
//!     File::open("1-2.patch")?,
//!     &mut File::create("new.apk.part")?,
//!     &limits,
//!     &mut |_written, _size| ControlFlow::Continue(()),
//! )?;
//! # Ok(())
//! # }
//! ```
//!
//! Most containers carry no checksum: hash the new file and compare before you use it. After an
//! error the new file is incomplete or wrong.
//!
//! The old file is read at any position, the patch in order or (HDIFF13, BSDIFF40) in a few places
//! at once, the new file is written in order. Memory stays below 1 MiB, one step (SF20, W26; see
//! [`Limits::max_step`]) and the decoders' windows ([`Limits::max_window`]), whatever the sizes. Every
//! size that a patch names is checked before memory is taken or work is done for it.
//!
//! The map: `container` tells the formats apart; `hdiff13`, `hdiff_sf20`, `hdiff_w26` and `bsdiff` read
//! one family each. They share `varint`, `cover` (where bytes come from), `rle` (what is added to them),
//! `steps` (the body of SF20 and W26). `patch` and `section` bring the patch's bytes, through `codec`
//! where they are compressed; `old` and `output` are the two other files; `checksum` and `error` say
//! what they are.
#![forbid(unsafe_code)]

mod bsdiff;
mod checksum;
mod codec;
mod container;
mod cover;
mod error;
mod hdiff13;
mod hdiff_sf20;
mod hdiff_w26;
mod old;
mod output;
mod patch;
mod rle;
mod section;
mod slice;
mod steps;
mod varint;

use std::io::{Read, Seek, Write};

pub use container::{Container, SNIFF_BYTES};
pub use error::{Error, Kind, Result, Side};
pub use old::ReadAt;
pub use output::Progress;

use codec::Windows;
use old::Old;
use output::Output;
use patch::Patch;

/// What a patch may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The size that the new file must have, if it is known.
    pub new_size: Option<u64>,
    /// The largest new file that is made.
    pub max_new_size: u64,
    /// The most memory for the windows (dictionaries) of all decoders together; up to four are at
    /// work at once. 128 MiB, on Android 32 MiB.
    pub max_window: u64,
    /// The most memory for one step of SF20 and W26. 16 MiB; writers use 256 KiB by default.
    pub max_step: u64,
}

impl Default for Limits {
    fn default() -> Self {
        let max_window = if cfg!(target_os = "android") { 32 << 20 } else { 128 << 20 };
        Limits { new_size: None, max_new_size: u64::MAX, max_window, max_step: 16 << 20 }
    }
}

/// What the header of a patch says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Info {
    pub container: Container,
    /// As the patch names it; empty: none. A patch may name one and yet be stored uncompressed.
    pub compressor: String,
    pub new_size: u64,
    /// BSDIFF40 and ENDSLEY do not say.
    pub old_size: Option<u64>,
    /// The kind of checksum that the patch carries; empty: none.
    pub checksum: String,
}

/// How a patch was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    pub info: Info,
    pub checked: Checked,
}

/// What was done with the checksums inside the patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It carries none.
    Nothing,
    /// Those of the patch and of the new file match.
    Matches,
    /// They are of a kind that is not known here, see [`Info::checksum`].
    Unknown,
}

/// The longest name of a compressor or checksum.
const LONGEST_NAME: usize = 259;

/// Reads the header of a patch.
pub fn inspect(mut patch: impl Read) -> Result<Info> {
    let patch = Patch::stream(&mut patch)?;
    Ok(Header::read(&patch)?.info().clone())
}

/// Rebuilds the new file from the old one and a patch of any supported container.
///
/// `progress` is called before the first and after each block of 64 KiB, on this thread.
pub fn apply(
    old: impl ReadAt,
    mut patch: impl Read + Seek,
    mut new: impl Write,
    limits: &Limits,
    progress: &mut Progress<'_>,
) -> Result<Outcome> {
    run(&old, Patch::seekable(&mut patch)?, &mut new, limits, progress)
}

/// Like [`apply`], for a patch that is read once in order, perhaps while it arrives.
/// Only for containers that are [sequential](Container::is_sequential).
///
/// Bytes behind the patch may be read and are left alone.
pub fn apply_stream(
    old: impl ReadAt,
    mut patch: impl Read,
    mut new: impl Write,
    limits: &Limits,
    progress: &mut Progress<'_>,
) -> Result<Outcome> {
    let patch = Patch::stream(&mut patch)?;
    if patch.container.is_supported() && !patch.container.is_sequential() {
        let message = format!("{} is read in several places at once, not as a stream", patch.container);
        return Err(Error::new(Kind::Unsupported, 0, message));
    }
    run(&old, patch, &mut new, limits, progress)
}

fn run(
    old: &dyn ReadAt,
    patch: Patch<'_>,
    new: &mut dyn Write,
    limits: &Limits,
    progress: &mut Progress<'_>,
) -> Result<Outcome> {
    let header = Header::read(&patch)?;
    let info = header.info();
    let mut old = Old::new(old)?;
    limits.check(info, header.step_memory())?;
    if let Some(size) = info.old_size {
        old.expect_size(size)?;
    }
    let windows = Windows::new(limits.max_window);
    let mut output = Output::new(new, info.new_size, progress)?;
    match &header {
        Header::Hdiff13(header) => hdiff13::apply(header, &patch, &windows, &mut old, &mut output)?,
        Header::HdiffSf20(header) => hdiff_sf20::apply(header, &patch, &windows, &mut old, &mut output)?,
        Header::HdiffW26(header) => hdiff_w26::apply(header, &patch, &windows, &mut old, &mut output)?,
        Header::Bsdiff(header) => bsdiff::apply(header, &patch, &windows, &mut old, &mut output)?,
    }
    let checked = match info.checksum.as_str() {
        "" => Checked::Nothing,
        name if checksum::Digest::new(name).is_some() => Checked::Matches,
        _ => Checked::Unknown,
    };
    Ok(Outcome { info: info.clone(), checked })
}

impl Limits {
    fn check(&self, info: &Info, step_memory: u64) -> Result<()> {
        if let Some(expected) = self.new_size.filter(|expected| *expected != info.new_size) {
            let message = format!("it makes {} new bytes, {expected} were expected", info.new_size);
            return Err(Error::new(Kind::Limit, 0, message));
        }
        if info.new_size > self.max_new_size {
            let message = format!("it makes {} new bytes, {} are allowed", info.new_size, self.max_new_size);
            return Err(Error::new(Kind::Limit, 0, message));
        }
        if step_memory > self.max_step {
            let message = format!("steps of {step_memory} bytes, {} are allowed", self.max_step);
            return Err(Error::new(Kind::Limit, 0, message));
        }
        Ok(())
    }
}

enum Header {
    Hdiff13(hdiff13::Header),
    HdiffSf20(hdiff_sf20::Header),
    HdiffW26(hdiff_w26::Header),
    Bsdiff(bsdiff::Header),
}

impl Header {
    fn read(patch: &Patch<'_>) -> Result<Header> {
        Ok(match patch.container {
            Container::Hdiff13 => Header::Hdiff13(hdiff13::Header::read(patch)?),
            Container::HdiffSf20 => Header::HdiffSf20(hdiff_sf20::Header::read(patch)?),
            Container::HdiffW26 => Header::HdiffW26(hdiff_w26::Header::read(patch)?),
            Container::Bsdiff40 | Container::EndsleyBsdiff43 => Header::Bsdiff(bsdiff::Header::read(patch)?),
            Container::Hdiff19 | Container::Vcdiff => {
                let message = format!("{} patches are not applied here", patch.container);
                return Err(Error::new(Kind::Unsupported, 0, message));
            }
        })
    }

    fn info(&self) -> &Info {
        match self {
            Header::Hdiff13(header) => &header.info,
            Header::HdiffSf20(header) => &header.info,
            Header::HdiffW26(header) => &header.info,
            Header::Bsdiff(header) => &header.info,
        }
    }

    fn step_memory(&self) -> u64 {
        match self {
            Header::HdiffSf20(header) => header.sizes.step_memory,
            Header::HdiffW26(header) => header.sizes.step_memory,
            Header::Hdiff13(_) | Header::Bsdiff(_) => 0,
        }
    }
}
