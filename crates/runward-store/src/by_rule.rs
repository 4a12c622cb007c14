//! How often each rule was right.

use runward_db::Sql;
use runward_model::{FindingKind, Status};
use serde::Serialize;

use crate::{
    Scope, Store, StoreError,
    row::{Columns, status_of},
    scope::among,
};

/// The findings of one rule, by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RuleFindings {
    pub rule: String,
    pub seen: u64,
    /// Open, triaged, in progress or reopened.
    pub open: u64,
    pub resolved: u64,
    pub accepted: u64,
    pub false_positives: u64,
    /// False alarms among those that somebody decided on or that were mended: 0 to 1; `None` while
    /// there are none of these.
    pub false_positive_rate: Option<f64>,
}

impl Store {
    /// Counts the findings in code by rule, in the order of the rules' names.
    pub fn by_rule(&self, scope: &Scope) -> Result<Vec<RuleFindings>, StoreError> {
        self.read(|tx| {
            let projects = scope.projects(tx)?;
            let mut sql = Sql::new("SELECT rule, status, COUNT(*) FROM findings WHERE kind = ");
            sql.push_bind(FindingKind::CodeIssue.as_str());
            among(&mut sql, projects.as_deref());
            sql.push(" GROUP BY rule, status ORDER BY rule");
            let mut all: Vec<RuleFindings> = Vec::new();
            for row in tx.rows(sql)? {
                let mut columns = Columns::new(&row);
                let rule = columns.text()?.to_owned();
                let status = status_of(columns.text()?)?;
                let count = columns.count()?;
                if all.last().is_none_or(|last| last.rule != rule) {
                    all.push(RuleFindings {
                        rule,
                        ..RuleFindings::default()
                    });
                }
                if let Some(last) = all.last_mut() {
                    last.add(status, count);
                }
            }
            Ok(all)
        })
    }
}

impl RuleFindings {
    fn add(&mut self, status: Status, count: u64) {
        self.seen += count;
        match status {
            Status::Open | Status::Triaged | Status::InProgress | Status::Reopened => {
                self.open += count;
            }
            Status::Resolved => self.resolved += count,
            Status::Accepted => self.accepted += count,
            Status::FalsePositive => self.false_positives += count,
        }
        let decided = self.resolved + self.accepted + self.false_positives;
        self.false_positive_rate = (decided > 0).then(|| ratio(self.false_positives, decided));
    }
}

/// Two decimals.
fn ratio(part: u64, whole: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of findings, shown with two decimals"
    )]
    let share = part as f64 / whole as f64;
    (share * 100.0).round() / 100.0
}
