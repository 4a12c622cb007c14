//! `runward task create`.

use std::path::PathBuf;

use runward_model::Task;
use runward_ops::{Exit, Ledger, OpsError, tasks};
use serde_json::{Value, json};

use super::{
    fields::Fields,
    view::{View, line},
};
use crate::{
    commands::{ListFormat, take},
    failure::{Failure, Outcome},
    outputs::write_stdout,
};

pub(super) fn create(
    view: &View<'_>,
    ledger: &Ledger,
    title: Option<&str>,
    fields: &Fields,
    file: Option<&PathBuf>,
) -> Outcome {
    let Some(file) = file else {
        let mut input = fields.input()?;
        input.insert("title".to_owned(), title.unwrap_or_default().into());
        return view.one(&tasks::create(ledger, &Value::Object(input))?);
    };
    let text = take(file)?;
    let mut refused = Vec::new();
    let mut line = 0;
    for input in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        line += 1;
        let made = input
            .map_err(|error| {
                OpsError::usage(
                    format!("`{}`: {error}", file.display()),
                    "write one JSON object, or one on each line",
                )
            })
            .and_then(|input| tasks::create(ledger, &input));
        match made {
            Ok(task) => view.made(line, &task)?,
            Err(error @ (OpsError::Task(_) | OpsError::Denied { .. })) => {
                view.refused(line, &error)?;
                refused.push(line);
            }
            Err(error) => return Err(error.into()),
        }
    }
    match refused.first() {
        None => Ok(Exit::CLEAN),
        Some(first) => Err(OpsError::usage(
            format!(
                "{} of {line} tasks are refused, the first is number {first}",
                refused.len()
            ),
            "each is named above with what is wrong with it",
        )
        .into()),
    }
}

impl View<'_> {
    fn made(&self, number: usize, task: &Task) -> Result<(), Failure> {
        match self.format {
            ListFormat::Text => self.session.note(&line(task)),
            ListFormat::Json => {
                answer(&json!({"line": number, "id": task.id.to_string(), "task": task}))?;
            }
        }
        Ok(())
    }

    fn refused(&self, number: usize, error: &OpsError) -> Result<(), Failure> {
        match self.format {
            ListFormat::Text => self.session.warn(&format!("task {number}: {error}")),
            ListFormat::Json => answer(&json!({"line": number, "error": error.to_string()}))?,
        }
        Ok(())
    }
}

fn answer(value: &Value) -> Result<(), Failure> {
    write_stdout(|out| {
        serde_json::to_writer(&mut *out, value)?;
        writeln!(out)?;
        Ok(())
    })?;
    Ok(())
}
