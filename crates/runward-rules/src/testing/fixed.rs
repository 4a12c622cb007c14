//! `name.fixed.py`: what the fixes make of `name.py`.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixResult {
    /// The test file.
    pub path: String,
    /// The file with the expected text.
    pub fixed: String,
    pub passed: bool,
    /// The first line that differs (from 1), as it must be and as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub line: u32,
    /// `None` after the end.
    pub expected: Option<String>,
    pub actual: Option<String>,
}

/// Compares line by line. As in Semgrep, blanks at the ends of the texts count.
#[must_use]
pub fn compare_fixed(path: &str, fixed: &str, expected: &str, actual: &str) -> FixResult {
    let mut wanted = expected.split_inclusive('\n');
    let mut made = actual.split_inclusive('\n');
    let mut line = 0_u32;
    let difference = loop {
        line = line.saturating_add(1);
        match (wanted.next(), made.next()) {
            (None, None) => break None,
            (one, other) if one == other => {}
            (one, other) => {
                let (expected, actual) = (one.map(str::to_owned), other.map(str::to_owned));
                break Some(Difference {
                    line,
                    expected,
                    actual,
                });
            }
        }
    };
    FixResult {
        path: path.to_owned(),
        fixed: fixed.to_owned(),
        passed: difference.is_none(),
        difference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_told() {
        assert!(compare_fixed("a.py", "a.fixed.py", "x\ny\n", "x\ny\n").passed);
        let result = compare_fixed("a.py", "a.fixed.py", "x\ny\n", "x\nz\n");
        assert_eq!(
            result.difference.map(|found| (found.line, found.actual)),
            Some((2, Some("z\n".to_owned())))
        );
        let result = compare_fixed("a.py", "a.fixed.py", "x\ny", "x\n");
        assert_eq!(
            result.difference.map(|found| (found.line, found.actual)),
            Some((2, None))
        );
        assert!(!compare_fixed("a.py", "a.fixed.py", "x", "x\n").passed);
    }
}
