//! BSDIFF40 and ENDSLEY/BSDIFF43: rows of "add so much, copy so much, move so far".

use super::Info;
use super::codec::Windows;
use super::container::Container;
use super::error::{Error, Kind, Result};
use super::old::Old;
use super::output::Output;
use super::patch::{Head, Patch};
use super::section::Section;
use super::varint::Bytes;

const COMPRESSOR: &str = "bz2";
/// Writers have one now and then; many would keep us busy for nothing.
const MOST_IDLE_ROWS: u32 = 16;

pub(super) struct Header {
    pub info: Info,
    /// The stored sizes of the first two streams of BSDIFF40.
    control: u64,
    sums: u64,
    /// Where the first stream begins.
    end: u64,
}

impl Header {
    pub fn read(patch: &Patch<'_>) -> Result<Header> {
        let mut head = patch.head();
        let (control, sums) = match patch.container {
            Container::Bsdiff40 => (size(&mut head, "control")?, size(&mut head, "diff")?),
            _ => (0, 0),
        };
        let new_size = size(&mut head, "new")?;
        let (container, compressor) = (patch.container, COMPRESSOR.to_owned());
        let info = Info { container, compressor, new_size, old_size: None, checksum: String::new() };
        Ok(Header { info, control, sums, end: head.position })
    }
}

fn size(head: &mut Head<'_>, what: &str) -> Result<u64> {
    let size = integer(head.exact()?);
    u64::try_from(size).map_err(|_| head.malformed(format!("a {what} size of {size}")))
}

/// Sign and magnitude, the lowest byte first.
fn integer(bytes: [u8; 8]) -> i64 {
    let number = i64::from_le_bytes(bytes);
    if number < 0 { -(number & i64::MAX) } else { number }
}

/// Where the control rows, the bytes to add and the bytes to copy come from: one stream for all, or
/// a stream for each.
struct Streams<'a> {
    first: Section<'a>,
    others: Option<Box<[Section<'a>; 2]>>,
}

impl<'a> Streams<'a> {
    fn open(header: &Header, patch: &'a Patch<'_>, windows: &'a Windows) -> Result<Self> {
        let open = |name, position, length| {
            Section::packed(name, patch.stretch(position, length), u64::MAX, COMPRESSOR, windows)
        };
        let start = header.end;
        if patch.container == Container::EndsleyBsdiff43 {
            return Ok(Streams { first: open("the stream", start, u64::MAX)?, others: None });
        }
        let sums = start.checked_add(header.control);
        let extra = sums.and_then(|sums| sums.checked_add(header.sums));
        let (Some(sums), Some(extra)) =
            (sums, extra.filter(|end| patch.length.is_some_and(|all| *end <= all)))
        else {
            let message =
                format!("streams of {} and {} bytes, the patch ends before", header.control, header.sums);
            return Err(Error::new(Kind::Malformed, start, message));
        };
        let first = open("the control rows", start, header.control)?;
        let others = [open("the diff bytes", sums, header.sums)?, open("the extra bytes", extra, u64::MAX)?];
        Ok(Streams { first, others: Some(Box::new(others)) })
    }

    fn control(&mut self) -> &mut Section<'a> {
        &mut self.first
    }

    fn sums(&mut self) -> &mut Section<'a> {
        match &mut self.others {
            Some(others) => &mut others[0],
            None => &mut self.first,
        }
    }

    fn extra(&mut self) -> &mut Section<'a> {
        match &mut self.others {
            Some(others) => &mut others[1],
            None => &mut self.first,
        }
    }

    fn row(&mut self) -> Result<[i64; 3]> {
        let mut row = [0; 3];
        for number in &mut row {
            let mut bytes = [0; 8];
            self.control().read_exact(&mut bytes)?;
            *number = integer(bytes);
        }
        Ok(row)
    }
}

pub(super) fn apply<'a>(
    header: &Header,
    patch: &'a Patch<'_>,
    windows: &'a Windows,
    old: &mut Old<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    if header.info.new_size == 0 {
        return output.finish();
    }
    let mut streams = Streams::open(header, patch, windows)?;
    let mut position = 0i64;
    let mut idle_left = MOST_IDLE_ROWS;
    while output.left() > 0 {
        let row @ [add, copy, distance] = streams.row()?;
        let lengths = u64::try_from(add).ok().zip(u64::try_from(copy).ok());
        let fits =
            |(add, copy): &(u64, u64)| add.checked_add(*copy).is_some_and(|both| both <= output.left());
        let Some((add, copy)) = lengths.filter(fits) else {
            let left = output.left();
            return Err(streams.control().malformed(format!("a row {row:?}, {left} bytes are left to make")));
        };
        idle_left = if add > 0 || copy > 0 { MOST_IDLE_ROWS } else { idle_left - 1 };
        if idle_left == 0 {
            return Err(streams.control().malformed(format!("{MOST_IDLE_ROWS} rows in a row make nothing")));
        }
        output.fill(add, |piece| {
            old_or_zeros(old, position, piece)?;
            position = position.saturating_add_unsigned(piece.len() as u64);
            streams.sums().add_to(piece)
        })?;
        output.fill(copy, |piece| streams.extra().read_exact(piece))?;
        position = position.checked_add(distance).ok_or_else(|| {
            streams.control().malformed(format!("a move by {distance} from old {position}"))
        })?;
    }
    output.finish()
}

/// Bytes before and behind old count as zeros.
fn old_or_zeros(old: &mut Old<'_>, position: i64, piece: &mut [u8]) -> Result<()> {
    let before = usize::try_from(position.min(0).unsigned_abs()).map_or(piece.len(), |n| n.min(piece.len()));
    let (zeros, rest) = piece.split_at_mut(before);
    zeros.fill(0);
    let start = u64::try_from(position.max(0)).unwrap_or(0);
    let inside = old.size.saturating_sub(start).min(rest.len() as u64) as usize;
    let (inside, zeros) = rest.split_at_mut(inside);
    zeros.fill(0);
    old.read_exact(start, inside)
}
