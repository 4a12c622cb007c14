//! The fields of a task, as the command line takes them.

use clap::Args;
use runward_ops::OpsError;
use serde_json::{Map, Value, json};

/// What a task says, apart from its title.
#[derive(Debug, Args)]
pub(super) struct Fields {
    /// What there is to know, in at most 5,000 characters.
    #[arg(long, short, value_name = "TEXT")]
    description: Option<String>,
    /// Where it belongs; absent: the project's.
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,
    /// P0 (at once) to P4.
    #[arg(long, value_name = "PRIORITY")]
    priority: Option<String>,
    #[arg(long, value_name = "SEVERITY")]
    severity: Option<String>,
    /// A time with its zone, e.g. 2026-12-01T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    deadline: Option<String>,
    /// May be repeated.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A JSON object of your own.
    #[arg(long, value_name = "JSON")]
    metadata: Option<String>,
    /// Whose it is; absent: yours.
    #[arg(long, value_name = "ID")]
    owner: Option<String>,
    /// Who does it.
    #[arg(long, value_name = "ID")]
    assignee: Option<String>,
    /// Who must approve the change: developer, team-lead or security-lead.
    #[arg(long, value_name = "ROLE")]
    approver: Option<String>,
    /// A check that must pass first; may be repeated.
    #[arg(long = "gate", value_name = "NAME")]
    gates: Vec<String>,
    /// A finding that it closes (its fingerprint); may be repeated.
    #[arg(long = "finding", value_name = "FINGERPRINT")]
    findings: Vec<String>,
    /// Why it changes; needed where a deadline moves later.
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

impl Fields {
    /// The fields that were given, as the task's input has them.
    pub(super) fn input(&self) -> Result<Map<String, Value>, OpsError> {
        let mut input = Map::new();
        let texts = [
            ("description", &self.description),
            ("repository", &self.repository),
            ("priority", &self.priority),
            ("severity", &self.severity),
            ("deadline", &self.deadline),
            ("owner", &self.owner),
            ("assignee", &self.assignee),
            ("approver", &self.approver),
            ("reason", &self.reason),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                input.insert(name.to_owned(), text.as_str().into());
            }
        }
        let lists = [
            ("tags", &self.tags),
            ("gates", &self.gates),
            ("findings", &self.findings),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                input.insert(name.to_owned(), json!(list));
            }
        }
        if let Some(metadata) = &self.metadata {
            let value: Value = serde_json::from_str(metadata).map_err(|error| {
                OpsError::usage(
                    format!("`--metadata` is no JSON: {error}"),
                    "write an object: --metadata '{\"ticket\": 7}'",
                )
            })?;
            input.insert("metadata".to_owned(), value);
        }
        Ok(input)
    }
}
