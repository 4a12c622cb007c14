//! Checks against registries that answer from memory.

// Helpers of tests may fail as tests do; weights are the numbers that are written.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::needless_pass_by_value,
    clippy::float_cmp
)]

mod fake;
mod hostile;
mod run;
mod signals;
