//! From a host name to a connected socket, within one budget and without blocking the caller's
//! right to stop: names are resolved and addresses tried on threads of their own, which end by
//! themselves when nobody waits any more.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::super::exchange::Exchange;
use crate::{
    error::{Error, Result, Stage, Status},
    mailbox::Mailbox,
    sys,
    watch::SLICE,
};

/// How long an attempt has before the next address is tried beside it (RFC 8305, 5).
const HEAD_START: Duration = Duration::from_millis(250);
const MOST_ADDRESSES: usize = 8;

/// Addresses that were good a moment ago.
#[derive(Default)]
pub struct Names(Mutex<Vec<Known>>);

struct Known {
    host: String,
    port: u16,
    since: Instant,
    addresses: Vec<SocketAddr>,
}

impl Names {
    const FRESH: Duration = Duration::from_secs(30);
    const MOST: usize = 16;

    fn get(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|known| known.port == port && known.host == host)?;
        (found.since.elapsed() < Self::FRESH).then(|| found.addresses.clone())
    }

    fn keep(&self, host: &str, port: u16, addresses: &[SocketAddr]) {
        self.forget(host, port);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.remove(0);
        }
        let (host, addresses) = (host.to_owned(), addresses.to_vec());
        known.push(Known { host, port, since: Instant::now(), addresses });
    }

    fn forget(&self, host: &str, port: u16) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.port != port || known.host != host);
    }
}

enum Report {
    Resolved(io::Result<Vec<SocketAddr>>),
    Tried(SocketAddr, io::Result<TcpStream>),
}

/// Connects to the first of the host's addresses that answers.
pub fn dial(names: &Names, host: &str, port: u16, exchange: &Exchange) -> Result<TcpStream> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let reports = Mailbox::new();
    let known = match bare.parse::<IpAddr>() {
        Ok(ip) => Some(vec![SocketAddr::new(ip, port)]),
        Err(_) => names.get(bare, port),
    };
    let resolving = known.is_none();
    let mut race = Race {
        host: bare,
        waiting: known.unwrap_or_default(),
        running: 0,
        failure: None,
        reports: reports.clone(),
    };
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
        match reports.take(wait) {
            Some(Report::Resolved(Ok(addresses))) => {
                resolved = true;
                names.keep(bare, port, &addresses);
                race.waiting = addresses;
            }
            Some(Report::Resolved(Err(error))) => return Err(unknown(bare, &error)),
            Some(Report::Tried(_, Ok(stream))) => return Ok(stream),
            Some(Report::Tried(address, Err(error))) => {
                race.running -= 1;
                race.failure = Some((address, error));
            }
            None => {}
        }
    }
}

struct Race<'a> {
    host: &'a str,
    waiting: Vec<SocketAddr>,
    running: usize,
    failure: Option<(SocketAddr, io::Error)>,
    reports: Mailbox<Report>,
}

impl Race<'_> {
    fn resolve(&self, host: &str, port: u16) -> Result<()> {
        let (name, reports) = (host.to_owned(), self.reports.clone());
        spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(|found| in_turns(found.collect()));
            reports.put(Report::Resolved(found));
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
                // A little later than the caller, whose words are the better ones.
                Some(left) => TcpStream::connect_timeout(&address, left + SLICE),
            };
            reports.put(Report::Tried(address, stream));
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
