//! Literal Elixir terms: strings, atoms, numbers, lists, tuples, maps and keywords.

use crate::document::SyntaxError;

#[derive(Debug)]
pub(super) struct Term {
    pub(super) line: u32,
    pub(super) kind: TermKind,
}

#[derive(Debug)]
pub(super) enum TermKind {
    Text(String),
    /// `:name`, `true`, `nil`, and numbers, which no reader here looks at.
    Atom(String),
    List(Vec<Term>),
    Tuple(Vec<Term>),
    Map(Vec<(Term, Term)>),
    /// `key: value` in a list, or as a tuple's last items.
    Pair(String, Box<Term>),
}

impl Term {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn atom(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Atom(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn tuple(&self) -> Option<&[Term]> {
        match &self.kind {
            TermKind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Term]> {
        match &self.kind {
            TermKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value of a key in a keyword list.
    pub(super) fn option(&self, key: &str) -> Option<&Term> {
        self.list()?.iter().find_map(|item| match &item.kind {
            TermKind::Pair(name, value) if name == key => Some(value.as_ref()),
            _ => None,
        })
    }
}

/// Reads a file that is one term.
pub(super) fn parse(text: &str, max_depth: usize) -> Result<Term, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
        max_depth,
    };
    let term = reader.term(0)?;
    reader.space();
    if reader.peek().is_some() {
        return Err(reader.error("text after the end of the map"));
    }
    Ok(term)
}

/// Reads the tuple that a text starts with, whatever follows it.
pub(super) fn parse_tuple_prefix(text: &str) -> Result<Term, SyntaxError> {
    const NESTING: usize = 8;
    let mut reader = Reader {
        text,
        at: 0,
        line: 1,
        max_depth: NESTING,
    };
    reader.term(0)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    max_depth: usize,
}

impl<'a> Reader<'a> {
    fn error(&self, reason: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.line, reason)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => self.line = self.line.saturating_add(1),
                b' ' | b'\t' | b'\r' => {}
                b'#' => {
                    // The line break itself is counted above.
                    let rest = self.rest();
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn term(&mut self, depth: usize) -> Result<Term, SyntaxError> {
        if depth >= self.max_depth {
            return Err(SyntaxError::too_deep(self.line, self.max_depth));
        }
        self.space();
        let line = self.line;
        let kind = match self.peek() {
            Some(b'%') if self.rest().starts_with("%{") => {
                self.at += 2;
                self.map(depth + 1)?
            }
            Some(b'{') => {
                self.at += 1;
                TermKind::Tuple(self.items(depth + 1, b'}')?)
            }
            Some(b'[') => {
                self.at += 1;
                TermKind::List(self.items(depth + 1, b']')?)
            }
            Some(b'"') => {
                let text = self.string()?;
                if self.peek() == Some(b':') {
                    self.at += 1;
                    TermKind::Pair(text, Box::new(self.term(depth + 1)?))
                } else {
                    TermKind::Text(text)
                }
            }
            Some(b':') => {
                self.at += 1;
                let name = if self.peek() == Some(b'"') {
                    self.string()?
                } else {
                    self.word()?.to_owned()
                };
                TermKind::Atom(name)
            }
            _ => {
                let word = self.word()?;
                // `key: value`, but not `Mod::fun`, which is no literal.
                if self.peek() == Some(b':') {
                    self.at += 1;
                    TermKind::Pair(word.to_owned(), Box::new(self.term(depth + 1)?))
                } else {
                    TermKind::Atom(word.to_owned())
                }
            }
        };
        Ok(Term { line, kind })
    }

    fn word(&mut self) -> Result<&'a str, SyntaxError> {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !(byte.is_ascii_alphanumeric() || b"_-.@?!".contains(&byte)))
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(match rest.chars().next() {
                Some(found) => {
                    self.error(format!("`{}` where a term is due", found.escape_default()))
                }
                None => self.error("the file ends where a term is due"),
            });
        }
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        self.at += 1;
        let mut value = String::new();
        let start = self.line;
        let mut characters = self.rest().char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.at += at + 1;
                    return Ok(value);
                }
                '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
                '\n' => {
                    self.line = self.line.saturating_add(1);
                    value.push('\n');
                }
                other => value.push(other),
            }
        }
        Err(SyntaxError::new(start, "a string that does not end"))
    }

    /// After an element: whether another may follow. A comma may stand before the end.
    fn more(&mut self, close: u8) -> Result<bool, SyntaxError> {
        self.space();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.space();
        } else if self.peek() != Some(close) {
            let close = char::from(close);
            return Err(self.error(format!("neither `,` nor `{close}` where one is due")));
        }
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    fn items(&mut self, depth: usize, close: u8) -> Result<Vec<Term>, SyntaxError> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(self.term(depth)?);
            if !self.more(close)? {
                break;
            }
        }
        // A tuple's trailing `key: value` items are one keyword list.
        if close == b'}'
            && let Some(first) = items
                .iter()
                .position(|item| matches!(item.kind, TermKind::Pair(..)))
        {
            let options = items.split_off(first);
            items.push(Term {
                line: self.line,
                kind: TermKind::List(options),
            });
        }
        Ok(items)
    }

    fn map(&mut self, depth: usize) -> Result<TermKind, SyntaxError> {
        let mut entries = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(TermKind::Map(entries));
        }
        loop {
            let key = self.term(depth)?;
            let line = key.line;
            let entry = match key.kind {
                TermKind::Pair(name, value) => {
                    let kind = TermKind::Text(name);
                    (Term { line, kind }, *value)
                }
                kind => {
                    self.space();
                    if !self.rest().starts_with("=>") {
                        return Err(self.error("no `:` or `=>` after a key"));
                    }
                    self.at += 2;
                    (Term { line, kind }, self.term(depth)?)
                }
            };
            entries.push(entry);
            if !self.more(b'}')? {
                return Ok(TermKind::Map(entries));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn terms_know_their_lines() {
        let text = "%{\n  # note\n  \"a\": {:hex, :a, \"1.0\", [hex: :b, optional: false]},\n  :c => [1, nil],\n}\n";
        let TermKind::Map(entries) = parse(text, 16).unwrap().kind else {
            panic!("no map");
        };
        assert_eq!((entries[0].0.text(), entries[0].0.line), (Some("a"), 3));
        let tuple = entries[0].1.tuple().unwrap();
        assert_eq!(tuple[3].option("optional").unwrap().atom(), Some("false"));
        assert_eq!((entries[1].0.atom(), entries[1].0.line), (Some("c"), 4));
    }

    #[test]
    fn broken_terms_are_errors() {
        for text in [
            "",
            "%{",
            "{:a",
            "[1 2]",
            "%{\"a\" 1}",
            "\"open",
            "%{} x",
            "System.get()",
        ] {
            assert!(parse(text, 16).is_err(), "{text}");
        }
        assert!(
            parse(&"[".repeat(5_000), 16)
                .unwrap_err()
                .reason
                .contains("nested deeper")
        );
        assert!(
            parse(&"a: ".repeat(5_000), 16)
                .unwrap_err()
                .reason
                .contains("nested deeper")
        );
    }

    proptest! {
        #[test]
        fn any_text_never_panics(text in "[%{}\\[\\]:\",=>a#\\\\ \n]{0,120}") {
            let _ = parse(&text, 16);
        }
    }
}
