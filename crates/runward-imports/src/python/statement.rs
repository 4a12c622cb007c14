//! Import statements, and calls that import by name.

use super::scanner::{end_of_line, word_at};
use crate::{imports::Found, lines::Lines};

/// ASCII letters, digits and `_`; every byte of another letter counts as one too.
pub(super) fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Reads the import statement at an offset, reports what it names, and returns the offset behind
/// it; `None` where none stands there.
pub(super) fn read(
    text: &str,
    at: usize,
    max_name_bytes: usize,
    lines: &mut Lines<'_>,
    found: &mut dyn FnMut(Found<'_>),
) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'i' if word_at(bytes, at, b"import") => import(text, at, lines, found),
        b'f' if word_at(bytes, at, b"from") => from(text, at, max_name_bytes, lines, found),
        _ => None,
    }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
    in_parentheses: bool,
}

impl<'a> Cursor<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Blanks and continued lines; within parentheses also line ends and comments.
    fn skip_space(&mut self) {
        loop {
            let bytes = self.text.as_bytes();
            match bytes.get(self.at..).unwrap_or_default() {
                [b' ' | b'\t' | b'\x0c', ..] => self.at += 1,
                [b'\\', b'\r', b'\n', ..] => self.at += 3,
                [b'\\', b'\n' | b'\r', ..] => self.at += 2,
                [b'\n' | b'\r', ..] if self.in_parentheses => self.at += 1,
                [b'#', ..] if self.in_parentheses => self.at = end_of_line(bytes, self.at),
                _ => return,
            }
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.skip_space();
        let taken = self.byte() == Some(wanted);
        self.at += usize::from(taken);
        taken
    }

    fn word(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let taken = word_at(self.text.as_bytes(), self.at, word);
        if taken {
            self.at += word.len();
        }
        taken
    }

    fn identifier(&mut self) -> Option<&'a str> {
        self.skip_space();
        let bytes = self.text.as_bytes().get(self.at..)?;
        if bytes.first()?.is_ascii_digit() {
            return None;
        }
        let length = bytes
            .iter()
            .position(|byte| !is_identifier_byte(*byte))
            .unwrap_or(bytes.len());
        let name = self.text.get(self.at..self.at + length)?;
        self.at += length;
        (!name.is_empty()).then_some(name)
    }

    /// `a.b.c`; Python allows blanks around the dots.
    fn dotted(&mut self) -> Option<(&'a str, String)> {
        let first = self.identifier()?;
        let mut dotted = first.to_owned();
        while self.take(b'.') {
            dotted.push('.');
            dotted.push_str(self.identifier()?);
        }
        Some((first, dotted))
    }
}

fn import(
    text: &str,
    start: usize,
    lines: &mut Lines<'_>,
    found: &mut dyn FnMut(Found<'_>),
) -> Option<usize> {
    let mut cursor = Cursor {
        text,
        at: start + "import".len(),
        in_parentheses: false,
    };
    let mut end = None;
    while let Some((module, dotted)) = cursor.dotted() {
        if cursor.word(b"as") {
            cursor.identifier();
        }
        end = Some(cursor.at);
        let line = lines.at(start);
        found(Found::Name {
            module,
            dotted,
            line,
        });
        if !cursor.take(b',') {
            break;
        }
    }
    end
}

fn from(
    text: &str,
    start: usize,
    max_name_bytes: usize,
    lines: &mut Lines<'_>,
    found: &mut dyn FnMut(Found<'_>),
) -> Option<usize> {
    let mut cursor = Cursor {
        text,
        at: start + "from".len(),
        in_parentheses: false,
    };
    let mut relative = false;
    while cursor.take(b'.') {
        relative = true;
    }
    // `from . import x` has no name before `import`.
    if relative && cursor.word(b"import") {
        return Some(cursor.at);
    }
    let (module, dotted) = cursor.dotted()?;
    if !cursor.word(b"import") {
        return None;
    }
    let mut end = cursor.at;
    if relative {
        return Some(end);
    }
    let line = lines.at(start);
    found(Found::Name {
        module,
        dotted: dotted.clone(),
        line,
    });
    if dotted.len() > max_name_bytes {
        // Reported above; repeating it for each name would cost more than it is worth.
        return Some(end);
    }
    cursor.in_parentheses = cursor.take(b'(');
    while let Some(name) = cursor.identifier() {
        // The parenthesis was never closed, and the next statement begins.
        if matches!(name, "from" | "import") {
            break;
        }
        if cursor.word(b"as") {
            cursor.identifier();
        }
        end = cursor.at;
        found(Found::Name {
            module,
            dotted: format!("{dotted}.{name}"),
            line,
        });
        if !cursor.take(b',') {
            break;
        }
    }
    // Also behind a comma before the closing parenthesis.
    if cursor.in_parentheses && cursor.take(b')') {
        end = cursor.at;
    }
    Some(end)
}

/// The argument of a call that imports.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call<'a> {
    Named(&'a str),
    Computed,
}

impl Call<'_> {
    pub(super) fn report(
        &self,
        lines: &mut Lines<'_>,
        at: usize,
        found: &mut dyn FnMut(Found<'_>),
    ) {
        let line = lines.at(at);
        match self {
            Self::Named(dotted) => {
                let module = dotted.split('.').next().unwrap_or(dotted);
                found(Found::Name {
                    module,
                    dotted: (*dotted).to_owned(),
                    line,
                });
            }
            Self::Computed => found(Found::Computed { line }),
        }
    }
}

/// The import that a call makes whose parenthesis stands at `open`: `import_module(…)` or
/// `__import__(…)`. A relative name is none.
pub(super) fn importing_call(text: &str, open: usize) -> Option<Call<'_>> {
    let before = text.get(..open)?.trim_end_matches([' ', '\t']);
    let function = ["import_module", "__import__"]
        .into_iter()
        .find(|function| before.ends_with(function))?;
    let start = before.len().checked_sub(function.len())?;
    if !word_at(text.as_bytes(), start, function.as_bytes()) {
        return None;
    }
    // The definition of a function of that name is no call.
    if before
        .get(..start)?
        .trim_end_matches([' ', '\t'])
        .ends_with("def")
    {
        return None;
    }
    let mut cursor = Cursor {
        text,
        at: open + 1,
        in_parentheses: true,
    };
    if cursor.take(b')') {
        return None;
    }
    Some(match literal(&mut cursor) {
        Some(name) if name.starts_with('.') => return None,
        Some(name) => Call::Named(name),
        None => Call::Computed,
    })
}

/// A string that is the whole argument, and a dotted name.
fn literal<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    if cursor.word(b"name") && !cursor.take(b'=') {
        return None;
    }
    cursor.skip_space();
    if matches!(cursor.byte(), Some(b'r' | b'R' | b'u' | b'U')) {
        cursor.at += 1;
    }
    let quote = cursor.byte().filter(|byte| matches!(byte, b'\'' | b'"'))?;
    let rest = cursor.text.get(cursor.at + 1..)?;
    let length = rest
        .bytes()
        .position(|byte| !(is_identifier_byte(byte) || byte == b'.'))?;
    let name = rest.get(..length)?;
    if rest.as_bytes().get(length) != Some(&quote) || name.is_empty() {
        return None;
    }
    cursor.at += length + 2;
    (cursor.take(b',') || cursor.take(b')')).then_some(name)
}
