//! Fetching against the local service, over sockets and on a real disk.

#[path = "../common/mod.rs"]
mod common;

mod world;

mod cancel;
mod commit;
mod disk;
mod faults;
mod kill;
mod limits;
mod links;
mod patches;
mod progress;
mod resume;
mod sharing;
mod verify;
