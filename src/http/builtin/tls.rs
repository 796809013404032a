//! TLS over any connection, by rustls with ring, trusting the bundled roots and the host's own.

use std::{
    fmt,
    io::{self, Read, Write},
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    client::danger::ServerCertVerifier,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::{
    super::exchange::Exchange,
    crypto,
    current::{self, carried, explain},
};
use crate::{
    config::Config,
    error::{Error, Result, Stage, Status},
};

pub struct TlsConnector(Arc<ClientConfig>);

impl TlsConnector {
    /// Trusts the bundled roots or the platform's, and the host's own certificates.
    pub fn new(config: &Config) -> Result<TlsConnector> {
        let own = config.ca_pem.as_deref().map_or(Ok(Vec::new()), certificates)?;
        let provider = Arc::new(crypto::provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(format!("TLS: {error}")))?;
        let builder = if config.platform_roots {
            builder.dangerous().with_custom_certificate_verifier(platform_verifier(own, provider)?)
        } else {
            builder.with_root_certificates(bundled_and(own)?)
        };
        Ok(TlsConnector(Arc::new(builder.with_no_client_auth())))
    }
}

fn bundled_and(own: Vec<CertificateDer<'static>>) -> Result<RootCertStore> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for certificate in own {
        roots.add(certificate).map_err(|error| Error::config(format!("CA certificates: {error}")))?;
    }
    Ok(roots)
}

#[cfg(all(feature = "platform-verifier", not(target_os = "android")))]
fn platform_verifier(
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>> {
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(own, provider);
    let unusable =
        |error| Error::config(format!("platform roots: {error}; leave them off to use the bundled ones"));
    Ok(Arc::new(verifier.map_err(unusable)?))
}

/// On Android the verifier wants a Java class in the application, which this library does not bring.
#[cfg(not(all(feature = "platform-verifier", not(target_os = "android"))))]
fn platform_verifier(
    _: Vec<CertificateDer<'static>>,
    _: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>> {
    Err(Error::unsupported(
        "platform roots: this build cannot ask the platform; leave them off to use the bundled ones",
    ))
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| Error::config(format!("CA certificates: not PEM: {error}")))?;
    if found.is_empty() {
        return Err(Error::config("CA certificates: the PEM holds no certificate"));
    }
    Ok(found)
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let exchange = current::current()?;
        exchange.reach(Stage::Tls);
        let host = details.uri.host().unwrap_or_default();
        let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_owned());
        let name = name.map_err(|error| carried(refused(host, &error)))?;
        let mut session =
            ClientConnection::new(self.0.clone(), name).map_err(|error| carried(refused(host, &error)))?;
        let mut adapter = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        session
            .complete_io(&mut adapter)
            .map_err(|error| carried(handshake_failed(host, &exchange, error)))?;
        exchange.secured();
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TlsTransport { stream: StreamOwned::new(session, adapter), buffers })))
    }
}

impl fmt::Debug for TlsConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsConnector")
    }
}

fn refused(host: &str, error: &dyn fmt::Display) -> Error {
    Error::new(Status::Tls, Stage::Tls, format!("{host}: {error}"))
}

fn handshake_failed(host: &str, exchange: &Exchange, error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(inner) => refused(host, inner),
        None => explain(exchange, ureq::Error::from(error)),
    }
}

pub struct TlsTransport {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    buffers: LazyBuffers,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.write_all(&self.buffers.output()[..amount])?;
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, ureq::Error> {
        let count = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
