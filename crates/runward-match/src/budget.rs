//! What one search may cost.

/// Steps that searches may still take; a step is about one comparison of two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    left: u64,
}

/// A search took more steps than it was given; its matches so far are not told, and the file is not
/// covered for the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the search took more steps than its limit")]
pub struct OutOfBudget;

impl Budget {
    #[must_use]
    pub fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// Steps that are left.
    #[must_use]
    pub fn left(self) -> u64 {
        self.left
    }

    pub(crate) fn spend(&mut self, steps: u64) {
        self.left = self.left.saturating_sub(steps);
    }

    pub(crate) fn check(self) -> Result<(), OutOfBudget> {
        if self.left == 0 {
            Err(OutOfBudget)
        } else {
            Ok(())
        }
    }
}

impl Default for Budget {
    /// Enough for every rule on every sane file; a second or two at most.
    fn default() -> Self {
        Self::new(100_000_000)
    }
}
