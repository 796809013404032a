//! From a host name to a connected socket, within one budget and without blocking the caller's
//! right to stop: names are resolved and addresses tried on threads of their own, which end by
//! themselves when nobody waits any more.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use super::super::exchange::Exchange;
use crate::{
    error::{Error, Result, Stage, Status},
    sys,
};

/// How long an attempt has before the next address is tried beside it (RFC 8305, 5).
const HEAD_START: Duration = Duration::from_millis(250);
const MOST_ADDRESSES: usize = 8;

/// Addresses that were good a moment ago.
#[derive(Default)]
pub struct Names(Mutex<HashMap<(String, u16), Known>>);

/// Since when, and which.
type Known = (Instant, Vec<SocketAddr>);

impl Names {
    const FRESH: Duration = Duration::from_secs(30);
    const MOST: usize = 64;

    fn get(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, addresses) = known.get(&(host.to_owned(), port))?;
        (since.elapsed() < Self::FRESH).then(|| addresses.clone())
    }

    fn keep(&self, host: &str, port: u16, addresses: &[SocketAddr]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert((host.to_owned(), port), (Instant::now(), addresses.to_vec()));
    }

    fn forget(&self, host: &str, port: u16) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(host.to_owned(), port));
    }
}

enum Report {
    Resolved(io::Result<Vec<SocketAddr>>),
    Tried(SocketAddr, io::Result<TcpStream>),
}

/// Connects to the first of the host's addresses that answers.
pub fn dial(names: &Names, host: &str, port: u16, exchange: &Exchange) -> Result<TcpStream> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let (reports, inbox) = mpsc::channel();
    let known = match bare.parse::<IpAddr>() {
        Ok(ip) => Some(vec![SocketAddr::new(ip, port)]),
        Err(_) => names.get(bare, port),
    };
    let resolving = known.is_none();
    let mut race =
        Race { host: bare, waiting: known.unwrap_or_default(), running: 0, failure: None, reports };
    if resolving {
        race.resolve(bare, port)?;
    }
    let mut next = Instant::now();
    let mut resolved = !resolving;
    loop {
        let due = !race.waiting.is_empty() && (race.running == 0 || Instant::now() >= next);
        if due {
            race.try_next(exchange)?;
            next = Instant::now() + HEAD_START;
        }
        if resolved && race.running == 0 && race.waiting.is_empty() {
            names.forget(bare, port);
            return Err(race.lost());
        }
        let mut wait = exchange.slice()?;
        if !race.waiting.is_empty() {
            wait = wait.min(next.saturating_duration_since(Instant::now()));
        }
        match inbox.recv_timeout(wait) {
            Ok(Report::Resolved(Ok(addresses))) => {
                resolved = true;
                names.keep(bare, port, &addresses);
                race.waiting = addresses;
            }
            Ok(Report::Resolved(Err(error))) => return Err(unknown(bare, &error)),
            Ok(Report::Tried(_, Ok(stream))) => return Ok(stream),
            Ok(Report::Tried(address, Err(error))) => {
                race.running -= 1;
                race.failure = Some((address, error));
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

struct Race<'a> {
    host: &'a str,
    waiting: Vec<SocketAddr>,
    running: usize,
    failure: Option<(SocketAddr, io::Error)>,
    reports: Sender<Report>,
}

impl Race<'_> {
    fn resolve(&self, host: &str, port: u16) -> Result<()> {
        let (name, reports) = (host.to_owned(), self.reports.clone());
        spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(|found| in_turns(found.collect()));
            let _ = reports.send(Report::Resolved(found));
        })
    }

    fn try_next(&mut self, exchange: &Exchange) -> Result<()> {
        let address = self.waiting.remove(0);
        let end = exchange.connect_end();
        let reports = self.reports.clone();
        self.running += 1;
        spawn(move || {
            let stream = match end.map(|end| end.saturating_duration_since(Instant::now())) {
                None => TcpStream::connect(address),
                Some(left) => TcpStream::connect_timeout(&address, left.max(Duration::from_millis(1))),
            };
            let _ = reports.send(Report::Tried(address, stream));
        })
    }

    fn lost(self) -> Error {
        let Some((address, error)) = self.failure else {
            return Error::new(
                Status::Connect,
                Stage::Connect,
                format!("{}: the name has no address", self.host),
            );
        };
        let status = match error.kind() {
            io::ErrorKind::TimedOut => Status::Timeout,
            _ => Status::Connect,
        };
        Error::new(status, Stage::Connect, format!("{} at {address}: {error}", self.host)).caused_by(&error)
    }
}

/// The two address families in turn, so that one that does not work costs one head start.
fn in_turns(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (mut one, mut other): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|found| found.is_ipv6() == first_is_v6);
    let mut turns = Vec::new();
    one.reverse();
    other.reverse();
    while let Some(address) = one.pop().or_else(|| other.pop()) {
        turns.push(address);
        turns.extend(other.pop());
    }
    turns.truncate(MOST_ADDRESSES);
    turns
}

fn unknown(host: &str, error: &io::Error) -> Error {
    Error::new(Status::Connect, Stage::Connect, format!("{host}: the name cannot be resolved: {error}"))
        .caused_by(error)
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<()> {
    sys::spawn("upgradelink-dial", work).map(drop).map_err(|error| {
        Error::new(Status::Connect, Stage::Connect, format!("no thread could be made to connect: {error}"))
            .caused_by(&error)
    })
}
