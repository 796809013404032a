//! Faults on demand: one struct, the same in Rust, in a catalogue and on the admin interface.

use crate::catalogue::Nothing;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What goes wrong with a request. Only the fields that are given have an effect; they combine.
///
/// ```
/// use dev_server::{Cut, Fault};
///
/// let busy = Fault::on("/v1/apk/upgrade").status(503).times(2);
/// let slow = Fault::on("/files/*").skip(1).delay_ms(200).rate(64 * 1024);
/// let gone = Fault::on("/files/app.bin").cut(Cut::after(4096).reset());
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The path that it applies to, without a query; a `*` at the end makes it a beginning.
    pub on: String,
    /// Lets so many matching requests pass first.
    pub skip: u64,
    /// Applies to so many requests, then no more.
    pub times: Option<u64>,

    /// Waits before anything is done with the request.
    pub delay_ms: u64,
    /// The server's clock, for the window and for `Date`, is off by so many seconds.
    pub clock_skew: i64,

    /// Answers with this status instead of doing the work; without `code` or `body` the body is empty.
    pub status: Option<u16>,
    /// Answers with the service's envelope for this code.
    pub code: Option<i64>,
    /// Answers with this body.
    pub body: Option<String>,
    /// Repeats the body up to so many bytes.
    pub body_size: Option<u64>,
    /// The `Content-Type` of `body`; by default the service's JSON.
    pub content_type: Option<String>,
    /// Answers 302 (or `status`) to this place; `{base}` stands for this server.
    pub redirect: Option<String>,

    /// The `data` of an answer with code 0.
    pub nothing: Option<Nothing>,
    /// Added behind the reply's body, and counted in its length.
    pub trailing: Option<String>,
    /// Shortens the reply's body to so many bytes; the length says so too.
    pub truncate: Option<u64>,
    /// Headers that are set in the reply.
    pub headers: BTreeMap<String, String>,
    /// Headers that are left out of the reply.
    pub drop_headers: Vec<String>,

    /// A file is sent whole whatever range is asked for.
    pub ignore_range: bool,
    /// The validator of a file, in place of its own.
    pub etag: Option<String>,
    /// Inverts the bits of a file's byte at this offset.
    pub alter: Option<u64>,

    /// The `Content-Length` is off by so many bytes; the connection closes after the reply.
    pub length_off_by: i64,
    /// How the end of the body is told.
    pub framing: Option<Framing>,
    /// Body bytes for each second.
    pub rate: Option<u64>,
    /// Nothing more is sent for a while.
    pub stall: Option<Stall>,
    /// The connection is cut.
    pub cut: Option<Cut>,
    /// The connection closes after the reply.
    pub close: bool,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Framing {
    /// `Transfer-Encoding: chunked`; the size is not known beforehand.
    Chunked,
    /// An answer in HTTP/1.0 without a length: the body ends with the connection.
    Close,
}

/// A pause in the body. `after` 0 is the pause between head and body.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stall {
    /// After so many bytes of the body.
    pub after: u64,
    /// For so long.
    pub ms: u64,
}

/// The end of a connection.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cut {
    /// After so many bytes of the body; not given: before the first byte of the reply.
    pub after: Option<u64>,
    /// With RST rather than FIN.
    pub reset: bool,
}

impl Cut {
    /// Before the first byte of the reply.
    pub fn before_reply() -> Self {
        Self::default()
    }

    /// After so many bytes of the body.
    pub fn after(bytes: u64) -> Self {
        Self { after: Some(bytes), reset: false }
    }

    /// With RST.
    pub fn reset(mut self) -> Self {
        self.reset = true;
        self
    }
}

/// A setter of a field that may be absent, for each line.
macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        $($(#[$doc])* pub fn $name(mut self, $name: $type) -> Self {
            self.$name = $name.to_owned().into();
            self
        })*
    };
}

impl Fault {
    /// A fault on this path; a `*` at the end makes it a beginning.
    pub fn on(path: impl Into<String>) -> Self {
        Self { on: path.into(), ..Self::default() }
    }

    setters! {
        /// See [`Fault::skip`](#structfield.skip).
        skip: u64;
        /// See [`Fault::times`](#structfield.times).
        times: u64;
        /// See [`Fault::delay_ms`](#structfield.delay_ms).
        delay_ms: u64;
        /// See [`Fault::clock_skew`](#structfield.clock_skew).
        clock_skew: i64;
        /// See [`Fault::status`](#structfield.status).
        status: u16;
        /// See [`Fault::code`](#structfield.code).
        code: i64;
        /// See [`Fault::body`](#structfield.body).
        body: &str;
        /// See [`Fault::body_size`](#structfield.body_size).
        body_size: u64;
        /// See [`Fault::content_type`](#structfield.content_type).
        content_type: &str;
        /// See [`Fault::redirect`](#structfield.redirect).
        redirect: &str;
        /// See [`Fault::nothing`](#structfield.nothing).
        nothing: Nothing;
        /// See [`Fault::trailing`](#structfield.trailing).
        trailing: &str;
        /// See [`Fault::truncate`](#structfield.truncate).
        truncate: u64;
        /// See [`Fault::ignore_range`](#structfield.ignore_range).
        ignore_range: bool;
        /// See [`Fault::etag`](#structfield.etag).
        etag: &str;
        /// See [`Fault::alter`](#structfield.alter).
        alter: u64;
        /// See [`Fault::length_off_by`](#structfield.length_off_by).
        length_off_by: i64;
        /// See [`Fault::framing`](#structfield.framing).
        framing: Framing;
        /// See [`Fault::rate`](#structfield.rate).
        rate: u64;
        /// See [`Fault::cut`](#structfield.cut).
        cut: Cut;
        /// See [`Fault::close`](#structfield.close).
        close: bool;
    }

    /// A pause of `ms` after so many bytes of the body.
    pub fn stall(mut self, after: u64, ms: u64) -> Self {
        self.stall = Some(Stall { after, ms });
        self
    }

    /// Sets a header of the reply.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.insert(name.into(), value.to_string());
        self
    }

    /// Leaves a header out of the reply.
    pub fn drop_header(mut self, name: &str) -> Self {
        self.drop_headers.push(name.into());
        self
    }

    /// The fields that have an effect, for the log: `{"on":…,"status":503}`.
    pub fn summary(&self) -> String {
        let (given, default) = (fields(self), fields(&Self::default()));
        let effective: serde_json::Map<_, _> =
            given.into_iter().filter(|(name, value)| default.get(name) != Some(value)).collect();
        serde_json::Value::Object(effective).to_string()
    }

    /// Refuses what could never have an effect.
    pub fn check(&self) -> Result<(), String> {
        if self.on.is_empty() {
            return Err(format!("faults: on is missing in {}", self.summary()));
        }
        Ok(())
    }

    fn matches(&self, path: &str) -> bool {
        match self.on.strip_suffix('*') {
            Some(beginning) => path.starts_with(beginning),
            None => path == self.on,
        }
    }
}

fn fields(fault: &Fault) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(fault) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

/// Faults in force, in the order in which they were given, each with the matching requests it has seen.
#[derive(Default)]
pub struct Faults(Vec<(Fault, u64)>);

impl Faults {
    /// Adds a fault behind the others.
    pub fn add(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault of a request: the first that matches and has neither requests to skip nor had its times.
    pub fn of(&mut self, path: &str) -> Option<Fault> {
        for (fault, seen) in self.0.iter_mut().filter(|(fault, _)| fault.matches(path)) {
            let turn = *seen;
            if fault.times.is_some_and(|times| turn >= fault.skip + times) {
                continue;
            }
            *seen += 1;
            if turn >= fault.skip {
                return Some(fault.clone());
            }
        }
        None
    }
}
