//! JSON (RFC 8259) with the line of every value.
//!
//! A finding names the line of the component that it is about, which typed deserializers cannot
//! tell. The reader keeps only the members that a bill is read for, and checks the rest.

use std::{borrow::Cow, iter::Peekable, str::CharIndices};

use crate::{
    Limits,
    problems::{Fault, shown},
};

/// A value and the line on which it begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Json<'a> {
    pub(crate) line: u32,
    value: Value<'a>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    pub(crate) fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// A member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<&Json<'a>> {
        match &self.value {
            Value::Object(members) => members
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string, or of a number (a version written without quotes).
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The text of a member.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Json::text)
    }

    /// The elements of an array member; empty where there is none.
    pub(crate) fn items(&self, key: &str) -> &[Json<'a>] {
        self.get(key).map(Json::elements).unwrap_or_default()
    }

    /// The elements of an array; empty for anything else.
    pub(crate) fn elements(&self) -> &[Json<'a>] {
        match &self.value {
            Value::Array(elements) => elements,
            _ => &[],
        }
    }

    /// Whether a member stands where an array is expected and is none.
    pub(crate) fn is_no_array(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|member| !matches!(member.value, Value::Array(_) | Value::Null))
    }
}

/// Reads a document, keeping of every object the members that `keep` names.
pub(crate) fn parse<'a>(
    text: &'a str,
    keep: &dyn Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Json<'a>, Fault> {
    let mut reader = Reader {
        text,
        rest: text.char_indices().peekable(),
        line: 1,
        keep,
        values: 0,
        limits,
    };
    let root = reader.value(0, true)?;
    reader.space();
    match reader.rest.next() {
        None => Ok(root.unwrap_or(Json {
            line: 1,
            value: Value::Null,
        })),
        Some((_, found)) => Err(reader.unexpected(found, "the end")),
    }
}

struct Reader<'a, 'k> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    line: u32,
    keep: &'k dyn Fn(&str) -> bool,
    values: usize,
    limits: &'k Limits,
}

impl<'a> Reader<'a, '_> {
    /// One value; `None` where it is not kept. Recursion is bounded by `max_depth`.
    fn value(&mut self, depth: usize, keep: bool) -> Result<Option<Json<'a>>, Fault> {
        self.space();
        let line = self.line;
        if depth > self.limits.max_depth {
            return Err(Fault::at(
                line,
                format!(
                    "values are nested more than {} deep; the bill is not read",
                    self.limits.max_depth
                ),
            ));
        }
        if keep {
            self.values += 1;
            if self.values > self.limits.max_values {
                return Err(Fault::at(
                    line,
                    format!(
                        "the bill has more than {} values; split it by component",
                        self.limits.max_values
                    ),
                ));
            }
        }
        let value = match self.rest.peek().copied() {
            Some((_, '{')) => self.object(depth, keep)?,
            Some((_, '[')) => self.array(depth, keep)?,
            Some((_, '"')) => Value::String(self.string(keep)?),
            Some((start, '-' | '0'..='9')) => Value::Number(self.number(start)?),
            Some((_, 't')) => self.word("true", Value::Bool(true))?,
            Some((_, 'f')) => self.word("false", Value::Bool(false))?,
            Some((_, 'n')) => self.word("null", Value::Null)?,
            Some((_, found)) => return Err(self.unexpected(found, "a value")),
            None => return Err(self.truncated()),
        };
        Ok(keep.then_some(Json { line, value }))
    }

    fn object(&mut self, depth: usize, keep: bool) -> Result<Value<'a>, Fault> {
        self.rest.next();
        let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        self.space();
        if self.take('}') {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            match self.rest.peek().copied() {
                Some((_, '"')) => {}
                Some((_, found)) => return Err(self.unexpected(found, "a member's name in quotes")),
                None => return Err(self.truncated()),
            }
            let key_line = self.line;
            let key = self.string(keep)?;
            self.space();
            self.demand(':')?;
            let kept = keep && (self.keep)(&key);
            // Readers differ in which of two members they take, which could hide a component.
            // Kept names are few, so the search is short.
            if kept && members.iter().any(|(name, _)| *name == key) {
                return Err(Fault::at(
                    key_line,
                    format!(
                        "`{}` stands twice in one object; remove one of them",
                        shown(&key)
                    ),
                ));
            }
            if let Some(value) = self.value(depth + 1, kept)? {
                members.push((key, value));
            }
            self.space();
            if self.take('}') {
                return Ok(Value::Object(members));
            }
            self.demand(',')?;
        }
    }

    fn array(&mut self, depth: usize, keep: bool) -> Result<Value<'a>, Fault> {
        self.rest.next();
        let mut elements = Vec::new();
        self.space();
        if self.take(']') {
            return Ok(Value::Array(elements));
        }
        loop {
            elements.extend(self.value(depth + 1, keep)?);
            self.space();
            if self.take(']') {
                return Ok(Value::Array(elements));
            }
            self.demand(',')?;
        }
    }

    /// A string; its text is not built where it is not kept.
    fn string(&mut self, keep: bool) -> Result<Cow<'a, str>, Fault> {
        let start = self
            .rest
            .next()
            .map_or(0, |(at, quote)| at + quote.len_utf8());
        let mut built: Option<String> = None;
        loop {
            match self.rest.next() {
                Some((end, '"')) => {
                    return Ok(match built {
                        Some(text) => Cow::Owned(text),
                        None => Cow::Borrowed(self.text.get(start..end).unwrap_or_default()),
                    });
                }
                Some((at, '\\')) => {
                    let character = self.escape()?;
                    if keep {
                        built
                            .get_or_insert_with(|| {
                                self.text.get(start..at).unwrap_or_default().to_owned()
                            })
                            .push(character);
                    }
                }
                Some((_, control)) if control < ' ' => {
                    return Err(Fault::at(
                        self.line,
                        "a control character stands in a string; escape it",
                    ));
                }
                Some((_, character)) => {
                    if let Some(text) = &mut built {
                        text.push(character);
                    }
                }
                None => return Err(self.truncated()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        match self.rest.next() {
            Some((_, plain @ ('"' | '\\' | '/'))) => Ok(plain),
            Some((_, 'b')) => Ok('\u{8}'),
            Some((_, 'f')) => Ok('\u{c}'),
            Some((_, 'n')) => Ok('\n'),
            Some((_, 'r')) => Ok('\r'),
            Some((_, 't')) => Ok('\t'),
            Some((_, 'u')) => self.unicode_escape(),
            Some((_, found)) => Err(self.unexpected(found, "an escape")),
            None => Err(self.truncated()),
        }
    }

    /// A lone surrogate is a valid escape of no character: it becomes U+FFFD.
    fn unicode_escape(&mut self) -> Result<char, Fault> {
        let unit = self.four_digits()?;
        if let Some(character) = char::from_u32(unit) {
            return Ok(character);
        }
        let mut ahead = self.rest.clone();
        let escape_follows = ahead.next().is_some_and(|(_, c)| c == '\\')
            && ahead.next().is_some_and(|(_, c)| c == 'u');
        if unit < 0xDC00 && escape_follows {
            let kept = self.rest.clone();
            self.rest = ahead;
            let low = self.four_digits()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.rest = kept;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, Fault> {
        let mut code = 0;
        for _ in 0..4 {
            match self.rest.next() {
                Some((_, digit)) => match digit.to_digit(16) {
                    Some(value) => code = code << 4 | value,
                    None => return Err(self.unexpected(digit, "a hexadecimal digit")),
                },
                None => return Err(self.truncated()),
            }
        }
        Ok(code)
    }

    fn number(&mut self, start: usize) -> Result<&'a str, Fault> {
        self.take('-');
        if self.take('0') {
            // No digit may follow a leading zero.
        } else {
            self.digits()?;
        }
        if self.take('.') {
            self.digits()?;
        }
        if self.take('e') || self.take('E') {
            if !self.take('+') {
                self.take('-');
            }
            self.digits()?;
        }
        let end = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        Ok(self.text.get(start..end).unwrap_or_default())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        match self.rest.next() {
            Some((_, '0'..='9')) => {}
            Some((_, found)) => return Err(self.unexpected(found, "a digit")),
            None => return Err(self.truncated()),
        }
        while self.rest.next_if(|(_, c)| c.is_ascii_digit()).is_some() {}
        Ok(())
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Fault> {
        for expected in word.chars() {
            match self.rest.next() {
                Some((_, found)) if found == expected => {}
                Some((_, found)) => return Err(self.unexpected(found, &format!("`{word}`"))),
                None => return Err(self.truncated()),
            }
        }
        Ok(value)
    }

    fn space(&mut self) {
        while let Some((_, found)) = self
            .rest
            .next_if(|(_, c)| matches!(c, ' ' | '\t' | '\n' | '\r'))
        {
            if found == '\n' {
                self.line = self.line.saturating_add(1);
            }
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if(|(_, found)| *found == wanted).is_some()
    }

    fn demand(&mut self, wanted: char) -> Result<(), Fault> {
        match self.rest.next() {
            Some((_, found)) if found == wanted => Ok(()),
            Some((_, found)) => Err(self.unexpected(found, &format!("`{wanted}`"))),
            None => Err(self.truncated()),
        }
    }

    fn unexpected(&self, found: char, expected: &str) -> Fault {
        Fault::at(
            self.line,
            format!(
                "not valid JSON: `{}` stands where {expected} should; make the bill again",
                found.escape_debug()
            ),
        )
    }

    fn truncated(&self) -> Fault {
        Fault::at(
            self.line,
            "not valid JSON: it ends too early; make the bill again",
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keep_all(_: &str) -> bool {
        true
    }

    fn to_serde(json: &Json<'_>) -> serde_json::Value {
        match &json.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(digits) => serde_json::from_str(digits).unwrap(),
            Value::String(text) => text.as_ref().into(),
            Value::Array(elements) => elements.iter().map(to_serde).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.to_string(), to_serde(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    fn any_value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".*".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(".*", inner, 0..6).prop_map(|members| {
                    members
                        .into_iter()
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(value in any_value(), pretty: bool) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            let read = parse(&text, &keep_all, &Limits::default()).unwrap();
            prop_assert_eq!(to_serde(&read), value);
        }

        /// Both accept or both refuse, but for three cases that are meant: members that stand
        /// twice, lone surrogates and numbers beyond what a float holds.
        #[test]
        fn agrees_with_serde_json_on_validity(text in r#"[\[\]{}:,"\\/ \n0-9eE.+\-a-fnrtu]{0,24}"#) {
            let ours = parse(&text, &keep_all, &Limits::default());
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match (&ours, &theirs) {
                (Err(fault), Ok(_)) => prop_assert!(fault.reason.contains("stands twice"), "{fault}"),
                (Ok(_), Err(error)) => {
                    let error = error.to_string();
                    prop_assert!(
                        error.contains("out of range") || error.contains("surrogate") || error.contains("hex escape"),
                        "{error}"
                    );
                }
                _ => {}
            }
        }
    }

    #[test]
    fn lines_are_those_of_the_values() {
        let text = "{\n  \"a\": [\n    {\"b\": 1},\n\n    {\"b\": 2}\n  ]\n}";
        let read = parse(text, &keep_all, &Limits::default()).unwrap();
        let lines: Vec<u32> = read.items("a").iter().map(|item| item.line).collect();
        assert_eq!(lines, [3, 5]);
    }

    #[test]
    fn what_is_not_kept_is_still_checked() {
        let keep = |key: &str| key == "a";
        let read = parse(
            r#"{"x": {"a": 1}, "a": "\u0041\ud83d\ude00"}"#,
            &keep,
            &Limits::default(),
        )
        .unwrap();
        assert_eq!(read.get("x"), None);
        assert_eq!(read.text_of("a"), Some("A😀"));
        assert!(parse(r#"{"x": [1,], "a": 1}"#, &keep, &Limits::default()).is_err());
    }

    #[test]
    fn limits_hold() {
        let deep = "[".repeat(5_000);
        let fault = parse(&deep, &keep_all, &Limits::default()).unwrap_err();
        assert!(fault.reason.contains("nested"), "{fault}");
        let few = Limits {
            max_values: 3,
            ..Limits::default()
        };
        assert!(
            parse("[1,2,3]", &keep_all, &few)
                .unwrap_err()
                .reason
                .contains("more than 3")
        );
        assert!(parse(r#"{"a":1,"a":2}"#, &keep_all, &Limits::default()).is_err());
        assert_eq!(
            parse(r#""\ud800x""#, &keep_all, &Limits::default())
                .unwrap()
                .text(),
            Some("\u{FFFD}x")
        );
    }
}
