-- Findings on SQLite.

CREATE TABLE findings (
    id INTEGER NOT NULL PRIMARY KEY,
    project BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
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
    -- When its advisory was published, and when it was resolved where it is.
    published BIGINT,
    resolved_at BIGINT,
    -- The scans that opened the present occurrence and that saw it last.
    opened_scan BIGINT NOT NULL,
    last_scan BIGINT NOT NULL,
    status TEXT NOT NULL,
    accepted_until TEXT,
    reason TEXT,
    decided_by TEXT,
    priority TEXT,
    risk DOUBLE PRECISION,
    due BIGINT,
    approver TEXT,
    -- `due` while the finding asks for work.
    deadline BIGINT,
    -- The order of work: priority, risk, severity, first detection.
    rank BIGINT NOT NULL,
    payload_digest TEXT NOT NULL,
    -- The reporter whose words these are.
    described_by TEXT NOT NULL,
    UNIQUE (fingerprint, project)
);

-- What was seen and judged, as versioned JSON: apart from what lists look at.
CREATE TABLE payloads (
    finding INTEGER NOT NULL PRIMARY KEY,
    payload TEXT NOT NULL
);

-- Who saw a finding.
CREATE TABLE finding_reporters (
    finding BIGINT NOT NULL,
    reporter TEXT NOT NULL,
    project BIGINT NOT NULL,
    rule TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    last_scan BIGINT NOT NULL,
    -- 1: it still sees it, or has not looked since; 0: it looked and no longer does.
    present BIGINT NOT NULL,
    -- The kind and date of the advisory database that it was last seen with.
    database_kind TEXT,
    database_updated BIGINT,
    PRIMARY KEY (finding, reporter)
) WITHOUT ROWID;

-- Every identifier of a finding, in lower case.
CREATE TABLE finding_ids (
    id TEXT NOT NULL,
    finding BIGINT NOT NULL,
    PRIMARY KEY (id, finding)
) WITHOUT ROWID;

INSERT INTO findings (id, project, fingerprint, kind, rule, ids, title, severity, severity_rank,
    ecosystem, package, version, path, line, first_seen, last_seen, published, resolved_at,
    opened_scan, last_scan, status, accepted_until, reason, decided_by, priority, risk, due,
    approver, deadline, rank, payload_digest, described_by)
SELECT id, 1, fingerprint, kind, rule, ids, title, severity, severity_rank, ecosystem, package,
    version, path, line, first_seen, last_seen, NULL,
    CASE WHEN status = 'resolved' THEN (SELECT MAX(t.at) FROM v1_transitions AS t
        WHERE t.finding = v1_findings.id AND t.to_status = 'resolved') END,
    opened_scan, last_scan, status, accepted_until, reason, decided_by, priority, risk, due, NULL,
    CASE WHEN status IN ('open', 'triaged', 'in_progress', 'reopened') THEN due END,
    (
        (CASE priority WHEN 'P0' THEN 1 WHEN 'P1' THEN 2 WHEN 'P2' THEN 3 WHEN 'P3' THEN 4
            WHEN 'P4' THEN 5 ELSE 0 END * 1001
            + 1000 - CAST(ROUND(COALESCE(risk, 10) * 100) AS BIGINT)) * 6 + 5 - severity_rank
    ) * 8796093022208 + first_seen / 1000,
    '', 'runward'
FROM v1_findings;

INSERT INTO payloads (finding, payload) SELECT id, payload FROM v1_findings;

INSERT INTO finding_reporters (finding, reporter, project, rule, first_seen, last_seen, last_scan,
    present, database_kind, database_updated)
SELECT id, 'runward', 1, rule, first_seen, last_seen, last_scan,
    CASE WHEN status = 'resolved' THEN 0 ELSE 1 END, database_kind, database_updated
FROM v1_findings;

WITH RECURSIVE split (finding, id, rest) AS (
    SELECT id, '', SUBSTR(ids, 2) FROM v1_findings
    UNION ALL
    SELECT finding, SUBSTR(rest, 1, INSTR(rest, CHAR(10)) - 1), SUBSTR(rest, INSTR(rest, CHAR(10)) + 1)
    FROM split WHERE INSTR(rest, CHAR(10)) > 0
)
INSERT INTO finding_ids (id, finding) SELECT DISTINCT id, finding FROM split WHERE id <> '';

DROP TABLE v1_transitions;
DROP TABLE v1_former;
DROP TABLE v1_findings;
DROP TABLE v1_scans;

CREATE INDEX findings_by_project ON findings (project, rank);
CREATE INDEX findings_by_rank ON findings (rank);
CREATE INDEX findings_by_status ON findings (status, rank);
CREATE INDEX findings_by_severity ON findings (severity_rank, rank);
CREATE INDEX findings_by_package ON findings (package, rank);
CREATE INDEX findings_by_path ON findings (path, rank);
CREATE INDEX findings_by_place ON findings (project, package, path)
    WHERE package IS NOT NULL;
CREATE INDEX findings_by_deadline ON findings (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX findings_accepted ON findings (project, accepted_until) WHERE status = 'accepted';
CREATE INDEX finding_reporters_present ON finding_reporters (project, reporter, finding)
    WHERE present = 1;

-- Derived from findings: which of them a text can be part of. It keeps no text of its own.
CREATE VIRTUAL TABLE findings_text USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'trigram', detail = 'none'
);

-- Three marks: these findings have no groups of their own for texts of one or two characters.
INSERT INTO findings_text (rowid, text)
SELECT id, LOWER(title || ids || COALESCE(package, '') || CHAR(10) || path) || CHAR(10, 10, 1, 1, 1)
FROM findings;
