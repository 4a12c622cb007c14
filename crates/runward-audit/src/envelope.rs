//! What one entry of the log holds: which database recorded the event, as its how manieth, and the
//! sealed event.
//!
//! The form is strict, one text for one meaning: `{"v":1,"store":"<12 hex>","seq":17,"event":{…}}`
//! without a space, in this order. The event's bytes are kept as they were sealed.

use std::str;

use crate::RecordedEvent;

const HEAD: &str = r#"{"v":1,"store":""#;
const SEQ: &str = r#"","seq":"#;
const EVENT: &str = r#","event":"#;

/// An entry, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// The database's own name.
    pub store: &'a str,
    /// Counts that database's events from 1 without a gap.
    pub seq: i64,
    /// The sealed event: one JSON object.
    pub event: &'a str,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope, and not the event in it.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let Some(rest) = text.strip_prefix(HEAD) else {
            return Err(match version(text) {
                Some(version) if version > 1 => {
                    format!("it was written by a newer Runward (form {version}, this one knows 1)")
                }
                _ => "it is not in the form of an entry".to_owned(),
            });
        };
        let (store, rest) = rest.split_once(SEQ).ok_or("it names no store")?;
        if !is_store_name(store) {
            return Err("its store is not 12 hexadecimal digits".to_owned());
        }
        let (seq, rest) = rest.split_once(EVENT).ok_or("it has no number")?;
        let seq = number(seq).ok_or("its number is not a positive integer")?;
        let event = rest
            .strip_suffix('}')
            .filter(|event| event.starts_with('{') && event.ends_with('}'))
            .ok_or("it holds no event")?;
        Ok(Self { store, seq, event })
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut text = String::with_capacity(self.event.len() + 64);
        text.push_str(HEAD);
        text.push_str(self.store);
        text.push_str(SEQ);
        text.push_str(&self.seq.to_string());
        text.push_str(EVENT);
        text.push_str(self.event);
        text.push('}');
        text.into_bytes()
    }

    /// `STORE.SEQ`, by which people name an event.
    pub fn id(&self) -> String {
        format!("{}.{}", self.store, self.seq)
    }

    /// Reads the event.
    pub fn event(&self) -> Result<RecordedEvent, String> {
        serde_json::from_str(self.event).map_err(|error| format!("its event is damaged: {error}"))
    }
}

pub(crate) fn is_store_name(text: &str) -> bool {
    text.len() == 12
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A positive number without sign, space or leading zero.
pub(crate) fn number(text: &str) -> Option<i64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

fn version(text: &str) -> Option<u32> {
    text.strip_prefix(r#"{"v":"#)?
        .split_once(',')?
        .0
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENT: &str = r#"{"v":1,"timestamp":"2026-02-18T12:00:00Z","event_type":"task_created","actor":{"kind":"account","id":"ann"},"subject":{"kind":"task","id":"7"},"outcome":"success"}"#;

    #[test]
    fn an_entry_is_read_back() {
        let envelope = Envelope {
            store: "0123456789ab",
            seq: 17,
            event: EVENT,
        };
        let bytes = envelope.encode();
        assert_eq!(Envelope::decode(&bytes).unwrap(), envelope);
        assert_eq!(envelope.id(), "0123456789ab.17");
        assert_eq!(envelope.event().unwrap().event_type, "task_created");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "{}",
            r#"{"v":1,"store":"0123456789AB","seq":1,"event":{}}"#,
            r#"{"v":1,"store":"0123456789ab","seq":01,"event":{}}"#,
            r#"{"v":1,"store":"0123456789ab","seq":0,"event":{}}"#,
            r#"{"v":1,"store":"0123456789ab","seq":-1,"event":{}}"#,
            r#"{"v":1,"store":"0123456789ab","seq":99999999999999999999,"event":{}}"#,
            r#"{"v":1,"store":"0123456789ab","seq":1,"event":7}"#,
            r#"{"v":1,"store":"0123456789ab","seq":1,"event":{}} "#,
            r#"{"v":1, "store":"0123456789ab","seq":1,"event":{}}"#,
        ] {
            assert!(Envelope::decode(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_later_form_is_named_as_such() {
        let error = Envelope::decode(br#"{"v":2,"x":1}"#).unwrap_err();
        assert!(error.contains("newer Runward"), "{error}");
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let event = format!(
            r#"{{"details":{}1{}}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let bytes = Envelope {
            store: "0123456789ab",
            seq: 1,
            event: &event,
        }
        .encode();
        assert!(Envelope::decode(&bytes).unwrap().event().is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(envelope) = Envelope::decode(&bytes) {
                prop_assert_eq!(envelope.encode(), bytes);
            }
        }

        #[test]
        fn one_meaning_has_one_text(seq in 1..i64::MAX, tail in "[a-z]{0,20}") {
            let event = format!(r#"{{"x":"{tail}"}}"#);
            let envelope = Envelope { store: "00ff00ff00ff", seq, event: &event };
            let bytes = envelope.encode();
            prop_assert_eq!(Envelope::decode(&bytes).unwrap(), envelope);
        }
    }
}
