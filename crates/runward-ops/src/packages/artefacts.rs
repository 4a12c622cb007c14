//! The files of releases: fetched, compared with what the registry told, and looked at.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use jiff::{SignedDuration, Timestamp};
use runward_config::InspectFiles;
use runward_inspect::{Artefact, Inspector, Kind};
use runward_model::{Ecosystem, Signal};
use runward_names::Names;
use runward_packages::{
    Artefact as File, Evidence, Examined, PackagePolicy, Registry, Release, Subject, mismatch,
    signals,
};

/// Most bytes of one file that are fetched.
const MAX_BYTES: u64 = 64 << 20;
/// Files that are looked at side by side; each is held in memory, unpacked.
const THREADS: usize = 2;
/// Downloads in a week from which on a package counts as widely used where no list of names says so.
const MANY_DOWNLOADS: u64 = 100_000;

/// Whose files are looked at, and with what.
pub(super) struct Looker<'a> {
    pub(super) when: InspectFiles,
    pub(super) names: &'a Names,
    pub(super) policy: &'a PackagePolicy,
    pub(super) registry: &'a Registry<'a>,
    pub(super) now: Timestamp,
}

impl Looker<'_> {
    /// Adds what the files of releases show to what is known of their packages.
    pub(super) fn look(&self, examined: &mut [Examined]) {
        let mut wanted: Vec<(usize, Subject, Release)> = Vec::new();
        for (at, one) in examined.iter_mut().enumerate() {
            if !self.wants(one) {
                continue;
            }
            let chosen = one
                .summary
                .as_ref()
                .and_then(|summary| summary.chosen.clone());
            match chosen {
                Some(release) => wanted.push((at, one.subject.clone(), release)),
                None => one
                    .evidence
                    .skip(signals::FILES, "the registry tells of no such version"),
            }
        }
        if wanted.is_empty() {
            return;
        }
        let inspector = match Inspector::built_in() {
            Ok(inspector) => inspector.jobs(1),
            Err(error) => {
                for (at, ..) in wanted {
                    if let Some(one) = examined.get_mut(at) {
                        one.evidence.skip(signals::FILES, error.to_string());
                    }
                }
                return;
            }
        };
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Evidence)>> = Mutex::default();
        let work = || {
            while let Some((at, subject, release)) =
                wanted.get(next.fetch_add(1, Ordering::Relaxed))
            {
                let evidence = self.of_release(&inspector, subject, release);
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.push((*at, evidence));
            }
        };
        thread::scope(|scope| {
            for _ in 1..THREADS.min(wanted.len()) {
                scope.spawn(work);
            }
            work();
        });
        for (at, evidence) in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if let Some(one) = examined.get_mut(at) {
                one.evidence.extend(evidence);
            }
        }
    }

    fn wants(&self, one: &Examined) -> bool {
        let Some(summary) = &one.summary else {
            return false;
        };
        match self.when {
            InspectFiles::Never => false,
            InspectFiles::Always => true,
            InspectFiles::Unusual => {
                let list = self.names.popular(&one.subject.ecosystem);
                let is_popular = list.is_some_and(|list| list.rank(&one.subject.name).is_some())
                    || summary
                        .downloads_per_week
                        .is_some_and(|count| count >= MANY_DOWNLOADS);
                !is_popular || self.is_young(summary.chosen.as_ref())
            }
        }
    }

    fn is_young(&self, release: Option<&Release>) -> bool {
        let days = i64::from(self.policy.young_days);
        release
            .and_then(|release| release.uploaded)
            .is_none_or(|uploaded| {
                self.now.duration_since(uploaded) < SignedDuration::from_hours(24 * days)
            })
    }

    fn of_release(&self, inspector: &Inspector, subject: &Subject, release: &Release) -> Evidence {
        let mut evidence = Evidence::default();
        let files = chosen(&subject.ecosystem, &release.artefacts);
        if files.is_empty() {
            evidence.skip(
                signals::FILES,
                "the registry tells of no file that can be looked at",
            );
        }
        let told = self.told(subject, release);
        for file in &files {
            let looked = self
                .registry
                .download(
                    &subject.ecosystem,
                    &subject.name,
                    &release.version,
                    file,
                    MAX_BYTES,
                )
                .and_then(|downloaded| {
                    let found = inspected(inspector, &subject.ecosystem, file, &downloaded.bytes)?;
                    Ok((downloaded.differs, found))
                });
            match looked {
                Err(reason) => evidence.skip(signals::FILES, format!("`{}`: {reason}", file.file)),
                Ok((differs, found)) => {
                    if let Some(differs) = differs {
                        evidence.add(signals::MISMATCH, differs);
                    }
                    evidence.extend(compared(subject, &told, &found));
                    evidence.extend(found.evidence);
                }
            }
        }
        let left = release.artefacts.len().saturating_sub(files.len());
        if left > 0 {
            evidence.skip(
                signals::OTHER_FILES,
                format!(
                    "{left} of {} files were not looked at, which are for other platforms",
                    release.artefacts.len()
                ),
            );
        }
        evidence.signals = heaviest(evidence.signals);
        evidence
    }

    /// The release with its dependencies, which PyPI tells of the newest version alone.
    fn told(&self, subject: &Subject, release: &Release) -> Release {
        if subject.ecosystem == Ecosystem::PyPI && release.dependencies.is_none() {
            let asked = self.registry.pypi_release(&subject.name, &release.version);
            if let Ok(Some(release)) = asked {
                return release;
            }
        }
        release.clone()
    }
}

/// The files that stand for a release: its source, and what an installer would take here.
fn chosen<'a>(ecosystem: &Ecosystem, files: &'a [File]) -> Vec<&'a File> {
    if *ecosystem != Ecosystem::PyPI {
        return files.iter().take(1).collect();
    }
    let of = |wanted: &dyn Fn(&str) -> bool| files.iter().find(|file| wanted(&file.file));
    let source = of(&|name| {
        [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"]
            .iter()
            .any(|ending| name.ends_with(ending))
    });
    let wheel = of(&|name| name.ends_with("-none-any.whl"))
        .or_else(|| of(&|name| name.contains("manylinux") && name.ends_with("x86_64.whl")))
        .or_else(|| of(&|name| name.rsplit('.').next() == Some("whl")));
    source.into_iter().chain(wheel).collect()
}

/// What was seen in one file.
struct Found {
    kind: Kind,
    manifest: Option<Vec<u8>>,
    evidence: Evidence,
}

fn inspected(
    inspector: &Inspector,
    ecosystem: &Ecosystem,
    file: &File,
    bytes: &[u8],
) -> Result<Found, String> {
    let artefact = Artefact {
        file_name: &file.file,
        bytes,
        ecosystem: Some(ecosystem),
    };
    let seen = inspector
        .inspect(&artefact)
        .map_err(|error| error.to_string())?;
    let inside = |mut signal: Signal| {
        if let Some(location) = &mut signal.location {
            location.path = format!("{}!/{}", file.file, location.path);
        }
        signal
    };
    let mut evidence = Evidence {
        signals: seen.signals.into_iter().map(inside).collect(),
        ..Evidence::default()
    };
    if let Some(gap) = seen.not_covered.first() {
        let reason = format!("`{}`: {}: {}", file.file, gap.path, gap.reason);
        evidence.skip(signals::FILES, reason);
    }
    Ok(Found {
        kind: seen.kind,
        manifest: seen.manifest,
        evidence,
    })
}

/// The archive's own word against the registry's.
fn compared(subject: &Subject, told: &Release, found: &Found) -> Evidence {
    let Some(manifest) = &found.manifest else {
        let mut evidence = Evidence::default();
        evidence.skip(
            signals::MISMATCH,
            "the archive has no manifest where it should be",
        );
        return evidence;
    };
    let name = &subject.name;
    match found.kind {
        Kind::Wheel => mismatch::pypi(name, told, mismatch::Kind::Wheel, manifest),
        Kind::Sdist => mismatch::pypi(name, told, mismatch::Kind::Sdist, manifest),
        Kind::Npm => mismatch::npm(name, told, manifest),
        Kind::Crate => mismatch::crates_io(name, told, manifest),
        Kind::Other => Evidence::default(),
    }
}

/// Each signal once: source and wheel of a release say the same.
fn heaviest(found: Vec<Signal>) -> Vec<Signal> {
    let mut best: BTreeMap<String, Signal> = BTreeMap::new();
    for signal in found {
        match best.get(&signal.id) {
            Some(known) if known.weight >= signal.weight => {}
            _ => {
                best.insert(signal.id.clone(), signal);
            }
        }
    }
    best.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_stands_for_itself_in_its_source_and_a_wheel() {
        let files: Vec<File> = [
            "x-1.0-cp311-cp311-win_amd64.whl",
            "x-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
            "x-1.0.tar.gz",
            "x-1.0.tar.gz.asc",
        ]
        .map(|file| File {
            file: file.to_owned(),
            ..File::default()
        })
        .to_vec();
        let names: Vec<&str> = chosen(&Ecosystem::PyPI, &files)
            .into_iter()
            .map(|file| file.file.as_str())
            .collect();
        assert_eq!(
            names,
            [
                "x-1.0.tar.gz",
                "x-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
            ]
        );
        assert_eq!(chosen(&Ecosystem::Npm, &files).len(), 1);
    }

    #[test]
    fn source_and_wheel_do_not_count_twice() {
        let signal = |id: &str, weight| Signal {
            id: id.to_owned(),
            weight,
            evidence: String::new(),
            location: None,
        };
        let kept = heaviest(vec![
            signal("a", 1.0),
            signal("a", 3.0),
            signal("b", 2.0),
            signal("a", 2.0),
        ]);
        let short: Vec<(&str, f64)> = kept
            .iter()
            .map(|one| (one.id.as_str(), one.weight))
            .collect();
        assert_eq!(short, [("a", 3.0), ("b", 2.0)]);
    }
}
