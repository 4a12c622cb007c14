//! SARIF 2.1.0 (OASIS), of any tool.
//!
//! The rules of a run may stand before or after its results; the first pass collects them.

mod result;
mod run;

use serde_json::Value;

use self::run::{Base, Run};
use super::Reader;
use crate::{
    desk::Desk,
    value,
    walk::{Step, Steps},
};

/// Most runs of one file that are told apart.
const MOST_RUNS: usize = 1_000;

#[derive(Default)]
pub(crate) struct Sarif {
    version: Option<String>,
    runs: Vec<Run>,
    /// Rules kept so far, over all runs.
    rules: usize,
}

const CONTEXTS: &[&str] = &[
    "version",
    "runs[].tool.driver.name",
    "runs[].tool.driver.semanticVersion",
    "runs[].tool.driver.version",
    "runs[].tool.driver.rules[]",
    "runs[].tool.extensions[].name",
    "runs[].tool.extensions[].rules[]",
    "runs[].artifacts[]",
    "runs[].originalUriBaseIds{}",
    "runs[].invocations[].executionSuccessful",
    "runs[].invocations[].endTimeUtc",
    "runs[].invocations[].toolExecutionNotifications[]",
    "runs[].invocations[].toolConfigurationNotifications[]",
    "runs[].externalPropertyFileReferences",
];

impl Sarif {
    fn run(&mut self, index: usize) -> Option<&mut Run> {
        if index >= MOST_RUNS {
            return None;
        }
        while self.runs.len() <= index {
            self.runs.push(Run::default());
        }
        self.runs.get_mut(index)
    }

    fn rule(&mut self, run: usize, extension: Option<usize>, value: &Value, desk: &mut Desk<'_>) {
        if self.rules >= desk.options.limits.max_rules {
            desk.note("the file describes more rules than are read; results of the rest are rated by their level");
            return;
        }
        self.rules += 1;
        if let Some(run) = self.run(run) {
            run.add_rule(extension, value);
        }
    }
}

impl Reader for Sarif {
    fn contexts(&self) -> &'static [&'static str] {
        CONTEXTS
    }

    fn entries(&self) -> &'static [&'static str] {
        &["runs[].results[]"]
    }

    fn context(&mut self, pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        let index = steps.first().map_or(0, Step::index);
        let inner = steps.get(1).map_or(0, Step::index);
        let text = || value.as_str().map(str::to_owned);
        match pattern {
            0 => self.version = text(),
            4 => self.rule(index, None, value, desk),
            6 => self.rule(index, Some(inner), value, desk),
            11 | 12 => run::notification(value, desk),
            13 if !value::list(value, &["results"]).is_empty() => desk.tool_error(
                None,
                None,
                "results are in other files (externalPropertyFileReferences), which are not read; \
                 import those too",
            ),
            _ => {
                let files = desk.options.limits.max_files;
                let Some(run) = self.run(index) else {
                    return;
                };
                match pattern {
                    1 => run.tool = text(),
                    2 => run.version = text(),
                    3 if run.version.is_none() => run.version = text(),
                    7 => run.add_artifact(value, files),
                    8 => {
                        let name = steps.get(1).map_or("", Step::name).to_owned();
                        run.bases.insert(name, Base::of(value));
                    }
                    9 if value.as_bool() == Some(false) => run.failed = true,
                    10 => run.ended = value.as_str().and_then(value::instant).or(run.ended),
                    _ => {}
                }
            }
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        match self.version.as_deref() {
            Some(version) if version.starts_with("2.1.0") => {}
            Some(version) => {
                let version = crate::text::shown(version);
                return Err(format!(
                    "its version is `{version}`; convert it, for example with `sarif-multitool \
                     transform`, or ask the tool for SARIF 2.1.0"
                ));
            }
            None => return Err("it states no `version`; ask the tool for SARIF 2.1.0".to_owned()),
        }
        desk.about.whole = !self.runs.is_empty();
        for run in &self.runs {
            desk.tool(&run.tool_name(), run.version.as_deref());
            desk.about.generated = desk.about.generated.max(run.ended);
            let listed = !run.artifacts.is_empty() && run.artifacts.iter().all(|it| it.target);
            if !listed || run.artifacts_cut {
                desk.about.whole = false;
            }
            for artifact in &run.artifacts {
                let placed = run.place(artifact, desk).map_err(|(_, fault)| fault);
                desk.scanned(placed);
            }
            if run.failed {
                desk.tool_error(
                    None,
                    None,
                    "its run did not succeed (executionSuccessful is false)",
                );
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        _pattern: usize,
        steps: &Steps,
        value: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let index = steps.first().map_or(0, Step::index);
        let unknown = Run::default();
        let run = self.runs.get(index).unwrap_or(&unknown);
        result::read(run, value, desk)
    }
}
