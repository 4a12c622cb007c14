-- Tasks.

CREATE TABLE tasks (
    id BIGINT NOT NULL PRIMARY KEY,
    -- Rises with each change, so that nobody overwrites what they have not seen.
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    repository TEXT NOT NULL,
    project TEXT,
    -- 0 for P0.
    priority BIGINT NOT NULL,
    severity TEXT NOT NULL,
    deadline BIGINT,
    -- The deadline, or the largest number: what lists are sorted by.
    due BIGINT NOT NULL,
    -- A JSON object.
    metadata TEXT NOT NULL,
    owner TEXT NOT NULL,
    assignee TEXT,
    requester TEXT NOT NULL,
    status TEXT NOT NULL,
    -- What a blocked task goes back to.
    resume TEXT,
    blocked_reason TEXT,
    approver TEXT,
    approval TEXT NOT NULL,
    approval_requested_by TEXT,
    approval_decided_by TEXT,
    approval_decided BIGINT,
    approval_reason TEXT,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    completed BIGINT,
    -- For a task made from findings: which fix it is, and what was last planned (versioned JSON).
    plan_key TEXT UNIQUE,
    plan TEXT
);

CREATE INDEX tasks_by_due ON tasks (status, due, priority, id);
CREATE INDEX tasks_by_repository ON tasks (repository, status);
CREATE INDEX tasks_by_owner ON tasks (owner);
CREATE INDEX tasks_by_assignee ON tasks (assignee);
CREATE INDEX tasks_by_project ON tasks (project);

CREATE TABLE task_tags (
    task BIGINT NOT NULL REFERENCES tasks (id),
    tag TEXT NOT NULL,
    PRIMARY KEY (task, tag)
);
CREATE INDEX task_tags_by_tag ON task_tags (tag, task);

-- By fingerprint, not by number: a task outlives the finding that it closes.
CREATE TABLE task_findings (
    task BIGINT NOT NULL REFERENCES tasks (id),
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (task, fingerprint)
);
CREATE INDEX task_findings_by_fingerprint ON task_findings (fingerprint, task);

-- `task` waits for `needs`.
CREATE TABLE task_dependencies (
    task BIGINT NOT NULL REFERENCES tasks (id),
    needs BIGINT NOT NULL REFERENCES tasks (id),
    PRIMARY KEY (task, needs)
);
CREATE INDEX task_dependencies_by_needs ON task_dependencies (needs, task);

CREATE TABLE task_gates (
    task BIGINT NOT NULL REFERENCES tasks (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Who brought it into this state, when and why.
    by_whom TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (task, name)
);

CREATE TABLE task_comments (
    task BIGINT NOT NULL REFERENCES tasks (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (task, number)
);

-- What happened to a task, for those who may see it; the audit log has the same, redacted.
CREATE TABLE task_history (
    task BIGINT NOT NULL REFERENCES tasks (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    reason TEXT,
    -- A JSON object: field to old and new.
    changes TEXT NOT NULL,
    PRIMARY KEY (task, number)
);
