//! How much is read of a repository.

/// Limits on what one repository can make us read. All sizes in bytes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest object that is ever held: blob, tree, commit, or a base that a delta needs.
    pub max_object_bytes: u64,
    /// Longest chain of deltas. Git writes at most 4095.
    pub max_delta_depth: usize,
    /// Base objects of deltas that one thread keeps.
    pub delta_cache_bytes: usize,
    /// Bytes that are unpacked in one history, over all objects.
    pub max_unpacked_bytes: u64,
    /// Commits of one history.
    pub max_commits: usize,
    /// Distinct trees of one history, and trees in one comparison.
    pub max_trees: usize,
    /// Distinct blobs of one history, and files in one comparison.
    pub max_blobs: usize,
    /// Directories above one another in a tree.
    pub max_tree_depth: usize,
    /// Longest path.
    pub max_path_bytes: usize,
    /// References that are read.
    pub max_refs: usize,
    /// Packs that are opened.
    pub max_packs: usize,
    /// Largest of the repository's own files: configuration, references, index.
    pub max_file_bytes: u64,
    /// Links from one reference to the next, and from one tag to the next.
    pub max_hops: usize,
    /// Things that could not be looked at and are named one by one; of more, only the number is told.
    pub max_named: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_object_bytes: 256 * 1024 * 1024,
            max_delta_depth: 8192,
            delta_cache_bytes: 48 * 1024 * 1024,
            max_unpacked_bytes: 4 * 1024 * 1024 * 1024 * 1024,
            max_commits: 20_000_000,
            max_trees: 50_000_000,
            max_blobs: 50_000_000,
            max_tree_depth: 1024,
            max_path_bytes: 16 * 1024,
            max_refs: 5_000_000,
            max_packs: 20_000,
            max_file_bytes: 1024 * 1024 * 1024,
            max_hops: 16,
            max_named: 100,
        }
    }
}
