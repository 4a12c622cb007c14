//! Colour and line breaking for a terminal.

use anstyle::{AnsiColor, Color, Style};
use runward_model::Severity;
use unicode_width::UnicodeWidthStr;

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const ALARM: Style = AnsiColor::Red.on_default().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
pub(crate) const COMMAND: Style = AnsiColor::Cyan.on_default();
pub(crate) const BANNER: Style = AnsiColor::Black
    .on_default()
    .bg_color(Some(Color::Ansi(AnsiColor::Yellow)))
    .bold();

/// The widest text of a dotted list that is kept on one line.
const UNBROKEN: usize = 24;

pub(crate) fn severity(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::BrightWhite.on(AnsiColor::Red).bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => AnsiColor::Yellow.on_default().bold(),
        Severity::Low => AnsiColor::Blue.on_default().bold(),
        Severity::None => DIM,
        Severity::Unknown => AnsiColor::Magenta.on_default().bold(),
    }
}

/// Width on a terminal, in cells.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Pads with spaces to a number of cells.
pub(crate) fn pad(text: &str, cells: usize) -> String {
    let missing = cells.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Applies styles, or none where colour is off.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) color: bool,
}

impl Paint {
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if !self.color || style == PLAIN || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

/// Styled words that are broken into lines. A word is never broken: it may be a path or a command.
#[derive(Default)]
pub(crate) struct Flow {
    words: Vec<(Style, String)>,
}

impl Flow {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds words, separated from what came before by a space.
    pub(crate) fn add(mut self, style: Style, text: &str) -> Self {
        self.words
            .extend(text.split_whitespace().map(|word| (style, word.to_owned())));
        self
    }

    /// Adds several texts with a middle dot between them; a short one is not broken.
    pub(crate) fn dotted(mut self, texts: impl IntoIterator<Item = (Style, String)>) -> Self {
        for (style, text) in texts {
            if !self.words.is_empty() {
                self.words.push((DIM, "·".to_owned()));
            }
            if width(&text) <= UNBROKEN {
                self.words.push((style, text));
            } else {
                self = self.add(style, &text);
            }
        }
        self
    }

    /// Lines of at most `limit` cells where words allow: the first starts with `head` (already
    /// painted, `head_cells` wide), the others with as many spaces.
    pub(crate) fn lines(
        &self,
        paint: Paint,
        head: &str,
        head_cells: usize,
        limit: usize,
    ) -> String {
        let mut out = String::from(head);
        let mut used = head_cells;
        let mut first = true;
        for (style, word) in &self.words {
            let cells = width(word);
            if !first && used + 1 + cells > limit {
                out.push('\n');
                out.push_str(&" ".repeat(head_cells));
                used = head_cells;
                first = true;
            }
            if !first {
                out.push(' ');
                used += 1;
            }
            out.push_str(&paint.paint(*style, word));
            used += cells;
            first = false;
        }
        out.push('\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_hang() {
        let flow = Flow::new().add(PLAIN, "aaa bbb ccc ddd");
        let plain = Paint { color: false };
        assert_eq!(flow.lines(plain, "> ", 2, 9), "> aaa bbb\n  ccc ddd\n");
        assert_eq!(
            Flow::new()
                .add(PLAIN, "aaaaaaaaaaaa b")
                .lines(plain, "", 0, 5),
            "aaaaaaaaaaaa\nb\n"
        );
        assert_eq!(
            Flow::new().add(PLAIN, "日本 日本").lines(plain, "", 0, 8),
            "日本\n日本\n"
        );
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let flow = Flow::new().add(ALARM, "bad");
        assert_eq!(flow.lines(Paint { color: false }, "", 0, 80), "bad\n");
        assert!(
            flow.lines(Paint { color: true }, "", 0, 80)
                .contains("\u{1b}[")
        );
    }
}
