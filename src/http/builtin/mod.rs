//! The built-in HTTP client: ureq over our own sockets. The only module that knows ureq.

mod crypto;
mod current;
mod dial;
mod proxy;
mod socket;
mod tls;

use std::{
    io::{self, Read},
    rc::Rc,
    time::Duration,
};

use ureq::{
    Agent,
    http::{Uri, Version, response::Parts},
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::{self, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout},
    },
};

use self::{current::explain, socket::SocketConnector, tls::TlsConnector};
use super::{Body, Headers, Limits, Request, Response, Source, Transport, check_url, exchange::Exchange};
use crate::{
    config::Config,
    error::{Error, Result, Stage, Status},
    watch::Watch,
};

/// The HTTP client of a [`Client`](crate::client::Client), with its pool of connections.
pub struct Http {
    agent: Agent,
    allow_http: bool,
}

impl Http {
    /// Checks proxy and certificates now, so that no call finds them wrong later.
    pub fn new(config: &Config) -> Result<Http> {
        parse(&config.endpoint).map_err(|error| Error::config(format!("endpoint: {error}")))?;
        let tls = TlsConnector::new(config)?;
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
            .proxy(proxy::of(config)?)
            .build();
        Ok(Http { agent: Agent::with_parts(settings, connector, NoResolver), allow_http: config.allow_http })
    }
}

impl Transport for Http {
    fn send(&self, request: &Request, limits: Limits, watch: &Watch) -> Result<Response> {
        check_url(request.url, self.allow_http)?;
        let uri = parse(request.url)?;
        let exchange = Rc::new(Exchange::new(limits, watch.clone()));
        let _entered = current::enter(&exchange);
        watch.check()?;
        let response = match request.body {
            None => with_headers(self.agent.get(uri), request.headers).call(),
            Some(body) => with_headers(self.agent.post(uri), request.headers).send(body),
        };
        let (parts, body) = response.map_err(|error| explain(&exchange, error))?.into_parts();
        check_framing(&parts)?;
        Ok(Response {
            status: parts.status.as_u16(),
            length: body.content_length(),
            headers: Headers::Map(parts.headers),
            body: Body::new(Arriving { reader: body.into_reader(), exchange }),
        })
    }
}

/// Refuses what ureq would hand on with its framing in it (RFC 9112, 6.1).
fn check_framing(parts: &Parts) -> Result<()> {
    let Some(coding) = parts.headers.get("transfer-encoding").map(|coding| coding.as_bytes()) else {
        return Ok(());
    };
    let chunked = coding.eq_ignore_ascii_case(b"chunked") && parts.version != Version::HTTP_10;
    if chunked || coding.eq_ignore_ascii_case(b"identity") {
        return Ok(());
    }
    let message =
        format!("the answer is not HTTP: its Transfer-Encoding is {:?}", String::from_utf8_lossy(coding));
    Err(Error::new(Status::Reply, Stage::Decode, message))
}

fn parse(url: &str) -> Result<Uri> {
    url.parse().map_err(|error| Error::argument(format!("link: {error}")))
}

struct Arriving {
    reader: ureq::BodyReader<'static>,
    exchange: Rc<Exchange>,
}

impl Source for Arriving {
    fn is_drained(&self) -> bool {
        self.exchange.is_drained()
    }
}

impl Read for Arriving {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let _entered = current::enter(&self.exchange);
        self.reader
            .read(buffer)
            .map_err(|error| io::Error::other(explain(&self.exchange, ureq::Error::from(error))))
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

/// ureq's way through a proxy, which runs the whole chain for the connection to the proxy itself.
#[derive(Debug, Default)]
struct ProxyConnector(ConnectProxyConnector);

impl<In: transport::Transport> Connector<In> for ProxyConnector {
    type Out = Either<In, Box<dyn transport::Transport>>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let exchange = current::current()?;
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
