//! What an application can tell the service (service documentation, "App report").

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    config::within_key_limit,
    error::{Error, Result},
};

/// Where events go.
pub const REPORT_PATH: &str = "/v1/app/report";

/// What happened. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum EventType {
    Start = 1,
    Download = 2,
    Upgrade = 3,
}

/// One column of the service's table of events.
struct Rules {
    name: &'static str,
    launch_time: bool,
    download: bool,
    upgrade: bool,
}

impl EventType {
    pub const ALL: [EventType; 3] = [EventType::Start, EventType::Download, EventType::Upgrade];

    pub fn from_number(number: i32) -> Option<EventType> {
        EventType::ALL.into_iter().find(|event_type| *event_type as i32 == number)
    }

    /// Its place in [`EventType::ALL`].
    pub const fn index(self) -> usize {
        self as usize - 1
    }

    pub const fn name(self) -> &'static str {
        self.rules().name
    }

    const fn rules(self) -> &'static Rules {
        match self {
            EventType::Start => {
                &Rules { name: "app_start", launch_time: true, download: false, upgrade: false }
            }
            EventType::Download => {
                &Rules { name: "app_upgrade_download", launch_time: false, download: true, upgrade: false }
            }
            EventType::Upgrade => {
                &Rules { name: "app_upgrade_upgrade", launch_time: false, download: false, upgrade: true }
            }
        }
    }
}

/// Something that happened. Fields that are `None` are not sent.
#[derive(Clone, Debug)]
pub struct Event {
    pub event_type: EventType,
    pub app_key: String,
    /// The version that runs; for an upgrade the one that was upgraded from.
    pub version_code: i64,
    /// When it happened.
    pub time: SystemTime,
    /// When the application was started; by default when it happened. For starts only.
    pub launch_time: Option<SystemTime>,
    /// For downloads, which need it.
    pub download_version_code: Option<i64>,
    /// For upgrades, which need it.
    pub upgrade_version_code: Option<i64>,
    /// How it ended: 0 well, 1 badly, or any number of the host's. Not for starts.
    pub code: Option<i64>,
    pub device_key: Option<String>,
    pub device_model_key: Option<String>,
    pub target: Option<String>,
    pub arch: Option<String>,
}

/// The service's database takes times from 1970 to the beginning of 2038 only.
const LAST_SECOND: Duration = Duration::from_secs(i32::MAX as u64);

impl Event {
    pub fn new(event_type: EventType, app_key: impl Into<String>, version_code: i64) -> Event {
        Event {
            event_type,
            app_key: app_key.into(),
            version_code,
            time: SystemTime::now(),
            launch_time: None,
            download_version_code: None,
            upgrade_version_code: None,
            code: None,
            device_key: None,
            device_model_key: None,
            target: None,
            arch: None,
        }
    }

    /// Refuses what the service would fail on, again and again.
    pub fn check(&self) -> Result<()> {
        let rules = self.event_type.rules();
        if self.app_key.is_empty() {
            return Err(Error::argument("event: app key is empty"));
        }
        let fields = [
            ("launch time", self.launch_time.is_some(), rules.launch_time, false),
            ("download version code", self.download_version_code.is_some(), rules.download, rules.download),
            ("upgrade version code", self.upgrade_version_code.is_some(), rules.upgrade, rules.upgrade),
            ("code", self.code.is_some(), rules.download || rules.upgrade, false),
        ];
        for (name, given, taken, needed) in fields {
            if given && !taken {
                return Err(Error::argument(format!("event: {name} does not apply to {}", rules.name)));
            }
            if needed && !given {
                return Err(Error::argument(format!("event: {name} is required for {}", rules.name)));
            }
        }
        for (name, time) in [("time", Some(self.time)), ("launch time", self.launch_time)] {
            let kept = |time: SystemTime| time.duration_since(UNIX_EPOCH).is_ok_and(|at| at <= LAST_SECOND);
            if !time.is_none_or(kept) {
                return Err(Error::argument(format!("event: {name} is not between 1970 and 2038")));
            }
        }
        for (name, key) in [
            ("app key", Some(&self.app_key)),
            ("device key", self.device_key.as_ref()),
            ("device model key", self.device_model_key.as_ref()),
            ("target", self.target.as_ref()),
            ("architecture", self.arch.as_ref()),
        ] {
            key.map_or(Ok(()), |key| within_key_limit("event", name, key))?;
        }
        Ok(())
    }

    /// The body of the request that tells of it.
    pub fn body(&self) -> Result<String> {
        serde_json::to_string(&Report(self))
            .map_err(|error| Error::argument(format!("event: cannot be written as JSON: {error}")))
    }
}

struct Report<'a>(&'a Event);
struct Data<'a>(&'a Event);

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("eventType", self.0.event_type.name())?;
        map.serialize_entry("appKey", &self.0.app_key)?;
        map.serialize_entry("timestamp", &rfc3339(self.0.time))?;
        map.serialize_entry("eventData", &Data(self.0))?;
        map.end()
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (event, rules) = (self.0, self.0.event_type.rules());
        let mut map = serializer.serialize_map(None)?;
        if rules.launch_time {
            map.serialize_entry("launchTime", &rfc3339(event.launch_time.unwrap_or(event.time)))?;
        }
        map.serialize_entry("versionCode", &event.version_code)?;
        if let Some(version_code) = event.download_version_code {
            map.serialize_entry("downloadVersionCode", &version_code)?;
        }
        if let Some(version_code) = event.upgrade_version_code {
            map.serialize_entry("upgradeVersionCode", &version_code)?;
        }
        if rules.download || rules.upgrade {
            map.serialize_entry("code", &event.code.unwrap_or(0))?;
        }
        for (name, text) in [
            ("devModelKey", &event.device_model_key),
            ("devKey", &event.device_key),
            ("target", &event.target),
            ("arch", &event.arch),
        ] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}

fn rfc3339(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}
