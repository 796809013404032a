//! A request that is being carried out: how far it is, and how much longer it may take.

use std::{
    cell::Cell,
    io,
    time::{Duration, Instant},
};

use super::Limits;
use crate::{
    error::{Error, Result, Stage, Status},
    watch::{SLICE, Watch},
};

pub struct Exchange {
    limits: Limits,
    watch: Watch,
    stage: Cell<Stage>,
    /// When the wait began that `stage` bounds. Once the answer has begun it counts only the time
    /// in which the reader waited, not the time in which it let the connection wait.
    since: Cell<Instant>,
    answered: Cell<bool>,
    /// Whether a proxy is being asked for the way.
    tunnelling: Cell<bool>,
    /// Whether the last read of the socket took all that had come.
    drained: Cell<bool>,
    /// Bytes that came since the stall limit was last satisfied, and the wait for them.
    trickle: Cell<(u64, Duration)>,
}

impl Exchange {
    pub fn new(limits: Limits, watch: Watch) -> Exchange {
        Exchange {
            limits,
            watch,
            stage: Cell::new(Stage::Connect),
            since: Cell::new(Instant::now()),
            answered: Cell::new(false),
            tunnelling: Cell::new(false),
            drained: Cell::new(false),
            trickle: Cell::default(),
        }
    }

    pub fn stage(&self) -> Stage {
        self.stage.get()
    }

    /// Says that the exchange has come to `stage`; its limit runs from now. TLS shares the limit
    /// of connecting.
    pub fn reach(&self, stage: Stage) {
        if stage != Stage::Tls {
            self.since.set(Instant::now());
        }
        self.stage.set(stage);
    }

    /// Says whether the connection leads to a proxy so far; all of that is part of connecting.
    /// Returns what was so before.
    pub fn tunnel(&self, begun: bool) -> bool {
        self.tunnelling.replace(begun)
    }

    /// Says that the handshake is over.
    pub fn secured(&self) {
        if self.tunnelling.get() {
            self.stage.set(Stage::Connect);
        } else {
            self.reach(Stage::Send);
        }
    }

    /// Says that bytes of the request go out; those of the handshake and of the talk with a proxy
    /// stay in their own stages.
    pub fn sending(&self) {
        if self.stage.get() != Stage::Tls && !self.tunnelling.get() {
            self.reach(Stage::Send);
        }
    }

    /// Says that they went out: the wait for the answer begins.
    pub fn sent(&self) {
        if self.stage.get() == Stage::Send {
            self.reach(Stage::Receive);
        }
    }

    /// Says that the reader begins to wait for bytes.
    pub fn waiting(&self) {
        if self.answered.get() {
            let (_, waited) = self.trickle.get();
            self.since.set(Instant::now().checked_sub(waited).unwrap_or_else(Instant::now));
        }
    }

    /// Whether to read on would probably mean to wait.
    pub fn is_drained(&self) -> bool {
        self.drained.get()
    }

    /// Says that so many bytes came where there was room for `room`.
    pub fn came(&self, count: usize, room: usize) {
        self.drained.set(count < room);
        if self.stage.get() == Stage::Receive {
            self.answered.set(true);
            let bytes = self.trickle.get().0 + count as u64;
            let enough = bytes >= self.limits.stall_bytes;
            self.trickle.set(if enough { (0, Duration::ZERO) } else { (bytes, self.since.get().elapsed()) });
        }
    }

    fn stage_limit(&self) -> (Option<Duration>, &'static str) {
        match self.stage.get() {
            Stage::Receive if self.answered.get() => (self.limits.stall, "no further byte came"),
            Stage::Receive => (self.limits.first_byte, "no answer came"),
            Stage::Send => (self.limits.first_byte, "the request could not be sent"),
            Stage::Tls => (self.limits.connect, "the TLS handshake did not end"),
            _ => (self.limits.connect, "no connection could be made"),
        }
    }

    /// How long to wait before asking again; an error when no more waiting is allowed.
    pub fn slice(&self) -> Result<Duration> {
        self.watch.check()?;
        let now = Instant::now();
        let (limit, what) = self.stage_limit();
        let ends = [limit.map(|limit| self.since.get() + limit), self.limits.deadline];
        let mut slice = SLICE;
        for (end, whole) in ends.into_iter().zip([limit, None]) {
            let Some(end) = end else { continue };
            let left = end.saturating_duration_since(now);
            if left.is_zero() {
                return Err(self.late(what, whole));
            }
            slice = slice.min(left);
        }
        Ok(slice)
    }

    fn late(&self, what: &str, limit: Option<Duration>) -> Error {
        let within =
            limit.map_or("the time left of the call".into(), |limit| format!("{} ms", limit.as_millis()));
        Error::new(Status::Timeout, self.stage.get(), format!("{what} within {within}"))
    }

    /// What remains for connecting; `None` without limit.
    pub fn connect_end(&self) -> Option<Instant> {
        let end = self.limits.connect.map(|limit| self.since.get() + limit);
        [end, self.limits.deadline].into_iter().flatten().min()
    }

    /// A failure of the socket at the present stage.
    pub fn broken(&self, error: &io::Error) -> Error {
        let stage = self.stage.get();
        Error::new(Status::Network, stage, format!("the connection broke: {error}")).caused_by(error)
    }
}
