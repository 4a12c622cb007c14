-- The outbox of the audit log, the index of what was published, and the numbers given out.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Facts about this database: `store` is its own name in the audit log.
CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Sealed events that are not in the log yet. `seq` has no gaps.
CREATE TABLE outbox (
    seq BIGINT NOT NULL PRIMARY KEY,
    event BYTEA NOT NULL
);

-- The log's entries, for search. The log is the truth; this can be made again from it.
CREATE TABLE audit_events (
    -- The entry's index in the log.
    idx BIGINT NOT NULL PRIMARY KEY,
    -- `STORE.SEQ`.
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    token TEXT,
    address TEXT,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL,
    severity TEXT,
    project TEXT,
    repository TEXT,
    correlation TEXT,
    -- How many things a list or an export held.
    result_count BIGINT,
    -- The hash of the entry's leaf in the log's tree, in hexadecimal.
    leaf TEXT NOT NULL,
    -- What free-text search looks at, in lower case.
    text TEXT NOT NULL,
    event TEXT NOT NULL
);

CREATE INDEX audit_events_by_id ON audit_events (id);
CREATE INDEX audit_events_by_at ON audit_events (at);
CREATE INDEX audit_events_by_type ON audit_events (type, at);
CREATE INDEX audit_events_by_actor ON audit_events (actor, at);
CREATE INDEX audit_events_by_subject ON audit_events (subject, at);
CREATE INDEX audit_events_by_project ON audit_events (project, at);
CREATE INDEX audit_events_by_outcome ON audit_events (outcome, at);
CREATE INDEX audit_events_by_correlation ON audit_events (correlation, at);

-- How far the index got in a log.
CREATE TABLE audit_state (
    -- The log's origin.
    log TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    -- The hash of the tree of that size.
    root TEXT NOT NULL,
    -- The last event of this database in it.
    seq BIGINT NOT NULL
);
