//! The default engine of `generic` rules: words and punctuation in indented blocks, as Semgrep's
//! spacegrep sees them.

mod pattern;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use pattern::Pattern;
