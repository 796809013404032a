//! Takes a file from the network: requests, redirects, resumption, repetition.

use std::{
    io::{self, Read},
    sync::Arc,
    time::Duration,
};

use super::{
    Artifact, Job, Origin,
    get::{download_error, get, refusal, trouble},
    pace::Pace,
    part::Part,
    place::{BLOCK, Place},
    promise::{Promise, Source, refused},
    signature,
};
use crate::{
    client::pause_before,
    digest::Blocks,
    error::{Error, Result, Status},
    http::{self, Body, Response},
    log::Level,
    progress::Phase,
};

/// A failure after so many new bytes is a new trouble, not the old one again.
const ENOUGH_PROGRESS: u64 = 1 << 20;

/// A fetch, which nothing bounds, does not wait for longer before it asks again: it tells for how long.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

pub struct Download<'a> {
    job: &'a Job<'a>,
    promise: &'a Promise,
    source: Source<'a>,
    place: &'a Place,
    url: String,
    /// An answer that is there already.
    begun: Option<Response>,
    renewed: bool,
}

impl<'a> Download<'a> {
    pub fn new(job: &'a Job, promise: &'a Promise, source: Source<'a>, place: &'a Place) -> Download<'a> {
        let url = promise.url.clone();
        Download { job, promise, source, place, url, begun: None, renewed: false }
    }

    /// Goes on with an answer of status 200 that is there already, unread.
    pub fn with_response(self, begun: Option<Response>) -> Download<'a> {
        Download { begun, ..self }
    }

    pub fn run(mut self) -> Result<Artifact> {
        let part = Part::open(self.place, self.promise, self.job)?;
        let result = self.complete(part);
        if result.is_err() && !self.job.options.keep_partial {
            self.place.clear();
        }
        result
    }

    fn complete(&mut self, mut part: Part<'a>) -> Result<Artifact> {
        loop {
            if let Err(failure) = self.fill(&mut part) {
                let _ = part.leave();
                return Err(failure);
            }
            let resumed = part.resumed;
            let (file, size, md5, sha256) = part.finish()?;
            let judged = self
                .promise
                .verify(size, &md5, &sha256)
                .and_then(|checked| Ok(checked | signature::check(self.job, self.promise, &file, size)?));
            let checked = match judged {
                Ok(checked) => checked,
                Err(wrong) if wrong.status == Status::Verify => {
                    self.place.clear();
                    // The beginning came from an earlier run: it may have been spoilt since.
                    if resumed {
                        self.say(|| format!("{}; starting again", wrong.message));
                        part = Part::open(self.place, self.promise, self.job)?;
                        continue;
                    }
                    return Err(wrong);
                }
                Err(error) => return Err(error),
            };
            let path = self.place.commit_part(file, &self.job.watch)?;
            self.job.progress.finish(Phase::Download, size);
            let origin = if resumed { Origin::Resumed } else { Origin::Downloaded };
            let network_bytes = self.job.network_bytes.get();
            return Ok(Artifact {
                path,
                size,
                md5,
                sha256,
                origin,
                checked,
                network_bytes,
                patch_failure: None,
            });
        }
    }

    /// Repeats until the part is as long as the file, or the budget is used up.
    fn fill(&mut self, part: &mut Part) -> Result<()> {
        let most = self.job.client.config().max_attempts;
        let mut furthest = part.length();
        let mut attempt = 1;
        while self.promise.size.is_none_or(|size| part.length() != size) {
            let failure = match self.transfer(part) {
                Ok(()) => return Ok(()),
                Err(failure) if failure.retryable => failure,
                Err(failure) => return Err(failure),
            };
            if part.length() >= furthest + ENOUGH_PROGRESS {
                attempt = 1;
            }
            furthest = furthest.max(part.length());
            if attempt >= most || failure.retry_after > Some(LONGEST_PAUSE) {
                return Err(failure);
            }
            attempt += 1;
            let pause = pause_before(attempt, failure.retry_after)?;
            self.say(|| {
                format!("{}; going on at byte {} in {} ms", failure.message, part.length(), pause.as_millis())
            });
            self.job.watch.pause(pause)?;
        }
        Ok(())
    }

    /// One request and its body.
    fn transfer(&mut self, part: &mut Part) -> Result<()> {
        if part.length() > 0 && part.validator().is_none() && !self.promise.has_hash() {
            part.restart()?;
        }
        let begun = self.begun.take().filter(|_| part.length() == 0);
        let mut response = match begun {
            Some(response) => response,
            None => self.ask(part)?,
        };
        let total = match response.status {
            200 => response.length,
            206 if part.length() > 0 => match goes_on(&response, part, self.promise) {
                Ok(total) => total,
                Err(why) => {
                    part.restart()?;
                    return Err(trouble(&format!("the server's part does not fit: {why}")));
                }
            },
            416 if part.length() > 0 && has_no_more(&response, part) => return Ok(()),
            // What is there is more, or something else, than the server has.
            416 if part.length() > 0 => {
                part.restart()?;
                return Err(trouble("the server has no bytes behind those of the part"));
            }
            _ => return Err(refusal(self.job, &response)),
        };
        if let Some(encoding) = response.header("content-encoding").filter(|encoding| *encoding != "identity")
        {
            return Err(download_error(Status::Service, format!("the file comes encoded as {encoding:?}")));
        }
        self.check_announced(total)?;
        let total = total.or(self.promise.size);
        if response.status == 200 {
            part.begin_anew(validator(&response))?;
        }
        let missing = total.map_or(0, |total| total.saturating_sub(part.length()));
        self.place.has_room_for(missing)?;
        self.receive(&mut response, part, total)?;
        match total {
            Some(total) if part.length() < total => {
                Err(trouble(&format!("the body ended at byte {} of {total}", part.length())))
            }
            _ => Ok(()),
        }
    }

    fn check_announced(&self, total: Option<u64>) -> Result<()> {
        match (total, self.promise.size) {
            (Some(total), Some(size)) if total != size => {
                Err(refused(&format!("the server announces {total} bytes, promised were {size}")))
            }
            (total, _) => self.promise.check_most(total.unwrap_or(0)),
        }
    }

    fn receive(&mut self, response: &mut Response, part: &mut Part, total: Option<u64>) -> Result<()> {
        let mut blocks = Blocks::new(self.block_size());
        let pace = Pace::new(self.job.options.max_bytes_per_second);
        let mut received = 0;
        loop {
            let mut failure = None;
            let block = blocks.fill(|space| -> Result<usize> {
                let (count, error) = gather(&mut response.body, space);
                failure = error;
                Ok(count)
            })?;
            received += block.len() as u64;
            self.job.came(block.len());
            let over = block.is_empty();
            self.take(part, &block, total)?;
            if let Some(error) = failure {
                return Err(error);
            }
            if over {
                return Ok(());
            }
            self.job.watch.pause(pace.debt(received))?;
        }
    }

    fn take(&self, part: &mut Part, block: &Arc<Vec<u8>>, total: Option<u64>) -> Result<()> {
        if block.is_empty() {
            return Ok(());
        }
        let length = part.length() + block.len() as u64;
        if let Some(total) = total.filter(|total| length > *total) {
            return Err(refused(&format!("more than the promised {total} bytes came")));
        }
        self.promise.check_most(length)?;
        part.append(block)?;
        self.job.progress.reached(Phase::Download, length, total)?;
        self.job.watch.check()
    }

    fn block_size(&self) -> usize {
        let tenth = self.job.options.max_bytes_per_second.map(|most| most / 10);
        tenth.and_then(|tenth| usize::try_from(tenth).ok()).map_or(BLOCK, |tenth| tenth.clamp(1, BLOCK))
    }

    /// Sends the request, follows redirects, and asks the service for another link when this one
    /// has expired.
    fn ask(&mut self, part: &Part) -> Result<Response> {
        let response = self.follow(part)?;
        if response.status != 403 || self.renewed {
            return Ok(response);
        }
        let Source::Strategy(strategy) = self.source else { return Ok(response) };
        let again = self.job.client.check(&strategy.query, &self.job.watch)?;
        self.renewed = true;
        let same = again.available
            && again.version_code == strategy.version_code
            && again.file_size == strategy.file_size
            && again.file_md5 == strategy.file_md5;
        if !same {
            let message = "the link has expired, and the service now offers another file; check again";
            return Err(download_error(Status::Service, message).http(403));
        }
        self.url = Promise::of_strategy(&again, self.job.options)?.url;
        self.follow(part)
    }

    fn follow(&self, part: &Part) -> Result<Response> {
        let range = format!("bytes={}-", part.length());
        let mut headers = Vec::new();
        if part.length() > 0 {
            headers.push(("Range", range.as_str()));
            headers.extend(part.validator().map(|validator| ("If-Range", validator)));
        }
        get(self.job, &self.url, &headers)
    }

    fn say(&self, line: impl FnOnce() -> String) {
        self.job.client.config().log.line(Level::Warn, line);
    }
}

/// Fills `space` as far as bytes have come: none waits in memory for others. A failure comes beside
/// what came before it.
fn gather(body: &mut Body, space: &mut [u8]) -> (usize, Option<Error>) {
    let mut count = 0;
    while count < space.len() {
        match body.read(&mut space[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Some(http::error_of(error))),
        }
        if body.is_drained() {
            break;
        }
    }
    (count, None)
}

/// Whether a 206 continues the part, of a whole of how many bytes.
fn goes_on(response: &Response, part: &Part, promise: &Promise) -> Result<Option<u64>, String> {
    let range = response.header("content-range").unwrap_or_default();
    let (first, total) = parse_range(range).ok_or_else(|| format!("Content-Range is {range:?}"))?;
    if first != part.length() {
        return Err(format!("it begins at byte {first}, wanted was {}", part.length()));
    }
    if let (Some(total), Some(size)) = (total, promise.size)
        && total != size
    {
        return Err(format!("the whole has {total} bytes, promised were {size}"));
    }
    match (validator(response), part.validator()) {
        (Some(now), Some(before))
            if now != before && (!promise.has_hash() || is_etag(&now) == is_etag(before)) =>
        {
            Err(format!("the file is now {now}, was {before}"))
        }
        _ => Ok(total),
    }
}

fn is_etag(validator: &str) -> bool {
    validator.starts_with('"')
}

/// Whether a 416 says that the part is the whole file.
fn has_no_more(response: &Response, part: &Part) -> bool {
    let total = response.header("content-range").and_then(|range| range.strip_prefix("bytes */"));
    total.and_then(|total| total.parse().ok()) == Some(part.length())
}

/// `bytes FIRST-LAST/TOTAL`, where TOTAL may be `*`.
fn parse_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    let total = if total == "*" { None } else { Some(total.parse().ok()?) };
    (first <= last && total.is_none_or(|total: u64| last < total)).then_some((first, total))
}

/// By what the server knows its file again: a strong ETag, or the date of its last change.
fn validator(response: &Response) -> Option<String> {
    let strong = response.header("etag").filter(|etag| is_etag(etag));
    strong.or_else(|| response.header("last-modified")).map(str::to_owned)
}
