//! Imports that no declared dependency provides: a slip, or a package that somebody made up.

use std::collections::{BTreeSet, HashMap};

use runward_imports::{Imports, Undeclared};
use runward_model::{
    Confidence, DependencyGraph, Ecosystem, Finding, FindingKind, Fingerprint, Location, Severity,
};
use runward_packages::{KnownNames, NameLists};
use runward_store::RuleCoverage;
use runward_tree::decode;

use crate::files::Files;

pub(super) const RULE: &str = "undeclared-import";
pub(super) const RULE_INVENTED: &str = "invented-import";

/// The findings of one ecosystem. Without a manifest there is nothing that an import could be
/// missing from.
pub(super) fn findings(
    graph: &DependencyGraph,
    files: &Files,
    names: &NameLists<'_>,
    project: &str,
    covered: &mut RuleCoverage,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for ecosystem in [Ecosystem::PyPI, Ecosystem::Npm] {
        let declares = graph
            .dependencies
            .iter()
            .any(|one| one.package.ecosystem == ecosystem);
        if !declares {
            continue;
        }
        let imports = imports(&ecosystem, files);
        covered
            .not_covered
            .extend(imports.not_covered.iter().cloned());
        let of_it = graph
            .dependencies
            .iter()
            .filter(|one| one.package.ecosystem == ecosystem)
            .map(|one| one.package.name.as_str())
            .chain([project]);
        let excluded = graph.excluded.iter().map(|one| one.name.as_str());
        let all = of_it.chain(excluded);
        let local = local(&ecosystem, files);
        let mut texts = HashMap::new();
        for one in runward_imports::undeclared(&ecosystem, &imports, all, &local) {
            if !is_optional(files, &one, &mut texts) {
                found.push(finding(&ecosystem, &one, names));
            }
        }
    }
    found
}

fn imports(ecosystem: &Ecosystem, files: &Files) -> Imports {
    let limits = runward_imports::Limits::default();
    let sources = |is_source: fn(&str) -> bool| -> Vec<String> {
        files
            .paths
            .iter()
            .filter(|path| is_source(path))
            .cloned()
            .collect()
    };
    if *ecosystem == Ecosystem::PyPI {
        let paths = sources(runward_imports::is_python_source);
        runward_imports::python_imports(&*files.tree, &paths, &limits)
    } else {
        let paths = sources(runward_imports::is_javascript_source);
        runward_imports::javascript_imports(&*files.tree, &paths, &limits)
    }
}

/// What the project's own files may be imported as: their names and those of directories above.
fn local(ecosystem: &Ecosystem, files: &Files) -> BTreeSet<String> {
    let mut local = BTreeSet::new();
    for path in &files.paths {
        let mut parts: Vec<&str> = path.split('/').collect();
        let Some(name) = parts.pop() else { continue };
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        let is_source = match ecosystem {
            Ecosystem::PyPI => ["py", "pyi", "pyx", "pyw", "so", "pyd"]
                .iter()
                .any(|known| extension == *known || extension.ends_with(&format!(".{known}"))),
            _ => true,
        };
        if is_source {
            local.insert(stem.to_owned());
            local.extend(parts.iter().map(|part| (*part).to_owned()));
        }
    }
    local
}

/// An import that may fail: under `try`, or in a block that asks something first.
fn is_optional(files: &Files, one: &Undeclared, texts: &mut HashMap<String, Vec<String>>) -> bool {
    let lines = texts.entry(one.place.path.clone()).or_insert_with(|| {
        let bytes = files.tree.read(&one.place.path).unwrap_or_default();
        decode(&bytes).text.lines().map(str::to_owned).collect()
    });
    let at = usize::try_from(one.place.line)
        .unwrap_or(usize::MAX)
        .saturating_sub(1);
    let indent = |line: &String| line.len() - line.trim_start().len();
    let Some(mut depth) = lines.get(at).map(indent) else {
        return false;
    };
    let above = lines.get(..at).unwrap_or_default().iter().rev();
    for line in above.filter(|line| !line.trim().is_empty()) {
        if depth == 0 {
            return false;
        }
        if indent(line) < depth {
            depth = indent(line);
            let opener = line.trim_start();
            let asks = ["try", "if ", "elif ", "else", "except"];
            if asks.iter().any(|word| opener.starts_with(word)) {
                return true;
            }
        }
    }
    false
}

fn finding(ecosystem: &Ecosystem, one: &Undeclared, names: &NameLists<'_>) -> Finding {
    let known: Vec<Option<bool>> = one
        .packages
        .iter()
        .map(|package| names.existence(ecosystem, package).map(|it| it.exists))
        .collect();
    // Only a list of all names can say that there is none; several packages may bring a module.
    let invented = !known.is_empty() && known.iter().all(|exists| *exists == Some(false));
    let module = &one.module;
    let title = if invented {
        format!(
            "`{module}` is imported, and {} has no such package",
            ecosystem.osv_name()
        )
    } else {
        let from = match one.packages.as_slice() {
            [first, second, ..] if first != module => {
                format!(" (it may be `{first}` or `{second}`)")
            }
            [_, second, ..] => format!(" (it may be `{second}`)"),
            _ => String::new(),
        };
        format!("`{module}` is imported, and no declared dependency provides it{from}")
    };
    let rule = if invented { RULE_INVENTED } else { RULE };
    Finding {
        fingerprint: Fingerprint::of(&["undeclared", ecosystem.osv_name(), module]),
        kind: FindingKind::UndeclaredImport,
        rule: rule.to_owned(),
        title,
        severity: if invented {
            Severity::High
        } else {
            Severity::Low
        },
        confidence: if invented {
            Confidence::High
        } else {
            Confidence::Medium
        },
        location: Location::whole_line(&one.place),
        dependency: None,
        path_from_root: Vec::new(),
        advisory: None,
        code: None,
        package: None,
        assessment: None,
        history: None,
        suppressed: None,
    }
}
