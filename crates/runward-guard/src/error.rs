use thiserror::Error;

/// Why a command cannot be guarded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GuardError {
    #[error("there is no command; write it after `--`, such as `-- pip install requests`")]
    Empty,
    #[error(
        "`{program}` is not a package manager that can be guarded; use pip, uv, pipx, poetry, pdm, \
         npm, npx, pnpm, yarn, bun or cargo"
    )]
    NotAManager { program: String },
    #[error(
        "what `{program}` installs cannot be checked; check it with `runward package check` by name first"
    )]
    NotCovered { program: String },
    #[error("the command is longer than {limit} {what}; split it")]
    TooLong { what: &'static str, limit: usize },
}
