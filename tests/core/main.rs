//! The library against the local service, over sockets, through the C ABI and through Rust.

mod clock;
mod faults;
mod golden;
mod limits;
mod operations;
mod proxy;
mod queries;
mod replies;
mod retries;
mod secrets;
mod setters;
mod signing;
mod support;
mod tls;
