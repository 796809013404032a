//! JSON as the service writes it: fields in a fixed order, text escaped as Go escapes it.
//!
//! serde_json is not used for writing: it leaves `&`, `<` and `>` alone, and keeping the order of the
//! fields is a feature that would then be on for everyone in the workspace.

use std::fmt::Write;

/// A JSON object under construction.
#[derive(Default)]
pub struct Object(String);

impl Object {
    /// An object without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw(name, &quoted(value))
    }

    /// Adds a number.
    pub fn number(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        self.raw(name, &value.to_string())
    }

    /// Adds a value that is JSON already; it goes out byte for byte.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// The finished text.
    pub fn finish(&self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// `text` in quotes, escaped like Go's encoder: also `&`, `<`, `>`, U+2028 and U+2029.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '&' | '<' | '>' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
