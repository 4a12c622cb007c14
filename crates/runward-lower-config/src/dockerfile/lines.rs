//! The instructions of a file: lines joined where one goes on, without the comments between them.

use std::collections::HashMap;

use crate::metavar::{is_metavar, is_rest};

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The first byte of the keyword.
    pub(super) start: usize,
    /// In capitals.
    pub(super) keyword: String,
    /// What follows the keyword, as long as in the file: comments and empty lines within are
    /// blank, and so are line ends that are continued.
    pub(super) body: String,
    /// Where `body` begins in the file.
    pub(super) base: usize,
    /// The end without trailing white space.
    pub(super) end: usize,
    /// Texts of here-documents, which follow the instruction.
    pub(super) heredocs: Vec<Heredoc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heredoc {
    pub(super) start: usize,
    pub(super) end: usize,
}

const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// So many here-documents can one instruction have.
const MAX_HEREDOCS: usize = 16;

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || word.starts_with("CROSS_BUILD_")
}

/// Whether a pattern is one of instructions, and not a script.
pub(super) fn is_dockerfile(pattern: &str) -> bool {
    let lines = read(pattern);
    let first = lines.iter().find(|line| line.keyword != "...");
    match first {
        None => lines.len() > 1,
        Some(line) => {
            is_keyword(&line.keyword) || (line.body.trim().is_empty() && is_metavar(&line.keyword))
        }
    }
}

/// All instructions of a text.
pub(super) fn read(text: &str) -> Vec<Line> {
    let mut reader = Reader {
        text,
        at: 0,
        escape: escape(text),
        last: None,
    };
    let mut lines = Vec::new();
    while reader.at < text.len() {
        lines.extend(reader.next());
    }
    lines
}

/// The character of the directive `# escape=`, which is a comment at the top.
fn escape(text: &str) -> char {
    for line in text.lines() {
        let Some(comment) = line.trim().strip_prefix('#') else {
            break;
        };
        let Some((name, value)) = comment.split_once('=') else {
            break;
        };
        if name.trim().eq_ignore_ascii_case("escape") {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
    }
    '\\'
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    escape: char,
    /// Where each line, without white space around it, stands last; read when first needed.
    last: Option<HashMap<&'t str, usize>>,
}

impl<'t> Reader<'t> {
    /// The rest of the line with its end, which is read.
    fn line(&mut self) -> Option<&'t str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        self.at += length;
        rest.get(..length)
    }

    /// The instruction of the next line, if there is one.
    fn next(&mut self) -> Option<Line> {
        let start = self.at;
        let line = self.line()?;
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return None;
        }
        let indent = line.len() - trimmed.len();
        let start = start + indent;
        let word = trimmed.find(char::is_whitespace).unwrap_or(trimmed.len());
        let keyword = trimmed.get(..word).unwrap_or_default();
        let base = start + word;
        let mut body = String::new();
        let mut piece = trimmed.get(word..).unwrap_or_default();
        while self.goes_on(piece, &mut body) {
            match self.next_piece(&mut body) {
                Some(next) => piece = next,
                None => break,
            }
        }
        let mut heredocs = Vec::new();
        for name in heredoc_names(&body, keyword) {
            heredocs.extend(self.heredoc(&name));
        }
        let end = base + body.trim_end().len();
        let keyword = if is_metavar(keyword) || is_rest(keyword) {
            keyword.to_owned()
        } else {
            keyword.to_ascii_uppercase()
        };
        let end = heredocs.last().map_or(end, |heredoc| heredoc.end);
        Some(Line {
            start,
            keyword,
            body,
            base,
            end,
            heredocs,
        })
    }

    /// Adds a line, and tells whether the next belongs to it.
    fn goes_on(&self, piece: &str, body: &mut String) -> bool {
        let text = piece.trim_end();
        let Some(before) = text.strip_suffix(self.escape) else {
            body.push_str(piece);
            return false;
        };
        body.push_str(before);
        blank(piece.get(before.len()..).unwrap_or_default(), body);
        true
    }

    /// The next line of the same instruction; comments and empty lines before it are blank.
    fn next_piece(&mut self, body: &mut String) -> Option<&'t str> {
        loop {
            let line = self.line()?;
            let trimmed = line.trim();
            if !trimmed.is_empty() && !trimmed.starts_with('#') {
                return Some(line);
            }
            blank(line, body);
        }
    }

    /// The text up to the line that ends it; nothing is read where there is no such line.
    fn heredoc(&mut self, name: &str) -> Option<Heredoc> {
        let text = self.text;
        let last = self.last.get_or_insert_with(|| last_lines(text));
        let start = self.at;
        if last.get(name).is_none_or(|at| *at < start) {
            return None;
        }
        while let Some(line) = self.line() {
            let end = self.at - line.len();
            if line.trim() == name {
                return Some(Heredoc { start, end });
            }
        }
        None
    }
}

fn last_lines(text: &str) -> HashMap<&str, usize> {
    let mut at = 0;
    let mut last = HashMap::new();
    for line in text.split_inclusive('\n') {
        last.insert(line.trim(), at);
        at += line.len();
    }
    last
}

/// As many spaces as there are bytes.
fn blank(text: &str, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', text.len()));
}

/// The names behind `<<`, in instructions that have here-documents.
fn heredoc_names(body: &str, keyword: &str) -> Vec<String> {
    if !["RUN", "COPY", "ADD"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(keyword))
    {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once("<<") {
        let word = after.strip_prefix('-').unwrap_or(after);
        rest = word;
        if word.starts_with('<') {
            rest = word.trim_start_matches('<');
            continue;
        }
        let word = word.strip_prefix(['"', '\'']).unwrap_or(word);
        let end = word
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(word.len());
        let name = word.get(..end).unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && names.len() < MAX_HEREDOCS
        {
            names.push(name.to_owned());
        }
    }
    names
}
