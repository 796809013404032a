//! What all connections of a server share.

use crate::catalogue::Catalogue;
use crate::fault::{Fault, Faults};
use crate::gate::Nonces;
use crate::hosting::Hosted;
use crate::record::Requests;
use crate::strategy::Counters;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};

/// What all connections of a server share; outlives stops and restarts.
#[derive(Default)]
pub struct Shared {
    /// See [`Shared::catalogue`].
    pub catalogue: RwLock<Arc<Catalogue>>,
    /// The host folder.
    pub folder: PathBuf,
    /// Nonces that were used.
    pub nonces: Mutex<Nonces>,
    /// What was counted for each task.
    pub counters: Mutex<Counters>,
    /// Tokens and digests.
    pub hosted: Mutex<Hosted>,
    /// Faults in force.
    pub faults: Mutex<Faults>,
    /// The last requests.
    pub(crate) requests: Mutex<Requests>,
    /// The admin interface answers.
    pub admin: bool,
    /// Requests are recorded.
    pub record: bool,
    /// Requests are logged.
    pub log: bool,
}

impl Shared {
    /// The catalogue of this moment.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.read().unwrap().clone()
    }

    /// Changes the catalogue; gray quotas and flow limits start afresh.
    pub fn change(&self, change: impl FnOnce(&mut Catalogue)) {
        change(Arc::make_mut(&mut self.catalogue.write().unwrap()));
        *self.counters.lock().unwrap() = Counters::default();
    }

    /// Replaces the catalogue, and the faults in force with those of the new one.
    pub fn replace(&self, catalogue: Catalogue) {
        let mut faults = self.faults.lock().unwrap();
        faults.clear();
        catalogue.faults.iter().cloned().for_each(|fault| faults.add(fault));
        drop(faults);
        self.change(|present| *present = catalogue);
    }
}

/// What a handler is told beside the request.
#[derive(Clone)]
pub struct Asked {
    /// The fault in force.
    pub fault: Option<Fault>,
    /// The server's clock, skewed if the fault says so.
    pub now: i64,
    /// Where this server is, as the client called it.
    pub base: String,
}
