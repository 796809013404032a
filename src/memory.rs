//! What is remembered between runs: the last answer to each query, what the user chose, the upgrade
//! that is under way, and when to check again. Each is a sealed file of the state folder.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    api::{Answer, Query, Strategy, upgrade_type},
    error::{Error, Result, Stage, Status},
    seal::Seal,
    sign::Credentials,
    state::{Folder, Held, name_for},
};

/// The sealed files of a state folder.
#[derive(Clone)]
pub struct Memory {
    folder: Folder,
    seal: Seal,
}

/// A form that is kept, in files of its own.
pub trait Kept: Serialize + DeserializeOwned {
    const NAME: &'static str;
}

impl Memory {
    pub fn new(folder: &Folder, credentials: &Credentials) -> Memory {
        Memory { folder: folder.clone(), seal: Seal::new(credentials, "memory") }
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What is kept about something; `None` where nothing is or where it is not as it was kept.
    pub fn recall<K: Kept>(&self, about: &[u8]) -> Result<Option<K>> {
        self.recall_held(&self.folder.hold()?, about)
    }

    fn recall_held<K: Kept>(&self, held: &Held, about: &[u8]) -> Result<Option<K>> {
        let name = name_for(K::NAME, about);
        Ok(held.read(&name)?.and_then(|sealed| read(&self.seal, &name, &sealed)))
    }

    /// Keeps what `change` makes of what was kept; nothing where it gives `None`.
    pub fn change<K: Kept>(&self, about: &[u8], change: impl FnOnce(Option<K>) -> Option<K>) -> Result<()> {
        let held = self.folder.hold()?;
        let name = name_for(K::NAME, about);
        match change(self.recall_held(&held, about)?) {
            Some(kept) => held.replace(&name, &write(&self.seal, &name, &kept)?),
            None => held.remove(&name),
        }
    }

    /// Keeps the answer to a query.
    pub fn keep_strategy(&self, strategy: &Strategy) -> Result<()> {
        let query = &strategy.query;
        let answer = LastAnswer {
            version_code: query.version_code,
            at: unix_ms(SystemTime::now()),
            json: strategy.json.clone(),
        };
        self.change(&subject(query)?, |_| Some(answer))
    }

    /// The last answer to a query, with its age.
    pub fn last_strategy(&self, query: &Query) -> Result<Strategy> {
        let answer: Option<LastAnswer> = self.recall(&subject(query)?)?;
        answer.ok_or_else(unknown)?.strategy(query)
    }
}

/// The service's last answer about an application on a device.
#[derive(Serialize, Deserialize)]
pub struct LastAnswer {
    version_code: i64,
    /// In Unix milliseconds.
    at: u64,
    json: String,
}

impl Kept for LastAnswer {
    const NAME: &'static str = "strategy";
}

impl LastAnswer {
    /// The answer with its age, if it is to this query.
    pub fn strategy(&self, query: &Query) -> Result<Strategy> {
        if self.version_code != query.version_code {
            return Err(unknown());
        }
        let envelope = Answer::parse(self.json.as_bytes()).map_err(|why| {
            Error::new(Status::Internal, Stage::Io, format!("state folder: the kept answer: {why}"))
        })?;
        let age = Duration::from_millis(unix_ms(SystemTime::now()).saturating_sub(self.at));
        Ok(Strategy { age, ..Strategy::read(&envelope, query.clone())? })
    }
}

fn unknown() -> Error {
    Error::new(Status::NotFound, Stage::Io, "state folder: no answer to this query is kept")
}

/// What the user chose about the upgrades of an application.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Choice {
    skipped: Option<i64>,
    /// In Unix milliseconds.
    snoozed_until: Option<u64>,
}

impl Kept for Choice {
    const NAME: &'static str = "choice";
}

impl Choice {
    pub fn skip(self, version_code: i64) -> Choice {
        Choice { skipped: Some(version_code), ..self }
    }

    pub fn snooze(self, until: SystemTime) -> Choice {
        Choice { snoozed_until: Some(unix_ms(until)), ..self }
    }

    /// Whether the upgrade is to be offered now. One that is forced overrides the user.
    pub fn allows(self, strategy: &Strategy, now: SystemTime) -> bool {
        let snoozed = self.snoozed_until.is_some_and(|until| unix_ms(now) < until);
        let skipped = self.skipped == Some(strategy.version_code);
        strategy.available && (strategy.upgrade_type == upgrade_type::FORCE || !(snoozed || skipped))
    }
}

/// An upgrade that is under way.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PendingUpgrade {
    pub from: i64,
    pub to: i64,
}

impl Kept for PendingUpgrade {
    const NAME: &'static str = "upgrade";
}

/// What an answer is about, but for the version that asks.
pub fn subject(query: &Query) -> Result<Vec<u8>> {
    let mut subject = query.kind.rules().name.as_bytes().to_vec();
    subject.extend(Query { version_code: 0, ..query.clone() }.upgrade_body()?);
    Ok(subject)
}

/// The application whose upgrades the user chooses about.
pub fn application(strategy: &Strategy) -> Vec<u8> {
    format!("{} {}", strategy.query.kind.rules().name, strategy.query.app_key).into_bytes()
}

/// A file bears its own name, so that none can be put in the place of another.
fn write<K: Kept>(seal: &Seal, name: &str, kept: &K) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(&(name, kept));
    let json = json.map_err(|error| {
        Error::new(Status::Internal, Stage::Io, format!("state folder: {name} is not JSON: {error}"))
    })?;
    Ok(seal.seal(&json))
}

/// Reads a sealed file that may have been changed by anybody.
pub fn read<K: Kept>(seal: &Seal, name: &str, sealed: &[u8]) -> Option<K> {
    let (own, kept): (String, K) = serde_json::from_slice(seal.open(sealed)?).ok()?;
    (own == name).then_some(kept)
}

pub fn unix_ms(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
