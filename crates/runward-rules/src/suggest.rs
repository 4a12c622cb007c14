//! "Did you mean": the nearest of a few known words.

/// The known word that is nearest, if it is near enough to be a slip of the hand.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().replace('_', "-").chars().collect();
    let allowed = (word.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= 2 * allowed)
        .map(|candidate| {
            let letters: Vec<char> = candidate.to_lowercase().replace('_', "-").chars().collect();
            (distance(&word, &letters), candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The edit distance with swaps of neighbours (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, letter) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(right.len() + 1);
        current.push(row + 1);
        let mut other_previous = None;
        for (column, other) in right.iter().enumerate() {
            let at =
                |list: &[usize], index: usize| list.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, column + 1) + 1)
                .min(at(&current, column) + 1)
                .min(at(&last, column) + usize::from(letter != other));
            if previous == Some(other) && other_previous == Some(letter) && column > 0 {
                best = best.min(at(&before_last, column - 1) + 1);
            }
            current.push(best);
            other_previous = Some(other);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_seen_and_other_words_are_not() {
        let keys = [
            "pattern",
            "patterns",
            "pattern-either",
            "message",
            "languages",
        ];
        assert_eq!(nearest("patern", keys), Some("pattern"));
        assert_eq!(nearest("pattern_either", keys), Some("pattern-either"));
        assert_eq!(nearest("mesasge", keys), Some("message"));
        assert_eq!(nearest("language", keys), Some("languages"));
        assert_eq!(nearest("severity", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
