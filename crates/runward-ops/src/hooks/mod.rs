//! Hooks of git and pipelines that run Runward.

mod gate;
mod pipeline;

use std::{
    fs,
    path::{Path, PathBuf},
};

pub use gate::{before_commit, before_push};
pub use pipeline::{Written, write_pipeline};
use runward_hooks::{Change, KEPT_SUFFIX, Place};
pub use runward_hooks::{Hook, Pipeline, Standing};

use crate::{OpsError, git::ask};

/// A hook and what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    pub hook: Hook,
    pub file: PathBuf,
    pub standing: Standing,
    /// Whether this call changed it.
    pub changed: bool,
}

/// What hooks a repository has.
pub fn status(directory: &Path, program: &Path) -> Result<Vec<Installed>, OpsError> {
    let place = hooks_directory(directory)?;
    Hook::ALL
        .into_iter()
        .map(|hook| standing(&place, hook, program, false))
        .collect()
}

/// Puts hooks in place. One that is there already is kept, and run first.
pub fn install(
    directory: &Path,
    hooks: &[Hook],
    program: &Path,
    force: bool,
) -> Result<Vec<Installed>, OpsError> {
    let place = hooks_directory(directory)?;
    confined(directory, &place, force)?;
    fs::create_dir_all(&place).map_err(|error| OpsError::io("cannot make", &place, &error))?;
    let program = shown(program)?;
    change(&place, hooks, Path::new(program), |hook, place| {
        runward_hooks::install(hook, place, program, force)
    })
}

/// Takes hooks out and puts back what was there before.
pub fn uninstall(
    directory: &Path,
    hooks: &[Hook],
    program: &Path,
    force: bool,
) -> Result<Vec<Installed>, OpsError> {
    let place = hooks_directory(directory)?;
    let program = shown(program)?;
    change(&place, hooks, Path::new(program), |hook, place| {
        runward_hooks::uninstall(hook, place, program, force)
    })
}

fn shown(program: &Path) -> Result<&str, OpsError> {
    program.to_str().ok_or_else(|| {
        OpsError::usage(
            format!(
                "the path of this program is no Unicode: `{}`",
                program.display()
            ),
            "install it where its path is",
        )
    })
}

fn change(
    directory: &Path,
    hooks: &[Hook],
    program: &Path,
    plan: impl Fn(Hook, Place<'_>) -> Result<Change, runward_hooks::HookError>,
) -> Result<Vec<Installed>, OpsError> {
    // All or none: what cannot be done is said before anything is.
    let mut changes = Vec::new();
    for hook in hooks {
        let (current, kept) = both(directory, *hook)?;
        let place = Place {
            current: current.as_deref(),
            kept: kept.as_deref(),
        };
        let change = plan(*hook, place).map_err(|error| told(&error.to_string()))?;
        changes.push((*hook, change));
    }
    let mut done = Vec::new();
    for (hook, change) in changes {
        apply(directory, hook, &change)?;
        let is_new = change != Change::default();
        done.push(standing(directory, hook, program, is_new)?);
    }
    Ok(done)
}

fn apply(directory: &Path, hook: Hook, change: &Change) -> Result<(), OpsError> {
    let file = directory.join(hook.as_str());
    let kept = directory.join(format!("{}{KEPT_SUFFIX}", hook.as_str()));
    let failed = |what: &'static str, path: &Path| {
        let path = path.to_path_buf();
        move |error: std::io::Error| OpsError::io(what, &path, &error)
    };
    if change.keep == Some(true) {
        fs::rename(&file, &kept).map_err(failed("cannot rename", &file))?;
    }
    if change.remove {
        fs::remove_file(&file).map_err(failed("cannot remove", &file))?;
    }
    if change.keep == Some(false) {
        fs::rename(&kept, &file).map_err(failed("cannot rename", &kept))?;
    }
    if let Some(script) = &change.write {
        // Written beside and renamed: git never meets half a hook.
        let mut new = tempfile::NamedTempFile::new_in(directory)
            .map_err(failed("cannot write in", directory))?;
        std::io::Write::write_all(&mut new, script.as_bytes())
            .map_err(failed("cannot write", &file))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let all = fs::Permissions::from_mode(0o755);
            fs::set_permissions(new.path(), all)
                .map_err(failed("cannot make executable", &file))?;
        }
        new.persist(&file)
            .map_err(|error| OpsError::io("cannot write", &file, &error.error))?;
    }
    Ok(())
}

fn standing(
    directory: &Path,
    hook: Hook,
    program: &Path,
    changed: bool,
) -> Result<Installed, OpsError> {
    let (current, kept) = both(directory, hook)?;
    let place = Place {
        current: current.as_deref(),
        kept: kept.as_deref(),
    };
    Ok(Installed {
        hook,
        file: directory.join(hook.as_str()),
        standing: runward_hooks::status(hook, place, &program.to_string_lossy()),
        changed,
    })
}

/// An error and, after a semicolon, the next step.
fn told(text: &str) -> OpsError {
    let (what, step) = text
        .split_once("; ")
        .unwrap_or((text, "see `runward hook status`"));
    OpsError::usage(what, step)
}

type Script = Option<Vec<u8>>;

/// The hook and the one that it replaced.
fn both(directory: &Path, hook: Hook) -> Result<(Script, Script), OpsError> {
    let read = |name: String| {
        let file = directory.join(name);
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(OpsError::io("cannot read", &file, &error)),
        }
    };
    Ok((
        read(hook.as_str().to_owned())?,
        read(format!("{}{KEPT_SUFFIX}", hook.as_str()))?,
    ))
}

/// Where git looks for hooks, `core.hooksPath` included.
fn hooks_directory(directory: &Path) -> Result<PathBuf, OpsError> {
    let place = ask(directory, &["rev-parse", "--git-path", "hooks"])?;
    Ok(directory.join(place.trim_end_matches(['\n', '\r'])))
}

/// Hooks that other repositories use too are not changed without a word.
fn confined(directory: &Path, hooks: &Path, force: bool) -> Result<(), OpsError> {
    let common = ask(directory, &["rev-parse", "--git-common-dir"])?;
    let common = directory.join(common.trim_end_matches(['\n', '\r']));
    let root = ask(directory, &["rev-parse", "--show-toplevel"]).map_or_else(
        |_| common.clone(),
        |root| PathBuf::from(root.trim_end_matches(['\n', '\r'])),
    );
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let hooks = real(hooks);
    if force || hooks.starts_with(real(&common)) || hooks.starts_with(real(&root)) {
        return Ok(());
    }
    Err(OpsError::usage(
        format!(
            "`core.hooksPath` is `{}`, outside this repository: hooks there run for others too",
            hooks.display()
        ),
        "use `--force` to install them there nevertheless, or `git config core.hooksPath .git/hooks`",
    ))
}
