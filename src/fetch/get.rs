//! One GET of a file: redirects by our own rules, and what a refusal means.

use super::{Job, STALL_BYTES};
use crate::{
    error::{Error, Result, Stage, Status},
    http::{Limits, Request, Response},
};

/// How many redirects are followed in a row.
const MOST_REDIRECTS: usize = 5;

/// Asks for a file and follows redirects; the answer may be a refusal.
pub fn get(job: &Job, url: &str, headers: &[(&str, &str)]) -> Result<Response> {
    let config = job.client.config();
    let limits = Limits {
        connect: config.connect_timeout,
        first_byte: config.response_timeout,
        stall: job.options.stall_timeout,
        stall_bytes: STALL_BYTES,
        deadline: None,
    };
    let headers: Vec<_> = [("Accept-Encoding", "identity")].iter().chain(headers).copied().collect();
    let mut url = url.to_owned();
    for redirects in 0..=MOST_REDIRECTS {
        let request = Request { url: &url, headers: &headers, body: None };
        let response = job.client.http().send(&request, limits, &job.watch).map_err(|error| {
            // The link that is refused is the server's, not the host's.
            if redirects > 0 && error.status == Status::InvalidArgument {
                return download_error(
                    Status::Service,
                    format!("redirected to a place not allowed: {error}"),
                );
            }
            error
        })?;
        if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
            return Ok(response);
        }
        url = response
            .location(&url)
            .ok_or_else(|| download_error(Status::Service, "a redirect to nowhere"))?;
    }
    Err(download_error(Status::Service, format!("more than {MOST_REDIRECTS} redirects")))
}

/// What a status that brings no file means.
pub fn refusal(job: &Job, response: &Response) -> Error {
    let code = response.status;
    let (status, retryable) = match code {
        404 | 410 => (Status::NotFound, false),
        429 => (Status::RateLimited, true),
        408 | 500 | 502 | 503 | 504 => (Status::Service, true),
        _ => (Status::Service, false),
    };
    let wait = response.header("retry-after").and_then(|value| job.client.pause_in(value));
    let message = format!("the file's server answered HTTP {code}");
    download_error(status, message).http(code).retryable(retryable).retry_after(wait)
}

pub fn download_error(status: Status, why: impl std::fmt::Display) -> Error {
    Error::new(status, Stage::Download, format!("download: {why}"))
}

/// A failure that asking again may end.
pub fn trouble(why: &str) -> Error {
    download_error(Status::Network, why)
}
