//! What git tells a `pre-push` hook.

use thiserror::Error;

/// Most lines that are read: a push of more references is none that people make.
const MAX_LINES: usize = 100_000;

/// One reference that is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    pub local_ref: String,
    /// The commit that the remote is to have.
    pub new: String,
    pub remote_ref: String,
    /// What the remote has there now; `None` for a new reference.
    pub old: Option<String>,
}

#[derive(Debug, Error, PartialEq, Eq)]
pub enum PushError {
    #[error(
        "line {line} of git's input is not `<local ref> <id> <remote ref> <id>`; \
         run this from a `pre-push` hook"
    )]
    Line { line: usize },
    #[error("git's input has more than {MAX_LINES} lines; push fewer references at once")]
    TooMany,
}

/// Reads the input of a `pre-push` hook. References that are deleted bring nothing new and are
/// left out.
pub fn pushed(input: &str) -> Result<Vec<Pushed>, PushError> {
    let mut all = Vec::new();
    for (index, line) in input.lines().enumerate() {
        if index >= MAX_LINES {
            return Err(PushError::TooMany);
        }
        let wrong = PushError::Line { line: index + 1 };
        let mut fields = line.split(' ');
        let fields = [
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
            fields.next(),
        ];
        let [
            Some(local_ref),
            Some(new),
            Some(remote_ref),
            Some(old),
            None,
        ] = fields
        else {
            return Err(wrong);
        };
        if !is_id(new) || !is_id(old) {
            return Err(wrong);
        }
        if is_nothing(new) {
            continue;
        }
        all.push(Pushed {
            local_ref: local_ref.to_owned(),
            new: new.to_owned(),
            remote_ref: remote_ref.to_owned(),
            old: (!is_nothing(old)).then(|| old.to_owned()),
        });
    }
    Ok(all)
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_nothing(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_deletions_left_out() {
        let zero = "0".repeat(40);
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let input = format!(
            "refs/heads/main {a} refs/heads/main {b}\nrefs/heads/new {a} refs/heads/new {zero}\n\
             (delete) {zero} refs/heads/old {b}\n"
        );
        let all = pushed(&input).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].old.as_deref(), Some(b.as_str()));
        assert_eq!(all[1].old, None);
        assert_eq!(pushed(""), Ok(Vec::new()));
    }

    #[test]
    fn anything_else_is_refused() {
        for (input, line) in [("x", 1), ("a b c d\n", 1), ("\n", 1)] {
            assert_eq!(pushed(input), Err(PushError::Line { line }), "{input}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(input in ".{0,200}") {
            let _ = pushed(&input);
        }
    }
}
