//! NuGet.

pub(crate) mod lock;
pub(crate) mod packages_config;
pub(crate) mod project;
