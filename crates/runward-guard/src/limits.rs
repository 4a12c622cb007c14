/// How long a command line may be. Operating systems allow about 2 MB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub max_arguments: usize,
    pub max_argument_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_arguments: 10_000,
            max_argument_bytes: 32 * 1024,
        }
    }
}

/// Commands in commands (`poetry run pip install x`), at most.
pub(crate) const MAX_NESTING: u8 = 4;
