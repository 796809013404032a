//! What is remembered between runs: the last answer to each query, what the user chose, the upgrade
//! that is under way, and when to check again. Each is a sealed file of the state folder.

use std::{
    io::Write,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{
    api::{Answer, Query, Strategy, upgrade_type},
    error::{Error, Result, Stage, Status},
    seal::Seal,
    sign::Credentials,
    state::{Folder, Held, name_for},
    watch::Watch,
};

/// The sealed files of a state folder.
#[derive(Clone)]
pub struct Memory {
    folder: Folder,
    seal: Seal,
}

/// A form that is kept, as text in files of its own.
pub trait Kept: Sized {
    const NAME: &'static str;
    fn write(&self) -> String;
    /// `None` where the text is not of this form.
    fn read(text: &str) -> Option<Self>;
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
        let text = self.text(&self.hold()?, &name_for(K::NAME, about))?;
        Ok(text.and_then(|text| K::read(&text)))
    }

    /// Keeps what `change` makes of what was kept; nothing where it gives `None`.
    pub fn change<K: Kept>(&self, about: &[u8], change: impl FnOnce(Option<K>) -> Option<K>) -> Result<()> {
        let held = self.hold()?;
        let name = name_for(K::NAME, about);
        let kept = self.text(&held, &name)?.and_then(|text| K::read(&text));
        match change(kept) {
            Some(kept) => self.put(&held, &name, &kept.write()),
            None => held.remove(&name),
        }
    }

    fn text(&self, held: &Held, name: &str) -> Result<Option<String>> {
        Ok(held.read(name)?.and_then(|sealed| opened(&self.seal, name, &sealed)))
    }

    fn put(&self, held: &Held, name: &str, text: &str) -> Result<()> {
        held.replace(name, |file| file.write_all(&sealed(&self.seal, name, text)))
    }

    /// For what nobody cancels.
    fn hold(&self) -> Result<Held<'_>> {
        self.folder.hold(&Watch::default())
    }

    /// Keeps the answer to a query.
    pub fn keep_strategy(&self, strategy: &Strategy, watch: &Watch) -> Result<()> {
        let query = &strategy.query;
        let answer = LastAnswer {
            version_code: query.version_code,
            at: unix_ms(SystemTime::now()),
            json: strategy.json.clone(),
        };
        let name = name_for(LastAnswer::NAME, &subject(query)?);
        self.put(&self.folder.hold(watch)?, &name, &answer.write())
    }

    /// The last answer to a query, with its age.
    pub fn last_strategy(&self, query: &Query) -> Result<Strategy> {
        let answer: Option<LastAnswer> = self.recall(&subject(query)?)?;
        answer.ok_or_else(unknown)?.strategy(query)
    }
}

/// The service's last answer about an application on a device.
pub struct LastAnswer {
    version_code: i64,
    /// In Unix milliseconds.
    at: u64,
    json: String,
}

impl Kept for LastAnswer {
    const NAME: &'static str = "strategy";

    fn write(&self) -> String {
        format!("{} {}\n{}", self.version_code, self.at, self.json)
    }

    fn read(text: &str) -> Option<LastAnswer> {
        let (numbers, json) = text.split_once('\n')?;
        let (version_code, at) = numbers.split_once(' ')?;
        let (version_code, at) = (version_code.parse().ok()?, at.parse().ok()?);
        Some(LastAnswer { version_code, at, json: json.to_owned() })
    }
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
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    skipped: Option<i64>,
    /// In Unix milliseconds.
    snoozed_until: Option<u64>,
}

impl Kept for Choice {
    const NAME: &'static str = "choice";

    fn write(&self) -> String {
        format!("{} {}", or_dash(self.skipped), or_dash(self.snoozed_until))
    }

    fn read(text: &str) -> Option<Choice> {
        let (skipped, snoozed_until) = text.split_once(' ')?;
        Some(Choice { skipped: skipped.parse().ok(), snoozed_until: snoozed_until.parse().ok() })
    }
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
#[derive(Clone, Copy, Debug)]
pub struct PendingUpgrade {
    pub from: i64,
    pub to: i64,
}

impl Kept for PendingUpgrade {
    const NAME: &'static str = "upgrade";

    fn write(&self) -> String {
        format!("{} {}", self.from, self.to)
    }

    fn read(text: &str) -> Option<PendingUpgrade> {
        let (from, to) = text.split_once(' ')?;
        Some(PendingUpgrade { from: from.parse().ok()?, to: to.parse().ok()? })
    }
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

/// A number, or a dash where there is none.
pub fn or_dash(number: Option<impl ToString>) -> String {
    number.map_or("-".into(), |number| number.to_string())
}

/// A file bears its own name, so that none can be put in the place of another.
fn sealed(seal: &Seal, name: &str, text: &str) -> Vec<u8> {
    seal.seal(format!("{name}\n{text}").as_bytes())
}

/// Reads a sealed file that may have been changed by anybody.
fn opened(seal: &Seal, name: &str, sealed: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(seal.open(sealed)?).ok()?;
    text.strip_prefix(name)?.strip_prefix('\n').map(str::to_owned)
}

pub fn unix_ms(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
