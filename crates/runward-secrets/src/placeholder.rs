//! What stands where a credential would: `<token>`, `${VAR}`, `xxxx`, `changeme`.

use std::{collections::HashSet, sync::LazyLock};

/// Shapes that no credential has, whatever its format.
pub(crate) fn shape(value: &str) -> bool {
    let enclosed = |open: &str, close: &str| value.starts_with(open) && value.ends_with(close);
    // Brackets may be part of a password; a name inside has no digits.
    let bracketed = |open: &str, close: &str| {
        enclosed(open, close) && !value.bytes().any(|byte| byte.is_ascii_digit())
    };
    value.is_empty()
        || bracketed("<", ">")
        || enclosed("${", "}")
        || enclosed("$(", ")")
        || enclosed("{{", "}}")
        || enclosed("${{", "}}")
        || bracketed("{", "}")
        || enclosed("%(", ")s")
        || bracketed("%", "%")
        || bracketed("[", "]")
        || variable(value)
        || matches!(
            value,
            "%s" | "%r" | "%v" | "%d" | "?" | "-" | "/" | "|" | "..."
        )
        || filler(value)
}

/// `$VAR`, `$1`.
fn variable(value: &str) -> bool {
    value.strip_prefix('$').is_some_and(|name| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
    })
}

/// `xxxxxxxx`, `********`, `AKIAXXXXXXXXXXXXXXXX`: three quarters one character.
fn filler(value: &str) -> bool {
    let mut counts = [0_u32; 128];
    let mut length = 0_u32;
    for byte in value.bytes() {
        length = length.saturating_add(1);
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    length >= 3 && u64::from(most) * 4 >= u64::from(length) * 3
}

/// Words by which documents say that this is none. Only for formats whose credentials are random:
/// a password may well contain `example`.
pub(crate) fn says_so(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    [
        "example",
        "placeholder",
        "your_",
        "your-",
        "yourtoken",
        "redacted",
        "changeme",
        "dummy",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Values of `password: …` that tell about it, or stand for it.
pub(crate) fn remark(value: &str) -> bool {
    // Placeholders; nothing, yes and no; states; types in code.
    const REMARKS: &str = "example placeholder changeme change_me change-me redacted secret password passwd token \
        key inherit inherited hidden masked todo tbd n/a value your_password your-password \
        yourpassword your-secret your_secret your-token your_token your-api-key your_api_key \
        secrets none null nil undefined true false yes no on off empty unset set blank default \
        unknown missing expired invalid valid required wrong changed rotated reset revoked ok \
        disabled enabled optional weak strong incorrect rejected accepted failed leaked \
        exposed found removed deleted created updated added issued mismatch denied stale \
        unchanged str string bytes int integer bool boolean number object any &str text \
        varchar optional[str] self option<string>";
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| REMARKS.split(' ').collect());
    let starts = |prefix: &str| {
        let head = value.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    one_of(&ALL, value)
        || starts("[redacted:")
        || (starts("your_") || starts("your-"))
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
}

/// Words that follow `--password` or `password` where a sentence goes on.
pub(crate) fn goes_on(word: &str) -> bool {
    const WORDS: &str = "a an the and or nor but for from in into of on to via with without by as at is are was \
        were be been has have had can cannot could may must should will would not never when \
        where while that this these which who flag flags option options argument arguments \
        parameter switch field file instead now then also does did if so only see use using no \
        support handling";
    static ALL: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split(' ').collect());
    one_of(&ALL, word.trim_end_matches(['.', ',', ';', ':', '!', '?']))
}

/// Whether a word is one of these, in any case.
fn one_of(words: &HashSet<&str>, word: &str) -> bool {
    const LONGEST: usize = 16;
    word.len() <= LONGEST && words.contains(word.to_ascii_lowercase().as_str())
}

/// Code that gets the value from elsewhere: `os.environ["X"]`, `get_password()`, `self.token`.
pub(crate) fn expression(value: &str) -> bool {
    let value = value.trim_end_matches([';', ',']);
    let name = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_.:&".contains(&byte))
    };
    let call = |open: char, close: char| {
        value.ends_with(close) && value.split_once(open).is_some_and(|(head, _)| name(head))
    };
    call('(', ')')
        || call('[', ']')
        || [
            "self.",
            "this.",
            "process.env.",
            "os.environ",
            "env.",
            "env::",
            "secrets.",
            "vars.",
        ]
        .iter()
        .any(|prefix| value.starts_with(prefix))
}
