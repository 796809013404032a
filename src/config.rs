//! What a client is made of: credentials, endpoint, limits, TLS, proxy.

use std::{fmt, path::PathBuf, time::Duration};

use zeroize::Zeroizing;

use crate::{
    error::{Error, Result},
    http::host::HostHttp,
    log::Log,
    sign::Credentials,
    signature::Policy,
};

/// The service's own address.
pub const ENDPOINT: &str = "https://api.upgrade.toolsetlink.com";

/// The longest key of an application, a device or a device model that the service stores.
pub const KEY_LIMIT: usize = 128;

/// `None` in a limit means without limit.
#[derive(Clone, Debug)]
pub struct Config {
    pub credentials: Credentials,
    pub endpoint: String,
    pub allow_http: bool,
    /// For resolving, connecting and the TLS handshake together.
    pub connect_timeout: Option<Duration>,
    /// From the last byte sent to the first byte received.
    pub response_timeout: Option<Duration>,
    /// For a whole call, its retries and their pauses. A fetch is not bound by it.
    pub total_timeout: Option<Duration>,
    pub max_attempts: u32,
    pub proxy: Proxy,
    /// PEM certificates that are trusted beside the bundled roots.
    pub ca_pem: Option<Vec<u8>>,
    /// Whether the operating system judges certificates, instead of the bundled roots.
    pub platform_roots: bool,
    pub user_agent: String,
    pub device_key: Option<String>,
    pub device_model_key: Option<String>,
    /// Where events wait and the last answers are kept. One folder for one application, which several
    /// of its processes may share.
    pub state_folder: Option<PathBuf>,
    /// Who may sign files, in minisign's form.
    pub public_keys: Vec<String>,
    /// `None` requires a signature where keys are given.
    pub signature_policy: Option<Policy>,
    /// The host's own HTTP; proxy and certificates are then its business.
    pub transport: Option<HostHttp>,
    pub log: Log,
}

#[derive(Clone, Default)]
pub enum Proxy {
    /// From the variables ALL_PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY, when the client is made.
    #[default]
    Environment,
    None,
    Url(String),
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Proxy::Environment => "Environment",
            Proxy::None => "None",
            Proxy::Url(_) => "Url(..)",
        })
    }
}

impl Config {
    pub fn new(access_key: impl Into<String>, secret_key: impl Into<String>) -> Config {
        Config {
            credentials: Credentials {
                access_key: access_key.into(),
                secret_key: Zeroizing::new(secret_key.into()),
            },
            endpoint: ENDPOINT.into(),
            allow_http: false,
            connect_timeout: Some(Duration::from_secs(10)),
            response_timeout: Some(Duration::from_secs(20)),
            total_timeout: Some(Duration::from_secs(30)),
            max_attempts: 3,
            proxy: Proxy::Environment,
            ca_pem: None,
            platform_roots: false,
            user_agent: concat!("upgradelink/", env!("CARGO_PKG_VERSION")).into(),
            device_key: None,
            device_model_key: None,
            state_folder: None,
            public_keys: Vec::new(),
            signature_policy: None,
            transport: None,
            log: Log::default(),
        }
    }

    /// Checks what needs no network and no parser of a part below; those check the rest when the
    /// client is made.
    pub fn check(&self) -> Result<()> {
        header_value("access key", &self.credentials.access_key)?;
        if self.credentials.secret_key.is_empty() {
            return Err(Error::config("secret key: is empty"));
        }
        header_value("user agent", &self.user_agent)?;
        for (name, limit) in [
            ("connect timeout", self.connect_timeout),
            ("response timeout", self.response_timeout),
            ("total timeout", self.total_timeout),
        ] {
            if limit == Some(Duration::ZERO) {
                return Err(Error::config(format!("{name}: is 0; give at least 1 ms or no limit")));
            }
        }
        if !(1..=100).contains(&self.max_attempts) {
            return Err(Error::config(format!(
                "max attempts: is {}, allowed are 1 to 100",
                self.max_attempts
            )));
        }
        for (name, key) in [("device key", &self.device_key), ("device model key", &self.device_model_key)] {
            key.as_deref().map_or(Ok(()), |key| within_key_limit("config", name, key))?;
        }
        Ok(())
    }
}

/// Refuses a key that the service would answer with an empty 500 after counting the request.
pub fn within_key_limit(owner: &str, name: &str, key: &str) -> Result<()> {
    let length = key.chars().count();
    if length > KEY_LIMIT {
        return Err(Error::argument(format!(
            "{owner}: {name} has {length} characters, the limit is {KEY_LIMIT}"
        )));
    }
    Ok(())
}

fn header_value(name: &str, value: &str) -> Result<()> {
    if value.is_empty() {
        return Err(Error::config(format!("{name}: is empty")));
    }
    if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(Error::config(format!("{name}: holds a character that is not printable ASCII")));
    }
    Ok(())
}
