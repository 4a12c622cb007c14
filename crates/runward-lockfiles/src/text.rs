//! Bytes to text, and offsets to lines.

use runward_tree::decode;

/// Where the lines of a text start.
#[derive(Debug)]
pub(crate) struct Lines {
    breaks: Vec<usize>,
}

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        Self {
            breaks: text
                .bytes()
                .enumerate()
                .filter(|(_, byte)| *byte == b'\n')
                .map(|(at, _)| at)
                .collect(),
        }
    }

    /// The 1-based line of a byte offset.
    pub(crate) fn at(&self, offset: usize) -> u32 {
        let before = self.breaks.partition_point(|at| *at < offset);
        u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1)
    }
}

/// Lines without their ends, numbered from 1.
pub(crate) fn numbered(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}

/// A file's text and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) text: String,
    /// Line and reason; the text is still worth reading.
    pub(crate) problem: Option<(u32, &'static str)>,
}

/// Why a file is no text that could be read in part.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) line: u32,
    pub(crate) reason: &'static str,
}

pub(crate) fn load(bytes: &[u8]) -> Result<Loaded, Unreadable> {
    let decoded = decode(bytes);
    if decoded.lossy && declares_latin1(bytes) {
        let text: String = bytes.iter().copied().map(char::from).collect();
        return checked(text, None);
    }
    let problem = decoded
        .text
        .find(char::REPLACEMENT_CHARACTER)
        .filter(|_| decoded.lossy)
        .map(|at| {
            let line = Lines::of(&decoded.text).at(at);
            (
                line,
                "the file has bytes that are not valid UTF-8; restore it or save it as UTF-8",
            )
        });
    checked(decoded.text, problem)
}

fn checked(text: String, problem: Option<(u32, &'static str)>) -> Result<Loaded, Unreadable> {
    if let Some(at) = text.find('\0') {
        return Err(Unreadable {
            line: Lines::of(&text).at(at),
            reason: "the file has a NUL byte, so it is not text; restore it from version control",
        });
    }
    let conflict = if text.starts_with("<<<<<<< ") {
        Some(0)
    } else {
        text.find("\n<<<<<<< ").map(|at| at + 1)
    };
    if let Some(at) = conflict {
        return Err(Unreadable {
            line: Lines::of(&text).at(at),
            reason: "the file has an unresolved merge conflict; resolve it and write the file anew",
        });
    }
    Ok(Loaded { text, problem })
}

/// Whether an XML declaration names an encoding of one byte for each character. Windows-1252
/// differs from Latin-1 only in characters that no name or version has.
fn declares_latin1(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    declaration.starts_with("<?xml")
        && ["iso-8859-1", "latin1", "windows-1252", "cp1252", "us-ascii"]
            .iter()
            .any(|name| declaration.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines() {
        let lines = Lines::of("a\nb\n\nc");
        let found: Vec<u32> = [0, 1, 2, 4, 5].map(|offset| lines.at(offset)).to_vec();
        assert_eq!(found, [1, 1, 2, 3, 4]);
    }

    #[test]
    fn what_is_no_text_is_told() {
        assert_eq!(load(b"a\n\0").unwrap_err().line, 2);
        assert_eq!(load(b"a\n<<<<<<< HEAD\n").unwrap_err().line, 2);
        assert_eq!(load(b"a\nb\xFF").unwrap().problem.unwrap().0, 2);
        assert!(load("a\u{FFFD}".as_bytes()).unwrap().problem.is_none());
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>";
        let loaded = load(latin).unwrap();
        assert!(loaded.problem.is_none() && loaded.text.contains('é'));
    }
}
