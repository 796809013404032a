//! The admin interface: for tests in other languages, what the Rust interface is for those in Rust.

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::shared::Shared;
use axum::body::Body;
use axum::http::{Method, Response, header};

/// Where it lives.
pub const ROOT: &str = "/_dev/";

/// Answers a request of the admin interface; it is neither recorded nor logged nor subject to faults.
pub(crate) fn answer(shared: &Shared, method: &Method, path: &str, body: &[u8]) -> Response<Body> {
    let text = String::from_utf8_lossy(body);
    let result = match (method.as_str(), path.trim_start_matches(ROOT)) {
        ("POST", "faults") => added(shared, &text),
        ("DELETE", "faults") => {
            shared.faults.lock().unwrap().clear();
            Ok(None)
        }
        ("GET", "requests") => {
            let requests = shared.requests.lock().unwrap().all();
            serde_json::to_string(&requests).map(Some).map_err(|error| error.to_string())
        }
        ("DELETE", "requests") => {
            shared.requests.lock().unwrap().clear();
            Ok(None)
        }
        ("POST", "catalogue") => Catalogue::parse(&text).map(|catalogue| {
            shared.replace(catalogue);
            None
        }),
        _ => {
            return reply(
                404,
                "the admin interface has POST, DELETE faults; GET, DELETE requests; POST catalogue\n",
            );
        }
    };
    match result {
        Ok(Some(json)) => reply(200, json),
        Ok(None) => reply(204, ""),
        Err(error) => reply(400, error + "\n"),
    }
}

/// Takes all of the faults or, if one of them is wrong, none.
fn added(shared: &Shared, json: &str) -> Result<Option<String>, String> {
    let new: Vec<Fault> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    new.iter().try_for_each(Fault::check)?;
    let mut faults = shared.faults.lock().unwrap();
    new.into_iter().for_each(|fault| faults.add(fault));
    Ok(None)
}

fn reply(status: u16, body: impl Into<Body>) -> Response<Body> {
    let kind = if status == 200 { "application/json" } else { "text/plain; charset=utf-8" };
    let builder = Response::builder().status(status).header(header::CONTENT_TYPE, kind);
    builder.body(body.into()).expect("the parts are valid")
}
