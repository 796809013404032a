//! What a client does with its state folder: events that wait, answers and choices that are kept.

use std::{
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use super::{Ask, Client};
use crate::{
    api::{Query, Strategy},
    config::Config,
    error::{Error, Result, Status},
    log::Level,
    memory::{Choice, Memory, PendingUpgrade, application},
    reports::{Counts, Event, EventType, Outbox, REPORT_PATH},
    state::Folder,
    watch::Watch,
};

/// How long an event of the library's own may keep a host that has no state folder.
const SHORT: Duration = Duration::from_secs(5);

/// What outlives the process.
pub struct Keeper {
    memory: Memory,
    outbox: Outbox,
}

impl Keeper {
    /// `None` without a state folder.
    pub fn new(config: &Config) -> Result<Option<Keeper>> {
        let Some(path) = &config.state_folder else { return Ok(None) };
        let folder = Folder::open(path)?;
        Ok(Some(Keeper {
            memory: Memory::new(&folder, &config.credentials),
            outbox: Outbox::new(&folder, &config.log),
        }))
    }
}

impl Client {
    /// Tells the service of an event. With a state folder that is done in the background, and success
    /// means that the event is safely on the disk.
    pub fn report(&self, event: &Event, watch: &Watch) -> Result<()> {
        let _entered = self.enter()?;
        let config = &self.0.config;
        let mut event = event.clone();
        event.device_key = event.device_key.or_else(|| config.device_key.clone());
        event.device_model_key = event.device_model_key.or_else(|| config.device_model_key.clone());
        event.check()?;
        let body = event.body()?;
        let Some(keeper) = &self.0.keeper else {
            return self.ask(&self.post(REPORT_PATH, body.as_bytes(), &[0, 200]), watch, |_| Ok(()));
        };
        keeper.outbox.add(event.event_type, &body, watch)?;
        self.send_in_background(&keeper.outbox);
        Ok(())
    }

    /// Tells the service how the download of `strategy` ended, with the codes of its own clients. That
    /// this fails is no failure of the download.
    pub(crate) fn report_download(&self, strategy: &Strategy, failure: Option<&Error>, watch: &Watch) {
        let code = match failure.map(|error| error.status) {
            None => 0,
            // Nothing was downloaded, by the host's own doing.
            Some(
                Status::Cancelled
                | Status::InvalidArgument
                | Status::Downgrade
                | Status::Busy
                | Status::Unsupported,
            ) => return,
            Some(Status::NoSpace) => 1002,
            Some(Status::Io) => 1003,
            Some(Status::Verify) => 1004,
            Some(Status::Internal) => 1,
            Some(_) => 1001,
        };
        let query = &strategy.query;
        let mut event = Event::new(EventType::Download, query.app_key.as_str(), query.version_code);
        event.download_version_code = Some(strategy.version_code);
        event.code = Some(code);
        event.device_key = query.device_key.clone();
        event.device_model_key = query.device_model_key.clone();
        event.arch = query.arch.clone();
        let told = match &self.0.keeper {
            // Whoever cancels what is over already has the event kept all the same.
            Some(_) => self.report(&event, &Watch::default()),
            None => event.body().and_then(|body| self.send_event(&body, Some(Instant::now() + SHORT), watch)),
        };
        told.unwrap_or_else(|error| {
            self.0.config.log.line(Level::Warn, || format!("the download is not reported: {error}"));
        });
    }

    /// Sends the events that wait, at most for `limit`.
    pub fn flush(&self, limit: Duration, watch: &Watch) -> Result<()> {
        let _entered = self.enter()?;
        let Some(keeper) = &self.0.keeper else { return Ok(()) };
        let end = Instant::now() + limit;
        keeper.outbox.flush(end, watch, |body| self.send_event(body, Some(end), watch))
    }

    /// How many events wait and were dropped; none without a state folder.
    pub fn count_events(&self) -> Result<Counts> {
        self.0.keeper.as_ref().map_or(Ok(Counts::default()), |keeper| keeper.outbox.counts())
    }

    /// Ends what the client does by itself: from here on it calls nobody back but for running calls.
    /// A child that was forked has nothing of it to end.
    pub fn close(&self) {
        if let Some(keeper) = self.0.keeper.as_ref().filter(|_| self.check_process().is_ok()) {
            keeper.outbox.close();
        }
    }

    /// Sends in the background what an earlier run left.
    pub(super) fn send_what_waits(&self) {
        if let Some(keeper) = &self.0.keeper
            && keeper.outbox.counts().map_or(true, |counts| counts.waiting > 0)
        {
            self.send_in_background(&keeper.outbox);
        }
    }

    /// The thread does not keep the client alive.
    fn send_in_background(&self, outbox: &Outbox) {
        let client = Arc::downgrade(&self.0);
        let post = move |body: &str, watch: &Watch| {
            let outcome = Client(client.upgrade()?).send_event(body, None, watch);
            let stopped = outcome.as_ref().is_err_and(|error| error.status == Status::Cancelled);
            (!stopped).then_some(outcome)
        };
        outbox.wake(post);
    }

    /// Sends once: the queue has its own pauses.
    fn send_event(&self, body: &str, end: Option<Instant>, watch: &Watch) -> Result<()> {
        let ask = Ask { attempts: 1, end, ..self.post(REPORT_PATH, body.as_bytes(), &[0, 200]) };
        self.ask(&ask, watch, |_| Ok(()))
    }

    /// Remembers that `strategy` is being followed, so that the new version can report it.
    pub fn remember_upgrade(&self, strategy: &Strategy) -> Result<()> {
        let pending = PendingUpgrade { from: strategy.query.version_code, to: strategy.version_code };
        self.memory()?.change(strategy.query.app_key.as_bytes(), |_| Some(pending))
    }

    /// Reports that the application has started, and the upgrade that it is the outcome of.
    pub fn report_started(&self, app_key: &str, version_code: i64, watch: &Watch) -> Result<()> {
        self.report_finished_upgrade(app_key, version_code, watch)?;
        self.report(&Event::new(EventType::Start, app_key, version_code), watch)
    }

    /// The event is in the queue before the upgrade is forgotten.
    fn report_finished_upgrade(&self, app_key: &str, version_code: i64, watch: &Watch) -> Result<()> {
        let Ok(memory) = self.memory() else { return Ok(()) };
        let Some(_lease) = memory.folder().lease("upgrading")? else { return Ok(()) };
        let Some(pending) = memory.recall::<PendingUpgrade>(app_key.as_bytes())? else { return Ok(()) };
        if pending.from == version_code {
            return Ok(());
        }
        if pending.to == version_code {
            let mut event = Event::new(EventType::Upgrade, app_key, pending.from);
            event.upgrade_version_code = Some(pending.to);
            self.report(&event, watch)?;
        }
        memory.change::<PendingUpgrade>(app_key.as_bytes(), |_| None)
    }

    /// Remembers the answer; a check does not fail because that fails.
    pub(super) fn keep(&self, strategy: &Strategy, watch: &Watch) {
        let Ok(memory) = self.memory() else { return };
        memory.keep_strategy(strategy, watch).unwrap_or_else(|error| {
            self.0.config.log.line(Level::Warn, || format!("the answer is not remembered: {error}"));
        });
    }

    /// The last answer to a query, of this run or an earlier one; nothing is sent.
    pub fn last_strategy(&self, query: &Query) -> Result<Strategy> {
        self.memory()?.last_strategy(&self.complete(query)?)
    }

    /// The user wants to hear nothing of the application's upgrades before `until`.
    pub fn snooze(&self, strategy: &Strategy, until: SystemTime) -> Result<()> {
        self.choose(strategy, |choice| choice.snooze(until))
    }

    /// The user does not want this version.
    pub fn skip(&self, strategy: &Strategy) -> Result<()> {
        self.choose(strategy, |choice| choice.skip(strategy.version_code))
    }

    fn choose(&self, strategy: &Strategy, change: impl FnOnce(Choice) -> Choice) -> Result<()> {
        self.memory()?.change(&application(strategy), |choice| Some(change(choice.unwrap_or_default())))
    }

    /// Whether the upgrade is to be offered to the user now.
    pub fn is_wanted(&self, strategy: &Strategy) -> bool {
        let choice = self.memory().and_then(|memory| memory.recall::<Choice>(&application(strategy)));
        choice.unwrap_or_default().unwrap_or_default().allows(strategy, SystemTime::now())
    }

    /// What schedulers of this client are checking now.
    pub(crate) fn checking(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.checking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is remembered between runs.
    pub(crate) fn memory(&self) -> Result<&Memory> {
        self.0.keeper.as_ref().map(|keeper| &keeper.memory).ok_or_else(|| {
            Error::config("state folder: is not set, and nothing can be remembered without one")
        })
    }
}
