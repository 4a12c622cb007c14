//! Progress of an update: a bar on a terminal, one line per source elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use runward_ops::db::{Progress, Step};

use crate::terminal::Session;

/// Shows an update's steps on standard error.
pub(crate) struct TerminalProgress<'a> {
    session: &'a Session,
    bar: Option<ProgressBar>,
}

impl<'a> TerminalProgress<'a> {
    pub(crate) fn new(session: &'a Session) -> Self {
        let bar = session.shows_progress().then(|| {
            let bar = ProgressBar::no_length();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { session, bar }
    }

    fn draw(&self, template: &str, what: String, done: u64, total: Option<u64>) {
        let Some(bar) = &self.bar else {
            return;
        };
        // The templates are ours; one that could not be read would only cost the bar its looks.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what);
        bar.set_length(total.unwrap_or(done));
        bar.set_position(done);
    }
}

impl Progress for TerminalProgress<'_> {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Downloading { what, done, total } => self.draw(
                "{spinner} {msg} {bytes}/{total_bytes}",
                format!("downloading {what}"),
                done,
                total,
            ),
            Step::Indexing { what, done, total } => self.draw(
                "{spinner} {msg} {pos}/{len}",
                format!("indexing {what}"),
                done,
                Some(total),
            ),
            Step::Done { what } => match &self.bar {
                Some(bar) => bar.suspend(|| self.session.note(&format!("read {what}"))),
                None => self.session.note(&format!("read {what}")),
            },
        }
    }
}

impl Drop for TerminalProgress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
