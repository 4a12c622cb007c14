//! The few settings of a repository that change how its files are read.
//!
//! Nothing else of `.git/config` is looked at: no includes, no aliases, nothing that names a program. So
//! this reads the format itself rather than through a library that would resolve them.

/// A repository's settings: section and key in lower case, values in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    entries: Vec<(String, Option<String>)>,
}

impl Config {
    /// Reads what can be read; a line that is none is passed over, as everything of use here is
    /// refused later where it is missing.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut config = Self::default();
        let mut section = String::new();
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        while let Some(line) = lines.next() {
            let mut rest = line.trim_start();
            if let Some(header) = rest.strip_prefix('[') {
                let Some(end) = header_end(header) else {
                    continue;
                };
                let (name, after) = header.split_at(end);
                section = section_name(name);
                rest = after.strip_prefix(']').unwrap_or_default().trim_start();
            }
            if rest.is_empty() || rest.starts_with(['#', ';']) || section.is_empty() {
                continue;
            }
            let (key, value) = match rest.split_once('=') {
                Some((key, value)) => (key, Some(unquote(value, &mut lines))),
                None => (rest, None),
            };
            config
                .entries
                .push((format!("{section}.{}", key.trim().to_lowercase()), value));
        }
        config
    }

    /// The last value of a key such as `core.bare`; an empty one where it has none.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_deref().unwrap_or_default())
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.entries
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .is_some_and(|(_, value)| match value {
                None => true,
                Some(text) => ["true", "yes", "on", "1"]
                    .iter()
                    .any(|word| text.eq_ignore_ascii_case(word)),
            })
    }

    /// The keys below a section such as `extensions`.
    pub(crate) fn keys<'c>(&'c self, section: &'c str) -> impl Iterator<Item = &'c str> {
        self.entries
            .iter()
            .filter_map(move |(name, _)| name.strip_prefix(section)?.strip_prefix('.'))
    }
}

/// Where the `]` is that closes a header, past a quoted subsection.
fn header_end(header: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in header.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// `remote "origin"` as `remote.origin`.
fn section_name(header: &str) -> String {
    match header.split_once('"') {
        Some((section, rest)) => {
            let subsection = rest.trim_end().trim_end_matches('"').replace('\\', "");
            format!("{}.{subsection}", section.trim().to_lowercase())
        }
        None => header.trim().to_lowercase(),
    }
}

fn unquote<'t>(value: &str, lines: &mut impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    let mut quoted = false;
    // Spaces at the end count only inside quotes.
    let mut keep = 0;
    let mut line = value.trim_start().to_owned();
    loop {
        let mut letters = line.chars();
        let mut goes_on = false;
        while let Some(letter) = letters.next() {
            match letter {
                '"' => {
                    quoted = !quoted;
                    keep = out.len();
                }
                '\\' => match letters.next() {
                    None => goes_on = true,
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some('b') => out.push('\u{8}'),
                    Some(other) => out.push(other),
                },
                '#' | ';' if !quoted => break,
                other => out.push(other),
            }
            if quoted || !letter.is_whitespace() {
                keep = out.len();
            }
        }
        if !goes_on {
            break;
        }
        match lines.next() {
            Some(next) => next.clone_into(&mut line),
            None => break,
        }
    }
    out.truncate(keep);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sections_keys_quotes_and_comments() {
        let config = Config::parse(
            b"\xef\xbb\xbf# a\n[core]\n\tbare = false ; no\n\tWorkTree = \"/a b\" # c\n[extensions] objectFormat=sha256\n\
              [remote \"o]r\\\"g\"]\n\tpromisor\n\turl = a\\\nb\n[broken\nx = y\n",
        );
        assert_eq!(config.get("core.bare"), Some("false"));
        assert!(!config.is_true("core.bare"));
        assert_eq!(config.get("core.worktree"), Some("/a b"));
        assert_eq!(config.get("extensions.objectformat"), Some("sha256"));
        assert!(config.is_true("remote.o]r\"g.promisor"));
        assert_eq!(config.get("remote.o]r\"g.url"), Some("ab"));
        assert_eq!(
            config.keys("extensions").collect::<Vec<_>>(),
            ["objectformat"]
        );
    }

    #[test]
    fn the_last_value_counts() {
        let config = Config::parse(b"[core]\nbare=false\n[core]\nbare=true\n");
        assert!(config.is_true("core.bare"));
    }

    proptest! {
        #[test]
        fn anything_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Config::parse(&bytes);
        }

        #[test]
        fn anything_like_a_configuration_is_read(text in "(\\[?[a-z\"\\\\]{0,4}\\]?[ =#;\"\\\\\n]{0,3}){0,30}") {
            let _ = Config::parse(text.as_bytes());
        }
    }
}
