//! The engine of `generic_engine: aliengrep`: words, brackets and other characters with white space
//! anywhere between them.

mod pattern;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use pattern::Pattern;
