//! Fixes that rules propose, written into the files.

use std::{collections::BTreeMap, fs, io::Write as _, path::Path};

use runward_code::{apply, by_first_line, by_name, frontend};
use runward_model::{Edit, NotCovered};
use runward_syntax::{Limits, Vocabulary};

use super::{CodeRequest, prepare};
use crate::{Context, OpsError, Project, Settings, Which};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFix {
    pub path: String,
    pub before: String,
    pub after: String,
    /// The rules whose fixes are in it, and how often.
    pub rules: BTreeMap<String, usize>,
}

/// What `fix --code` did, or would do.
#[derive(Debug, Default)]
pub struct CodeFixes {
    pub files: Vec<FileFix>,
    /// Fixes that overlap an applied one: another run applies them.
    pub left: usize,
    /// Findings for which their rule has no fix.
    pub without: usize,
    /// Files that were left as they are, and why.
    pub refused: Vec<NotCovered>,
    pub not_covered: Vec<NotCovered>,
}

/// Applies the fixes of all findings that are not silenced. A file whose fixes would leave it with
/// more syntax errors than it has is left as it is.
pub fn fix(
    context: &Context,
    settings: &Settings,
    project: &Project,
    request: &CodeRequest,
    which: &Which,
    write: bool,
) -> Result<CodeFixes, OpsError> {
    let (scanned, not_covered) = prepare(context, settings, project, request, which)?;
    let mut fixes = CodeFixes {
        not_covered,
        ..CodeFixes::default()
    };
    let mut edits: BTreeMap<String, Vec<(String, Edit)>> = BTreeMap::new();
    for finding in scanned.findings {
        if finding.silenced.is_some() {
            continue;
        }
        match finding.matched.fix {
            Some(edit) => edits
                .entry(finding.location.path)
                .or_default()
                .push((finding.rule, edit)),
            None => fixes.without += 1,
        }
    }
    for (path, edits) in edits {
        match fixed(project, &path, &edits) {
            Ok((file, left)) => {
                fixes.left += left;
                let done = if write {
                    replace(&project.root.join(&path), &file)
                } else {
                    Ok(())
                };
                match done {
                    Ok(()) => fixes.files.push(file),
                    Err(error) => fixes
                        .refused
                        .push(NotCovered::file(path, error.to_string())),
                }
            }
            Err(reason) => fixes.refused.push(NotCovered::file(path, reason)),
        }
    }
    Ok(fixes)
}

/// A file with its fixes, and how many overlap.
fn fixed(
    project: &Project,
    path: &str,
    edits: &[(String, Edit)],
) -> Result<(FileFix, usize), String> {
    let before = fs::read_to_string(project.root.join(path)).map_err(|error| error.to_string())?;
    let only: Vec<Edit> = edits.iter().map(|(_, edit)| edit.clone()).collect();
    let made = apply(&before, &only);
    if errors(path, &made.text) > errors(path, &before) {
        return Err("the fixes would leave it with a syntax error; apply them by hand".to_owned());
    }
    let mut rules = BTreeMap::new();
    for place in made.applied {
        if let Some((rule, _)) = edits.get(place) {
            *rules.entry(rule.clone()).or_insert(0) += 1;
        }
    }
    let file = FileFix {
        path: path.to_owned(),
        before,
        after: made.text,
        rules,
    };
    Ok((file, made.left.len()))
}

/// How many syntax errors a text has; a text that is not read at all has more than any other.
fn errors(path: &str, text: &str) -> usize {
    let language = by_name(path).or_else(|| by_first_line(text.as_bytes()));
    let Some(frontend) = language.and_then(frontend) else {
        return 0;
    };
    let vocabulary = std::sync::Arc::new(Vocabulary::new());
    // Parsers recurse, bounded by the limits; this thread's own stack may be small.
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn_scoped(scope, || {
                frontend
                    .parse(text, &vocabulary, &Limits::default())
                    .map_or(usize::MAX, |tree| tree.errors.len())
            })
            .ok()
            .and_then(|thread| thread.join().ok())
            .unwrap_or(usize::MAX)
    })
}

/// Replaces a file as a whole, if it still is what was looked at. Its permissions stay.
fn replace(path: &Path, file: &FileFix) -> std::io::Result<()> {
    let place = fs::canonicalize(path)?;
    if fs::read_to_string(&place)? != file.before {
        return Err(std::io::Error::other(
            "it changed while it was looked at; run this again",
        ));
    }
    let directory = place.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::NamedTempFile::new_in(directory)?;
    new.write_all(file.after.as_bytes())?;
    new.as_file()
        .set_permissions(fs::metadata(&place)?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(&place)?;
    Ok(())
}
