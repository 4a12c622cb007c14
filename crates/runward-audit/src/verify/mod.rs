//! Whether log, database and feeds say the same, and the log has only ever grown.

mod database;
mod sequence;

use std::time::Instant;

use runward_db::Db;
use runward_tlog::{
    SignedCheckpoint, VerifierKey,
    verify::{Report, VerifyOptions},
};
use sequence::Sequences;
use serde::Serialize;

use crate::{AuditError, FeedVerdict, Trail, TrailOptions, entries, keys::KeyFiles};

pub use database::DatabaseVerdict;
pub use sequence::StoreSeen;

/// What a verification looks at, beside the log itself.
#[derive(Debug, Clone, Default)]
pub struct VerifyRequest {
    /// Checkpoints that were kept off this host, as text. Each must be of this log's past.
    pub checkpoints: Vec<String>,
    /// Whether every event is read and compared with the database's index and the feeds; else
    /// only the log itself is verified, and where database and log stand.
    pub full: bool,
    /// Threads for the log; 0 is one per core.
    pub threads: usize,
}

/// A record that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRecord {
    pub index: u64,
    /// `STORE.SEQ`, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub what: String,
}

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// Nothing is wrong.
    pub ok: bool,
    pub origin: String,
    /// Entries in the log.
    pub size: u64,
    /// The first entry that was not pruned.
    pub minimum_index: u64,
    /// The hash of the tree, in hexadecimal.
    pub root: String,
    /// The first bad record, wherever it was found first: log, then database, then feeds.
    pub first_bad: Option<BadRecord>,
    /// All that is wrong, in words.
    pub problems: Vec<String>,
    /// What is no problem and worth knowing.
    pub notes: Vec<String>,
    /// The databases whose events the log holds.
    pub stores: Vec<StoreSeen>,
    pub database: Option<DatabaseVerdict>,
    pub feeds: Vec<FeedVerdict>,
    /// Checkpoints from elsewhere that this log was held against.
    pub checkpoints: usize,
    pub seconds: f64,
}

impl Verdict {
    fn new(origin: &str, request: &VerifyRequest) -> Self {
        Self {
            ok: false,
            origin: origin.to_owned(),
            size: 0,
            minimum_index: 0,
            root: String::new(),
            first_bad: None,
            problems: Vec::new(),
            notes: Vec::new(),
            stores: Vec::new(),
            database: None,
            feeds: Vec::new(),
            checkpoints: request.checkpoints.len(),
            seconds: 0.0,
        }
    }

    fn parse(&mut self, texts: &[String], key: &VerifierKey) -> Vec<SignedCheckpoint> {
        let mut checkpoints = Vec::new();
        for text in texts {
            match SignedCheckpoint::parse(text, key) {
                Ok(checkpoint) => checkpoints.push(checkpoint),
                Err(error) => self.problems.push(format!("a given checkpoint: {error}")),
            }
        }
        checkpoints
    }

    /// Takes what the log itself found.
    fn take(&mut self, report: Report) {
        self.size = report.size;
        self.minimum_index = report.minimum_index;
        self.root = report.root.to_hex();
        if let Some(bad) = report.first_bad {
            self.bad(bad.index, None, &bad.what);
        }
        self.problems
            .extend(report.problems.iter().map(ToString::to_string));
        if report.torn_bytes > 0 {
            self.notes.push(format!(
                "{} bytes at the end are of a write that never finished",
                report.torn_bytes
            ));
        }
    }

    fn finish(&mut self, begun: Instant) {
        self.ok = self.problems.is_empty();
        self.seconds = begun.elapsed().as_secs_f64();
    }

    fn bad(&mut self, index: u64, id: Option<String>, what: &str) {
        self.problems.push(format!("record {index}: {what}"));
        self.first_bad.get_or_insert(BadRecord {
            index,
            id,
            what: what.to_owned(),
        });
    }
}

impl Trail {
    /// Verifies the log, and with a database and feeds that they agree with it. What is wrong is
    /// in the verdict; an error says that it could not be looked at.
    pub fn verify(&self, db: Option<&Db>, request: &VerifyRequest) -> Result<Verdict, AuditError> {
        let begun = Instant::now();
        // Where the database stands is read before the log: the log is then at least as far.
        let standing = db
            .map(|db| database::standing(db, self.origin()))
            .transpose()?;
        let log = self.log();
        let mut verdict = Verdict::new(self.origin(), request);
        let against = verdict.parse(&request.checkpoints, self.verifier());
        verdict.take(log.verify(VerifyOptions {
            against,
            threads: request.threads,
            ..VerifyOptions::default()
        })?);
        log.refresh()?;
        // What comes now reads entries, which are only worth reading if they are those.
        let sound = verdict.problems.is_empty();
        let mut sequences = Sequences::default();
        if sound {
            self.check_entries(&mut verdict, &mut sequences)?;
        }
        verdict.stores = sequences.seen();
        if let (Some(db), Some(standing)) = (db, standing) {
            let found = database::check(self, db, &standing, &sequences, request.full && sound)?;
            for (index, id, what) in &found.bad {
                verdict.bad(*index, id.clone(), what);
            }
            verdict.problems.extend(found.problems);
            verdict.notes.extend(found.notes);
            verdict.database = Some(found.verdict);
        }
        if request.full
            && sound
            && let Some(feeds) = self.feeds()
        {
            verdict.feeds = feeds.verify(&log)?;
            for feed in verdict.feeds.clone() {
                if let Some((line, index, what)) = feed.first_bad {
                    verdict.bad(index, None, &format!("`{}` line {line}: {what}", feed.path));
                }
            }
        }
        verdict.finish(begun);
        Ok(verdict)
    }

    /// Every entry must be an event, and the events of each database must follow one another.
    fn check_entries(
        &self,
        verdict: &mut Verdict,
        sequences: &mut Sequences,
    ) -> Result<(), AuditError> {
        let log = self.log();
        let done = entries::each(&log, verdict.minimum_index..verdict.size, |record, _| {
            if let Some(what) = sequences.take(&record) {
                verdict.bad(record.index, Some(record.id), &what);
            }
            Ok(())
        });
        match done {
            Err(AuditError::Entry { index, what }) => {
                verdict.bad(index, None, &what);
                Ok(())
            }
            other => other,
        }
    }
}

/// Verifies the log of a trail that cannot be opened, because its log is damaged. Needs its public
/// key only; database and feeds are not looked at.
pub fn verify_unopened(
    options: &TrailOptions,
    request: &VerifyRequest,
) -> Result<Verdict, AuditError> {
    let begun = Instant::now();
    let keys = KeyFiles(options.keys_directory.clone());
    let verifier = keys.verifier()?;
    let mut verdict = Verdict::new(&options.origin, request);
    let against = verdict.parse(&request.checkpoints, &verifier);
    let report = runward_tlog::verify::directory(
        &options.directory,
        &verifier,
        &VerifyOptions {
            against,
            witnesses: keys.witnesses()?,
            threads: request.threads,
            ..VerifyOptions::default()
        },
    )?;
    verdict.take(report);
    verdict.finish(begun);
    Ok(verdict)
}
