/// What is read at most. Lists come from the network, names from anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a published list of names; `PyPI`'s has 40 MB.
    pub max_list_bytes: u64,
    /// Names of a popular list.
    pub max_popular_names: usize,
    /// Names of an existence index.
    pub max_names: usize,
    /// Patterns of a configuration.
    pub max_patterns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_list_bytes: 512 * 1024 * 1024,
            max_popular_names: 200_000,
            max_names: 20_000_000,
            max_patterns: 1_000,
        }
    }
}

/// The longest name that npm allows; none of the registries allows a longer one.
pub(crate) const MAX_NAME_BYTES: usize = 214;
