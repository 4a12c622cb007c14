//! `setup.py`. It is a program, and is not run: what it states as literals is read, and what it
//! computes is reported.

mod tokens;
mod values;

use runward_model::{Manifest, NotCovered, Scope};

use self::{
    tokens::Token,
    values::{Value, Values},
};
use crate::{
    Context,
    declared::{Declarations, Place},
};

/// Most calls of `setup` that are looked at.
const MAX_CALLS: usize = 16;

pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<(), NotCovered> {
    let bytes = crate::text::bytes(path, cx)?;
    let text = crate::text::any(&bytes);
    let tokens = tokens::tokens(&text);
    let mut values = Values::new(&tokens, cx.limits.max_depth);
    let mut out = Declarations::default();
    let mut calls = 0;
    for position in 0..tokens.len() {
        let is_call = matches!(values.at(position), Some(Token::Name(name)) if name == "setup")
            && values.at(position + 1) == Some(&Token::Mark('('));
        let is_definition =
            position > 0 && matches!(values.at(position - 1), Some(Token::Name(n)) if n == "def");
        if is_call && !is_definition {
            let line = tokens.get(position).map_or(1, |(_, line)| *line);
            calls += 1;
            if calls > MAX_CALLS {
                out.miss(
                    path,
                    line,
                    format!("more than {MAX_CALLS} calls of `setup`"),
                );
                break;
            }
            arguments(&mut values, position + 2, line, path, &mut out, cx);
        }
    }
    out.fill(manifest, cx);
    Ok(())
}

/// Reads the keyword arguments of one call.
fn arguments(
    values: &mut Values<'_>,
    mut position: usize,
    line: u32,
    path: &str,
    out: &mut Declarations,
    cx: &Context<'_>,
) {
    let mut stated = false;
    let mut unpacked = false;
    while let Some(token) = values.at(position) {
        match token {
            Token::Mark(')') => break,
            Token::Mark('*') => {
                // `**options`, where the options are a literal.
                if let Value::Table(items) = values.expression(position + 2).0 {
                    for (key, value) in items {
                        stated |= argument(&key, &value, line, path, out, cx);
                    }
                } else {
                    unpacked = true;
                }
            }
            Token::Name(key) if values.is_assignment(position) => {
                let (value, next) = values.expression(position + 2);
                let ends = matches!(values.at(next), Some(Token::Mark(',' | ')')));
                let value = if ends { value } else { Value::Computed(line) };
                stated |= argument(key, &value, line, path, out, cx);
            }
            _ => {}
        }
        match values.skip(position, ')') {
            Some(next) if next > position => position = next,
            _ => break,
        }
    }
    if unpacked && !stated {
        computed("install_requires", line, path, out);
    }
}

/// Reads one keyword argument; says whether it states the requirements.
fn argument(
    key: &str,
    value: &Value,
    line: u32,
    path: &str,
    out: &mut Declarations,
    cx: &Context<'_>,
) -> bool {
    let tests = ["tests".to_owned()];
    let (scope, groups): (Scope, &[String]) = match key {
        "install_requires" => (Scope::Runtime, &[]),
        "setup_requires" => (Scope::Build, &[]),
        "tests_require" => (Scope::Development, &tests),
        "extras_require" => (Scope::Optional, &[]),
        _ => return false,
    };
    let place = Place {
        path,
        line,
        scope,
        groups,
    };
    if scope == Scope::Optional {
        extras(value, &place, out, cx);
    } else {
        list(key, value, &place, out, cx);
    }
    scope == Scope::Runtime
}

fn computed(key: &str, line: u32, path: &str, out: &mut Declarations) {
    let reason = format!(
        "setup.py is a program and is not run, and it computes `{key}`; scan its lockfile, or the \
         environment it is installed in with --env"
    );
    out.miss(path, line, reason);
}

fn list(key: &str, value: &Value, place: &Place<'_>, out: &mut Declarations, cx: &Context<'_>) {
    match value {
        Value::List(items) => {
            for item in items {
                list(key, item, place, out, cx);
            }
        }
        // A string may hold several requirements, one on each line.
        Value::Text(text, line) => {
            for requirement in text.lines().map(str::trim) {
                if !requirement.is_empty() && !requirement.starts_with('#') {
                    let place = Place {
                        line: *line,
                        ..place.clone()
                    };
                    out.add(requirement, &place, cx);
                }
            }
        }
        Value::Computed(line) => computed(key, *line, place.path, out),
        Value::Table(_) => computed(key, place.line, place.path, out),
    }
}

fn extras(value: &Value, place: &Place<'_>, out: &mut Declarations, cx: &Context<'_>) {
    let Value::Table(items) = value else {
        let line = match value {
            Value::Computed(line) => *line,
            _ => place.line,
        };
        return computed("extras_require", line, place.path, out);
    };
    for (key, value) in items {
        // `extra:marker`, or `:marker` for everybody.
        let (extra, marker) = key.split_once(':').unwrap_or((key, ""));
        let groups: Vec<String> = Some(extra.to_owned())
            .filter(|e| !e.is_empty())
            .into_iter()
            .collect();
        let place = Place {
            scope: if extra.is_empty() {
                Scope::Runtime
            } else {
                Scope::Optional
            },
            groups: &groups,
            ..place.clone()
        };
        let before = out.items.len();
        list("extras_require", value, &place, out, cx);
        if !marker.is_empty() {
            for declared in out.items.iter_mut().skip(before) {
                declared.marker = Some(match declared.marker.take() {
                    Some(own) => format!("({own}) and ({marker})"),
                    None => marker.to_owned(),
                });
            }
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
        let tree = MemoryTree::new([("setup.py", text)]);
        let (target, limits) = (Target::default(), Limits::default());
        let cx = Context {
            tree: &tree,
            target: &target,
            limits: &limits,
            env: &|_| None,
        };
        read(Format::SetupPy, "setup.py", &cx)
    }

    fn names(manifest: &Manifest) -> Vec<(&str, u32)> {
        manifest
            .dependencies
            .iter()
            .map(|d| (d.package.name.as_str(), d.source.line))
            .collect()
    }

    #[test]
    fn literals_are_read() {
        let manifest = scan(
            "from setuptools import setup\nBASE = ['a==1',\n  'b' '>=2']\n\nsetup(\n  name='x',\n  install_requires=BASE + [\"c\"],\n  extras_require={\n    'dev': ['d'],\n    \":python_version<'3'\": ['old'],\n  },\n  tests_require='e\\nf',\n)\n",
        );
        assert_eq!(
            names(&manifest),
            [("a", 2), ("b", 3), ("c", 7), ("d", 9), ("e", 12), ("f", 12)]
        );
        assert_eq!(manifest.dependencies[3].groups, ["dev"]);
        assert_eq!(manifest.excluded.len(), 1);
        assert!(
            manifest.not_covered.is_empty(),
            "{:?}",
            manifest.not_covered
        );
    }

    #[test]
    fn unpacked_literals_are_read() {
        let manifest = scan(
            "reqs = ['a>=1']\nkw = {'name': 'x', 'v': f(1), 'install_requires': reqs}\nsetup(**kw)\n",
        );
        assert_eq!(names(&manifest), [("a", 1)]);
        assert!(
            manifest.not_covered.is_empty(),
            "{:?}",
            manifest.not_covered
        );
    }

    #[test]
    fn what_is_computed_is_reported() {
        for (text, line) in [
            ("setup(install_requires=read('x'))", 1),
            (
                "r = open('x').read().split()\nsetup(\ninstall_requires=r)",
                1,
            ),
            ("r = ['a']\nr.append('b')\nsetup(install_requires=r)", 2),
            (
                "r = ['a']\nif x:\n  r += ['b']\nsetup(install_requires=r)",
                3,
            ),
            ("setup(**args)", 1),
            ("setup(install_requires=['a'] + extra)", 1),
            ("setup(install_requires=[f'a=={v}'])", 1),
            ("setup(install_requires=[x for x in y])", 1),
        ] {
            let manifest = scan(text);
            let lines: Vec<_> = manifest.not_covered.iter().filter_map(|n| n.line).collect();
            assert_eq!(lines, [line], "{text}: {manifest:?}");
        }
    }

    #[test]
    fn a_part_that_is_computed_does_not_hide_the_rest() {
        let manifest = scan("setup(install_requires=['a', 'b' if x else 'c', 'd'])");
        assert_eq!(names(&manifest), [("a", 1), ("d", 1)]);
        assert_eq!(manifest.not_covered.len(), 1);
    }

    #[test]
    fn a_bare_call_says_nothing() {
        let manifest = scan("import setuptools\nsetuptools.setup()\n");
        assert!(manifest.dependencies.is_empty() && manifest.not_covered.is_empty());
    }

    #[test]
    fn hostile_programs_end() {
        scan(&format!("setup(install_requires={}", "[".repeat(100_000)));
        scan(&format!("setup(extras_require={}", "{'a':".repeat(100_000)));
        let mut doubling = String::from("a0 = ['x']\n");
        for n in 1..100 {
            use std::fmt::Write as _;
            writeln!(doubling, "a{n} = a{} + a{}", n - 1, n - 1).unwrap();
        }
        scan(&format!("{doubling}setup(install_requires=a99)"));
        scan(&"setup(".repeat(20_000));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC|\n){0,80}") {
            let _ = scan(&text);
        }

        #[test]
        fn any_arguments_are_read(text in "(install_requires|=|\\[|\\]|'a'|,|\\(|\\)|\\{|\\}|:|\\+|x|\n){0,30}") {
            let _ = scan(&format!("setup({text}"));
        }
    }
}
