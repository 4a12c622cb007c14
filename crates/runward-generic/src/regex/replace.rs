//! Replacing matches, with the template syntax of Python's `re.sub`.

use super::{Captures, Regex};
use crate::SearchError;

pub(super) fn replace(
    regex: &Regex,
    source: &str,
    replacement: &str,
    count: Option<usize>,
) -> Result<String, SearchError> {
    let mut out = String::with_capacity(source.len());
    let mut from = 0;
    for captures in regex
        .find_all(source)?
        .iter()
        .take(count.unwrap_or(usize::MAX))
    {
        let span = captures.span().range();
        out.push_str(source.get(from..span.start).unwrap_or_default());
        expand(regex, captures, source, replacement, &mut out);
        from = span.end;
    }
    out.push_str(source.get(from..).unwrap_or_default());
    Ok(out)
}

fn expand(regex: &Regex, captures: &Captures, source: &str, template: &str, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count().min(2);
        let mut chars = after.chars();
        rest = if digits > 0 {
            let (number, rest) = after.split_at(digits);
            group(regex, captures, number, source, out);
            rest
        } else if let Some((name, rest)) = after
            .strip_prefix("g<")
            .and_then(|name| name.split_once('>'))
        {
            group(regex, captures, name, source, out);
            rest
        } else {
            match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('\\') | None => out.push('\\'),
                Some(char) => {
                    out.push('\\');
                    out.push(char);
                }
            }
            chars.as_str()
        };
    }
    out.push_str(rest);
}

fn group(regex: &Regex, captures: &Captures, name: &str, source: &str, out: &mut String) {
    let number = name.parse().ok().or_else(|| {
        let is_named = |known: &Option<String>| known.as_deref() == Some(name);
        regex.group_names().iter().position(is_named)
    });
    if let Some(span) = number.and_then(|number| captures.get(number)) {
        out.push_str(span.text(source));
    }
}
