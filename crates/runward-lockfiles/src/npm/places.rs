//! A `node_modules` tree: where Node looks for what a package requires.

use std::collections::HashMap;

use crate::draft::{Draft, Id};

/// One directory that holds a package.
#[derive(Debug)]
struct Place {
    /// The place whose `node_modules` holds this one; the root holds itself.
    parent: usize,
    /// None for the project's own packages.
    id: Option<Id>,
    /// A link's target.
    link: Option<usize>,
}

/// Places by what holds them, so that a look-up costs one hash for each level.
#[derive(Debug)]
pub(super) struct Places<'a> {
    all: Vec<Place>,
    children: HashMap<(usize, &'a str), usize>,
    max_depth: usize,
}

pub(super) const ROOT: usize = 0;

impl<'a> Places<'a> {
    pub(super) fn new(draft: &Draft<'_>) -> Self {
        Self {
            all: vec![Place {
                parent: ROOT,
                id: None,
                link: None,
            }],
            children: HashMap::new(),
            max_depth: draft.cx.limits.max_depth,
        }
    }

    /// Adds a place below the `node_modules` of another one.
    pub(super) fn add(&mut self, parent: usize, name: &'a str, id: Option<Id>) -> usize {
        let place = self.add_apart(id);
        self.place_below(place, parent, name);
        place
    }

    /// Adds a place that is not below any `node_modules`, such as a workspace member.
    pub(super) fn add_apart(&mut self, id: Option<Id>) -> usize {
        self.all.push(Place {
            parent: ROOT,
            id,
            link: None,
        });
        self.all.len() - 1
    }

    pub(super) fn place_below(&mut self, place: usize, parent: usize, name: &'a str) {
        if let Some(known) = self.all.get_mut(place) {
            known.parent = parent;
            self.children.insert((parent, name), place);
        }
    }

    pub(super) fn link(&mut self, place: usize, target: usize) {
        if let Some(known) = self.all.get_mut(place) {
            known.link = Some(target);
        }
    }

    pub(super) fn id(&self, place: usize) -> Option<Id> {
        self.all.get(place)?.id
    }

    /// What `require(name)` finds from inside a place.
    pub(super) fn resolve(&self, from: usize, name: &str) -> Option<usize> {
        let mut at = from;
        for _ in 0..=self.max_depth {
            if let Some(found) = self.children.get(&(at, name)) {
                let target = self.all.get(*found)?.link;
                return Some(target.unwrap_or(*found));
            }
            if at == ROOT {
                return None;
            }
            at = self.all.get(at)?.parent;
        }
        None
    }
}
