//! The dependencies that a scan has asked the registries about already.

use std::{collections::BTreeSet, fs, path::PathBuf};

use crate::{Project, STATE_DIRECTORY};

/// Most bytes of the list: beyond, it is made anew.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

fn file(project: &Project) -> PathBuf {
    project
        .root
        .join(STATE_DIRECTORY)
        .join("cache")
        .join("packages")
}

/// One a line; none where there is no list.
pub(super) fn read(project: &Project) -> BTreeSet<String> {
    let file = file(project);
    let small = fs::metadata(&file).is_ok_and(|about| about.len() <= MAX_BYTES);
    if !small {
        return BTreeSet::new();
    }
    fs::read_to_string(&file)
        .map(|text| text.lines().map(str::to_owned).collect())
        .unwrap_or_default()
}

/// Writes the list beside and renames it. The error says what it costs.
pub(super) fn write(project: &Project, now: &BTreeSet<String>) -> Result<(), String> {
    let file = file(project);
    let text: String = now.iter().flat_map(|one| [one.as_str(), "\n"]).collect();
    let kept = || -> std::io::Result<()> {
        let directory = file.parent().unwrap_or(&project.root);
        crate::state_directory(project)?;
        fs::create_dir_all(directory)?;
        let new = tempfile::NamedTempFile::new_in(directory)?;
        fs::write(new.path(), text)?;
        new.persist(&file).map_err(|error| error.error)?;
        Ok(())
    };
    kept().map_err(|error| {
        format!("the list of packages that are known is not kept ({error}), so all count as new next time")
    })
}
