//! Many files.

use rayon::prelude::*;
use runward_model::NotCovered;
use runward_syntax::{Language, Limits};
use runward_tree::{Tree, TreeError, decode};

use crate::{
    Cache, FileResult, RuleSet, Scanned, cache::Digest, file::File, ruleset::Section, select,
};

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

/// The searches of a language that look at a file.
pub(crate) struct Asked<'r> {
    pub(crate) section: &'r Section,
    /// Their places in the section.
    pub(crate) searches: Vec<usize>,
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
        let mut asked: Vec<Asked<'_>> = [Language::Generic, Language::Regex]
            .into_iter()
            .filter_map(|language| self.asked(language, path))
            .collect();
        let of_name = named.and_then(|language| self.asked(language, path));
        let may_be_script = named.is_none() && select::may_be_script(path);
        if asked.is_empty() && of_name.is_none() && !may_be_script {
            return None;
        }
        let bytes = match tree.read(path) {
            Ok(bytes) => bytes,
            // Whether a file without an ending is a script is not known; nothing else is about it.
            Err(_) if asked.is_empty() && of_name.is_none() => return None,
            Err(error) => return Some(Looked::unread(path, &error)),
        };
        let of_first_line = || self.asked(select::by_first_line(&bytes)?, path);
        let of_grammar = of_name.or_else(|| may_be_script.then(of_first_line).flatten());
        let binary = bytes.iter().take(8_000).any(|byte| *byte == 0);
        if of_grammar.is_none() && (binary || asked.is_empty()) {
            return None;
        }
        asked.splice(0..0, of_grammar);
        let content = *blake3::hash(&bytes).as_bytes();
        let size = bytes.len() as u64;
        let kept = known.get(path, &content);
        let from_cache = kept.is_some();
        let result = match kept {
            Some(result) => result.clone(),
            None => self.fresh(path, &asked, bytes),
        };
        Some(Looked {
            path: path.to_owned(),
            content,
            bytes: size,
            from_cache,
            result,
        })
    }

    /// The rules of a language that look at a path, if there are any.
    fn asked(&self, language: Language, path: &str) -> Option<Asked<'_>> {
        let section = self.rules.section(language)?;
        let searches = self.rules.asked(section, path);
        (!searches.is_empty()).then_some(Asked { section, searches })
    }

    fn fresh(&self, path: &str, asked: &[Asked<'_>], bytes: Vec<u8>) -> FileResult {
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
            // UTF-16, or comments in Latin-1: places are those in the text that is shown.
            Err(error) => decode(error.as_bytes()).text,
        };
        File {
            engine: self,
            path,
            source: &source,
        }
        .look(asked)
    }
}

impl Looked {
    fn unread(path: &str, error: &TreeError) -> Self {
        Self {
            path: path.to_owned(),
            content: Digest::default(),
            bytes: 0,
            // So that it is not kept.
            from_cache: true,
            result: FileResult {
                not_covered: vec![NotCovered::file(path, error.to_string())],
                ..FileResult::default()
            },
        }
    }
}
