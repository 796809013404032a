//! The exchange of this thread. ureq hands a pooled connection nothing about the call that uses it, so
//! the call waits here; errors of ours pass through ureq's.

use std::{io, rc::Rc};

use super::super::exchange::Exchange;
use crate::{
    error::{Error, Result, Stage, Status},
    local::Local,
};

thread_local!(static CURRENT: Local<Rc<Exchange>> = const { Local::new() });

/// Makes `exchange` this thread's until the value is dropped.
pub fn enter(exchange: &Rc<Exchange>) -> Entered {
    Entered(CURRENT.with(|current| current.replace(Some(exchange.clone()))))
}

pub struct Entered(Option<Rc<Exchange>>);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.with(|current| current.replace(self.0.take()));
    }
}

/// This thread's exchange.
pub fn current() -> Result<Rc<Exchange>, ureq::Error> {
    CURRENT.with(Local::get).ok_or_else(|| {
        carried(Error::new(Status::Internal, Stage::Connect, "a socket is used outside of a request"))
    })
}

/// Takes an error of ours through ureq; [`explain`] takes it out again.
pub fn carried(error: Error) -> ureq::Error {
    ureq::Error::Other(Box::new(error))
}

/// What an error of ureq means at the present stage.
pub fn explain(exchange: &Exchange, error: ureq::Error) -> Error {
    match error {
        ureq::Error::Other(other) => match other.downcast::<Error>() {
            Ok(ours) => *ours,
            Err(other) => Error::new(Status::Internal, exchange.stage(), other.to_string()),
        },
        ureq::Error::Io(error) => explain_io(exchange, error),
        ureq::Error::ConnectProxyFailed(reason) => {
            Error::new(Status::Connect, Stage::Connect, format!("proxy: {reason}"))
        }
        ureq::Error::Protocol(error) if exchange.stage() == Stage::Connect => {
            let message = format!("proxy: its answer is not HTTP: {error}");
            Error::new(Status::Connect, Stage::Connect, message)
        }
        ureq::Error::Protocol(error) => {
            Error::new(Status::Reply, Stage::Decode, format!("the answer is not HTTP: {error}"))
        }
        ureq::Error::LargeResponseHeader(length, most) => Error::new(
            Status::Reply,
            Stage::Decode,
            format!("the head of the answer has {length} bytes, the limit is {most}"),
        ),
        ureq::Error::Http(error) => Error::argument(format!("request: {error}")),
        other => Error::new(Status::Reply, Stage::Decode, format!("the answer is not usable: {other}")),
    }
}

fn explain_io(exchange: &Exchange, error: io::Error) -> Error {
    if error.get_ref().is_some_and(|inner| inner.is::<ureq::Error>()) {
        return match error.downcast::<ureq::Error>() {
            Ok(inner) => explain(exchange, inner),
            Err(error) => exchange.broken(&error),
        };
    }
    exchange.broken(&error)
}
