//! The checks that every signed request passes, in the order in which the service makes them: first the
//! protection against replay, then the signature. Its own code, so that it tests the library's.

use crate::answer::Answer;
use crate::catalogue::Catalogue;
use crate::sign::Signed;
use crate::time;
use axum::http::{HeaderMap, Method};
use std::collections::HashMap;

/// Seconds that a timestamp may differ from the server's clock.
const WINDOW: i64 = 300;

/// Nonces that were used, each kept for as long as its timestamp could be accepted again.
#[derive(Default)]
pub struct Nonces {
    used: HashMap<String, i64>,
    sweep_at: usize,
}

impl Nonces {
    /// Whether this nonce is new; remembers it.
    fn accept(&mut self, nonce: &str, now: i64) -> bool {
        if self.used.len() >= self.sweep_at {
            self.used.retain(|_, until| *until > now);
            self.sweep_at = 1_024.max(self.used.len() * 2);
        }
        let fresh = self.used.get(nonce).is_none_or(|until| *until <= now);
        if fresh {
            self.used.insert(nonce.to_owned(), now + 2 * WINDOW);
        }
        fresh
    }
}

/// A request as it arrived.
pub struct Arrived<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its target, not decoded.
    pub target: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a [u8],
}

impl Arrived<'_> {
    /// A header's text; empty counts as absent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty())
    }

    /// Lets a signed request pass or says why not. `now` is the server's clock.
    ///
    /// A missing, malformed or short (under 16 characters) header is 400004; a timestamp outside the window,
    /// a nonce that was used and an unknown access key are 401001; a wrong signature is 401002.
    pub fn check(&self, catalogue: &Catalogue, nonces: &mut Nonces, now: i64) -> Result<(), Answer> {
        let timestamp = self.required("X-Timestamp")?;
        let instant = time::parse_rfc3339(timestamp)
            .ok_or_else(|| Answer::refusal(400_004, "Invalid X-Timestamp: the format must be RFC 3339"))?;
        if (instant - now).abs() >= WINDOW {
            return Err(unauthenticated("Invalid X-Timestamp: timestamp is out of allowed window"));
        }
        let nonce = self.required("X-Nonce")?;
        if nonce.chars().count() < 16 {
            return Err(Answer::refusal(400_004, "Invalid X-Nonce: at least 16 characters are needed"));
        }
        if !catalogue.service.replay_allowed && !nonces.accept(nonce, now) {
            return Err(unauthenticated("Invalid X-Nonce: it was used before"));
        }
        let access_key = self.required("X-AccessKey")?;
        let signature = self.required("X-Signature")?;
        let known = catalogue.credentials.iter().find(|pair| pair.access_key == access_key);
        let secret_key =
            &known.ok_or_else(|| unauthenticated("Invalid X-AccessKey: unknown key"))?.secret_key;
        let body = (self.method == Method::POST || self.method == Method::PUT).then_some(self.body);
        let expected = Signed { body, nonce, secret_key, timestamp, target: self.target }.signature();
        if signature != expected {
            return Err(Answer::refusal(401_002, "Invalid X-Signature: signature verification failed"));
        }
        Ok(())
    }

    fn required(&self, name: &str) -> Result<&str, Answer> {
        self.header(name).ok_or_else(|| Answer::refusal(400_004, format!("Missing header: {name}")))
    }
}

fn unauthenticated(message: &str) -> Answer {
    Answer::refusal(401_001, message)
}
