//! The signature that a request must carry, computed from what arrived.

use md5::{Digest, Md5};

/// MD5 of `bytes` in lowercase hex.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// Lowercase hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is signed. `body` is `None` for a method whose body the service does not sign.
pub struct Signed<'a> {
    /// The bytes of the body.
    pub body: Option<&'a [u8]>,
    /// `X-Nonce`.
    pub nonce: &'a str,
    /// The secret that belongs to the access key.
    pub secret_key: &'a str,
    /// `X-Timestamp` as it was sent.
    pub timestamp: &'a str,
    /// The request target as it was sent.
    pub target: &'a str,
}

impl Signed<'_> {
    /// The signature: MD5 of the named fields joined with `&`, none of them escaped, the target decoded,
    /// every `&` at the right end left out.
    pub fn signature(&self) -> String {
        let mut text = Vec::new();
        if let Some(body) = self.body {
            text.extend_from_slice(b"body=");
            text.extend_from_slice(body);
            text.push(b'&');
        }
        let (nonce, secret, timestamp) = (self.nonce, self.secret_key, self.timestamp);
        text.extend_from_slice(
            format!("nonce={nonce}&secretKey={secret}&timestamp={timestamp}&url=").as_bytes(),
        );
        text.extend_from_slice(&decode_target(self.target).unwrap_or_default());
        while text.last() == Some(&b'&') {
            text.pop();
        }
        md5_hex(&text)
    }
}

/// Percent-decodes; `+` becomes a space. `None` when a `%` is not followed by two hex digits.
pub fn decode_target(target: &str) -> Option<Vec<u8>> {
    let plus_as_space = target.replace('+', " ");
    decode_percent(&plus_as_space)
}

/// Percent-decodes; `+` stays.
pub fn decode_percent(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => hex_digit(bytes.next()?)? * 16 + hex_digit(bytes.next()?)?,
            other => other,
        });
    }
    Some(out)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
