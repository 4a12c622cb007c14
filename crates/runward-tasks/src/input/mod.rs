//! Input: validated against one declared schema, with all problems told at once.
//!
//! [`validate`] looks at every field; [`Valid`] is what comes out, in normal form. Attack patterns
//! are only noted: bound parameters make SQL harmless, names are never paths, and renderers escape,
//! so honest text about `'; DROP TABLE` is as welcome as any other.

mod json;
mod problem;
mod schema;
mod values;

use std::collections::BTreeMap;

use jiff::Timestamp;
use runward_model::{Fingerprint, Priority, Role, Severity, TaskStatus};
use serde_json::{Map, Value};

pub(crate) use problem::shown;
pub use problem::{Problem, Rejected};
pub use schema::{
    ASSIGNMENT, COMMENT, DECISION, Field, GATE, Kind, NEW_TASK, NameRule, REASONED, SCHEMAS,
    Schema, TASK_PATCH, TASK_QUERY,
};
pub(crate) use values::{APPROVERS, priority_name};

use crate::{
    LIMITS,
    patterns::{Hit, Patterns},
    search::SearchQuery,
};

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The most urgent first: priority, then deadline.
    #[default]
    Priority,
    /// The nearest deadline first; tasks without one last.
    Deadline,
    /// The latest change first.
    Updated,
    /// The newest first.
    Newest,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Priority, Self::Deadline, Self::Updated, Self::Newest];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Deadline => "deadline",
            Self::Updated => "updated",
            Self::Newest => "newest",
        }
    }
}

/// A value in normal form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Clean {
    /// `null`, where it means something.
    Nothing,
    Text(String),
    Texts(Vec<String>),
    Priority(Priority),
    Priorities(Vec<Priority>),
    Severity(Severity),
    Role(Role),
    Time(Timestamp),
    Object(Map<String, Value>),
    Fingerprints(Vec<Fingerprint>),
    Statuses(Vec<TaskStatus>),
    Sort(Sort),
    Flag(bool),
    Number(i64),
    Query(SearchQuery),
}

/// An input that keeps to its schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Valid {
    schema: &'static str,
    values: BTreeMap<&'static str, Clean>,
    hits: Vec<Hit>,
    submitted: Vec<(String, usize)>,
}

macro_rules! takers {
    ($($name:ident, $variant:ident => $type:ty;)+) => {
        $(
            /// The value; `None` where the field is not given or `null`.
            pub(crate) fn $name(&self, field: &str) -> Option<$type> {
                match self.values.get(field) {
                    Some(Clean::$variant(value)) => Some(value.clone()),
                    _ => None,
                }
            }
        )+
    };
}

impl Valid {
    takers! {
        text, Text => String;
        texts, Texts => Vec<String>;
        priority, Priority => Priority;
        priorities, Priorities => Vec<Priority>;
        severity, Severity => Severity;
        role, Role => Role;
        time, Time => Timestamp;
        object, Object => Map<String, Value>;
        fingerprints, Fingerprints => Vec<Fingerprint>;
        statuses, Statuses => Vec<TaskStatus>;
        sort, Sort => Sort;
        flag, Flag => bool;
        number, Number => i64;
        query, Query => SearchQuery;
    }

    /// Whether the field is given, be it as `null`.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// Attack patterns in it.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    pub(crate) fn schema(&self) -> &'static str {
        self.schema
    }

    pub(crate) fn submitted(&self) -> &[(String, usize)] {
        &self.submitted
    }
}

/// Reads JSON text and validates it.
pub fn validate_json(
    schema: &'static Schema,
    bytes: &[u8],
    now: Timestamp,
    patterns: &Patterns,
) -> Result<Valid, Rejected> {
    match json::parse(bytes) {
        Ok(value) => validate(schema, &value, now, patterns),
        Err(problem) => Err(Rejected {
            input: schema.name,
            problems: vec![Problem {
                field: "input".to_owned(),
                code: "not_json",
                problem,
                next: "give one JSON object".to_owned(),
            }],
            hits: Vec::new(),
            submitted: vec![("input".to_owned(), bytes.len())],
        }),
    }
}

/// Validates every field and tells everything that is wrong.
pub fn validate(
    schema: &'static Schema,
    value: &Value,
    now: Timestamp,
    patterns: &Patterns,
) -> Result<Valid, Rejected> {
    let Value::Object(given) = value else {
        return Err(Rejected {
            input: schema.name,
            problems: vec![Problem {
                field: "input".to_owned(),
                code: "not_an_object",
                problem: "is no JSON object".to_owned(),
                next: "give one object with the fields by name".to_owned(),
            }],
            hits: Vec::new(),
            submitted: Vec::new(),
        });
    };
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    for field in schema.fields {
        match given.get(field.name) {
            Some(Value::Null) if field.nullable => {
                values.insert(field.name, Clean::Nothing);
            }
            Some(value) => {
                if let Some(value) = values::read(field, value, now, &mut problems) {
                    values.insert(field.name, value);
                }
            }
            None if field.required => problems.push(Problem {
                field: field.name.to_owned(),
                code: "missing",
                problem: "is missing".to_owned(),
                next: "give it".to_owned(),
            }),
            None => {}
        }
    }
    unknown_fields(schema, given, &mut problems);
    let submitted = given
        .iter()
        .take(LIMITS.fields)
        .map(|(name, value)| (name.clone(), values::length(value)))
        .collect();
    let hits = patterns.inspect(given);
    if problems.is_empty() {
        Ok(Valid {
            schema: schema.name,
            values,
            hits,
            submitted,
        })
    } else {
        problems.truncate(LIMITS.problems);
        Err(Rejected {
            input: schema.name,
            problems,
            hits,
            submitted,
        })
    }
}

fn unknown_fields(schema: &Schema, given: &Map<String, Value>, problems: &mut Vec<Problem>) {
    let unknown = given
        .keys()
        .filter(|name| !schema.fields.iter().any(|field| field.name == *name));
    for name in unknown.take(LIMITS.problems) {
        let names = schema.fields.iter().map(|field| field.name);
        let next = match values::nearest(name, names.clone()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("use one of {}", values::listed(names)),
        };
        problems.push(Problem {
            field: name.clone(),
            code: "unknown_field",
            problem: "is no field of this input".to_owned(),
            next,
        });
    }
}
