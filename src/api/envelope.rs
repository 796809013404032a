//! The envelope around every answer of the service: `code`, `msg`, `docs`, `traceId`, `data`.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::error::{Error, Result, Stage, Status};

/// An answer of the service, whatever it says.
#[derive(Debug)]
pub struct Answer<'a> {
    pub code: i64,
    pub message: Option<String>,
    docs: Option<String>,
    trace_id: Option<String>,
    data: Option<&'a RawValue>,
    /// The answer as it came, without whatever followed the first JSON value.
    pub json: &'a str,
}

/// Why bytes are not an answer of the service.
#[derive(Debug)]
pub struct Unreadable(String);

impl From<Error> for Unreadable {
    fn from(error: Error) -> Unreadable {
        Unreadable(error.to_string())
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> Answer<'a> {
    /// Reads the first JSON value of `body`; the service has been seen to write more behind it.
    pub fn parse(body: &'a [u8]) -> Result<Answer<'a>, Unreadable> {
        let mut values = serde_json::Deserializer::from_slice(body).into_iter::<&RawValue>();
        let json = match values.next() {
            None => return Err(Unreadable("the body is empty".into())),
            Some(Err(error)) => return Err(Unreadable(format!("the body is not JSON: {error}"))),
            Some(Ok(value)) if !value.get().starts_with('{') => {
                return Err(Unreadable("the body is not a JSON object".into()));
            }
            Some(Ok(value)) => value.get(),
        };
        let fields = Fields::parse(json).map_err(Unreadable::from)?;
        let text = |name| fields.text(name).map_err(Unreadable::from);
        let code = fields.optional("code").map_err(Unreadable::from)?;
        let code =
            code.ok_or_else(|| Unreadable("the JSON has no code: not the service's envelope".into()))?;
        Ok(Answer {
            code,
            message: text("msg")?,
            docs: text("docs")?,
            trace_id: text("traceId")?,
            data: fields.raw("data"),
            json,
        })
    }

    /// The fields of `data`, `None` where it is null or missing.
    pub fn data(&self) -> Result<Option<Fields<'a>>> {
        self.data.map(|data| Fields::parse(data.get())).transpose()
    }

    /// What a code that is no success means.
    pub fn refusal(self) -> Error {
        let family = match self.code {
            100_000..=999_999 => self.code / 1_000,
            100_000_000..=999_999_999 => self.code / 1_000_000,
            _ => 0,
        };
        let status = match family {
            401 => Status::Authentication,
            404 => Status::NotFound,
            429 => Status::RateLimited,
            _ => Status::Service,
        };
        let said = self.message.as_deref().unwrap_or("no message");
        let mut error =
            Error::new(status, Stage::Service, format!("the service answered {}: {said}", self.code))
                .retryable(family == 429 || family >= 500);
        error.service_code = self.code;
        error.docs = self.docs;
        error.trace_id = self.trace_id;
        error
    }
}

/// The members of a JSON object, each still as it came.
#[derive(Default)]
pub struct Fields<'a>(BTreeMap<String, &'a RawValue>);

/// A field that stands twice is refused: readers that take the first and readers that take the
/// last would disagree about what the service said.
impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields<'de>, M::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    if members.contains_key(&name) {
                        return Err(M::Error::custom(format_args!("{name} stands twice")));
                    }
                    members.insert(name, value);
                }
                Ok(Fields(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl<'a> Fields<'a> {
    pub fn parse(json: &'a str) -> Result<Fields<'a>> {
        if !json.starts_with('{') {
            return Err(wrong(format!("an object was expected, got {}", excerpt(json.as_bytes()))));
        }
        serde_json::from_str(json).map_err(wrong)
    }

    /// The value as it came, `None` where it is null or missing.
    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied().filter(|value| value.get() != "null")
    }

    pub fn optional<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        self.raw(name)
            .map(|value| {
                T::deserialize(value).map_err(|error| {
                    wrong(format!("{name}: {error}, got {}", excerpt(value.get().as_bytes())))
                })
            })
            .transpose()
    }

    pub fn number<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        self.optional(name).map(Option::unwrap_or_default)
    }

    /// The text, `None` where it is empty, null or missing: the service writes `""` for what it
    /// does not know.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        Ok(self.optional::<String>(name)?.filter(|text| !text.is_empty()))
    }
}

/// An answer in the service's form whose contents cannot be.
pub fn wrong(message: impl fmt::Display) -> Error {
    Error::new(
        Status::Reply,
        Stage::Decode,
        format!("the reply is not what the service documents: {message}"),
    )
}

/// The beginning of what came, fit for a message.
pub fn excerpt(bytes: &[u8]) -> String {
    const LENGTH: usize = 120;
    let text: String = String::from_utf8_lossy(&bytes[..bytes.len().min(LENGTH)])
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{}{}\"", text.trim(), if bytes.len() > LENGTH { "…" } else { "" })
}
