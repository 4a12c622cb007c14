//! One form of bytes for one value: JSON without blanks, keys in the order of their bytes, whole
//! numbers without a point, and every character that could forge a line or hide escaped.
//!
//! As RFC 8785, except that keys are ordered by UTF-8 instead of UTF-16, and that control,
//! bidirectional and zero-width characters are written as `\uXXXX`: a log is read on terminals.

use std::io::Write as _;

use runward_model::Event;
use runward_secrets::is_invisible;
use serde_json::{Map, Number, Value};

/// Where canonical bytes go: into memory, or into a hash.
pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Counts only.
#[derive(Default)]
pub(crate) struct Length(pub(crate) usize);

impl Sink for Length {
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }
}

pub(crate) fn length(value: &Value) -> usize {
    let mut length = Length::default();
    write(value, &mut length);
    length.0
}

enum Frame<'a> {
    List(std::slice::Iter<'a, Value>),
    Object(std::vec::IntoIter<(&'a String, &'a Value)>),
}

/// Writes a value however deep it is: the stack is on the heap.
pub(crate) fn write(value: &Value, sink: &mut impl Sink) {
    let mut stack = Vec::new();
    open(value, sink, &mut stack);
    // Whether the frame on top has had an item already, in step with `stack`.
    let mut started: Vec<bool> = stack.iter().map(|_| false).collect();
    while let (Some(frame), Some(had)) = (stack.last_mut(), started.last_mut()) {
        let (next, close) = match frame {
            Frame::List(items) => (items.next().map(|item| (None, item)), b"]"),
            Frame::Object(entries) => {
                let entry = entries.next();
                (entry.map(|(key, item)| (Some(key), item)), b"}")
            }
        };
        let Some((key, item)) = next else {
            sink.put(close);
            stack.pop();
            started.pop();
            continue;
        };
        if std::mem::replace(had, true) {
            sink.put(b",");
        }
        if let Some(key) = key {
            text(key, sink);
            sink.put(b":");
        }
        let depth = stack.len();
        open(item, sink, &mut stack);
        if stack.len() > depth {
            started.push(false);
        }
    }
}

fn open<'a>(value: &'a Value, sink: &mut impl Sink, stack: &mut Vec<Frame<'a>>) {
    match value {
        Value::Null => sink.put(b"null"),
        Value::Bool(true) => sink.put(b"true"),
        Value::Bool(false) => sink.put(b"false"),
        Value::Number(it) => number(it, sink),
        Value::String(it) => text(it, sink),
        Value::Array(items) => {
            sink.put(b"[");
            stack.push(Frame::List(items.iter()));
        }
        Value::Object(map) => {
            sink.put(b"{");
            stack.push(Frame::Object(sorted(map).into_iter()));
        }
    }
}

/// Entries by key. The map is in this order already unless some crate of the build switches on
/// `preserve_order`, which must not change what is hashed.
fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    if !entries.is_sorted_by(|a, b| a.0 <= b.0) {
        entries.sort_by(|a, b| a.0.cmp(b.0));
    }
    entries
}

/// Doubles that are whole and exact are written as whole numbers: `1.0` and `1` are one value.
fn number(number: &Number, sink: &mut impl Sink) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let mut buffer = [0_u8; 40];
    let mut rest: &mut [u8] = &mut buffer;
    let room = rest.len();
    let written = match number.as_f64() {
        Some(value) if number.is_f64() && value.fract() == 0.0 && value.abs() < EXACT => {
            // Adding zero makes `-0` a `0`.
            write!(rest, "{:.0}", value + 0.0)
        }
        _ => write!(rest, "{number}"),
    };
    let used = room - rest.len();
    match (written, buffer.get(..used)) {
        (Ok(()), Some(bytes)) => sink.put(bytes),
        // Numbers of any length exist only with `arbitrary_precision`.
        _ => sink.put(number.to_string().as_bytes()),
    }
}

/// A text in quotes.
pub(crate) fn text(text: &str, sink: &mut impl Sink) {
    sink.put(b"\"");
    let bytes = text.as_bytes();
    let mut done = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if (0x20..0x7f).contains(byte) && *byte != b'"' && *byte != b'\\' {
            at += 1;
            continue;
        }
        let Some(char) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let next = at + char.len_utf8();
        if escaped(char) {
            sink.put(bytes.get(done..at).unwrap_or_default());
            escape(char, sink);
            done = next;
        }
        at = next;
    }
    sink.put(bytes.get(done..).unwrap_or_default());
    sink.put(b"\"");
}

fn escaped(char: char) -> bool {
    matches!(char, '"' | '\\') || char.is_control() || !char.is_ascii() && is_invisible(char)
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn escape(char: char, sink: &mut impl Sink) {
    let short: Option<&[u8]> = match char {
        '"' => Some(b"\\\""),
        '\\' => Some(b"\\\\"),
        '\n' => Some(b"\\n"),
        '\r' => Some(b"\\r"),
        '\t' => Some(b"\\t"),
        '\u{8}' => Some(b"\\b"),
        '\u{c}' => Some(b"\\f"),
        _ => None,
    };
    if let Some(short) = short {
        sink.put(short);
        return;
    }
    for unit in char.encode_utf16(&mut [0; 2]) {
        sink.put(b"\\u");
        for shift in [12, 8, 4, 0] {
            let digit = usize::from((*unit >> shift) & 0xf);
            sink.put(DIGITS.get(digit..=digit).unwrap_or_default());
        }
    }
}

/// Writes an object key by key; keys must come in order.
pub(crate) struct Object<'a, S: Sink> {
    sink: &'a mut S,
    started: bool,
}

impl<'a, S: Sink> Object<'a, S> {
    pub(crate) fn new(sink: &'a mut S) -> Self {
        sink.put(b"{");
        Self {
            sink,
            started: false,
        }
    }

    pub(crate) fn key(&mut self, key: &str) -> &mut S {
        if std::mem::replace(&mut self.started, true) {
            self.sink.put(b",");
        }
        text(key, self.sink);
        self.sink.put(b":");
        self.sink
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        text(value, self.key(key));
    }

    pub(crate) fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub(crate) fn end(self) {
        self.sink.put(b"}");
    }
}

/// What an event's redactions are committed with; see [`crate::SealedRedaction`].
pub(crate) struct Header<'a> {
    pub(crate) key: &'a str,
    pub(crate) salt: &'a str,
}

/// Writes an event.
pub(crate) fn event(event: &Event, redaction: Option<&Header<'_>>, sink: &mut impl Sink) {
    let mut object = Object::new(sink);
    let mut actor = Object::new(object.key("actor"));
    actor.maybe("address", event.actor.address.as_deref());
    actor.text("id", &event.actor.id);
    actor.text("kind", kind(event));
    actor.maybe("token", event.actor.token.as_deref());
    actor.end();
    if !event.changes.is_empty() {
        let mut changes = Object::new(object.key("changes"));
        for (field, change) in &event.changes {
            let mut both = Object::new(changes.key(field));
            write(&change.new, both.key("new"));
            write(&change.old, both.key("old"));
            both.end();
        }
        changes.end();
    }
    object.maybe("correlation", event.correlation.as_deref());
    if !event.details.is_empty() {
        let mut details = Object::new(object.key("details"));
        for (key, value) in sorted(&event.details) {
            write(value, details.key(key));
        }
        details.end();
    }
    object.text("event_type", event.event_type.as_str());
    object.text("outcome", event.outcome.as_str());
    object.maybe("project", event.project.as_deref());
    object.maybe("reason", event.reason.as_deref());
    if let Some(redaction) = redaction {
        let mut inner = Object::new(object.key("redaction"));
        inner.text("key", redaction.key);
        inner.text("salt", redaction.salt);
        inner.end();
    }
    object.maybe("repository", event.repository.as_deref());
    object.maybe("severity", event.severity.map(severity));
    let mut subject = Object::new(object.key("subject"));
    subject.text("id", &event.subject.id);
    subject.text("kind", &event.subject.kind);
    subject.end();
    object.text("timestamp", &event.timestamp.to_string());
    object.key("v").put(b"1");
    object.end();
}

fn kind(event: &Event) -> &'static str {
    use runward_model::ActorKind;
    match event.actor.kind {
        ActorKind::Principal => "principal",
        ActorKind::Account => "account",
        ActorKind::System => "system",
    }
}

fn severity(severity: runward_model::Severity) -> &'static str {
    severity.as_str()
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
pub(crate) mod tests;
