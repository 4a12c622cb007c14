-- Findings, their changes of state, and the scans that saw them.
--
-- Kept to what SQLite and PostgreSQL both understand: ids are given out by the program inside the
-- writing transaction, times are microseconds since 1970 (UTC), dates are ISO text, truth values
-- do not occur.

CREATE TABLE scans (
    id BIGINT NOT NULL PRIMARY KEY,
    started BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    project TEXT NOT NULL,
    root TEXT NOT NULL,
    verdict TEXT NOT NULL,
    -- Versioned JSON.
    database_info TEXT NOT NULL,
    coverage TEXT NOT NULL,
    seen BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    resolved BIGINT NOT NULL
);

CREATE TABLE findings (
    id BIGINT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    -- Every identifier in lower case, each between two line breaks.
    ids TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    -- 0 unknown to 5 critical, after policy.
    severity_rank BIGINT NOT NULL,
    ecosystem TEXT,
    package TEXT,
    version TEXT,
    path TEXT NOT NULL,
    line BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- The scans that opened the present occurrence and that saw it last.
    opened_scan BIGINT NOT NULL,
    last_scan BIGINT NOT NULL,
    status TEXT NOT NULL,
    accepted_until TEXT,
    reason TEXT,
    decided_by TEXT,
    -- The kind and date of the advisory database that it was last seen with.
    database_kind TEXT NOT NULL,
    database_updated BIGINT,
    priority TEXT,
    risk DOUBLE PRECISION,
    due BIGINT,
    -- Versioned JSON.
    payload TEXT NOT NULL
);

CREATE INDEX findings_by_status ON findings (status);
CREATE INDEX findings_by_package ON findings (package);

-- Fingerprints that a finding had before its advisory was regrouped.
CREATE TABLE former_fingerprints (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    finding BIGINT NOT NULL REFERENCES findings (id)
);

-- Append-only.
CREATE TABLE transitions (
    id BIGINT NOT NULL PRIMARY KEY,
    finding BIGINT NOT NULL REFERENCES findings (id),
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    why TEXT NOT NULL,
    scan BIGINT REFERENCES scans (id)
);

CREATE INDEX transitions_by_finding ON transitions (finding);
