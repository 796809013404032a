//! Covers: which bytes of new are made from which bytes of old.

use super::error::Result;
use super::varint::{Bytes, tagged, uint};

/// `gap` new bytes, then `length` bytes made from those of old at `old`.
pub(super) struct Cover {
    pub gap: u64,
    pub old: u64,
    pub length: u64,
}

/// Reads covers one after the other. Each says its place relative to the end of the one before.
pub(super) struct Covers {
    old_end: u64,
    old_size: u64,
}

impl Covers {
    pub fn new(old_size: u64) -> Self {
        Covers { old_end: 0, old_size }
    }

    /// The next cover, checked against the size of old and against the `room` left in new. One that
    /// makes nothing may only follow when everything is made: else a few bytes could keep us busy for long.
    pub fn next(&mut self, bytes: &mut impl Bytes, room: u64) -> Result<Cover> {
        let (minus, distance) = tagged(1, bytes)?;
        let gap = uint(bytes)?;
        let length = uint(bytes)?;
        let old = match minus {
            0 => self.old_end.checked_add(distance),
            _ => self.old_end.checked_sub(distance),
        };
        let old_end = old.and_then(|old| old.checked_add(length)).filter(|end| *end <= self.old_size);
        let (Some(old), Some(old_end)) = (old, old_end) else {
            let sign = if minus == 0 { '+' } else { '-' };
            return Err(bytes.malformed(format!(
                "a cover of {length} bytes at old {}{sign}{distance}, old has {}",
                self.old_end, self.old_size
            )));
        };
        if gap == 0 && length == 0 && room > 0 {
            return Err(bytes.malformed(format!("a cover that makes nothing, {room} bytes are left to make")));
        }
        if gap.checked_add(length).is_none_or(|new| new > room) {
            return Err(bytes
                .malformed(format!("a cover of {gap} + {length} new bytes, only {room} are left to make")));
        }
        self.old_end = old_end;
        Ok(Cover { gap, old, length })
    }
}
