//! The identifiers that stand for what only patterns have.

/// A letter (a Khoisan click) that begins no identifier of a real program.
pub(crate) const MARK: char = 'ǂ';
pub(crate) const DOTS: &str = "ǂdots";
pub(crate) const REST: &str = "ǂrest_";
pub(crate) const DEEP: &str = "ǂdeep";
pub(crate) const TYPED: &str = "ǂtyped";
/// The name of what is put around a pattern that is only a part of something.
pub(crate) const FRAME: &str = "ǂframe";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StandIn<'t> {
    Dots,
    Rest(&'t str),
    /// No stand-in at all: `$X` is an identifier as it is.
    Metavar,
}

pub(crate) fn stand_in(text: &str) -> Option<StandIn<'_>> {
    if text.starts_with(MARK) {
        if text.starts_with(DOTS) {
            return Some(StandIn::Dots);
        }
        return text.strip_prefix(REST).map(StandIn::Rest);
    }
    is_metavar(text).then_some(StandIn::Metavar)
}

/// `$X`, `$_`, `$X_1`; not `$`, `$x`, `$1`.
pub(crate) fn is_metavar(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_metavar_name)
}

pub(crate) fn is_metavar_name(name: &str) -> bool {
    name.bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_uppercase() || byte == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metavariable_is_in_capitals() {
        for yes in ["$X", "$_", "$X1", "$FOO_BAR", "$_X"] {
            assert!(is_metavar(yes), "{yes}");
        }
        for no in ["$", "$x", "$1", "X", "$Xy", "$$X", ""] {
            assert!(!is_metavar(no), "{no}");
        }
        assert_eq!(stand_in("ǂdots3"), Some(StandIn::Dots));
        assert_eq!(stand_in("ǂrest_ARGS"), Some(StandIn::Rest("ARGS")));
        assert_eq!(stand_in("ǂdeep"), None);
    }
}
