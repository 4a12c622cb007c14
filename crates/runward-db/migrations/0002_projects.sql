-- Several projects in one database, and several reporters for one finding. The tables that differ
-- between the two databases are in the parts of their own.

DROP INDEX findings_by_status;
DROP INDEX findings_by_package;
DROP INDEX transitions_by_finding;
ALTER TABLE transitions RENAME TO v1_transitions;
ALTER TABLE former_fingerprints RENAME TO v1_former;
ALTER TABLE findings RENAME TO v1_findings;
ALTER TABLE scans RENAME TO v1_scans;

CREATE TABLE projects (
    id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    root TEXT NOT NULL,
    -- What membership is about; absent: the name.
    repository TEXT,
    created BIGINT NOT NULL,
    -- The scan or import that was recorded last; 0: none yet.
    last_scan BIGINT NOT NULL
);

-- A database of version 1 held one project, by the name that its last scan gave it.
INSERT INTO projects (id, name, root, repository, created, last_scan)
SELECT 1, project, root, NULL, (SELECT MIN(started) FROM v1_scans), id
FROM v1_scans ORDER BY id DESC LIMIT 1;

-- Scans, and imports of what another program reported.
CREATE TABLE scans (
    id BIGINT NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    reporter TEXT NOT NULL,
    started BIGINT NOT NULL,
    finished BIGINT NOT NULL,
    root TEXT NOT NULL,
    verdict TEXT NOT NULL,
    -- Versioned JSON; absent where no advisory database was used.
    database_info TEXT,
    coverage TEXT NOT NULL,
    -- What an import was made from; absent for scans and for imports that did not end.
    digest TEXT,
    seen BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    resolved BIGINT NOT NULL
);

INSERT INTO scans (id, project, reporter, started, finished, root, verdict, database_info,
    coverage, digest, seen, opened, resolved)
SELECT id, 1, 'runward', started, finished, root, verdict, database_info, coverage, NULL, seen,
    opened, resolved
FROM v1_scans;

CREATE INDEX scans_by_project ON scans (project, reporter, id);

-- Fingerprints that a finding had before its advisory was regrouped.
CREATE TABLE former_fingerprints (
    fingerprint TEXT NOT NULL,
    project BIGINT NOT NULL,
    finding BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, project)
);

INSERT INTO former_fingerprints (fingerprint, project, finding)
SELECT fingerprint, 1, finding FROM v1_former;

CREATE INDEX former_fingerprints_by_finding ON former_fingerprints (finding);

-- Append-only.
CREATE TABLE transitions (
    id BIGINT NOT NULL PRIMARY KEY,
    finding BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- `principal`, `account` or `system`, and its id.
    who_kind TEXT NOT NULL,
    who TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    why TEXT NOT NULL,
    scan BIGINT
);

INSERT INTO transitions (id, finding, at, who_kind, who, from_status, to_status, why, scan)
SELECT id, finding, at, CASE WHEN scan IS NULL THEN 'account' ELSE 'system' END, who, from_status,
    to_status, why, scan
FROM v1_transitions;

CREATE INDEX transitions_by_finding ON transitions (finding, id);
