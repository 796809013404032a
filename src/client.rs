//! A client of the service: signs, sends, repeats what may be repeated, and reads the answers.

mod keeping;

use std::{
    io::Read,
    process,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use self::keeping::Keeper;
use crate::{
    api::{Answer, Query, Statistics, Strategy, VersionDetails, excerpt, statistics_target},
    config::Config,
    error::{Error, Result, Stage, Status},
    http::{self, Limits, Request, Response, Transport},
    log::{Here, Level},
    sign::{Signed, random},
    signature::Signers,
    sys,
    watch::Watch,
};

/// The largest answer that is read.
const REPLY_LIMIT: u64 = 4 << 20;

/// A clock that is wrong by less cannot be why the service refused (its window is 300 s).
const TOLERATED_SKEW: i64 = 240;

/// Asks the service; cheap to clone, to be used from any thread at once.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    http: Arc<dyn Transport>,
    /// Seconds by which the service's clock is ahead of ours.
    skew: AtomicI64,
    /// The process that made the client: its connections are of no use to another.
    process: u32,
    /// Who may sign files.
    signers: Signers,
    /// What needs a state folder.
    keeper: Option<Keeper>,
    /// What its schedulers are checking.
    checking: Mutex<Vec<Vec<u8>>>,
}

impl Client {
    /// Checks the whole configuration. Events of an earlier run are sent in the background.
    pub fn new(config: Config) -> Result<Client> {
        sys::stay_loaded();
        config.check()?;
        let config = Config { endpoint: config.endpoint.trim_end_matches('/').to_owned(), ..config };
        http::check_url(&config.endpoint, config.allow_http)
            .map_err(|error| Error::config(format!("endpoint: {}", error.message)))?;
        if config.endpoint.contains(['?', '#']) {
            return Err(Error::config(format!("endpoint {:?}: takes no query", config.endpoint)));
        }
        let http = http::transport(&config)?;
        let signers = Signers::new(&config)?;
        let keeper = Keeper::new(&config)?;
        let (skew, process, checking) = (AtomicI64::new(0), process::id(), Mutex::default());
        let client = Client(Arc::new(Inner { config, http, skew, process, signers, keeper, checking }));
        client.send_what_waits();
        Ok(client)
    }

    /// What the application should do now.
    pub fn check(&self, query: &Query, watch: &Watch) -> Result<Strategy> {
        let query = self.complete(query)?;
        let body = query.upgrade_body()?;
        let path = query.kind.rules().upgrade;
        let strategy = self
            .ask(&self.post(path, &body, &[200, 0]), watch, |answer| Strategy::read(answer, query.clone()))?;
        self.keep(&strategy, watch);
        Ok(strategy)
    }

    /// The details of the version that the query names.
    pub fn describe(&self, query: &Query, watch: &Watch) -> Result<VersionDetails> {
        let query = self.complete(query)?;
        let body = query.version_body()?;
        let path = query.kind.rules().version;
        self.ask(&self.post(path, &body, &[200]), watch, |answer| VersionDetails::read(answer, &query))
    }

    /// The figures of an application.
    pub fn measure(&self, app_key: &str, watch: &Watch) -> Result<Statistics> {
        let (signed, target) = statistics_target(app_key)?;
        let ask = Ask { body: None, signed: &signed, ..self.post(&target, &[], &[200, 0]) };
        self.ask(&ask, watch, Statistics::read)
    }

    fn post<'a>(&self, path: &'a str, body: &'a [u8], success: &'a [i64]) -> Ask<'a> {
        let attempts = self.0.config.max_attempts;
        Ask { body: Some(body), signed: path, target: path, success, attempts, end: None }
    }

    /// Who may sign files.
    pub fn signers(&self) -> &Signers {
        &self.0.signers
    }

    /// Begins a call on this thread: its panics go to the client's log until the value is dropped.
    pub(crate) fn enter(&self) -> Result<Here> {
        self.check_process()?;
        Ok(self.0.config.log.here())
    }

    /// Refuses a client of a parent's: none of its threads are in this process.
    pub(crate) fn check_process(&self) -> Result<()> {
        if self.0.process == process::id() {
            return Ok(());
        }
        Err(Error::unsupported("the client was made before a fork; make a new one in the child"))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn http(&self) -> &dyn Transport {
        &*self.0.http
    }

    /// The query with the configuration's device keys where it has none of its own.
    pub(crate) fn complete(&self, query: &Query) -> Result<Query> {
        let config = &self.0.config;
        let mut query = query.clone();
        query.device_key = query.device_key.or_else(|| config.device_key.clone());
        query.device_model_key = query.device_model_key.or_else(|| config.device_model_key.clone());
        query.check()?;
        Ok(query)
    }

    /// Asks, and gives what `read` makes of the answer.
    fn ask<T>(&self, ask: &Ask, watch: &Watch, read: impl Fn(&Answer) -> Result<T>) -> Result<T> {
        let mut value = None;
        self.exchange(ask, watch, &mut |answer| {
            value = Some(read(answer)?);
            Ok(())
        })?;
        value.ok_or_else(|| Error::new(Status::Internal, Stage::Decode, "an answer was not read"))
    }

    fn exchange(&self, ask: &Ask, watch: &Watch, read: &mut Reader) -> Result<()> {
        let config = &self.0.config;
        let _entered = self.enter()?;
        #[cfg(feature = "inject-panic")]
        crate::inject_panic("call");
        let deadline =
            config.total_timeout.map(|limit| Instant::now() + limit).into_iter().chain(ask.end).min();
        let mut clock_was_set = false;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt(ask, deadline, watch) {
                Ok(reply) => match self.judge(ask, &reply, read) {
                    Verdict::Done => return Ok(()),
                    Verdict::Refused(_) if !clock_was_set && self.learn_skew(&reply) => {
                        clock_was_set = true;
                        continue;
                    }
                    Verdict::Refused(error) => return Err(reply.redact(config, error)),
                    Verdict::Repeat(error) => reply.redact(config, error),
                },
                Err(error) if repeatable(&error) => error,
                Err(error) => return Err(error),
            };
            let pause = pause_before(attempt + 1, failure.retry_after)?;
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let late = left.is_some_and(|left| pause >= left);
            if attempt >= ask.attempts || late {
                return Err(after(attempt, failure));
            }
            config.log.line(Level::Warn, || {
                format!(
                    "{}: {}; attempt {} in {} ms",
                    ask.target,
                    failure.message,
                    attempt + 1,
                    pause.as_millis()
                )
            });
            watch.pause(pause)?;
            attempt += 1;
        }
    }

    /// Signs and sends once.
    fn attempt(&self, ask: &Ask, deadline: Option<Instant>, watch: &Watch) -> Result<Reply> {
        let config = &self.0.config;
        let started = Instant::now();
        let signed_at = self.now();
        let signed = Signed::new(&config.credentials, ask.body.unwrap_or_default(), ask.signed, signed_at)?;
        let headers = [
            ("X-Timestamp", signed.timestamp.as_str()),
            ("X-Nonce", &signed.nonce),
            ("X-AccessKey", &config.credentials.access_key),
            ("X-Signature", &signed.signature),
            ("Content-Type", "application/json"),
        ];
        let url = format!("{}{}", config.endpoint, ask.target);
        let limits = Limits {
            connect: config.connect_timeout,
            first_byte: config.response_timeout,
            stall: config.response_timeout,
            stall_bytes: 1,
            deadline,
        };
        let request = Request { url: &url, headers: &headers, body: ask.body };
        let mut response = self.0.http.send(&request, limits, watch)?;
        let body = read_body(&mut response)?;
        config.log.line(Level::Debug, || {
            let elapsed = started.elapsed().as_millis();
            format!("{}: HTTP {}, {} bytes, {elapsed} ms", ask.target, response.status, body.len())
        });
        Ok(Reply { response, body, signature: signed.signature, signed_at })
    }

    fn judge(&self, ask: &Ask, reply: &Reply, read: &mut Reader) -> Verdict {
        let status = reply.response.status;
        let retry_after = reply.response.header("retry-after").and_then(|value| self.pause_in(value));
        let answer = match Answer::parse(&reply.body) {
            Ok(answer) => answer,
            Err(why) => {
                let unusable = match (status, reply.body.is_empty()) {
                    (429, _) => Some(Status::RateLimited),
                    (502..=504, _) | (500, true) => Some(Status::Service),
                    _ => None,
                };
                return match unusable {
                    Some(kind) => Verdict::Repeat(
                        Error::new(
                            kind,
                            Stage::Service,
                            format!("HTTP {status} without an answer of the service"),
                        )
                        .http(status)
                        .retryable(true)
                        .retry_after(retry_after),
                    ),
                    None => Verdict::Refused(unreadable(reply, &why.to_string()).retry_after(retry_after)),
                };
            }
        };
        let promised = matches!(answer.code, 0 | 200);
        let outcome = if promised && !(200..300).contains(&status) {
            Err(unreadable(reply, &format!("code {} under HTTP {status} is contradictory", answer.code)))
        } else if ask.success.contains(&answer.code) {
            read(&answer)
        } else if promised {
            let message = format!("code {} is no answer that {} documents", answer.code, ask.target);
            Err(Error::new(Status::Reply, Stage::Decode, message))
        } else {
            Err(answer.refusal().retry_after(retry_after))
        };
        match outcome {
            Ok(()) => Verdict::Done,
            Err(error) => Verdict::Refused(error.http(status)),
        }
    }

    /// The present time by the service's clock, as far as it is known.
    fn now(&self) -> SystemTime {
        let seconds = unix_seconds(SystemTime::now()) + self.0.skew.load(Ordering::Relaxed);
        // Behind that a year has five digits, which no timestamp can.
        const LAST: i64 = 253_402_300_799;
        UNIX_EPOCH + Duration::from_secs(seconds.clamp(0, LAST) as u64)
    }

    /// Takes over the service's clock when that may be why it refused.
    fn learn_skew(&self, reply: &Reply) -> bool {
        let refused = Answer::parse(&reply.body).is_ok_and(|answer| answer.code == 401_001);
        let date = reply.response.header("date").and_then(|date| httpdate::parse_http_date(date).ok());
        let Some(date) = date.filter(|_| refused) else { return false };
        if (unix_seconds(date) - unix_seconds(reply.signed_at)).abs() <= TOLERATED_SKEW {
            return false;
        }
        let skew = unix_seconds(date) - unix_seconds(SystemTime::now());
        self.0.skew.store(skew, Ordering::Relaxed);
        self.0
            .config
            .log
            .line(Level::Info, || format!("the service's clock is {skew} s ahead; signing again"));
        true
    }

    /// A `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
    pub(crate) fn pause_in(&self, value: &str) -> Option<Duration> {
        if let Ok(seconds) = value.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = httpdate::parse_http_date(value).ok()?;
        Some(date.duration_since(self.now()).unwrap_or_default())
    }
}

/// One request of the service.
struct Ask<'a> {
    body: Option<&'a [u8]>,
    /// The target as it is signed, and as it goes on the wire.
    signed: &'a str,
    target: &'a str,
    success: &'a [i64],
    attempts: u32,
    /// When it must be over, if before the configuration's limit.
    end: Option<Instant>,
}

struct Reply {
    response: Response,
    body: Vec<u8>,
    signature: String,
    /// By the service's clock, as far as it was known then.
    signed_at: SystemTime,
}

impl Reply {
    /// An answer may echo what was sent; the signature goes no further.
    fn redact(&self, config: &Config, mut error: Error) -> Error {
        let failure = &mut *error;
        let texts = [Some(&mut failure.message), failure.docs.as_mut(), failure.trace_id.as_mut()];
        for text in texts.into_iter().flatten() {
            hide(text, &self.signature);
            hide(text, &config.credentials.secret_key);
        }
        error
    }
}

/// Takes `secret` out of `text`, and beginnings of it too: an excerpt may have cut it.
fn hide(text: &mut String, secret: &str) {
    let beginning = &secret[..secret.floor_char_boundary(8)];
    let mut from = 0;
    while let Some(found) = text[from..].find(beginning) {
        let start = from + found;
        let same = text[start..].chars().zip(secret.chars()).take_while(|(one, other)| one == other);
        let length: usize = same.map(|(one, _)| one.len_utf8()).sum();
        text.replace_range(start..start + length, "***");
        from = start + 3;
    }
}

/// Takes over an answer whose code is a success.
type Reader<'a> = dyn FnMut(&Answer) -> Result<()> + 'a;

enum Verdict {
    Done,
    Refused(Error),
    Repeat(Error),
}

fn read_body(response: &mut Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let read = Read::by_ref(&mut response.body).take(REPLY_LIMIT + 1).read_to_end(&mut body);
    let status = response.status;
    read.map_err(|error| http::error_of(error).http(status))?;
    if body.len() as u64 > REPLY_LIMIT {
        let message = format!("the reply has more than {REPLY_LIMIT} bytes");
        return Err(Error::new(Status::Reply, Stage::Decode, message).http(status));
    }
    Ok(body)
}

fn unreadable(reply: &Reply, why: &str) -> Error {
    let status = reply.response.status;
    let seen = match reply.response.header("location").filter(|_| (300..400).contains(&status)) {
        Some(location) => format!("a redirect to {location:?}, which the API never sends"),
        None => {
            let form = reply.response.header("content-type").unwrap_or("no content type");
            format!("{why}; HTTP {status}, {form}, {}", excerpt(&reply.body))
        }
    };
    Error::new(Status::Reply, Stage::Decode, format!("the reply is not the service's: {seen}")).http(status)
}

fn repeatable(error: &Error) -> bool {
    matches!(error.status, Status::Connect | Status::Network | Status::Timeout)
}

/// Exponential with full jitter, never shorter than what the service asks for.
pub(crate) fn pause_before(attempt: u32, asked: Option<Duration>) -> Result<Duration> {
    const FIRST_MS: u64 = 400;
    const MOST_MS: u64 = 10_000;
    let most = (FIRST_MS << (attempt - 2).min(10)).min(MOST_MS);
    let jitter = u64::from_le_bytes(random()?) % most;
    Ok(Duration::from_millis(jitter).max(asked.unwrap_or_default()))
}

fn after(attempts: u32, mut error: Error) -> Error {
    if attempts > 1 {
        error.message = format!("{} ({attempts} attempts)", error.message);
    }
    error
}

fn unix_seconds(time: SystemTime) -> i64 {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
