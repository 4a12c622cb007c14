//! Registry answers as bytes, for tests and fuzzing; [`super::Registry`] is what to use.

pub use super::crates_io::{Told as CratesTold, api as crates_api, index as crates_index};
pub use super::npm::{downloads as npm_downloads, packument as npm};
pub use super::pypi::{downloads as pypi_downloads, project as pypi};
pub use super::rdap::{services as rdap_services, state as rdap_domain};
pub use super::simple::{Page as SimplePage, page as simple};
