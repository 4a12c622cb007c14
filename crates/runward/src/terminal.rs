//! The process's surroundings: clock, environment variables, terminal.

use std::{
    io::{IsTerminal as _, Write as _},
    path::Path,
};

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use runward_ops::{Context, Ledger, Missing, OpsError, Project, Settings};
use runward_report::{Options, clean_lines};

use crate::cli::{Color, GlobalArguments};

const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// Width of text that goes to no terminal.
const DEFAULT_WIDTH: usize = 100;

/// One invocation of the program.
pub(crate) struct Session {
    pub(crate) context: Context,
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    color: Option<Color>,
    environment: Option<String>,
    overrides: Vec<(String, String)>,
}

impl Session {
    pub(crate) fn new(global: &GlobalArguments) -> Self {
        let now = clock();
        match global.color {
            Some(Color::Always) => anstream::ColorChoice::Always.write_global(),
            Some(Color::Never) => anstream::ColorChoice::Never.write_global(),
            Some(Color::Auto) | None => {}
        }
        Self {
            context: Context {
                now,
                variables: std::env::vars_os()
                    .filter_map(|(key, value)| {
                        Some((key.into_string().ok()?, value.into_string().ok()?))
                    })
                    .collect(),
                working_directory: std::env::current_dir().unwrap_or_default(),
                // Asked of the system: a variable such as `USER` says whatever its setter likes.
                account: whoami::username().unwrap_or_else(|_| "unknown".to_owned()),
            },
            quiet: global.quiet,
            verbose: global.verbose,
            color: global.color,
            environment: global.environment.clone(),
            overrides: overrides(global),
        }
    }

    /// The time now, for what goes on after the start: following, recording a stream.
    pub(crate) fn clock(&self) -> Timestamp {
        clock().max(self.context.now)
    }

    /// The configuration for a project.
    pub(crate) fn settings(&self, project: &Project) -> Result<Settings, OpsError> {
        self.settings_with(project, &[])
    }

    /// The user's own configuration, without any project's.
    pub(crate) fn user_settings(&self) -> Result<Settings, OpsError> {
        runward_ops::load_settings(
            &self.context,
            None,
            self.environment.as_deref(),
            &self.overrides,
        )
    }

    /// The same, with values of the subcommand's own flags on top.
    pub(crate) fn settings_with(
        &self,
        project: &Project,
        flags: &[(String, String)],
    ) -> Result<Settings, OpsError> {
        let overrides: Vec<_> = self.overrides.iter().chain(flags).cloned().collect();
        runward_ops::load_settings(
            &self.context,
            Some(&project.root),
            self.environment.as_deref(),
            &overrides,
        )
    }

    /// The record of a project, opened for whoever calls and made where there is none.
    pub(crate) fn ledger(&self, path: &Path) -> Result<(Ledger, Settings), OpsError> {
        self.open_ledger(path, Missing::Make)
    }

    /// The same for what only makes sense where something is recorded.
    pub(crate) fn recorded(&self, path: &Path) -> Result<(Ledger, Settings), OpsError> {
        self.open_ledger(path, Missing::Refuse)
    }

    /// The same for what looks at the log, which may have outlived its store.
    pub(crate) fn logged(&self, path: &Path) -> Result<(Ledger, Settings), OpsError> {
        self.open_ledger(path, Missing::RefuseWithoutLog)
    }

    fn open_ledger(&self, path: &Path, missing: Missing) -> Result<(Ledger, Settings), OpsError> {
        let project = Project::locate(&self.context, path)?;
        let settings = self.settings(&project)?;
        for warning in &settings.loaded.warnings {
            self.warn(warning);
        }
        let ledger = Ledger::open(&self.context, &settings, &project, missing)?;
        Ok((ledger, settings))
    }

    /// Whether text on standard output is coloured.
    pub(crate) fn colored(&self, settings: &Settings) -> bool {
        use runward_ops::ColorChoice;
        let configured = match settings.config().output.color {
            ColorChoice::Auto => Color::Auto,
            ColorChoice::Always => Color::Always,
            ColorChoice::Never => Color::Never,
        };
        match self.color.unwrap_or(configured) {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                std::io::stdout().is_terminal()
                    && self.context.variable("NO_COLOR").is_none()
                    && self.context.variable("TERM") != Some("dumb")
            }
        }
    }

    /// How reports on standard output are written.
    pub(crate) fn report_options(&self, settings: &Settings, explain: bool) -> Options {
        Options {
            color: self.colored(settings),
            width: width(),
            explain,
            verbose: self.verbose,
            tool_version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Whether progress is drawn.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// A sentence for people, on standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(anstream::stderr().lock(), "{}", clean_lines(text));
        }
    }

    /// A warning for people, on standard error.
    pub(crate) fn warn(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(
                anstream::stderr().lock(),
                "{WARNING}warning{WARNING:#}: {}",
                clean_lines(text)
            );
        }
    }
}

/// The keys that the command line sets, those of their own flags among them.
fn overrides(global: &GlobalArguments) -> Vec<(String, String)> {
    let store = global.store.iter();
    store
        .map(|url| ("store.url".to_owned(), url.clone()))
        .chain(global.overrides.iter().cloned())
        .collect()
}

/// The one place where the clock is read: everything below is handed the time.
#[expect(
    clippy::disallowed_methods,
    reason = "the binary alone reads the clock"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// Columns of the terminal on standard output.
fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return DEFAULT_WIDTH;
    }
    terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(terminal_size::Width(width), _)| {
        usize::from(width).clamp(60, 140)
    })
}
