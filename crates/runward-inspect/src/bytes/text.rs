//! Text that is not what it seems: characters that nobody sees, lines that nobody reads.

use crate::{
    bytes::Package,
    context::{Context, ends},
    seen::{Seen, at},
};

/// Endings of sources that are looked at.
const SOURCES: [&str; 17] = [
    ".py", ".pyw", ".pyi", ".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".rs", ".sh", ".c", ".h",
    ".rb", ".php", ".go", ".vue",
];
/// Largest file, in bytes.
const MOST: usize = 8 << 20;
/// Invisible characters in a row that can carry something.
const RUN: usize = 8;
/// Identifiers of the usual obfuscator that make a file an obfuscated one.
const IDENTIFIERS: usize = 12;

/// Characters that are not shown, or turn the order of others.
pub(crate) fn is_hidden(c: char) -> bool {
    is_bidi(c) || is_zero_width(c) || is_tag(c)
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_zero_width(c: char) -> bool {
    matches!(
        c,
        '\u{200B}' | '\u{2060}'
            ..='\u{2064}' | '\u{FEFF}' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
    )
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

pub(crate) fn look(package: &Package<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (path, bytes) in package.tree.files() {
        let is_source = SOURCES.iter().any(|end| ends(path, end));
        if !is_source || bytes.len() > MOST || package.contexts.is_aside(path) {
            continue;
        }
        // Text in ASCII hides nothing of this kind.
        if !bytes.is_ascii() {
            hidden(path, &String::from_utf8_lossy(bytes), &mut seen);
        }
        obfuscated(package, path, bytes, &mut seen);
        blob(package, path, bytes, &mut seen);
    }
    seen
}

/// What a file hides, kind by kind.
#[derive(Default)]
struct Hidden {
    /// Line of the first, and how many.
    bidi: Option<(u32, usize)>,
    zero_width: Option<(u32, usize)>,
    payload: Option<(u32, usize)>,
}

fn count(what: &mut Option<(u32, usize)>, line: u32, more: usize) {
    match what {
        Some((_, times)) => *times += more,
        None => *what = Some((line, more)),
    }
}

fn hidden(path: &str, text: &str, seen: &mut Vec<Seen>) {
    let mut found = Hidden::default();
    for (number, line) in text.split('\n').enumerate() {
        if line.is_ascii() {
            continue;
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let (mut tags, mut selectors) = (0, 0);
        let (mut open, mut last) = (0_i32, ' ');
        let mut emoji = false;
        for c in line.chars() {
            match c {
                '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}' => {
                    open += 1;
                }
                '\u{202C}' | '\u{2069}' => open -= 1,
                _ => {}
            }
            if is_bidi(c) {
                count(&mut found.bidi, number, 1);
            } else if is_tag(c) {
                tags += 1;
                // The flags of England, Scotland and Wales are a black flag with tags.
                emoji |= last == '\u{1F3F4}';
            } else if is_selector(c) {
                selectors += usize::from(is_selector(last) || c > '\u{FE0F}');
            } else if is_zero_width(c) && !(number == 1 && c == '\u{FEFF}') {
                count(&mut found.zero_width, number, 1);
            }
            last = c;
        }
        // Left open, it turns the order of what follows: text in right-to-left languages closes it.
        if open == 0
            && let Some((_, times)) = &mut found.bidi
            && !line.contains(['\u{202D}', '\u{202E}'])
        {
            *times = times.saturating_sub(line.chars().filter(|c| is_bidi(*c)).count());
        }
        if (tags >= RUN && !(emoji && tags <= 3 * RUN)) || selectors >= RUN {
            count(&mut found.payload, number, tags.max(selectors));
        }
    }
    let mut tell = |what: Option<(u32, usize)>, id: &str, weight, words: &str| {
        if let Some((line, times)) = what
            && times > 0
        {
            let mut one = Seen::file(id, weight, path, format!("{times} {words}"));
            one.location = Some(at(path, line, 1));
            one.behaviours.insert("obfuscation".to_owned());
            seen.push(one);
        }
    };
    tell(
        found.bidi,
        "hidden-direction",
        4.5,
        "characters turn the order in which the source is shown",
    );
    tell(
        found.payload,
        "hidden-payload",
        7.5,
        "invisible characters in a row can carry code",
    );
    tell(
        found.zero_width,
        "hidden-zero-width",
        0.7,
        "characters of no width stand in the source",
    );
}

/// The usual obfuscator of JavaScript.
fn obfuscated(package: &Package<'_>, path: &str, bytes: &[u8], seen: &mut Vec<Seen>) {
    let mut times = 0;
    let mut rest = bytes;
    while let Some(at) = rest.windows(3).position(|three| three == b"_0x") {
        let after = rest.get(at + 3..).unwrap_or_default();
        let digits = after
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit())
            .count();
        times += usize::from((3..=8).contains(&digits));
        rest = after;
        if times >= IDENTIFIERS {
            break;
        }
    }
    if times < IDENTIFIERS {
        return;
    }
    let context = package.contexts.at(path, 1).max(Context::Library);
    let weight = if context == Context::Install {
        7.5
    } else {
        6.0
    };
    seen.push(
        Seen::file(
            "obfuscated-source",
            weight,
            path,
            "identifiers such as `_0x4f2a` throughout: the source was obfuscated",
        )
        .doing("obfuscation", context),
    );
}

/// Long encoded text in what runs at installation.
fn blob(package: &Package<'_>, path: &str, bytes: &[u8], seen: &mut Vec<Seen>) {
    const LONG: usize = 3_000;
    if !package.contexts.is_install(path) {
        return;
    }
    let encoded = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-' | b'\\')
    };
    let (mut run, mut line) = (0_usize, 1_u32);
    for byte in bytes {
        line = line.saturating_add(u32::from(*byte == b'\n'));
        run = if encoded(byte) { run + 1 } else { 0 };
        if run == LONG {
            let mut one = Seen::file(
                "encoded-blob",
                3.0,
                path,
                "thousands of characters of encoded text in what runs at installation",
            )
            .doing("obfuscation", Context::Install);
            one.location = Some(at(path, line, 1));
            seen.push(one);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let mut seen = Vec::new();
        hidden("a.py", text, &mut seen);
        seen.into_iter().map(|one| one.id).collect()
    }

    #[test]
    fn honest_texts_stay_silent() {
        for text in [
            "x = '\u{2764}\u{FE0F}\u{2764}\u{FE0F}\u{2764}\u{FE0F}'",
            "x = '\u{1F468}\u{200D}\u{1F469}'",
            "x = '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}'",
            "\u{FEFF}import os",
            "x = '\u{2067}שלום\u{2069}'",
        ] {
            assert!(ids(text).is_empty(), "{text:?}: {:?}", ids(text));
        }
    }

    #[test]
    fn tricks_are_told() {
        assert_eq!(
            ids("x = 'user\u{202E} \u{2066}# only admins\u{2069} \u{2066}'"),
            ["hidden-direction"]
        );
        let tags: String = (0..12)
            .filter_map(|n| char::from_u32(0xE0061 + n))
            .collect();
        assert_eq!(ids(&tags), ["hidden-payload"]);
        let selectors: String = (0..12)
            .filter_map(|n| char::from_u32(0xE0100 + n))
            .collect();
        assert_eq!(ids(&selectors), ["hidden-payload"]);
        assert_eq!(ids("a\u{200B}b = 1"), ["hidden-zero-width"]);
    }
}
