//! A pattern as text that the parser takes.
//!
//! `$X` is an identifier as it is. The rest of what only patterns have is replaced by identifiers
//! that no program has (see [`super::stand_in`]), with the punctuation that the place wants: a
//! semicolon after a statement, `case` before a case. The scanner keeps just enough of the
//! grammar to know the place.

use super::context::{Brace, Context, Frame, Last};
use super::frame::is_field;
use super::offsets::Offsets;
use super::stand_in::{DEEP, DOTS, MARK, REST, TYPED, is_metavar, is_metavar_name};

pub(super) struct Rewritten {
    pub text: String,
    pub offsets: Offsets,
}

/// `jsx` says whether `<` at the start of an operand opens an element or a type.
pub(super) fn rewrite(pattern: &str, jsx: bool) -> Rewritten {
    let mut rewrite = Rewrite {
        source: pattern,
        at: 0,
        out: String::with_capacity(pattern.len() + 64),
        offsets: Offsets::default(),
        context: Context::new(),
        jsx,
        dots: 0,
        object_end: object_before_statements(pattern),
    };
    while rewrite.at < pattern.len() {
        rewrite.step();
    }
    Rewritten {
        text: rewrite.out,
        offsets: rewrite.offsets,
    }
}

struct Rewrite<'p> {
    source: &'p str,
    at: usize,
    out: String,
    offsets: Offsets,
    context: Context,
    jsx: bool,
    /// So that no two dots are one name.
    dots: usize,
    /// Where an object ends that is a statement, the first of several.
    object_end: Option<usize>,
}

impl<'p> Rewrite<'p> {
    fn rest(&self) -> &'p str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character that is no space, after some bytes.
    fn after(&self, bytes: usize) -> Option<char> {
        self.source
            .get(self.at + bytes..)?
            .trim_start()
            .chars()
            .next()
    }

    fn copy(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.source.len());
        self.out
            .push_str(self.source.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    fn replace(&mut self, bytes: usize, with: &str) {
        let from = self.out.len();
        self.out.push_str(with);
        self.offsets
            .replaced(from, self.out.len(), self.at, self.at + bytes);
        self.at += bytes;
    }

    fn step(&mut self) {
        match self.context.top() {
            Frame::JsxText => return self.jsx_text(),
            Frame::JsxTag { .. } => return self.jsx_tag(),
            Frame::Template => return self.template(),
            _ => {}
        }
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        if first.is_whitespace() {
            self.context.newline |= first == '\n';
            return self.copy(first.len_utf8());
        }
        if rest.starts_with("//") || rest.starts_with("/*") {
            return self.comment(rest);
        }
        if rest.starts_with("<...") && !rest.get(4..).is_some_and(|rest| rest.starts_with('>')) {
            self.replace(4, &format!("{DEEP}("));
            return self.context.push(Frame::Deep);
        }
        if rest.starts_with("...") {
            return self.dots();
        }
        if let Some(name) = rest.strip_prefix("$...") {
            let length = name_length(name);
            if name.get(..length).is_some_and(is_metavar_name) {
                let with = format!("{REST}{}", name.get(..length).unwrap_or_default());
                self.replace(length + 4, &with);
                return self.context.operand();
            }
        }
        match first {
            '"' | '\'' => {
                let length = quoted_length(rest, first);
                self.copy(length);
                self.context.operand();
            }
            '`' => {
                self.copy(1);
                self.context.push(Frame::Template);
            }
            '/' if !self.context.ends_operand() => {
                let length = regex_length(rest);
                self.copy(length);
                self.context.operand();
            }
            '<' if self.jsx && !self.context.ends_operand() && opens_element(rest) => {
                self.copy(1);
                self.context.push(Frame::JsxTag {
                    value: false,
                    closing: false,
                });
            }
            '(' => self.parenthesis(),
            '{' | '[' | ')' | ']' | '}' => {
                match self.object_end {
                    Some(_) if *self.context.last() == Last::Nothing => self.replace(1, "({"),
                    Some(end) if end == self.at => self.replace(1, "});"),
                    _ => self.copy(1),
                }
                self.context.bracket(first);
            }
            _ if is_word(first) => self.word(rest),
            _ => {
                let length = if rest.starts_with("=>") {
                    2
                } else {
                    first.len_utf8()
                };
                self.copy(length);
                self.context
                    .punctuation(if length == 2 { '>' } else { first }, length == 2);
            }
        }
    }

    fn comment(&mut self, rest: &str) {
        let end = if rest.starts_with("//") {
            rest.find('\n')
        } else {
            rest.find("*/").map(|end| end + 2)
        };
        let length = end.unwrap_or(rest.len());
        self.context.newline |= rest.get(..length).is_some_and(|text| text.contains('\n'));
        self.copy(length);
    }

    fn word(&mut self, rest: &str) {
        let length = name_length(rest).max(1);
        let word = rest.get(..length).unwrap_or_default();
        if matches!(self.context.last(), Last::Word(last) if last == "from") && is_metavar(word) {
            self.replace(length, &format!("\"{MARK}{word}\""));
            return self.context.operand();
        }
        self.copy(length);
        self.context.word(word);
    }

    /// `(`, or the whole of `($X : T)`.
    fn parenthesis(&mut self) {
        if !self.context.ends_operand()
            && !matches!(self.context.last(), Last::Word(word) if takes_parameters(word))
            && let Some(typed) = typed_metavar(self.rest())
        {
            self.copy(typed.name_end);
            let wanted = self
                .rest()
                .get(1 + typed.skipped..typed.end - typed.name_end);
            let with = format!(" as {TYPED}<{}>)", wanted.unwrap_or_default().trim());
            self.replace(typed.end + 1 - typed.name_end, &with);
            return self.context.operand();
        }
        self.copy(1);
        self.context.bracket('(');
    }

    fn dots(&mut self) {
        if matches!(self.context.top(), Frame::Deep) && self.rest().starts_with("...>") {
            self.replace(4, ")");
            self.context.pop();
            return self.context.operand();
        }
        let next = self.after(3);
        self.dots += 1;
        let name = format!("{DOTS}{}", self.dots);
        let frame = self.context.top();
        let spreads = matches!(
            frame,
            Frame::Parenthesis { .. }
                | Frame::Bracket
                | Frame::Brace(Brace::Object | Brace::Jsx | Brace::JsxSpread)
        );
        if spreads
            && next.is_some_and(|next| {
                is_word(next) || matches!(next, '[' | '{' | '(' | '"' | '\'' | '`')
            })
        {
            self.copy(3);
            return self.context.punctuation('.', false);
        }
        if let Frame::Parenthesis {
            keyword: Some(keyword),
        } = frame
            && keyword == "for"
            && *self.context.last() == Last::Punctuation('(')
            && next == Some(')')
        {
            self.replace(3, &format!("{name};;"));
            return self.context.operand();
        }
        if matches!(self.context.last(), Last::Word(word) if word == "from") {
            self.replace(3, "\"...\"");
            return self.context.operand();
        }
        if self.context.begins_case() {
            self.replace(3, &format!("case {name}:"));
            return self.context.punctuation(':', false);
        }
        if self.context.begins_statement() && next == Some(';') {
            self.replace(3, &name);
            return self.context.operand();
        }
        if self.context.begins_statement() && next != Some('.') {
            self.replace(3, &format!("{name};"));
            return self.context.punctuation(';', false);
        }
        if matches!(frame, Frame::Brace(Brace::JsxSpread)) {
            self.replace(3, &format!("...{name}"));
        } else {
            self.replace(3, &name);
        }
        self.context.operand();
    }

    fn template(&mut self) {
        let rest = self.rest();
        if rest.starts_with('\\') {
            let length = 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
            self.copy(length);
        } else if rest.starts_with("${") {
            self.copy(2);
            self.context.push(Frame::Brace(Brace::Template));
        } else if rest.starts_with('`') {
            self.copy(1);
            self.context.pop();
            self.context.operand();
        } else {
            let length = self.peek().map_or(1, char::len_utf8);
            self.copy(length);
        }
    }

    /// What stands between tags.
    fn jsx_text(&mut self) {
        let rest = self.rest();
        if rest.starts_with('{') {
            self.copy(1);
            self.context.push(Frame::Brace(Brace::Jsx));
        } else if rest.starts_with("</") {
            self.copy(2);
            self.context.pop();
            self.context.push(Frame::JsxTag {
                value: false,
                closing: true,
            });
        } else if rest.starts_with('<') && !rest.starts_with("<...") {
            self.copy(1);
            self.context.push(Frame::JsxTag {
                value: false,
                closing: false,
            });
        } else {
            let length = self.peek().map_or(1, char::len_utf8);
            self.copy(length);
        }
    }

    /// What stands inside a tag.
    fn jsx_tag(&mut self) {
        let Frame::JsxTag { value, closing } = self.context.top() else {
            return;
        };
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return;
        };
        let next_value = match first {
            '=' => true,
            _ if first.is_whitespace() => value,
            _ => false,
        };
        self.context.set_top(Frame::JsxTag {
            value: next_value,
            closing,
        });
        let dots = rest.starts_with("...");
        let word = if is_word(first) {
            name_length(rest).max(1)
        } else {
            0
        };
        let name = rest.get(..word).unwrap_or_default();
        if rest.starts_with("/>") {
            self.copy(2);
            self.context.pop();
            self.context.element_ended();
        } else if first == '>' {
            self.copy(1);
            self.context.pop();
            if closing {
                self.context.element_ended();
            } else {
                self.context.push(Frame::JsxText);
            }
        } else if dots {
            self.dots += 1;
            let name = format!("{DOTS}{}", self.dots);
            let with = if value {
                format!("{{{name}}}")
            } else {
                format!(" {name} ")
            };
            self.replace(3, &with);
        } else if let Some(many) = rest.strip_prefix("$...") {
            let length = name_length(many);
            let name = many.get(..length).unwrap_or_default();
            let with = if value {
                format!("{{{REST}{name}}}")
            } else {
                format!(" {REST}{name} ")
            };
            self.replace(length + 4, &with);
        } else if first == '{' {
            self.copy(1);
            self.context.push(Frame::Brace(if value {
                Brace::Jsx
            } else {
                Brace::JsxSpread
            }));
        } else if first == '"' || first == '\'' {
            // No escapes in the strings of JSX.
            let length = rest
                .get(1..)
                .and_then(|rest| rest.find(first))
                .map(|end| end + 2);
            self.copy(length.unwrap_or(rest.len()));
        } else if value && is_metavar(name) {
            self.replace(word, &format!("{{{name}}}"));
        } else {
            self.copy(word.max(first.len_utf8()));
        }
    }
}

/// The places in `($X : T)`, from the opening parenthesis.
struct Typed {
    name_end: usize,
    /// Space before the colon.
    skipped: usize,
    /// The closing parenthesis.
    end: usize,
}

/// The closing brace of an object at the start of a pattern that goes on in the next line; a
/// program would have a block there, and the object's first key would be a label.
fn object_before_statements(pattern: &str) -> Option<usize> {
    let start = pattern.len() - pattern.trim_start().len();
    let inside = pattern.get(start..)?.strip_prefix('{')?;
    if !is_field(inside.trim_start()) {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(first) = pattern.get(at..).and_then(|rest| rest.chars().next()) {
        match first {
            '"' | '\'' | '`' => {
                at += quoted_length(pattern.get(at..)?, first);
                continue;
            }
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
        at += first.len_utf8();
    }
    let (gap, rest) = pattern.get(at + 1..)?.split_once('\n')?;
    let goes_on = rest
        .trim_start()
        .starts_with(['.', ',', '(', '[', '?', '=']);
    let is_dots = rest.trim_start().starts_with("...");
    (gap.trim().is_empty() && !rest.trim().is_empty() && (!goes_on || is_dots)).then_some(at)
}

fn typed_metavar(rest: &str) -> Option<Typed> {
    let inner = rest.strip_prefix('(')?;
    let lead = inner.len() - inner.trim_start().len();
    let named = inner.get(lead..)?;
    let length = name_length(named);
    if !is_metavar(named.get(..length)?) {
        return None;
    }
    let name_end = 1 + lead + length;
    let tail = rest.get(name_end..)?;
    let skipped = tail.len() - tail.trim_start().len();
    tail.trim_start().strip_prefix(':')?;
    let mut depth = 0_usize;
    let mut close = None;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    close = Some(at);
                    break;
                }
            }
            // Several parameters, or one with a default.
            b',' | b'=' if depth == 1 => return None,
            _ => {}
        }
    }
    let end = close?;
    let after = rest.get(end + 1..)?.trim_start();
    let parameters = after.starts_with("=>") || after.starts_with('{') || after.starts_with(':');
    (!parameters).then_some(Typed {
        name_end,
        skipped,
        end,
    })
}

fn takes_parameters(word: &str) -> bool {
    matches!(
        word,
        "function" | "catch" | "async" | "if" | "while" | "for" | "switch" | "with"
    )
}

fn is_word(first: char) -> bool {
    first.is_alphanumeric() || matches!(first, '_' | '$' | '#')
}

fn name_length(text: &str) -> usize {
    text.char_indices()
        .find(|(_, char)| !is_word(*char))
        .map_or(text.len(), |(at, _)| at)
}

fn opens_element(rest: &str) -> bool {
    rest.chars()
        .nth(1)
        .is_some_and(|next| next.is_alphabetic() || matches!(next, '$' | '_' | '>'))
}

fn quoted_length(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if char == '\\' {
            escaped = true;
        } else if char == quote {
            return at + char.len_utf8();
        }
    }
    rest.len()
}

/// A regular expression with its flags; one character where it is none after all.
fn regex_length(rest: &str) -> usize {
    let (mut escaped, mut class) = (false, false);
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            '\n' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => {
                return at + 1 + name_length(rest.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    1
}
