//! Signatures of files, for those who do not want to rest on TLS and MD5: the host pins public keys of
//! minisign, and the publisher puts `<link>.minisig` beside the file.
//!
//! A signature alone would let an old signed file pass for a new version, so its trusted comment, which
//! is signed too, must say which file it is for, in this very form:
//!
//! ```text
//! minisign -Sm app.apk -t "upgradelink kind=apk app_key=isVZBUvkFhv6oHxk_X-D0Q version_code=2 size=7213"
//! ```

use std::{fmt, io::Read};

use minisign_verify::{PublicKey, Signature};

use crate::{
    api::Kind,
    config::Config,
    error::{Error, Result, Stage, Status},
};

/// The largest signature file that is worth reading.
pub const SIGNATURE_LIMIT: u64 = 8 << 10;

/// Whether a file needs a signature. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Policy {
    /// Signatures are not looked for.
    Off = 1,
    /// One that is there must be right.
    WhenPresent = 2,
    /// Without a right one the file is refused.
    Required = 3,
}

impl Policy {
    pub fn from_number(number: i32) -> Option<Policy> {
        [Policy::Off, Policy::WhenPresent, Policy::Required]
            .into_iter()
            .find(|policy| *policy as i32 == number)
    }
}

/// Which file a signature must be for.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    pub kind: Kind,
    pub app_key: &'a str,
    pub version_code: i64,
    pub size: u64,
}

impl fmt::Display for Binding<'_> {
    /// The trusted comment.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Binding { kind, app_key, version_code, size } = self;
        let kind = kind.rules().name;
        write!(f, "upgradelink kind={kind} app_key={app_key} version_code={version_code} size={size}")
    }
}

/// Who may sign.
#[derive(Clone, Debug)]
pub struct Signers {
    keys: Vec<PublicKey>,
    policy: Policy,
}

impl Signers {
    /// Checks the pinned keys. With keys and no policy a signature is required.
    pub fn new(config: &Config) -> Result<Signers> {
        let keys = config.public_keys.iter().map(|key| public_key(key)).collect::<Result<Vec<_>>>()?;
        let policy = config.signature_policy.unwrap_or(match keys.is_empty() {
            true => Policy::Off,
            false => Policy::Required,
        });
        if policy != Policy::Off && keys.is_empty() {
            return Err(Error::config("signature policy: asks for signatures, but no public key is given"));
        }
        Ok(Signers { keys, policy })
    }

    /// Whether `<link>.minisig` is to be looked for.
    pub fn are_asked(&self) -> bool {
        self.policy != Policy::Off
    }

    /// Checks the whole of `file` against the text of its signature, which is `None` only where the
    /// server said that there is none. Says whether a signature was checked; whatever is not right is an
    /// error.
    pub fn check(&self, signature: Option<&str>, file: impl Read, binding: &Binding) -> Result<bool> {
        let signature = match (self.policy, signature) {
            (Policy::Off, _) | (Policy::WhenPresent, None) => return Ok(false),
            (Policy::Required, None) => {
                return Err(refused("the file has none, and the configuration requires one"));
            }
            (_, Some(text)) => Signature::decode(text).map_err(refused)?,
        };
        if signature.trusted_comment() != binding.to_string() {
            let said = signature.trusted_comment();
            return Err(refused(format_args!("its trusted comment is {said:?}, expected was \"{binding}\"")));
        }
        self.check_bytes(&signature, file)?;
        Ok(true)
    }

    fn check_bytes(&self, signature: &Signature, mut file: impl Read) -> Result<()> {
        let stream = self.keys.iter().find_map(|key| match key.verify_stream(signature) {
            Err(minisign_verify::Error::UnexpectedKeyId) => None,
            outcome => Some(outcome),
        });
        let mut stream =
            stream.ok_or_else(|| refused("it was made with none of the pinned keys"))?.map_err(refused)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => stream.update(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("signature: the file cannot be read", &error)),
            }
        }
        stream.finalize().map_err(refused)
    }
}

/// A key as minisign prints it, or the whole of its file.
fn public_key(text: &str) -> Result<PublicKey> {
    let text = text.trim();
    let key = if text.contains('\n') { PublicKey::decode(text) } else { PublicKey::from_base64(text) };
    key.map_err(|error| Error::config(format!("public key {text:?}: {error}")))
}

fn refused(why: impl fmt::Display) -> Error {
    Error::new(Status::Verify, Stage::Verify, format!("signature: {why}"))
}
