//! What is wrong with a policy file, and where.

use std::fmt;

use miette::Diagnostic;

use crate::names::shown;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    pub file: String,
    /// From 1; 0 where it concerns the whole file.
    pub line: u32,
    /// In characters, from 1; 0 where it concerns the whole line.
    pub column: u32,
    pub problem: String,
    /// What to do next, where that can be said.
    pub help: Option<String>,
}

impl PolicyProblem {
    pub(crate) fn whole(file: &str, problem: &str) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            problem: problem.to_owned(),
            help: None,
        }
    }

    pub(crate) fn at(file: &str, text: &str, offset: usize, problem: impl Into<String>) -> Self {
        let (line, column) = place(text, offset);
        Self {
            file: file.to_owned(),
            line,
            column,
            problem: problem.into(),
            help: None,
        }
    }

    /// What the policy library found. Where it names no place, `fallback` is its place.
    pub(crate) fn found(file: &str, text: &str, fallback: usize, error: &dyn Diagnostic) -> Self {
        let offset = error
            .labels()
            .and_then(|mut labels| labels.next())
            .map_or(fallback, |label| label.offset());
        let mut problem = Self::at(file, text, offset, one_line(&error.to_string()));
        problem.help = error.help().map(|help| one_line(&help.to_string()));
        problem
    }

    #[must_use]
    pub(crate) fn with_help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.file))?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        write!(f, ": {}", self.problem)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// A message may quote the file, which is not ours: on one line, without control characters.
fn one_line(text: &str) -> String {
    const MOST: usize = 400;
    let mut line: String = text
        .chars()
        .take(MOST)
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}

fn place(text: &str, offset: usize) -> (u32, u32) {
    text.char_indices().take_while(|(at, _)| *at < offset).fold(
        (1_u32, 1_u32),
        |(line, column), (_, it)| match it {
            '\n' => (line.saturating_add(1), 1),
            _ => (line, column.saturating_add(1)),
        },
    )
}
