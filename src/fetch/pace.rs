//! The bandwidth of one transfer.

use std::time::{Duration, Instant};

/// Keeps to the bandwidth that the host allows.
pub struct Pace {
    begun: Instant,
    most: Option<u64>,
}

impl Pace {
    pub fn new(most: Option<u64>) -> Pace {
        Pace { begun: Instant::now(), most }
    }

    /// How long to wait after `received` bytes.
    pub fn debt(&self, received: u64) -> Duration {
        let Some(most) = self.most.filter(|most| *most > 0) else { return Duration::ZERO };
        let due = Duration::from_secs_f64(received as f64 / most as f64);
        due.saturating_sub(self.begun.elapsed())
    }
}
