//! What the server knows, as a TOML file describes it.
//!
//! Every table of the file is a struct here and every key a field; `catalogues/example.toml` shows each of
//! them. Unknown keys are errors, so that a misspelt one is not silently without effect.

use crate::fault::Fault;
use serde::{Deserialize, Serialize};

/// The five documented pages.
pub const DOCUMENTED: &str = include_str!("../catalogues/documented.toml");

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Catalogue {
    /// How the service behaves as a whole.
    pub service: Service,
    /// Key pairs that may ask.
    pub credentials: Vec<Credentials>,
    /// Files served below `/files/`.
    pub files: Vec<File>,
    /// The applications.
    pub apps: Vec<App>,
    /// Faults that are in force from the start.
    pub faults: Vec<Fault>,
}

/// How the service behaves as a whole.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// Which of the two known forms the envelopes take.
    pub shape: Shape,
    /// Accept a nonce again inside the window, as the open-source server does.
    pub replay_allowed: bool,
    /// Answer download and upgrade events with status 500 and no body, as the open-source server does.
    pub broken_reports: bool,
    /// The code of a successful statistics answer: 0 in the wild, 200 by analogy.
    pub statistics_code: i64,
}

/// The form of an envelope.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// As the pages print it: no `docs` on success, `"data": null` on failure.
    #[default]
    Documented,
    /// As the open-source server sends it: `docs` always, `traceId` and no `data` on failure.
    Server,
}

/// A key pair.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// Sent in `X-AccessKey`.
    pub access_key: String,
    /// Part of what is signed, never sent.
    pub secret_key: String,
}

/// A file below `/files/`, from exactly one source. Files of the host folder need no entry.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Its path below `/files/`.
    pub name: String,
    /// Source: a file on disk, relative to the host folder.
    pub path: Option<String>,
    /// Source: this text.
    pub text: Option<String>,
    /// Source: this many zero bytes, made as they are asked for.
    pub sparse: Option<u64>,
    /// Source: bytes that look random, made as they are asked for.
    pub pattern: Option<Pattern>,
    /// Links to it carry a token and run out; without a good token it answers 403.
    pub presigned: Option<Presigned>,
}

/// Bytes that follow from `seed` alone.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Chooses the bytes.
    pub seed: u64,
    /// How many.
    pub size: u64,
}

/// When a link runs out; both limits may be given.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Presigned {
    /// After this many requests.
    pub requests: Option<u64>,
    /// After this many seconds.
    pub seconds: Option<u64>,
}

/// An application of one kind.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// `url`, `file`, `apk`, `configuration`, `win`, `mac` or `lnx`.
    pub kind: String,
    /// Its key, unique within its kind.
    pub key: String,
    /// Its package name, for the kinds that have one.
    pub package_name: String,
    /// What `data` is when there is nothing to do.
    pub nothing: Nothing,
    /// Its versions, in any order.
    pub versions: Vec<Version>,
    /// Its upgrade tasks, in any order.
    pub tasks: Vec<Task>,
    /// Its figures.
    pub statistics: Statistics,
}

/// The `data` of an answer with code 0.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nothing {
    /// An object whose every field is empty.
    #[default]
    Zeroed,
    /// `null`.
    Null,
    /// Absent.
    Missing,
}

/// A version of an application.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Version {
    /// Its code.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// The answer of the version endpoint.
    pub description: String,
    /// The version codes that the version endpoint answers with this version; empty means its own.
    pub described_as: Vec<i64>,
    /// Only for this architecture; empty means for all.
    pub arch: String,
    /// What the application downloads.
    pub download: Download,
    /// Patches to this version.
    pub patches: Vec<Patch>,
    /// The JSON text of a configuration; it goes out byte for byte.
    pub content: Option<String>,
}

/// What a link leads to: a hosted `file`, whose size and MD5 the server computes, or any `url`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Download {
    /// A name below `/files/`.
    pub file: Option<String>,
    /// A link as it is to be sent; `{base}` stands for this server.
    pub url: Option<String>,
    /// Sent in place of the computed size.
    pub size: Option<u64>,
    /// Sent in place of the computed MD5.
    pub md5: Option<String>,
}

/// A patch from one version to the version that it stands in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patch {
    /// The version code that it applies to.
    pub from: i64,
    /// Its format, by default 1 (HDiffPatch).
    pub algo: Option<i64>,
    /// The patch file.
    pub download: Download,
}

/// An upgrade task: who is offered which version, and how.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Task {
    /// The version code that it leads to.
    pub to: i64,
    /// Whether it is in force.
    pub enabled: bool,
    /// In force from this RFC 3339 instant.
    pub begin: Option<String>,
    /// In force until this RFC 3339 instant.
    pub end: Option<String>,
    /// 1 prompt, 2 silent, 3 forced.
    pub upgrade_type: i64,
    /// What the user is told.
    pub prompt: String,
    /// Only these devices; empty means all.
    pub device_keys: Vec<String>,
    /// Only these models; empty means all.
    pub model_keys: Vec<String>,
    /// Only the first so many requests get the offer.
    pub gray: Option<u64>,
    /// At most so many offers in a time; more are refused with 429001.
    pub flow: Option<Flow>,
}

impl Default for Task {
    fn default() -> Self {
        Self {
            to: 0,
            enabled: true,
            begin: None,
            end: None,
            upgrade_type: 1,
            prompt: String::new(),
            device_keys: Vec::new(),
            model_keys: Vec::new(),
            gray: None,
            flow: None,
        }
    }
}

/// A flow limit.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flow {
    /// Offers in each span.
    pub limit: u64,
    /// The span.
    pub seconds: u64,
    /// Sent as `Retry-After` with the refusal.
    pub retry_after: Option<u64>,
}

/// The figures of an application, named as they are sent.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct Statistics {
    pub yesterday_download_count: i64,
    pub total_download_count: i64,
    pub yesterday_app_get_strategy_count: i64,
    pub total_app_get_strategy_count: i64,
    pub yesterday_app_upgrade_count: i64,
    pub total_app_upgrade_count: i64,
    pub yesterday_app_start_count: i64,
    pub total_app_start_count: i64,
    #[serde(rename = "downloadCount7Day")]
    pub download_count_7_day: Vec<Day>,
    #[serde(rename = "appGetStrategyCount7Day")]
    pub app_get_strategy_count_7_day: Vec<Day>,
    #[serde(rename = "appUpgradeCount7Day")]
    pub app_upgrade_count_7_day: Vec<Day>,
    #[serde(rename = "appStartCount7Day")]
    pub app_start_count_7_day: Vec<Day>,
}

/// A figure of one day.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Day {
    /// The day as text.
    pub time_data: String,
    /// The figure.
    pub data: i64,
}

impl Catalogue {
    /// Reads a catalogue and checks what the types cannot say.
    pub fn parse(text: &str) -> Result<Self, String> {
        let catalogue: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        catalogue.check()?;
        Ok(catalogue)
    }

    /// The catalogue of the documented pages.
    pub fn documented() -> Self {
        Self::parse(DOCUMENTED).expect("the embedded catalogue is right")
    }

    /// The application of this kind and key.
    pub fn app(&self, kind: &str, key: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.kind == kind && app.key == key)
    }

    /// The same, to be changed.
    pub fn app_mut(&mut self, kind: &str, key: &str) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.kind == kind && app.key == key)
    }

    fn check(&self) -> Result<(), String> {
        for file in &self.files {
            let sources =
                [file.path.is_some(), file.text.is_some(), file.sparse.is_some(), file.pattern.is_some()];
            if sources.iter().filter(|&&given| given).count() != 1 {
                return Err(format!("files: {}: give exactly one of path, text, sparse, pattern", file.name));
            }
        }
        self.faults.iter().try_for_each(Fault::check)?;
        for app in &self.apps {
            if crate::kinds::named(&app.kind).is_none() {
                return Err(format!("apps: {}: unknown kind {:?}", app.key, app.kind));
            }
            for content in app.versions.iter().filter_map(|version| version.content.as_ref()) {
                serde_json::from_str::<serde::de::IgnoredAny>(content)
                    .map_err(|error| format!("apps: {}: content is not JSON: {error}", app.key))?;
            }
        }
        Ok(())
    }
}
