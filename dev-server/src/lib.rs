//! A local UpgradeLink: signed endpoints, file hosting, faults on demand.
//!
//! Users run the binary `upgradelink-dev-server` to try the upgrades of their own applications; tests start
//! a [`Server`] in their own process. It shares no code with the library that it tests.
//!
//! | module | what it is |
//! |---|---|
//! | [`server`] | a server in this process: start, stop, faults, recorded requests |
//! | [`catalogue`] | what it knows, as a TOML file describes it |
//! | [`fault`] | what goes wrong, and when |
//! | [`kinds`] | the kinds of applications as one table |
//! | `gate`, `sign`, `time` | the checks of a signed request |
//! | `query`, `strategy`, `answer`, `api`, `json` | what is asked, what is decided, how it is said |
//! | `content`, `hosting` | the bytes of files, and the links to them |
//! | `front`, `wire`, `head` | every request's way in and every reply's way out |
//! | `admin`, `record`, `shared`, `tls` | the admin interface, the record, the state, the certificates |

mod admin;
mod answer;
mod api;
pub mod catalogue;
mod content;
pub mod fault;
mod front;
mod gate;
mod head;
mod hosting;
mod json;
pub mod kinds;
mod query;
mod record;
pub mod server;
mod shared;
pub mod sign;
mod strategy;
mod time;
mod tls;
mod wire;

pub use catalogue::Catalogue;
pub use fault::{Cut, Fault, Framing, Stall};
pub use record::Recorded;
pub use server::{Options, Server};
pub use tls::Tls;
