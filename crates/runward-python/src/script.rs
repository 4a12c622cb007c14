//! Scripts with a metadata header (PEP 723).

use runward_model::{Manifest, NotCovered, Scope};

use crate::{
    Context,
    declared::{Declarations, Place},
    document,
    text::shorten,
};

const OPENING: &str = "# /// script";

/// Whether a file has a `# /// script` line: cheap enough for every Python file of a tree.
pub fn is_script_with_metadata(bytes: &[u8]) -> bool {
    let opening = OPENING.as_bytes();
    bytes
        .split(|byte| *byte == b'\n' || *byte == b'\r')
        .any(|line| {
            line.strip_prefix(opening)
                .is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
        })
}

/// The TOML text of a block, padded so that its lines have the numbers that they have in the file.
fn block(text: &str) -> Result<Option<String>, (u32, &'static str)> {
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| line.trim_end_matches('\r'))
        .collect();
    let opens = |line: &&str| line.trim_end() == OPENING;
    let Some(start) = lines.iter().position(opens) else {
        return Ok(None);
    };
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let body: Vec<&str> = lines
        .iter()
        .skip(start + 1)
        .take_while(|line| **line == "#" || line.starts_with("# "))
        .copied()
        .collect();
    // The last closing line of the comment counts, as in the reference implementation.
    let Some(end) = body.iter().rposition(|line| line.trim_end() == "# ///") else {
        return Err((
            number(start),
            "the `# /// script` block is not closed by `# ///`",
        ));
    };
    if let Some(second) = lines.iter().skip(start + 1 + end).position(opens) {
        return Err((
            number(start + 1 + end + second),
            "a second `# /// script` block; keep one",
        ));
    }
    let mut toml = "\n".repeat(start + 1);
    for line in body.iter().take(end) {
        let content = line.strip_prefix("# ").or(line.strip_prefix('#'));
        toml.push_str(content.unwrap_or_default());
        toml.push('\n');
    }
    Ok(Some(toml))
}

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let bytes = crate::text::bytes(path, cx)?;
    let text = crate::text::any(&bytes);
    let toml = block(&text).map_err(|(line, reason)| NotCovered::at(path, line, reason))?;
    let Some(toml) = toml else {
        return Ok(());
    };
    let document = document::parse(&toml, cx.limits).map_err(|error| {
        let reason = format!(
            "the script header is not valid TOML: {}",
            shorten(&error.message)
        );
        NotCovered::at(path, error.line, reason)
    })?;
    let mut out = Declarations::default();
    for item in document.root.list("dependencies") {
        let line = document.lines.line(item.at);
        let place = Place {
            path,
            line,
            scope: Scope::Runtime,
            groups: &[],
        };
        match item.text() {
            Some(text) => out.add(text, &place, cx),
            None => out.miss(path, line, "a requirement must be a string"),
        }
    }
    out.fill(manifest, cx);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Limits, read};
    use proptest::prelude::*;
    use runward_model::Target;
    use runward_tree::MemoryTree;

    fn scan(text: &str) -> Manifest {
        let tree = MemoryTree::new([("s.py", text)]);
        let (target, limits) = (Target::default(), Limits::default());
        let cx = Context {
            tree: &tree,
            target: &target,
            limits: &limits,
            env: &|_| None,
        };
        read(Format::Script, "s.py", &cx)
    }

    #[test]
    fn a_header_is_read_with_the_lines_of_the_script() {
        let manifest = scan(
            "#!/usr/bin/env python\r\n# /// script\r\n# requires-python = \">=3.11\"\r\n# dependencies = [\r\n#   \"requests==2.31.0\",\r\n#   \"rich\",\r\n# ]\r\n# ///\r\nimport requests\r\n",
        );
        let found: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|d| {
                (
                    d.package.name.as_str(),
                    d.package.version.as_deref(),
                    d.source.line,
                )
            })
            .collect();
        assert_eq!(found, [("requests", Some("2.31.0"), 5), ("rich", None, 6)]);
        assert!(
            manifest.not_covered.is_empty(),
            "{:?}",
            manifest.not_covered
        );
    }

    #[test]
    fn broken_headers_are_reported() {
        for (text, line) in [
            ("x\n# /// script\n# a = 1\n", 2),
            ("# /// script\n# dependencies = [\n# ///\n", 2),
            ("# /// script\n# ///\n\n# /// script\n# ///\n", 4),
            ("# /// script\n# dependencies = [1]\n# ///\n", 2),
            (
                "# /// script\n# dependencies = [\n#   'a b',\n# ]\n# ///\n",
                3,
            ),
        ] {
            let manifest = scan(text);
            let lines: Vec<_> = manifest.not_covered.iter().filter_map(|n| n.line).collect();
            assert_eq!(lines, [line], "{text:?}: {:?}", manifest.not_covered);
        }
    }

    #[test]
    fn the_cheap_test_looks_for_the_whole_line() {
        assert!(is_script_with_metadata(b"a\n# /// script\n"));
        assert!(is_script_with_metadata(b"# /// script\r\n"));
        assert!(!is_script_with_metadata(b"# /// scripts\n"));
        assert!(!is_script_with_metadata(b" # /// script\n"));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(# /// script\n|# ///\n|#\n|# .{0,9}\n|.{0,9}\n){0,9}") {
            let _ = scan(&text);
        }
    }
}
