//! Replacing properties in a value: `${name}` in Maven, `$(name)` in `MSBuild`.

use std::cell::Cell;

use crate::Limits;

/// Expands values within limits, for each value and for all values of a file: properties may
/// refer to one another, in circles and in ways that double.
#[derive(Debug)]
pub(crate) struct Expander {
    open: &'static str,
    close: char,
    limits: Limits,
    /// Replacements that the file may still cause.
    left: Cell<usize>,
}

impl Expander {
    pub(crate) fn new(open: &'static str, close: char, limits: &Limits) -> Self {
        Self {
            open,
            close,
            limits: *limits,
            left: Cell::new(limits.max_packages),
        }
    }

    /// The value with all properties replaced; the error names the one that could not be.
    pub(crate) fn expand<'v>(
        &self,
        text: &str,
        value_of: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<String, String> {
        let mut expanded = text.trim().to_owned();
        for _ in 0..self.limits.max_expansions {
            let Some((head, rest)) = expanded.split_once(self.open) else {
                return Ok(expanded);
            };
            let Some((name, tail)) = rest.split_once(self.close) else {
                return Err(rest.to_owned());
            };
            let Some(left) = self.left.get().checked_sub(1) else {
                return Err(name.to_owned());
            };
            self.left.set(left);
            let value = value_of(name.trim()).ok_or_else(|| name.to_owned())?;
            if head.len() + value.len() + tail.len() > self.limits.max_expanded_bytes {
                return Err(name.to_owned());
            }
            expanded = format!("{head}{value}{tail}");
        }
        Err(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_is_bounded() {
        let limits = Limits {
            max_packages: 300,
            ..Limits::default()
        };
        let expander = Expander::new("${", '}', &limits);
        let value_of = |name: &str| match name {
            "a" => Some("1.${b}"),
            "b" => Some("2"),
            "loop" => Some("${loop}"),
            "double" => Some("x${double}${double}"),
            _ => None,
        };
        assert_eq!(expander.expand(" ${a}-${ b }", value_of).unwrap(), "1.2-2");
        assert_eq!(expander.expand("plain", value_of).unwrap(), "plain");
        assert_eq!(expander.expand("${c}", value_of).unwrap_err(), "c");
        assert_eq!(expander.expand("${c", value_of).unwrap_err(), "c");
        assert!(expander.expand("${loop}", value_of).is_err());
        assert!(expander.expand("${double}", value_of).is_err());
        // What one file may cost in all.
        for _ in 0..300 {
            let _ = expander.expand("${b}", value_of);
        }
        assert_eq!(expander.expand("${b}", value_of).unwrap_err(), "b");
    }
}
