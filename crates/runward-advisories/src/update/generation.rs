//! A generation in the making, and what becomes of the ones before.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    UpdateError,
    index::{
        container::{Container, Kind},
        shard::Shard,
    },
    manifest::{self, EcosystemFile, FeedFile, MANIFEST, Manifest},
};

const NEW: &str = "new-";

pub(super) struct NewGeneration {
    /// Removed unless the switch is made.
    making: TempDir,
    old: Option<(PathBuf, Manifest)>,
    /// Why the old database cannot be used, where it cannot.
    pub(super) old_problem: Option<String>,
}

impl NewGeneration {
    /// Clears what killed updates left and begins anew. Call it under the lock only.
    pub(super) fn start(dir: &Path) -> Result<Self, UpdateError> {
        let opened = match manifest::current(dir) {
            Ok(None) => Ok(None),
            Ok(Some(generation)) => {
                Manifest::read(&generation).map(|manifest| Some((generation, manifest)))
            }
            Err(error) => Err(error),
        };
        let (old, old_problem) = match opened {
            Ok(old) => (old, None),
            // An update is the way to mend a damaged database; nothing of it is kept.
            Err(error) => (
                None,
                Some(format!("nothing is kept of the old database: {error}")),
            ),
        };
        clear(dir, old.as_ref().map(|(path, _)| path.as_path()));
        let making = tempfile::Builder::new()
            .prefix(NEW)
            .tempdir_in(dir)
            .map_err(|error| UpdateError::io(dir, error))?;
        Ok(Self {
            making,
            old,
            old_problem,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.making.path()
    }

    pub(super) fn old_ecosystem(&self, ecosystem: &str) -> Option<&EcosystemFile> {
        let (_, manifest) = self.old.as_ref()?;
        manifest
            .ecosystems
            .iter()
            .find(|file| file.ecosystem.eq_ignore_ascii_case(ecosystem))
    }

    /// The indexes of the old database, with what it says of them.
    pub(super) fn old_indexes(&self) -> Result<Vec<(EcosystemFile, Shard)>, UpdateError> {
        let Some((path, manifest)) = &self.old else {
            return Ok(Vec::new());
        };
        manifest
            .ecosystems
            .iter()
            .map(|item| {
                let file = Container::open(&path.join(&item.file), Kind::Advisories)?;
                Ok((item.clone(), Shard::new(&item.ecosystem, file)))
            })
            .collect()
    }

    pub(super) fn old_ecosystems(&self) -> Vec<String> {
        self.old
            .iter()
            .flat_map(|(_, manifest)| &manifest.ecosystems)
            .map(|file| file.ecosystem.clone())
            .collect()
    }

    pub(super) fn old_feed(
        &self,
        which: impl Fn(&Manifest) -> &Option<FeedFile>,
    ) -> Option<FeedFile> {
        self.old
            .as_ref()
            .and_then(|(_, manifest)| which(manifest).clone())
    }

    /// Takes a file of the old generation over: a second name for the same bytes where the file
    /// system has such, else a copy.
    pub(super) fn carry_over(&self, file: &str) -> Result<(), UpdateError> {
        let Some((old, _)) = &self.old else {
            return Ok(());
        };
        let (from, to) = (old.join(file), self.path().join(file));
        if fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to).map_err(|error| UpdateError::io(&from, error))?;
        }
        Ok(())
    }

    /// Makes everything durable and switches readers to it.
    pub(super) fn switch(self, dir: &Path, manifest: &Manifest) -> Result<(), UpdateError> {
        let making = self.making.path().to_path_buf();
        let io = |error| UpdateError::io(&making, error);
        let json = serde_json::to_vec_pretty(manifest)
            .map_err(|error| io(std::io::Error::other(error)))?;
        fs::write(making.join(MANIFEST), json).map_err(io)?;
        for entry in fs::read_dir(&making).map_err(io)? {
            let path = entry.map_err(io)?.path();
            File::open(&path)
                .and_then(|file| file.sync_all())
                .map_err(|error| UpdateError::io(&path, error))?;
        }
        manifest::sync_directory(&making).map_err(io)?;
        let number = next_number(dir)?;
        let name = manifest::generation_name(number);
        let kept = self.making.keep();
        fs::rename(&kept, dir.join(&name)).map_err(io)?;
        manifest::sync_directory(dir).map_err(io)?;
        manifest::switch(dir, &name).map_err(|error| UpdateError::io(dir, error))?;
        clear(dir, Some(&dir.join(&name)));
        Ok(())
    }
}

fn next_number(dir: &Path) -> Result<u64, UpdateError> {
    let mut highest = 0;
    for entry in fs::read_dir(dir).map_err(|error| UpdateError::io(dir, error))? {
        let entry = entry.map_err(|error| UpdateError::io(dir, error))?;
        let number = entry
            .file_name()
            .to_str()
            .and_then(manifest::generation_number);
        highest = highest.max(number.unwrap_or_default());
    }
    Ok(highest + 1)
}

/// Removes every generation but the one in use. Readers that still have an old one open keep it:
/// a mapped file lives on without its name. Where the system refuses to remove an open file, the
/// next update tries again.
fn clear(dir: &Path, in_use: Option<&Path>) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let ours = name.starts_with(NEW) || manifest::generation_number(name).is_some();
        if ours && Some(entry.path().as_path()) != in_use && entry.path().is_dir() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
