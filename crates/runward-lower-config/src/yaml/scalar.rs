//! What a plain scalar is.

use runward_syntax::Kind;

/// The kind and the name of a scalar without quotes.
pub(super) fn plain(text: &str) -> (Kind, &str) {
    match text {
        "null" | "NULL" | "Null" | "~" => (Kind::Null, text),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            (Kind::Bool, "true")
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            (Kind::Bool, "false")
        }
        _ if is_integer(text) => (Kind::Int, text),
        _ if is_float(text) => (Kind::Float, text),
        _ => (Kind::Str, text),
    }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, is_digit): (&str, fn(&u8) -> bool) = match digits.get(..2) {
        Some("0x" | "0X") => (digits.get(2..).unwrap_or_default(), u8::is_ascii_hexdigit),
        Some("0o") => (digits.get(2..).unwrap_or_default(), |b| {
            (b'0'..=b'7').contains(b)
        }),
        _ => (digits, u8::is_ascii_digit),
    };
    digits.bytes().next().is_some_and(|first| is_digit(&first))
        && digits.bytes().all(|byte| is_digit(&byte) || byte == b'_')
}

fn is_float(text: &str) -> bool {
    if matches!(text, ".inf" | "-.inf" | ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts = number
        .bytes()
        .next()
        .is_some_and(|first| first.is_ascii_digit() || first == b'.');
    // The standard parser takes words such as `infinity`, which these are not.
    starts
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && number.replace('_', "").parse::<f64>().is_ok()
}
