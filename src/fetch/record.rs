//! The resume record beside a part: what the part is of, and how much of it is known to be good.

use serde::Serialize;

use super::promise::Promise;
use crate::{api::Fields, error::Result, seal::Seal};

/// The longest record that is read.
pub const LONGEST: u64 = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// The link without its query, which may be a signature that expires.
    pub link: String,
    /// The strong `ETag` or the `Last-Modified` of the file that the part is of.
    pub validator: Option<String>,
    pub size: Option<u64>,
    pub md5: Option<String>,
    pub sha256: Option<String>,
    /// So many bytes at the beginning have this SHA-256.
    pub good: u64,
    pub good_sha256: String,
}

impl Record {
    pub fn new(promise: &Promise, validator: Option<String>) -> Record {
        Record {
            link: without_query(&promise.url).to_owned(),
            validator,
            size: promise.size,
            md5: promise.md5.clone(),
            sha256: promise.sha256.clone(),
            good: 0,
            good_sha256: String::new(),
        }
    }

    /// Whether a part with this record can become what is promised now: the same hash, or the same
    /// link and something by which the server knows its file again.
    pub fn suits(&self, promise: &Promise) -> bool {
        let same = self.size == promise.size && self.md5 == promise.md5 && self.sha256 == promise.sha256;
        same && (promise.has_hash() || (self.validator.is_some() && self.link == without_query(&promise.url)))
    }

    pub fn sealed(&self, seal: &Seal) -> Vec<u8> {
        seal.seal(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// The record, `None` when it was not written by this library with these credentials.
    pub fn open(sealed: &[u8], seal: &Seal) -> Option<Record> {
        Record::read(std::str::from_utf8(seal.open(sealed)?).ok()?).ok()
    }

    fn read(json: &str) -> Result<Record> {
        let fields = Fields::parse(json)?;
        Ok(Record {
            link: fields.text("link")?.unwrap_or_default(),
            validator: fields.text("validator")?,
            size: fields.optional("size")?,
            md5: fields.text("md5")?,
            sha256: fields.text("sha256")?,
            good: fields.number("good")?,
            good_sha256: fields.text("good_sha256")?.unwrap_or_default(),
        })
    }
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
