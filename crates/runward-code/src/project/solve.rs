//! File by file, until what their functions do is known.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;
use runward_match::{Budget, Index, Target};
use runward_model::NotCovered;
use runward_resolve::resolve;
use runward_syntax::Lines;
use runward_taint::{
    Across, Exports, FileId, Followed, Interface, Modules, Paths, Program, run_in_project,
};
use rustc_hash::FxHashMap;

use super::Flows;
use super::gather::{Project, Seen, text};
use crate::{
    file::{File, Hit},
    languages::{FRONTENDS, frontend},
    ruleset::How,
};

/// What the functions of files do, by rule.
type Known = FxHashMap<(usize, FileId), Arc<Exports>>;

/// What looking at one file gave.
#[derive(Default)]
struct Looked {
    /// The rules that were to be run.
    asked: Vec<usize>,
    interface: Option<Interface>,
    rules: Vec<(usize, Outcome)>,
}

struct Outcome {
    /// With the file that each is in.
    hits: Vec<(FileId, Hit)>,
    not_covered: Vec<NotCovered>,
    exports: Arc<Exports>,
    asked: BTreeSet<FileId>,
    is_early: bool,
}

impl Project<'_, '_> {
    pub(super) fn solve(&self, chosen: &BTreeMap<u32, Vec<usize>>) -> BTreeMap<String, Flows> {
        let limits = self.engine.options.project;
        let mut flows: BTreeMap<String, Flows> = BTreeMap::new();
        let mut note = |seen: &Seen, what: String| {
            let told = NotCovered::file(&seen.path, what);
            let flow = flows.entry(seen.path.clone()).or_default();
            flow.not_covered.push(told);
        };
        for (file, _) in chosen.iter().skip(limits.files) {
            if let Some(seen) = self.seen.get(*file as usize) {
                note(
                    seen,
                    format!(
                        "values are not followed to and from other files, since more than {} files \
                         are joined",
                        limits.files
                    ),
                );
            }
        }
        let chosen: BTreeMap<u32, &Vec<usize>> = chosen
            .iter()
            .take(limits.files)
            .map(|(file, rules)| (*file, rules))
            .collect();
        let files: BTreeSet<u32> = chosen.keys().copied().collect();
        let mut modules = Modules::new(
            Paths::new(self.seen.iter().map(|one| one.path.as_str())),
            self.seen.iter().map(|one| one.language).collect(),
        );
        let mut known = Known::default();
        let pending = Arc::new(Exports::pending());
        for (file, rules) in &chosen {
            modules.expect(FileId(*file));
            for rule in *rules {
                known.insert((*rule, FileId(*file)), Arc::clone(&pending));
            }
        }
        let mut outcomes: BTreeMap<(u32, usize), Outcome> = BTreeMap::new();
        for level in self.graph.levels(&files) {
            let mut work: Vec<(u32, Vec<usize>)> = level
                .iter()
                .filter_map(|file| Some((*file, (*chosen.get(file)?).clone())))
                .collect();
            let mut round = 0;
            while !work.is_empty() {
                if round == limits.rounds {
                    for (file, _) in &work {
                        if let Some(seen) = self.seen.get(*file as usize) {
                            note(
                                seen,
                                format!(
                                    "values are followed to and from other files in part, since after \
                                     {round} rounds through files that import each other there was \
                                     still something new"
                                ),
                            );
                        }
                    }
                    break;
                }
                round += 1;
                let looked: Vec<(u32, Looked)> = work
                    .par_iter()
                    .map(|(file, rules)| (*file, self.follow(*file, rules, &modules, &known)))
                    .collect();
                work = take(&level, looked, &mut modules, &mut known, &mut outcomes);
            }
        }
        self.sorted(outcomes, flows)
    }

    /// Runs rules on one file, with what is known of the others.
    fn follow(&self, file: u32, rules: &[usize], modules: &Modules, known: &Known) -> Looked {
        let mut looked = Looked {
            asked: rules.to_vec(),
            ..Looked::default()
        };
        let Some(seen) = self.seen.get(file as usize) else {
            return looked;
        };
        // What cannot be read is told where the file itself is looked at.
        let (Some(section), Some(frontend), Ok(bytes)) = (
            self.engine.rules.section(seen.language),
            frontend(seen.language),
            self.tree.read(&seen.path),
        ) else {
            return looked;
        };
        let source = text(bytes);
        let options = &self.engine.options;
        let vocabulary = &self.engine.rules.vocabulary;
        let Ok(mut tree) = frontend.parse(&source, vocabulary, &options.limits) else {
            return looked;
        };
        let lines = Lines::new(&source);
        let facts = resolve(&mut tree, seen.language);
        let index = Index::new(&tree, Some(&facts));
        let target = Target::parsed(seen.language, &source, &lines, &tree, &facts, &index)
            .with_frontends(FRONTENDS);
        let program = Program::new(&tree, &facts, seen.language, &options.taint.limits)
            .in_project(modules, FileId(file));
        looked.interface = Some(Interface::of(&program));
        let shown = File {
            engine: self.engine,
            path: &seen.path,
            source: &source,
        };
        for search in &section.searches {
            let How::Taint(taint) = &search.how else {
                continue;
            };
            let rule = search.rule;
            if rules.binary_search(&rule).is_err() {
                continue;
            }
            let exports = |other: FileId| known.get(&(rule, other)).cloned();
            let across = Across {
                file: FileId(file),
                path: seen.path.as_str().into(),
                exports: &exports,
            };
            let mut budget = Budget::new(options.steps);
            let followed = run_in_project(
                taint,
                &target,
                &program,
                &options.taint,
                &mut budget,
                &across,
            );
            let outcome = match followed {
                Ok(followed) => outcome(FileId(file), rule, &shown, &lines, followed),
                Err(stopped) => {
                    let id = self.engine.rules.rules().get(rule);
                    let id = id.map_or("", |ready| &ready.rule.id);
                    Outcome {
                        hits: Vec::new(),
                        not_covered: vec![NotCovered::file(
                            &seen.path,
                            format!("rule `{id}`: {stopped}"),
                        )],
                        exports: Arc::default(),
                        asked: BTreeSet::new(),
                        is_early: false,
                    }
                }
            };
            looked.rules.push((rule, outcome));
        }
        looked
    }

    /// Everything that was found, by the file that it is in.
    fn sorted(
        &self,
        outcomes: BTreeMap<(u32, usize), Outcome>,
        mut flows: BTreeMap<String, Flows>,
    ) -> BTreeMap<String, Flows> {
        for ((file, rule), outcome) in outcomes {
            let Some(seen) = self.seen.get(file as usize) else {
                continue;
            };
            let own = flows.entry(seen.path.clone()).or_default();
            own.rules.push(rule);
            own.not_covered.extend(outcome.not_covered);
            for (other, hit) in outcome.hits {
                if let Some(seen) = self.seen.get(other.index()) {
                    flows.entry(seen.path.clone()).or_default().hits.push(hit);
                }
            }
        }
        flows
    }
}

fn outcome(
    file: FileId,
    rule: usize,
    shown: &File<'_>,
    lines: &Lines,
    followed: Followed,
) -> Outcome {
    let not_covered = followed
        .findings
        .not_covered
        .into_iter()
        .map(|(span, reason)| NotCovered::at(shown.path, lines.line(span.start), reason))
        .collect();
    let hits = followed
        .findings
        .matches
        .into_iter()
        .map(|flow| {
            let at = flow.file.unwrap_or(file);
            (at, shown.flow(rule, flow, lines))
        })
        .collect();
    Outcome {
        hits,
        not_covered,
        exports: Arc::new(followed.exports),
        asked: followed.asked,
        is_early: followed.is_early,
    }
}

/// Takes what came out of a round; gives what has to be looked at again.
fn take(
    level: &[u32],
    looked: Vec<(u32, Looked)>,
    modules: &mut Modules,
    known: &mut Known,
    outcomes: &mut BTreeMap<(u32, usize), Outcome>,
) -> Vec<(u32, Vec<usize>)> {
    let mut changed: BTreeSet<(usize, FileId)> = BTreeSet::new();
    let mut is_first = false;
    for (file, looked) in looked {
        let id = FileId(file);
        is_first |= outcomes
            .range((file, 0)..=(file, usize::MAX))
            .next()
            .is_none();
        if let Some(interface) = looked.interface {
            modules.define(id, Arc::new(interface));
        } else {
            modules.give_up(id);
            for rule in &looked.asked {
                known.remove(&(*rule, id));
                changed.insert((*rule, id));
            }
        }
        for (rule, outcome) in looked.rules {
            let is_same = known
                .get(&(rule, id))
                .is_some_and(|before| **before == *outcome.exports);
            if !is_same {
                known.insert((rule, id), Arc::clone(&outcome.exports));
                changed.insert((rule, id));
            }
            outcomes.insert((file, rule), outcome);
        }
    }
    let mut again = Vec::new();
    for file in level {
        let rules: Vec<usize> = outcomes
            .range((*file, 0)..=(*file, usize::MAX))
            .filter(|((_, rule), outcome)| {
                // By now all files of the level are known.
                (outcome.is_early && is_first)
                    || outcome
                        .asked
                        .iter()
                        .any(|asked| changed.contains(&(*rule, *asked)))
            })
            .map(|((_, rule), _)| *rule)
            .collect();
        if !rules.is_empty() {
            again.push((*file, rules));
        }
    }
    again
}
