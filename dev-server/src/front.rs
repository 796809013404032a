//! What every request passes through: recorded, delayed, answered or made to fail, and dressed.

use crate::answer::Answer;
use crate::api::{Code, JSON};
use crate::fault::{Fault, Framing};
use crate::record::{Exchange, Recorded};
use crate::shared::{Asked, Shared};
use crate::wire::{Line, Plan};
use crate::{admin, time};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tower::ServiceExt;

/// Longer requests are refused with 413.
const LONGEST_REQUEST: usize = 1024 * 1024;

/// Answers one request of a connection.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    router: Router,
    line: Arc<Line>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_REQUEST).collect().await.map(|body| body.to_bytes()).ok();
    let is_admin = shared.admin && parts.uri.path().starts_with(admin::ROOT);
    let asked = asked(&shared, &line, &parts, is_admin);
    let fault = asked.fault.clone().unwrap_or_default();
    let head_only = parts.method == Method::HEAD;
    let exchange = exchange(&shared, &line, &parts, body.as_ref(), asked.fault.as_ref(), is_admin);

    if fault.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    }
    let response = match (body, is_admin) {
        (None, _) => Response::builder().status(StatusCode::PAYLOAD_TOO_LARGE).body(Body::empty()).unwrap(),
        (Some(body), true) => admin::answer(&shared, &parts.method, parts.uri.path(), &body),
        (Some(body), false) => match substitute(&fault, &shared, &asked.base) {
            Some(response) => response,
            None => {
                let mut request = Request::from_parts(parts, Body::from(body));
                request.extensions_mut().insert(asked.clone());
                router.oneshot(request).await.unwrap_or_else(|never| match never {})
            }
        },
    };
    let response = dress(response, &fault, asked.now).await;
    exchange.change(|recorded| {
        recorded.status = response.status().as_u16();
        recorded.code = response.extensions().get::<Code>().map(|code| code.0);
    });
    line.reply(Plan::of(&fault, head_only), exchange);
    Ok(response)
}

/// Begins the record of a request; the admin interface leaves none.
fn exchange(
    shared: &Shared,
    line: &Line,
    parts: &Parts,
    body: Option<&Bytes>,
    fault: Option<&Fault>,
    is_admin: bool,
) -> Arc<Exchange> {
    let recorded = Recorded {
        connection: line.number,
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        head: line.head(),
        body: body.map(|body| body.to_vec()).unwrap_or_default(),
        fault: fault.map(Fault::summary),
        ..Recorded::default()
    };
    let exchange = Exchange::new(recorded, shared.log && !is_admin);
    if shared.record && !is_admin {
        shared.requests.lock().unwrap().add(exchange.clone());
    }
    exchange
}

fn asked(shared: &Shared, line: &Line, parts: &Parts, is_admin: bool) -> Asked {
    let path = parts.uri.path();
    let fault = if is_admin { None } else { shared.faults.lock().unwrap().of(path) };
    let scheme = line.base.split("://").next().unwrap_or("http");
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let base = host.map_or_else(|| line.base.clone(), |host| format!("{scheme}://{host}"));
    let skew = fault.as_ref().map_or(0, |fault| fault.clock_skew);
    Asked { fault, now: time::now() + skew, base }
}

/// The reply that a fault gives in place of the service's.
fn substitute(fault: &Fault, shared: &Shared, base: &str) -> Option<Response<Body>> {
    let builder = |default: u16| Response::builder().status(fault.status.unwrap_or(default));
    let typed = |builder: axum::http::response::Builder| {
        builder.header(header::CONTENT_TYPE, fault.content_type.as_deref().unwrap_or(JSON))
    };
    let response = if let Some(place) = &fault.redirect {
        builder(302).header(header::LOCATION, place.replace("{base}", base)).body(Body::empty())
    } else if let Some(code) = fault.code {
        let answer = Answer::refusal(code, "This answer was asked of the dev server");
        let body = answer.body(shared.catalogue().service.shape);
        typed(builder(answer.status())).extension(Code(code)).body(Body::from(body))
    } else if let Some(size) = fault.body_size {
        let unit = fault.body.as_deref().filter(|body| !body.is_empty()).unwrap_or(" ");
        typed(builder(200)).body(Body::new(Repeated::new(unit, size)))
    } else if let Some(body) = &fault.body {
        typed(builder(200)).body(Body::from(body.clone()))
    } else {
        fault.status?;
        builder(200).body(Body::empty())
    };
    Some(response.unwrap_or_else(|error| {
        let body = Body::from(format!("the fault cannot be written as a reply: {error}"));
        Response::builder().status(StatusCode::NOT_IMPLEMENTED).body(body).expect("the parts are valid")
    }))
}

/// Puts on the reply what every reply has, and what the fault changes of it.
async fn dress(response: Response<Body>, fault: &Fault, now: i64) -> Response<Body> {
    let (mut parts, mut body) = response.into_parts();
    if fault.trailing.is_some() || fault.truncate.is_some() {
        let whole = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let kept = fault.truncate.map_or(whole.len(), |limit| whole.len().min(limit as usize));
        let trailing = fault.trailing.as_deref().unwrap_or_default();
        body = Body::from([&whole[..kept], trailing.as_bytes()].concat());
        parts.headers.remove(header::CONTENT_LENGTH);
    }
    if fault.framing == Some(Framing::Chunked) {
        parts.headers.remove(header::CONTENT_LENGTH);
        body = Body::new(Unmeasured(body));
    }
    let instant = std::time::UNIX_EPOCH + Duration::from_secs(now.max(0) as u64);
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(instant)) {
        parts.headers.insert(header::DATE, date);
    }
    if fault.close || fault.length_off_by != 0 || fault.framing == Some(Framing::Close) {
        parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            parts.headers.insert(name, value);
        }
    }
    for name in &fault.drop_headers {
        parts.headers.remove(name.as_str());
    }
    Response::from_parts(parts, body)
}

/// A body that does not tell its length.
struct Unmeasured(Body);

impl http_body::Body for Unmeasured {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.0).poll_frame(cx)
    }
}

/// A text, repeated up to a size.
struct Repeated {
    piece: Bytes,
    left: u64,
}

impl Repeated {
    fn new(unit: &str, size: u64) -> Self {
        let times = (64 * 1024 / unit.len()).max(1);
        Self { piece: Bytes::from(unit.repeat(times)), left: size }
    }
}

impl http_body::Body for Repeated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.left.min(self.piece.len() as u64);
        self.left -= length;
        let piece = self.piece.slice(..length as usize);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
