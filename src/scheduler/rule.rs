//! When to check next. One pure function, for the library and for the simulation of a fleet.
//!
//! - The first check of all comes within a minute of the first start, the second at a random moment
//!   around an interval later. That moment is the device's own from then on: it checks at the same
//!   time of each interval, and a fleet that was installed in one hour is spread over all of them.
//! - After a failure the pauses grow and are random, and never shorter than the service asks for.
//!   Success leads back to the device's own moment, so that an outage leaves no crowd behind.
//! - Who was asleep at its moment checks within a minute of waking, and draws another moment.

/// What is kept between checks. Times are Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// When to check.
    pub next: u64,
    /// How often it failed since it last worked.
    pub failures: u32,
    /// The device's own moment within each interval, once it has one.
    pub moment: Option<u64>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The application has started, or woken after its time.
    Started,
    Succeeded,
    Failed {
        /// The pause for which the service asks, in milliseconds.
        asked: Option<u64>,
    },
}

/// How soon a device checks that has just started or woken.
const SOON: u64 = 60_000;

/// The longest pause that the service can ask for.
const MOST_ASKED: u64 = 7 * 24 * 3_600_000;

/// What to keep after `event` at `now`; `random` is any number, another one each time.
pub fn next(state: Option<State>, event: Event, interval: u64, now: u64, random: u64) -> State {
    let interval = interval.max(1);
    let soon = now + random % SOON.min(interval);
    let Some(state) = state else {
        let fresh = State { next: soon, failures: 0, moment: None };
        return if event == Event::Started { fresh } else { next(Some(fresh), event, interval, now, random) };
    };
    match event {
        Event::Started if state.next <= now => State { next: soon, moment: None, ..state },
        Event::Started if is_stray(state, interval, now) => State { next: now + random % interval, ..state },
        Event::Started => state,
        Event::Succeeded => {
            let earliest = now + interval / 2;
            let wait = match state.moment {
                None => random % interval,
                Some(moment) => (moment % interval + interval - earliest % interval) % interval,
            };
            let next = earliest + wait;
            State { next, failures: 0, moment: Some(next % interval) }
        }
        Event::Failed { asked } => {
            let first = (interval / 24).max(SOON).min(interval);
            let grown = first.saturating_mul(1 << state.failures.min(16)).min(interval);
            let pause = asked.unwrap_or(0).min(MOST_ASKED).max(grown / 2) + random % grown;
            State { next: now + pause, failures: state.failures.saturating_add(1), ..state }
        }
    }
}

/// Whether a plan lies further ahead than any event leads: the clock was set back since.
pub fn is_stray(state: State, interval: u64, now: u64) -> bool {
    state.next > now + MOST_ASKED.max(interval) + interval
}
