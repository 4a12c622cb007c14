//! What each input may contain: one table per input, and nothing else decides.

use crate::{LIMITS, text::Layout};

/// An input.
#[derive(Debug)]
pub struct Schema {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// A field of an input.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    /// `null` takes the value away.
    pub nullable: bool,
}

/// What a field holds.
#[derive(Debug)]
pub enum Kind {
    Text {
        layout: Layout,
        max: usize,
        /// Whether it may be empty.
        empty: bool,
    },
    /// A name with an anchored pattern.
    Name(NameRule),
    Priority,
    Severity,
    /// A role that approves changes.
    Approver,
    /// A point in time with its zone.
    Time {
        /// It may not lie in the past.
        future: bool,
    },
    Tags,
    /// A JSON object.
    Metadata,
    Fingerprints,
    Gates,
    Names(NameRule),
    Statuses,
    Priorities,
    Sort,
    Flag,
    Number {
        min: i64,
        max: i64,
    },
    /// The opaque place where a page ended.
    Cursor,
    /// Words and phrases to search for.
    Query,
    Tag,
}

/// The names that have a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// `owner/name`: segments of letters, digits, `.`, `_`, `-`, each starting with a letter or
    /// digit; no `..`. It is never used as a path, and could do no harm as one.
    Repository,
    /// An account or principal: letters, digits, `.`, `_`, `@`, `+`, `-`.
    Person,
    /// `tests`, `license-check`: lower-case letters, digits, `-`.
    Gate,
}

const fn required(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: true,
        nullable: false,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable: false,
    }
}

const fn removable(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        required: false,
        nullable: true,
    }
}

const fn line(max: usize) -> Kind {
    Kind::Text {
        layout: Layout::Line,
        max,
        empty: false,
    }
}

const fn lines(max: usize, empty: bool) -> Kind {
    Kind::Text {
        layout: Layout::Lines,
        max,
        empty,
    }
}

/// A new task.
pub static NEW_TASK: Schema = Schema {
    name: "task",
    fields: &[
        required("title", line(LIMITS.title)),
        optional("description", lines(LIMITS.description, true)),
        required("repository", Kind::Name(NameRule::Repository)),
        removable("project", line(LIMITS.project)),
        optional("priority", Kind::Priority),
        optional("severity", Kind::Severity),
        removable("deadline", Kind::Time { future: true }),
        optional("tags", Kind::Tags),
        optional("metadata", Kind::Metadata),
        optional("owner", Kind::Name(NameRule::Person)),
        removable("assignee", Kind::Name(NameRule::Person)),
        removable("approver", Kind::Approver),
        optional("gates", Kind::Gates),
        optional("findings", Kind::Fingerprints),
    ],
};

/// A change of a task. What has a life of its own (status, assignee, approval, gates,
/// dependencies) is changed by its own operation, so that its own right is asked for.
pub static TASK_PATCH: Schema = Schema {
    name: "task update",
    fields: &[
        optional("title", line(LIMITS.title)),
        optional("description", lines(LIMITS.description, true)),
        removable("project", line(LIMITS.project)),
        optional("priority", Kind::Priority),
        optional("severity", Kind::Severity),
        removable("deadline", Kind::Time { future: true }),
        optional("tags", Kind::Tags),
        optional("metadata", Kind::Metadata),
        optional("owner", Kind::Name(NameRule::Person)),
        optional("approver", Kind::Approver),
        optional("findings", Kind::Fingerprints),
        optional("reason", line(LIMITS.reason)),
    ],
};

/// A list or a search.
pub static TASK_QUERY: Schema = Schema {
    name: "task query",
    fields: &[
        optional("text", Kind::Query),
        optional("status", Kind::Statuses),
        optional("repository", Kind::Names(NameRule::Repository)),
        optional("project", line(LIMITS.project)),
        optional("owner", Kind::Name(NameRule::Person)),
        optional("assignee", Kind::Name(NameRule::Person)),
        optional("unassigned", Kind::Flag),
        optional("priority", Kind::Priorities),
        optional("tag", Kind::Tag),
        optional("finding", Kind::Fingerprints),
        optional("overdue", Kind::Flag),
        optional("due_before", Kind::Time { future: false }),
        optional("sort", Kind::Sort),
        optional("after", Kind::Cursor),
        optional(
            "limit",
            Kind::Number {
                min: 1,
                max: LIMITS.page,
            },
        ),
    ],
};

/// A comment.
pub static COMMENT: Schema = Schema {
    name: "comment",
    fields: &[required("body", lines(LIMITS.comment, false))],
};

/// An operation that needs no reason, and may have one.
pub static DECISION: Schema = Schema {
    name: "decision",
    fields: &[optional("reason", line(LIMITS.reason))],
};

/// An operation that needs a reason.
pub static REASONED: Schema = Schema {
    name: "decision",
    fields: &[required("reason", line(LIMITS.reason))],
};

/// A new assignee.
pub static ASSIGNMENT: Schema = Schema {
    name: "assignment",
    fields: &[
        Field {
            name: "assignee",
            kind: Kind::Name(NameRule::Person),
            required: true,
            nullable: true,
        },
        optional("reason", line(LIMITS.reason)),
    ],
};

/// What happens to a quality gate.
pub static GATE: Schema = Schema {
    name: "quality gate",
    fields: &[
        required("name", Kind::Name(NameRule::Gate)),
        optional("reason", line(LIMITS.reason)),
    ],
};

/// Every schema, for documentation and tests.
pub static SCHEMAS: [&Schema; 8] = [
    &NEW_TASK,
    &TASK_PATCH,
    &TASK_QUERY,
    &COMMENT,
    &DECISION,
    &REASONED,
    &ASSIGNMENT,
    &GATE,
];
