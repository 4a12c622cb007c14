//! Where a repository is: its git directory, what it shares with others, its working tree.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{GitError, Limits, RepoPath, config::Config, file::Files, path::bytes_to_path};

/// How far a repository's own word is followed out of its directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trust {
    /// `.git` files are followed where the git directory names them back (linked worktrees and submodules
    /// do); object directories and links to elsewhere are refused.
    #[default]
    Confined,
    /// `.git` files, alternates and links are followed anywhere: the user vouches for the repository.
    Links,
}

/// How a repository is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    pub trust: Trust,
    /// Another index than the repository's: a hook that `git commit -a` or `git commit FILE` runs finds it
    /// in `GIT_INDEX_FILE`.
    pub index_file: Option<PathBuf>,
    pub limits: Limits,
}

/// The directories of a repository. All canonical.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// What belongs to this working tree: `HEAD`, `index`.
    pub(crate) git_dir: PathBuf,
    /// What all working trees share: objects, refs, configuration.
    pub(crate) common_dir: PathBuf,
    /// `None` in a bare repository.
    pub(crate) work_dir: Option<PathBuf>,
    /// The directory that was asked for, in the working tree.
    pub(crate) prefix: RepoPath,
    pub(crate) config: Config,
    pub(crate) files: Files,
}

const GITFILE_LIMIT: u64 = 64 * 1024;

/// Looks for a repository in a directory and those above it.
pub(crate) fn discover(start: &Path, options: &OpenOptions) -> Result<Place, GitError> {
    let none = || GitError::NotARepository {
        path: start.to_owned(),
    };
    let real = fs::canonicalize(start).map_err(|_| none())?;
    for directory in real.ancestors() {
        let Some(mut place) = at(directory, options)? else {
            continue;
        };
        if let Some(work_dir) = &place.work_dir {
            place.prefix = real
                .strip_prefix(work_dir)
                .ok()
                .and_then(RepoPath::from_relative)
                .unwrap_or_default();
        }
        return Ok(place);
    }
    Err(none())
}

/// The repository whose working tree or git directory this is.
pub(crate) fn exactly(directory: &Path, options: &OpenOptions) -> Result<Place, GitError> {
    let none = || GitError::NotARepository {
        path: directory.to_owned(),
    };
    let real = fs::canonicalize(directory).map_err(|_| none())?;
    at(&real, options)?.ok_or_else(none)
}

fn at(directory: &Path, options: &OpenOptions) -> Result<Option<Place>, GitError> {
    let dot_git = directory.join(".git");
    if let Ok(metadata) = fs::symlink_metadata(&dot_git) {
        if metadata.is_file() {
            let git_dir = follow(&dot_git, options)?;
            return place(git_dir, Some(directory), options).map(Some);
        }
        if metadata.is_symlink() && options.trust != Trust::Links {
            let target = fs::canonicalize(&dot_git).unwrap_or_else(|_| dot_git.clone());
            if !target.starts_with(directory) {
                return Err(GitError::Unacknowledged {
                    path: dot_git,
                    target,
                });
            }
        }
        if is_git_dir(&dot_git) {
            let git_dir = canonical(&dot_git)?;
            return place(git_dir, Some(directory), options).map(Some);
        }
    }
    if !is_git_dir(directory) {
        return Ok(None);
    }
    // `.git` itself was named, or a bare repository.
    let parent = directory.file_name().is_some_and(|name| name == ".git");
    let work_dir = directory.parent().filter(|_| parent);
    place(directory.to_owned(), work_dir, options).map(Some)
}

fn is_git_dir(directory: &Path) -> bool {
    directory.join("HEAD").symlink_metadata().is_ok()
        && (directory.join("objects").is_dir() || directory.join("commondir").is_file())
}

/// The git directory that a `.git` file names.
fn follow(dot_git: &Path, options: &OpenOptions) -> Result<PathBuf, GitError> {
    let none = || GitError::NotARepository {
        path: dot_git.to_owned(),
    };
    let text = small_file(dot_git, options)?.ok_or_else(none)?;
    let named = text
        .strip_prefix(b"gitdir:")
        .map(<[u8]>::trim_ascii)
        .and_then(bytes_to_path)
        .ok_or_else(none)?;
    let parent = dot_git.parent().unwrap_or(dot_git);
    let target = canonical(&parent.join(named)).map_err(|_| none())?;
    if options.trust == Trust::Links || names_back(&target, dot_git, options) {
        return Ok(target);
    }
    Err(GitError::Unacknowledged {
        path: dot_git.to_owned(),
        target,
    })
}

/// Whether a git directory says that this `.git` file is its own: a hostile project can write the
/// file, but not what is in somebody else's git directory.
fn names_back(git_dir: &Path, dot_git: &Path, options: &OpenOptions) -> bool {
    let same = |named: &Path, wanted: &Path| {
        fs::canonicalize(git_dir.join(named)).is_ok_and(|path| path == wanted)
    };
    if let Ok(Some(text)) = small_file(&git_dir.join("gitdir"), options) {
        return bytes_to_path(text.trim_ascii()).is_some_and(|named| same(&named, dot_git));
    }
    let Ok(Some(bytes)) = small_file(&git_dir.join("config"), options) else {
        return false;
    };
    let config = Config::parse(&bytes);
    match (config.get("core.worktree"), dot_git.parent()) {
        (Some(named), Some(work_dir)) => same(Path::new(named), work_dir),
        _ => false,
    }
}

fn small_file(path: &Path, options: &OpenOptions) -> Result<Option<Vec<u8>>, GitError> {
    let mut options = options.clone();
    options.limits.max_file_bytes = GITFILE_LIMIT;
    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
    Files::new(&options, vec![root]).read(path)
}

fn canonical(path: &Path) -> Result<PathBuf, GitError> {
    fs::canonicalize(path).map_err(|error| GitError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

fn place(
    git_dir: PathBuf,
    work_dir: Option<&Path>,
    options: &OpenOptions,
) -> Result<Place, GitError> {
    let common_dir = common(&git_dir, options)?;
    let files = Files::new(options, vec![git_dir.clone(), common_dir.clone()]);
    let config = Config::parse(&files.read(&common_dir.join("config"))?.unwrap_or_default());
    // `core.worktree` is not followed: the working tree is where the repository was found.
    let bare = config.is_true("core.bare") && git_dir == common_dir;
    Ok(Place {
        work_dir: work_dir.filter(|_| !bare).map(Path::to_path_buf),
        git_dir,
        common_dir,
        prefix: RepoPath::default(),
        config,
        files,
    })
}

/// A linked worktree's git directory is `COMMON/worktrees/NAME`; nothing else may name another one.
fn common(git_dir: &Path, options: &OpenOptions) -> Result<PathBuf, GitError> {
    let Some(text) = small_file(&git_dir.join("commondir"), options)? else {
        return Ok(git_dir.to_owned());
    };
    let target = bytes_to_path(text.trim_ascii()).unwrap_or_default();
    let target = canonical(&git_dir.join(target))?;
    let parent = git_dir.parent().and_then(Path::parent);
    if options.trust == Trust::Links || parent == Some(target.as_path()) {
        return Ok(target);
    }
    Err(GitError::Outside { target })
}
