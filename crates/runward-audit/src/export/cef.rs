//! `ArcSight` Common Event Format, revision 25: a header of seven fields between bars, then
//! `key=value` pairs.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{Record, query};

/// The line of a record, without the line end.
pub(super) fn line(record: &Record) -> String {
    let event = &record.event;
    let mut line = String::with_capacity(512);
    line.push_str("CEF:0");
    let name = event.event_type.replace('_', " ");
    for field in [
        "Runward",
        "Runward",
        env!("CARGO_PKG_VERSION"),
        &event.event_type,
        &name,
    ] {
        line.push('|');
        header(field, &mut line);
    }
    // Writing to a string cannot fail.
    let _ = write!(line, "|{}|", severity(record));
    let mut out = Extension { line, first: true };
    out.put("rt", &event.timestamp.as_millisecond().to_string());
    out.put("externalId", &record.id);
    out.put("cat", &event.event_type);
    out.put("act", event.detail("action").unwrap_or(&event.event_type));
    out.put("outcome", &event.outcome);
    out.put("suser", &event.actor.id);
    let address = event.actor.address.as_deref();
    match address.map(|it| (it, it.parse::<std::net::IpAddr>())) {
        Some((text, Ok(std::net::IpAddr::V4(_)))) => out.put("src", text),
        Some((text, Ok(std::net::IpAddr::V6(_)))) => {
            out.labelled("c6a2", "Source IPv6 Address", text);
        }
        Some((text, Err(_))) => out.put("shost", text),
        None => {}
    }
    let subject = format!("{}:{}", event.subject.kind, event.subject.id);
    out.labelled("cs1", "subject", &subject);
    for (key, label, text) in [
        ("cs2", "project", &event.project),
        ("cs3", "repository", &event.repository),
        ("cs4", "correlation", &event.correlation),
    ] {
        if let Some(text) = text {
            out.labelled(key, label, text);
        }
    }
    out.labelled("cs5", "leafHash", &record.hash);
    let mut data = serde_json::Map::new();
    for (name, fields) in [("changes", &event.changes), ("details", &event.details)] {
        if !fields.is_empty() {
            data.insert(name.to_owned(), Value::Object(fields.clone()));
        }
    }
    if !data.is_empty() {
        out.labelled("cs6", "data", &Value::Object(data).to_string());
    }
    out.labelled("cn1", "logIndex", &record.index.to_string());
    if let Some(count) = event.result_count() {
        out.labelled("cn2", "resultCount", &count.to_string());
    }
    if let Some(reason) = &event.reason {
        out.put("msg", reason);
    }
    out.line
}

/// 0 to 10.
fn severity(record: &Record) -> u8 {
    match record.event.severity.as_deref() {
        Some("critical") => 10,
        Some("high") => 8,
        Some("medium") => 6,
        Some("low") => 3,
        _ if query::is_denied(record) => 6,
        _ if query::is_failure(&record.event.outcome) => 4,
        _ => 1,
    }
}

struct Extension {
    line: String,
    first: bool,
}

impl Extension {
    fn put(&mut self, key: &str, value: &str) {
        if !std::mem::take(&mut self.first) {
            self.line.push(' ');
        }
        self.line.push_str(key);
        self.line.push('=');
        extension(value, &mut self.line);
    }

    fn labelled(&mut self, key: &str, label: &str, value: &str) {
        self.put(key, value);
        self.put(&format!("{key}Label"), label);
    }
}

/// Bars and backslashes are escaped; a header has one line.
fn header(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '|' | '\\' => {
                into.push('\\');
                into.push(letter);
            }
            letter if letter.is_control() => into.push(' '),
            letter => into.push(letter),
        }
    }
}

/// Equals signs and backslashes are escaped, line ends become `\n` and `\r`, and what else could
/// break a line or hide text is written as the six characters `\uXXXX`, the backslash escaped.
fn extension(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '=' | '\\' => {
                into.push('\\');
                into.push(letter);
            }
            '\n' => into.push_str("\\n"),
            '\r' => into.push_str("\\r"),
            letter if hidden(letter) => {
                // Writing to a string cannot fail.
                let _ = write!(into, "\\\\u{:04x}", u32::from(letter));
            }
            letter => into.push(letter),
        }
    }
}

/// Control characters, line separators, and what turns the direction of text.
fn hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
        )
        || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "a panic fails the test")]

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// A reader of CEF, as an outside program would be: header fields, then pairs whose keys are
    /// words before an equals sign that is not escaped.
    fn parse(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
        let mut fields = vec![String::new()];
        let mut letters = line.chars();
        while fields.len() < 8 {
            match letters.next().unwrap() {
                '\\' => fields.last_mut().unwrap().push(letters.next().unwrap()),
                '|' => fields.push(String::new()),
                letter => fields.last_mut().unwrap().push(letter),
            }
        }
        fields.pop();
        let rest = letters.as_str();
        let mut equals = Vec::new();
        let bytes = rest.as_bytes();
        let mut position = 0;
        while position < bytes.len() {
            match bytes[position] {
                b'\\' => position += 1,
                b'=' => equals.push(position),
                _ => {}
            }
            position += 1;
        }
        let mut pairs = BTreeMap::new();
        for (number, at) in equals.iter().enumerate() {
            let start = rest[..*at].rfind(' ').map_or(0, |space| space + 1);
            let end = equals
                .get(number + 1)
                .map_or(rest.len(), |next| rest[..*next].rfind(' ').unwrap());
            let mut value = String::new();
            let mut letters = rest[*at + 1..end].chars();
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => value.push(match letters.next().unwrap() {
                        'n' => '\n',
                        'r' => '\r',
                        other => other,
                    }),
                    letter => value.push(letter),
                }
            }
            pairs.insert(rest[start..*at].to_owned(), value);
        }
        (fields, pairs)
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            kind in "[a-z|\\\\=]{1,8}",
            user in "[ =|\\\\a-z\n\r]{0,12}|\\PC{0,12}",
            reason in "[ =|\\\\a-z\n\r]{0,12}|\\PC{0,12}",
        ) {
            let record = crate::testing::record(|event| {
                event.event_type.clone_from(&kind);
                event.actor.id.clone_from(&user);
                event.reason = Some(reason.clone());
            });
            let line = line(&record);
            prop_assert!(!line.contains(['\n', '\r']));
            let (fields, pairs) = parse(&line);
            prop_assert_eq!(&fields[4], &kind);
            prop_assert_eq!(&pairs["externalId"], &record.id);
            prop_assert_eq!(&pairs["outcome"], "success");
            if !reason.chars().chain(user.chars()).any(hidden_here) {
                prop_assert_eq!(&pairs["suser"], &user);
                prop_assert_eq!(&pairs["msg"], &reason);
            }
        }
    }

    fn hidden_here(letter: char) -> bool {
        hidden(letter) && letter != '\n' && letter != '\r'
    }

    #[test]
    fn nothing_can_be_forged() {
        let record = crate::testing::record(|event| {
            event.reason = Some("x\nCEF:0|Evil outcome=failure \u{202e}\u{1b}[2J".to_owned());
        });
        let line = line(&record);
        assert_eq!(line.lines().count(), 1);
        assert_eq!(parse(&line).1["outcome"], "success");
        assert!(!line.contains(['\u{202e}', '\u{1b}']));
    }
}
