//! What stands at a place of a rewritten text.
//!
//! A pattern (and a Python 2 statement) is rewritten, byte for byte of the same length, into
//! something that the parser accepts; what stood there is remembered by its offset.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sigil {
    /// A name that was `...`.
    Dots,
    /// A name that was `$X`.
    Metavar,
    /// A name that was `$...X`.
    Rest,
    /// The name of a call that was `<... …`.
    Deep,
    /// A `$X` whose comparison with a type was `$X: T`.
    Typed,
    /// A `yield` that was `print`.
    Print,
    /// A `not` that was `exec`.
    Exec,
}

/// Sorted by offset; empty for nearly all programs.
#[derive(Debug, Default)]
pub(crate) struct Sigils(Vec<(u32, Sigil)>);

impl Sigils {
    pub(crate) fn push(&mut self, at: u32, sigil: Sigil) {
        self.0.push((at, sigil));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.sort();
        self
    }

    pub(crate) fn sort(&mut self) {
        self.0.sort_unstable_by_key(|(at, _)| *at);
    }

    #[inline]
    pub(crate) fn at(&self, offset: u32) -> Option<Sigil> {
        if self.0.is_empty() {
            return None;
        }
        let index = self.0.binary_search_by_key(&offset, |(at, _)| *at).ok()?;
        self.0.get(index).map(|(_, sigil)| *sigil)
    }
}
