//! Writes JSON that is harmless on a terminal too.
//!
//! JSON must escape only the characters below U+0020. A C1 control, a bidirectional override or an
//! invisible character would reach whoever prints the document. They are written as `\u` escapes:
//! the same document to a parser, nothing to a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::{ReportError, clean::is_unsafe};

/// Writes an indented document and a final line break.
pub(crate) fn pretty<T: Serialize>(value: &T, out: &mut dyn Write) -> Result<(), ReportError> {
    let mut serializer = Serializer::with_formatter(&mut *out, Harmless(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    Ok(())
}

struct Harmless<'a>(PrettyFormatter<'a>);

impl Formatter for Harmless<'_> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if text.is_ascii() && !text.contains('\u{7f}') {
            return out.write_all(text.as_bytes());
        }
        let mut units = [0_u16; 2];
        for part in text.split_inclusive(is_unsafe) {
            let last = part.chars().next_back().filter(|last| is_unsafe(*last));
            let Some(last) = last else {
                out.write_all(part.as_bytes())?;
                continue;
            };
            out.write_all(part.strip_suffix(last).unwrap_or_default().as_bytes())?;
            for unit in last.encode_utf16(&mut units) {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        pretty(&text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn unsafe_characters_are_escaped() {
        assert_eq!(
            written("a\u{9b}b\u{202e}\u{e0041}é"),
            "\"a\\u009bb\\u202e\\udb40\\udc41é\"\n"
        );
        assert_eq!(written("\u{7f}"), "\"\\u007f\"\n");
    }

    proptest! {
        #[test]
        fn any_text_round_trips_and_is_harmless(text in any::<String>()) {
            let json = written(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            prop_assert!(!json.trim_end().contains(is_unsafe));
        }
    }
}
