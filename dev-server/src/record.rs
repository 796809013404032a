//! What was asked and what was answered.

use serde::Serialize;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Older requests are forgotten beyond this number.
const KEPT: usize = 20_000;

/// A request that the server has answered or is answering.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Recorded {
    /// The number of its connection: equal numbers mean that the connection was kept alive.
    pub connection: u64,
    /// Its method.
    pub method: String,
    /// Its target, not decoded.
    pub target: String,
    /// The bytes from the request line up to and with the empty line.
    #[serde(serialize_with = "as_text")]
    pub head: Vec<u8>,
    /// Its body.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
    /// The status of the reply.
    pub status: u16,
    /// The service's code in the reply; absent for files and for replies without an envelope.
    pub code: Option<i64>,
    /// Bytes of the reply's body that were sent.
    pub bytes: u64,
    /// The fault that was applied, as [`crate::Fault::summary`] gives it.
    pub fault: Option<String>,
    /// Milliseconds from its arrival to the end of the reply, or until now.
    pub ms: u64,
    /// The reply has ended, completely or not.
    pub ended: bool,
}

fn as_text<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(bytes))
}

impl Recorded {
    /// The headers in their order, with the letters as they were sent.
    pub fn headers(&self) -> Vec<(String, String)> {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        let lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        lines.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    }

    /// The value of a header, named without regard to case.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers().into_iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A request while it is answered; shared by the handler and the connection.
pub(crate) struct Exchange {
    recorded: Mutex<Recorded>,
    bytes: AtomicU64,
    ended: AtomicBool,
    begun: Instant,
    log: bool,
}

impl Exchange {
    pub fn new(recorded: Recorded, log: bool) -> Arc<Self> {
        Arc::new(Self {
            recorded: Mutex::new(recorded),
            bytes: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            begun: Instant::now(),
            log,
        })
    }

    pub fn change(&self, change: impl FnOnce(&mut Recorded)) {
        change(&mut self.recorded.lock().unwrap());
    }

    pub fn sent(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The reply has ended; the first call writes the log line.
    pub fn end(&self) {
        if self.ended.swap(true, Ordering::Relaxed) {
            return;
        }
        let ms = self.begun.elapsed().as_millis() as u64;
        self.change(|recorded| recorded.ms = ms);
        if self.log {
            eprintln!("{}", self.line());
        }
    }

    fn line(&self) -> String {
        let now = self.snapshot();
        let code = now.code.map_or_else(|| "-".into(), |code| code.to_string());
        let fault = now.fault.map(|fault| format!(" fault {fault}")).unwrap_or_default();
        let (method, target) = (now.method, now.target);
        format!(
            "{method} {target} status {} code {code} bytes {} ms {}{fault}",
            now.status, now.bytes, now.ms
        )
    }

    pub fn snapshot(&self) -> Recorded {
        let mut recorded = self.recorded.lock().unwrap().clone();
        recorded.bytes = self.bytes.load(Ordering::Relaxed);
        recorded.ended = self.ended.load(Ordering::Relaxed);
        if !recorded.ended {
            recorded.ms = self.begun.elapsed().as_millis() as u64;
        }
        recorded
    }
}

/// The last requests.
#[derive(Default)]
pub(crate) struct Requests(VecDeque<Arc<Exchange>>);

impl Requests {
    pub fn add(&mut self, exchange: Arc<Exchange>) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(exchange);
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn all(&self) -> Vec<Recorded> {
        self.0.iter().map(|exchange| exchange.snapshot()).collect()
    }
}
