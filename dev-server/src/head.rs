//! Heads of HTTP messages as bytes.

use crate::wire::Plan;

/// The length of the head at the beginning of `bytes`, the empty line with it.
pub(crate) fn end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// What a reply's head says of its body.
#[derive(Default)]
pub(crate) struct Reply {
    /// `Content-Length`, or 0 where the status allows no body.
    pub length: Option<u64>,
    /// The first byte of `Content-Range`.
    pub start: u64,
}

impl Reply {
    pub fn read(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head);
        let mut reply = Self::default();
        for (name, value) in text.split("\r\n").filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "content-length" => reply.length = value.parse().ok(),
                "content-range" => reply.start = first_byte(value).unwrap_or(0),
                _ => {}
            }
        }
        if matches!(text.get(9..12), Some("204" | "304")) {
            reply.length = Some(0);
        }
        reply
    }
}

fn first_byte(range: &str) -> Option<u64> {
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// The head as the plan wants it to go out.
pub(crate) fn rewritten(head: &[u8], plan: &Plan) -> Vec<u8> {
    if plan.length_off_by == 0 && !plan.without_length {
        return head.to_vec();
    }
    let text = String::from_utf8_lossy(head);
    let lines: Vec<String> = text.split("\r\n").filter_map(|line| line_of(line, plan)).collect();
    lines.join("\r\n").into_bytes()
}

fn line_of(line: &str, plan: &Plan) -> Option<String> {
    match line.split_once(": ") {
        Some((name, _)) if name.eq_ignore_ascii_case("content-length") && plan.without_length => None,
        Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
            let length = value.parse::<i64>().unwrap_or(0).saturating_add(plan.length_off_by).max(0);
            Some(format!("{name}: {length}"))
        }
        None if plan.without_length => Some(line.replacen("HTTP/1.1", "HTTP/1.0", 1)),
        _ => Some(line.to_owned()),
    }
}
