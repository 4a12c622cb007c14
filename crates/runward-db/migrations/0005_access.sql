-- Principals, roles, memberships and tokens. The counter `access` rises with every change to them.

CREATE TABLE principals (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT,
    -- `human` or `service`.
    kind TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- Since when it may do nothing.
    disabled BIGINT
);

-- Roles in the whole installation.
CREATE TABLE role_grants (
    principal TEXT NOT NULL REFERENCES principals (id),
    role TEXT NOT NULL,
    granted BIGINT NOT NULL,
    granted_by TEXT NOT NULL,
    PRIMARY KEY (principal, role)
);

CREATE TABLE memberships (
    principal TEXT NOT NULL REFERENCES principals (id),
    repository TEXT NOT NULL,
    role TEXT NOT NULL,
    joined BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (principal, repository)
);

CREATE INDEX memberships_by_repository ON memberships (repository);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    principal TEXT NOT NULL REFERENCES principals (id),
    name TEXT NOT NULL,
    -- SHA-256 of the 32 random bytes; the token itself is nowhere.
    hash BYTEA NOT NULL,
    -- JSON lists; `repositories` is absent for a token that holds in all of them.
    scopes TEXT NOT NULL,
    repositories TEXT,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires BIGINT NOT NULL,
    last_used BIGINT,
    revoked BIGINT
);

CREATE INDEX tokens_by_principal ON tokens (principal);
