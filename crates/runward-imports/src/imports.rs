//! What was found, and the way there from a list of files.

use std::collections::BTreeMap;

use runward_model::{NotCovered, SourceRef};
use runward_tree::{Tree, decode};

use crate::Limits;

/// What a set of source files imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    /// Top-level Python modules (`google`), or npm package names (`@scope/name`), with the first
    /// place. Modules of the standard library and of the project itself are among them.
    pub modules: BTreeMap<String, SourceRef>,
    /// Dotted Python names (`google.protobuf.message`; for `from a import b` both `a` and `a.b`),
    /// or npm specifiers as written (`lodash/merge`), with the first place.
    pub dotted: BTreeMap<String, SourceRef>,
    /// The first import whose name is computed at run time. Where there is one, nothing can be
    /// said not to be imported.
    pub computed: Option<SourceRef>,
    /// How many files were scanned.
    pub files: usize,
    /// Files that were not scanned, or not to their end.
    pub not_covered: Vec<NotCovered>,
}

impl Imports {
    /// Whether a module was imported by this dotted name, or one below it.
    pub fn has(&self, dotted: &str) -> bool {
        if !dotted.contains(['.', '/']) {
            return self.modules.contains_key(dotted);
        }
        self.dotted.contains_key(dotted)
            || self
                .dotted
                .range::<str, _>((
                    std::ops::Bound::Excluded(dotted),
                    std::ops::Bound::Unbounded,
                ))
                // Names that go on with a character below `.` sort before the ones looked for.
                .take_while(|(name, _)| name.starts_with(dotted))
                .any(|(name, _)| {
                    name.strip_prefix(dotted)
                        .is_some_and(|rest| rest.starts_with(['.', '/']))
                })
    }
}

/// What a scanner reports while it reads one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    /// A package or top-level module, and the full name; `line` is 1-based.
    Name {
        module: &'a str,
        dotted: String,
        line: u32,
    },
    Computed {
        line: u32,
    },
    /// The rest of the file could not be told apart into code and text.
    Lost {
        line: u32,
        reason: &'static str,
    },
}

/// Reads every file and hands its text to `scan`.
pub(crate) fn collect(
    tree: &dyn Tree,
    files: &[String],
    limits: &Limits,
    scan: impl Fn(&str, &str, &Limits, &mut dyn FnMut(Found<'_>)),
) -> Imports {
    let mut imports = Imports::default();
    let mut bytes_left = limits.max_total_bytes;
    let mut names_full = false;
    for path in files {
        let bytes = match tree.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let reason = format!("imports were not looked at: {error}");
                imports.not_covered.push(NotCovered::file(path, reason));
                continue;
            }
        };
        let refused = if bytes.len() > limits.max_file_bytes {
            Some((bytes.len(), limits.max_file_bytes, "for one source file"))
        } else if bytes.len() > bytes_left {
            Some((bytes.len(), bytes_left, "left for all source files"))
        } else {
            None
        };
        if let Some((size, limit, of)) = refused {
            let reason = format!(
                "imports were not looked at: {size} bytes are over the limit of {limit} {of}; \
                 leave generated files out of the scan"
            );
            imports.not_covered.push(NotCovered::file(path, reason));
            continue;
        }
        bytes_left -= bytes.len();
        let text = decode(&bytes).text;
        if text.contains('\0') {
            let reason =
                "imports were not looked at: the file holds NUL characters; save it as UTF-8";
            imports.not_covered.push(NotCovered::file(path, reason));
            continue;
        }
        imports.files += 1;
        scan(path, &text, limits, &mut |found| match found {
            Found::Name {
                module,
                dotted,
                line,
            } => {
                if dotted.len() > limits.max_name_bytes {
                    lost(&mut imports, path, line, TOO_LONG);
                    return;
                }
                if imports.modules.len() + imports.dotted.len() >= limits.max_names
                    && !(imports.modules.contains_key(module)
                        && imports.dotted.contains_key(&dotted))
                {
                    if !names_full {
                        names_full = true;
                        let reason = format!(
                            "more than {} imported names; scan parts on their own",
                            limits.max_names
                        );
                        imports.not_covered.push(NotCovered::at(path, line, reason));
                    }
                    return;
                }
                if !imports.modules.contains_key(module) {
                    imports
                        .modules
                        .insert(module.to_owned(), SourceRef::new(path, line));
                }
                imports
                    .dotted
                    .entry(dotted)
                    .or_insert_with(|| SourceRef::new(path, line));
            }
            Found::Computed { line } => {
                imports
                    .computed
                    .get_or_insert_with(|| SourceRef::new(path, line));
            }
            Found::Lost { line, reason } => lost(&mut imports, path, line, reason),
        });
    }
    imports
}

pub(crate) const TOO_LONG: &str = "an imported name is too long to be one; correct the file";

/// Reports once for each file and reason.
fn lost(imports: &mut Imports, path: &str, line: u32, reason: &str) {
    let known = imports
        .not_covered
        .iter()
        .rev()
        .take_while(|entry| entry.path == path)
        .any(|entry| entry.reason == reason);
    if !known {
        imports.not_covered.push(NotCovered::at(path, line, reason));
    }
}
