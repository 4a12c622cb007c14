//! Which package names are known, and which are near a known one.
//!
//! [`Names`] holds one [`Popular`] list for each ecosystem. A name that is listed is known; one that
//! is not is searched for among the listed ones by what it could be mistaken for ([`Kind`]). The
//! search looks up hashes of the name's variants (its deletions, its look-alike form, its words in
//! order), so that its cost does not grow with the list.
//!
//! [`ExistenceIndex`] answers whether a name exists in a registry, from a file of a few megabytes.

mod affix;
mod builtin;
mod canonical;
mod classify;
mod container;
mod error;
mod existence;
mod fold;
mod hash;
mod kind;
mod limits;
mod names;
mod patterns;
mod popular;
mod rice;
pub mod sources;
mod table;
mod weigh;

pub use canonical::canonical;
pub use error::NamesError;
pub use existence::{Built, ExistenceBuilder, ExistenceIndex};
pub use kind::{Kind, Near, Strength};
pub use limits::Limits;
pub use names::{Judgement, Names};
pub use patterns::{PatternError, PatternMatch, Patterns};
pub use popular::Popular;
