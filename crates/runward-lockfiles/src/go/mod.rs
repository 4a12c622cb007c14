//! Go modules.

pub(crate) mod go_mod;
pub(crate) mod go_sum;
