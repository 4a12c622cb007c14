//! A name with a vendor's word in it, and where the value starts that it is given:
//! `DATADOG_API_KEY = "…"`, `"datadogApiKey": "…"`, `Datadog API key: …`, `<datadog_key>…`.

use std::ops::Range;

const LONGEST_NAME: usize = 64;
const LONGEST_GAP: usize = 8;
const LONGEST_OPENING: usize = 4;

/// Of these words, the name of a credential has one.
const USUAL: &str = "key|token|secret|pass|pwd|auth|pat|api|credential";

/// Where the value starts that the name around this keyword is given, if it says that it is one.
pub(crate) fn value_of(text: &str, keyword: &Range<usize>, need: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let near = bytes
        .get(keyword.start..bytes.len().min(keyword.start + LONGEST_NAME))
        .unwrap_or_default();
    let joins = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let length = near
        .iter()
        .zip(near.iter().skip(1).map(Some).chain([None]))
        .take_while(|(byte, next)| {
            joins(**byte) || **byte == b' ' && next.is_some_and(|next| joins(*next))
        })
        .count();
    if length == LONGEST_NAME {
        return None;
    }
    let name = near.get(..length)?;
    let need = if need.is_empty() { USUAL } else { need };
    let holds = |word: &[u8]| {
        name.windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    if !need.split('|').any(|word| holds(word.as_bytes())) {
        return None;
    }
    let run = |from: usize, most: usize, of: &[u8]| {
        let rest = bytes.get(from..).unwrap_or_default();
        let taken = rest.iter().take(most).take_while(|byte| of.contains(byte));
        from + taken.count()
    };
    let mut at = run(keyword.start + length, LONGEST_OPENING, b"\"'`\\]");
    at = run(at, LONGEST_GAP, b" \t");
    let rest = bytes.get(at..)?;
    at += match rest {
        [b'=', b'>', ..] | [b':' | b'=', b'=', ..] => 2,
        [b'=' | b':' | b',' | b'(' | b'>', ..] => 1,
        [b'%', b'3', b'D' | b'd', ..] => 3,
        _ => return None,
    };
    at = run(at, LONGEST_GAP, b" \t");
    if matches!(
        (byte(at), byte(at + 1)),
        (Some(b'b' | b'r' | b'u'), Some(b'"' | b'\''))
    ) {
        at += 1;
    }
    Some(run(at, LONGEST_OPENING, b"\"'`\\(["))
}

/// Whether a value that ends before this byte is whole.
pub(crate) fn ends(byte: Option<&u8>) -> bool {
    byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"_-+/=".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<&str> {
        let at = text.to_lowercase().find("acme")?;
        value_of(text, &(at..at + 4), "").and_then(|from| text.get(from..))
    }

    #[test]
    fn a_name_leads_to_its_value() {
        for text in [
            "ACME_API_KEY=v",
            "acme.api-key: v",
            "\"acmeToken\": \"v",
            "my_acme_key => 'v",
            "os.environ['ACME_KEY'] = b'v",
            r#"{\"acme_key\": \"v"#,
            "<acmeKey>v",
            "Acme API key: v",
            "set('acme_secret', 'v",
            "?ACME_KEY%3Dv",
        ] {
            assert_eq!(value(text), Some("v"), "{text}");
        }
        for text in [
            "acme = 'v'",
            "acme_commit=v",
            "acme key",
            "the acme keys",
            "acme_key",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value(&format!("acme_key{}=v", "x".repeat(80))), None);
    }
}
