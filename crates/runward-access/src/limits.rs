//! How much is taken from outside.

/// Bounds on everything that this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one policy file.
    pub policy_file_bytes: usize,
    /// Files of additional policies.
    pub policy_files: usize,
    /// Policies in all files together.
    pub policies: usize,
    /// Words, numbers, strings and signs of one policy: what its nesting is bounded by, since
    /// `if … else if …` nests without brackets.
    pub policy_tokens: usize,
    /// Brackets within brackets.
    pub nesting: usize,
    /// Characters of a display name.
    pub name_chars: usize,
    /// Bytes of an email address (RFC 5321 §4.5.3.1.3, without the angle brackets).
    pub email_bytes: usize,
    /// Bytes of a repository's name.
    pub repository_bytes: usize,
    /// Repositories that one token is narrowed to.
    pub token_repositories: usize,
    /// The longest life of a token.
    pub token_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            policy_file_bytes: 256 * 1024,
            policy_files: 32,
            policies: 1_000,
            policy_tokens: 2_000,
            nesting: 32,
            name_chars: 100,
            email_bytes: 254,
            repository_bytes: 255,
            token_repositories: 1_000,
            token_days: 365,
        }
    }
}
