//! A certificate authority for one server: TLS that a client trusts only when it is given the PEM.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// What the server's certificate says.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The names that it is for.
    pub names: Vec<String>,
    /// It ran out long ago.
    pub expired: bool,
}

impl Default for Tls {
    fn default() -> Self {
        Self { names: vec!["localhost".into(), "127.0.0.1".into()], expired: false }
    }
}

/// A certificate and the authority that signed it.
#[derive(Clone)]
pub(crate) struct Identity {
    pub ca_pem: String,
    pub acceptor: TlsAcceptor,
}

impl Identity {
    pub fn new(tls: &Tls) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "UpgradeLink dev server");
        let authority_key = KeyPair::generate()?;
        let authority_certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let mut leaf = CertificateParams::new(tls.names.clone())?;
        leaf.not_before = date_time_ymd(2020, 1, 1);
        leaf.not_after = date_time_ymd(if tls.expired { 2021 } else { 2040 }, 1, 1);
        let leaf_key = KeyPair::generate()?;
        let leaf_certificate = leaf.signed_by(&leaf_key, &issuer)?;

        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(rustls::DEFAULT_VERSIONS)?
            .with_no_client_auth()
            .with_single_cert(vec![leaf_certificate.der().clone()], key)?;
        Ok(Self { ca_pem: authority_certificate.pem(), acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}
