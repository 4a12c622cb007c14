//! Version orders of the package ecosystems, exactly as their tools have them.
//!
//! Everything here is pure and takes text as it stands in manifests and advisories; what cannot be
//! read is an error or `None`, never a guess.
//!
//! An advisory range that starts with `introduced: "0"` starts below every version. That `0` is a
//! marker of the OSV schema and no version: on PyPI, `0` is above `0a1`. Callers test for the
//! marker with [`is_beginning`] before they compare.

mod error;
mod number;
mod order;
mod requirement;
mod scan;
mod step;
mod version;

pub use error::VersionError;
pub use requirement::{allows, pinned};
pub use step::{Step, step};
pub use version::{Limits, Version, compare, is_prerelease, same};

/// Whether the `introduced` event of an OSV range stands for "from the very first version".
pub fn is_beginning(introduced: &str) -> bool {
    introduced.trim() == "0"
}
