//! Many files.

use rayon::prelude::*;
use runward_model::NotCovered;
use runward_syntax::{Language, Limits};
use runward_tree::{Tree, TreeError, decode};

use crate::{
    Cache, FileResult, RuleSet, Scanned,
    cache::Digest,
    file::File,
    project::{Flows, Project, ProjectFlows, ProjectLimits},
    ruleset::Section,
    select,
};

/// The stack of a worker: parsers and matchers recurse, bounded by [`Limits::depth`].
const STACK: usize = 64 << 20;

/// How far the calls of functions are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follow {
    Off,
    /// Within a file.
    #[default]
    File,
    /// From file to file too, in Python, JavaScript and TypeScript.
    Project,
}

impl From<bool> for Follow {
    fn from(follow: bool) -> Self {
        if follow { Self::File } else { Self::Off }
    }
}

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    pub limits: Limits,
    /// Threads; `None`: one for each processor.
    pub jobs: Option<usize>,
    /// How tainted values are followed.
    pub taint: runward_taint::Settings,
    /// Whether values are followed from file to file. [`Self::following`] sets `taint` to suit.
    pub follow: Follow,
    pub project: ProjectLimits,
    /// Steps that one rule may take in one file.
    pub steps: u64,
    /// Findings of one rule in one file: a hostile one could have as many as bytes.
    pub findings: usize,
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
            follow: Follow::File,
            project: ProjectLimits::default(),
            steps: 50_000_000,
            findings: 5_000,
        }
    }
}

impl Options {
    /// The usual ones, tainted values being followed from function to function or not.
    #[must_use]
    pub fn following_calls(follow: bool) -> Self {
        Self::following(follow.into())
    }

    /// The usual ones, tainted values being followed so far.
    #[must_use]
    pub fn following(follow: Follow) -> Self {
        let mut options = Self {
            follow,
            ..Self::default()
        };
        options.taint.interprocedural = follow != Follow::Off;
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
            let flows = if self.options.follow == Follow::Project {
                Project::gather(self, tree, paths).flows(known)
            } else {
                ProjectFlows::default()
            };
            paths
                .par_iter()
                .filter_map(|path| self.look(tree, path, known, &flows))
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
    fn look(
        &self,
        tree: &dyn Tree,
        path: &str,
        known: &Cache,
        flows: &ProjectFlows,
    ) -> Option<Looked> {
        let named = select::by_name(path);
        let allowed = self.rules.allowed(path);
        let mut asked: Vec<Asked<'_>> = [Language::Generic, Language::Regex]
            .into_iter()
            .filter_map(|language| self.asked(language, &allowed))
            .collect();
        let of_name = named.and_then(|language| self.asked(language, &allowed));
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
        let of_first_line = || self.asked(select::by_first_line(&bytes)?, &allowed);
        let of_grammar = of_name.or_else(|| may_be_script.then(of_first_line).flatten());
        let binary = bytes.iter().take(8_000).any(|byte| *byte == 0);
        // Pictures and the like are nobody's text; of a binary `.txt` it is told.
        let is_no_text = binary && !select::is_text(path);
        if of_grammar.is_none() && (is_no_text || asked.is_empty()) {
            return None;
        }
        asked.splice(0..0, of_grammar);
        // What is found in a file of a project may depend on other files: so does its key then.
        let content = match flows.keys.get(path) {
            Some(key) => *key,
            None => *blake3::hash(&bytes).as_bytes(),
        };
        let size = bytes.len() as u64;
        let kept = known.get(path, &content);
        let from_cache = kept.is_some();
        let result = match kept {
            Some(result) => result.clone(),
            None => self.fresh(path, &asked, bytes, flows.flows.get(path)),
        };
        Some(Looked {
            path: path.to_owned(),
            content,
            bytes: size,
            from_cache,
            result,
        })
    }

    /// The rules of a language that look at a path, if there are any; by what the filters say to it.
    fn asked(&self, language: Language, allowed: &[bool]) -> Option<Asked<'_>> {
        let section = self.rules.section(language)?;
        let searches = self.rules.asked(section, allowed);
        (!searches.is_empty()).then_some(Asked { section, searches })
    }

    fn fresh(
        &self,
        path: &str,
        asked: &[Asked<'_>],
        bytes: Vec<u8>,
        flows: Option<&Flows>,
    ) -> FileResult {
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
        .look(asked, flows)
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
