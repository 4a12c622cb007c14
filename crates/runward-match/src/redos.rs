//! Regular expressions that can take exponential time.
//!
//! Found by shape: a repetition that can run over the same text in several ways, repeated itself,
//! with something after it that can fail.

/// Whether an expression has a repetition in a repetition before something that has to match.
pub(crate) fn is_vulnerable(regex: &str) -> bool {
    let mut parser = Parser {
        bytes: regex.as_bytes(),
        at: 0,
        depth: 0,
    };
    parser.alternatives().is_some_and(|shape| shape.vulnerable)
}

/// Brackets deeper than this are not looked into.
const MAX_DEPTH: u32 = 200;

#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of its own")]
struct Shape {
    /// Has a repetition that takes several lengths.
    repeats: bool,
    /// Has a repetition, four times or more, of something that repeats.
    nested: bool,
    /// Has something that can fail.
    can_fail: bool,
    vulnerable: bool,
}

struct Parser<'r> {
    bytes: &'r [u8],
    at: usize,
    depth: u32,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn alternatives(&mut self) -> Option<Shape> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let mut all = Shape::default();
        loop {
            let one = self.sequence()?;
            all.repeats |= one.repeats;
            all.nested |= one.nested;
            all.can_fail |= one.can_fail;
            all.vulnerable |= one.vulnerable;
            if self.peek() != Some(b'|') {
                break;
            }
            self.at += 1;
        }
        self.depth -= 1;
        Some(all)
    }

    fn sequence(&mut self) -> Option<Shape> {
        let mut all = Shape::default();
        while let Some(byte) = self.peek() {
            if matches!(byte, b'|' | b')') {
                break;
            }
            let one = self.repeated()?;
            // What came before can be retried in many ways if this one fails.
            all.vulnerable |= one.vulnerable || (all.nested && one.can_fail);
            all.repeats |= one.repeats;
            all.nested |= one.nested;
            all.can_fail |= one.can_fail;
        }
        Some(all)
    }

    fn repeated(&mut self) -> Option<Shape> {
        let mut shape = self.atom()?;
        loop {
            let (least, most) = match self.peek() {
                Some(b'*') => (0, None),
                Some(b'+') => (1, None),
                Some(b'?') => (0, Some(1)),
                Some(b'{') => match self.counted() {
                    Some(range) => range,
                    None => return Some(shape),
                },
                _ => return Some(shape),
            };
            if self.peek() != Some(b'}') || most != Some(1) || least != 0 {
                // The closing brace of a counted repetition was taken already.
            }
            if matches!(self.peek(), Some(b'*' | b'+' | b'?')) {
                self.at += 1;
            }
            let possessive = self.peek() == Some(b'+');
            if matches!(self.peek(), Some(b'+' | b'?')) {
                self.at += 1;
            }
            if possessive {
                shape.repeats = false;
                shape.nested = false;
                continue;
            }
            let often = most.is_none_or(|most| most >= 4);
            if often && shape.repeats {
                shape.nested = true;
            }
            if most.is_none_or(|most| (least >= 1 && most > least) || (least == 0 && most >= 2)) {
                shape.repeats = true;
            }
        }
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else in braces is text.
    fn counted(&mut self) -> Option<(u32, Option<u32>)> {
        let rest = self.bytes.get(self.at + 1..)?;
        let end = rest.iter().position(|byte| *byte == b'}')?;
        let inside = std::str::from_utf8(rest.get(..end)?).ok()?;
        let range = match inside.split_once(',') {
            None => {
                let count = inside.parse().ok()?;
                (count, Some(count))
            }
            Some((least, "")) => (least.parse().ok()?, None),
            Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
        };
        self.at += end + 2;
        Some(range)
    }

    fn atom(&mut self) -> Option<Shape> {
        let byte = self.peek()?;
        self.at += 1;
        let character = Shape {
            can_fail: true,
            ..Shape::default()
        };
        match byte {
            b'(' => {
                if self.peek() == Some(b'?') {
                    self.group_kind();
                }
                let inner = self.alternatives()?;
                if self.peek() != Some(b')') {
                    return None;
                }
                self.at += 1;
                Some(inner)
            }
            b'[' => {
                self.class();
                Some(character)
            }
            b'\\' => {
                self.at += 1;
                Some(character)
            }
            _ => Some(character),
        }
    }

    fn group_kind(&mut self) {
        while let Some(byte) = self.peek() {
            self.at += 1;
            if matches!(byte, b':' | b'=' | b'!' | b'>') {
                if byte == b'>' || self.peek() != Some(b'=') {
                    return;
                }
            } else if byte == b')' {
                self.at -= 1;
                return;
            }
        }
    }

    fn class(&mut self) {
        if self.peek() == Some(b'^') {
            self.at += 1;
        }
        if self.peek() == Some(b']') {
            self.at += 1;
        }
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b']' => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_in_a_repetition_before_something_is_vulnerable() {
        for regex in ["^(a+)+$", "([a-z]+)*!", "(x|a*)*b", "((a{1,9}){2,9})c"] {
            assert!(is_vulnerable(regex), "{regex}");
        }
        for regex in [
            "^a+$",
            "(ab)+c",
            "(a?){2}b",
            "(a+)+",
            "(a++)+b",
            "[(a+)+]b",
            r"\(a+\)+b",
        ] {
            assert!(!is_vulnerable(regex), "{regex}");
        }
    }
}
