//! What the service expects of each kind of application.

/// A kind of application. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    Url = 1,
    File = 2,
    Apk = 3,
    Configuration = 4,
    Win = 5,
    Mac = 6,
    Lnx = 7,
}

/// One row of the service's documentation.
#[derive(Debug)]
pub struct Rules {
    pub name: &'static str,
    pub upgrade: &'static str,
    pub version: &'static str,
    /// The field that holds the application's key.
    pub key: &'static str,
    /// Another name under which a reply may hold it.
    pub key_alias: Option<&'static str>,
    /// Whether the architecture must be given; it must not be otherwise.
    pub arch: bool,
    /// Whether a patch can be asked for.
    pub patch: bool,
    /// Whether the reply holds a link to a file.
    pub file: bool,
}

macro_rules! row {
    ($name:literal, arch: $arch:literal, patch: $patch:literal, file: $file:literal, alias: $alias:expr) => {
        &Rules {
            name: $name,
            upgrade: concat!("/v1/", $name, "/upgrade"),
            version: concat!("/v1/", $name, "/version"),
            key: concat!($name, "Key"),
            key_alias: $alias,
            arch: $arch,
            patch: $patch,
            file: $file,
        }
    };
}

impl Kind {
    pub const ALL: [Kind; 7] =
        [Kind::Url, Kind::File, Kind::Apk, Kind::Configuration, Kind::Win, Kind::Mac, Kind::Lnx];

    pub fn from_number(number: i32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as i32 == number)
    }

    /// The documentation's page "Get … Upgrade Strategy" of the kind. One generation of the page on
    /// Linux applications calls the key `linuxKey`.
    pub const fn rules(self) -> &'static Rules {
        match self {
            Kind::Url => row!("url", arch: false, patch: false, file: true, alias: None),
            Kind::File => row!("file", arch: false, patch: false, file: true, alias: None),
            Kind::Apk => row!("apk", arch: false, patch: true, file: true, alias: None),
            Kind::Configuration => row!("configuration", arch: false, patch: false, file: false, alias: None),
            Kind::Win => row!("win", arch: true, patch: false, file: true, alias: None),
            Kind::Mac => row!("mac", arch: true, patch: false, file: true, alias: None),
            Kind::Lnx => row!("lnx", arch: true, patch: false, file: true, alias: Some("linuxKey")),
        }
    }
}
