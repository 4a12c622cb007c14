//! Fingerprints that findings had before.

use std::collections::BTreeMap;

use runward_db::Sql;
use runward_model::Fingerprint;

use crate::{ProjectId, Store, StoreError};

impl Store {
    /// Of each former fingerprint of a project, the one that its finding has now.
    pub fn renamed(
        &self,
        project: ProjectId,
    ) -> Result<BTreeMap<Fingerprint, Fingerprint>, StoreError> {
        self.read(|tx| {
            let sql = Sql::new(
                "SELECT former_fingerprints.fingerprint, findings.fingerprint \
                 FROM former_fingerprints JOIN findings \
                 ON findings.id = former_fingerprints.finding WHERE findings.project = $1",
            );
            tx.rows(sql.bind(project.0))?
                .iter()
                .map(|row| {
                    Ok((
                        Fingerprint::from_stored(row.text(0)?),
                        Fingerprint::from_stored(row.text(1)?),
                    ))
                })
                .collect()
        })
    }
}
