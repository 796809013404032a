//! MD5 and SHA-256 of a file while it is written, each on a thread of its own.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender},
    },
    thread::JoinHandle,
};

use md5::Md5;
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result, Stage, Status},
    sign::hex,
    sys,
};

/// How many blocks may wait for a hash.
const DEPTH: usize = 4;

/// Takes the blocks of a file in their order.
pub struct Digests {
    md5: Hasher,
    sha256: Hasher,
    length: u64,
    marks: Receiver<Mark>,
    marker: mpsc::Sender<Mark>,
}

/// The SHA-256 of so many bytes at the beginning.
pub struct Mark {
    pub length: u64,
    pub sha256: String,
}

enum Work {
    Block(Arc<Vec<u8>>),
    Mark(u64, mpsc::Sender<Mark>),
}

struct Hasher {
    work: SyncSender<Work>,
    thread: JoinHandle<()>,
    result: Receiver<String>,
}

impl Digests {
    pub fn new() -> Result<Digests> {
        let (marker, marks) = mpsc::channel();
        Ok(Digests {
            md5: Hasher::start::<Md5>("upgradelink-md5")?,
            sha256: Hasher::start::<Sha256>("upgradelink-sha256")?,
            length: 0,
            marks,
            marker,
        })
    }

    /// How many bytes have been given.
    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn add(&mut self, block: &Arc<Vec<u8>>) -> Result<()> {
        self.length += block.len() as u64;
        self.md5.give(Work::Block(block.clone()))?;
        self.sha256.give(Work::Block(block.clone()))
    }

    /// Asks for the SHA-256 of what has been given so far; [`Digests::mark`] has it later.
    pub fn ask_mark(&self) -> Result<()> {
        self.sha256.give(Work::Mark(self.length, self.marker.clone()))
    }

    /// The newest answer that is there.
    pub fn mark(&self) -> Option<Mark> {
        self.marks.try_iter().last()
    }

    /// The SHA-256 of what has been given so far.
    pub fn mark_now(&self) -> Result<Mark> {
        self.ask_mark()?;
        loop {
            let mark = self.marks.recv().map_err(|_| ended())?;
            if mark.length == self.length {
                return Ok(mark);
            }
        }
    }

    /// MD5 and SHA-256 of everything, as lowercase hex.
    pub fn finish(self) -> Result<(String, String)> {
        Ok((self.md5.finish()?, self.sha256.finish()?))
    }
}

impl Hasher {
    fn start<D: Digest + Clone + Send + 'static>(name: &str) -> Result<Hasher> {
        let (work, inbox) = mpsc::sync_channel(DEPTH);
        let (answer, result) = mpsc::sync_channel(1);
        let thread = sys::spawn(name, move || {
            let mut digest = D::new();
            for work in inbox {
                match work {
                    Work::Block(block) => digest.update(&*block),
                    Work::Mark(length, marks) => {
                        let sha256 = hex(&digest.clone().finalize());
                        let _ = marks.send(Mark { length, sha256 });
                    }
                }
            }
            let _ = answer.send(hex(&digest.finalize()));
        });
        match thread {
            Ok(thread) => Ok(Hasher { work, thread, result }),
            Err(error) => Err(Error::new(
                Status::Internal,
                Stage::Verify,
                format!("no thread could be made to hash: {error}"),
            )
            .caused_by(&error)),
        }
    }

    fn give(&self, work: Work) -> Result<()> {
        self.work.send(work).map_err(|_| ended())
    }

    fn finish(self) -> Result<String> {
        drop(self.work);
        let result = self.result.recv().map_err(|_| ended());
        let _ = self.thread.join();
        result
    }
}

fn ended() -> Error {
    Error::new(Status::Internal, Stage::Verify, "a hashing thread ended early")
}

/// Blocks that are filled again once both hashes have read them.
pub struct Blocks {
    ring: [Arc<Vec<u8>>; DEPTH + 2],
    next: usize,
    size: usize,
}

impl Blocks {
    pub fn new(size: usize) -> Blocks {
        Blocks { ring: Default::default(), next: 0, size }
    }

    /// The next block, filled by `fill`, which is given room for a whole one and says how much of
    /// it it used.
    pub fn fill<E>(&mut self, fill: impl FnOnce(&mut [u8]) -> Result<usize, E>) -> Result<Arc<Vec<u8>>, E> {
        let place = self.next % self.ring.len();
        self.next = self.next.wrapping_add(1);
        let slot = &mut self.ring[place];
        if Arc::get_mut(slot).is_none() {
            *slot = Arc::default();
        }
        if let Some(block) = Arc::get_mut(slot) {
            block.resize(self.size, 0);
            let used = fill(block)?;
            block.truncate(used);
        }
        Ok(slot.clone())
    }
}
