//! Links: what may be asked, and where a redirect leads.

use crate::error::{Error, Result};

struct Parts<'a> {
    scheme: &'a str,
    authority: &'a str,
    path: &'a str,
}

impl Parts<'_> {
    /// `None` where the link is not absolute.
    fn of(url: &str) -> Option<Parts<'_>> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let path = rest.split('?').next().unwrap_or_default();
        Some(Parts { scheme, authority, path })
    }

    fn host_and_port(&self) -> (&str, &str) {
        let place = self.authority.rsplit('@').next().unwrap_or_default();
        place.rsplit_once(':').filter(|(_, port)| !port.contains(']')).unwrap_or((place, ""))
    }
}

/// Accepts absolute https links, and http ones where allowed.
pub fn check_url(url: &str, allow_http: bool) -> Result<()> {
    // What comes behind the path may be a key to the file.
    let shown = url.split(['?', '#']).next().unwrap_or_default();
    let refuse = |why: &str| Err(Error::argument(format!("link {shown:?}: {why}")));
    let Some(parts) = Parts::of(url) else { return refuse("is not an http(s) link") };
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse("holds a character that must be escaped");
    }
    let (host, port) = parts.host_and_port();
    match parts.scheme.to_ascii_lowercase().as_str() {
        "http" if !allow_http => refuse("is plain HTTP, which the configuration does not allow"),
        "http" | "https" if host.is_empty() => refuse("has no host"),
        "http" | "https" if !port.is_empty() && port.parse::<u16>().is_err() => {
            refuse("has no port from 0 to 65535")
        }
        "http" | "https" => Ok(()),
        _ => refuse("is not an http(s) link"),
    }
}

/// The absolute form of `location`, seen in an answer of `base` (RFC 3986, 5.2: absolute,
/// `//host/path`, `/path`, `?query`, or relative to the folder of `base`).
pub fn resolve(base: &str, location: &str) -> Option<String> {
    let Parts { scheme, authority, path } = Parts::of(base)?;
    let absolute = |(scheme, _): (&str, &str)| !scheme.contains(['/', '?', '#']);
    Some(if location.split_once("://").is_some_and(absolute) {
        location.to_owned()
    } else if let Some(rest) = location.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else if location.starts_with('?') {
        format!("{scheme}://{authority}{path}{location}")
    } else {
        let (way, query) = location.split_at(location.find(['?', '#']).unwrap_or(location.len()));
        format!("{scheme}://{authority}/{}{query}", walk(path, way))
    })
}

/// Where `way` leads from the folder of `path`; not above the root.
fn walk(path: &str, way: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut place = Vec::new();
    for step in folder.split('/').skip(1).chain(way.split('/')) {
        match step {
            "." => {}
            ".." => drop(place.pop()),
            name => place.push(name),
        }
    }
    if matches!(way.rsplit('/').next(), Some("." | "..")) {
        place.push("");
    }
    place.join("/")
}

/// Publishers type links with spaces and letters of every alphabet; HTTP wants them escaped.
pub fn escape_url(url: &[u8]) -> String {
    url.iter()
        .map(|byte| match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => format!("%{byte:02X}"),
            b'!'..=b'~' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
