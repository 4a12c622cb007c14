//! The script in a hook's place.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::hook::{Hook, KEPT_SUFFIX};

/// By this a script is known as ours.
pub(crate) const MARK: &str = "# Written by `runward hook install`";

/// A POSIX shell script that runs the hook that was there before, then Runward: the program at
/// `program` if it is still there, else the one on the PATH. Without either it refuses: a check
/// that silently does nothing is none.
pub fn script(hook: Hook, program: &str) -> String {
    let name = hook.as_str();
    let quoted = quote(program);
    // What git writes to a hook's input is read once and given to both.
    let (read, pipe) = match hook {
        Hook::PreCommit => ("", ""),
        Hook::PrePush => (
            "input=$(cat; printf x) || exit 1\ninput=${input%x}\n",
            "printf '%s' \"$input\" | ",
        ),
    };
    let run = match hook {
        Hook::PreCommit => format!("exec \"$runward\" hook run {name} -- \"$@\""),
        Hook::PrePush => format!("{pipe}\"$runward\" hook run {name} -- \"$@\""),
    };
    let body = format!(
        "#!/bin/sh\n\
         {MARK}; `runward hook uninstall` takes it out.\n\
         # A hook that was here before is `{name}{KEPT_SUFFIX}` and runs first.\n\
         {read}\
         before=$(dirname \"$0\")/{name}{KEPT_SUFFIX}\n\
         if [ -x \"$before\" ]; then\n    \
             {pipe}\"$before\" \"$@\" || exit $?\n\
         fi\n\
         runward={quoted}\n\
         [ -x \"$runward\" ] || runward=$(command -v runward) || {{\n    \
             echo 'runward is not installed, so nothing was checked: install it, or take this hook out' >&2\n    \
             exit 1\n\
         }}\n\
         {run}"
    );
    let digest = digest_line(&body);
    format!("{body}\n{digest}\n")
}

/// The last line, by which a later version sees whether somebody changed the script.
pub(crate) fn digest_line(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let mut hex = String::new();
    for byte in digest.iter().take(16) {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    format!("# sha256 {hex}")
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_shell_and_quotes_the_program() {
        let text = script(Hook::PreCommit, "/it's here/runward");
        assert!(text.starts_with("#!/bin/sh\n"));
        assert!(text.contains("runward='/it'\\''s here/runward'"), "{text}");
        assert!(text.contains("exec \"$runward\" hook run pre-commit"));
        assert!(!text.contains("input="));
    }

    #[test]
    fn what_git_says_of_a_push_reaches_both() {
        let text = script(Hook::PrePush, "runward");
        assert_eq!(
            text.matches("printf '%s' \"$input\" |").count(),
            2,
            "{text}"
        );
    }
}
