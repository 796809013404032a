//! Bytes that are in memory already, read with the errors of the place they came from.

use super::error::{Error, Kind, Result};
use super::varint::Bytes;

pub(super) struct Slice<'a> {
    rest: &'a [u8],
    /// Where in the patch the bytes came from.
    offset: u64,
    name: &'static str,
}

impl<'a> Slice<'a> {
    pub fn new(bytes: &'a [u8], offset: u64, name: &'static str) -> Self {
        Slice { rest: bytes, offset, name }
    }

    pub fn len(&self) -> usize {
        self.rest.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let Some((head, rest)) = self.rest.split_at_checked(count) else {
            return Err(self.malformed(format!(
                "{} ends {} bytes early",
                self.name,
                count - self.rest.len()
            )));
        };
        self.rest = rest;
        Ok(head)
    }
}

impl Bytes for Slice<'_> {
    #[inline]
    fn byte(&mut self) -> Result<u8> {
        let Some((&byte, rest)) = self.rest.split_first() else {
            return Err(self.malformed(format!("{} ends inside an integer", self.name)));
        };
        self.rest = rest;
        Ok(byte)
    }

    fn fail(&self, kind: Kind, message: String) -> Error {
        Error::new(kind, self.offset, message)
    }
}
