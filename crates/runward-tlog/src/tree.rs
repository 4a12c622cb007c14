//! The Merkle tree of RFC 6962: its right edge, its proofs and their verification.

use crate::error::LogError;
use crate::hash::Hash;

/// A source of complete subtree hashes: level `l`, index `i` spans leaves `i·2ˡ .. (i+1)·2ˡ`.
pub(crate) trait Nodes {
    fn node(&self, level: u32, index: u64) -> Result<Hash, LogError>;
}

/// The complete subtrees whose sum is a tree, from left to right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frontier {
    nodes: Vec<(u32, Hash)>,
    size: u64,
}

impl Frontier {
    /// Adds a complete subtree of 2^`level` leaves; the size so far must be a multiple of that.
    pub(crate) fn push(&mut self, level: u32, hash: Hash) {
        debug_assert_eq!(self.size & ((1 << level) - 1), 0);
        self.size += 1 << level;
        let (mut level, mut hash) = (level, hash);
        while let Some(&(top, left)) = self.nodes.last()
            && top == level
        {
            self.nodes.pop();
            hash = Hash::node(left, hash);
            level += 1;
        }
        self.nodes.push((level, hash));
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn nodes(&self) -> &[(u32, Hash)] {
        &self.nodes
    }

    pub(crate) fn root(&self) -> Hash {
        let mut nodes = self.nodes.iter().rev();
        let Some(&(_, last)) = nodes.next() else {
            return Hash::empty();
        };
        nodes.fold(last, |right, &(_, left)| Hash::node(left, right))
    }

    /// The frontier of the tree of the first `size` leaves of `source`.
    pub(crate) fn of(source: &impl Nodes, size: u64) -> Result<Self, LogError> {
        let mut frontier = Self::default();
        for level in (0..64).rev() {
            if size >> level & 1 == 1 {
                let index = (size >> level) - 1;
                frontier.push(level, source.node(level, index)?);
            }
        }
        Ok(frontier)
    }
}

/// All complete subtrees that end beyond `base`, plus the frontier at `base`: what must be in
/// memory to extend the tree and to prove what is not yet in tiles.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    base: u64,
    size: u64,
    /// Per level the nodes from index [`first`] on.
    levels: Vec<Vec<Hash>>,
}

fn first(base: u64, level: u32) -> u64 {
    (base >> level) & !1
}

impl Edge {
    pub(crate) fn new(frontier: &Frontier) -> Self {
        let mut edge = Self {
            base: frontier.size(),
            size: frontier.size(),
            levels: vec![Vec::new(); 64],
        };
        for &(level, hash) in frontier.nodes() {
            edge.add(level, hash);
        }
        edge
    }

    pub(crate) fn base(&self) -> u64 {
        self.base
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    fn add(&mut self, level: u32, hash: Hash) {
        if let Some(nodes) = self.levels.get_mut(level as usize) {
            nodes.push(hash);
        }
    }

    pub(crate) fn get(&self, level: u32, index: u64) -> Option<Hash> {
        let offset = index.checked_sub(first(self.base, level))?;
        self.levels
            .get(level as usize)?
            .get(usize::try_from(offset).ok()?)
            .copied()
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        let (mut level, mut index, mut hash) = (0, self.size, leaf);
        self.size += 1;
        self.add(level, hash);
        // The left sibling of a completed pair is always here: it is in the frontier or was pushed.
        while index & 1 == 1
            && let Some(left) = self.get(level, index - 1)
        {
            hash = Hash::node(left, hash);
            level += 1;
            index >>= 1;
            self.add(level, hash);
        }
    }

    pub(crate) fn frontier(&self) -> Frontier {
        let mut frontier = Frontier::default();
        for level in (0..64).rev() {
            if self.size >> level & 1 == 1
                && let Some(hash) = self.get(level, (self.size >> level) - 1)
            {
                frontier.push(level, hash);
            }
        }
        frontier
    }

    /// Takes over what `next`, which began at this edge's size, has grown since.
    pub(crate) fn absorb(&mut self, next: Self) {
        debug_assert_eq!(next.base, self.size);
        for (level, (mine, theirs)) in (0..).zip(self.levels.iter_mut().zip(next.levels)) {
            let known = (next.base >> level) - first(next.base, level);
            let known = usize::try_from(known).unwrap_or(usize::MAX);
            mine.extend(theirs.into_iter().skip(known));
        }
        self.size = next.size;
    }

    /// Forgets what lies wholly before `base`, now that tiles hold it.
    pub(crate) fn rebase(&mut self, base: u64) {
        for (level, nodes) in (0..).zip(&mut self.levels) {
            let drop = first(base, level).saturating_sub(first(self.base, level));
            let drop = usize::try_from(drop).unwrap_or(usize::MAX).min(nodes.len());
            nodes.drain(..drop);
            nodes.shrink_to(nodes.len() * 2);
        }
        self.base = base;
    }
}

/// The hash of the tree over leaves `start..end`; `start` is aligned as RFC 6962 recursion makes it.
fn range(source: &impl Nodes, start: u64, end: u64) -> Result<Hash, LogError> {
    let count = end - start;
    if count.is_power_of_two() {
        return source.node(count.trailing_zeros(), start >> count.trailing_zeros());
    }
    let middle = start + split(count);
    Ok(Hash::node(
        range(source, start, middle)?,
        range(source, middle, end)?,
    ))
}

/// The largest power of two below `count` (which is at least 2).
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// RFC 6962, section 2.1.1: from the leaf's sibling up to the root's child.
pub(crate) fn inclusion(source: &impl Nodes, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
    if index >= size {
        return Err(LogError::OutOfRange { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range(source, middle, end)?);
            end = middle;
        } else {
            path.push(range(source, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// RFC 6962, section 2.1.2; empty when `old` is 0 or equal to `new`.
pub(crate) fn consistency(source: &impl Nodes, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
    if old > new {
        return Err(LogError::OutOfRange {
            index: old,
            size: new,
        });
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, new);
    let mut path = Vec::new();
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range(source, middle, end)?);
            end = middle;
        } else {
            path.push(range(source, start, middle)?);
            start = middle;
        }
    }
    // The old tree's own rightmost subtree is left out only where it is the whole old tree.
    if start != 0 {
        path.push(range(source, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// RFC 9162, section 2.1.3.2: whether `leaf` is record `index` of the tree of `size` with `root`.
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut fn_, mut sn, mut r) = (index, size - 1, leaf);
    for p in path {
        if sn == 0 {
            return false;
        }
        if fn_ & 1 == 1 || fn_ == sn {
            r = Hash::node(*p, r);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            r = Hash::node(r, *p);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    sn == 0 && r == root
}

/// RFC 9162, section 2.1.4.2: whether the tree of `new` leaves extends the tree of `old` leaves.
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    path: &[Hash],
) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return path.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return path.is_empty() && old_root == Hash::empty();
    }
    let mut path = path.iter().copied();
    let seed = if old.is_power_of_two() {
        Some(old_root)
    } else {
        path.next()
    };
    let Some(seed) = seed else { return false };
    let (mut fn_, mut sn) = (old - 1, new - 1);
    while fn_ & 1 == 1 {
        fn_ >>= 1;
        sn >>= 1;
    }
    let (mut fr, mut sr) = (seed, seed);
    for c in path {
        if sn == 0 {
            return false;
        }
        if fn_ & 1 == 1 || fn_ == sn {
            fr = Hash::node(c, fr);
            sr = Hash::node(c, sr);
            while fn_ & 1 == 0 && fn_ != 0 {
                fn_ >>= 1;
                sn >>= 1;
            }
        } else {
            sr = Hash::node(sr, c);
        }
        fn_ >>= 1;
        sn >>= 1;
    }
    sn == 0 && fr == old_root && sr == new_root
}
