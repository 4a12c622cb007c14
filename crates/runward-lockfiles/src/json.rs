//! JSON with lines. One pass, strings borrowed where they have no escapes.
//!
//! `serde_json` keeps no positions, and a second pass to find them would cost as much as the
//! first. Comments and trailing commas are for `bun.lock`.

use std::borrow::Cow;

use crate::document::{Document, Entry, Node, SyntaxError, Value, unique};

/// What is allowed beside RFC 8259.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Strict,
    /// Comments and trailing commas.
    Relaxed,
}

pub(crate) fn parse(
    text: &str,
    dialect: Dialect,
    max_depth: usize,
) -> Result<Document<'_>, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
        dialect,
        max_depth,
        repeated: Vec::new(),
    };
    let root = reader.value(0)?;
    reader.space()?;
    if reader.peek().is_some() {
        return Err(reader.error("text after the end of the JSON value"));
    }
    Ok(Document {
        roots: vec![root],
        repeated: reader.repeated,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    dialect: Dialect,
    max_depth: usize,
    repeated: Vec<(u32, String)>,
}

impl<'a> Reader<'a> {
    fn error(&self, reason: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.line, reason)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(found) => self.error(format!(
                "`{}` where {wanted} is due",
                found.escape_default()
            )),
            None => self.error(format!("the file ends where {wanted} is due")),
        }
    }

    fn space(&mut self) -> Result<(), SyntaxError> {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => {
                    self.line = self.line.saturating_add(1);
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' if self.dialect == Dialect::Relaxed => self.comment()?,
                _ => break,
            }
        }
        Ok(())
    }

    fn comment(&mut self) -> Result<(), SyntaxError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(body) = rest.strip_prefix("/*") {
            let end = body
                .find("*/")
                .ok_or_else(|| self.error("a comment that does not end"))?;
            end + "/**/".len()
        } else {
            return Err(self.unexpected("a value"));
        };
        let skipped = rest.get(..length).unwrap_or_default();
        let breaks = skipped.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.at += length;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node<'a>, SyntaxError> {
        self.space()?;
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Text(Cow::Borrowed(self.number())),
            _ => self.word()?,
        };
        Ok(Node::new(line, value))
    }

    fn word(&mut self) -> Result<Value<'a>, SyntaxError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, value) in [
            ("true", Value::Text(Cow::Borrowed("true"))),
            ("false", Value::Text(Cow::Borrowed("false"))),
            ("null", Value::Null),
        ] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.unexpected("a value"))
    }

    /// A number as written; its exact syntax does not matter to any reader here.
    fn number(&mut self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest
            .bytes()
            .position(|byte| !matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn deeper(&self, depth: usize) -> Result<usize, SyntaxError> {
        if depth >= self.max_depth {
            return Err(SyntaxError::too_deep(self.line, self.max_depth));
        }
        Ok(depth + 1)
    }

    /// After an element: whether another one may follow.
    fn more(&mut self, close: u8) -> Result<bool, SyntaxError> {
        self.space()?;
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.space()?;
                if self.peek() == Some(close) && self.dialect == Dialect::Relaxed {
                    self.at += 1;
                    return Ok(false);
                }
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.unexpected(if close == b'}' {
                "`,` or `}`"
            } else {
                "`,` or `]`"
            })),
        }
    }

    /// Whether a table or list that has just been opened is empty; then it is closed too.
    fn opens_empty(&mut self, close: u8) -> Result<bool, SyntaxError> {
        self.at += 1;
        self.space()?;
        let empty = self.peek() == Some(close);
        if empty {
            self.at += 1;
        }
        Ok(empty)
    }

    fn table(&mut self, depth: usize) -> Result<Value<'a>, SyntaxError> {
        let depth = self.deeper(depth)?;
        let mut entries = Vec::new();
        if self.opens_empty(b'}')? {
            return Ok(Value::Table(entries));
        }
        loop {
            self.space()?;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let line = self.line;
            let key = self.string()?;
            self.space()?;
            if self.peek() != Some(b':') {
                return Err(self.unexpected("`:`"));
            }
            self.at += 1;
            let node = self.value(depth)?;
            entries.push(Entry { key, line, node });
            if !self.more(b'}')? {
                return Ok(Value::Table(unique(entries, &mut self.repeated)));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, SyntaxError> {
        let depth = self.deeper(depth)?;
        let mut items = Vec::new();
        if self.opens_empty(b']')? {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if !self.more(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        self.at += 1;
        let mut unescaped = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let stop = rest
                .bytes()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
                .ok_or_else(|| self.error("a string that does not end"))?;
            let plain = rest.get(..stop).unwrap_or_default();
            self.at += stop;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    if unescaped.is_empty() {
                        return Ok(Cow::Borrowed(plain));
                    }
                    unescaped.push_str(plain);
                    return Ok(Cow::Owned(unescaped));
                }
                Some(b'\\') => {
                    unescaped.push_str(plain);
                    self.at += 1;
                    unescaped.push(self.escape()?);
                }
                _ => return Err(self.error("a line break or control character inside a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let kind = self.peek();
        self.at += 1;
        Ok(match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode_escape()?,
            _ => return Err(self.error("an unknown escape in a string")),
        })
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or_else(|| self.error("`\\u` without four hexadecimal digits"))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.error("an unreadable `\\u` escape"))
    }

    /// A lone surrogate becomes U+FFFD, as it has no meaning in any name or version.
    fn unicode_escape(&mut self) -> Result<char, SyntaxError> {
        let high = self.hex4()?;
        if (0xD800..0xDC00).contains(&high) && self.text.get(self.at..self.at + 2) == Some("\\u") {
            self.at += 2;
            let low = self.hex4()?;
            if (0xDC00..0xE000).contains(&low) {
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strict(text: &str) -> Result<Document<'_>, SyntaxError> {
        parse(text, Dialect::Strict, 64)
    }

    #[test]
    fn keys_and_values_know_their_lines() {
        let document =
            strict("{\n  \"a\": {\n    \"b\": \"1\\u00e9\\n\"\n  },\n\n  \"c\": [1.10,\n true]\n}")
                .unwrap();
        let root = &document.roots[0];
        let a = &root.entries()[0];
        assert_eq!((a.line, a.node.line), (2, 2));
        assert_eq!(a.node.entries()[0].line, 3);
        assert_eq!(a.node.get_text("b"), Some("1é\n"));
        let c = root.get("c").unwrap().items();
        assert_eq!((c[0].text(), c[0].line), (Some("1.10"), 6));
        assert_eq!((c[1].text(), c[1].line), (Some("true"), 7));
    }

    #[test]
    fn the_last_of_equal_keys_counts_and_is_told() {
        let document = strict("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}").unwrap();
        assert_eq!(document.roots[0].get_text("a"), Some("3"));
        assert_eq!(document.repeated, [(3, "a".to_owned())]);
        let lines: Vec<String> = (0..20).map(|n| format!("\"k{}\": {n}", n % 19)).collect();
        let many = lines.join(
            ",
",
        ) + ",
";
        let text = format!("{{{many}\"z\": 0}}");
        let document = strict(&text).unwrap();
        assert_eq!(document.roots[0].get_text("k0"), Some("19"));
        assert_eq!(document.repeated, [(20, "k0".to_owned())]);
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, part) in [
            ("{\n\"a\": }", 2, "where a value is due"),
            ("{\n\n\"a\": 1", 3, "the file ends"),
            ("{\"a\": 1,}", 1, "a key in double quotes"),
            ("[1] x", 1, "text after the end"),
            ("\"a\nb\"", 1, "line break"),
            ("\"\\q\"", 1, "unknown escape"),
            ("\"\\u12\"", 1, "four hexadecimal digits"),
            ("", 1, "the file ends"),
        ] {
            let error = strict(text).unwrap_err();
            assert_eq!(error.line, line, "{text}");
            assert!(error.reason.contains(part), "{text}: {}", error.reason);
        }
    }

    #[test]
    fn nesting_is_limited() {
        let deep = "[".repeat(5_000);
        assert!(strict(&deep).unwrap_err().reason.contains("nested deeper"));
        let objects = "{\"a\":".repeat(5_000);
        assert!(
            strict(&objects)
                .unwrap_err()
                .reason
                .contains("nested deeper")
        );
    }

    #[test]
    fn the_relaxed_dialect_has_comments_and_trailing_commas() {
        let text = "// head\n{\"a\": [1, /* x\n y */ 2,],\n \"b\": 1,}";
        let document = parse(text, Dialect::Relaxed, 64).unwrap();
        assert_eq!(document.roots[0].get("a").unwrap().items().len(), 2);
        assert_eq!(document.roots[0].entries()[1].line, 4);
        assert!(strict(text).is_err());
    }

    fn tree() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<i32>().prop_map(|n| n.to_string()),
            "[a-z\\\\\"\n é]{0,8}".prop_map(|text| format!("{:?}", text.replace('é', "e"))),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|items| format!("[{}]", items.join(",\n"))),
                prop::collection::vec(("[a-z]{1,3}", inner), 0..4).prop_map(|entries| {
                    let entries: Vec<String> = entries
                        .into_iter()
                        .map(|(key, value)| format!("\"{key}\": {value}"))
                        .collect();
                    format!("{{\n{}}}", entries.join(",\n"))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "\\PC{0,200}") {
            let _ = strict(&text);
            let _ = parse(&text, Dialect::Relaxed, 64);
        }

        #[test]
        fn well_formed_text_is_read_in_both_dialects(text in tree()) {
            prop_assert!(strict(&text).is_ok(), "{}", text);
            prop_assert!(parse(&text, Dialect::Relaxed, 64).is_ok());
        }

        #[test]
        fn damaged_text_never_panics(text in tree(), at in 0usize..200, byte in any::<u8>()) {
            let mut bytes = text.into_bytes();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = strict(&String::from_utf8_lossy(&bytes));
        }
    }
}
