//! A parsed version of one ecosystem.

use std::cmp::Ordering;

use runward_model::Ecosystem;

use crate::{
    VersionError,
    number::Numbers,
    order::{
        composer::ComposerVersion,
        conda::CondaVersion,
        gem::GemVersion,
        generic::GenericVersion,
        go,
        maven::MavenVersion,
        nuget::NuGetVersion,
        pep440::Pep440,
        semver::{PubVersion, SemVer},
    },
};

/// Limits on what is read as a version or a requirement.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest version, in bytes.
    pub max_version_bytes: usize,
    /// Longest requirement, in bytes.
    pub max_requirement_bytes: usize,
}

impl Limits {
    /// Far above anything that a registry holds; reading is linear in the length.
    pub const DEFAULT: Self = Self {
        max_version_bytes: 16 * 1024,
        max_requirement_bytes: 64 * 1024,
    };
}

/// A version, read as its ecosystem reads it.
///
/// Versions of one ecosystem have its order; `==` is equality in that order (`1.0 == 1.0.0` on
/// PyPI). Versions that are read by different rules are ordered by rule, in the order of the
/// declaration of `Parsed`, so that a mixed list sorts without a panic; such a comparison has no
/// meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub(crate) Parsed);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Parsed {
    Pep440(Pep440),
    /// npm, crates.io, Hex.
    SemVer(SemVer),
    Go(SemVer),
    Gem(GemVersion),
    Composer(ComposerVersion),
    Maven(MavenVersion),
    NuGet(NuGetVersion),
    Pub(PubVersion),
    Conda(CondaVersion),
    Generic(GenericVersion),
}

impl Version {
    /// Reads a version; white space around it is ignored.
    pub fn parse(ecosystem: &Ecosystem, text: &str) -> Result<Self, VersionError> {
        let limit = Limits::DEFAULT.max_version_bytes;
        if text.len() > limit {
            return Err(VersionError::too_long(ecosystem, text, limit));
        }
        let parsed = match ecosystem {
            Ecosystem::PyPI => Pep440::parse(text).map(Parsed::Pep440),
            Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Hex => {
                SemVer::parse(text).map(Parsed::SemVer)
            }
            Ecosystem::Go => go::parse(text).map(Parsed::Go),
            Ecosystem::RubyGems => GemVersion::parse(text).map(Parsed::Gem),
            Ecosystem::Packagist => ComposerVersion::parse(text).map(Parsed::Composer),
            Ecosystem::Maven => MavenVersion::parse(text).map(Parsed::Maven),
            Ecosystem::NuGet => NuGetVersion::parse(text).map(Parsed::NuGet),
            Ecosystem::Pub => SemVer::parse(text).map(|version| Parsed::Pub(PubVersion(version))),
            Ecosystem::Conda => CondaVersion::parse(text).map(Parsed::Conda),
            Ecosystem::Other(_) => GenericVersion::parse(text).map(Parsed::Generic),
        };
        parsed
            .map(Self)
            .ok_or_else(|| VersionError::unreadable(ecosystem, text))
    }

    /// Whether the ecosystem counts it as a pre-release: alphas, betas, release candidates,
    /// development releases, snapshots; with Go also pseudo-versions.
    pub fn is_prerelease(&self) -> bool {
        match &self.0 {
            Parsed::Pep440(version) => version.is_prerelease(),
            Parsed::SemVer(version) | Parsed::Go(version) => version.is_prerelease(),
            Parsed::Gem(version) => version.is_prerelease(),
            Parsed::Composer(version) => version.is_prerelease(),
            Parsed::Maven(version) => version.is_prerelease(),
            Parsed::NuGet(version) => version.is_prerelease(),
            Parsed::Pub(version) => version.0.is_prerelease(),
            Parsed::Conda(version) => version.is_prerelease(),
            Parsed::Generic(version) => version.is_prerelease(),
        }
    }

    /// The leading numbers, without epoch; `None` where a version has none (`dev-main`).
    pub(crate) fn release(&self) -> Option<Numbers> {
        let collected = |numbers: &mut dyn Iterator<Item = &crate::number::Number>| {
            let mut release = Numbers::default();
            for number in numbers {
                release.push(number.clone());
            }
            release
        };
        let release = match &self.0 {
            Parsed::Pep440(version) => version.release.clone(),
            Parsed::SemVer(version) | Parsed::Go(version) => version.core.clone(),
            Parsed::Gem(version) => collected(&mut version.numbers()),
            Parsed::Composer(ComposerVersion::Branch(_)) => return None,
            Parsed::Composer(ComposerVersion::Numbered(version)) => version.core.clone(),
            // Maven has dropped the zeros of `0`.
            Parsed::Maven(version) => return Some(collected(&mut version.numbers())),
            Parsed::NuGet(version) => version.core.clone(),
            Parsed::Pub(version) => version.0.core.clone(),
            Parsed::Conda(version) => collected(&mut version.numbers().skip(1)),
            Parsed::Generic(version) => collected(&mut version.numbers()),
        };
        (release.len() > 0).then_some(release)
    }

    /// Whether two versions have the same epoch; true where the ecosystem has none.
    pub(crate) fn same_epoch(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Parsed::Pep440(a), Parsed::Pep440(b)) => a.epoch == b.epoch,
            (Parsed::Conda(a), Parsed::Conda(b)) => a.numbers().next() == b.numbers().next(),
            _ => true,
        }
    }
}

/// Compares two versions as their ecosystem does; a total order. The error names the text that
/// cannot be read.
pub fn compare(ecosystem: &Ecosystem, a: &str, b: &str) -> Result<Ordering, VersionError> {
    Ok(Version::parse(ecosystem, a)?.cmp(&Version::parse(ecosystem, b)?))
}

/// Whether two texts are one version: PyPI's `4.2`, `4.2.0` and `v4.2` are. Texts that cannot be
/// read are the same only where they are equal.
pub fn same(ecosystem: &Ecosystem, a: &str, b: &str) -> bool {
    if a.trim() == b.trim() {
        return true;
    }
    match (Version::parse(ecosystem, a), Version::parse(ecosystem, b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// Whether a version is a pre-release, see [`Version::is_prerelease`]; false where it cannot be
/// read.
pub fn is_prerelease(ecosystem: &Ecosystem, version: &str) -> bool {
    Version::parse(ecosystem, version).is_ok_and(|version| version.is_prerelease())
}
