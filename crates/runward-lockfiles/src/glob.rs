//! Workspace patterns: which directories are members.

use std::collections::BTreeSet;

use runward_tree::{EntryKind, Tree, path::join};

/// The directories that hold `marker` and match one of the patterns, in order.
///
/// `*` and `?` match within a name, `**` any number of directories, a leading `!` takes away.
/// At most `limit` directories are looked at; the second value tells whether that was enough.
pub(crate) fn members(
    tree: &dyn Tree,
    base: &str,
    patterns: &[&str],
    marker: &str,
    limit: usize,
) -> (Vec<String>, bool) {
    let mut found = BTreeSet::new();
    let mut budget = limit;
    for pattern in patterns.iter().take(limit) {
        let (excluded, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, *pattern),
        };
        let mut matched = BTreeSet::new();
        if pattern.contains(['*', '?']) {
            let names: Vec<&str> = pattern
                .split('/')
                .filter(|name| !matches!(*name, "" | "."))
                .collect();
            expand(tree, base, &names, &mut budget, &mut matched);
        } else {
            matched.extend(join(base, pattern));
        }
        if excluded {
            found.retain(|directory| !matched.contains(directory));
        } else {
            found.extend(matched);
        }
    }
    found.retain(|directory| {
        join(directory, marker).is_ok_and(|path| tree.kind(&path) == Some(EntryKind::File))
    });
    (
        found.into_iter().collect(),
        budget > 0 && patterns.len() <= limit,
    )
}

fn expand(
    tree: &dyn Tree,
    base: &str,
    names: &[&str],
    budget: &mut usize,
    found: &mut BTreeSet<String>,
) {
    // An explicit stack: `**` may go as deep as the tree does.
    let mut pending = vec![(base.to_owned(), names)];
    while let Some((directory, names)) = pending.pop() {
        let Some((name, rest)) = names.split_first() else {
            found.insert(directory);
            continue;
        };
        if *budget == 0 {
            return;
        }
        *budget -= 1;
        if *name == ".." || !name.contains(['*', '?']) {
            if let Ok(next) = join(&directory, name) {
                pending.push((next, rest));
            }
            continue;
        }
        let any_depth = *name == "**";
        if any_depth {
            pending.push((directory.clone(), rest));
        }
        for (entry, kind) in tree.list(&directory).unwrap_or_default() {
            let hidden = entry.starts_with('.') || entry == "node_modules";
            if kind != EntryKind::Directory || hidden || !matches_name(name, &entry) {
                continue;
            }
            if let Ok(next) = join(&directory, &entry) {
                pending.push((next, if any_depth { names } else { rest }));
            }
        }
    }
}

/// Whether a name matches a pattern of `*`, `?` and literal characters, in linear space and
/// without backtracking over more than the last `*`.
fn matches_name(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(wanted) if *wanted == '?' || name.get(n) == Some(wanted) => {
                p += 1;
                n += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    p = star + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use runward_tree::MemoryTree;

    use super::*;

    #[test]
    fn patterns_find_members() {
        let tree = MemoryTree::new(
            [
                "m",
                "packages/a/m",
                "packages/b/m",
                "packages/b/node_modules/x/m",
                "packages/c/readme",
                "apps/web/deep/m",
                "tools/m",
            ]
            .map(|path| (path, "")),
        );
        let find = |patterns: &[&str]| members(&tree, "", patterns, "m", 100).0;
        assert_eq!(find(&["packages/*"]), ["packages/a", "packages/b"]);
        assert_eq!(
            find(&["./packages/*", "!packages/b", "tools/"]),
            ["packages/a", "tools"]
        );
        assert_eq!(
            find(&["**"]),
            ["", "apps/web/deep", "packages/a", "packages/b", "tools"]
        );
        assert_eq!(find(&["apps/**"]), ["apps/web/deep"]);
        assert_eq!(find(&["../x", "none"]), Vec::<String>::new());
        assert!(!members(&tree, "", &["**"], "m", 3).1);
    }

    #[test]
    fn names_match_as_a_shell_would() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("pkg-*", "pkg-", true),
            ("*-core", "a-b-core", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b", "xaxbx", false),
        ] {
            assert_eq!(matches_name(pattern, name), expected, "{pattern} {name}");
        }
    }
}
