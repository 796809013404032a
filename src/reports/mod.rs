//! Events: what an application tells the service, and the queue that keeps them until it answered.
//!
//! - `event`: what can be told
//! - `queue`: those that wait, in the state folder
//! - `queue_file`: the form of its file
//! - `outbox`: sends what waits, in the background or on demand

mod event;
mod outbox;
mod queue;
mod queue_file;

pub use event::{Event, EventType, REPORT_PATH};
pub use outbox::Outbox;
pub use queue::Counts;
pub use queue_file::QueueFile;
