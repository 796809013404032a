//! The variable-length integer: big-endian, base 128, with up to two tag bits in front.

use super::error::{Error, Kind, Result};

/// What integers are read from: the header, a section, or a step in memory.
pub(super) trait Bytes {
    fn byte(&mut self) -> Result<u8>;

    /// An error at the byte that comes next.
    fn fail(&self, kind: Kind, message: String) -> Error;

    fn malformed(&self, message: String) -> Error {
        self.fail(Kind::Malformed, message)
    }

    /// A name of at most `longest` bytes up to and without `end`.
    fn text(&mut self, end: u8, longest: usize, what: &str) -> Result<String> {
        let mut text = Vec::new();
        loop {
            let byte = self.byte()?;
            if byte == end {
                return Ok(text.escape_ascii().to_string());
            }
            if text.len() == longest || byte == 0 {
                return Err(self.malformed(format!("the {what} is not ended by {}", end.escape_ascii())));
            }
            text.push(byte);
        }
    }
}

/// The real tool looks no further, so no patch that works has more.
const LONGEST: usize = 11;

pub(super) fn uint(bytes: &mut impl Bytes) -> Result<u64> {
    Ok(tagged(0, bytes)?.1)
}

/// Reads `tag_bits` (0, 1 or 2) and the integer behind them. Leading zero digits are legal:
/// writers pad the sizes that they fill in later.
#[inline]
pub(super) fn tagged(tag_bits: u32, bytes: &mut impl Bytes) -> Result<(u8, u64)> {
    let first = bytes.byte()?;
    let tag = (u16::from(first) >> (8 - tag_bits)) as u8;
    let more = 0x80u8 >> tag_bits;
    let value = u64::from(first & (more - 1));
    if first & more == 0 {
        return Ok((tag, value));
    }
    Ok((tag, continued(value, bytes)?))
}

fn continued(mut value: u64, bytes: &mut impl Bytes) -> Result<u64> {
    for _ in 1..LONGEST {
        if value >> 57 != 0 {
            return Err(bytes.malformed("an integer of more than 64 bits".into()));
        }
        let byte = bytes.byte()?;
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(bytes.malformed(format!("an integer of more than {LONGEST} bytes")))
}

#[cfg(test)]
mod tests {
    use super::super::slice::Slice;
    use super::*;

    fn read(tag_bits: u32, bytes: &[u8]) -> Option<(u8, u64)> {
        tagged(tag_bits, &mut Slice::new(bytes, 0, "test")).ok()
    }

    #[test]
    fn tags_take_the_top_bits() {
        assert_eq!(read(0, &[0x7f]), Some((0, 127)));
        assert_eq!(read(1, &[0xbf]), Some((1, 63)));
        assert_eq!(read(2, &[0xdf]), Some((3, 31)));
        assert_eq!(read(2, &[0x61, 0x05]), Some((1, 133)));
    }

    #[test]
    fn padding_is_read_and_the_largest_number_fits() {
        assert_eq!(read(0, &[0x80, 0x80, 0x81, 0x00]), Some((0, 128)));
        let largest = [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(read(0, &largest), Some((0, u64::MAX)));
        let padded = [0x80, 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(read(0, &padded), Some((0, u64::MAX)));
    }

    #[test]
    fn too_large_too_long_or_cut_short_is_refused() {
        assert_eq!(read(0, &[0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00]), None);
        assert_eq!(read(0, &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]), None);
        assert_eq!(read(0, &[0x80]), None);
        assert_eq!(read(0, &[]), None);
    }
}
