//! A fleet of clients that check by the library's own rule, on a virtual clock.

use upgradelink::scheduler::rule::{self, Event, State};

pub const MINUTE: u64 = 60_000;
pub const HOUR: u64 = 60 * MINUTE;
pub const DAY: u64 = 24 * HOUR;

/// How long is simulated, and when the service does not answer.
pub const END: u64 = 4 * DAY;
pub const OUTAGE: std::ops::Range<u64> = 2 * DAY..2 * DAY + 2 * HOUR;

/// How a client decides when to check next.
pub trait Manner {
    /// What it knows between checks.
    type Memory: Copy;
    /// After its start, and after each check, with what it knows then.
    fn next(memory: Option<Self::Memory>, event: Event, now: u64, random: u64) -> (Self::Memory, u64);
}

/// By the rule of the library.
pub struct Ours;

impl Manner for Ours {
    type Memory = State;
    fn next(memory: Option<State>, event: Event, now: u64, random: u64) -> (State, u64) {
        let state = rule::next(memory, event, DAY, now, random);
        (state, state.next)
    }
}

/// At the start, a day after each check, and each minute until it works.
pub struct Plain;

impl Manner for Plain {
    type Memory = ();
    fn next(_: Option<()>, event: Event, now: u64, _: u64) -> ((), u64) {
        let pause = match event {
            Event::Started => 0,
            Event::Succeeded => DAY,
            Event::Failed { .. } => MINUTE,
        };
        ((), now + pause)
    }
}

/// The requests that the service sees in each minute, and the longest wait for a first check.
pub struct Load {
    pub minutes: Vec<u32>,
    pub first_check: u64,
}

/// Lets `clients` of one manner live: 60 % of them start within the first hour, the others over the
/// first day.
pub fn simulate<M: Manner>(clients: u32, seed: u64) -> Load {
    let mut random = Random(seed);
    let mut calendar: Vec<Vec<u32>> = vec![Vec::new(); (END / MINUTE) as usize];
    let mut plans: Vec<(M::Memory, u64)> = Vec::with_capacity(clients as usize);
    let mut first_check = 0;
    for client in 0..clients {
        let within = if client % 10 < 6 { HOUR } else { DAY };
        let start = random.next() % within;
        let plan = M::next(None, Event::Started, start, random.next());
        first_check = first_check.max(plan.1 - start);
        plans.push(plan);
        calendar[(plan.1 / MINUTE) as usize].push(client);
    }

    let mut minutes = vec![0; calendar.len()];
    for minute in 0..calendar.len() {
        while let Some(client) = calendar[minute].pop() {
            minutes[minute] += 1;
            let (memory, now) = plans[client as usize];
            let answered = !OUTAGE.contains(&now);
            let event = if answered { Event::Succeeded } else { Event::Failed { asked: None } };
            let plan = M::next(Some(memory), event, now, random.next());
            plans[client as usize] = plan;
            if let Some(day) = calendar.get_mut((plan.1 / MINUTE) as usize) {
                day.push(client);
            }
        }
    }
    Load { minutes, first_check }
}

impl Load {
    /// The busiest minute and the mean of all, after a day and before the outage.
    pub fn peak_after_a_day(&self) -> f64 {
        f64::from(self.worst(DAY..OUTAGE.start)) / self.mean()
    }

    /// The busiest minute after the outage, in means.
    pub fn worst_after_the_outage(&self) -> f64 {
        f64::from(self.worst(OUTAGE.end..END)) / self.mean()
    }

    pub fn worst(&self, span: std::ops::Range<u64>) -> u32 {
        self.span(span).iter().copied().max().unwrap_or(0)
    }

    pub fn span(&self, span: std::ops::Range<u64>) -> &[u32] {
        &self.minutes[(span.start / MINUTE) as usize..(span.end / MINUTE) as usize]
    }

    fn mean(&self) -> f64 {
        let span = self.span(DAY..OUTAGE.start);
        span.iter().copied().map(f64::from).sum::<f64>() / span.len() as f64
    }
}

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
