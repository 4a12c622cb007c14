//! How much a package matters: core or development.

use runward_model::{Dependency, Package, PackageClass, Policy, Scope, policy::PackageClasses};

/// The class of a dependency and the reason for it: a pin by name, else the class of its scope.
///
/// An exact pin beats a pattern and a longer pattern a shorter one; between equals core wins,
/// since too much care is the smaller mistake.
pub fn package_class(dependency: &Dependency, policy: &Policy) -> (PackageClass, String) {
    if let Some((class, pattern)) = pinned(&dependency.package, &policy.package_classes) {
        return (class, format!("policy pins `{pattern}` as {class}"));
    }
    let scopes = &policy.scope_classes;
    let class = match dependency.scope {
        Scope::Runtime => scopes.runtime,
        Scope::Optional => scopes.optional,
        Scope::Build => scopes.build,
        Scope::Development => scopes.development,
    };
    (class, format!("{} dependency", dependency.scope))
}

fn pinned<'a>(package: &Package, classes: &'a PackageClasses) -> Option<(PackageClass, &'a str)> {
    let core = best(package, &classes.core);
    let development = best(package, &classes.development);
    match (core, development) {
        (Some((ours, _)), Some((theirs, pattern))) if theirs > ours => {
            Some((PackageClass::Development, pattern))
        }
        (Some((_, pattern)), _) => Some((PackageClass::Core, pattern)),
        (None, Some((_, pattern))) => Some((PackageClass::Development, pattern)),
        (None, None) => None,
    }
}

/// How closely a pattern names a package; larger is closer.
type Closeness = (bool, usize);

fn best<'a>(package: &Package, patterns: &'a [String]) -> Option<(Closeness, &'a str)> {
    patterns
        .iter()
        .filter_map(|pattern| Some((closeness(package, pattern)?, pattern.as_str())))
        .max_by_key(|(closeness, _)| *closeness)
}

fn closeness(package: &Package, pattern: &str) -> Option<Closeness> {
    let pattern = pattern.trim();
    match pattern.strip_suffix('*') {
        None => (package.ecosystem.normalize_name(pattern) == package.name)
            .then_some((true, pattern.len())),
        Some(start) => {
            let start = package.ecosystem.normalize_name(start);
            package
                .name
                .starts_with(&start)
                .then_some((false, start.len()))
        }
    }
}

#[cfg(test)]
mod tests {
    use runward_model::{Ecosystem, SourceRef};

    use super::*;
    use crate::judge::tests::policy;

    fn class_of(name: &str, scope: Scope, core: &[&str], development: &[&str]) -> PackageClass {
        let mut policy = policy();
        policy.package_classes.core = core.iter().map(|name| (*name).to_owned()).collect();
        policy.package_classes.development =
            development.iter().map(|name| (*name).to_owned()).collect();
        let mut dependency = Dependency::new(
            Package::new(Ecosystem::PyPI, name, Some("1.0")),
            SourceRef::new("requirements.txt", 1),
        );
        dependency.scope = scope;
        package_class(&dependency, &policy).0
    }

    #[test]
    fn the_scope_decides_without_a_pin() {
        use PackageClass::{Core, Development};
        for (scope, class) in [
            (Scope::Runtime, Core),
            (Scope::Optional, Core),
            (Scope::Build, Core),
            (Scope::Development, Development),
        ] {
            assert_eq!(class_of("flask", scope, &[], &["django"]), class);
        }
    }

    #[test]
    fn the_closest_pin_wins() {
        use PackageClass::{Core, Development};
        let runtime = Scope::Runtime;
        assert_eq!(
            class_of("Types_Requests", runtime, &[], &["types-*"]),
            Development
        );
        assert_eq!(
            class_of("types-requests", runtime, &["types.requests"], &["types-*"]),
            Core
        );
        assert_eq!(
            class_of("types-x", runtime, &["types-x*"], &["types-*"]),
            Core
        );
        assert_eq!(
            class_of("types-x", runtime, &["types-*"], &["types-x*"]),
            Development
        );
        assert_eq!(class_of("types-x", runtime, &["*"], &["*"]), Core);
        assert_eq!(class_of("pytest", Scope::Development, &["*"], &[]), Core);
        // A prefix keeps its separator: `types-*` does not match `typeshed`.
        assert_eq!(class_of("typeshed", runtime, &[], &["types-*"]), Core);
    }
}
