//! What somebody sees of all that there is.
//!
//! A list must show exactly what a check of each item would allow. So what a list filters by is not
//! written down a second time: it is found by asking the same engine about specimens. Where the
//! policies of an action tell items apart only by their repository and by whether the asker owns or
//! is assigned them ([`Footprint`](crate::policy::Footprint) says so), every item is like one of a
//! few specimens: one for each repository that the asker, the token or a policy knows, one for all
//! other repositories, and each owned, assigned, both and neither. Their answers are the filter.
//!
//! Where that does not hold, or the answers are no filter that a database has, the result says so:
//! it holds everything that is allowed and perhaps more, and each item is asked for ([`page`]).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use runward_model::{Action, Resource, Severity, Visible};

use super::{Engine, Request};

/// No name of a repository or a principal.
const NOBODYS: &str = "-";

/// A filter for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// Holds every item that is allowed.
    pub visible: Visible,
    /// Whether it holds no other. Otherwise ask [`Engine::decide`] for each.
    pub exact: bool,
}

impl Visibility {
    fn none() -> Self {
        Self {
            visible: Visible::Of {
                repositories: BTreeSet::new(),
                person: None,
            },
            exact: true,
        }
    }
}

/// Answers for the specimens of one repository.
#[derive(Debug, Clone, Copy)]
struct Answers {
    /// To one that has nothing to do with the asker.
    plain: bool,
    /// To one that the asker owns, is assigned, both.
    own: [bool; 3],
}

impl Engine {
    /// The items that `principal` may do `action` to. For an action on the whole installation, all
    /// or nothing.
    pub fn visible(
        &self,
        principal: &str,
        token: Option<&str>,
        action: Action,
        now: Timestamp,
    ) -> Visibility {
        let Ok(about) = self.policies.about(action) else {
            return Visibility::none();
        };
        let Some(kind) = ["Finding", "Task", "Repository"]
            .into_iter()
            .find(|it| about.resources.contains(*it))
        else {
            return self.all_or_nothing(principal, token, action, now);
        };
        // No specimen is allowed to somebody who is refused whatever they ask about.
        let refused = self
            .people
            .get(principal)
            .is_none_or(|it| it.principal.disabled.is_some());
        if refused {
            return Visibility::none();
        }
        if about.footprint().beyond {
            return Visibility {
                visible: Visible::All,
                exact: false,
            };
        }
        let mut known: BTreeSet<&str> = about
            .footprint()
            .repositories
            .iter()
            .map(String::as_str)
            .collect();
        if let Some(member) = self.people.get(principal) {
            known.extend(member.memberships.keys().map(String::as_str));
        }
        let narrowed = token.and_then(|id| self.tokens.get(id));
        if let Some(those) = narrowed.and_then(|it| it.stored.info.repositories.as_ref()) {
            known.extend(those.iter().map(String::as_str));
        }
        let ask = |resource: &Resource| {
            let request = Request {
                principal,
                token,
                action,
                resource,
                now,
            };
            self.decide(&request).allowed
        };
        let answers = |repository: &str| answers(kind, principal, repository, ask);
        let elsewhere = answers(NOBODYS);
        // Repositories that no policy names differ by the asker's role and the token alone, so that
        // one of each kind answers for all.
        let mut alike = BTreeMap::new();
        let mut here = BTreeMap::new();
        for name in known {
            let found = if about.footprint().repositories.contains(name) {
                answers(name)
            } else {
                let member = self.people.get(principal);
                let role = member.and_then(|it| it.memberships.get(name)).copied();
                let covered = narrowed.is_none_or(|it| it.covers(action, Some(name)));
                *alike
                    .entry((role, covered))
                    .or_insert_with(|| answers(name))
            };
            here.insert(name, found);
        }
        filter(principal, kind == "Task", elsewhere, &here)
    }

    fn all_or_nothing(
        &self,
        principal: &str,
        token: Option<&str>,
        action: Action,
        now: Timestamp,
    ) -> Visibility {
        let request = Request {
            principal,
            token,
            action,
            resource: &Resource::System,
            now,
        };
        if self.decide(&request).allowed {
            return Visibility {
                visible: Visible::All,
                exact: true,
            };
        }
        Visibility::none()
    }
}

fn answers(
    kind: &str,
    principal: &str,
    repository: &str,
    ask: impl Fn(&Resource) -> bool,
) -> Answers {
    let task = |owner: &str, assignee: Option<&str>| Resource::Task {
        id: NOBODYS.to_owned(),
        repository: repository.to_owned(),
        owner: owner.to_owned(),
        assignee: assignee.map(str::to_owned),
        requester: None,
        severity: Severity::Low,
        approver: None,
    };
    match kind {
        "Task" => Answers {
            plain: ask(&task(NOBODYS, None)),
            own: [
                ask(&task(principal, None)),
                ask(&task(NOBODYS, Some(principal))),
                ask(&task(principal, Some(principal))),
            ],
        },
        kind => {
            let plain = ask(&if kind == "Finding" {
                Resource::Finding {
                    id: NOBODYS.to_owned(),
                    repository: repository.to_owned(),
                    severity: Severity::Low,
                    approver: None,
                    involved: BTreeSet::new(),
                }
            } else {
                Resource::Repository {
                    name: repository.to_owned(),
                }
            });
            Answers {
                plain,
                own: [plain; 3],
            }
        }
    }
}

/// The filter that the answers are, if one is.
fn filter(
    principal: &str,
    owned: bool,
    elsewhere: Answers,
    here: &BTreeMap<&str, Answers>,
) -> Visibility {
    let everywhere = || here.values().chain([&elsewhere]);
    if elsewhere.plain {
        return Visibility {
            visible: Visible::All,
            exact: everywhere().all(|it| it.plain && it.own == [true; 3]),
        };
    }
    let person = owned && everywhere().any(|it| it.own.contains(&true) && !it.plain);
    Visibility {
        exact: everywhere().all(|it| it.own == [it.plain || person; 3]),
        visible: Visible::Of {
            repositories: here
                .iter()
                .filter(|(_, it)| it.plain)
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            person: person.then(|| principal.to_owned()),
        },
    }
}

/// A page of allowed items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K> {
    pub items: Vec<T>,
    /// Where the next page starts after; none where there is nothing more.
    pub next: Option<K>,
}

/// Fills a page with allowed items where [`Visibility::exact`] does not hold. `fetch` gives items
/// after a key in the order of their keys, fewer than asked for only at the end.
pub fn page<T, K: Clone, E>(
    size: usize,
    after: Option<K>,
    mut fetch: impl FnMut(Option<&K>, usize) -> Result<Vec<(K, T)>, E>,
    mut allowed: impl FnMut(&T) -> bool,
) -> Result<Page<T, K>, E> {
    /// At least so many are fetched at once, since few of them may be allowed.
    const LEAST: usize = 100;
    let size = size.max(1);
    let mut items = Vec::new();
    let mut last = after;
    loop {
        let wanted = size.max(LEAST);
        let fetched = fetch(last.as_ref(), wanted)?;
        let more = fetched.len() >= wanted;
        for (key, item) in fetched {
            if items.len() == size {
                return Ok(Page { items, next: last });
            }
            last = Some(key);
            if allowed(&item) {
                items.push(item);
            }
        }
        if !more {
            return Ok(Page { items, next: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn pages_join_to_what_is_allowed() {
        for total in [0_u32, 1, 99, 100, 101, 450] {
            for size in [1, 7, 100, 1_000] {
                let (mut after, mut seen) = (None, Vec::new());
                loop {
                    let page = page(
                        size,
                        after,
                        |after: Option<&u32>, count| {
                            let from = after.map_or(0, |it| it + 1);
                            Ok::<_, Infallible>(
                                (from..total).take(count).map(|it| (it, it)).collect(),
                            )
                        },
                        |it| it % 3 == 0,
                    )
                    .unwrap();
                    assert!(page.items.len() <= size);
                    seen.extend(page.items);
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert!(seen.into_iter().eq((0..total).filter(|it| it % 3 == 0)));
            }
        }
    }
}
