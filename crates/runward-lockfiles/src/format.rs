//! The files that are read, by their names.

use runward_model::{Ecosystem, ManifestRole};
use runward_tree::path::{file_name, parent};

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    PackageLock,
    NpmShrinkwrap,
    PackageJson,
    /// Version 1 and berry share the name; the content tells them apart.
    YarnLock,
    PnpmLock,
    BunLock,
    CargoLock,
    CargoToml,
    GoMod,
    GoSum,
    GemfileLock,
    ComposerLock,
    ComposerJson,
    PomXml,
    GradleLockfile,
    GradleBuildscriptLockfile,
    GradleVersionCatalog,
    NugetLock,
    NugetPackagesConfig,
    /// `*.csproj`, `*.fsproj`, `*.vbproj`.
    NugetProject,
    MixLock,
    PubspecLock,
}

impl Format {
    pub const ALL: [Self; 22] = [
        Self::PackageLock,
        Self::NpmShrinkwrap,
        Self::PackageJson,
        Self::YarnLock,
        Self::PnpmLock,
        Self::BunLock,
        Self::CargoLock,
        Self::CargoToml,
        Self::GoMod,
        Self::GoSum,
        Self::GemfileLock,
        Self::ComposerLock,
        Self::ComposerJson,
        Self::PomXml,
        Self::GradleLockfile,
        Self::GradleBuildscriptLockfile,
        Self::GradleVersionCatalog,
        Self::NugetLock,
        Self::NugetPackagesConfig,
        Self::NugetProject,
        Self::MixLock,
        Self::PubspecLock,
    ];

    /// The usual file name, which is the format's name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::PackageLock => "package-lock.json",
            Self::NpmShrinkwrap => "npm-shrinkwrap.json",
            Self::PackageJson => "package.json",
            Self::YarnLock => "yarn.lock",
            Self::PnpmLock => "pnpm-lock.yaml",
            Self::BunLock => "bun.lock",
            Self::CargoLock => "Cargo.lock",
            Self::CargoToml => "Cargo.toml",
            Self::GoMod => "go.mod",
            Self::GoSum => "go.sum",
            Self::GemfileLock => "Gemfile.lock",
            Self::ComposerLock => "composer.lock",
            Self::ComposerJson => "composer.json",
            Self::PomXml => "pom.xml",
            Self::GradleLockfile => "gradle.lockfile",
            Self::GradleBuildscriptLockfile => "buildscript-gradle.lockfile",
            Self::GradleVersionCatalog => "libs.versions.toml",
            Self::NugetLock => "packages.lock.json",
            Self::NugetPackagesConfig => "packages.config",
            Self::NugetProject => "csproj",
            Self::MixLock => "mix.lock",
            Self::PubspecLock => "pubspec.lock",
        }
    }

    pub fn role(self) -> ManifestRole {
        match self {
            Self::PackageJson
            | Self::CargoToml
            | Self::ComposerJson
            | Self::PomXml
            | Self::GradleVersionCatalog
            | Self::NugetProject => ManifestRole::Manifest,
            _ => ManifestRole::Lockfile,
        }
    }

    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Self::PackageLock
            | Self::NpmShrinkwrap
            | Self::PackageJson
            | Self::YarnLock
            | Self::PnpmLock
            | Self::BunLock => Ecosystem::Npm,
            Self::CargoLock | Self::CargoToml => Ecosystem::CratesIo,
            Self::GoMod | Self::GoSum => Ecosystem::Go,
            Self::GemfileLock => Ecosystem::RubyGems,
            Self::ComposerLock | Self::ComposerJson => Ecosystem::Packagist,
            Self::PomXml
            | Self::GradleLockfile
            | Self::GradleBuildscriptLockfile
            | Self::GradleVersionCatalog => Ecosystem::Maven,
            Self::NugetLock | Self::NugetPackagesConfig | Self::NugetProject => Ecosystem::NuGet,
            Self::MixLock => Ecosystem::Hex,
            Self::PubspecLock => Ecosystem::Pub,
        }
    }
}

/// The format of a file, by its name alone.
pub fn recognize(path: &str) -> Option<Format> {
    let name = file_name(path);
    match name {
        // Bundler's other pair of names is gems.rb and gems.locked.
        "gems.locked" => return Some(Format::GemfileLock),
        "settings-gradle.lockfile" => return Some(Format::GradleBuildscriptLockfile),
        "csproj" => return None,
        _ => {}
    }
    if let Some(format) = Format::ALL.into_iter().find(|format| format.name() == name) {
        return Some(format);
    }
    // Gradle before 6.8 wrote one file for each configuration.
    if name.ends_with(".lockfile") && file_name(parent(path)) == "dependency-locks" {
        return Some(if name.starts_with("buildscript-") {
            Format::GradleBuildscriptLockfile
        } else {
            Format::GradleLockfile
        });
    }
    match name.rsplit_once('.') {
        Some((_, "csproj" | "fsproj" | "vbproj")) => Some(Format::NugetProject),
        // A catalog's name is its accessor's name: gradle/tools.versions.toml.
        _ if name.ends_with(".versions.toml") => Some(Format::GradleVersionCatalog),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_name_is_recognized() {
        for format in Format::ALL {
            let path = match format {
                Format::NugetProject => "src/App.csproj".to_owned(),
                other => format!("a/{}", other.name()),
            };
            assert_eq!(recognize(&path), Some(format), "{path}");
        }
    }

    #[test]
    fn variants_and_strangers() {
        for (path, format) in [
            ("gems.locked", Some(Format::GemfileLock)),
            ("x/App.fsproj", Some(Format::NugetProject)),
            (
                "gradle/dependency-locks/runtimeClasspath.lockfile",
                Some(Format::GradleLockfile),
            ),
            (
                "gradle/tools.versions.toml",
                Some(Format::GradleVersionCatalog),
            ),
            ("other.lockfile", None),
            ("my-package-lock.json", None),
            ("csproj", None),
            ("Cargo.lock.bak", None),
        ] {
            assert_eq!(recognize(path), format, "{path}");
        }
    }
}
