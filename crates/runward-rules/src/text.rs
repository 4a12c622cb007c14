//! Texts of rule files and their places.

use runward_syntax::Span;

use crate::Text;

impl Text {
    /// Where bytes of [`Text::text`] stand in the rule file, for a caret below a part of a pattern.
    /// Block scalars and texts in quotes without escapes are followed exactly, others by their
    /// words; it is the whole scalar where neither leads anywhere.
    #[must_use]
    pub fn place(&self, part: Span) -> Span {
        self.exactly(part)
            .or_else(|| self.alike(part))
            .unwrap_or(self.span)
    }

    /// Folded lines and escapes: the same word, if it stands in both as often.
    fn alike(&self, part: Span) -> Option<Span> {
        let word = Some(part.text(&self.text)).filter(|word| !word.trim().is_empty())?;
        let before = self.text.get(..part.start as usize)?;
        let raw = self.span.text(&self.source.text);
        if raw.matches(word).count() != self.text.matches(word).count() {
            return None;
        }
        let (at, _) = raw.match_indices(word).nth(before.matches(word).count())?;
        let length = part.end.checked_sub(part.start)?;
        let start = self.span.start.checked_add(u32::try_from(at).ok()?)?;
        Some(Span::new(start, start.checked_add(length)?))
    }

    fn exactly(&self, part: Span) -> Option<Span> {
        let raw = self.span.text(&self.source.text);
        // As written: a plain scalar, or one in quotes.
        if let Some(at) = raw.find(self.text.as_str()).filter(|at| *at <= 1) {
            return shifted(part, usize::try_from(self.span.start).ok()? + at);
        }
        // A block scalar: each line of the text is the end of a line of the file.
        let start = self.offset(part.start)?;
        let end = self
            .offset(part.end)
            .filter(|end| *end >= start)
            .unwrap_or(start);
        Some(Span::new(start, end))
    }

    fn offset(&self, at: u32) -> Option<u32> {
        let before = self.text.get(..at as usize)?;
        let number = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().len();
        let wanted = self.text.split('\n').nth(number)?;
        let raw = self.span.text(&self.source.text);
        let mut offset = self.span.start as usize;
        let mut lines = raw.split_inclusive('\n');
        if raw.trim_start().starts_with(['|', '>']) {
            offset += lines.next()?.len();
        }
        offset += lines.by_ref().take(number).map(str::len).sum::<usize>();
        let line = lines
            .next()
            .unwrap_or_default()
            .trim_end_matches(['\n', '\r']);
        let indent = line.strip_suffix(wanted)?.len();
        u32::try_from(offset + indent + column).ok()
    }
}

fn shifted(part: Span, by: usize) -> Option<Span> {
    let by = u32::try_from(by).ok()?;
    Some(Span::new(
        part.start.checked_add(by)?,
        part.end.checked_add(by)?,
    ))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::Source;

    fn text(file: &str, span: (u32, u32), text: &str) -> Text {
        Text {
            text: text.to_owned(),
            source: Arc::new(Source {
                path: String::new(),
                text: file.to_owned(),
            }),
            span: Span::new(span.0, span.1),
        }
    }

    fn shown(text: &Text, start: u32, end: u32) -> String {
        text.place(Span::new(start, end))
            .text(&text.source.text)
            .to_owned()
    }

    #[test]
    fn a_part_of_a_scalar_has_its_place_in_the_file() {
        let file = "p: foo(bar)\nq: 'a(b)'\nr: |\n    one\n      two(x)\n";
        assert_eq!(shown(&text(file, (3, 11), "foo(bar)"), 4, 7), "bar");
        assert_eq!(shown(&text(file, (15, 21), "a(b)"), 2, 3), "b");
        let block = text(
            file,
            (25, u32::try_from(file.len()).unwrap()),
            "one\n  two(x)\n",
        );
        assert_eq!(shown(&block, 6, 9), "two");
        assert_eq!(shown(&block, 0, 3), "one");
        assert_eq!(shown(&block, 10, 11), "x");
    }

    #[test]
    fn what_cannot_be_followed_is_the_whole() {
        let file = "p: \"a\\tb\"";
        assert_eq!(shown(&text(file, (3, 9), "a\tb"), 1, 2), "\"a\\tb\"");
        assert_eq!(shown(&text(file, (3, 9), "a\tb"), 2, 3), "b");
        let folded = "p: uses $X\n   and $Y\n";
        assert_eq!(
            shown(&text(folded, (3, 20), "uses $X and $Y"), 12, 14),
            "$Y"
        );
    }

    proptest! {
        #[test]
        fn no_place_panics(file in "[a-z|\n é:]{0,30}", words in "[a-z\né ]{0,10}", a in 0..40u32, b in 0..40u32, c in 0..40u32) {
            let text = text(&file, (a.min(b), a.max(b)), &words);
            let _ = text.place(Span::new(c, a));
        }
    }
}
