//! Requirements as manifests write them, one notation for each ecosystem.

use runward_model::Ecosystem;

use crate::version::Limits;

mod cargo;
mod comparator;
mod composer;
mod conda;
mod gem;
mod generic;
mod go;
mod hex;
mod interval;
mod maven;
mod npm;
mod nuget;
mod partial;
mod pep440;
mod pub_dev;

/// Whether a requirement, as written in its ecosystem, allows a version; `None` where either
/// cannot be read.
///
/// Pre-releases are treated as the ecosystem's own tool treats them:
/// - PyPI: allowed only where a clause names a pre-release;
/// - npm, crates.io: only where a comparator names a pre-release of the same numbers;
/// - RubyGems, Packagist, Maven, NuGet, Hex, Pub, Conda: by the order alone.
///
/// A Go requirement is the lowest version; a bare Maven version is a wish that allows all.
pub fn allows(ecosystem: &Ecosystem, requirement: &str, version: &str) -> Option<bool> {
    let limits = Limits::DEFAULT;
    if requirement.len() > limits.max_requirement_bytes || version.len() > limits.max_version_bytes
    {
        return None;
    }
    match ecosystem {
        Ecosystem::PyPI => pep440::allows(requirement, version),
        Ecosystem::Npm => npm::allows(requirement, version),
        Ecosystem::CratesIo => cargo::allows(requirement, version),
        Ecosystem::Go => go::allows(requirement, version),
        Ecosystem::RubyGems => gem::allows(requirement, version),
        Ecosystem::Packagist => composer::allows(requirement, version),
        Ecosystem::Maven => maven::allows(requirement, version),
        Ecosystem::NuGet => nuget::allows(requirement, version),
        Ecosystem::Hex => hex::allows(requirement, version),
        Ecosystem::Pub => pub_dev::allows(requirement, version),
        Ecosystem::Conda => conda::allows(requirement, version),
        Ecosystem::Other(_) => generic::allows(requirement, version),
    }
}

/// The version that a requirement pins, as written there; `None` where it allows several, moves
/// (a branch, `LATEST`), or cannot be read. Go requirements are lower bounds and pin nothing.
pub fn pinned(ecosystem: &Ecosystem, requirement: &str) -> Option<String> {
    if requirement.len() > Limits::DEFAULT.max_requirement_bytes {
        return None;
    }
    match ecosystem {
        Ecosystem::PyPI => pep440::pinned(requirement),
        Ecosystem::Npm => npm::pinned(requirement),
        Ecosystem::CratesIo => cargo::pinned(requirement),
        Ecosystem::Go => None,
        Ecosystem::RubyGems => gem::pinned(requirement),
        Ecosystem::Packagist => composer::pinned(requirement),
        Ecosystem::Maven => maven::pinned(requirement),
        Ecosystem::NuGet => nuget::pinned(requirement),
        Ecosystem::Hex => hex::pinned(requirement),
        Ecosystem::Pub => pub_dev::pinned(requirement),
        Ecosystem::Conda => conda::pinned(requirement),
        Ecosystem::Other(_) => generic::pinned(requirement),
    }
}
