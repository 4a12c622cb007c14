//! One walk from some packages to all that they need, with the extras that are asked for on the way.

use std::collections::{BTreeSet, HashMap};

use super::{
    LockPackage, Verdict,
    links::{self, Guard, Links},
};
use crate::marker::{Environment, Selection, Truth};

pub(super) struct Walker<'w, 'a> {
    links: &'w mut Links,
    packages: &'w [LockPackage<'a>],
    environment: &'w Environment,
    seen: HashMap<usize, BTreeSet<String>>,
    pending: Vec<usize>,
    /// Packages that an earlier walk reached are not entered.
    pub(super) fresh_only: bool,
}

impl<'w, 'a> Walker<'w, 'a> {
    pub(super) fn new(
        links: &'w mut Links,
        packages: &'w [LockPackage<'a>],
        environment: &'w Environment,
    ) -> Self {
        Self {
            links,
            packages,
            environment,
            seen: HashMap::new(),
            pending: Vec::new(),
            fresh_only: false,
        }
    }

    /// Notes that a package is needed, with extras.
    pub(super) fn enter(&mut self, index: usize, extras: &[String], verdicts: &[Verdict]) {
        let Some(verdict) = verdicts.get(index) else {
            return;
        };
        if verdict.closed || (self.fresh_only && verdict.scope.is_some()) {
            return;
        }
        let mut grew = false;
        let known = self.seen.entry(index).or_insert_with(|| {
            grew = true;
            BTreeSet::new()
        });
        for extra in extras {
            if !known.contains(extra) {
                known.insert(extra.clone());
                grew = true;
            }
        }
        if grew {
            self.pending.push(index);
        }
    }

    /// Walks to the end, and returns what was reached.
    pub(super) fn run(mut self, verdicts: &[Verdict]) -> Vec<usize> {
        while let Some(index) = self.pending.pop() {
            let extras = self.seen.get(&index).cloned().unwrap_or_default();
            let mut links = match self.links.by_package.get_mut(index) {
                Some(links) => std::mem::take(links),
                None => continue,
            };
            for link in &mut links {
                if self.links.budget == 0 {
                    break;
                }
                self.links.budget -= 1;
                let Some(edge) = links::edge(self.packages, index, link) else {
                    continue;
                };
                let open = !link.blocked
                    && match link.guard {
                        Guard::None => true,
                        Guard::Extra => edge.when_extra.as_deref().is_some_and(|extra| {
                            extras.contains(super::normalized(extra).as_ref())
                        }),
                        Guard::Marker => {
                            let selection = Selection {
                                extras: Some(&|name| extras.contains(name)),
                                groups: None,
                            };
                            edge.marker.as_deref().is_none_or(|marker| {
                                self.environment.evaluate(marker, selection) != Ok(Truth::False)
                            })
                        }
                    };
                if open {
                    link.active = true;
                    let target = link.target;
                    self.enter(target, &edge.extras, verdicts);
                }
            }
            if let Some(place) = self.links.by_package.get_mut(index) {
                *place = links;
            }
        }
        let mut reached: Vec<usize> = self.seen.into_keys().collect();
        reached.sort_unstable();
        reached
    }
}
