//! `min-version` and `max-version`.

use super::keys::Keys;
use super::reader::{Read, Reader};

/// The version of Semgrep whose rule language is read here.
pub const COMPATIBLE_VERSION: &str = "1.182.0";

/// The two as written. Whether the rule is of another version is told, and is `Err` too.
pub(crate) fn read(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
) -> Read<(Option<String>, Option<String>)> {
    let mut bounds = [None, None];
    for (bound, key) in bounds.iter_mut().zip(["min-version", "max-version"]) {
        let Some(entry) = keys.take(key) else {
            continue;
        };
        let text = reader.text(entry)?;
        let Some(version) = parse(&text.text) else {
            let message = format!("`{}` is no version", text.text);
            let help = "write three numbers, such as `1.100.0`".to_owned();
            return Err(reader.error("invalid-version", text.span, message, Some(help)));
        };
        let own = parse(COMPATIBLE_VERSION).unwrap_or_default();
        let refused = if key == "min-version" {
            version > own
        } else {
            version < own
        };
        if refused {
            let message = format!(
                "the rule is for Semgrep {} {}, and what is read here is the language of {COMPATIBLE_VERSION}",
                text.text,
                if key == "min-version" {
                    "and newer"
                } else {
                    "and older"
                },
            );
            reader.refused("version", text.span, message, None);
            return Err(super::reader::Bad);
        }
        *bound = Some(text.text);
    }
    let [min, max] = bounds;
    Ok((min, max))
}

fn parse(text: &str) -> Option<[u32; 3]> {
    let core = text.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(|part| part.parse().ok());
    let version = [
        parts.next()??,
        parts.next().unwrap_or(Some(0))?,
        parts.next().unwrap_or(Some(0))?,
    ];
    parts.next().is_none().then_some(version)
}
