//! The signature of a request: MD5 over its body, nonce, secret key, timestamp and target.
//!
//! Source: the signing page of the service's documentation; the order of the fields is fixed and
//! no value is escaped.

use std::{fmt, time::SystemTime};

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::error::{Error, Result, Stage, Status};

/// A key pair of the service. The secret is wiped when the last owner drops it.
#[derive(Clone)]
pub struct Credentials {
    pub access_key: String,
    pub secret_key: Zeroizing<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.access_key)
    }
}

/// The four signed headers of one attempt.
pub struct Signed {
    pub timestamp: String,
    pub nonce: String,
    pub signature: String,
}

impl Signed {
    /// Signs `body` and `target` (path and query, percent-decoded) as sent at `now` by the
    /// service's clock, with a new nonce.
    pub fn new(credentials: &Credentials, body: &[u8], target: &str, now: SystemTime) -> Result<Signed> {
        let timestamp = humantime::format_rfc3339_seconds(now).to_string();
        let nonce = hex(&random::<16>()?);
        let signature = signature(body, &nonce, &credentials.secret_key, &timestamp, target);
        Ok(Signed { timestamp, nonce, signature })
    }
}

/// The lowercase MD5 of `body=…&nonce=…&secretKey=…&timestamp=…&url=…`; an empty body is left out.
pub fn signature(body: &[u8], nonce: &str, secret_key: &str, timestamp: &str, target: &str) -> String {
    let mut md5 = Md5::new();
    if !body.is_empty() {
        md5.update(b"body=");
        md5.update(body);
        md5.update(b"&");
    }
    for (name, value) in
        [("nonce=", nonce), ("&secretKey=", secret_key), ("&timestamp=", timestamp), ("&url=", target)]
    {
        md5.update(name);
        md5.update(value);
    }
    hex(&md5.finalize())
}

/// Bytes of the operating system's generator.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).map_err(|error| {
        Error::new(
            Status::Internal,
            Stage::Sign,
            format!("the operating system gave no random bytes: {error}"),
        )
    })?;
    Ok(bytes)
}

/// Lowercase hex.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|n| char::from(DIGITS[usize::from(n)])).collect()
}
