//! Many files.

use rayon::prelude::*;
use runward_model::NotCovered;
use runward_syntax::{Language, Limits};
use runward_tree::{Tree, TreeError};

use crate::{Cache, FileResult, RuleSet, Scanned, cache::Digest, file::File, select};

/// The stack of a worker: parsers and matchers recurse, bounded by [`Limits::depth`].
const STACK: usize = 64 << 20;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    pub limits: Limits,
    /// Threads; `None`: one for each processor.
    pub jobs: Option<usize>,
    /// How tainted values are followed.
    pub taint: runward_taint::Settings,
    /// Steps that one rule may take in one file.
    pub steps: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            jobs: None,
            taint: runward_taint::Settings {
                interprocedural: true,
                ..runward_taint::Settings::default()
            },
            steps: 50_000_000,
        }
    }
}

impl Options {
    /// The usual ones, tainted values being followed from function to function or not.
    #[must_use]
    pub fn following_calls(follow: bool) -> Self {
        let mut options = Self::default();
        options.taint.interprocedural = follow;
        options
    }
}

/// Rules and how they are run.
#[derive(Debug)]
pub struct Engine<'r> {
    pub rules: &'r RuleSet,
    pub options: Options,
}

/// One file's outcome.
struct Looked {
    path: String,
    content: Digest,
    bytes: u64,
    from_cache: bool,
    result: FileResult,
}

impl Engine<'_> {
    /// What identifies the rules and the options to a cache.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.rules.digest());
        let options = Options {
            jobs: None,
            ..self.options.clone()
        };
        hasher.update(format!("{options:?}").as_bytes());
        *hasher.finalize().as_bytes()
    }

    /// Looks at files. The cache gets what was found.
    #[must_use]
    pub fn scan(&self, tree: &dyn Tree, paths: &[String], cache: &mut Cache) -> Scanned {
        let known = &*cache;
        let work = || -> Vec<Looked> {
            paths
                .par_iter()
                .filter_map(|path| self.look(tree, path, known))
                .collect()
        };
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.options.jobs.unwrap_or(0))
            .stack_size(STACK)
            .build();
        let looked = match pool {
            Ok(pool) => pool.install(work),
            Err(error) => {
                return Scanned {
                    not_covered: vec![NotCovered::file(
                        "",
                        format!("no code was looked at, since no thread could be started: {error}"),
                    )],
                    ..Scanned::default()
                };
            }
        };
        let mut all = Scanned::default();
        for one in looked {
            all.bytes += one.bytes;
            all.cached += usize::from(one.from_cache);
            if !one.from_cache {
                cache.put(&one.path, one.content, one.result.clone());
            }
            all.findings.extend(one.result.findings);
            all.not_covered.extend(one.result.not_covered);
            all.unused.extend(one.result.unused);
            all.files.push(one.path);
        }
        all
    }

    /// One file; `None` where no rule is about it.
    fn look(&self, tree: &dyn Tree, path: &str, known: &Cache) -> Option<Looked> {
        let named = select::by_name(path);
        let without_grammar = [Language::Generic, Language::Regex];
        let wanted = |language: Language| self.rules.section(language).is_some();
        let may = named.is_some_and(wanted)
            || without_grammar.into_iter().any(wanted)
            || (named.is_none() && select::may_be_script(path));
        if !may {
            return None;
        }
        let bytes = match tree.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return self.unread(path, named, &error),
        };
        let language = named
            .or_else(|| select::by_first_line(&bytes))
            .filter(|l| wanted(*l));
        let binary = bytes.iter().take(8_000).any(|byte| *byte == 0);
        if language.is_none() && (binary || !without_grammar.into_iter().any(wanted)) {
            return None;
        }
        let content = *blake3::hash(&bytes).as_bytes();
        let size = bytes.len() as u64;
        let kept = known.get(path, &content);
        let from_cache = kept.is_some();
        let result = match kept {
            Some(result) => result.clone(),
            None => self.fresh(path, language, bytes),
        };
        Some(Looked {
            path: path.to_owned(),
            content,
            bytes: size,
            from_cache,
            result,
        })
    }

    fn fresh(&self, path: &str, language: Option<Language>, bytes: Vec<u8>) -> FileResult {
        if bytes.len() > self.options.limits.bytes {
            return FileResult {
                not_covered: vec![NotCovered::file(
                    path,
                    format!(
                        "{} bytes are over the limit of {} for code",
                        bytes.len(),
                        self.options.limits.bytes
                    ),
                )],
                ..FileResult::default()
            };
        }
        let source = match String::from_utf8(bytes) {
            Ok(source) => source,
            // Old sources have comments in Latin-1; places count in what is shown.
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        File {
            engine: self,
            path,
            source: &source,
        }
        .look(language)
    }

    /// A file that a rule is about by name is not covered; any other is nobody's business here.
    fn unread(&self, path: &str, named: Option<Language>, error: &TreeError) -> Option<Looked> {
        named.filter(|language| self.rules.section(*language).is_some())?;
        Some(Looked {
            path: path.to_owned(),
            content: Digest::default(),
            bytes: 0,
            from_cache: true,
            result: FileResult {
                not_covered: vec![NotCovered::file(path, error.to_string())],
                ..FileResult::default()
            },
        })
    }
}
