//! Secrets inside texts.

use std::{borrow::Cow, ops::Range};

use runward_secrets::Detectors;

use crate::commitment::SHORT;

/// The rule under which a text that imitates our own marks is redacted.
pub(crate) const FORGED: &str = "forged-mark";

/// What is to be replaced in a text, in order; `None` where the text could not be looked at to its
/// end.
pub(crate) fn secrets(
    detectors: &Detectors,
    text: &str,
) -> Option<Vec<(Range<usize>, &'static str)>> {
    let scan = detectors.scan(text);
    if !scan.complete {
        return None;
    }
    let mut found: Vec<_> = scan
        .hits
        .into_iter()
        .map(|hit| (hit.range, hit.detector))
        .collect();
    if text.contains("[redacted:") || text.contains("[cut:") {
        let marks = marks(text).filter(|mark| {
            !found
                .iter()
                .any(|(range, _)| range.start < mark.end && mark.start < range.end)
        });
        let marks: Vec<_> = marks.map(|mark| (mark, FORGED)).collect();
        found.extend(marks);
        found.sort_by_key(|(range, _)| range.start);
    }
    Some(found)
}

/// Marks in a text: `[redacted:<rule>:<digits>]`, `[cut:<bytes>:<digits>]`.
pub(crate) fn marks(text: &str) -> impl Iterator<Item = Range<usize>> {
    let starts = text
        .match_indices('[')
        .filter(|(at, _)| {
            let rest = text.get(*at..).unwrap_or_default();
            rest.starts_with("[redacted:") || rest.starts_with("[cut:")
        })
        .map(|(at, _)| at);
    starts.filter_map(|start| {
        let rest = text.get(start..)?;
        // A rule's name is short.
        let length = rest.bytes().take(120).position(|byte| byte == b']')?;
        digits(rest.get(..=length)?).map(|_| start..start + length + 1)
    })
}

/// The digits of a mark.
pub(crate) fn digits(mark: &str) -> Option<&str> {
    let inner = mark.strip_suffix(']')?;
    let (head, digits) = inner.rsplit_once(':')?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let holds = digits.len() == SHORT && digits.bytes().all(hex) && head.contains(':');
    holds.then_some(digits)
}

/// The beginning of a text, at most `bytes` long.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Replaces ranges, which are in order and apart.
pub(crate) fn replace<'a>(
    text: &'a str,
    ranges: &[(Range<usize>, &'static str)],
    mut mark: impl FnMut(&str, &'static str) -> String,
) -> Cow<'a, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut replaced = String::with_capacity(text.len());
    let mut done = 0;
    for (range, rule) in ranges {
        replaced.push_str(text.get(done..range.start).unwrap_or_default());
        replaced.push_str(&mark(text.get(range.clone()).unwrap_or_default(), rule));
        done = range.end;
    }
    replaced.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(replaced)
}
