//! Which offer a query gets: the highest eligible version first, falling through to older ones.

use crate::catalogue::{App, Flow, Task, Version};
use crate::query::Query;
use crate::time;
use std::collections::HashMap;

/// What was counted for each task, by the place of its application and its own.
#[derive(Default)]
pub struct Counters(HashMap<(usize, usize), Counter>);

#[derive(Default)]
struct Counter {
    gray: u64,
    span: i64,
    offers: u64,
}

impl Counter {
    /// Burns one of the gray quota; whether there was one left.
    fn pass_gray(&mut self, gray: Option<u64>) -> bool {
        self.gray += 1;
        gray.is_none_or(|quota| self.gray <= quota)
    }

    /// Counts an offer in the present span; whether the limit allows it.
    fn pass_flow(&mut self, flow: Flow, now: i64) -> bool {
        let span = now.div_euclid(flow.seconds.max(1) as i64);
        if span != self.span {
            (self.span, self.offers) = (span, 0);
        }
        self.offers += 1;
        self.offers <= flow.limit
    }
}

/// The service's decision.
#[derive(Debug)]
pub enum Decision<'a> {
    /// This task leads to this version.
    Offer(&'a Task, &'a Version),
    /// There is nothing to do.
    Nothing,
    /// The task's flow limit is reached. Its gray quota is burnt all the same.
    TooMany(Flow),
}

impl Counters {
    /// Decides. `place` is the application's place in the catalogue.
    pub fn decide<'a>(&mut self, place: usize, app: &'a App, query: &Query, now: i64) -> Decision<'a> {
        for (index, task, version) in eligible(app, query, now) {
            let counter = self.0.entry((place, index)).or_default();
            if !is_target(task, query) || !counter.pass_gray(task.gray) {
                continue;
            }
            return match task.flow {
                Some(flow) if !counter.pass_flow(flow, now) => Decision::TooMany(flow),
                _ => Decision::Offer(task, version),
            };
        }
        Decision::Nothing
    }
}

/// Tasks in force that lead beyond the client's version, highest version first.
fn eligible<'a>(app: &'a App, query: &Query, now: i64) -> Vec<(usize, &'a Task, &'a Version)> {
    let wanted = |code: i64| {
        code > query.version_code && (query.appoint_version_code == 0 || query.appoint_version_code == code)
    };
    let mut found: Vec<_> = app
        .tasks
        .iter()
        .enumerate()
        .filter(|(_, task)| wanted(task.to) && is_in_force(task, now))
        .filter_map(|(index, task)| Some((index, task, version_of(app, task.to, &query.arch)?)))
        .collect();
    found.sort_by_key(|(_, task, _)| std::cmp::Reverse(task.to));
    found
}

fn is_in_force(task: &Task, now: i64) -> bool {
    let begun = instant(&task.begin).is_none_or(|begin| begin <= now);
    let ended = instant(&task.end).is_some_and(|end| end < now);
    task.enabled && begun && !ended
}

fn instant(text: &Option<String>) -> Option<i64> {
    text.as_deref().and_then(time::parse_rfc3339)
}

fn is_target(task: &Task, query: &Query) -> bool {
    let named = |keys: &[String], key: &str| keys.is_empty() || keys.iter().any(|one| one == key);
    named(&task.device_keys, &query.device_key) && named(&task.model_keys, &query.device_model_key)
}

fn version_of<'a>(app: &'a App, code: i64, arch: &str) -> Option<&'a Version> {
    app.versions.iter().find(|version| version.code == code && fits(version, arch))
}

fn fits(version: &Version, arch: &str) -> bool {
    version.arch.is_empty() || version.arch == arch
}

/// The version that the version endpoint answers for a code.
pub fn described<'a>(app: &'a App, query: &Query) -> Option<&'a Version> {
    app.versions.iter().find(|version| {
        let own = version.described_as.is_empty() && version.code == query.version_code;
        fits(version, &query.arch) && (own || version.described_as.contains(&query.version_code))
    })
}
