//! The audit trail of an installation: its log, its keys, its feeds, and the doors to all of it.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;
use runward_db::{Db, Lock, Sealer};
use runward_model::Event;
use runward_redact::{Redactor, Rules};
use runward_tlog::{Keys, Log, LogError, Options, VerifierKey};

use crate::{
    Ack, AuditError, ComplianceReport, Exported, FeedOptions, Format, Limits, Page, Published,
    Query, Record, Stats, Step, Timeline, compliance, entries, export, feed::Feeds, index,
    keys::KeyFiles, publish::Publisher, stats, timeline,
};

/// Where a trail is and how it is kept.
#[derive(Debug, Clone)]
pub struct TrailOptions {
    /// The log's own directory.
    pub directory: PathBuf,
    /// `log.key`, `log.pub`, `commitment.key` and `witnesses`.
    pub keys_directory: PathBuf,
    /// The log's name, such as `example.org/audit`.
    pub origin: String,
    pub feeds: Option<FeedOptions>,
    /// Opens an existing log without its private key: to search, verify and prove.
    pub read_only: bool,
    pub rules: Rules,
    pub limits: Limits,
}

impl TrailOptions {
    pub fn new(
        directory: impl Into<PathBuf>,
        keys_directory: impl Into<PathBuf>,
        origin: impl Into<String>,
    ) -> Self {
        Self {
            directory: directory.into(),
            keys_directory: keys_directory.into(),
            origin: origin.into(),
            feeds: None,
            read_only: false,
            rules: Rules::standard(),
            limits: Limits::DEFAULT,
        }
    }
}

/// An open trail. Threads may share it, and processes its directory.
pub struct Trail {
    pub(crate) options: TrailOptions,
    pub(crate) keys: KeyFiles,
    verifier: VerifierKey,
    /// Replaced after a failed write, which a log's handle does not outlive.
    log: RwLock<Arc<Log>>,
    pub(crate) redactor: Option<Arc<Redactor>>,
    feeds: Option<Feeds>,
    fault: Box<Fault>,
}

type Fault = dyn Fn(Step) -> Result<(), AuditError> + Send + Sync;

impl Trail {
    /// Opens a trail, and makes keys and log on first use.
    pub fn open(options: TrailOptions) -> Result<Self, AuditError> {
        let keys = KeyFiles(options.keys_directory.clone());
        let (log, verifier, commitments);
        if options.read_only {
            verifier = keys.verifier()?;
            if verifier.name() != options.origin {
                return Err(AuditError::Key {
                    path: options.keys_directory.clone(),
                    what: format!(
                        "it is of the log `{}` and not of `{}`",
                        verifier.name(),
                        options.origin
                    ),
                });
            }
            commitments = keys.known_commitments();
            log = open_log(&options, &keys, &verifier, None)?;
        } else {
            let signing = keys.signing(&options.origin, &options.directory)?;
            verifier = signing.verifier().clone();
            commitments = keys.commitments()?;
            log = open_log(&options, &keys, &verifier, Some(signing))?;
        }
        let rules = &options.rules;
        let mut commitments = commitments.into_iter();
        let redactor = commitments
            .next()
            .map(|key| Arc::new(Redactor::new(key, rules.clone()).with_retired(commitments)));
        let feeds = options.feeds.clone();
        Ok(Self {
            feeds: feeds.map(|feeds| Feeds::new(feeds, options.limits)),
            options,
            keys,
            verifier,
            log: RwLock::new(Arc::new(log)),
            redactor,
            fault: Box::new(|_| Ok(())),
        })
    }

    /// Makes publication fail at a step; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_fault(
        mut self,
        fault: impl Fn(Step) -> Result<(), AuditError> + Send + Sync + 'static,
    ) -> Self {
        self.fault = Box::new(fault);
        self
    }

    /// What a database seals its events with: redaction, then canonical bytes.
    pub fn sealer(&self) -> Result<Arc<Sealer>, AuditError> {
        let redactor = self.redactor.clone().ok_or(AuditError::ReadOnly)?;
        Ok(Arc::new(move |event: &Event| {
            redactor.seal(event).map_err(|error| error.to_string())
        }))
    }

    pub fn origin(&self) -> &str {
        &self.options.origin
    }

    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// The public key that verifies the log, as C2SP writes it.
    pub fn verifier_key(&self) -> String {
        self.verifier.to_string()
    }

    pub(crate) fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    pub(crate) fn log(&self) -> Arc<Log> {
        let log = self.log.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&log)
    }

    pub(crate) fn feeds(&self) -> Option<&Feeds> {
        self.feeds.as_ref()
    }

    /// Opens the log anew after a write whose fate is not known; the next publication finds out.
    fn reopen(&self) -> Result<(), AuditError> {
        let signing = self
            .keys
            .signing(&self.options.origin, &self.options.directory)?;
        let log = open_log(&self.options, &self.keys, &self.verifier, Some(signing))?;
        *self.log.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(log);
        Ok(())
    }

    fn publishing<T>(
        &self,
        work: impl Fn(&Publisher<'_>) -> Result<T, AuditError>,
    ) -> Result<T, AuditError> {
        let run = || {
            let log = self.log();
            work(&Publisher {
                log: &log,
                origin: &self.options.origin,
                limits: &self.options.limits,
                fault: &*self.fault,
            })
        };
        match run() {
            Err(AuditError::Log(LogError::Poisoned)) => {
                self.reopen()?;
                run()
            }
            other => other,
        }
    }

    /// Publishes up to `limit` events that wait in the database's outbox: durable in the log, then
    /// in the index, then in the feeds. Several processes may do so at once.
    pub fn publish(&self, db: &Db, limit: u64) -> Result<Published, AuditError> {
        if self.options.read_only {
            return Err(AuditError::ReadOnly);
        }
        let mut published = self.publishing(|publisher| publisher.publish(db, limit))?;
        if let Some(feeds) = &self.feeds {
            match feeds.advance(&self.log()) {
                Ok(left_out) => published.left_out_of_feeds = left_out,
                Err(error) => published.feeds = Some(error.to_string()),
            }
        }
        Ok(published)
    }

    /// Records events that belong to no other change, and publishes.
    pub fn record(&self, db: &Db, events: &[Event]) -> Result<Published, AuditError> {
        db.write(Lock::Publish, |tx| {
            events
                .iter()
                .try_for_each(|event| tx.emit(event))
                .map_err(AuditError::from)
        })?;
        self.publish(db, u64::MAX)
    }

    /// As [`Self::record`], with each event's id and place in the log, in the order given.
    pub fn record_acknowledged(&self, db: &Db, events: &[Event]) -> Result<Vec<Ack>, AuditError> {
        // Numbers are given at the end of a transaction, in the order of the events. The row that
        // counts them is held from here to the commit, so that nobody gets one in between.
        let (store, before) = db.write(Lock::Publish, |tx| {
            tx.execute(
                "INSERT INTO counters (name, value) VALUES ('outbox', 0) \
                 ON CONFLICT (name) DO UPDATE SET value = counters.value",
            )?;
            let before = tx.last_seq()?;
            events.iter().try_for_each(|event| tx.emit(event))?;
            Ok::<_, AuditError>((tx.store_name()?, before))
        })?;
        self.publish(db, u64::MAX)?;
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let ids: Vec<String> = (before + 1..=before.saturating_add(count))
            .map(|seq| format!("{store}.{seq}"))
            .collect();
        index::places(db, &ids)
    }

    /// Brings the database's index up to the log; returns how many entries it took.
    pub fn catch_up(&self, db: &Db) -> Result<u64, AuditError> {
        self.publishing(|publisher| publisher.catch_up(db))
    }

    /// Makes the database's index again from the log; returns how many entries it has.
    pub fn reindex(&self, db: &Db) -> Result<u64, AuditError> {
        self.publishing(|publisher| publisher.reindex(db))
    }

    /// Takes the log as it is for a database that knows another one, or more of this one.
    pub fn adopt(&self, db: &Db) -> Result<(), AuditError> {
        self.publishing(|publisher| publisher.adopt(db))
    }

    /// One page of a search.
    pub fn search(&self, db: &Db, query: &Query) -> Result<Page, AuditError> {
        index::search(db, query, &self.options.limits)
    }

    /// How many records a search has in all.
    pub fn count(&self, db: &Db, query: &Query) -> Result<u64, AuditError> {
        index::count(db, query, &self.options.limits)
    }

    /// The record of an index (`17`) or an id (`0123456789ab.17`).
    pub fn get(&self, db: &Db, wanted: &str) -> Result<Record, AuditError> {
        index::get(db, wanted)
    }

    /// Counts over the records of a search; of each list the `top` most frequent values.
    pub fn stats(&self, db: &Db, query: &Query, top: u32) -> Result<Stats, AuditError> {
        stats::stats(db, query, top, &self.options.limits)
    }

    /// Everything about a subject: `finding:1f…`, `task:7`, `principal:ann`, or an id alone.
    pub fn timeline(&self, db: &Db, subject: &str) -> Result<Timeline, AuditError> {
        timeline::timeline(db, subject, &self.options.limits)
    }

    /// The report of a period, which `scope` must have; its project and repository count too.
    pub fn compliance(&self, db: &Db, scope: &Query) -> Result<ComplianceReport, AuditError> {
        compliance::report(db, scope, &self.options.limits)
    }

    /// Writes every record of a search, oldest first. The caller records that it was done.
    pub fn export(
        &self,
        db: &Db,
        query: &Query,
        format: Format,
        out: &mut dyn Write,
    ) -> Result<Exported, AuditError> {
        export::export(db, query, format, &self.options.limits, out)
    }

    /// The log's entries from an index on, at most `limit`: what to ask again and again to follow
    /// the log. Needs no database.
    pub fn tail(&self, start: u64, limit: u64) -> Result<Vec<Record>, AuditError> {
        let log = self.log();
        let size = log.refresh()?;
        let start = start.max(log.minimum_index());
        let end = size.min(start.saturating_add(limit));
        let mut records = Vec::new();
        if start < end {
            entries::each(&log, start..end, |record, _| {
                records.push(record);
                Ok(())
            })?;
        }
        Ok(records)
    }

    /// How many entries the log has.
    pub fn size(&self) -> Result<u64, AuditError> {
        Ok(self.log().refresh()?)
    }

    /// The first entry that was not pruned.
    pub fn minimum_index(&self) -> u64 {
        self.log().minimum_index()
    }

    /// The newest event's time, for whoever wants to know how fresh the log is.
    pub fn newest(&self) -> Result<Option<Timestamp>, AuditError> {
        let size = self.size()?;
        let last = self.tail(size.saturating_sub(1), 1)?;
        Ok(last.first().map(|record| record.event.timestamp))
    }
}

fn open_log(
    options: &TrailOptions,
    keys: &KeyFiles,
    verifier: &VerifierKey,
    signing: Option<Keys>,
) -> Result<Log, AuditError> {
    let log_options = Options {
        witnesses: keys.witnesses()?,
        ..Options::default()
    };
    Ok(match signing {
        Some(signing) => Log::open(&options.directory, signing, log_options)?,
        None => Log::read_only_with(&options.directory, verifier, log_options)?,
    })
}
