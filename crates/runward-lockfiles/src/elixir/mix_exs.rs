//! What a `mix.exs` asks for: its literal `{:name, "requirement", options}` tuples. The file is a
//! program; a list that it computes is not understood.

use runward_model::Scope;
use runward_tree::path::join;

use super::term::{Term, parse_tuple_prefix};
use crate::draft::Draft;

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) app: String,
    pub(super) requirement: Option<String>,
    pub(super) scope: Scope,
    /// `path:` or `in_umbrella: true`: a directory of the project.
    pub(super) own: bool,
}

/// The `mix.exs` beside the lockfile; nothing where there is none.
pub(super) fn read(draft: &mut Draft<'_>) -> Vec<Asked> {
    join(draft.directory(), "mix.exs")
        .ok()
        .and_then(|path| draft.related(&path))
        .map(|text| literal_dependencies(&text))
        .unwrap_or_default()
}

fn literal_dependencies(text: &str) -> Vec<Asked> {
    /// Longest tuple that is looked at, in bytes, and most of them, in a line and in all.
    const LONGEST: usize = 2_000;
    const MOST_IN_LINE: usize = 16;
    const MOST: usize = 2_000;
    let mut found = Vec::new();
    let mut next_line = 0;
    for line in text.split_inclusive('\n') {
        let line_start = next_line;
        next_line += line.len();
        if line.trim_start().starts_with('#') || found.len() >= MOST {
            continue;
        }
        for (at, _) in line.match_indices("{:").take(MOST_IN_LINE) {
            // A tuple may go on over several lines.
            let start = line_start + at;
            let mut end = text.len().min(start + LONGEST);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let term = parse_tuple_prefix(text.get(start..end).unwrap_or_default());
            found.extend(term.ok().as_ref().and_then(asked));
        }
    }
    found
}

fn asked(term: &Term) -> Option<Asked> {
    let items = term.tuple()?;
    let options = items.last()?;
    let is_true = |key: &str| options.option(key).and_then(Term::atom) == Some("true");
    let only: Vec<&str> = match options.option("only") {
        Some(only) => match only.list() {
            Some(list) => list.iter().filter_map(Term::atom).collect(),
            None => only.atom().into_iter().collect(),
        },
        None => Vec::new(),
    };
    let scope = if !only.is_empty() && !only.contains(&"prod") {
        Scope::Development
    } else if is_true("optional") {
        Scope::Optional
    } else {
        Scope::Runtime
    };
    Some(Asked {
        app: items.first()?.atom()?.to_owned(),
        requirement: items.get(1).and_then(Term::text).map(str::to_owned),
        scope,
        own: options.option("path").is_some() || is_true("in_umbrella"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_tuples_are_found() {
        let text = "# {:no, \"1\"}\n[{:a, \"~> 1.0\"}, {:b, path: \"../b\"},\n {:c,\n  \"2\", only: [:test]},\n {:d, \"3\", optional: true}, {:ok, value()}]\n";
        let found = literal_dependencies(text);
        let shown: Vec<(&str, Option<&str>, Scope, bool)> = found
            .iter()
            .map(|asked| {
                let requirement = asked.requirement.as_deref();
                (asked.app.as_str(), requirement, asked.scope, asked.own)
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("a", Some("~> 1.0"), Scope::Runtime, false),
                ("b", None, Scope::Runtime, true),
                ("c", Some("2"), Scope::Development, false),
                ("d", Some("3"), Scope::Optional, false),
            ]
        );
    }
}
