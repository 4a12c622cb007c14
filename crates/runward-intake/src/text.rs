//! Text of other tools, made fit to be shown and stored.

/// Longest title, in characters.
const LONGEST_TITLE: usize = 240;
/// Longest name of a rule or package, in bytes; what is longer is no name.
pub(crate) const LONGEST_NAME: usize = 512;

/// One line without control characters, cut between words where it is long.
pub(crate) fn title(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let mut line: String = line
        .chars()
        .take(LONGEST_TITLE + 1)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() > LONGEST_TITLE {
        let cut: String = line.chars().take(LONGEST_TITLE - 2).collect();
        let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
        line = format!("{words} …");
    }
    line
}

/// Prose: control characters other than line breaks and tabs become spaces.
pub(crate) fn prose(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// A name as an identifier: trimmed, without control characters, not too long.
pub(crate) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control))
        .then(|| text.to_owned())
}

/// The beginning of a text, for messages.
pub(crate) fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
