//! What the service answers, freed from its spellings.

use std::time::Duration;

use serde::Deserialize;

use super::{
    Kind, Query,
    envelope::{Answer, Fields, wrong},
};
use crate::error::Result;

/// What an application should do now. Texts that the service leaves empty are `None`.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// False when the application is already the newest for this device.
    pub available: bool,
    /// What was asked, with the device keys that were sent.
    pub query: Query,
    pub package_name: Option<String>,
    pub version_name: Option<String>,
    pub version_code: i64,
    pub url: Option<String>,
    /// In bytes; `None` where the service gives 0 or nothing.
    pub file_size: Option<u64>,
    pub file_md5: Option<String>,
    /// A number of [`upgrade_type`](super::upgrade_type), or one that is not known here.
    pub upgrade_type: i32,
    pub prompt: Option<String>,
    /// Which patch the service gives, whatever was asked for.
    pub patch_algo: i32,
    pub patch_url: Option<String>,
    pub patch_file_size: Option<u64>,
    pub patch_file_md5: Option<String>,
    /// The JSON object of a configuration, byte for byte.
    pub content: Option<String>,
    pub message: Option<String>,
    pub json: String,
    /// How old the answer is: nothing, unless it was remembered.
    pub age: Duration,
}

impl Strategy {
    /// Reads an answer of code 200 (an upgrade) or 0 (none).
    pub fn read(answer: &Answer, query: Query) -> Result<Strategy> {
        let data = answer.data()?;
        let available = answer.code == 200;
        if available && data.is_none() {
            return Err(wrong("code 200 promises an upgrade, but data is missing"));
        }
        let data = data.unwrap_or_default();
        if available {
            same_application(&data, query.kind, &query.app_key)?;
        }
        let strategy = Strategy {
            available,
            query,
            package_name: data.text("packageName")?,
            version_name: data.text("versionName")?,
            version_code: data.number("versionCode")?,
            url: data.text("urlPath")?,
            file_size: size(&data, "urlFileSize")?,
            file_md5: data.text("urlFileMd5")?,
            upgrade_type: data.number("upgradeType")?,
            prompt: data.text("promptUpgradeContent")?,
            patch_algo: data.number("patchAlgo")?,
            patch_url: data.text("patchUrlPath")?,
            patch_file_size: size(&data, "patchUrlFileSize")?,
            patch_file_md5: data.text("patchUrlFileMd5")?,
            content: data.raw("content").map(|raw| raw.get().to_owned()),
            message: answer.message.clone(),
            json: answer.json.to_owned(),
            age: Duration::ZERO,
        };
        if available && strategy.version_code == 0 {
            return Err(wrong("code 200 promises an upgrade, but versionCode is missing or 0"));
        }
        Ok(strategy)
    }
}

/// One version of an application.
#[derive(Clone, Debug)]
pub struct VersionDetails {
    pub app_key: String,
    pub package_name: Option<String>,
    pub version_name: Option<String>,
    pub version_code: i64,
    pub description: Option<String>,
    pub json: String,
}

impl VersionDetails {
    pub fn read(answer: &Answer, query: &Query) -> Result<VersionDetails> {
        let data =
            answer.data()?.ok_or_else(|| wrong(format!("code {}, but data is missing", answer.code)))?;
        same_application(&data, query.kind, &query.app_key)?;
        Ok(VersionDetails {
            app_key: query.app_key.clone(),
            package_name: data.text("packageName")?,
            version_name: data.text("versionName")?,
            version_code: data.number("versionCode")?,
            description: data.text("description")?,
            json: answer.json.to_owned(),
        })
    }
}

/// What is counted. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Series {
    Downloads = 1,
    Strategies = 2,
    Upgrades = 3,
    Starts = 4,
}

impl Series {
    pub const ALL: [Series; 4] = [Series::Downloads, Series::Strategies, Series::Upgrades, Series::Starts];

    pub fn from_number(number: i32) -> Option<Series> {
        Series::ALL.into_iter().find(|series| *series as i32 == number)
    }

    const fn name(self) -> &'static str {
        match self {
            Series::Downloads => "Download",
            Series::Strategies => "AppGetStrategy",
            Series::Upgrades => "AppUpgrade",
            Series::Starts => "AppStart",
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    pub yesterday: i64,
    pub all: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Day {
    pub name: String,
    values: [i64; 4],
}

impl Day {
    pub fn value(&self, series: Series) -> i64 {
        self.values[series as usize - 1]
    }
}

/// The service gives a week.
const MOST_DAYS: usize = 100;

/// The figures of an application.
#[derive(Clone, Debug)]
pub struct Statistics {
    totals: [Total; 4],
    pub days: Vec<Day>,
    pub json: String,
}

impl Statistics {
    pub fn total(&self, series: Series) -> Total {
        self.totals[series as usize - 1]
    }

    pub fn read(answer: &Answer) -> Result<Statistics> {
        let data =
            answer.data()?.ok_or_else(|| wrong(format!("code {}, but data is missing", answer.code)))?;
        let mut totals = [Total::default(); 4];
        let mut days: Vec<Day> = Vec::new();
        for (column, series) in Series::ALL.into_iter().enumerate() {
            let name = series.name();
            totals[column] = Total {
                yesterday: data.number(&format!("yesterday{name}Count"))?,
                all: data.number(&format!("total{name}Count"))?,
            };
            let (first, rest) = name.split_at(1);
            let seven = format!("{}{rest}Count7Day", first.to_ascii_lowercase());
            for point in data.number::<Vec<Point>>(&seven)? {
                let day = match days.iter().position(|day| day.name == point.time_data) {
                    Some(known) => &mut days[known],
                    None if days.len() == MOST_DAYS => {
                        return Err(wrong(format!("more than {MOST_DAYS} days")));
                    }
                    None => days.push_mut(Day { name: point.time_data, values: [0; 4] }),
                };
                day.values[column] = point.data;
            }
        }
        Ok(Statistics { totals, days, json: answer.json.to_owned() })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    time_data: String,
    data: i64,
}

fn size(data: &Fields, name: &str) -> Result<Option<u64>> {
    Ok(data.optional(name)?.filter(|size| *size != 0))
}

/// An answer about another application than the one asked for is a mix-up on the way.
fn same_application(data: &Fields, kind: Kind, app_key: &str) -> Result<()> {
    let rules = kind.rules();
    for name in [Some(rules.key), rules.key_alias].into_iter().flatten() {
        if let Some(key) = data.text(name)?.filter(|key| key != app_key) {
            return Err(wrong(format!("{name} is {key:?}, asked was {app_key:?}")));
        }
    }
    Ok(())
}
