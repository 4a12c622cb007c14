//! How much of an event is kept.

/// The bounds of a sealed event. What exceeds one is cut and says so; nothing is refused for size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the sealed bytes. Less than 50,000 is taken as 50,000: names and the reason alone may
    /// need that much once escaped.
    pub sealed_bytes: usize,
    /// Of one text.
    pub text_bytes: usize,
    /// Of ids, names of repositories and the like.
    pub name_bytes: usize,
    /// Of a key in `details`, and of a field's name in `changes`.
    pub key_bytes: usize,
    /// Objects and lists within each other.
    pub depth: usize,
    /// Values in all.
    pub nodes: usize,
    /// Of the beginning of a text that is kept where the rest is cut.
    pub head_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sealed_bytes: 60_000,
            text_bytes: 16 << 10,
            name_bytes: 512,
            key_bytes: 256,
            depth: 32,
            nodes: 10_000,
            head_bytes: 256,
        }
    }
}
