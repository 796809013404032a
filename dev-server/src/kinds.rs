//! The kinds of applications as one table: a new kind is a row.

/// A kind of application.
pub struct Kind {
    /// Its part of the path, and its name in the catalogue.
    pub name: &'static str,
    /// The field that carries the application's key.
    pub key: &'static str,
    /// Requests must name the architecture.
    pub arch: bool,
    /// `POST /v1/<name>/upgrade`.
    pub upgrade: Endpoint,
    /// `POST /v1/<name>/version`.
    pub version: Endpoint,
}

/// What an endpoint says.
pub struct Endpoint {
    /// `msg` of code 200.
    pub found: &'static str,
    /// `msg` of code 404001.
    pub unknown: &'static str,
    /// `docs` of code 404001.
    pub docs: &'static str,
    /// `data`, field by field.
    pub data: &'static [Field],
}

/// A field of `data`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(missing_docs)]
pub enum Field {
    Key,
    PackageName,
    VersionName,
    VersionCode,
    UrlPath,
    UrlFileSize,
    UrlFileMd5,
    PatchAlgo,
    PatchUrlPath,
    PatchUrlFileSize,
    PatchUrlFileMd5,
    UpgradeType,
    PromptUpgradeContent,
    Content,
    Description,
}

use Field::*;

const LINK: &[Field] = &[Key, VersionName, VersionCode, UrlPath, UpgradeType, PromptUpgradeContent];
const CONFIGURATION: &[Field] = &[Key, VersionName, VersionCode, UpgradeType, PromptUpgradeContent, Content];
const APK: &[Field] = &[
    Key,
    PackageName,
    VersionName,
    VersionCode,
    UrlPath,
    UrlFileSize,
    UrlFileMd5,
    PatchAlgo,
    PatchUrlPath,
    PatchUrlFileSize,
    PatchUrlFileMd5,
    UpgradeType,
    PromptUpgradeContent,
];
const DESKTOP: &[Field] = &[
    Key,
    PackageName,
    VersionName,
    VersionCode,
    UrlPath,
    UrlFileSize,
    UrlFileMd5,
    UpgradeType,
    PromptUpgradeContent,
];
const DETAILS: &[Field] = &[Key, VersionName, VersionCode, Description];
const PACKAGE_DETAILS: &[Field] = &[Key, PackageName, VersionName, VersionCode, Description];

macro_rules! docs {
    ($sentence:literal, $page:literal) => {
        concat!(
            $sentence,
            " in the system. Please refer to the documentation: http://upgrade.toolsetlink.com/upgrade/recommend/",
            $page,
            "/app-version.html"
        )
    };
}

const URL_DOCS: &str = docs!(
    "No corresponding application version found. Please confirm if it has been correctly created",
    "url"
);
const FILE_DOCS: &str = docs!(
    "No corresponding application version found. Please confirm if it has been correctly created",
    "file"
);
const CONFIGURATION_DOCS: &str = docs!(
    "No corresponding application version found. Please confirm if it has been correctly created",
    "configuration"
);
const APK_DOCS: &str =
    docs!("No corresponding app version found. Please confirm whether it has been correctly created", "apk");
const DESKTOP_DOCS: &str = docs!(
    "The corresponding application version was not found. Please confirm if it has been correctly created",
    "apk"
);
/// The version page of url applications refers to the apk manual; the others follow it.
const DETAILS_DOCS: &str = docs!(
    "No corresponding application version found. Please confirm if it has been correctly created",
    "apk"
);

const fn upgrade(found: &'static str, docs: &'static str, data: &'static [Field]) -> Endpoint {
    Endpoint { found, unknown: "No available version found", docs, data }
}

const fn version(data: &'static [Field]) -> Endpoint {
    upgrade("Version details found", DETAILS_DOCS, data)
}

/// Every kind. Texts of url, apk, win and mac are those of their pages; the others follow them.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    Kind { name: "url", key: "urlKey", arch: false, upgrade: upgrade("New version found", URL_DOCS, LINK), version: version(DETAILS) },
    Kind { name: "file", key: "fileKey", arch: false, upgrade: upgrade("New version found", FILE_DOCS, LINK), version: version(DETAILS) },
    Kind {
        name: "apk", key: "apkKey", arch: false,
        upgrade: Endpoint { unknown: "No available version obtained", ..upgrade("New version obtained", APK_DOCS, APK) },
        version: version(PACKAGE_DETAILS),
    },
    Kind { name: "configuration", key: "configurationKey", arch: false, upgrade: upgrade("New version found", CONFIGURATION_DOCS, CONFIGURATION), version: version(DETAILS) },
    Kind { name: "win", key: "winKey", arch: true, upgrade: upgrade("New version obtained", DESKTOP_DOCS, DESKTOP), version: version(PACKAGE_DETAILS) },
    Kind { name: "mac", key: "macKey", arch: true, upgrade: upgrade("New version found", DESKTOP_DOCS, DESKTOP), version: version(PACKAGE_DETAILS) },
    Kind { name: "lnx", key: "lnxKey", arch: true, upgrade: upgrade("New version found", DESKTOP_DOCS, DESKTOP), version: version(PACKAGE_DETAILS) },
];

/// The kind of this name.
pub fn named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
