//! A seal on what the library keeps on disk, so that what others wrote there is not believed.

use hmac::{Hmac, KeyInit, Mac, digest::Key};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::sign::{Credentials, hex};

/// Seals for one purpose; what was sealed for another does not open.
#[derive(Clone)]
pub struct Seal(Hmac<Sha256>);

impl Seal {
    /// The length of the seal before the sealed bytes: hex digits and a line end.
    const LENGTH: usize = 65;

    pub fn new(credentials: &Credentials, purpose: &str) -> Seal {
        let mut key = Key::<Hmac<Sha256>>::default();
        key[..32].copy_from_slice(&Sha256::digest(credentials.secret_key.as_bytes()));
        let mut mac = Hmac::<Sha256>::new(&key);
        key.zeroize();
        mac.update(purpose.as_bytes());
        mac.update(b"\n");
        Seal(mac)
    }

    pub fn seal(&self, bytes: &[u8]) -> Vec<u8> {
        let mut sealed = self.mac(bytes).into_bytes();
        sealed.push(b'\n');
        sealed.extend_from_slice(bytes);
        sealed
    }

    /// What was sealed; `None` when it was not sealed with this key for this purpose.
    pub fn open<'a>(&self, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (seal, bytes) = sealed.split_at_checked(Self::LENGTH)?;
        let claimed = unhex(seal.strip_suffix(b"\n")?)?;
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.verify_slice(&claimed).is_ok().then_some(bytes)
    }

    fn mac(&self, bytes: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(bytes);
        hex(&mac.finalize().into_bytes())
    }
}

/// The bytes that hex digits of either case stand for.
pub fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)).collect()
}
