//! The options of a requirements file.

use std::borrow::Cow;

use thiserror::Error;

/// What a line says besides a requirement.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) requirements: Vec<String>,
    pub(crate) constraints: Vec<String>,
    pub(crate) editables: Vec<String>,
    pub(crate) hashes: Vec<String>,
    pub(crate) index_url: Option<String>,
}

impl Options {
    /// Whether there are options that pip refuses behind a requirement.
    pub(crate) fn has_lines_of_their_own(&self) -> bool {
        !(self.requirements.is_empty() && self.constraints.is_empty() && self.editables.is_empty())
    }
}

#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum OptionError {
    #[error("`{0}` is not an option of requirements files")]
    Unknown(String),
    #[error("`{0}` lacks its value")]
    NoValue(String),
    #[error("a quote is not closed")]
    Quote,
}

/// Options with a value. Those that earlier versions of pip knew are accepted, too: they are
/// common in old files and say nothing about versions.
const WITH_VALUE: [(&str, &str); 19] = [
    ("--hash", ""),
    ("--requirement", "-r"),
    ("--constraint", "-c"),
    ("--editable", "-e"),
    ("--index-url", "-i"),
    ("--pypi-url", ""),
    ("--extra-index-url", ""),
    ("--find-links", "-f"),
    ("--no-binary", ""),
    ("--only-binary", ""),
    ("--trusted-host", ""),
    ("--use-feature", ""),
    ("--global-option", ""),
    ("--install-option", ""),
    ("--build-option", ""),
    ("--config-settings", "-C"),
    ("--config-setting", ""),
    ("--allow-external", ""),
    ("--allow-unverified", ""),
];

const FLAGS: [(&str, &str); 10] = [
    ("--no-index", ""),
    ("--prefer-binary", ""),
    ("--require-hashes", ""),
    ("--pre", ""),
    ("--use-wheel", ""),
    ("--no-use-wheel", ""),
    ("--no-deps", ""),
    ("--always-unzip", "-Z"),
    ("--allow-all-external", ""),
    ("--process-dependency-links", ""),
];

/// Splits a line into the requirement and its options: the first word with a leading dash
/// starts them.
pub(crate) fn split(line: &str) -> (&str, &str) {
    let mut word_start = true;
    for (at, c) in line.char_indices() {
        if word_start && c == '-' {
            let (requirement, options) = line.split_at(at);
            return (requirement.trim_end(), options);
        }
        word_start = c.is_whitespace();
    }
    (line, "")
}

/// Reads the options of a line.
pub(crate) fn parse(text: &str) -> Result<Options, OptionError> {
    let mut options = Options::default();
    let mut words = words(text)?.into_iter();
    while let Some(word) = words.next() {
        if !word.starts_with('-') {
            // pip passes over words that belong to no option.
            continue;
        }
        let (name, attached) = name_and_value(&word)?;
        let Some(name) = name else {
            continue;
        };
        let value = match attached {
            Some(value) => value,
            None => words
                .next()
                .ok_or_else(|| OptionError::NoValue(word.to_string()))?
                .into_owned(),
        };
        match name {
            "--requirement" => options.requirements.push(value),
            "--constraint" => options.constraints.push(value),
            "--editable" => options.editables.push(value),
            "--hash" => options.hashes.push(value),
            "--index-url" | "--pypi-url" => options.index_url = Some(value),
            _ => {}
        }
    }
    Ok(options)
}

/// The full name of an option that takes a value, `None` for a flag, and the value where it is
/// part of the same word. Like pip, takes unambiguous abbreviations.
fn name_and_value(word: &str) -> Result<(Option<&'static str>, Option<String>), OptionError> {
    let unknown = || OptionError::Unknown(crate::text::shorten(word));
    if word.starts_with("--") {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        let exact = |(long, _): &&(&'static str, &str)| *long == name;
        if let Some((long, _)) = WITH_VALUE.iter().find(exact) {
            return Ok((Some(long), value));
        }
        if FLAGS.iter().any(|(long, _)| *long == name) {
            return Ok((None, None));
        }
        let all = WITH_VALUE
            .iter()
            .map(|(long, _)| (*long, true))
            .chain(FLAGS.iter().map(|(long, _)| (*long, false)));
        let mut candidates = all.filter(|(long, _)| name.len() > 2 && long.starts_with(name));
        return match (candidates.next(), candidates.next()) {
            (Some((long, true)), None) => Ok((Some(long), value)),
            (Some((_, false)), None) => Ok((None, None)),
            _ => Err(unknown()),
        };
    }
    let (short, rest) = word.split_at_checked(2).ok_or_else(unknown)?;
    if let Some((long, _)) = WITH_VALUE.iter().find(|(_, s)| *s == short) {
        let value = rest.strip_prefix('=').unwrap_or(rest);
        return Ok((Some(long), Some(value.to_owned()).filter(|v| !v.is_empty())));
    }
    if FLAGS.iter().any(|(_, s)| *s == short) {
        return Ok((None, None));
    }
    Err(unknown())
}

/// Words as a POSIX shell splits them.
pub(super) fn words(text: &str) -> Result<Vec<Cow<'_, str>>, OptionError> {
    // Lines of hashes are most of a locked file, and have no quotes.
    let bytes = text.as_bytes();
    let quoting = [b'\'', b'"', b'\\'].iter().any(|mark| bytes.contains(mark));
    if !quoting {
        return Ok(text.split_ascii_whitespace().map(Cow::Borrowed).collect());
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(OptionError::Quote)? {
                        inner if inner == c => break,
                        '\\' if c == '"' => word.extend(characters.next()),
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(characters.next()),
            c if c.is_ascii_whitespace() => words.extend(word.take().map(Cow::Owned)),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word.map(Cow::Owned));
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn options_are_split_off() {
        assert_eq!(split("a==1 --hash=x"), ("a==1", "--hash=x"));
        assert_eq!(split("-r x"), ("", "-r x"));
        assert_eq!(split("a-b>=1-2"), ("a-b>=1-2", ""));
    }

    #[test]
    fn all_forms_of_a_value_are_read() {
        for text in [
            "-r a.txt",
            "-ra.txt",
            "--requirement a.txt",
            "--requirement=a.txt",
            "-r 'a.txt'",
            "--requirem=\"a.txt\"",
            "--pre -r a.txt --no-index",
        ] {
            assert_eq!(parse(text).unwrap().requirements, ["a.txt"], "{text}");
        }
        let options =
            parse("--hash=sha256:a --hash sha256:b --global-option=\"-x y\" -e '.[a b]'").unwrap();
        assert_eq!(options.hashes, ["sha256:a", "sha256:b"]);
        assert_eq!(options.editables, [".[a b]"]);
        assert_eq!(
            parse("-i https://x").unwrap().index_url.as_deref(),
            Some("https://x")
        );
    }

    #[test]
    fn what_pip_refuses_is_an_error() {
        assert_eq!(
            parse("--frobnicate"),
            Err(OptionError::Unknown("--frobnicate".to_owned()))
        );
        assert_eq!(parse("-r"), Err(OptionError::NoValue("-r".to_owned())));
        assert_eq!(parse("-e 'x"), Err(OptionError::Quote));
        assert!(parse("--re x").is_err(), "ambiguous");
        assert!(parse("-").is_err());
        assert!(parse("-é").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let (_, options) = split(&text);
            let _ = parse(options);
        }
    }
}
