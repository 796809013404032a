//! What an application asks: which it is, in which version, on which device.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Kind, patch_algo};
use crate::{
    config::within_key_limit,
    error::{Error, Result},
};

/// An application in a version on a device. Fields that are `None` are not sent.
#[derive(Clone, Debug)]
pub struct Query {
    pub kind: Kind,
    pub app_key: String,
    pub version_code: i64,
    /// `x64` or `arm64`; for win, mac and lnx only.
    pub arch: Option<String>,
    /// The only version to be offered; 0 for the newest.
    pub appoint_version_code: Option<i64>,
    pub device_key: Option<String>,
    pub device_model_key: Option<String>,
    /// A number of [`patch_algo`]; for apk only.
    pub patch_algo: Option<i32>,
}

impl Query {
    pub fn new(kind: Kind, app_key: impl Into<String>, version_code: i64) -> Query {
        Query {
            kind,
            app_key: app_key.into(),
            version_code,
            arch: None,
            appoint_version_code: None,
            device_key: None,
            device_model_key: None,
            patch_algo: None,
        }
    }

    /// Refuses what the service would refuse, or count and then fail on.
    pub fn check(&self) -> Result<()> {
        let rules = self.kind.rules();
        check_app_key(&self.app_key)?;
        if self.version_code == 0 {
            return Err(Error::argument("query: version code is 0; the service wants the version that runs"));
        }
        match self.arch.as_deref() {
            None | Some("") if rules.arch => {
                return Err(Error::argument(format!(
                    "query: arch is required for {} (x64 or arm64)",
                    rules.name
                )));
            }
            Some(_) if !rules.arch => {
                return Err(Error::argument(format!("query: arch does not apply to {}", rules.name)));
            }
            arch => arch.map_or(Ok(()), |arch| within_key_limit("query", "arch", arch))?,
        }
        match self.patch_algo {
            Some(_) if !rules.patch => {
                return Err(Error::argument(format!("query: patch algo does not apply to {}", rules.name)));
            }
            Some(algo) if algo != patch_algo::NONE && algo != patch_algo::HDIFFPATCH => {
                return Err(Error::argument(format!(
                    "query: patch algo is {algo}, known are 0 (none) and 1 (HDiffPatch)"
                )));
            }
            _ => {}
        }
        if self.appoint_version_code.is_some_and(|code| code < 0) {
            return Err(Error::argument("query: appointed version code is below 0"));
        }
        for (name, key) in [("device key", &self.device_key), ("device model key", &self.device_model_key)] {
            key.as_deref().map_or(Ok(()), |key| within_key_limit("query", name, key))?;
        }
        Ok(())
    }

    /// The body of a request for the strategy.
    pub fn upgrade_body(&self) -> Result<Vec<u8>> {
        body(&Upgrade(self))
    }

    /// The body of a request for the details of the version itself.
    pub fn version_body(&self) -> Result<Vec<u8>> {
        body(&Version(self))
    }
}

/// Where the figures of an application are read.
pub const STATISTICS_PATH: &str = "/v1/app/statistics/info";

/// The target for the figures of `app_key`: as it is signed, and as it goes on the wire.
pub fn statistics_target(app_key: &str) -> Result<(String, String)> {
    check_app_key(app_key)?;
    let escaped: String = app_key
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    Ok((format!("{STATISTICS_PATH}?appKey={app_key}"), format!("{STATISTICS_PATH}?appKey={escaped}")))
}

fn check_app_key(app_key: &str) -> Result<()> {
    if app_key.is_empty() {
        return Err(Error::argument("app key: is empty"));
    }
    if app_key.ends_with('&') {
        return Err(Error::argument("app key: ends in &, which the service cannot verify"));
    }
    within_key_limit("query", "app key", app_key)
}

struct Upgrade<'a>(&'a Query);
struct Version<'a>(&'a Query);

impl Serialize for Upgrade<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let query = self.0;
        let mut map = serializer.serialize_map(None)?;
        identity(query, &mut map)?;
        optional(&mut map, "appointVersionCode", &query.appoint_version_code)?;
        optional(&mut map, "devModelKey", &query.device_model_key)?;
        optional(&mut map, "devKey", &query.device_key)?;
        optional(&mut map, "patchAlgo", &query.patch_algo)?;
        map.end()
    }
}

impl Serialize for Version<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        identity(self.0, &mut map)?;
        map.end()
    }
}

fn identity<M: SerializeMap>(query: &Query, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry(query.kind.rules().key, &query.app_key)?;
    optional(map, "arch", &query.arch)?;
    map.serialize_entry("versionCode", &query.version_code)
}

fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &str,
    value: &Option<T>,
) -> Result<(), M::Error> {
    value.as_ref().map_or(Ok(()), |value| map.serialize_entry(name, value))
}

fn body(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value)
        .map_err(|error| Error::argument(format!("query: cannot be written as JSON: {error}")))
}
