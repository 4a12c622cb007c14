//! Tests of rules: a rule file `name.yaml` beside `name.py` (or `name.test.yaml`, or a directory
//! `name/`), in whose comments `ruleid: x` and `ok: x` say what the next line is, and
//! `name.fixed.py` with what the fixes make of it. Pure: files are read, and rules run, elsewhere.
//!
//! [`pair`] finds what belongs together, [`annotations`] reads the comments, [`judge`] compares them
//! with what was found, [`compare_fixed`] compares fixed texts, and [`Report`] is the JSON.

mod annotation;
mod fixed;
mod judge;
mod pairs;
mod report;

pub use annotation::{Annotation, Expected, annotations};
pub use fixed::{FixResult, compare_fixed};
pub use judge::{Found, RuleResult, Target, judge};
pub use pairs::{Fixed, Test, is_rule_file, pair};
pub use report::{Report, SCHEMA, TestError};
