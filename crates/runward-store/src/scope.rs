//! Whose findings are looked at.

use runward_db::{Sql, Tx};
use runward_model::Visible;

use crate::{ProjectId, StoreError};

/// Which findings a call may see at all: those of one project or of every project, and of these
/// the ones that the caller may view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub project: Option<ProjectId>,
    pub visible: Visible,
}

impl Default for Scope {
    /// Everything.
    fn default() -> Self {
        Self {
            project: None,
            visible: Visible::All,
        }
    }
}

impl Scope {
    pub fn of(project: ProjectId) -> Self {
        Self {
            project: Some(project),
            visible: Visible::All,
        }
    }

    #[must_use]
    pub fn visible(mut self, visible: Visible) -> Self {
        self.visible = visible;
        self
    }

    /// The projects that it comes to; `None` for all of them. A finding has no owner: `person`
    /// does not count here.
    pub(crate) fn projects(&self, tx: &mut Tx<'_>) -> Result<Option<Vec<i64>>, StoreError> {
        let Visible::Of { repositories, .. } = &self.visible else {
            return Ok(self.project.map(|project| vec![project.0]));
        };
        let mut sql = Sql::new("SELECT id FROM projects WHERE COALESCE(repository, name) IN ");
        sql.push_list(repositories.iter());
        if let Some(project) = self.project {
            sql.push(" AND id = ").push_bind(project.0);
        }
        sql.push(" ORDER BY id");
        let mut projects = Vec::new();
        for row in tx.rows(sql)? {
            projects.push(row.int(0)?);
        }
        Ok(Some(projects))
    }
}

/// Appends the condition that a finding's project is among these.
pub(crate) fn among(sql: &mut Sql, projects: Option<&[i64]>) {
    if let Some(projects) = projects {
        sql.push(" AND findings.project IN ");
        sql.push_list(projects.iter().copied());
    }
}
