//! MD5 and SHA-256 of a file while it is written, each on a thread of its own.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use md5::{Digest, Md5, digest::DynDigest};
use sha2::Sha256;

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
}

/// The SHA-256 of so many bytes at the beginning.
pub struct Mark {
    pub length: u64,
    pub sha256: String,
}

impl Digests {
    pub fn new() -> Result<Digests> {
        Ok(Digests {
            md5: Hasher::start("upgradelink-md5", Box::new(Md5::new()))?,
            sha256: Hasher::start("upgradelink-sha256", Box::new(Sha256::new()))?,
            length: 0,
        })
    }

    /// How many bytes have been given.
    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn add(&mut self, block: &Arc<Vec<u8>>) {
        self.length += block.len() as u64;
        self.md5.give(Work::Block(block.clone()));
        self.sha256.give(Work::Block(block.clone()));
    }

    /// Asks for the SHA-256 of what has been given so far; [`Digests::mark`] has it later.
    pub fn ask_mark(&self) {
        self.sha256.give(Work::Mark(self.length));
    }

    /// The newest answer that was not taken yet.
    pub fn mark(&self) -> Option<Mark> {
        self.sha256.line.lock().mark.take()
    }

    /// The SHA-256 of what has been given so far.
    pub fn mark_now(&self) -> Mark {
        self.ask_mark();
        let mut state = self.sha256.line.lock();
        loop {
            match state.mark.take() {
                Some(mark) if mark.length == self.length => return mark,
                _ => state = self.sha256.line.wait(state),
            }
        }
    }

    /// MD5 and SHA-256 of everything, as lowercase hex.
    pub fn finish(self) -> (String, String) {
        (self.md5.finish(), self.sha256.finish())
    }
}

/// A thread that hashes what waits in line.
struct Hasher {
    line: Arc<Line>,
    thread: Option<JoinHandle<()>>,
}

enum Work {
    Block(Arc<Vec<u8>>),
    Mark(u64),
    End,
}

#[derive(Default)]
struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    mark: Option<Mark>,
    result: Option<String>,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Work {
        let mut state = self.lock();
        loop {
            match state.waiting.pop_front() {
                Some(work) => {
                    self.changed.notify_all();
                    return work;
                }
                None => state = self.wait(state),
            }
        }
    }

    fn put(&self, work: Work) {
        let mut state = self.lock();
        while state.waiting.len() >= DEPTH {
            state = self.wait(state);
        }
        state.waiting.push_back(work);
        self.changed.notify_all();
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

/// A hash whose state can be looked at on the way.
trait Hash: Send {
    fn update(&mut self, bytes: &[u8]);
    fn so_far(&self) -> String;
}

impl<D: DynDigest + Clone + Send> Hash for D {
    fn update(&mut self, bytes: &[u8]) {
        DynDigest::update(self, bytes);
    }

    fn so_far(&self) -> String {
        hex(&Box::new(self.clone()).finalize())
    }
}

impl Hasher {
    fn start(name: &str, mut hash: Box<dyn Hash>) -> Result<Hasher> {
        let line = Arc::new(Line::default());
        let inbox = line.clone();
        let thread = sys::spawn(name, move || {
            loop {
                match inbox.next() {
                    Work::Block(block) => hash.update(&block),
                    Work::Mark(length) => {
                        let mark = Mark { length, sha256: hash.so_far() };
                        inbox.tell(|state| state.mark = Some(mark));
                    }
                    Work::End => break,
                }
            }
            inbox.tell(|state| state.result = Some(hash.so_far()));
        });
        match thread {
            Ok(thread) => Ok(Hasher { line, thread: Some(thread) }),
            Err(error) => {
                let message = format!("no thread could be made to hash: {error}");
                Err(Error::new(Status::Internal, Stage::Verify, message).caused_by(&error).retryable(true))
            }
        }
    }

    fn give(&self, work: Work) {
        self.line.put(work);
    }

    fn finish(mut self) -> String {
        self.end();
        self.line.lock().result.take().unwrap_or_default()
    }

    fn end(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.line.put(Work::End);
            let _ = thread.join();
        }
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.end();
    }
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
