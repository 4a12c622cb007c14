//! What a scan is asked about, where it is asked about one package or one advisory.

use std::collections::BTreeSet;

use runward_advisories::Database;
use runward_model::{Dependency, DependencyGraph, Ecosystem, NotCovered};

use crate::{OpsError, Project, scan::ScanRequest};

/// The packages in question; none: all.
pub(crate) struct Subject {
    names: Option<BTreeSet<String>>,
}

impl Subject {
    /// Checks that the question has an answer: a misspelt name must not look like a fix.
    pub(crate) fn of(
        request: &ScanRequest,
        database: &Database,
        graph: &DependencyGraph,
        project: &Project,
    ) -> Result<Self, OpsError> {
        let mut names: Option<BTreeSet<String>> = None;
        if let Some(package) = &request.package {
            if !graph.dependencies.iter().any(|d| is_named(d, package)) {
                return Err(OpsError::usage(
                    format!("`{}` does not depend on `{package}`", project.shown),
                    "run `runward deps list` to see every dependency",
                ));
            }
            let matching = graph.dependencies.iter().filter(|d| is_named(d, package));
            names = Some(matching.map(|d| d.package.name.clone()).collect());
        }
        if let Some(id) = &request.advisory {
            let advisory = database.advisory(id)?.ok_or_else(|| {
                OpsError::usage(
                    format!("the database knows no advisory `{id}`"),
                    "check the id, or run `runward db update`",
                )
            })?;
            let affected = advisory.records.iter().flat_map(|record| &record.affected);
            names
                .get_or_insert_default()
                .extend(affected.map(|affected| {
                    Ecosystem::from_osv_name(&affected.ecosystem).normalize_name(&affected.package)
                }));
        }
        Ok(Self { names })
    }

    /// Drops what could not be judged about other packages.
    pub(crate) fn narrow(&self, not_covered: &mut Vec<NotCovered>) {
        if let Some(names) = &self.names {
            not_covered.retain(|entry| {
                entry
                    .package
                    .as_ref()
                    .is_none_or(|package| names.contains(package))
            });
        }
    }
}

/// Whether a dependency goes by a name, as its ecosystem compares names.
pub(crate) fn is_named(dependency: &Dependency, name: &str) -> bool {
    dependency.package.name == dependency.package.ecosystem.normalize_name(name)
}
