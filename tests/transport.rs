//! The host's own HTTP in place of the built-in one.

mod common;

use std::{
    ffi::c_void,
    io::{Read, Write},
    net::TcpStream,
    ptr::null_mut,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use common::{Folder, PATTERN_SIZE, config, offer, server};
use dev_server::Server;
use upgradelink::{
    client::Client,
    error::{Error, Result, Stage, Status},
    fetch::{self, checked},
    ffi::{
        client::{upgradelink_check, upgradelink_client_free, upgradelink_client_new},
        config::*,
        error::{
            UPGRADELINK_ERROR_CANCELLED, UPGRADELINK_ERROR_CONNECT, UPGRADELINK_ERROR_INVALID_ARGUMENT,
            UPGRADELINK_ERROR_NETWORK, UPGRADELINK_ERROR_REPLY, UPGRADELINK_OK,
        },
        query::*,
        transport::*,
    },
    http::host::{Host, HostBody, HostExchange, HostHttp, HostRequest, Opened},
    progress::Progress,
    watch::Cancel,
};

/// HTTP/1.0 over a plain socket, enough for the local service.
struct Plain {
    port: u16,
    closed: Arc<AtomicUsize>,
}

struct PlainExchange {
    request: HostRequest,
    port: u16,
    closed: Arc<AtomicUsize>,
}

struct PlainBody {
    stream: TcpStream,
    left: u64,
    closed: Arc<AtomicUsize>,
}

impl Plain {
    fn to(server: &Server) -> Plain {
        Plain { port: server.port(), closed: Arc::default() }
    }
}

impl Host for Plain {
    fn begin(&self, request: HostRequest) -> Box<dyn HostExchange> {
        Box::new(PlainExchange { request, port: self.port, closed: self.closed.clone() })
    }
}

impl HostExchange for PlainExchange {
    fn open(&self) -> Result<Opened<'_>> {
        let failed = |error: std::io::Error| Error::new(Status::Network, Stage::Receive, error.to_string());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(failed)?;
        let target = self.request.url.splitn(4, '/').nth(3).unwrap();
        let mut head =
            format!("{} /{target} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n", self.request.method);
        for (name, value) in &self.request.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let body = self.request.body.clone().unwrap_or_default();
        head += &format!("Content-Length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), &body].concat()).map_err(failed)?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).map_err(failed)?;
            answer.push(byte[0]);
        }
        let answer = String::from_utf8(answer).unwrap();
        let mut lines = answer.trim_end().split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<_> =
            lines.map(|line| line.split_once(": ").map(|(n, v)| (n.into(), v.into())).unwrap()).collect();
        let length =
            headers.iter().find(|(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-length"));
        let left = length.map_or(u64::MAX, |(_, value)| value.parse().unwrap());
        Ok(Opened {
            status,
            headers,
            body: Box::new(PlainBody { stream, left, closed: self.closed.clone() }),
        })
    }

    fn cancel(&self) {}
}

impl HostBody for PlainBody {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.stream.read(&mut buffer[..room]).unwrap();
        self.left -= count as u64;
        Ok(count)
    }
}

impl Drop for PlainBody {
    fn drop(&mut self) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

fn with_transport(server: &Server, host: impl Host + 'static) -> Client {
    let mut config = config(server);
    config.transport = Some(HostHttp(Arc::new(host)));
    Client::new(config).unwrap()
}

#[test]
fn checks_and_fetches_go_through_the_hosts_transport() {
    let (server, folder, closed) = (server(), Folder::new(), Arc::new(AtomicUsize::new(0)));
    let client = with_transport(&server, Plain { port: server.port(), closed: closed.clone() });
    let options = fetch::Options::new(folder.path());
    let artifact = client.fetch(&offer(&client), &options, Progress::default(), Cancel::default()).unwrap();
    assert_eq!((artifact.size, artifact.checked), (PATTERN_SIZE, checked::SIZE | checked::MD5));
    let agents: Vec<_> = server.requests().iter().map(|request| request.header("user-agent")).collect();
    assert_eq!(agents.len(), 2);
    assert!(agents.iter().all(|agent| agent.as_deref() == Some("upgradelink/0.1.0")), "{agents:?}");
    let begun = Instant::now();
    while closed.load(Ordering::SeqCst) < 2 && begun.elapsed() < Duration::from_secs(5) {
        std::thread::yield_now();
    }
    assert_eq!(closed.load(Ordering::SeqCst), 2, "each body is closed once");
}

/// Blocks in `open` until it is told to stop.
#[derive(Default)]
struct Stuck(Arc<(Mutex<bool>, Condvar)>);

impl Host for Stuck {
    fn begin(&self, _: HostRequest) -> Box<dyn HostExchange> {
        Box::new(Stuck(self.0.clone()))
    }
}

impl HostExchange for Stuck {
    fn open(&self) -> Result<Opened<'_>> {
        let (told, changed) = &*self.0;
        drop(changed.wait_while(told.lock().unwrap(), |told| !*told).unwrap());
        Err(Error::new(Status::Network, Stage::Receive, "told to stop"))
    }

    fn cancel(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }
}

#[test]
fn a_transport_that_hangs_is_given_up_within_the_limits_and_told_so() {
    let (server, stuck) = (server(), Stuck::default());
    let told = stuck.0.clone();
    let mut config = config(&server);
    config.transport = Some(HostHttp(Arc::new(stuck)));
    config.connect_timeout = Some(Duration::from_millis(100));
    config.response_timeout = Some(Duration::from_millis(100));
    config.max_attempts = 1;
    let strategy = offer(&with_transport(&server, Plain::to(&server)));
    let error = Client::new(config).unwrap().check(&strategy.query, &Default::default()).unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive), "{error}");
    assert!(*told.0.lock().unwrap());
}

#[test]
fn a_fetch_through_a_hanging_transport_can_be_cancelled() {
    let server = server();
    let strategy = offer(&with_transport(&server, Plain::to(&server)));
    let client = with_transport(&server, Stuck::default());
    let (folder, cancel) = (Folder::new(), Cancel::default());
    let stop = cancel.clone();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        stop.cancel();
    });
    let begun = Instant::now();
    let options = fetch::Options::new(folder.path());
    let error = client.fetch(&strategy, &options, Progress::default(), cancel).unwrap_err();
    stopper.join().unwrap();
    assert_eq!(error.status, Status::Cancelled);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// What a host in C may do wrong.
struct Wrong {
    open: i32,
    http_status: i32,
    read: i64,
    closed: AtomicUsize,
}

unsafe extern "C" fn open(
    wrong: *mut c_void,
    _: *const TransportRequest,
    response: *mut TransportResponse,
) -> i32 {
    let wrong = unsafe { &*wrong.cast::<Wrong>() };
    unsafe { upgradelink_transport_response_set_status(response, wrong.http_status) };
    wrong.open
}

unsafe extern "C" fn read(wrong: *mut c_void, _: *mut c_void, _: *mut u8, _: usize) -> i64 {
    unsafe { &*wrong.cast::<Wrong>() }.read
}

unsafe extern "C" fn close(wrong: *mut c_void, _: *mut c_void) {
    unsafe { &*wrong.cast::<Wrong>() }.closed.fetch_add(1, Ordering::SeqCst);
}

/// Checks through it, and gives the error's status and how often a stream was closed.
fn check_through(open_status: i32, http_status: i32, read_count: i64) -> (i32, usize) {
    let wrong = Wrong { open: open_status, http_status, read: read_count, closed: AtomicUsize::new(0) };
    let (mut client, mut strategy) = (null_mut(), null_mut());
    unsafe {
        let transport = upgradelink_transport_new((&raw const wrong).cast_mut().cast());
        upgradelink_transport_set_open(transport, Some(open));
        upgradelink_transport_set_read(transport, Some(read));
        upgradelink_transport_set_close(transport, Some(close));
        let config = upgradelink_config_new(c"access".as_ptr(), c"secret".as_ptr());
        upgradelink_config_set_transport(config, transport);
        upgradelink_config_set_max_attempts(config, 1);
        upgradelink_transport_free(transport);
        assert_eq!(upgradelink_client_new(config, &mut client, null_mut()), UPGRADELINK_OK);
        upgradelink_config_free(config);
        let query = upgradelink_query_new(UPGRADELINK_KIND_URL, c"key".as_ptr(), 1);
        let status = upgradelink_check(client, query, &mut strategy, null_mut());
        upgradelink_query_free(query);
        upgradelink_client_free(client);
        let begun = Instant::now();
        while open_status == UPGRADELINK_OK
            && wrong.closed.load(Ordering::SeqCst) == 0
            && begun.elapsed() < Duration::from_secs(5)
        {
            std::thread::yield_now();
        }
        (status, wrong.closed.into_inner())
    }
}

#[test]
fn what_a_host_does_wrong_is_an_error_that_it_can_read() {
    let (ok, network) = (UPGRADELINK_OK, UPGRADELINK_ERROR_NETWORK);
    assert_eq!(check_through(ok, 200, i64::MAX), (network, 1), "more than there is room for");
    assert_eq!(check_through(ok, 200, i64::MIN), (network, 1), "the negative of no status");
    assert_eq!(check_through(ok, 200, -3), (UPGRADELINK_ERROR_CONNECT, 1), "the negative of a status");
    assert_eq!(check_through(ok, 70_000, 0), (UPGRADELINK_ERROR_REPLY, 1), "no HTTP status");
    assert_eq!(check_through(ok, 0, 0), (UPGRADELINK_ERROR_REPLY, 1), "no HTTP status either");
    assert_eq!(check_through(-1, 200, 0), (network, 0), "no status");
    let cancelled = UPGRADELINK_ERROR_CANCELLED;
    assert_eq!(check_through(cancelled, 200, 0), (network, 0), "cancelled, though nobody did");
}

#[test]
fn a_transport_that_cannot_read_is_refused_when_the_client_is_made() {
    let mut client = null_mut();
    unsafe {
        let transport = upgradelink_transport_new(null_mut());
        upgradelink_transport_set_open(transport, Some(open));
        upgradelink_transport_set_read(transport, None);
        let config = upgradelink_config_new(c"access".as_ptr(), c"secret".as_ptr());
        upgradelink_config_set_transport(config, transport);
        let status = upgradelink_client_new(config, &mut client, null_mut());
        assert_eq!((status, client.is_null()), (UPGRADELINK_ERROR_INVALID_ARGUMENT, true));
        upgradelink_config_free(config);
        upgradelink_transport_free(transport);
    }
}
