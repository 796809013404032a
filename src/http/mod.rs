//! The only module that knows ureq: one request, one response, our own sockets, limits and errors.

mod dial;
mod exchange;
mod socket;
mod tls;

use std::{
    io::{self, Read},
    rc::Rc,
    time::{Duration, Instant},
};

use ureq::{
    Agent,
    http::{HeaderMap, Uri},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout, Transport},
    },
};

use self::{exchange::Exchange, socket::SocketConnector, tls::TlsConnector};
use crate::{
    config::{Config, Proxy},
    error::{Error, Result, Stage, Status},
    log::Level,
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

/// The HTTP client of a [`Client`](crate::client::Client), with its pool of connections.
pub struct Http {
    agent: Agent,
    allow_http: bool,
}

impl Http {
    /// Checks proxy and certificates now, so that no call finds them wrong later.
    pub fn new(config: &Config) -> Result<Http> {
        let tls = TlsConnector::new(config.ca_pem.as_deref())?;
        let connector = ().chain(ProxyConnector::default()).chain(SocketConnector::default()).chain(tls);
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .accept("")
            .accept_encoding("")
            .user_agent(&*config.user_agent)
            .input_buffer_size(64 * 1024)
            .output_buffer_size(16 * 1024)
            .max_response_header_size(32 * 1024)
            .max_idle_age(Duration::from_secs(60))
            .proxy(proxy(config)?)
            .build();
        Ok(Http { agent: Agent::with_parts(settings, connector, NoResolver), allow_http: config.allow_http })
    }

    /// Sends `request` once and returns when the head of the response is there, whatever it says.
    pub fn send(&self, request: &Request, limits: Limits, watch: &Watch) -> Result<Response> {
        let uri = parse_url(request.url, self.allow_http)?;
        let exchange = Rc::new(Exchange::new(limits, watch.clone()));
        let _entered = exchange::enter(&exchange);
        watch.check()?;
        let response = match request.body {
            None => with_headers(self.agent.get(uri), request.headers).call(),
            Some(body) => with_headers(self.agent.post(uri), request.headers).send(body),
        };
        let (parts, body) = response.map_err(|error| exchange.explain(error))?.into_parts();
        Ok(Response {
            status: parts.status.as_u16(),
            length: body.content_length(),
            headers: parts.headers,
            body: Body { peeked: Vec::new(), reader: body.into_reader(), exchange },
        })
    }
}

fn with_headers<B>(
    mut request: ureq::RequestBuilder<B>,
    headers: &[(&str, &str)],
) -> ureq::RequestBuilder<B> {
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
}

/// Accepts absolute https links, and http ones where allowed.
fn parse_url(url: &str, allow_http: bool) -> Result<Uri> {
    let refuse = |why: &str| Error::argument(format!("link {url:?}: {why}"));
    let uri: Uri = url.parse().map_err(|error| refuse(&format!("{error}")))?;
    if uri.host().is_none_or(str::is_empty) {
        return Err(refuse("has no host"));
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if allow_http => Ok(uri),
        Some("http") => Err(refuse("is plain HTTP, which the configuration does not allow")),
        _ => Err(refuse("is not an http(s) link")),
    }
}

/// Says whether `url` could be asked under `config`.
pub fn check_url(url: &str, allow_http: bool) -> Result<()> {
    parse_url(url, allow_http).map(drop)
}

/// The absolute form of `location`, seen in an answer of `base` (RFC 3986, 5.2, for the forms that
/// servers send: absolute, `//host/path`, `/path`, and relative to the folder of `base`).
pub fn resolve_url(base: &str, location: &str) -> Option<String> {
    let uri: Uri = base.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    Some(if location.contains("://") {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let folder = uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    })
}

pub struct Response {
    pub status: u16,
    /// Of the body, where the head gives it.
    pub length: Option<u64>,
    pub body: Body,
    headers: HeaderMap,
}

impl Response {
    /// The value of a header that is readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The body as it arrives. Its errors hold an [`Error`]: see [`error_of`].
pub struct Body {
    /// Bytes that were looked at before their time.
    peeked: Vec<u8>,
    reader: ureq::BodyReader<'static>,
    exchange: Rc<Exchange>,
}

impl Body {
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
        if !self.peeked.is_empty() {
            let count = self.peeked.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.peeked[..count]);
            self.peeked.drain(..count);
            return Ok(count);
        }
        let _entered = exchange::enter(&self.exchange);
        self.reader
            .read(buffer)
            .map_err(|error| io::Error::other(self.exchange.explain(ureq::Error::from(error))))
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

fn proxy(config: &Config) -> Result<Option<ureq::Proxy>> {
    let socks = |proxy: &ureq::Proxy| {
        !matches!(proxy.protocol(), ureq::ProxyProtocol::Http | ureq::ProxyProtocol::Https)
    };
    match &config.proxy {
        Proxy::None => Ok(None),
        Proxy::Url(url) => {
            let proxy = ureq::Proxy::new(url).map_err(|error| Error::config(format!("proxy: {error}")))?;
            if socks(&proxy) {
                return Err(Error::config("proxy: SOCKS is not supported, give an http or https proxy"));
            }
            Ok(Some(proxy))
        }
        Proxy::Environment => Ok(ureq::Proxy::try_from_env().filter(|proxy| {
            let usable = !socks(proxy);
            if !usable {
                config.log.line(Level::Warn, || {
                    "the environment's proxy is SOCKS, which is not supported: connecting directly".into()
                });
            }
            usable
        })),
    }
}

/// ureq's way through a proxy, which runs the whole chain for the connection to the proxy itself.
#[derive(Debug, Default)]
struct ProxyConnector(ConnectProxyConnector);

impl<In: Transport> Connector<In> for ProxyConnector {
    type Out = Either<In, Box<dyn Transport>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let exchange = exchange::current()?;
        let before = exchange.tunnel(true);
        let connected = self.0.connect(details, chained);
        exchange.tunnel(before);
        connected
    }
}

/// Names are resolved by [`dial`], once a connection is needed.
#[derive(Debug)]
struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}
