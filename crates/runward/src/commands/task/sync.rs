//! `runward task sync`.

use runward_ops::{Exit, tasks::Synced};
use runward_report::document;
use serde_json::{Map, Value, json};

use super::view::View;
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout};

impl View<'_> {
    pub(super) fn synced(&self, synced: &Synced) -> Outcome {
        let numbers =
            |ids: &[runward_model::TaskId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let parts = [
            ("created", numbers(&synced.created)),
            ("updated", numbers(&synced.updated)),
            ("completed", numbers(&synced.completed)),
            ("cancelled", numbers(&synced.cancelled)),
            ("reopened", numbers(&synced.reopened)),
        ];
        if self.format == ListFormat::Json {
            let mut value: Map<String, Value> = parts
                .iter()
                .map(|(name, ids)| ((*name).to_owned(), json!(ids)))
                .collect();
            let kept = synced
                .kept
                .iter()
                .map(|(id, why)| json!({"task": id.to_string(), "why": why}));
            value.insert("kept".to_owned(), kept.collect());
            write_stdout(|out| {
                document("runward.task-sync/1", &value, out)?;
                Ok(())
            })?;
            return Ok(Exit::CLEAN);
        }
        let told: Vec<String> = parts
            .iter()
            .filter(|(_, ids)| !ids.is_empty())
            .map(|(name, ids)| format!("{name} {}", ids.join(", ")))
            .collect();
        self.session.note(&if told.is_empty() {
            "every fix has its task; nothing to change".to_owned()
        } else {
            told.join("; ")
        });
        for (id, why) in &synced.kept {
            self.session.warn(&format!("{id} stays as it is: {why}"));
        }
        Ok(Exit::CLEAN)
    }
}
