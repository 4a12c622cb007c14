//! Proofs that stand alone, checkpoints, and witnesses.

use runward_db::Db;
use runward_redact::Confirmed;
use runward_tlog::{
    VerifierKey,
    proof::{Proof, WitnessPolicy},
};
use serde::Serialize;
use serde_json::Value;

use crate::{AuditError, Record, Trail, index};

/// What a proof proved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedProof {
    /// The log's name.
    pub origin: String,
    /// The event that is in the log.
    pub record: Record,
    /// How many entries the log had, and the hash of its tree then.
    pub size: u64,
    pub root: String,
    /// Witnesses that cosigned.
    pub witnesses: Vec<String>,
    /// Whether the database has the same event under this index; absent where none was asked.
    pub in_database: Option<bool>,
}

impl Trail {
    /// A proof, as text, that an event is in the log. `wanted` is an index, or an id where a
    /// database is there to find it.
    pub fn prove(&self, db: Option<&Db>, wanted: &str) -> Result<String, AuditError> {
        let index = self.index_of(db, wanted)?;
        Ok(self.log().prove(index)?.encode())
    }

    pub(crate) fn index_of(&self, db: Option<&Db>, wanted: &str) -> Result<u64, AuditError> {
        let log = self.log();
        let not_found = || AuditError::NotFound {
            wanted: wanted.to_owned(),
        };
        let index = match (wanted.parse::<u64>(), db) {
            (Ok(index), _) => index,
            (Err(_), Some(db)) => index::get(db, wanted)?.index,
            (Err(_), None) => return Err(not_found()),
        };
        if index >= log.refresh()? {
            return Err(not_found());
        }
        let minimum = log.minimum_index();
        if index < minimum {
            return Err(AuditError::Pruned { index, minimum });
        }
        Ok(index)
    }

    /// The newest signed checkpoint, to be kept off this host.
    pub fn checkpoint(&self) -> Result<String, AuditError> {
        let log = self.log();
        log.refresh()?;
        Ok(log.checkpoint().text)
    }

    /// What a witness is asked to cosign (C2SP `tlog-witness`, `add-checkpoint`).
    pub fn witness_request(&self) -> Result<String, AuditError> {
        Ok(self.log().witness_request()?)
    }

    /// Takes the answer of a witness; the names of those whose cosignatures were new or known.
    pub fn add_cosignature(&self, text: &str) -> Result<Vec<String>, AuditError> {
        let verified = self.log().add_cosignature(text)?;
        Ok(verified.into_iter().map(|it| it.name).collect())
    }

    /// Whether a redacted value of an event is `candidate`. `path` is a JSON pointer into the
    /// event: `/details/token`.
    pub fn confirm(
        &self,
        db: Option<&Db>,
        wanted: &str,
        path: &str,
        candidate: &Value,
    ) -> Result<Confirmed, AuditError> {
        let redactor = self.redactor.as_ref().ok_or(AuditError::ReadOnly)?;
        let index = self.index_of(db, wanted)?;
        let log = self.log();
        let record = Record::from_entry(index, String::new(), &log.entry(index)?)?;
        let confirmed = redactor.confirm(record.sealed.as_bytes(), path, candidate);
        confirmed.map_err(|error| AuditError::Entry {
            index,
            what: error.to_string(),
        })
    }
}

/// Checks a proof with nothing but the log's public key, and the keys of witnesses of which at
/// least `quorum` must have cosigned.
pub fn check_proof(
    text: &str,
    verifier_key: &str,
    witnesses: &[String],
    quorum: usize,
    db: Option<&Db>,
) -> Result<CheckedProof, AuditError> {
    let bad = |what: String| AuditError::Proof { what };
    let key = |text: &str| {
        text.trim().parse::<VerifierKey>().map_err(|error| {
            bad(format!(
                "`{}` is no verifier key: {error}",
                text.escape_debug()
            ))
        })
    };
    let verifier = key(verifier_key)?;
    let policy = WitnessPolicy {
        witnesses: witnesses
            .iter()
            .map(|text| key(text))
            .collect::<Result<_, _>>()?,
        quorum,
    };
    let proof = Proof::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let proven = proof
        .verify(&verifier, &policy)
        .map_err(|error| bad(error.to_string()))?;
    let record = Record::from_entry(proven.index, proven.leaf.to_hex(), &proof.entry)?;
    let in_database = match db {
        None => None,
        Some(db) => match index::get(db, &proven.index.to_string()) {
            Ok(known) => Some(known.hash == record.hash && known.sealed == record.sealed),
            Err(AuditError::NotFound { .. }) => Some(false),
            Err(error) => return Err(error),
        },
    };
    Ok(CheckedProof {
        origin: proven.checkpoint.origin.clone(),
        record,
        size: proven.checkpoint.size,
        root: proven.checkpoint.root.to_hex(),
        witnesses: proven.cosignatures.into_iter().map(|it| it.name).collect(),
        in_database,
    })
}
