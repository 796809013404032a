//! Hosted files: links to them, tokens that run out, and their replies.

use crate::answer::Answer;
use crate::catalogue::{Download, Presigned};
use crate::content::{CHUNK, Only, Source, Stat};
use crate::shared::{Asked, Shared};
use crate::{sign, time};
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::services::ServeDir;
use tower_http::services::fs::DefaultServeDirFallback;

/// What a client is told of a file.
#[derive(Debug, Default)]
pub struct Link {
    /// Its address.
    pub url: String,
    /// Its size.
    pub size: u64,
    /// Its MD5.
    pub md5: String,
}

/// Tokens of presigned links, and the sizes and digests that were computed.
#[derive(Default)]
pub struct Hosted {
    tokens: HashMap<String, Token>,
    digests: HashMap<(Source, Stat), String>,
}

struct Token {
    name: String,
    requests: Option<u64>,
    until: Option<i64>,
}

impl Hosted {
    fn issue(&mut self, name: &str, limits: Presigned) -> String {
        let text = format!("{:016x}", RandomState::new().hash_one((name, self.tokens.len())));
        let until = limits.seconds.map(|seconds| time::now() + seconds as i64);
        self.tokens.insert(text.clone(), Token { name: name.into(), requests: limits.requests, until });
        text
    }

    /// Uses a token once; whether it was good.
    fn redeem(&mut self, name: &str, query: &str) -> bool {
        let text = query.split('&').find_map(|pair| pair.strip_prefix("Signature="));
        let Some(token) = text.and_then(|text| self.tokens.get_mut(text)) else { return false };
        let good = token.name == name
            && token.until.is_none_or(|until| time::now() < until)
            && token.requests != Some(0);
        token.requests = token.requests.map(|left| left.saturating_sub(1));
        good
    }
}

impl Shared {
    /// The link of a download; size and MD5 are computed unless they are given.
    pub async fn link(self: &Arc<Self>, download: &Download, base: &str) -> Result<Link, Answer> {
        let mut link = Link::default();
        if let Some(name) = &download.file {
            let catalogue = self.catalogue();
            let lost = || Answer::refusal(500_001, format!("the hosted file {name:?} cannot be read"));
            let source = Source::named(&catalogue, &self.folder, name).ok_or_else(lost)?;
            let stat = source.stat().map_err(|_| lost())?;
            link.size = stat.size;
            if download.md5.is_none() {
                link.md5 = self.md5(source, stat).await.ok_or_else(lost)?;
            }
            link.url = format!("{base}/files/{}", encoded(name));
            let entry = catalogue.files.iter().find(|file| &file.name == name);
            if let Some(limits) = entry.and_then(|file| file.presigned) {
                let expires = time::now() + limits.seconds.unwrap_or(600) as i64;
                let token = self.hosted.lock().unwrap().issue(name, limits);
                link.url.push_str(&format!("?Expires={expires}&Signature={token}"));
            }
        }
        if let Some(url) = &download.url {
            link.url = url.replace("{base}", base);
        }
        link.size = download.size.unwrap_or(link.size);
        link.md5 = download.md5.clone().unwrap_or(link.md5);
        Ok(link)
    }

    async fn md5(self: &Arc<Self>, source: Source, stat: Stat) -> Option<String> {
        let key = (source, stat);
        if let Some(known) = self.hosted.lock().unwrap().digests.get(&key) {
            return Some(known.clone());
        }
        let source = key.0.clone();
        let digest = tokio::task::spawn_blocking(move || source.md5()).await.ok()?.ok()?;
        self.hosted.lock().unwrap().digests.insert(key, digest.clone());
        Some(digest)
    }

    /// The reply to a request below `/files/`.
    pub async fn serve(self: Arc<Self>, asked: &Asked, mut request: Request<Body>) -> Response<Body> {
        let encoded = request.uri().path().strip_prefix("/files/").unwrap_or_default();
        let name = sign::decode_percent(encoded).and_then(|bytes| String::from_utf8(bytes).ok());
        let catalogue = self.catalogue();
        let source = name.as_ref().and_then(|name| Source::named(&catalogue, &self.folder, name));
        let (Some(name), Some(source)) = (name, source) else { return empty(StatusCode::NOT_FOUND) };
        let entry = catalogue.files.iter().find(|file| file.name == name);
        if entry.is_some_and(|file| file.presigned.is_some()) {
            let query = request.uri().query().unwrap_or_default();
            if !self.hosted.lock().unwrap().redeem(&name, query) {
                return empty(StatusCode::FORBIDDEN);
            }
        }
        let files = ServeDir::with_backend("", Only(source))
            .append_index_html_on_directories(false)
            .with_buf_chunk_size(CHUNK);
        let etag = asked.fault.as_ref().and_then(|fault| fault.etag.as_deref());
        let whole = asked.fault.as_ref().is_some_and(|fault| fault.ignore_range);
        let wanted = request.headers().get(header::IF_RANGE).cloned();
        if whole || is_stale(&files, request.uri().clone(), wanted, etag).await {
            request.headers_mut().remove(header::RANGE);
        }
        let Ok(response) = files.oneshot(request).await;
        let mut response = response.map(Body::new);
        if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(etag).ok()) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// Whether `If-Range` names another state of the file than the present one, which `ServeDir` does not check.
async fn is_stale(
    files: &ServeDir<DefaultServeDirFallback, Only>,
    uri: Uri,
    wanted: Option<HeaderValue>,
    etag: Option<&str>,
) -> bool {
    let Some(wanted) = wanted else { return false };
    if let Some(etag) = etag {
        return wanted != etag;
    }
    let mut probe = Request::new(Body::empty());
    *probe.method_mut() = Method::HEAD;
    *probe.uri_mut() = uri;
    let Ok(response) = files.clone().oneshot(probe).await;
    ![header::ETAG, header::LAST_MODIFIED].iter().any(|name| response.headers().get(name) == Some(&wanted))
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Percent-encodes everything but unreserved characters and the slashes of a path.
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    name.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
