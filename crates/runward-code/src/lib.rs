//! Code rules over the files of a project.
//!
//! A [`RuleSet`] is made once from rules; an [`Engine`] looks at files with it, several at a time:
//! which rules can match a file at all is told by one pass over its bytes, and only then is it
//! parsed. Nothing here reads a clock, a database or the network; files come from a
//! [`runward_tree::Tree`].

mod cache;
mod comment;
mod engine;
mod file;
mod finding;
mod fix;
mod frame;
mod globs;
mod identity;
mod ignored;
mod languages;
mod metadata;
mod prefilter;
mod project;
mod ruleset;
mod select;
mod words;

pub use cache::{Cache, Digest};
pub use engine::{Engine, Follow, Options};
pub use finding::{CodeFinding, FileResult, Scanned, Silenced, Unused};
pub use fix::{Fixed, apply};
pub use ignored::Ignored;
pub use languages::{FRONTENDS, frontend};
pub use metadata::About;
pub use project::ProjectLimits;
pub use ruleset::{ReadyRule, RuleSet};
pub use select::{by_first_line, by_name, may_be_script};
