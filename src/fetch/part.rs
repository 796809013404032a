//! A file that grows: its bytes on the disk, their hashes, and the record that lets another run go on.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    sync::Arc,
};

use super::{
    Job,
    place::{Place, hash},
    promise::Promise,
    record::Record,
};
use crate::{
    digest::{Digests, Mark},
    error::{Error, Result},
};

/// After how many bytes more the record is written again: often for a small part, of which little can
/// be lost, and never so seldom that much can.
fn stride(length: u64) -> u64 {
    length.clamp(256 << 10, 8 << 20)
}

pub struct Part<'a> {
    place: &'a Place,
    file: File,
    digests: Digests,
    record: Record,
    /// When the next mark is due.
    next_mark: u64,
    /// Whether its beginning comes from an earlier run.
    pub resumed: bool,
}

impl<'a> Part<'a> {
    /// Goes on with what an earlier run left, as far as it can be believed, or begins anew.
    pub fn open(place: &'a Place, promise: &Promise, job: &Job) -> Result<Part<'a>> {
        if let Some((file, record)) = place.earlier().filter(|(_, record)| record.suits(promise))
            && let Some(part) = Part::reopen(place, file, record, promise, job)?
        {
            return Ok(part);
        }
        Part::anew(place, promise)
    }

    /// Begins whatever an earlier run left.
    pub fn anew(place: &'a Place, promise: &Promise) -> Result<Part<'a>> {
        Part::begin(place, Record::new(promise, None))
    }

    fn begin(place: &'a Place, record: Record) -> Result<Part<'a>> {
        let (file, digests) = (place.new_part()?, Digests::new()?);
        Ok(Part { place, file, digests, record, next_mark: stride(0), resumed: false })
    }

    /// Hashes the part again. Its first `good` bytes must still be those of the record; what is
    /// behind them is kept only when a promised hash will judge it.
    fn reopen(
        place: &'a Place,
        mut file: File,
        record: Record,
        promise: &Promise,
        job: &Job,
    ) -> Result<Option<Part<'a>>> {
        let io = |error| Error::io(place.part().display(), &error);
        let there = file.metadata().map_err(io)?.len();
        let length = if promise.has_hash() { there } else { record.good };
        if length == 0 || there < record.good || promise.size.is_some_and(|size| there > size) {
            return Ok(None);
        }
        let mut digests = Digests::new()?;
        hash(&mut file, record.good, &mut digests, job).map_err(|failure| failure.at(place.part()))?;
        if record.good > 0 && digests.mark_now().sha256 != record.good_sha256 {
            return Ok(None);
        }
        hash(&mut file, length - record.good, &mut digests, job)
            .map_err(|failure| failure.at(place.part()))?;
        if digests.length() != length {
            return Ok(None);
        }
        file.set_len(length).map_err(io)?;
        file.seek(SeekFrom::Start(length)).map_err(io)?;
        Ok(Some(Part { place, file, digests, record, next_mark: length + stride(length), resumed: true }))
    }

    pub fn length(&self) -> u64 {
        self.digests.length()
    }

    pub fn validator(&self) -> Option<&str> {
        self.record.validator.as_deref()
    }

    /// Throws away what is there.
    pub fn restart(&mut self) -> Result<()> {
        let record = Record { good: 0, good_sha256: String::new(), validator: None, ..self.record.clone() };
        *self = Part::begin(self.place, record)?;
        Ok(())
    }

    /// Begins at the first byte, and writes down which file of the server's the part is of before its
    /// bytes come.
    pub fn begin_anew(&mut self, validator: Option<String>) -> Result<()> {
        if self.length() > 0 {
            self.restart()?;
        }
        self.record.validator = validator;
        self.place.keep(&self.record)
    }

    pub fn append(&mut self, block: &Arc<Vec<u8>>) -> Result<()> {
        self.file.write_all(block).map_err(|error| Error::io(self.place.part().display(), &error))?;
        self.digests.add(block);
        if self.length() >= self.next_mark {
            self.digests.ask_mark();
            self.next_mark = self.length() + stride(self.length());
        }
        match self.digests.mark() {
            Some(mark) => self.keep(mark),
            None => Ok(()),
        }
    }

    /// Leaves everything for another run.
    pub fn leave(mut self) -> Result<()> {
        if self.length() == self.record.good {
            return Ok(());
        }
        let mark = self.digests.mark_now();
        self.keep(mark)
    }

    fn keep(&mut self, mark: Mark) -> Result<()> {
        self.record.good = mark.length;
        self.record.good_sha256 = mark.sha256;
        self.place.keep(&self.record)
    }

    /// The file and its hashes.
    pub fn finish(self) -> Result<(File, u64, String, String)> {
        let length = self.length();
        let (md5, sha256) = self.digests.finish();
        Ok((self.file, length, md5, sha256))
    }
}
