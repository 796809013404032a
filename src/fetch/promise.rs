//! What a fetched file must be.

use super::{Options, checked, name};
use crate::{
    api::{Kind, Strategy},
    error::{Error, Result, Stage, Status},
    http,
    seal::unhex,
    sign::hex,
};

/// A file that the host knows of by itself.
#[derive(Clone, Debug, Default)]
pub struct Link {
    pub url: String,
    pub size: Option<u64>,
    /// 32 hex digits; empty means not given.
    pub md5: Option<String>,
}

/// Who can be asked for another link when this one has expired.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Strategy(&'a Strategy),
    Host,
}

/// What a file must be, wherever it comes from. Hashes are lowercase hex.
#[derive(Clone, Debug)]
pub struct Promise {
    pub url: String,
    pub name: String,
    pub size: Option<u64>,
    pub md5: Option<String>,
    pub sha256: Option<String>,
    /// The largest file that is taken.
    pub most: Option<u64>,
    /// Which version of which application it is; `None` for a link of the host's, and for a
    /// patch: what it makes has one.
    pub version: Option<(Kind, String, i64)>,
}

impl Promise {
    pub fn of_strategy(strategy: &Strategy, options: &Options) -> Result<Promise> {
        let rules = strategy.query.kind.rules();
        if !rules.file {
            return Err(Error::argument(format!("fetch: a {} has no file", rules.name)));
        }
        if !strategy.available {
            return Err(Error::argument("fetch: the strategy offers no upgrade"));
        }
        let (running, offered) = (strategy.query.version_code, strategy.version_code);
        if offered <= running && !options.allow_downgrade {
            let message = format!("fetch: version {offered} is not above version {running}, which runs");
            return Err(Error::new(Status::Downgrade, Stage::Config, message));
        }
        let url = strategy.url.clone().ok_or_else(|| refused("the strategy holds no link"))?;
        let link = Link { url, size: strategy.file_size, md5: strategy.file_md5.clone() };
        let (kind, app_key) = (strategy.query.kind, strategy.query.app_key.clone());
        let promise = Promise::named(&link, &format!("{app_key}-{offered}"), options)?;
        Ok(Promise { version: Some((kind, app_key, offered)), ..promise })
    }

    pub fn of_link(link: &Link, options: &Options) -> Result<Promise> {
        Promise::named(link, "download", options)
    }

    /// What the patch for a file must be. It is stored beside the file until it is applied, and is of
    /// no use when it is larger.
    pub fn of_patch(link: &Link, file: &Promise) -> Result<Promise> {
        Promise::new(link, format!("{}{}", file.name, name::PATCH), file.size.or(file.most))
    }

    fn named(link: &Link, fallback: &str, options: &Options) -> Result<Promise> {
        let name = match &options.file_name {
            None => name::from_url(&link.url, fallback),
            Some(name) if name::is_safe(name) => name.clone(),
            Some(name) => return Err(Error::argument(format!("fetch: {name:?} is no safe file name"))),
        };
        let sha256 = options.sha256.as_ref().map(|sha256| hex(sha256));
        let promise = Promise { sha256, ..Promise::new(link, name, options.max_size)? };
        if options.require_hash && !promise.has_hash() {
            return Err(refused("a hash is required, but neither the service nor the host gives one"));
        }
        Ok(promise)
    }

    fn new(link: &Link, name: String, most: Option<u64>) -> Result<Promise> {
        if link.url.contains('\0') {
            return Err(refused("the link holds a NUL"));
        }
        let size = link.size.filter(|size| *size != 0);
        let md5 = link.md5.as_deref().filter(|md5| !md5.is_empty()).map(md5).transpose()?;
        let url = http::escape_url(link.url.trim().as_bytes());
        let promise = Promise { url, name, size, md5, sha256: None, most, version: None };
        promise.check_most(size.unwrap_or(0))?;
        Ok(promise)
    }

    /// Refuses sizes above what is allowed.
    pub fn check_most(&self, size: u64) -> Result<()> {
        match self.most {
            Some(most) if size > most => Err(refused(&format!("it has {size} bytes, allowed are {most}"))),
            _ => Ok(()),
        }
    }

    pub fn has_hash(&self) -> bool {
        self.md5.is_some() || self.sha256.is_some()
    }

    /// Compares a file with everything that was promised, and says what that was.
    pub fn verify(&self, size: u64, md5: &str, sha256: &str) -> Result<u32> {
        let mut compared = 0;
        if let Some(promised) = self.size {
            if promised != size {
                return Err(refused(&format!("the file has {size} bytes, promised were {promised}")));
            }
            compared |= checked::SIZE;
        }
        for (name, promised, found, bit) in
            [("MD5", &self.md5, md5, checked::MD5), ("SHA-256", &self.sha256, sha256, checked::SHA256)]
        {
            let Some(promised) = promised else { continue };
            if promised != found {
                return Err(refused(&format!("the file's {name} is {found}, promised was {promised}")));
            }
            compared |= bit;
        }
        Ok(compared)
    }
}

pub fn refused(why: &str) -> Error {
    Error::new(Status::Verify, Stage::Verify, format!("fetch: {why}"))
}

fn md5(text: &str) -> Result<String> {
    match unhex(text.as_bytes()) {
        Some(bytes) if bytes.len() == 16 => Ok(hex(&bytes)),
        _ => Err(refused(&format!("the MD5 {text:?} is not 32 hex digits"))),
    }
}
