//! Fixes applied to a text.

use runward_model::Edit;

/// What became of the fixes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    pub text: String,
    /// By place in the list that was given.
    pub applied: Vec<usize>,
    /// Those that overlap one that was applied, or that are no edit of this text.
    pub left: Vec<usize>,
}

/// Applies the edits that do not overlap, the earliest (then the widest) first.
#[must_use]
pub fn apply(source: &str, edits: &[Edit]) -> Fixed {
    let mut order: Vec<usize> = (0..edits.len()).collect();
    order.sort_by_key(|index| {
        edits
            .get(*index)
            .map(|edit| (edit.start, std::cmp::Reverse(edit.end)))
    });
    let mut fixed = Fixed {
        text: String::with_capacity(source.len()),
        applied: Vec::new(),
        left: Vec::new(),
    };
    let mut done = 0_usize;
    let mut last: Option<&Edit> = None;
    for index in order {
        let Some(edit) = edits.get(index) else {
            continue;
        };
        if last == Some(edit) {
            // Two rules that say the same.
            fixed.applied.push(index);
            continue;
        }
        let (start, end) = (edit.start as usize, edit.end as usize);
        let untouched = source.get(done..start);
        match (untouched, source.get(start..end)) {
            (Some(before), Some(_)) => {
                fixed.text.push_str(before);
                fixed.text.push_str(&edit.text);
                fixed.applied.push(index);
                done = end;
                last = Some(edit);
            }
            _ => fixed.left.push(index),
        }
    }
    fixed.text.push_str(source.get(done..).unwrap_or_default());
    fixed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit {
            start,
            end,
            text: text.to_owned(),
        }
    }

    #[test]
    fn edits_that_overlap_wait_for_the_next_run() {
        let fixed = apply(
            "abcdef",
            &[edit(3, 5, "X"), edit(0, 1, "A"), edit(4, 6, "Y")],
        );
        assert_eq!(fixed.text, "AbcXf");
        assert_eq!((fixed.applied, fixed.left), (vec![1, 0], vec![2]));
    }

    #[test]
    fn equal_edits_count_once_and_impossible_ones_are_left() {
        let fixed = apply(
            "é",
            &[
                edit(0, 2, "e"),
                edit(0, 2, "e"),
                edit(1, 2, "?"),
                edit(5, 9, "?"),
            ],
        );
        assert_eq!(fixed.text, "e");
        assert_eq!((fixed.applied.len(), fixed.left.len()), (2, 2));
    }

    proptest! {
        #[test]
        fn every_edit_is_applied_or_left(
            source in "[a-zé]{0,20}",
            edits in proptest::collection::vec((0_u32..24, 0_u32..24, "[x]{0,3}"), 0..8),
        ) {
            let edits: Vec<Edit> = edits.iter().map(|(s, e, t)| edit(*s, *e, t)).collect();
            let fixed = apply(&source, &edits);
            prop_assert_eq!(fixed.applied.len() + fixed.left.len(), edits.len());
            if fixed.applied.is_empty() {
                prop_assert_eq!(fixed.text, source);
            }
        }
    }
}
