//! Matching of text without a grammar: the patterns of `generic` rules ([`compile`]) and the
//! regular expressions of every rule ([`Regex`]).

mod alien;
mod document;
mod error;
mod pattern;
mod regex;
mod required;
mod space;

pub use document::Document;
pub use error::{RegexError, SearchError};
pub use pattern::{GenericMatch, GenericPattern, compile};
pub use regex::{Captures, Regex};
pub use required::{AnyOf, Required};
