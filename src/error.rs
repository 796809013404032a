//! The one error of the library: what failed, at which stage, and what the service said.

use std::{
    ffi::CStr,
    fmt, io,
    ops::{Deref, DerefMut},
    time::Duration,
};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What failed. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    InvalidArgument = 1,
    Config = 2,
    Connect = 3,
    Tls = 4,
    Timeout = 5,
    Cancelled = 6,
    /// What came is not an answer of the service.
    Reply = 7,
    /// The service refused.
    Service = 8,
    Authentication = 9,
    NotFound = 10,
    RateLimited = 11,
    Io = 12,
    NoSpace = 13,
    Verify = 14,
    Patch = 15,
    Busy = 16,
    Downgrade = 17,
    Internal = 18,
    Unsupported = 19,
    /// A connection broke after it had stood.
    Network = 20,
}

impl Status {
    /// By their numbers, from 1.
    const ALL: [(Status, &'static CStr); 20] = [
        (Status::InvalidArgument, c"INVALID_ARGUMENT"),
        (Status::Config, c"CONFIG"),
        (Status::Connect, c"CONNECT"),
        (Status::Tls, c"TLS"),
        (Status::Timeout, c"TIMEOUT"),
        (Status::Cancelled, c"CANCELLED"),
        (Status::Reply, c"REPLY"),
        (Status::Service, c"SERVICE"),
        (Status::Authentication, c"AUTHENTICATION"),
        (Status::NotFound, c"NOT_FOUND"),
        (Status::RateLimited, c"RATE_LIMITED"),
        (Status::Io, c"IO"),
        (Status::NoSpace, c"NO_SPACE"),
        (Status::Verify, c"VERIFY"),
        (Status::Patch, c"PATCH"),
        (Status::Busy, c"BUSY"),
        (Status::Downgrade, c"DOWNGRADE"),
        (Status::Internal, c"INTERNAL"),
        (Status::Unsupported, c"UNSUPPORTED"),
        (Status::Network, c"NETWORK"),
    ];

    pub fn from_number(number: i32) -> Option<Status> {
        Status::ALL.into_iter().map(|(status, _)| status).find(|status| *status as i32 == number)
    }

    /// The name in the C header, without its prefix.
    pub const fn name(self) -> &'static CStr {
        Status::ALL[self as usize - 1].1
    }
}

/// Where it failed, numbered in the order in which a call passes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Stage {
    Config = 1,
    Sign = 2,
    Connect = 3,
    Tls = 4,
    Send = 5,
    Receive = 6,
    Decode = 7,
    Service = 8,
    Download = 9,
    Verify = 10,
    Patch = 11,
    Io = 12,
}

/// What the place that knows the facts says about a failure. Nobody above rewrites its message.
///
/// One pointer wide, so that a `Result` costs the straight line nothing.
#[derive(Clone, Debug)]
pub struct Error(Box<Failure>);

#[derive(Clone, Debug)]
pub struct Failure {
    pub status: Status,
    pub stage: Stage,
    /// 0 where no HTTP answer came.
    pub http_status: u16,
    /// The `code` of the service's envelope; 0 where none came.
    pub service_code: i64,
    pub trace_id: Option<String>,
    pub docs: Option<String>,
    /// The operating system's error number; 0 where it has none.
    pub os_error: i32,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    pub retry_after: Option<Duration>,
    pub message: String,
}

impl Error {
    pub fn new(status: Status, stage: Stage, message: impl Into<String>) -> Error {
        Error(Box::new(Failure {
            status,
            stage,
            http_status: 0,
            service_code: 0,
            trace_id: None,
            docs: None,
            os_error: 0,
            retryable: matches!(
                status,
                Status::Connect | Status::Timeout | Status::RateLimited | Status::Busy | Status::Network
            ),
            retry_after: None,
            message: message.into(),
        }))
    }

    pub fn argument(message: impl Into<String>) -> Error {
        Error::new(Status::InvalidArgument, Stage::Config, message)
    }

    pub fn config(message: impl Into<String>) -> Error {
        Error::new(Status::Config, Stage::Config, message)
    }

    pub fn cancelled() -> Error {
        Error::new(Status::Cancelled, Stage::Io, "the call was cancelled")
    }

    pub fn unsupported(message: impl Into<String>) -> Error {
        Error::new(Status::Unsupported, Stage::Config, message)
    }

    /// A failure of the file system: `doing` names the step and the file.
    pub fn io(doing: impl fmt::Display, error: &io::Error) -> Error {
        let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        let status = if full { Status::NoSpace } else { Status::Io };
        Error::new(status, Stage::Io, format!("{doing}: {error}")).caused_by(error)
    }

    pub fn caused_by(mut self, error: &io::Error) -> Error {
        self.os_error = error.raw_os_error().unwrap_or(0);
        self
    }

    pub fn http(mut self, status: u16) -> Error {
        self.http_status = status;
        self
    }

    pub fn retryable(mut self, retryable: bool) -> Error {
        self.retryable = retryable;
        self
    }

    pub fn retry_after(mut self, pause: Option<Duration>) -> Error {
        self.retry_after = pause;
        self
    }
}

impl Deref for Error {
    type Target = Failure;

    fn deref(&self) -> &Failure {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Failure {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
