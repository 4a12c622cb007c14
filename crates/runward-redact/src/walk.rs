//! The way through one event, value by value.

use std::{cell::OnceCell, collections::BTreeMap};

use runward_model::{Change, Event};
use runward_secrets::NameClass;
use serde_json::{Map, Value, json};

use crate::{
    Limits, Redaction, canonical,
    commitment::{self, EventKey, Mac, short},
    pointer::push,
    redactor::Redactor,
    text,
};

/// Keys by which an object names a thing that another of its keys holds:
/// `{"name": "password", "value": …}`.
const NAMING: &[&str] = &[
    "name",
    "key",
    "field",
    "header",
    "option",
    "setting",
    "variable",
    "parameter",
    "param",
    "env",
    "property",
    "attribute",
];
const HOLDING: &[&str] = &[
    "value",
    "values",
    "val",
    "old",
    "new",
    "before",
    "after",
    "content",
    "data",
    "default",
    "current",
    "previous",
    "raw",
    "text",
    "from",
    "to",
    "old_value",
    "new_value",
];

/// Where an event's key comes from.
pub(crate) enum Origin<'a> {
    /// The event, when something in it turns out to be redacted: most have nothing.
    Event(&'a Event, &'a Mac),
    /// A sealed event's salt.
    Known,
}

pub(crate) struct Walk<'a> {
    redactor: &'a Redactor,
    origin: Origin<'a>,
    key: OnceCell<EventKey>,
    path: String,
    nodes: usize,
    pub(crate) redactions: Vec<Redaction>,
}

impl<'a> Walk<'a> {
    pub(crate) fn of(redactor: &'a Redactor, event: &'a Event, mac: &'a Mac) -> Self {
        Self::new(redactor, Origin::Event(event, mac), OnceCell::new())
    }

    pub(crate) fn again(redactor: &'a Redactor, key: EventKey) -> Self {
        Self::new(redactor, Origin::Known, OnceCell::from(key))
    }

    fn new(redactor: &'a Redactor, origin: Origin<'a>, key: OnceCell<EventKey>) -> Self {
        Self {
            redactor,
            origin,
            key,
            path: String::with_capacity(128),
            nodes: 0,
            redactions: Vec::new(),
        }
    }

    fn limits(&self) -> &'a Limits {
        &self.redactor.rules.limits
    }

    pub(crate) fn key(&self) -> &EventKey {
        self.key.get_or_init(|| match &self.origin {
            Origin::Event(event, mac) => {
                let mut salt = commitment::mac(mac, "runward.redact.salt.1", |put| {
                    canonical::event(event, None, &mut Each(put));
                });
                salt.truncate(32);
                EventKey::new(mac, self.redactor.key.id(), &salt)
            }
            Origin::Known => EventKey::new(&commitment::keyed(&[]), "", ""),
        })
    }

    /// The key, if anything needed it.
    pub(crate) fn used_key(&self) -> Option<&EventKey> {
        self.key.get()
    }

    pub(crate) fn event(&mut self, event: &Event) -> Event {
        let mut redacted = Event::new(
            event.timestamp,
            event.event_type,
            event.actor.clone(),
            event.subject.clone(),
        );
        redacted.outcome = event.outcome;
        redacted.severity = event.severity;
        redacted.actor.id = self.name("/actor/id", &event.actor.id);
        redacted.actor.token = self.maybe("/actor/token", event.actor.token.as_deref());
        redacted.actor.address = self.maybe("/actor/address", event.actor.address.as_deref());
        redacted.subject.kind = self.name("/subject/kind", &event.subject.kind);
        redacted.subject.id = self.name("/subject/id", &event.subject.id);
        redacted.project = self.maybe("/project", event.project.as_deref());
        redacted.repository = self.maybe("/repository", event.repository.as_deref());
        redacted.correlation = self.maybe("/correlation", event.correlation.as_deref());
        if let Some(reason) = &event.reason {
            "/reason".clone_into(&mut self.path);
            redacted.reason = Some(self.plain_text(reason, self.limits().text_bytes / 2));
        }
        redacted.changes = self.changes(&event.changes);
        "/details".clone_into(&mut self.path);
        redacted.details = self.object(&event.details, 0);
        redacted
    }

    fn name(&mut self, path: &str, text: &str) -> String {
        path.clone_into(&mut self.path);
        self.plain_text(text, self.limits().name_bytes)
    }

    fn maybe(&mut self, path: &str, text: Option<&str>) -> Option<String> {
        text.map(|text| self.name(path, text))
    }

    fn changes(&mut self, changes: &BTreeMap<String, Change>) -> BTreeMap<String, Change> {
        "/changes".clone_into(&mut self.path);
        let mut redacted = BTreeMap::new();
        for (index, (field, change)) in changes.iter().enumerate() {
            if self.nodes >= self.limits().nodes {
                let rest: Vec<Value> = changes
                    .iter()
                    .skip(index)
                    .map(|(field, change)| json!([field, change.old, change.new]))
                    .collect();
                let marker = self.cut_items(&rest);
                let change = Change {
                    old: Value::Null,
                    new: marker,
                };
                redacted.insert(free(CUT, |key| redacted.contains_key(key)), change);
                break;
            }
            let name = self.key_text(field);
            let name = free(&name, |key| redacted.contains_key(key));
            let before = push(&mut self.path, &name);
            let mut side = |side: &str, value: &Value| {
                let before = push(&mut self.path, side);
                let value = self.field(field, value, 1);
                self.path.truncate(before);
                value
            };
            let change = Change {
                old: side("old", &change.old),
                new: side("new", &change.new),
            };
            self.path.truncate(before);
            redacted.insert(name, change);
        }
        redacted
    }

    /// A value under a name.
    fn field(&mut self, name: &str, value: &Value, depth: usize) -> Value {
        match self.rule(name, value) {
            Some(rule) => self.hide(value, &rule),
            None => self.value(value, depth),
        }
    }

    /// The rule by which a name hides its value.
    fn rule(&self, name: &str, value: &Value) -> Option<String> {
        let scalar = matches!(value, Value::Null | Value::Bool(_) | Value::Number(_));
        match self.redactor.rules.names.judge(name) {
            (NameClass::Plain, _) => None,
            (NameClass::SecretText, _) if scalar => None,
            (NameClass::Field, term) => Some(format!("field:{}", term.unwrap_or_default())),
            (_, term) => Some(format!("name:{}", term.unwrap_or_default())),
        }
    }

    fn hide(&mut self, value: &Value, rule: &str) -> Value {
        self.nodes += 1;
        let commitment = self.key().written(&self.key().digits(&self.path, value));
        self.note(rule, &commitment);
        json!({"redacted": rule, "commitment": commitment})
    }

    fn note(&mut self, rule: &str, commitment: &str) {
        self.redactions.push(Redaction {
            path: self.path.clone(),
            rule: rule.to_owned(),
            commitment: commitment.to_owned(),
        });
    }

    pub(crate) fn value_at(&mut self, path: &str, value: &Value) -> Value {
        path.clone_into(&mut self.path);
        let depth = path.bytes().filter(|byte| *byte == b'/').count();
        self.value(value, depth.saturating_sub(1))
    }

    pub(crate) fn text_at(&mut self, path: &str, text: &str) -> String {
        path.clone_into(&mut self.path);
        self.plain_text(text, usize::MAX)
    }

    fn value(&mut self, value: &Value, depth: usize) -> Value {
        self.nodes += 1;
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => self.text_value(text),
            Value::Array(_) | Value::Object(_) if depth >= self.limits().depth => {
                self.cut("depth", value)
            }
            Value::Array(items) => Value::Array(self.list(items, depth)),
            Value::Object(map) if imitates(map) => self.hide(value, text::FORGED),
            Value::Object(map) => Value::Object(self.object(map, depth)),
        }
    }

    fn list(&mut self, items: &[Value], depth: usize) -> Vec<Value> {
        let mut redacted = Vec::with_capacity(items.len().min(1024));
        let mut before: Option<&str> = None;
        for (index, item) in items.iter().enumerate() {
            if self.nodes >= self.limits().nodes {
                let rest = items.get(index..).unwrap_or_default();
                let end = push(&mut self.path, &index.to_string());
                redacted.push(self.cut_items(rest));
                self.path.truncate(end);
                break;
            }
            let end = push(&mut self.path, &index.to_string());
            let text = item.as_str();
            // `["--password", "…"]`
            let option = before.filter(|it| it.starts_with('-') && !it.contains('='));
            let argument = text.is_some_and(|text| !text.starts_with('-'));
            let rule = option
                .filter(|_| argument)
                .and_then(|name| self.rule(name, item));
            redacted.push(match (rule, item) {
                (Some(rule), _) => self.hide(item, &rule),
                (None, Value::Array(pair)) => self.pair(item, pair, depth + 1),
                (None, _) => self.value(item, depth + 1),
            });
            self.path.truncate(end);
            before = text;
        }
        redacted
    }

    /// `["Cookie", "…"]` within a list.
    fn pair(&mut self, whole: &Value, pair: &[Value], depth: usize) -> Value {
        if let [Value::String(name), held] = pair
            && depth < self.limits().depth
            && let Some(rule) = self.rule(name, held)
        {
            self.nodes += 1;
            let end = push(&mut self.path, "0");
            let name = self.text_value(name);
            self.path.truncate(end);
            let end = push(&mut self.path, "1");
            let held = self.hide(held, &rule);
            self.path.truncate(end);
            return Value::Array(vec![name, held]);
        }
        self.value(whole, depth)
    }

    fn object(&mut self, map: &Map<String, Value>, depth: usize) -> Map<String, Value> {
        let named = NAMING
            .iter()
            .filter_map(|key| map.get(*key)?.as_str())
            .find_map(|name| self.rule(name, &Value::String(String::new())));
        let mut redacted = Map::new();
        let mut entries: Vec<_> = map.iter().collect();
        // What is cut must not depend on the order that a map happens to have.
        if !entries.is_sorted_by(|a, b| a.0 <= b.0) {
            entries.sort_by(|a, b| a.0.cmp(b.0));
        }
        for (index, (key, value)) in entries.iter().enumerate() {
            if self.nodes >= self.limits().nodes {
                let rest = entries.get(index..).unwrap_or_default();
                let rest: Vec<Value> = rest
                    .iter()
                    .map(|(key, value)| json!([key, value]))
                    .collect();
                let name = free(CUT, |key| redacted.contains_key(key));
                let end = push(&mut self.path, &name);
                let marker = self.cut_items(&rest);
                self.path.truncate(end);
                redacted.insert(name, marker);
                break;
            }
            let name = self.key_text(key);
            let name = free(&name, |key| redacted.contains_key(key));
            let end = push(&mut self.path, &name);
            let rule = match &named {
                Some(rule) if HOLDING.contains(&key.as_str()) => Some(rule.clone()),
                _ => self.rule(key, value),
            };
            let value = match rule {
                Some(rule) => self.hide(value, &rule),
                None => self.value(value, depth + 1),
            };
            self.path.truncate(end);
            redacted.insert(name, value);
        }
        redacted
    }

    /// A key may hold a secret as well, or be endless. Its commitment is made at its object's place.
    fn key_text(&mut self, key: &str) -> String {
        self.plain_text(key, self.limits().key_bytes)
    }

    /// A text where only a text can be.
    fn plain_text(&mut self, whole: &str, most: usize) -> String {
        match self.clean(whole, most) {
            Ok(text) => text,
            Err(head) => {
                let digits = self.key().digits_of_text(&self.path, whole);
                let commitment = self.key().written(&digits);
                self.note("cut:text", &commitment);
                let kept = text::head(&head, most / 2);
                format!("{kept}[cut:{}:{}]", whole.len(), short(&digits))
            }
        }
    }

    fn text_value(&mut self, whole: &str) -> Value {
        match self.clean(whole, self.limits().text_bytes) {
            Ok(text) => Value::String(text),
            Err(head) => {
                let digits = self.key().digits_of_text(&self.path, whole);
                let commitment = self.key().written(&digits);
                self.note("cut:text", &commitment);
                json!({
                    "cut": "text",
                    "bytes": whole.len(),
                    "head": text::head(&head, self.limits().head_bytes),
                    "commitment": commitment,
                })
            }
        }
    }

    /// A text without its secrets; where it is too long, its beginning without its secrets, which
    /// is empty where the search for them had to give up.
    fn clean(&mut self, whole: &str, most: usize) -> Result<String, String> {
        // Enough for a secret that begins in what is kept to be recognised.
        const LOOKED_AT: usize = 128 << 10;
        let long = whole.len() > most;
        let looked_at = if long {
            text::head(whole, LOOKED_AT)
        } else {
            whole
        };
        let Some(found) = text::secrets(&self.redactor.detectors, looked_at) else {
            return Err(String::new());
        };
        let mut notes = Vec::new();
        let key = if found.is_empty() {
            None
        } else {
            Some(self.key())
        };
        let clean = text::replace(looked_at, &found, |secret, rule| {
            let Some(key) = key else {
                return String::new();
            };
            let digits = key.digits_of_text(&self.path, secret);
            let mark = format!("[redacted:{rule}:{}]", short(&digits));
            notes.push((rule, key.written(&digits)));
            mark
        })
        .into_owned();
        if long {
            return Err(clean);
        }
        for (rule, commitment) in notes {
            self.note(rule, &commitment);
        }
        Ok(clean)
    }

    /// What stands for something that is cut away.
    pub(crate) fn cut(&mut self, what: &str, value: &Value) -> Value {
        let bytes = canonical::length(value);
        let commitment = self.key().written(&self.key().digits(&self.path, value));
        self.note(&format!("cut:{what}"), &commitment);
        json!({"cut": what, "bytes": bytes, "commitment": commitment})
    }

    pub(crate) fn cut_at(&mut self, path: &str, what: &str, value: &Value) -> Value {
        path.clone_into(&mut self.path);
        self.cut(what, value)
    }

    fn cut_items(&mut self, items: &[Value]) -> Value {
        let digits = self.key().digits_of_list(&self.path, items);
        let commitment = self.key().written(&digits);
        self.note("cut:items", &commitment);
        json!({"cut": "items", "items": items.len(), "commitment": commitment})
    }
}

/// The key under which the rest of an object is cut.
pub(crate) const CUT: &str = "(cut)";

/// Whether an object passes itself off as a mark of ours.
fn imitates(map: &Map<String, Value>) -> bool {
    (map.contains_key("redacted") || map.contains_key("cut"))
        && map
            .get("commitment")
            .and_then(Value::as_str)
            .is_some_and(|text| text.starts_with("hmac-"))
}

/// The key, or the first of `key#2`, `key#3`, … that is not taken: two keys may be the same once
/// their secrets are gone.
fn free(key: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(key) {
        return key.to_owned();
    }
    let mut number = 2_u64;
    loop {
        let key = format!("{key}#{number}");
        if !taken(&key) {
            return key;
        }
        number += 1;
    }
}

struct Each<'a>(&'a mut dyn FnMut(&[u8]));

impl canonical::Sink for Each<'_> {
    fn put(&mut self, bytes: &[u8]) {
        (self.0)(bytes);
    }
}
