//! Records that are aliases of one another, directly or through others: one vulnerability.

use std::collections::HashMap;

/// The groups of an index's records.
pub(crate) struct Groups {
    /// The group of each record.
    pub(crate) of: Vec<u32>,
    /// The records of each group, ascending.
    pub(crate) records: Vec<Vec<u32>>,
    /// Sizes of the groups that were taken apart because they are larger than allowed.
    pub(crate) refused: Vec<usize>,
}

/// Joins records that share an id or alias. `names` holds a hash and a record for each of them;
/// records for which `joins` says no (withdrawn ones) stay alone. A group above `max` records is
/// bogus data, which must not hide one vulnerability behind another: its records stay alone too.
pub(crate) fn group(
    count: u32,
    names: &[(u64, u32)],
    joins: impl Fn(u32) -> bool,
    max: usize,
) -> Groups {
    let mut parents: Vec<u32> = (0..count).collect();
    let mut holder: HashMap<u64, u32> = HashMap::with_capacity(names.len());
    for &(name, record) in names.iter().filter(|(_, record)| joins(*record)) {
        let first = *holder.entry(name).or_insert(record);
        let (a, b) = (root(&mut parents, first), root(&mut parents, record));
        // The lower number is the root, so that groups do not depend on the order of `names`.
        if let Some(parent) = parents.get_mut(a.max(b) as usize) {
            *parent = a.min(b);
        }
    }
    drop(holder);
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for record in 0..count {
        *sizes.entry(root(&mut parents, record)).or_default() += 1;
    }
    let mut groups = Groups {
        of: Vec::with_capacity(count as usize),
        records: Vec::new(),
        refused: sizes.values().copied().filter(|size| *size > max).collect(),
    };
    groups.refused.sort_unstable();
    let mut numbers: HashMap<u32, usize> = HashMap::new();
    for record in 0..count {
        let root = root(&mut parents, record);
        let alone = sizes.get(&root).is_some_and(|size| *size > max);
        let next = groups.records.len();
        let number = if alone {
            next
        } else {
            *numbers.entry(root).or_insert(next)
        };
        if number == next {
            groups.records.push(Vec::new());
        }
        if let Some(members) = groups.records.get_mut(number) {
            members.push(record);
        }
        groups.of.push(u32::try_from(number).unwrap_or(u32::MAX));
    }
    groups
}

/// The root of a record's tree, halving the path on the way.
fn root(parents: &mut [u32], mut record: u32) -> u32 {
    loop {
        let parent = parents.get(record as usize).copied().unwrap_or(record);
        if parent == record {
            return record;
        }
        let above = parents.get(parent as usize).copied().unwrap_or(parent);
        if let Some(entry) = parents.get_mut(record as usize) {
            *entry = above;
        }
        record = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_join_transitively() {
        // 0 and 1 share 10, 1 and 3 share 11; 2 is alone.
        let names = [(10, 0), (10, 1), (11, 1), (11, 3), (12, 2)];
        let groups = group(4, &names, |_| true, 10);
        assert_eq!(groups.records, [vec![0, 1, 3], vec![2]]);
        assert_eq!(groups.of, [0, 0, 1, 0]);
    }

    #[test]
    fn a_withdrawn_record_joins_nothing() {
        let names = [(10, 0), (10, 1), (11, 1), (11, 2)];
        let groups = group(3, &names, |record| record != 1, 10);
        assert_eq!(groups.records.len(), 3);
    }

    #[test]
    fn a_giant_group_is_taken_apart() {
        let names: Vec<(u64, u32)> = (0..20).map(|record| (1, record)).collect();
        let groups = group(21, &names, |_| true, 10);
        assert_eq!(groups.records.len(), 21);
        assert_eq!(groups.refused, [20]);
    }

    proptest::proptest! {
        #[test]
        fn groups_do_not_depend_on_the_order(mut names in proptest::collection::vec((0_u64..20, 0_u32..30), 0..60)) {
            let before = group(30, &names, |_| true, 1_000).records;
            names.reverse();
            assert_eq!(group(30, &names, |_| true, 1_000).records, before);
        }
    }
}
