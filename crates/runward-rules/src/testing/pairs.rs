//! Which files test which rules.

use std::collections::BTreeMap;

/// A rule file with its test files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub rules: String,
    /// May be empty: the rules are not tested.
    pub targets: Vec<String>,
    pub fixed: Vec<Fixed>,
}

/// What the fixes make of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    pub target: String,
    pub expected: String,
}

/// Whether a file has rules, by its name: `.yaml` or `.yml`, and neither `.test.yaml` (YAML to
/// search) nor `.fixed.…` nor hidden.
#[must_use]
pub fn is_rule_file(path: &str) -> bool {
    let name = file_name(path);
    let hidden = path
        .split('/')
        .rev()
        .take(2)
        .any(|part| part.starts_with('.') && part != "." && part != "..");
    is_yaml(name) && !hidden && !is_yaml_target(name) && !is_fixed(name)
}

/// Pairs the files of a directory, given as paths relative to it with `/`. A file tests the rule file
/// in its directory that has the same name up to the first dot; so do all files below a directory
/// with that name.
#[must_use]
pub fn pair(files: &[&str]) -> Vec<Test> {
    // By directory and stem, so that no file is compared with every other one.
    let mut by_stem: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| !is_rule_file(file)) {
        let (directory, name) = split(file);
        by_stem
            .entry((directory, stem(name)))
            .or_default()
            .push(file);
        // `name/…`: the name of each directory above counts as a stem in the one above it.
        let mut above = directory;
        while !above.is_empty() {
            let (parent, name) = split(above);
            by_stem.entry((parent, stem(name))).or_default().push(file);
            above = parent;
        }
    }
    let mut tests: Vec<Test> = files
        .iter()
        .filter(|file| is_rule_file(file))
        .map(|rules| {
            let (directory, name) = split(rules);
            let candidates = by_stem
                .get(&(directory, stem(name)))
                .map_or(&[][..], Vec::as_slice);
            test(rules, candidates)
        })
        .collect();
    tests.sort_by(|one, other| one.rules.cmp(&other.rules));
    tests
}

fn test(rules: &str, candidates: &[&str]) -> Test {
    let mut targets: Vec<&str> = candidates
        .iter()
        .copied()
        .filter(|path| !is_fixed(file_name(path)))
        .collect();
    targets.sort_unstable();
    targets.dedup();
    let mut fixed = Vec::new();
    for expected in candidates.iter().filter(|path| is_fixed(file_name(path))) {
        for target in &targets {
            if fixes(target, expected, targets.len()) {
                fixed.push(Fixed {
                    target: (*target).to_owned(),
                    expected: (*expected).to_owned(),
                });
            }
        }
    }
    Test {
        rules: rules.to_owned(),
        targets: targets.into_iter().map(str::to_owned).collect(),
        fixed,
    }
}

/// `name.fixed.py` is of `name.py`; `name.fixed` of the only target.
fn fixes(target: &str, expected: &str, targets: usize) -> bool {
    let ((directory, name), (other_directory, fixed)) = (split(target), split(expected));
    let same = directory == other_directory && stem(name) == stem(fixed);
    let extension = |name: &str| {
        name.rsplit_once('.')
            .map(|(_, extension)| extension.to_owned())
    };
    let alike = if extension(fixed).as_deref() == Some("fixed") {
        targets == 1
    } else {
        extension(name) == extension(fixed)
    };
    same && alike
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn file_name(path: &str) -> &str {
    split(path).1
}

/// The name up to the first dot.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn is_yaml(name: &str) -> bool {
    [".yaml", ".yml"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn is_yaml_target(name: &str) -> bool {
    [".test.yaml", ".test.yml"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

fn is_fixed(name: &str) -> bool {
    name.split('.').skip(1).any(|part| part == "fixed")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(files: &[&str]) -> Vec<String> {
        pair(files)
            .into_iter()
            .map(|test| {
                let fixed: Vec<String> = test
                    .fixed
                    .iter()
                    .map(|fixed| format!("{}>{}", fixed.target, fixed.expected))
                    .collect();
                format!(
                    "{}: {} | {}",
                    test.rules,
                    test.targets.join(" "),
                    fixed.join(" ")
                )
            })
            .collect()
    }

    #[test]
    fn files_of_one_stem_belong_together() {
        assert_eq!(
            shown(&[
                "a/foo.yaml",
                "a/foo.py",
                "a/foo.fixed.py",
                "a/foo.tsx",
                "a/foo-bar.py",
                "b/foo.py",
                "a/foo.test.yml",
                "bar.yml"
            ]),
            [
                "a/foo.yaml: a/foo.py a/foo.test.yml a/foo.tsx | a/foo.py>a/foo.fixed.py",
                "bar.yml:  | "
            ]
        );
        assert_eq!(
            shown(&["r.yaml", "r.py", "r.fixed"]),
            ["r.yaml: r.py | r.py>r.fixed"]
        );
        assert_eq!(
            shown(&["r.yaml", "r.Dockerfile", "r.x.dockerfile"]),
            ["r.yaml: r.Dockerfile r.x.dockerfile | "]
        );
    }

    #[test]
    fn a_directory_of_the_name_has_tests_too() {
        assert_eq!(
            shown(&[
                "a/foo.yaml",
                "a/foo/x.py",
                "a/foo/deep/y.py",
                "a/foo/y.fixed.py",
                "a/foo/y.py",
                "a/other/z.py"
            ]),
            ["a/foo.yaml: a/foo/deep/y.py a/foo/x.py a/foo/y.py | a/foo/y.py>a/foo/y.fixed.py"]
        );
    }

    #[test]
    fn hidden_files_have_no_rules() {
        assert!(!is_rule_file(".github/x.yml"));
        assert!(!is_rule_file(".pre-commit.yaml"));
        assert!(is_rule_file("./x.yml"));
        assert!(!is_rule_file("x.fixed.yaml"));
        assert!(!is_rule_file("x.json"));
    }
}
