//! Which lines are new.

use imara_diff::{Algorithm, Diff, InternedInput};

/// Lines, counted from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LineRange {
    pub first: u32,
    pub last: u32,
}

impl LineRange {
    pub fn contains(&self, line: u32) -> bool {
        (self.first..=self.last).contains(&line)
    }
}

/// The lines of `after` that are not in `before`, as `git diff --histogram` marks them with `+`. All of
/// them where there was nothing before, or where either is no text (holds NUL in its first 8,000 bytes).
pub fn added_lines(before: Option<&[u8]>, after: &[u8]) -> Vec<LineRange> {
    let count = u32::try_from(lines(after).count()).unwrap_or(u32::MAX);
    let all = || {
        (count > 0).then_some(LineRange {
            first: 1,
            last: count,
        })
    };
    let Some(before) = before.filter(|before| is_text(before) && is_text(after)) else {
        return all().into_iter().collect();
    };
    let mut input = InternedInput::default();
    input.update_before(lines(before));
    input.update_after(lines(after));
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_no_heuristic(&input);
    diff.hunks()
        .filter(|hunk| !hunk.after.is_empty())
        .map(|hunk| LineRange {
            first: hunk.after.start.saturating_add(1),
            last: hunk.after.end,
        })
        .collect()
}

/// Lines with their ends: a last line that gains one is a changed line, as in git.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// Git's own guess.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.iter().take(8000).any(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn added(before: Option<&str>, after: &str) -> Vec<(u32, u32)> {
        let ranges = added_lines(before.map(str::as_bytes), after.as_bytes());
        ranges
            .iter()
            .map(|range| (range.first, range.last))
            .collect()
    }

    #[test]
    fn what_is_new() {
        assert_eq!(added(None, "a\nb\n"), [(1, 2)]);
        assert_eq!(added(None, ""), []);
        assert_eq!(added(Some("a\nb\n"), "a\nb\n"), []);
        assert_eq!(added(Some("a\nc\n"), "a\nb\nc\nd\n"), [(2, 2), (4, 4)]);
        assert_eq!(added(Some("a\nb\nc\n"), "a\nc\n"), [], "only taken away");
        assert_eq!(
            added(Some("a"), "a\n"),
            [(1, 1)],
            "the end of the last line"
        );
        assert_eq!(added(Some("a\0"), "a\nb\n"), [(1, 2)], "no text");
    }

    proptest! {
        /// What is left when the new lines are taken away is in the old text, in that order.
        #[test]
        fn the_rest_is_old(before in "[ab\n]{0,40}", after in "[abc\n]{0,40}") {
            let ranges = added_lines(Some(before.as_bytes()), after.as_bytes());
            let mut old = lines(before.as_bytes());
            for (number, line) in (1_u32..).zip(lines(after.as_bytes())) {
                if !ranges.iter().any(|range| range.contains(number)) {
                    prop_assert!(old.any(|other| other == line));
                }
            }
        }
    }
}
