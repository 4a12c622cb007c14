//! `setup.cfg`, the declarative form of setuptools.

use runward_model::{Manifest, NotCovered, Scope};
use runward_tree::path as tree_path;

use crate::{
    Context,
    declared::{Declarations, Place},
    requirements,
};

/// A key with the lines of its value.
#[derive(Debug, PartialEq, Eq)]
struct Entry<'a> {
    section: &'a str,
    key: String,
    /// The value stands on the key's line.
    inline: bool,
    /// Trimmed, with their 1-based numbers; comments and empty lines left out.
    lines: Vec<(u32, &'a str)>,
}

/// Reads an INI file as Python's `configparser` does, as far as lists need it.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut section = "";
    // Whether an indented line continues the last entry.
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && open {
            if let Some(entry) = entries.last_mut() {
                entry.lines.push((number, trimmed));
            }
        } else if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.trim();
            open = false;
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let value = value.trim();
            entries.push(Entry {
                section,
                // setuptools takes dashes for underscores.
                key: key.trim().to_ascii_lowercase().replace('-', "_"),
                inline: !value.is_empty(),
                lines: Some((number, value))
                    .filter(|(_, v)| !v.is_empty())
                    .into_iter()
                    .collect(),
            });
            open = true;
        } else {
            open = false;
        }
    }
    entries
}

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let mut out = Declarations::default();
    for entry in entries(&text) {
        let (scope, groups) = match (entry.section, entry.key.as_str()) {
            ("options", "install_requires") => (Scope::Runtime, Vec::new()),
            ("options", "setup_requires") => (Scope::Build, Vec::new()),
            ("options", "tests_require") => (Scope::Development, vec!["tests".to_owned()]),
            ("options.extras_require", extra) => (Scope::Optional, vec![extra.to_owned()]),
            _ => continue,
        };
        section(&entry, path, scope, &groups, &mut out, cx);
    }
    out.fill(manifest, cx);
    Ok(())
}

/// What `python_requires` says.
pub(crate) fn python_requires(text: &str) -> Option<String> {
    let entries = entries(text);
    let entry = entries
        .iter()
        .find(|entry| entry.section == "options" && entry.key == "python_requires")?;
    let lines: Vec<&str> = entry.lines.iter().map(|(_, line)| *line).collect();
    Some(lines.join(","))
}

fn section(
    entry: &Entry<'_>,
    path: &str,
    scope: Scope,
    groups: &[String],
    out: &mut Declarations,
    cx: &Context<'_>,
) {
    if let [(line, value)] = entry.lines.as_slice()
        && let Some(files) = value.strip_prefix("file:")
    {
        for file in files.split(',').map(str::trim) {
            match tree_path::join(tree_path::parent(path), file) {
                Ok(file) => {
                    out.also_read.push(file.clone());
                    out.absorb(requirements::declarations(&file, scope, groups, cx));
                }
                Err(error) => out.miss(path, *line, format!("{error}; scan that file on its own")),
            }
        }
        return;
    }
    for (line, text) in &entry.lines {
        let place = Place {
            path,
            line: *line,
            scope,
            groups,
        };
        // setuptools divides a value on the key's own line at `;`: no marker can be written there.
        if entry.inline && entry.lines.len() == 1 {
            for part in text
                .split(';')
                .map(str::trim)
                .filter(|part| !part.is_empty())
            {
                out.add(part, &place, cx);
            }
        } else {
            out.add(text, &place, cx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, Limits, read};
    use proptest::prelude::*;
    use runward_model::Target;
    use runward_tree::MemoryTree;

    fn scan(text: &str) -> Manifest {
        let tree = MemoryTree::new([("setup.cfg", text), ("reqs.txt", "fromfile==1\n")]);
        let (target, limits) = (Target::default(), Limits::default());
        let cx = Context {
            tree: &tree,
            target: &target,
            limits: &limits,
            env: &|_| None,
        };
        read(Format::SetupCfg, "setup.cfg", &cx)
    }

    #[test]
    fn lists_are_read_with_their_lines() {
        let manifest = scan(
            "[metadata]\nname = x\n[options]\npackages = find:\ninstall_requires =\n    a==1\n    # note\n    b>=2 ; python_version < '3'\n\n    c\nsetup-requires = d==1; e==2\n[options.extras_require]\ntest =\n    pytest\nall = file: reqs.txt\n[other]\ninstall_requires = no\n",
        );
        let found: Vec<_> = manifest
            .dependencies
            .iter()
            .map(|d| {
                (
                    d.package.name.as_str(),
                    d.scope,
                    d.source.path.as_str(),
                    d.source.line,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("a", Scope::Runtime, "setup.cfg", 6),
                ("c", Scope::Runtime, "setup.cfg", 10),
                ("d", Scope::Build, "setup.cfg", 11),
                ("e", Scope::Build, "setup.cfg", 11),
                ("pytest", Scope::Optional, "setup.cfg", 14),
                ("fromfile", Scope::Optional, "reqs.txt", 1),
            ]
        );
        assert_eq!(manifest.excluded.len(), 1);
        assert_eq!(manifest.also_read, ["reqs.txt"]);
    }

    #[test]
    fn a_bad_line_is_reported() {
        let manifest = scan("[options]\ninstall_requires =\n  a==1\n  == 2\n");
        assert_eq!(manifest.not_covered[0].line, Some(4));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,100}") {
            let _ = scan(&text);
            let _ = scan(&format!("[options]\ninstall_requires = {text}"));
        }
    }
}
