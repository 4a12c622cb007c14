//! The part of a task's text that a search found.

use super::{SearchQuery, words::words};

/// Characters around the first hit.
const BEFORE: usize = 40;
const LENGTH: usize = 160;

/// One line of the text around the first wanted word in it, or its beginning. Line breaks and tabs
/// become spaces.
pub(crate) fn snippet(text: &str, query: &SearchQuery) -> String {
    let flat: Vec<char> = text
        .chars()
        .map(|it| if it.is_whitespace() { ' ' } else { it })
        .collect();
    let at = first_hit(&flat, query).unwrap_or(0);
    let start = at.saturating_sub(BEFORE);
    let start = if start == 0 {
        0
    } else {
        // Not in the middle of a word.
        flat.iter()
            .enumerate()
            .skip(start)
            .take(at.saturating_sub(start))
            .find(|(_, it)| **it == ' ')
            .map_or(start, |(index, _)| index + 1)
    };
    let mut line = String::new();
    if start > 0 {
        line.push('…');
    }
    line.extend(flat.iter().skip(start).take(LENGTH));
    if flat.len() > start + LENGTH {
        line.push('…');
    }
    line
}

/// Where the first piece between spaces stands that has a wanted word.
fn first_hit(text: &[char], query: &SearchQuery) -> Option<usize> {
    let mut at = 0;
    for piece in text.split(|it| *it == ' ') {
        let found = words(&piece.iter().collect::<String>());
        let hit = query.wanted.iter().any(|term| {
            let last = term.words.len() == 1;
            term.words.first().is_some_and(|wanted| {
                found.iter().any(|it| {
                    it == wanted || (term.prefix && last && it.starts_with(wanted.as_str()))
                })
            })
        });
        if hit {
            return Some(at);
        }
        at += piece.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_shows_the_first_hit() {
        let text = format!("{}the Größe\nof it{}", "x ".repeat(100), " y".repeat(200));
        let shown = snippet(&text, &SearchQuery::parse("grösse große"));
        assert!(shown.contains("the Größe of it"), "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        assert_eq!(snippet("short", &SearchQuery::parse("absent")), "short");
    }
}
