//! The first, quick look at all files.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use runward_match::Requirement;
use runward_syntax::Language;
use runward_taint::{FileId, Paths, imported_modules};
use runward_tree::{Tree, decode};

use super::graph::Graph;
use super::{Flows, ProjectFlows};
use crate::{
    Cache, Engine,
    cache::Digest,
    prefilter::Prefilter,
    ruleset::{How, Section},
    select,
};

/// Languages whose imports are understood.
pub(super) const LANGUAGES: [Language; 3] =
    [Language::Python, Language::JavaScript, Language::TypeScript];

/// The files that may have a source, and those that may have a sink.
type Ends = (Vec<u32>, Vec<u32>);

/// A file, after the quick look.
pub(super) struct Seen {
    pub(super) path: String,
    pub(super) language: Language,
    content: Digest,
    imports: Vec<String>,
    /// Rules that may have a source, a sink in it.
    sources: Vec<usize>,
    sinks: Vec<usize>,
}

/// The files of a project that values may flow between.
pub(crate) struct Project<'e, 'r> {
    pub(super) engine: &'e Engine<'r>,
    pub(super) tree: &'e dyn Tree,
    pub(super) seen: Vec<Seen>,
    pub(super) graph: Graph,
}

/// Looks for the literals of sources and of sinks.
struct Quick<'s> {
    section: &'s Section,
    /// Places of the taint rules in the section.
    searches: Vec<usize>,
    /// For each of them, of its sources and then of its sinks.
    prefilter: Prefilter,
}

impl<'s> Quick<'s> {
    fn new(section: &'s Section) -> Self {
        let mut searches = Vec::new();
        let mut needs: Vec<Requirement> = Vec::new();
        for (place, search) in section.searches.iter().enumerate() {
            if let How::Taint(taint) = &search.how {
                searches.push(place);
                needs.push(taint.required_of_sources().clone());
                needs.push(taint.required_of_sinks().clone());
            }
        }
        Self {
            section,
            searches,
            prefilter: Prefilter::new(&needs),
        }
    }

    /// The rules that may have a source, and those that may have a sink in a text.
    fn look(&self, source: &str, asked: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let all: Vec<usize> = (0..self.searches.len() * 2).collect();
        let (mut sources, mut sinks) = (Vec::new(), Vec::new());
        for found in self.prefilter.candidates(source.as_bytes(), &all) {
            let Some(place) = self.searches.get(found / 2) else {
                continue;
            };
            let rule = self.section.searches.get(*place).map(|search| search.rule);
            if let Some(rule) = rule.filter(|_| asked.binary_search(place).is_ok()) {
                if found % 2 == 0 {
                    sources.push(rule);
                } else {
                    sinks.push(rule);
                }
            }
        }
        (sources, sinks)
    }
}

impl<'e, 'r> Project<'e, 'r> {
    /// Looks at the files of a project; within a pool of threads.
    pub(crate) fn gather(engine: &'e Engine<'r>, tree: &'e dyn Tree, paths: &[String]) -> Self {
        let quick: Vec<Quick<'_>> = LANGUAGES
            .iter()
            .filter_map(|language| engine.rules.section(*language))
            .map(Quick::new)
            .filter(|quick| !quick.searches.is_empty())
            .collect();
        let seen: Vec<Seen> = if quick.is_empty() {
            Vec::new()
        } else {
            paths
                .par_iter()
                .filter_map(|path| seen(engine, tree, path, &quick))
                .collect()
        };
        let known = Paths::new(seen.iter().map(|one| one.path.as_str()));
        let imports = (0_u32..)
            .zip(&seen)
            .map(|(from, one)| {
                let mut all: Vec<u32> = one
                    .imports
                    .iter()
                    .filter_map(|module| known.module(FileId(from), module, one.language))
                    .map(|file| file.0)
                    .filter(|file| *file != from)
                    .collect();
                all.sort_unstable();
                all.dedup();
                all
            })
            .collect();
        Self {
            engine,
            tree,
            seen,
            graph: Graph::new(imports),
        }
    }

    /// Follows values through those files of which not everything is known from an earlier run.
    pub(crate) fn flows(&self, cache: &Cache) -> ProjectFlows {
        let components = self.graph.components();
        let mut members: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (file, component) in components.iter().enumerate() {
            members.entry(*component).or_default().push(file);
        }
        let mut keys = BTreeMap::new();
        let mut fresh: BTreeSet<u32> = BTreeSet::new();
        for files in members.values() {
            let keyed = self.keys(files);
            let is_known = keyed
                .iter()
                .all(|(path, key)| cache.get(path, key).is_some());
            keys.extend(keyed);
            if !is_known {
                fresh.extend(files.iter().filter_map(|file| u32::try_from(*file).ok()));
            }
        }
        let chosen = self.chosen(&fresh);
        ProjectFlows {
            flows: self.solve(&chosen),
            keys,
        }
    }

    /// A file's result depends on all files that it is joined to by imports.
    fn keys(&self, files: &[usize]) -> Vec<(String, Digest)> {
        let all: Vec<&Seen> = files
            .iter()
            .filter_map(|file| self.seen.get(*file))
            .collect();
        let mut hasher = blake3::Hasher::new();
        for one in &all {
            hasher.update(&(one.path.len() as u64).to_le_bytes());
            hasher.update(one.path.as_bytes());
            hasher.update(&one.content);
        }
        let whole = *hasher.finalize().as_bytes();
        all.into_iter()
            .map(|one| {
                let mut hasher = blake3::Hasher::new();
                hasher.update(&whole);
                hasher.update(&one.content);
                (one.path.clone(), *hasher.finalize().as_bytes())
            })
            .collect()
    }

    /// For each rule the files that it is to look at together.
    fn chosen(&self, fresh: &BTreeSet<u32>) -> BTreeMap<u32, Vec<usize>> {
        let mut ends: BTreeMap<usize, Ends> = BTreeMap::new();
        for (file, one) in (0_u32..).zip(&self.seen) {
            for rule in &one.sources {
                ends.entry(*rule).or_default().0.push(file);
            }
            for rule in &one.sinks {
                ends.entry(*rule).or_default().1.push(file);
            }
        }
        let rules: Vec<(usize, Ends)> = ends.into_iter().collect();
        let found: Vec<(usize, Vec<u32>)> = rules
            .par_iter()
            .map(|(rule, (sources, sinks))| (*rule, self.graph.between(sources, sinks)))
            .collect();
        let mut chosen: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (rule, files) in found {
            for file in files.into_iter().filter(|file| fresh.contains(file)) {
                chosen.entry(file).or_default().push(rule);
            }
        }
        chosen
    }
}

fn seen(engine: &Engine<'_>, tree: &dyn Tree, path: &str, quick: &[Quick<'_>]) -> Option<Seen> {
    let language = select::by_name(path).filter(|language| LANGUAGES.contains(language))?;
    let bytes = tree.read(path).ok()?;
    let content = *blake3::hash(&bytes).as_bytes();
    if bytes.len() > engine.options.limits.bytes {
        return None;
    }
    let source = text(bytes);
    let own = quick
        .iter()
        .find(|quick| quick.section.language == language);
    let (sources, sinks) = own
        .map(|quick| {
            quick.look(
                &source,
                &engine
                    .rules
                    .asked(quick.section, &engine.rules.allowed(path)),
            )
        })
        .unwrap_or_default();
    Some(Seen {
        path: path.to_owned(),
        language,
        content,
        imports: imported_modules(&source, language),
        sources,
        sinks,
    })
}

pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| decode(error.as_bytes()).text)
}

impl Flows {
    pub(crate) fn handles(&self, rule: usize) -> bool {
        self.rules.binary_search(&rule).is_ok()
    }
}
