//! Which files import which.

use std::collections::BTreeSet;

/// Files and what they import, by number.
#[derive(Debug, Default)]
pub(super) struct Graph {
    imports: Vec<Vec<u32>>,
    importers: Vec<Vec<u32>>,
}

impl Graph {
    pub(super) fn new(imports: Vec<Vec<u32>>) -> Self {
        let mut importers = vec![Vec::new(); imports.len()];
        for (from, all) in (0_u32..).zip(&imports) {
            for to in all {
                if let Some(known) = importers.get_mut(*to as usize) {
                    known.push(from);
                }
            }
        }
        Self { imports, importers }
    }

    fn len(&self) -> usize {
        self.imports.len()
    }

    fn imports(&self, file: u32) -> &[u32] {
        self.imports.get(file as usize).map_or(&[], Vec::as_slice)
    }

    fn importers(&self, file: u32) -> &[u32] {
        self.importers.get(file as usize).map_or(&[], Vec::as_slice)
    }

    fn closure<'s>(&'s self, from: &[u32], next: impl Fn(&'s Self, u32) -> &'s [u32]) -> Vec<bool> {
        let mut seen = vec![false; self.len()];
        let mut open: Vec<u32> = from.to_vec();
        while let Some(file) = open.pop() {
            if let Some(known) = seen.get_mut(file as usize)
                && !std::mem::replace(known, true)
            {
                open.extend(next(self, file));
            }
        }
        seen
    }

    /// The files where a value may flow from a source to a sink by way of another file: those that
    /// can reach a file with a source and one with a sink, what lies between, and what that imports.
    pub(super) fn between(&self, sources: &[u32], sinks: &[u32]) -> Vec<u32> {
        let to_source = self.closure(sources, Self::importers);
        let to_sink = self.closure(sinks, Self::importers);
        let meeting: Vec<u32> = (0_u32..)
            .zip(to_source.iter().zip(&to_sink))
            .filter(|(_, (source, sink))| **source && **sink)
            .map(|(file, _)| file)
            .collect();
        let below = self.closure(&meeting, Self::imports);
        let mut chosen: BTreeSet<u32> = (0_u32..)
            .zip(below.iter().zip(to_source.iter().zip(&to_sink)))
            .filter(|(_, (below, (source, sink)))| **below && (**source || **sink))
            .map(|(file, _)| file)
            .collect();
        // What is imported may sanitize, or give something harmless.
        let helpers: Vec<u32> = chosen
            .iter()
            .flat_map(|file| self.imports(*file))
            .copied()
            .collect();
        chosen.extend(helpers);
        // A file that is alone is looked at as any other.
        let all = chosen.clone();
        chosen
            .into_iter()
            .filter(|file| {
                let near = self.imports(*file).iter().chain(self.importers(*file));
                near.copied()
                    .any(|other| other != *file && all.contains(&other))
            })
            .collect()
    }

    /// A number for each file that those share which are joined by imports, in either direction.
    pub(super) fn components(&self) -> Vec<u32> {
        let mut component = vec![u32::MAX; self.len()];
        for first in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
            let mut open = vec![first];
            while let Some(file) = open.pop() {
                match component.get_mut(file as usize) {
                    Some(known) if *known == u32::MAX => *known = first,
                    _ => continue,
                }
                open.extend(self.imports(file));
                open.extend(self.importers(file));
            }
        }
        component
    }

    /// The chosen files in groups: what a file imports is in the same group, where they import each
    /// other, or in an earlier one.
    pub(super) fn levels(&self, chosen: &BTreeSet<u32>) -> Vec<Vec<u32>> {
        let component = self.cycles(chosen);
        // Cycles are numbered after those that they import.
        let count = component
            .iter()
            .copied()
            .filter(|one| *one != u32::MAX)
            .max();
        let mut level = vec![0_usize; count.map_or(0, |count| count as usize + 1)];
        let mut files: Vec<(u32, u32)> = chosen
            .iter()
            .filter_map(|file| Some((*component.get(*file as usize)?, *file)))
            .collect();
        files.sort_unstable();
        for (own, file) in &files {
            let above = self
                .imports(*file)
                .iter()
                .filter_map(|other| component.get(*other as usize))
                .filter(|other| **other != u32::MAX && *other != own)
                .filter_map(|other| level.get(*other as usize))
                .map(|level| level + 1)
                .max()
                .unwrap_or(0);
            if let Some(level) = level.get_mut(*own as usize) {
                *level = (*level).max(above);
            }
        }
        let mut levels: Vec<Vec<u32>> = Vec::new();
        for (own, file) in files {
            let at = level.get(own as usize).copied().unwrap_or_default();
            if levels.len() <= at {
                levels.resize(at + 1, Vec::new());
            }
            if let Some(level) = levels.get_mut(at) {
                level.push(file);
            }
        }
        for level in &mut levels {
            level.sort_unstable();
        }
        levels
    }

    /// Tarjan's strongly connected components, without recursion.
    fn cycles(&self, chosen: &BTreeSet<u32>) -> Vec<u32> {
        const NEW: u32 = u32::MAX;
        let mut number = vec![NEW; self.len()];
        let mut low = vec![NEW; self.len()];
        let mut component = vec![NEW; self.len()];
        let mut stack: Vec<u32> = Vec::new();
        let (mut next, mut made) = (0_u32, 0_u32);
        let get = |all: &[u32], at: u32| all.get(at as usize).copied().unwrap_or(NEW);
        let put = |all: &mut [u32], at: u32, value: u32| {
            if let Some(place) = all.get_mut(at as usize) {
                *place = value;
            }
        };
        for start in chosen {
            if get(&number, *start) != NEW {
                continue;
            }
            let mut open: Vec<(u32, usize)> = vec![(*start, 0)];
            while let Some((file, child)) = open.pop() {
                if child == 0 {
                    put(&mut number, file, next);
                    put(&mut low, file, next);
                    next += 1;
                    stack.push(file);
                }
                if let Some(other) = self.imports(file).get(child).copied() {
                    open.push((file, child + 1));
                    if !chosen.contains(&other) {
                        continue;
                    }
                    if get(&number, other) == NEW {
                        open.push((other, 0));
                    } else if get(&component, other) == NEW {
                        let least = get(&low, file).min(get(&number, other));
                        put(&mut low, file, least);
                    }
                    continue;
                }
                if get(&low, file) == get(&number, file) {
                    while let Some(member) = stack.pop() {
                        put(&mut component, member, made);
                        if member == file {
                            break;
                        }
                    }
                    made += 1;
                }
                if let Some((parent, _)) = open.last() {
                    let least = get(&low, *parent).min(get(&low, file));
                    put(&mut low, *parent, least);
                }
            }
        }
        component
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 imports 1 and 2; 1 and 3 import each other; 3 imports 4; 5 is alone; 6 imports 2.
    fn graph() -> Graph {
        Graph::new(vec![
            vec![1, 2],
            vec![3],
            vec![],
            vec![1, 4],
            vec![],
            vec![],
            vec![2],
        ])
    }

    #[test]
    fn files_between_sources_and_sinks_are_chosen() {
        assert_eq!(graph().between(&[2], &[4]), [0, 1, 2, 3, 4]);
        assert_eq!(graph().between(&[5], &[4]), [0_u32; 0]);
        assert_eq!(graph().between(&[5], &[5]), [0_u32; 0], "alone");
        assert_eq!(graph().between(&[6], &[6]), [2, 6], "with its helper");
    }

    #[test]
    fn what_is_imported_comes_first() {
        let all: BTreeSet<u32> = (0..7).collect();
        assert_eq!(
            graph().levels(&all),
            [vec![2, 4, 5], vec![1, 3, 6], vec![0]]
        );
        let some: BTreeSet<u32> = [1, 4].into();
        assert_eq!(graph().levels(&some), [vec![1, 4]]);
    }

    #[test]
    fn files_that_are_joined_share_a_component() {
        assert_eq!(graph().components(), [0, 0, 0, 0, 0, 5, 0]);
    }
}
