//! Events: what an application tells the service, and the queue that keeps them until it answered.
//!
//! - `event`: what can be told
//! - `queue`: the file in the state folder
//! - `outbox`: sends what waits, in the background or on demand

mod event;
mod outbox;
mod queue;

pub use event::{Event, EventType, REPORT_PATH};
pub use outbox::Outbox;
pub use queue::{Counts, read as read_queue};
