//! A cursor over the text of a version.

/// What is left to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scan<'a> {
    pub(crate) rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the longest run of ASCII bytes that `wanted` accepts; may be empty.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let length = self
            .rest
            .bytes()
            .position(|byte| !byte.is_ascii() || !wanted(byte))
            .unwrap_or(self.rest.len());
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    pub(crate) fn digits(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_digit())
    }

    /// Takes one byte that `wanted` accepts.
    pub(crate) fn one(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let first = *self.rest.as_bytes().first()?;
        if !first.is_ascii() || !wanted(first) {
            return None;
        }
        self.rest = self.rest.get(1..)?;
        Some(first)
    }

    /// Takes `word`, whatever the case of its letters.
    pub(crate) fn word(&mut self, word: &str) -> bool {
        match self.rest.split_at_checked(word.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(word) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
}
