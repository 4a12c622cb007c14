//! What the lines of a text look like, before anybody reads them as requirements.

use super::{header, is_place, lines, options};
use crate::{
    link,
    requirement::{self, Pin},
};

/// How many lines of a text are of which kind. Empty lines and comments do not count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Lines with nothing but options that pip knows.
    pub(super) options: usize,
    /// Requirements with one exact version.
    pub(super) pins: usize,
    /// Other requirements.
    pub(super) requirements: usize,
    /// Lines that are none of these.
    pub(super) other: usize,
    /// Lines, of any kind, that a template engine replaces.
    pub(super) templated: usize,
    /// conda's `@EXPLICIT`: a list of archives.
    pub(super) explicit: bool,
}

impl Tally {
    pub(super) fn of(text: &str, max_line_bytes: usize) -> Self {
        let mut tally = Self::default();
        for line in lines::logical(text, max_line_bytes) {
            if line.too_long {
                tally.other += 1;
            } else if !line.text.is_empty() {
                tally.add(&line.text);
            }
        }
        tally
    }

    fn add(&mut self, line: &str) {
        if is_templated(line) {
            self.templated += 1;
        }
        if line == "@EXPLICIT" {
            self.explicit = true;
        }
        let (requirement, options) = options::split(line);
        let place = requirement.split(';').next().unwrap_or(requirement).trim();
        if options::parse(options).is_err() {
            self.other += 1;
        } else if requirement.is_empty() {
            self.options += 1;
        } else if let Ok(parsed) = requirement::parse(requirement) {
            match requirement::pin(parsed.specifier) {
                Pin::Exact(_) => self.pins += 1,
                _ => self.requirements += 1,
            }
        } else if is_written_place(place) || requirement.contains("${") {
            self.requirements += 1;
        } else {
            self.other += 1;
        }
    }

    fn lines(&self) -> usize {
        self.options + self.pins + self.requirements + self.other
    }

    /// Most lines say nothing to pip.
    pub(super) fn is_prose(&self) -> bool {
        2 * self.other > self.lines()
    }

    /// Most lines are for a template engine.
    pub(super) fn is_template(&self) -> bool {
        2 * self.templated > self.lines()
    }
}

/// Whether a text holds marks of Jinja, which cookiecutter and Ansible use.
pub(crate) fn is_templated(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// A URL or path in one word; prose has an `and/or`, too, but seldom alone on a line.
fn is_written_place(text: &str) -> bool {
    is_place(text)
        && !text.contains(char::is_whitespace)
        && text.contains(|c: char| c.is_ascii_alphanumeric() || c == '.')
        && (link::is_url(text) || !text.contains(['<', '>', '*', '`']))
}

/// How much of a file is looked at.
const SAMPLE_BYTES: usize = 64 * 1024;
/// Longest line of the sample.
const SAMPLE_LINE_BYTES: usize = 16 * 1024;

/// Whether a file of any name is plainly a compiled requirements file: a tool says in the header
/// that it wrote it, or at least four of five lines pin a version. Looks at the first 64 KiB.
pub fn looks_like_requirements(bytes: &[u8]) -> bool {
    let sample = match bytes.get(..SAMPLE_BYTES) {
        None => bytes,
        // A line that the cut goes through is left out.
        Some(sample) => {
            let end = sample.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
            sample.get(..end).unwrap_or_default()
        }
    };
    let marked = sample.starts_with(&[0xFF, 0xFE]) || sample.starts_with(&[0xFE, 0xFF]);
    if sample.contains(&0) && !marked {
        return false;
    }
    let text = crate::text::any(sample);
    let tally = Tally::of(&text, SAMPLE_LINE_BYTES);
    // The same tools write TOML, with the same header.
    if header::is_generated(&text) && !tally.is_prose() {
        return true;
    }
    let counted = tally.pins + tally.requirements + tally.other;
    tally.pins > 0 && 5 * tally.pins >= 4 * counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_told_apart() {
        let tally = Tally::of(
            "# c\n\n-r a.txt\na==1\nb>=2; os_name == 'nt'\ngit+https://h/r\n./x\nc==${V}\nThis is prose.\n- a bullet\n.. note:: x\n====\n{% if a %}\nd=={{ v }}\n",
            1000,
        );
        assert_eq!(
            tally,
            Tally {
                options: 1,
                pins: 1,
                requirements: 4,
                other: 6,
                templated: 2,
                explicit: false,
            }
        );
        assert!(!tally.is_prose() && !tally.is_template());
    }

    #[test]
    fn half_is_not_most() {
        assert!(!Tally::of("a\nb c\n", 100).is_prose());
        assert!(Tally::of("a\nb c\nd e\n", 100).is_prose());
        assert!(!Tally::of("", 100).is_prose());
        assert!(!Tally::of("a\n{{ b }}\n", 100).is_template());
        assert!(Tally::of("a\n{{ b }}\n{% c %}\n", 100).is_template());
    }

    #[test]
    fn compiled_files_are_known_under_any_name() {
        for text in [
            "#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n#    pip-compile\n#\n",
            "# This file was autogenerated by uv via the following command:\n#    uv export\n-e .\n",
            "a==1\nb==2 \\\n    --hash=sha256:aa\n",
            "--index-url https://x/simple\n-e file:.\na==1\nb==2\nc==3; os_name == 'nt'\nd==4\ne>=5\n",
            "\u{feff}a==1\r\nb==2\r\n",
        ] {
            assert!(looks_like_requirements(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "# nothing\n",
            "requests\nflask\n",
            "a==1\nb>=2\n",
            "a==1.*\n",
            "-r a.txt\n",
            "x = 1\ny == 2 and z\n",
            "This file is about a==1.\n",
            "a==1\n\0",
            "# This file was autogenerated by uv via the following command:\n#    uv export --format pylock.toml\nlock-version = \"1.0\"\n[[packages]]\nname = \"a\"\n",
        ] {
            assert!(!looks_like_requirements(text.as_bytes()), "{text}");
        }
        let utf16: Vec<u8> = "\u{feff}a==1\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(looks_like_requirements(&utf16));
        // Only the beginning counts.
        let long = format!(
            "{}{}",
            "a==1\n".repeat(20_000),
            "no requirement\n".repeat(90_000)
        );
        assert!(looks_like_requirements(long.as_bytes()));
        assert!(!looks_like_requirements("x".repeat(1 << 20).as_bytes()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = looks_like_requirements(&bytes);
        }

        #[test]
        fn every_line_is_counted_once(
            lines in proptest::collection::vec("[a-z]{1,4}(==[0-9]|>=[0-9]| [a-z]|/[a-z])?", 0..20)
        ) {
            let tally = Tally::of(&lines.join("\n"), 1000);
            prop_assert_eq!(tally.lines(), lines.len());
        }
    }
}
