//! Transport: the host's own HTTP, used for everything in place of the built-in one. Set the
//! callbacks, give it to a configuration, and free it; clients keep what they need.

use std::{
    ffi::{c_char, c_void},
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    config::{Config, HostData, UPGRADELINK_WAIT_FOREVER},
    error::{Status, UPGRADELINK_OK},
    guard::{Draft, borrow, free, guard_or, guard_set},
    text::{Text, required},
    version::before_callback,
};
use crate::{
    error::{self, Error, Result, Stage},
    http::host::{Host, HostBody, HostExchange, HostHttp, HostRequest, Opened},
};

/// Sends `request` and fills `response`: its status, its headers, and a stream of the host's for the
/// body. Redirects are not followed. Returns `UPGRADELINK_OK`, or what failed, as a rule
/// `UPGRADELINK_ERROR_CONNECT`, `_TLS`, `_TIMEOUT` or `_NETWORK`; then nothing is read or closed.
///
/// Runs on a thread of the library and may block; `request` lives until the stream is closed, and
/// `response` until it returns.
pub type TransportOpen = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        request: *const TransportRequest,
        response: *mut TransportResponse,
    ) -> Status,
>;

/// Reads at most `length` bytes of the body. Returns how many, 0 only at the end, or the negative of
/// an error's status, such as `-UPGRADELINK_ERROR_NETWORK`.
///
/// Runs on the thread that opened the stream and may block.
pub type TransportRead = Option<
    unsafe extern "C" fn(user_data: *mut c_void, stream: *mut c_void, buffer: *mut u8, length: usize) -> i64,
>;

/// Ends a stream, once for each that was opened, on the thread that opened it.
pub type TransportClose = Option<unsafe extern "C" fn(user_data: *mut c_void, stream: *mut c_void)>;

/// Asks an open or read of `request` that blocks on another thread to return soon. The library waits
/// for neither.
pub type TransportCancel =
    Option<unsafe extern "C" fn(user_data: *mut c_void, request: *const TransportRequest)>;

/// Is told once that the transport is not used any more: after it, `user_data` is never passed again.
pub type TransportRelease = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// The host's own HTTP.
pub struct Transport {
    callbacks: Callbacks,
    fault: Option<Error>,
}

impl Draft for Transport {
    fn fault(&mut self) -> &mut Option<Error> {
        &mut self.fault
    }
}

#[derive(Clone)]
struct Callbacks {
    owner: Arc<Owner>,
    open: TransportOpen,
    read: TransportRead,
    close: TransportClose,
    cancel: TransportCancel,
}

/// The host's data, let go of by whoever uses it last.
struct Owner {
    data: HostData,
    release: Mutex<TransportRelease>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(release) = self.release.get_mut().ok().and_then(|release| *release) {
            // SAFETY: the host gave a function for this argument; nobody else can call with it now.
            unsafe { release(self.data.get()) };
        }
    }
}

/// A request as the host is to send it.
pub struct TransportRequest {
    method: Text,
    url: Text,
    headers: Vec<(Text, Text)>,
    body: Option<Vec<u8>>,
    timeout_ms: u32,
}

/// The answer of a host's server, to be filled by it.
pub struct TransportResponse {
    status: i32,
    headers: Vec<(String, String)>,
    stream: HostData,
    fault: Option<Error>,
}

impl Draft for TransportResponse {
    fn fault(&mut self) -> &mut Option<Error> {
        &mut self.fault
    }
}

/// Makes a transport without callbacks; `user_data` is passed to each of them, from any thread, also
/// after the last client is freed where a call of the host's still blocks: the release says when it is
/// over. Never NULL but for lack of memory.
#[unsafe(no_mangle)]
pub extern "C" fn upgradelink_transport_new(user_data: *mut c_void) -> *mut Transport {
    guard_or(std::ptr::null_mut(), || {
        let owner = Arc::new(Owner { data: HostData::new(user_data), release: Mutex::new(None) });
        let callbacks = Callbacks { owner, open: None, read: None, close: None, cancel: None };
        Ok(Box::into_raw(Box::new(Transport { callbacks, fault: None })))
    })
}

/// How requests are sent; required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_set_open(transport: *mut Transport, open: TransportOpen) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(transport, "upgradelink_transport_set_open", |transport| {
            transport.callbacks.open = open;
            Ok(())
        });
    }
}

/// How bodies are read; required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_set_read(transport: *mut Transport, read: TransportRead) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(transport, "upgradelink_transport_set_read", |transport| {
            transport.callbacks.read = read;
            Ok(())
        });
    }
}

/// How streams are closed; NULL where that needs nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_set_close(transport: *mut Transport, close: TransportClose) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(transport, "upgradelink_transport_set_close", |transport| {
            transport.callbacks.close = close;
            Ok(())
        });
    }
}

/// How a request that blocks is told to stop; NULL lets it end by itself.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_set_cancel(
    transport: *mut Transport,
    cancel: TransportCancel,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(transport, "upgradelink_transport_set_cancel", |transport| {
            transport.callbacks.cancel = cancel;
            Ok(())
        });
    }
}

/// Who is told when the transport, every configuration and client with it and every call of theirs are
/// gone; NULL for nobody.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_set_release(
    transport: *mut Transport,
    release: TransportRelease,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(transport, "upgradelink_transport_set_release", |transport| {
            *transport.callbacks.owner.release.lock().unwrap_or_else(PoisonError::into_inner) = release;
            Ok(())
        });
    }
}

/// Frees the transport; NULL is nothing. Configurations and clients that have it go on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_free(transport: *mut Transport) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(transport) }
}

/// Lets clients of `config` send everything through `transport`, which is copied; NULL takes the
/// built-in HTTP, which is the default. Proxy and certificates are then the host's business; limits
/// and cancelling stay the library's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_config_set_transport(config: *mut Config, transport: *const Transport) {
    // SAFETY: the handles are NULL or live, as the header demands.
    unsafe {
        guard_set(config, "upgradelink_config_set_transport", |config| {
            config.draft().transport = transport.as_ref().map(Transport::host).transpose()?;
            Ok(())
        });
    }
}

impl Transport {
    fn host(&self) -> Result<HostHttp> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if self.callbacks.open.is_none() || self.callbacks.read.is_none() {
            return Err(Error::argument("the transport has no open or no read"));
        }
        Ok(HostHttp(Arc::new(self.callbacks.clone())))
    }
}

impl Host for Callbacks {
    fn begin(&self, request: HostRequest) -> Box<dyn HostExchange> {
        Box::new(Exchange { callbacks: self.clone(), request: TransportRequest::new(&request) })
    }
}

struct Exchange {
    callbacks: Callbacks,
    request: TransportRequest,
}

impl HostExchange for Exchange {
    fn open(&self) -> Result<Opened<'_>> {
        let open = self.callbacks.open.ok_or_else(|| Error::argument("the transport has no open"))?;
        let mut response = TransportResponse {
            status: 0,
            headers: Vec::new(),
            stream: HostData::new(std::ptr::null_mut()),
            fault: None,
        };
        before_callback();
        // SAFETY: the host gave a function for these arguments; both handles live until it returns.
        let status = unsafe { open(self.callbacks.owner.data.get(), &self.request, &mut response) };
        if status != UPGRADELINK_OK {
            return Err(failure(status));
        }
        let body = Stream { callbacks: &self.callbacks, stream: response.stream };
        if let Some(fault) = response.fault {
            return Err(fault);
        }
        let status = u16::try_from(response.status).ok().filter(|status| (100..1000).contains(status));
        let status = status.ok_or_else(|| {
            let message = format!("the host's transport gave the HTTP status {}", response.status);
            Error::new(error::Status::Reply, Stage::Decode, message)
        })?;
        Ok(Opened { status, headers: response.headers, body: Box::new(body) })
    }

    fn cancel(&self) {
        if let Some(cancel) = self.callbacks.cancel {
            before_callback();
            // SAFETY: the host gave a function for these arguments.
            unsafe { cancel(self.callbacks.owner.data.get(), &self.request) };
        }
    }
}

/// A stream of the host's, closed when it is dropped.
struct Stream<'a> {
    callbacks: &'a Callbacks,
    stream: HostData,
}

impl HostBody for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.callbacks.read.ok_or_else(|| Error::argument("the transport has no read"))?;
        // SAFETY: the host gave a function for these arguments and may write all of the buffer.
        let count = unsafe {
            read(self.callbacks.owner.data.get(), self.stream.get(), buffer.as_mut_ptr(), buffer.len())
        };
        match usize::try_from(count) {
            Ok(count) if count <= buffer.len() => Ok(count),
            Ok(count) => {
                let message = format!("the host's transport read {count} bytes into {}", buffer.len());
                Err(Error::new(error::Status::Network, Stage::Receive, message))
            }
            Err(_) => Err(failure(i32::try_from(count.unsigned_abs()).unwrap_or(0))),
        }
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        if let Some(close) = self.callbacks.close {
            // SAFETY: the host gave a function for these arguments; this is the stream's only end.
            unsafe { close(self.callbacks.owner.data.get(), self.stream.get()) };
        }
    }
}

fn failure(status: Status) -> Error {
    let known = error::Status::from_number(status).unwrap_or(error::Status::Network);
    // Only who made the call cancels it.
    let known = if known == error::Status::Cancelled { error::Status::Network } else { known };
    let stage = match known {
        error::Status::Connect => Stage::Connect,
        error::Status::Tls => Stage::Tls,
        _ => Stage::Receive,
    };
    let name = known.name().to_string_lossy();
    Error::new(known, stage, format!("the host's transport failed: {name} ({status})"))
}

impl TransportRequest {
    fn new(request: &HostRequest) -> TransportRequest {
        let text = |text: &String| Text::from(text.as_str());
        TransportRequest {
            method: Text::from(request.method),
            url: text(&request.url),
            headers: request.headers.iter().map(|(name, value)| (text(name), text(value))).collect(),
            body: request.body.clone(),
            timeout_ms: request.timeout.map_or(UPGRADELINK_WAIT_FOREVER, |limit| {
                u32::try_from(limit.as_millis()).unwrap_or(UPGRADELINK_WAIT_FOREVER)
            }),
        }
    }
}

/// `GET` or `POST`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_method(
    request: *const TransportRequest,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(request) }?.method.as_ptr()))
}

/// The absolute link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_url(
    request: *const TransportRequest,
) -> *const c_char {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(std::ptr::null(), || Ok(unsafe { borrow(request) }?.url.as_ptr()))
}

/// How many headers are to be sent. `Host` and `Content-Length` are the transport's own business.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_header_count(
    request: *const TransportRequest,
) -> usize {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(request) }?.headers.len()))
}

/// The name of a header; NULL when `header` is not below the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_header_name(
    request: *const TransportRequest,
    header: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let headers = &unsafe { borrow(request) }?.headers;
        Ok(headers.get(header).map_or(std::ptr::null(), |(name, _)| name.as_ptr()))
    })
}

/// The value of a header; NULL when `header` is not below the count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_header_value(
    request: *const TransportRequest,
    header: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let headers = &unsafe { borrow(request) }?.headers;
        Ok(headers.get(header).map_or(std::ptr::null(), |(_, value)| value.as_ptr()))
    })
}

/// The body, which is signed and goes out byte for byte; NULL for none. `*length`, unless NULL, is
/// its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_body(
    request: *const TransportRequest,
    length: *mut usize,
) -> *const u8 {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let body = unsafe { borrow(request) }?.body.as_deref();
        if !length.is_null() {
            // SAFETY: not NULL, so writable, as the header demands.
            unsafe { length.write(body.map_or(0, <[u8]>::len)) };
        }
        Ok(body.map_or(std::ptr::null(), <[u8]>::as_ptr))
    })
}

/// After how many milliseconds without a byte the library gives up; `UPGRADELINK_WAIT_FOREVER` for
/// never.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_request_timeout_ms(request: *const TransportRequest) -> u32 {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(request) }?.timeout_ms))
}

/// Says the HTTP status of the answer, which is required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_response_set_status(
    response: *mut TransportResponse,
    status: i32,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(response, "upgradelink_transport_response_set_status", |response| {
            response.status = status;
            Ok(())
        });
    }
}

/// Adds a header of the answer; both texts are copied. The library looks for `Content-Length`,
/// `Content-Range`, `Content-Encoding`, `Content-Type`, `Date`, `ETag`, `Last-Modified`, `Location`
/// and `Retry-After`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_response_add_header(
    response: *mut TransportResponse,
    name: *const c_char,
    value: *const c_char,
) {
    // SAFETY: the handle is NULL or live, the texts NULL or NUL-terminated, as the header demands.
    unsafe {
        guard_set(response, "upgradelink_transport_response_add_header", |response| {
            response.headers.push((required(name)?.to_owned(), required(value)?.to_owned()));
            Ok(())
        });
    }
}

/// Says what is passed to the reads and to the close of the body; NULL is as good as anything.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_transport_response_set_stream(
    response: *mut TransportResponse,
    stream: *mut c_void,
) {
    // SAFETY: the handle is NULL or live, as the header demands.
    unsafe {
        guard_set(response, "upgradelink_transport_response_set_stream", |response| {
            response.stream = HostData::new(stream);
            Ok(())
        });
    }
}
