//! Marks bytes so that a later run knows that they are its own: HMAC-SHA256, keyed from the secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::sign::Credentials;

/// The length of the mark before the bytes.
const MARK: usize = 32;

/// Seals for one purpose; what was sealed for another does not open.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    pub fn new(credentials: &Credentials, purpose: &str) -> Seal {
        let mut key = keyed(credentials.secret_key.as_bytes());
        key.update(b"upgradelink seal ");
        key.update(purpose.as_bytes());
        Seal(keyed(&key.finalize().into_bytes()))
    }

    /// The bytes behind their mark.
    pub fn seal(&self, bytes: &[u8]) -> Vec<u8> {
        let mark = self.0.clone().chain_update(bytes).finalize().into_bytes();
        [&mark[..], bytes].concat()
    }

    /// The bytes, if they are as they were sealed.
    pub fn open<'a>(&self, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (mark, bytes) = sealed.split_at_checked(MARK)?;
        self.0.clone().chain_update(bytes).verify_slice(mark).ok().map(|()| bytes)
    }
}

/// HMAC takes keys of any length.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"))
}
