//! Messages and fixes with metavariables in them.

/// Puts values into a message or a fix: `$X` becomes what `content` says, `value($X)` what `value`
/// says (the constant that it is known to be), or the content. A metavariable without a value stays
/// as it stands. As in Semgrep, the longest name that has a value counts: with `$X` bound and `$XY`
/// not, `$XY` becomes the value of `$X` and a `Y`. What is put in is not looked at again.
#[must_use]
pub fn interpolate(
    template: &str,
    content: impl Fn(&str) -> Option<String>,
    value: impl Fn(&str) -> Option<String>,
) -> String {
    const VALUE: &str = "value(";
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        let (before, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let Some((name, text)) = longest(tail, &content) else {
            let (dollar, after) = tail.split_at_checked(1).unwrap_or((tail, ""));
            out.push_str(before);
            out.push_str(dollar);
            rest = after;
            continue;
        };
        let after = tail.get(name.len()..).unwrap_or_default();
        if let (Some(lead), Some(after)) = (before.strip_suffix(VALUE), after.strip_prefix(')')) {
            out.push_str(lead);
            out.push_str(&value(name).unwrap_or(text));
            rest = after;
        } else {
            out.push_str(before);
            out.push_str(&text);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn longest<'t>(
    text: &'t str,
    content: &impl Fn(&str) -> Option<String>,
) -> Option<(&'t str, String)> {
    let (prefix, length) = name(text)?;
    (prefix + 1..=length).rev().find_map(|end| {
        let name = text.get(..end)?;
        Some((name, content(name)?))
    })
}

/// How long the part before the name (`$` or `$...`) and the whole metavariable at the start are.
fn name(text: &str) -> Option<(usize, usize)> {
    /// No name of a rule is longer; a text without end is not tried at each length.
    const LONGEST: usize = 128;
    let rest = text.strip_prefix('$')?;
    let (prefix, rest) = match rest.strip_prefix("...") {
        Some(rest) => (4, rest),
        None => (1, rest),
    };
    let digits = rest.starts_with(|c: char| c.is_ascii_digit());
    let fits = |b: u8| b.is_ascii_digit() || (!digits && (b.is_ascii_uppercase() || b == b'_'));
    let length = rest.bytes().take(LONGEST).take_while(|b| fits(*b)).count();
    (length > 0).then_some((prefix, prefix + length))
}

/// The metavariables in a text, in order, each as often as it stands there, with its first byte.
pub fn metavariables(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('$').filter_map(|(at, _)| {
        let tail = text.get(at..)?;
        let (_, length) = name(tail)?;
        Some((at, tail.get(..length)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn put(template: &str) -> String {
        let content = |name: &str| match name {
            "$X" => Some("x$Y".to_owned()),
            "$Y" => Some("y".to_owned()),
            "$...ARGS" => Some("a, b".to_owned()),
            "$1" => Some("one".to_owned()),
            _ => None,
        };
        interpolate(template, content, |name| {
            (name == "$X").then(|| "42".to_owned())
        })
    }

    #[test]
    fn names_with_values_are_replaced_and_others_stay() {
        assert_eq!(put("a $X, $Y and $Z"), "a x$Y, y and $Z");
        assert_eq!(put("f($...ARGS)"), "f(a, b)");
        assert_eq!(put("$XY $XÄ"), "x$YY x$YÄ");
        assert_eq!(put("$10 $1 $"), "one0 one $");
        assert_eq!(put("$x $$X"), "$x $x$Y");
    }

    #[test]
    fn a_value_is_the_known_constant() {
        assert_eq!(put("is value($X)!"), "is 42!");
        assert_eq!(
            put("value($Y) value($Z) value( $X)"),
            "y value($Z) value( x$Y)"
        );
    }

    #[test]
    fn metavariables_of_a_text() {
        let found: Vec<_> = metavariables("$X + f($...ARGS, $lower, $_, $Y1)").collect();
        assert_eq!(found, [(0, "$X"), (7, "$...ARGS"), (25, "$_"), (29, "$Y1")]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[$A-Z.()valuexé0-9 ]{0,60}") {
            put(&text);
            metavariables(&text).count();
        }
    }
}
