//! Which version to go to, and how hard that is.

use runward_model::{AdvisoryMatch, Dependency, Ecosystem, FixComplexity};

/// Version arithmetic, handed in: this crate knows no ecosystem's order.
pub trait Versions {
    /// How large the step between two versions is.
    fn step(&self, ecosystem: &Ecosystem, from: &str, to: &str) -> FixComplexity;

    /// Whether a requirement allows a version; `None` where either cannot be read.
    fn allows(&self, ecosystem: &Ecosystem, requirement: &str, version: &str) -> Option<bool>;
}

/// The version to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixChoice {
    /// `None`: no version fixes it.
    pub version: Option<String>,
    pub complexity: FixComplexity,
    /// The dependants whose requirement excludes `version`, in the order given.
    pub held_by: Vec<String>,
    /// Dependants whose requirement could not be read; they are not counted as holding it back.
    pub unread: usize,
}

/// Chooses the lowest fixed version that every dependant's requirement allows, else the lowest
/// fixed version with the dependants that hold it back.
///
/// A requirement that cannot be read holds nothing back: naming a version that then turns out to
/// be excluded costs a try, hiding it costs the fix.
pub fn choose_fix(
    dependency: &Dependency,
    advisory: &AdvisoryMatch,
    dependants: &[(String, Option<String>)],
    versions: &dyn Versions,
) -> FixChoice {
    let ecosystem = &dependency.package.ecosystem;
    let held_by = |version: &str| -> (Vec<String>, usize) {
        let mut held = Vec::new();
        let mut unread = 0;
        for (name, requirement) in dependants {
            match requirement
                .as_deref()
                .map(|requirement| versions.allows(ecosystem, requirement, version))
            {
                Some(Some(false)) => held.push(name.clone()),
                Some(None) => unread += 1,
                Some(Some(true)) | None => {}
            }
        }
        (held, unread)
    };
    let mut lowest = None;
    let mut chosen = None;
    for version in &advisory.fixed {
        let (held, unread) = held_by(version);
        if held.is_empty() {
            chosen = Some((version, held, unread));
            break;
        }
        lowest.get_or_insert((version, held, unread));
    }
    let Some((version, held_by, unread)) = chosen.or(lowest) else {
        return FixChoice {
            version: None,
            complexity: FixComplexity::NoFix,
            held_by: Vec::new(),
            unread: 0,
        };
    };
    let complexity = match dependency.package.version.as_deref() {
        Some(from) => match versions.step(ecosystem, from, version) {
            // There is a version to go to; only the size of the step is in doubt.
            FixComplexity::NoFix => FixComplexity::Unclear,
            step => step,
        },
        None => FixComplexity::Unclear,
    };
    FixChoice {
        version: Some(version.clone()),
        complexity,
        held_by,
        unread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tests::{Dotted, advisory, dependency};

    fn choose(fixed: &[&str], dependants: &[(&str, Option<&str>)]) -> FixChoice {
        let mut advisory = advisory();
        advisory.fixed = fixed.iter().map(|&version| version.to_owned()).collect();
        let dependants: Vec<_> = dependants
            .iter()
            .map(|(name, requirement)| ((*name).to_owned(), requirement.map(str::to_owned)))
            .collect();
        choose_fix(&dependency(), &advisory, &dependants, &Dotted)
    }

    #[test]
    fn the_lowest_fix_that_all_dependants_allow_is_chosen() {
        let choice = choose(
            &["1.2.5", "1.3.0", "2.0.0"],
            &[("a", None), ("b", Some(">=1.3.0"))],
        );
        assert_eq!(choice.version.as_deref(), Some("1.3.0"));
        assert_eq!(choice.complexity, FixComplexity::Minor);
        assert!(choice.held_by.is_empty());
    }

    #[test]
    fn where_none_is_allowed_the_lowest_names_who_holds_it() {
        let choice = choose(
            &["2.0.0", "3.0.0"],
            &[
                ("a", Some("<2.0.0")),
                ("b", Some(">=1.0.0")),
                ("c", Some("<1.9.0")),
            ],
        );
        assert_eq!(choice.version.as_deref(), Some("2.0.0"));
        assert_eq!(choice.complexity, FixComplexity::Major);
        assert_eq!(choice.held_by, ["a", "c"]);
    }

    #[test]
    fn an_unreadable_requirement_holds_nothing_back() {
        let choice = choose(&["1.2.4"], &[("a", Some("whatever"))]);
        assert_eq!(choice.version.as_deref(), Some("1.2.4"));
        assert_eq!((choice.held_by.len(), choice.unread), (0, 1));
        assert_eq!(choice.complexity, FixComplexity::Patch);
    }

    #[test]
    fn no_fixed_version_is_no_fix() {
        let choice = choose(&[], &[("a", Some("<2.0.0"))]);
        assert_eq!(choice.version, None);
        assert_eq!(choice.complexity, FixComplexity::NoFix);
        assert!(choice.held_by.is_empty());
    }
}
