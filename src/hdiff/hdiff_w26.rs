//! HDIFFW26: one stream of windows, each with its own slice of old, and checksums of everything.

use std::collections::VecDeque;

use super::checksum::Digest;
use super::codec::Windows;
use super::error::{Error, Kind, Result};
use super::old::Old;
use super::output::Output;
use super::patch::Patch;
use super::section::Section;
use super::slice::Slice;
use super::steps::{Sizes, Steps};
use super::varint::{Bytes, tagged, uint};
use super::{Info, LONGEST_NAME};

pub(super) struct Header {
    pub info: Info,
    pub sizes: Sizes,
    window_count: u64,
    /// How many window records are known ahead; half as many are read at once.
    records_ahead: u64,
    most_covers: u64,
    most_old: u64,
    extra: u64,
    checksum_new: Vec<u8>,
    checksum_patch: Vec<u8>,
    /// The whole header up to the checksum of the patch, which it is part of.
    checked: Vec<u8>,
    /// Where the body begins.
    end: u64,
}

/// With the magic bytes and the length itself.
const LONGEST_HEADER: usize = 4096;
/// Nobody writes any; they are for the future.
const MOST_EXTRA: u64 = 1 << 20;

impl Header {
    pub fn read(patch: &Patch<'_>) -> Result<Header> {
        let mut head = patch.head();
        let rest = head.exact::<2>()?;
        let mut whole = [patch.container.magic(), &rest].concat();
        let length = whole.len() + usize::from(u16::from_le_bytes(rest));
        if length > LONGEST_HEADER {
            return Err(
                head.malformed(format!("a header of {length} bytes, at most {LONGEST_HEADER} are allowed"))
            );
        }
        let start = whole.len();
        while whole.len() < length {
            whole.push(head.byte()?);
        }
        let mut fields = Slice::new(whole.get(start..).unwrap_or(&[]), start as u64, "the header");
        let header = Header::parse(&mut fields, patch, head.position)?;
        let kept = whole.len() - header.checksum_patch.len();
        whole.truncate(kept);
        Ok(Header { checked: whole, ..header })
    }

    fn parse(fields: &mut Slice<'_>, patch: &Patch<'_>, end: u64) -> Result<Header> {
        let compressor = fields.text(b'&', LONGEST_NAME, "compressor's name")?;
        let checksum = fields.text(0, LONGEST_NAME, "checksum's name")?;
        let mut next = || uint(fields);
        let [packed, body_size, new_size, old_size, cover_count] =
            [next()?, next()?, next()?, next()?, next()?];
        let [window_count, records_ahead, step_memory] = [next()?, next()?, next()?];
        let [most_covers, most_old, checksum_size, extra] = [next()?, next()?, next()?, next()?];

        if window_count > new_size.saturating_add(1) {
            return Err(fields.malformed(format!("{window_count} windows for {new_size} new bytes")));
        }
        if !records_ahead.is_power_of_two() || !(2..=64).contains(&records_ahead) {
            return Err(
                fields.malformed(format!("{records_ahead} window records ahead, expected 2, 4, .. 64"))
            );
        }
        if most_old > old_size {
            return Err(fields.malformed(format!("windows of {most_old} bytes in {old_size} old bytes")));
        }
        if extra > MOST_EXTRA {
            return Err(
                fields.malformed(format!("{extra} bytes of extra data, at most {MOST_EXTRA} are read over"))
            );
        }
        let packed = Some(packed).filter(|packed| *packed > 0);
        let sizes = Sizes { new_size, body_size, packed, step_memory };
        // A window has a record, a count, and perhaps an empty cover at its end.
        sizes.check(cover_count, window_count.saturating_mul(100).saturating_add(extra), fields)?;
        let (checksum_new, checksum_patch) = checksums(fields, &checksum, checksum_size)?;
        let info =
            Info { container: patch.container, compressor, new_size, old_size: Some(old_size), checksum };
        Ok(Header {
            info,
            sizes,
            window_count,
            records_ahead,
            most_covers,
            most_old,
            extra,
            checksum_new,
            checksum_patch,
            checked: Vec::new(),
            end,
        })
    }
}

/// The checksums of the new file and of the patch, which are the last of the header. That of old is
/// over the windows' slices, which would have to be read twice; a wrong one shows in new.
fn checksums(fields: &mut Slice<'_>, name: &str, size: u64) -> Result<(Vec<u8>, Vec<u8>)> {
    if let Some(expected) = Digest::new(name).map(|digest| digest.size()).filter(|expected| *expected != size)
    {
        return Err(fields.malformed(format!("{name} of {size} bytes, expected {expected}")));
    }
    let reserved = size.checked_mul(3).and_then(|all| (fields.len() as u64).checked_sub(all));
    let (Some(reserved), Ok(size)) =
        (reserved.and_then(|size| usize::try_from(size).ok()), usize::try_from(size))
    else {
        return Err(fields.malformed(format!("three checksums of {size} bytes, {} are left", fields.len())));
    };
    fields.take(reserved)?;
    fields.take(size)?;
    Ok((fields.take(size)?.to_vec(), fields.take(size)?.to_vec()))
}

pub(super) fn apply<'a>(
    header: &Header,
    patch: &'a Patch<'_>,
    windows: &'a Windows,
    old: &mut Old<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let name = &header.info.checksum;
    output.digest = Digest::new(name);
    if let Some(digest) = Digest::new(name) {
        patch.watch(digest, header.end);
    }
    let body = header.sizes.open_body(patch, header.end, &header.info.compressor, windows)?;
    let mut steps = Steps::new(body, header.sizes.step_memory);
    steps.body.skip(header.extra)?;
    apply_windows(header, &mut steps, old, output)?;
    steps.expect_used_up(output)?;
    output.finish()?;

    if let Some(digest) = patch.watched(header.end + header.sizes.stored())? {
        header.verify_patch(digest)?;
    }
    match output.digest.take() {
        Some(digest) => header.verify_new(digest),
        None => Ok(()),
    }
}

fn apply_windows(
    header: &Header,
    steps: &mut Steps<'_>,
    old: &mut Old<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let mut records = Records::default();
    for window in 0..header.window_count {
        let batch = match window {
            0 => header.records_ahead,
            _ if window % (header.records_ahead / 2) == 0 => header.records_ahead / 2,
            _ => 0,
        };
        let unread = header.window_count - window - records.ahead.len() as u64;
        for _ in 0..batch.min(unread) {
            records.read(header, &mut steps.body)?;
        }
        let Some((position, length)) = records.ahead.pop_front() else {
            return Err(steps.body.malformed(format!("no record of window {window}")));
        };
        let covers = uint(&mut steps.body)?;
        // More than the header counts in all, where a cover goes into several steps or an empty one ends the window.
        let most = header.most_covers;
        if covers == 0 || covers > most {
            return Err(steps.body.malformed(format!("{covers} covers in a window, expected 1 to {most}")));
        }
        steps.apply(covers, position, length, old, output)?;
    }
    Ok(())
}

/// The windows' slices of old, read some windows ahead.
#[derive(Default)]
struct Records {
    ahead: VecDeque<(u64, u64)>,
    end: u64,
}

impl Records {
    fn read(&mut self, header: &Header, body: &mut Section<'_>) -> Result<()> {
        let length = uint(body)?;
        let (minus, distance) = tagged(1, body)?;
        let position = match minus {
            0 => self.end.checked_add(distance),
            _ => self.end.checked_sub(distance),
        };
        let range = position.and_then(|position| Some((position, position.checked_add(length)?)));
        let most = header.info.old_size.unwrap_or(0);
        let Some((position, end)) = range.filter(|(_, end)| *end <= most && length <= header.most_old) else {
            let sign = if minus == 0 { '+' } else { '-' };
            return Err(body.malformed(format!(
                "a window of {length} bytes at old {}{sign}{distance}, old has {most}, windows at most {}",
                self.end, header.most_old
            )));
        };
        self.end = end;
        self.ahead.push_back((position, length));
        Ok(())
    }
}

impl Header {
    fn verify_patch(&self, mut digest: Digest) -> Result<()> {
        digest.update(&self.checked);
        if digest.finish() == self.checksum_patch {
            return Ok(());
        }
        let message = format!("the patch does not have its own {}: it was damaged", self.info.checksum);
        Err(Error::new(Kind::Checksum, self.end, message))
    }

    /// The patch itself is right by now.
    fn verify_new(&self, digest: Digest) -> Result<()> {
        if digest.finish() == self.checksum_new {
            return Ok(());
        }
        let message =
            format!("the new file does not have the promised {}: old is another file", self.info.checksum);
        Err(Error::new(Kind::WrongBase, self.end, message))
    }
}
