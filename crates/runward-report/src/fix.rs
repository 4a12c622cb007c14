//! Which one version fixes all findings of a package.
//!
//! Each finding lists the versions that fix it, one for each maintained branch. The highest of the
//! lowest fixes is not always right: `5.0.1` fixes the one, and is itself hit by the other, which
//! was fixed in `4.2.17` and `5.0.3`. A candidate counts as fixing a finding only where that is
//! known: it is one of its fixes, or not below the last of them, or later in the same release
//! series as one of them.

use std::cmp::Ordering;

/// Candidates that are tried at most; more come only from broken data.
const MAX_CANDIDATES: usize = 256;

/// What one finding asks for.
pub(crate) struct Need<'a> {
    /// Versions that fix it, ascending.
    pub(crate) fixed: &'a [String],
    /// The one that the assessment chose.
    pub(crate) chosen: Option<&'a str>,
}

/// One upgrade and how many findings it fixes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Upgrade {
    pub(crate) version: String,
    pub(crate) fixes: usize,
    pub(crate) of: usize,
}

pub(crate) type Compare<'a> = &'a dyn Fn(&str, &str) -> Option<Ordering>;

/// The lowest version known to fix all; else the one that fixes most. `None`: nothing fixes any.
pub(crate) fn choose(needs: &[Need<'_>], compare: Compare<'_>) -> Option<Upgrade> {
    let fixable = needs
        .iter()
        .filter(|need| need.chosen.is_some() || !need.fixed.is_empty())
        .count();
    let candidates = candidates(needs, compare);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let fixes = needs
            .iter()
            .filter(|need| fixes(need, candidate, compare))
            .count();
        if fixes > best.map_or(0, |(most, _)| most) {
            best = Some((fixes, candidate));
        }
        if fixes == fixable {
            break;
        }
    }
    best.map(|(fixes, version)| Upgrade {
        version: version.to_owned(),
        fixes,
        of: needs.len(),
    })
}

/// Ascending, each once. Those that the assessment chose come from the requirements of the
/// dependants, so nothing below the highest of them is proposed while that one fixes as much.
fn candidates<'a>(needs: &[Need<'a>], compare: Compare<'_>) -> Vec<&'a str> {
    let order = |a: &&str, b: &&str| compare(a, b).unwrap_or_else(|| a.cmp(b));
    let floor = needs.iter().filter_map(|need| need.chosen).max_by(order);
    let mut all: Vec<&str> = needs
        .iter()
        .flat_map(|need| need.fixed.iter().map(String::as_str).chain(need.chosen))
        .collect();
    all.sort_by(order);
    all.dedup();
    if let Some(floor) = floor {
        let (mut below, above): (Vec<&str>, Vec<&str>) = all
            .into_iter()
            .partition(|candidate| order(candidate, &floor) == Ordering::Less);
        // The highest first: where nothing at or above the floor fixes more, it is the better try.
        below.reverse();
        all = above;
        all.extend(below);
    }
    all.truncate(MAX_CANDIDATES);
    all
}

fn fixes(need: &Need<'_>, version: &str, compare: Compare<'_>) -> bool {
    if need.chosen == Some(version) {
        return true;
    }
    let at_least = |fixed: &&String| {
        matches!(
            compare(version, fixed),
            Some(Ordering::Equal | Ordering::Greater)
        )
    };
    match need.fixed.iter().rev().find(at_least) {
        None => false,
        Some(fixed) => {
            Some(fixed) == need.fixed.last()
                || compare(version, fixed) == Some(Ordering::Equal)
                || series(version) == series(fixed)
        }
    }
}

/// The first two parts of a version: `4.2` of `v4.2.17`.
fn series(version: &str) -> (Option<&str>, Option<&str>) {
    let version = version.trim_start_matches(['v', 'V']);
    let mut parts = version.split('.');
    (parts.next(), parts.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(a: &str, b: &str) -> Option<Ordering> {
        let parts = |text: &str| {
            text.split('.')
                .map(str::parse)
                .collect::<Result<Vec<u32>, _>>()
                .ok()
        };
        Some(parts(a)?.cmp(&parts(b)?))
    }

    fn upgrade(needs: &[(&[&str], Option<&str>)]) -> Option<(String, usize)> {
        let owned: Vec<Vec<String>> = needs
            .iter()
            .map(|(fixed, _)| fixed.iter().map(ToString::to_string).collect())
            .collect();
        let needs: Vec<Need<'_>> = owned
            .iter()
            .zip(needs)
            .map(|(fixed, (_, chosen))| Need {
                fixed,
                chosen: *chosen,
            })
            .collect();
        choose(&needs, &numeric).map(|upgrade| (upgrade.version, upgrade.fixes))
    }

    #[test]
    fn the_highest_of_the_lowest_fixes_wins_where_it_fixes_all() {
        assert_eq!(
            upgrade(&[
                (&["3.2.13", "4.0.4"], Some("3.2.13")),
                (&["3.2.15", "4.0.7"], Some("3.2.15")),
            ]),
            Some(("3.2.15".to_owned(), 2))
        );
    }

    #[test]
    fn a_version_that_another_branch_fix_leaves_open_is_not_proposed() {
        assert_eq!(
            upgrade(&[
                (&["4.2.17", "5.0.3"], Some("4.2.17")),
                (&["5.0.1"], Some("5.0.1")),
            ]),
            Some(("5.0.3".to_owned(), 2))
        );
    }

    #[test]
    fn nothing_below_what_the_dependants_allow_is_proposed() {
        assert_eq!(
            upgrade(&[
                (&["1.26.5", "2.0.1"], Some("2.0.1")),
                (&["1.26.4"], Some("1.26.4")),
            ]),
            Some(("2.0.1".to_owned(), 2))
        );
    }

    #[test]
    fn findings_without_a_fix_are_counted() {
        let needs = [
            Need {
                fixed: &["2.0".to_owned()],
                chosen: Some("2.0"),
            },
            Need {
                fixed: &[],
                chosen: None,
            },
        ];
        assert_eq!(
            choose(&needs, &numeric),
            Some(Upgrade {
                version: "2.0".to_owned(),
                fixes: 1,
                of: 2
            })
        );
        assert_eq!(upgrade(&[(&[], None)]), None);
    }

    #[test]
    fn versions_that_cannot_be_compared_fix_only_what_they_are_chosen_for() {
        assert_eq!(
            upgrade(&[(&["x"], Some("x")), (&["y"], Some("y"))]).map(|(_, fixes)| fixes),
            Some(1)
        );
    }
}
