//! The host's own HTTP. It may block for as long as it likes: each request has a thread, and the call
//! that waits for it keeps to its limits and to its right to stop.

use std::{
    collections::VecDeque,
    fmt,
    io::{self, Read},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Body, Headers, Limits, Request, Response, Source, Transport, check_url, exchange::Exchange};
use crate::{
    config::Config,
    error::{Error, Result, Stage, Status},
    sys,
    watch::Watch,
};

/// The unit in which a body is asked for.
const BLOCK: usize = 64 * 1024;
/// How many blocks may wait for the call.
const DEPTH: usize = 4;

/// What a host brings.
pub trait Host: Send + Sync {
    /// Takes a request; nothing is sent yet.
    fn begin(&self, request: HostRequest) -> Box<dyn HostExchange>;
}

/// One request and its answer.
pub trait HostExchange: Send + Sync {
    /// Sends the request and returns when the head of the answer is there. Redirects are not followed.
    fn open(&self) -> Result<Opened<'_>>;

    /// Asks an open or read that blocks on another thread to return soon.
    fn cancel(&self);
}

/// A request as the host is to send it.
pub struct HostRequest {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    /// After which the library gives up, when no byte has come.
    pub timeout: Option<Duration>,
}

/// The head of an answer, and its body, which is closed by being dropped.
pub struct Opened<'a> {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Box<dyn HostBody + 'a>,
}

pub trait HostBody {
    /// Reads some bytes; 0 only at the end.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

/// A host's transport, as a configuration holds it.
#[derive(Clone)]
pub struct HostHttp(pub Arc<dyn Host>);

impl fmt::Debug for HostHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostHttp")
    }
}

pub struct HostTransport {
    host: HostHttp,
    user_agent: String,
    allow_http: bool,
}

impl HostTransport {
    pub fn new(host: HostHttp, config: &Config) -> HostTransport {
        HostTransport { host, user_agent: config.user_agent.clone(), allow_http: config.allow_http }
    }
}

impl Transport for HostTransport {
    fn send(&self, request: &Request, limits: Limits, watch: &Watch) -> Result<Response> {
        check_url(request.url, self.allow_http)?;
        // The host connects and waits in one call, so their limits are one.
        let first_byte = limits.first_byte.zip(limits.connect).map(|(wait, connect)| wait + connect);
        let exchange = Exchange::new(Limits { first_byte, ..limits }, watch.clone());
        exchange.reach(Stage::Receive);
        let agent = ("User-Agent", self.user_agent.as_str());
        let headers = request.headers.iter().chain([&agent]);
        let carried = Arc::new(Carried {
            exchange: self.host.0.begin(HostRequest {
                method: if request.body.is_some() { "POST" } else { "GET" },
                url: request.url.to_owned(),
                headers: headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
                body: request.body.map(<[u8]>::to_vec),
                timeout: first_byte,
            }),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let body = Arriving::start(carried, exchange)?;
        let head = body.wait(|state| state.head.take())??;
        let length =
            head.headers.get("content-length").and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        Ok(Response { status: head.status, length, headers: head.headers, body: Body::new(body) })
    }
}

/// A request on its own thread.
struct Carried {
    exchange: Box<dyn HostExchange>,
    state: Mutex<State>,
    changed: Condvar,
}

struct Head {
    status: u16,
    headers: Headers,
}

#[derive(Default)]
struct State {
    head: Option<Result<Head>>,
    blocks: VecDeque<Vec<u8>>,
    end: Option<Result<()>>,
    /// The thread has done its work.
    over: bool,
    /// Nobody waits any more.
    abandoned: bool,
}

impl Carried {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// The thread's work.
    fn run(&self) {
        match self.exchange.open() {
            Err(error) => self.tell(|state| state.head = Some(Err(error))),
            Ok(Opened { status, headers, mut body }) => {
                let head = Head { status, headers: Headers::List(headers) };
                self.tell(|state| state.head = Some(Ok(head)));
                let end = self.pump(&mut *body);
                self.tell(|state| state.end = Some(end));
            }
        }
        self.tell(|state| state.over = true);
    }

    /// Reads ahead, as far as there is room.
    fn pump(&self, body: &mut dyn HostBody) -> Result<()> {
        while self.has_room() {
            let mut block = vec![0; BLOCK];
            let count = body.read(&mut block)?;
            if count == 0 {
                break;
            }
            block.truncate(count);
            self.tell(|state| state.blocks.push_back(block));
        }
        Ok(())
    }

    /// Waits until the call has taken what was read; false when it never will.
    fn has_room(&self) -> bool {
        let mut state = self.lock();
        while state.blocks.len() >= DEPTH && !state.abandoned {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.abandoned
    }
}

/// The call's end of it.
struct Arriving {
    carried: Arc<Carried>,
    exchange: Exchange,
    block: VecDeque<u8>,
}

impl Arriving {
    fn start(carried: Arc<Carried>, exchange: Exchange) -> Result<Arriving> {
        let work = carried.clone();
        sys::spawn("upgradelink-host", move || work.run()).map_err(|error| {
            Error::new(
                Status::Connect,
                Stage::Connect,
                format!("no thread could be made for the host's transport: {error}"),
            )
            .caused_by(&error)
        })?;
        Ok(Arriving { carried, exchange, block: VecDeque::new() })
    }

    /// Waits for what `pick` finds, as long as the limits and the host allow.
    fn wait<T>(&self, mut pick: impl FnMut(&mut State) -> Option<T>) -> Result<T> {
        self.exchange.waiting();
        loop {
            // Not under the lock: it asks the host.
            let slice = self.exchange.slice()?;
            let mut state = self.carried.lock();
            if let Some(found) = pick(&mut state) {
                self.carried.changed.notify_all();
                return Ok(found);
            }
            drop(self.carried.changed.wait_timeout(state, slice));
        }
    }
}

impl Source for Arriving {
    fn is_drained(&self) -> bool {
        self.block.is_empty() && self.carried.lock().blocks.is_empty()
    }
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.block.is_empty() {
            let next = self.wait(|state| match (state.blocks.pop_front(), &state.end) {
                (Some(block), _) => Some(Ok(block)),
                (None, Some(Ok(()))) => Some(Ok(Vec::new())),
                (None, Some(Err(error))) => Some(Err(error.clone())),
                (None, None) => None,
            });
            let block = next.and_then(|block| block).map_err(io::Error::other)?;
            self.exchange.came(block.len(), usize::MAX);
            self.block = block.into();
        }
        self.block.read(buffer)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let mut state = self.carried.lock();
        state.abandoned = true;
        let over = state.over;
        drop(state);
        self.carried.changed.notify_all();
        if !over {
            self.carried.exchange.cancel();
        }
    }
}
