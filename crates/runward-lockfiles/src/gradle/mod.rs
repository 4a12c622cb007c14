//! Gradle: lockfiles and version catalogs. Build scripts are programs and are not read.

pub(crate) mod catalog;
pub(crate) mod lockfile;
