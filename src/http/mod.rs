//! How requests travel: one request, one response, by the built-in client or the host's own.

#[cfg(feature = "http")]
mod builtin;
#[cfg_attr(not(feature = "http"), allow(dead_code))] // sockets have more stages than a host
mod exchange;
pub mod host;
mod url;

use std::{
    io::{self, Read},
    sync::Arc,
    time::{Duration, Instant},
};

pub use self::url::{check_url, escape_url};
use crate::{
    config::Config,
    error::{Error, Result, Stage, Status},
    watch::Watch,
};

/// The time limits of one request; `None` means without limit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// For resolving, connecting and the TLS handshake together.
    pub connect: Option<Duration>,
    /// From the last byte sent to the first byte received.
    pub first_byte: Option<Duration>,
    /// For each `stall_bytes` bytes, once the first came.
    pub stall: Option<Duration>,
    pub stall_bytes: u64,
    /// When everything must be over.
    pub deadline: Option<Instant>,
}

pub struct Request<'a> {
    pub url: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    /// Makes it a POST.
    pub body: Option<&'a [u8]>,
}

/// What carries requests out, from any thread at once.
pub trait Transport: Send + Sync {
    /// Sends `request` once and returns when the head of the response is there, whatever it says.
    fn send(&self, request: &Request, limits: Limits, watch: &Watch) -> Result<Response>;
}

/// The host's transport where it gives one, else the built-in client. What is wrong with proxy or
/// certificates is found now, and by no call later.
pub fn transport(config: &Config) -> Result<Arc<dyn Transport>> {
    if let Some(host) = &config.transport {
        return Ok(Arc::new(host::HostTransport::new(host.clone(), config)));
    }
    #[cfg(feature = "http")]
    return Ok(Arc::new(builtin::Http::new(config)?));
    #[cfg(not(feature = "http"))]
    Err(Error::unsupported(
        "this build of upgradelink has no HTTP of its own (cargo feature http): give it a transport",
    ))
}

pub struct Response {
    pub status: u16,
    /// Of the body, where the head gives it.
    pub length: Option<u64>,
    pub body: Body,
    headers: Headers,
}

enum Headers {
    #[cfg(feature = "http")]
    Map(ureq::http::HeaderMap),
    List(Vec<(String, String)>),
}

impl Headers {
    fn get(&self, name: &str) -> Option<&[u8]> {
        match self {
            #[cfg(feature = "http")]
            Headers::Map(map) => map.get(name).map(|value| value.as_bytes()),
            Headers::List(list) => {
                let found = list.iter().find(|(one, _)| one.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.as_bytes())
            }
        }
    }
}

impl Response {
    /// The value of a header that is readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(self.headers.get(name)?).ok()?;
        text.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\t').then_some(text)
    }

    /// Where a redirect of `base` leads.
    pub fn location(&self, base: &str) -> Option<String> {
        url::resolve(base, &escape_url(self.headers.get("location")?))
    }
}

/// The body as it arrives. Its errors hold an [`Error`]: see [`error_of`].
pub struct Body {
    /// Bytes that were looked at before their time.
    peeked: Vec<u8>,
    source: Box<dyn Source>,
}

/// Where a body comes from.
trait Source: Read {
    /// Whether to read on would probably mean to wait.
    fn is_drained(&self) -> bool;
}

impl Body {
    fn new(source: impl Source + 'static) -> Body {
        Body { peeked: Vec::new(), source: Box::new(source) }
    }

    /// Whether to read on would probably mean to wait.
    pub fn is_drained(&self) -> bool {
        self.peeked.is_empty() && self.source.is_drained()
    }

    /// The first bytes, `most` of them unless the body is shorter; they are read again later.
    pub fn peek(&mut self, most: usize) -> io::Result<&[u8]> {
        let mut first = vec![0; most];
        let mut count = 0;
        while count < most {
            match self.read(&mut first[count..])? {
                0 => break,
                more => count += more,
            }
        }
        first.truncate(count);
        self.peeked = first;
        Ok(&self.peeked)
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.peeked.is_empty() {
            return self.source.read(buffer);
        }
        let count = self.peeked.len().min(buffer.len());
        buffer[..count].copy_from_slice(&self.peeked[..count]);
        self.peeked.drain(..count);
        Ok(count)
    }
}

/// What a failed read of a [`Body`] means.
pub fn error_of(error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => {
            Error::new(Status::Network, Stage::Receive, format!("the body ended: {error}")).caused_by(&error)
        }
    }
}
