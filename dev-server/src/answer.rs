//! Answers of the service: the envelope and its status.

use crate::catalogue::{Nothing, Shape};
use crate::json::Object;
use crate::sign;

/// An answer before it is written down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The service's code; the status follows from it.
    pub code: i64,
    /// `msg`.
    pub message: String,
    /// `docs`.
    pub docs: String,
    /// `data`, JSON already.
    pub data: Option<String>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
    /// Nothing is written but status 500: the service died of the request.
    pub died: bool,
}

impl Answer {
    /// A refusal.
    pub fn refusal(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), ..Self::default() }
    }

    /// Code 0 with the `data` that the application wants for it.
    pub fn nothing(message: &str, data: Nothing, zeroed: String) -> Self {
        let data = match data {
            Nothing::Zeroed => Some(zeroed),
            Nothing::Null => Some("null".into()),
            Nothing::Missing => None,
        };
        Self { message: message.into(), data, ..Self::default() }
    }

    /// What the open-source server answers when its code panics: status 500 and no body.
    pub fn death() -> Self {
        Self { code: 500_001, died: true, ..Self::default() }
    }

    /// The HTTP status that belongs to the code.
    pub fn status(&self) -> u16 {
        match self.code {
            0 | 200 => 200,
            code if code >= 100_000_000 => (code / 1_000_000) as u16,
            code => (code / 1_000) as u16,
        }
    }

    /// The body.
    pub fn body(&self, shape: Shape) -> String {
        if self.died {
            return String::new();
        }
        let success = self.status() == 200;
        let mut object = Object::new();
        object.number("code", self.code).text("msg", &self.message);
        if !success || shape == Shape::Server {
            object.text("docs", &self.docs);
        }
        match (&self.data, success, shape) {
            (Some(data), ..) => object.raw("data", data),
            (None, false, Shape::Documented) => object.raw("data", "null"),
            (None, false, Shape::Server) => object.text("traceId", &self.trace()),
            (None, true, _) => &mut object,
        };
        object.finish()
    }

    /// Refusals of the middleware carry an empty trace id, all others 32 hex digits.
    fn trace(&self) -> String {
        match self.code {
            400_004 | 401_001 | 401_002 => String::new(),
            _ => sign::md5_hex(format!("{}{:?}", self.message, std::time::SystemTime::now()).as_bytes()),
        }
    }
}
