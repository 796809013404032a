//! Request bodies, read by the service's rules.

use crate::answer::Answer;
use crate::gate::Arrived;
use crate::kinds::Kind;
use serde_json::{Map, Value};

/// What a client asks about an application.
#[derive(Debug, Default)]
pub struct Query {
    /// The application's key.
    pub key: String,
    /// The client's version, or the version to describe.
    pub version_code: i64,
    /// The only version wanted; 0 for the newest.
    pub appoint_version_code: i64,
    /// The model.
    pub device_model_key: String,
    /// The device.
    pub device_key: String,
    /// The architecture.
    pub arch: String,
    /// The patch format wanted.
    pub patch_algo: i64,
}

impl Query {
    /// Reads the body of `upgrade` and `version`; the latter has only the required fields.
    pub fn read(kind: &Kind, arrived: &Arrived<'_>) -> Result<Self, Answer> {
        let fields = Fields::read(arrived)?;
        let query = Self {
            key: fields.text(kind.key, Need::Required)?,
            arch: fields.text("arch", if kind.arch { Need::Required } else { Need::Optional })?,
            version_code: fields.integer("versionCode", Need::Required)?,
            appoint_version_code: fields.integer("appointVersionCode", Need::Optional)?,
            device_model_key: fields.text("devModelKey", Need::Optional)?,
            device_key: fields.text("devKey", Need::Optional)?,
            patch_algo: fields.integer("patchAlgo", Need::Optional)?,
        };
        match (query.key.as_str(), query.version_code) {
            ("", _) => Err(invalid(kind.key)),
            (_, 0) => Err(invalid("versionCode")),
            _ => Ok(query),
        }
    }

    /// Whether a text is longer than the service's database takes.
    pub fn overflows(&self) -> bool {
        [&self.device_key, &self.device_model_key, &self.arch].iter().any(|text| text.chars().count() > 128)
    }
}

/// Whether a field may be left out.
#[derive(Clone, Copy, PartialEq)]
pub enum Need {
    /// Missing is 400002, null is 500001.
    Required,
    /// Missing is empty or 0.
    Optional,
}

/// The fields of a body.
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Reads the body. Like the service it takes a body without a length, or one that is not called JSON,
    /// for an empty object. Bytes that are not UTF-8 are let through.
    pub fn read(arrived: &Arrived<'_>) -> Result<Self, Answer> {
        let is_json = arrived.header("content-type").is_some_and(|value| value.contains("application/json"));
        if !is_json || arrived.header("content-length").is_none() || arrived.body.is_empty() {
            return Ok(Self(Map::new()));
        }
        serde_json::from_str(&String::from_utf8_lossy(arrived.body))
            .map(Self)
            .map_err(|error| Answer::refusal(500_001, error.to_string()))
    }

    /// A text field; null is a missing one if it is optional.
    pub fn text(&self, name: &str, need: Need) -> Result<String, Answer> {
        match (self.0.get(name), need) {
            (Some(Value::String(text)), _) => Ok(text.clone()),
            (Some(Value::Null), Need::Optional) | (None, Need::Optional) => Ok(String::new()),
            (Some(Value::Null), Need::Required) => Err(null(name)),
            (None, Need::Required) => Err(missing(name)),
            (Some(_), _) => Err(mismatch(name)),
        }
    }

    /// A 64-bit integer; a fraction, an exponent or a number out of range is 500001.
    pub fn integer(&self, name: &str, need: Need) -> Result<i64, Answer> {
        match (self.0.get(name), need) {
            (Some(Value::Number(number)), _) => number.as_i64().ok_or_else(|| {
                Answer::refusal(
                    500_001,
                    format!("strconv.ParseInt: parsing \"{number}\": invalid or out of range"),
                )
            }),
            (None, Need::Optional) => Ok(0),
            (None, Need::Required) => Err(missing(name)),
            (Some(Value::Null), _) => Err(null(name)),
            (Some(_), _) => Err(mismatch(name)),
        }
    }

    /// An object field, empty when it is missing.
    pub fn object(&self, name: &str) -> Result<Self, Answer> {
        match self.0.get(name) {
            Some(Value::Object(object)) => Ok(Self(object.clone())),
            None | Some(Value::Null) => Ok(Self(Map::new())),
            Some(_) => Err(mismatch(name)),
        }
    }
}

/// 400002 for a field.
pub fn missing(name: &str) -> Answer {
    Answer::refusal(400_002, format!("field \"{name}\" is not set"))
}

fn mismatch(name: &str) -> Answer {
    Answer::refusal(400_003, format!("type mismatch for field \"{name}\""))
}

fn invalid(name: &str) -> Answer {
    Answer::refusal(400_003, format!("invalid parameter \"{name}\""))
}

fn null(name: &str) -> Answer {
    Answer::refusal(500_001, format!("field \"{name}\" mustn't be nil"))
}
