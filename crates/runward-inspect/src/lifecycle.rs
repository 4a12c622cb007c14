//! The commands of npm's lifecycle scripts and of `binding.gyp`.

/// What a command line runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    /// Files that are handed to an interpreter.
    pub(crate) files: Vec<String>,
    /// Code in the line itself, with the ending of its language.
    pub(crate) inline: Vec<(&'static str, String)>,
}

impl Command {
    pub(crate) fn of(line: &str) -> Self {
        let mut command = Self::default();
        let words = words(line);
        let mut language = None;
        let mut inline = false;
        for word in &words {
            if matches!(word.as_str(), "&&" | "||" | ";" | "|" | "&") {
                language = None;
                continue;
            }
            let Some(ending) = language else {
                language = interpreter(word);
                if language.is_none() && word.starts_with("./") {
                    command.files.push(word.clone());
                }
                inline = false;
                continue;
            };
            if inline {
                command.inline.push((ending, word.clone()));
                inline = false;
            } else if matches!(
                word.as_str(),
                "-e" | "--eval" | "-p" | "-pe" | "--print" | "-c" | "-Command"
            ) {
                inline = true;
            } else if !word.starts_with('-') {
                command.files.push(word.clone());
            }
        }
        command
    }
}

fn interpreter(word: &str) -> Option<&'static str> {
    let name = word.rsplit('/').next().unwrap_or(word);
    match name {
        "node" | "nodejs" | "bun" | "deno" | "tsx" | "ts-node" => Some("js"),
        "python" | "python3" => Some("py"),
        "sh" | "bash" | "zsh" => Some("sh"),
        _ => None,
    }
}

/// The words of a line as a shell splits them, as far as quotes go.
fn words(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut any = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.extend(chars.next()),
            (None, '"' | '\'') => {
                quote = Some(c);
                any = true;
            }
            (None, c) if c.is_whitespace() => {
                if any || !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (None, ';' | '|' | '&') => {
                if any || !word.is_empty() {
                    found.push(std::mem::take(&mut word));
                }
                any = false;
                let mut operator = c.to_string();
                if chars.peek() == Some(&c) {
                    operator.extend(chars.next());
                }
                found.push(operator);
            }
            (_, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        found.push(word);
    }
    found
}

/// Commands that `binding.gyp` runs while it is read: `<!(…)`, `<!@(…)`.
pub(crate) fn gyp_commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mark in ["<!(", "<!@("] {
        for (at, _) in text.match_indices(mark) {
            let rest = text.get(at + mark.len()..).unwrap_or_default();
            let mut depth = 1;
            let end = rest.char_indices().find(|(_, c)| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                depth == 0 || *c == '\n'
            });
            let command = end.and_then(|(end, _)| rest.get(..end)).unwrap_or(rest);
            found.push(command.replace("\\\"", "\""));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_code_are_told() {
        let command = Command::of("node ./a.js || true && node -e \"x('b c')\" ; ./run.sh");
        assert_eq!(command.files, ["./a.js", "./run.sh"]);
        assert_eq!(command.inline, [("js", "x('b c')".to_owned())]);
        assert_eq!(Command::of("node-gyp rebuild"), Command::default());
        assert_eq!(
            Command::of("node scripts/x > /dev/null").files[0],
            "scripts/x"
        );
    }

    #[test]
    fn commands_of_gyp() {
        let text = r#"["<!(node -p \"require('x').include\")", "<!@(curl a)"]"#;
        assert_eq!(
            gyp_commands(text),
            ["node -p \"require('x').include\"", "curl a"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_line_is_survived(line in "(?s).{0,200}") {
            let _ = Command::of(&line);
            let _ = gyp_commands(&line);
        }
    }
}
