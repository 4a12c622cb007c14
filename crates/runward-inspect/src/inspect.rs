//! One artefact, from its bytes to signals.

use runward_archives::{Archive, ArchiveError, Limits, OddityKind};
use runward_model::{NotCovered, Signal};
use runward_rules::RuleFile;
use thiserror::Error;

use crate::{
    artefact::{Artefact, Kind, root},
    bytes::{self, Package},
    combine::combine,
    commands,
    context::{Contexts, is_source},
    installs::Installs,
    manifest,
    rules::{PACK, Rules},
    seen::{Seen, signals},
};

/// Why nothing can be inspected.
#[derive(Debug, Error)]
pub enum InspectError {
    #[error("the rules for packages cannot be used:\n{problems}")]
    Rules { problems: String },
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

/// What was seen in an artefact.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub kind: Kind,
    /// The heaviest first; each id once.
    pub signals: Vec<Signal>,
    /// What could not be looked at.
    pub not_covered: Vec<NotCovered>,
    /// `METADATA`, `PKG-INFO`, `package.json` or `Cargo.toml`, as the archive has it.
    pub manifest: Option<Vec<u8>>,
    /// Files in the artefact and in archives inside it.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Sources that the rules for code left out because their path says that they are tests, documentation or
    /// tools, and nothing that runs imports them. Their bytes were looked at.
    pub passed_over: usize,
}

/// The rules, made ready once, and how they are run.
#[derive(Debug)]
pub struct Inspector {
    rules: Rules,
    limits: Limits,
    jobs: Option<usize>,
}

impl Inspector {
    /// With the rules that come with Runward.
    pub fn built_in() -> Result<Self, InspectError> {
        let files = runward_packs::rules(PACK).unwrap_or_default();
        if files.is_empty() {
            return Err(InspectError::Rules {
                problems: format!("the pack `{PACK}` is not built in; build the program anew"),
            });
        }
        Self::with_rules(files)
    }

    /// With other rules; each needs `metadata.behaviour` and `metadata.weight`.
    pub fn with_rules(files: Vec<RuleFile>) -> Result<Self, InspectError> {
        Ok(Self {
            rules: Rules::new(files)?,
            limits: Limits::default(),
            jobs: None,
        })
    }

    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Threads; else one for each processor.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = Some(jobs);
        self
    }

    /// The threads that were asked for; the program's own where none were, or there are no more.
    fn pool(&self) -> Option<rayon::ThreadPool> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.jobs?);
        pool.build().ok()
    }

    /// Looks at one artefact. Nothing of it is run.
    pub fn inspect(&self, artefact: &Artefact<'_>) -> Result<Inspection, InspectError> {
        let archive = runward_archives::open(artefact.file_name, artefact.bytes, &self.limits)?;
        let kind = Kind::of(artefact, &archive);
        let root = match kind {
            Kind::Wheel => String::new(),
            _ => root(&archive.tree),
        };
        let mut seen = oddities(&archive, kind);
        let Archive {
            mut tree,
            mut not_covered,
            ..
        } = archive;
        let files = tree.len();
        let size = tree.files().map(|(_, bytes)| bytes.len() as u64).sum();
        let installs = Installs::find(&mut tree, kind, &root);
        let read = || Contexts::new(&tree, kind, &root, &installs);
        let contexts = match self.pool() {
            Some(pool) => pool.install(read),
            None => read(),
        };
        seen.extend(
            self.rules
                .look(&tree, &contexts, &installs, self.jobs, &mut not_covered),
        );
        let passed_over = tree
            .files()
            .filter(|(path, _)| contexts.is_aside(path) && is_source(path))
            .count();
        seen.extend(bytes::look(&Package {
            tree: &tree,
            kind,
            root: &root,
            file_name: artefact.file_name,
            contexts: &contexts,
        }));
        seen.extend(manifest::look(&tree, kind, &root, &installs));
        seen.extend(commands::look(&tree, kind, &root));
        let more = combine(&mut seen, &tree, &installs, |path, line| {
            contexts.function_at(&tree, path, line)
        });
        seen.extend(more);
        not_covered.sort();
        not_covered.dedup();
        Ok(Inspection {
            kind,
            signals: signals(seen),
            not_covered,
            manifest: manifest::of(&tree, kind, &root).map(<[u8]>::to_vec),
            files,
            bytes: size,
            passed_over,
        })
    }
}

/// What is odd about the archive itself. Archives inside are mostly test data.
fn oddities(archive: &Archive, kind: Kind) -> Vec<Seen> {
    archive
        .oddities
        .iter()
        .filter(|oddity| oddity.nesting == 0)
        .map(|oddity| {
            let weight = odd(oddity.kind, kind == Kind::Wheel);
            let id = format!("archive-{}", oddity.kind.as_str());
            Seen::file(&id, weight, &oddity.path, oddity.detail.clone())
        })
        .collect()
}

/// What an oddity weighs.
pub(crate) fn odd(kind: OddityKind, is_wheel: bool) -> f64 {
    use OddityKind as Odd;
    match kind {
        Odd::AbsolutePath | Odd::ParentPath | Odd::ThroughLink => 7.0,
        Odd::LinkOutside | Odd::Device | Odd::Overlap => 5.0,
        // Unpackers disagree about these on purpose only.
        Odd::HeaderMismatch | Odd::Bomb | Odd::Encrypted => 4.5,
        Odd::ControlInName => 4.0,
        Odd::Duplicate if is_wheel => 4.0,
        Odd::Duplicate | Odd::HiddenData | Odd::UnknownType | Odd::WrongName => 2.0,
        Odd::Sparse | Odd::NameTooLong | Odd::TooDeep | Odd::NameNotUtf8 => 1.0,
        Odd::Backslash | Odd::CaseCollision => 0.3,
    }
}
