//! One rule on one file.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use runward_match::{Budget, OutOfBudget, Target};
use runward_syntax::{Language, Lines, NodeId, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Settings;
use crate::abroad::{AwaySink, AwaySource, FileId, FunctionId};
use crate::across::Across;
use crate::check::{Outcome, follow};
use crate::env::{Env, Indices, Normal};
use crate::finding::{Findings, Step, StepKind, settle};
use crate::il::{Function, Key, Program, Role, Variable};
use crate::labels::Requires;
use crate::marks::{Found, Mark};
use crate::spec::CompiledTaint;
use crate::summary::{Summary, THIS};
use crate::taints::{Origin, Table, TaintId, Taints};

/// The state of running one rule on one file.
pub(crate) struct Runner<'a> {
    pub(crate) rule: &'a CompiledTaint,
    pub(crate) program: &'a Program<'a>,
    pub(crate) found: Found,
    pub(crate) table: Table,
    pub(crate) source: &'a str,
    pub(crate) lines: &'a Lines,
    pub(crate) settings: &'a Settings,
    /// Of the rule on this file, and of the function that is followed.
    left: usize,
    pub(crate) reported: FxHashSet<(u32, Vec<TaintId>)>,
    pub(crate) summaries: FxHashMap<usize, Option<Rc<Summary>>>,
    pub(crate) depth: usize,
    globals: Env,
    pub(crate) findings: Findings,
    /// The other files of the project.
    pub(crate) across: Option<&'a Across<'a>>,
    pub(crate) abroad: FxHashMap<FunctionId, Option<Rc<Summary>>>,
    pub(crate) away_sources: Vec<Arc<AwaySource>>,
    pub(crate) away_sinks: Vec<Arc<AwaySink>>,
    /// Steps as other files see them: to find their lines takes time.
    pub(crate) shown: RefCell<FxHashMap<(StepKind, Span), Arc<Step>>>,
    /// Their places, sinks and sources apart.
    pub(crate) away: [FxHashMap<(FileId, Span, usize), u32>; 2],
    /// The files whose functions were asked for.
    pub(crate) asked: BTreeSet<FileId>,
    /// Whether something was called of which nothing is known yet.
    pub(crate) is_early: bool,
}

/// Set in the number of a sink that is in another file.
pub(crate) const AWAY: u32 = 1 << 31;

/// A sink of this file or of another one.
pub(crate) enum SinkAt<'s> {
    Here(&'s Mark),
    Away(&'s Arc<AwaySink>),
}

/// Finds where values flow from the rule's sources to its sinks.
///
/// # Errors
/// If the searches for sources, sinks and sanitizers take more steps than the budget has.
pub fn run<'a>(
    rule: &'a CompiledTaint,
    target: &Target<'a>,
    program: &'a Program<'a>,
    settings: &'a Settings,
    budget: &mut Budget,
) -> Result<Findings, OutOfBudget> {
    let Some(found) = Found::new(rule, target, budget, true)? else {
        return Ok(Findings::default());
    };
    let mut runner = Runner::new(rule, target, program, settings, found);
    runner.all();
    let mut findings = runner.findings;
    settle(&mut findings);
    Ok(findings)
}

impl<'a> Runner<'a> {
    pub(crate) fn new(
        rule: &'a CompiledTaint,
        target: &Target<'a>,
        program: &'a Program<'a>,
        settings: &'a Settings,
        found: Found,
    ) -> Self {
        Self {
            rule,
            program,
            found,
            table: Table::default(),
            source: target.source,
            lines: target.lines,
            settings,
            left: settings.limits.follow,
            reported: FxHashSet::default(),
            summaries: FxHashMap::default(),
            depth: 0,
            globals: Env::default(),
            findings: Findings::default(),
            across: None,
            abroad: FxHashMap::default(),
            away_sources: Vec::new(),
            away_sinks: Vec::new(),
            away: Default::default(),
            shown: RefCell::default(),
            asked: BTreeSet::new(),
            is_early: false,
        }
    }

    pub(crate) fn all(&mut self) {
        self.follow_globals();
        let program = self.program;
        for (at, entry) in program.entries.iter().enumerate() {
            let has_sink = self.found.sinks.touch(entry.span);
            let has_source = self.found.sources.touch(entry.span);
            let may_find = match (self.settings.interprocedural, entry.role) {
                (true, _) => true,
                (false, Role::Function) => has_sink && (has_source || self.globals.is_tainted()),
                (false, _) => has_sink && has_source,
            };
            if !may_find {
                continue;
            }
            if self.settings.interprocedural && entry.role == Role::Function {
                self.summarize(at);
                continue;
            }
            let Some(function) = self.translated(at) else {
                continue;
            };
            let enter = match entry.role {
                Role::Function => self.entered(function),
                Role::Class | Role::Top => Env::default(),
            };
            self.limited(entry.span, |runner| follow(runner, function, &enter));
        }
    }

    pub(crate) fn translated(&mut self, at: usize) -> Option<&'a Function> {
        let program = self.program;
        let entry = program.entries.get(at)?;
        let function = program.function(entry);
        if function.is_none() {
            self.findings
                .not_covered
                .push((entry.span, "the function is larger than the limit"));
        }
        function
    }

    /// Follows something under the limit for one function.
    pub(crate) fn limited(
        &mut self,
        span: Span,
        follow: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let before = std::mem::replace(&mut self.left, self.settings.limits.follow);
        let outcome = follow(self);
        self.left = before;
        if outcome.is_cut_short {
            self.findings.not_covered.push((
                span,
                "the flow through the function takes more steps than the limit",
            ));
        }
        outcome
    }

    /// How indices are told apart.
    pub(crate) fn indices(&self) -> Indices {
        match (self.is_precise(), self.program.language) {
            (false, _) => Indices::Any,
            (true, Language::JavaScript | Language::TypeScript) => Indices::Fields,
            (true, _) => Indices::Apart,
        }
    }

    /// Whether more is told apart than Semgrep's open-source engine does.
    pub(crate) fn is_precise(&self) -> bool {
        self.settings.interprocedural
    }

    pub(crate) fn step(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// Variables of the file that are assigned once are known in all functions.
    fn follow_globals(&mut self) {
        let program = self.program;
        for global in &program.globals {
            let node = program.tree.node(global.value);
            let touches =
                self.found.sources.touch(node.span) || self.found.sources.touch(global.name);
            if !touches && !self.globals.is_tainted() {
                continue;
            }
            let mut taints = self.sources_of(global.name);
            if let Some(function) = program.assignment(global) {
                let enter = self.globals.clone();
                let outcome = self.limited(node.span, |runner| follow(runner, function, &enter));
                if let Some(cell) = outcome.exit.get(global.variable) {
                    taints.join(&cell.mark.taints());
                }
            }
            self.taint(global.variable, global.name, &taints);
        }
    }

    fn taint(&mut self, variable: Variable, at: Span, taints: &Taints) {
        let mut env = std::mem::take(&mut self.globals);
        add(&mut env, &mut self.table, variable, at, taints);
        self.globals = env;
    }

    /// The taints of the sources that a name lies in, whatever they say about exactness.
    fn sources_of(&mut self, name: Span) -> Taints {
        let at: Vec<u32> = self.found.sources.around(name).map(|(at, _)| at).collect();
        self.taints_of(&at, &Taints::default())
    }

    /// What is known where a function is entered.
    pub(crate) fn entered(&mut self, function: &Function) -> Env {
        let mut env = self.globals.clone();
        for parameter in &function.parameters {
            for (variable, span) in &parameter.variables {
                let mut taints = self.sources_of(*span);
                if let Some(default) = parameter.default
                    && parameter.is_plain
                {
                    taints.join(&self.default_of(*variable, *span, default, &env));
                }
                add(&mut env, &mut self.table, *variable, *span, &taints);
            }
        }
        env
    }

    fn default_of(&mut self, variable: Variable, name: Span, value: NodeId, env: &Env) -> Taints {
        let span = self.program.tree.node(value).span;
        if !self.found.sources.touch(span) && !env.is_tainted() {
            return Taints::default();
        }
        let Some(function) = self.program.assigned(variable, name, value) else {
            return Taints::default();
        };
        let enter = env.clone();
        let outcome = self.limited(span, |runner| follow(runner, &function, &enter));
        outcome
            .exit
            .get(variable)
            .map(|cell| cell.mark.taints())
            .unwrap_or_default()
    }

    pub(crate) fn is_control(&self, source: u32) -> bool {
        self.found
            .sources
            .get(source)
            .and_then(|mark| self.rule.sources.get(mark.part))
            .is_some_and(|source| source.control)
    }

    /// The taints of matches of sources. One that requires labels counts if they are there, or if
    /// another one adds them.
    pub(crate) fn taints_of(&mut self, sources: &[u32], incoming: &Taints) -> Taints {
        let mut made = Taints::default();
        let mut left: Vec<u32> = sources.to_vec();
        for _ in 0..3 {
            let there = incoming.clone().joined(&made);
            let before = left.len();
            left.retain(|at| {
                let Some(source) = self
                    .found
                    .sources
                    .get(*at)
                    .and_then(|mark| self.rule.sources.get(mark.part))
                else {
                    return false;
                };
                let may = source
                    .part
                    .requires
                    .as_ref()
                    .is_none_or(|requires| has_labels(&self.table, requires, &there));
                if may {
                    let taint = self.table.taint(Origin::Source {
                        found: *at,
                        label: source.label,
                    });
                    made.add(taint, 0);
                }
                !may
            });
            if left.is_empty() || left.len() == before {
                break;
            }
        }
        made
    }

    pub(crate) fn satisfies(&self, requires: &Requires, taints: &Taints) -> bool {
        has_labels(&self.table, requires, taints)
    }

    /// The same sources under another label.
    pub(crate) fn relabelled(
        &mut self,
        taints: &Taints,
        label: u32,
        replace: Option<&[u32]>,
    ) -> Taints {
        let all: Vec<_> = taints.iter().collect();
        all.into_iter()
            .map(|(taint, trace)| match self.table.origin(taint) {
                Some(origin)
                    if origin.label().is_some_and(|old| {
                        replace.is_none_or(|replace| replace.contains(&old))
                    }) =>
                {
                    let origin = origin.labelled(label);
                    (self.table.taint(origin), trace)
                }
                _ => (taint, trace),
            })
            .collect()
    }

    /// What a part of something tainted holds: of a parameter, that part of what is passed.
    pub(crate) fn parts_of(&mut self, taints: &Taints, key: Key) -> Taints {
        let all: Vec<_> = taints.iter().collect();
        all.into_iter()
            .map(|(taint, trace)| match self.table.origin(taint).cloned() {
                Some(Origin::Parameter { index, mut path })
                    if key != Key::Any && path.len() < 4 && !path.contains(&key) =>
                {
                    path.push(key);
                    (self.table.taint(Origin::Parameter { index, path }), trace)
                }
                _ => (taint, trace),
            })
            .collect()
    }

    /// What a field of `this` holds that nothing was assigned yet: what the caller has there.
    pub(crate) fn field_of_this(&mut self, key: Key) -> Taints {
        let taint = self.table.taint(Origin::Parameter {
            index: THIS,
            path: vec![key],
        });
        std::iter::once((taint, 0)).collect()
    }

    pub(crate) fn name_at(&self, span: Span) -> Option<NodeId> {
        self.program.name_at(span)
    }
}

pub(crate) fn add(env: &mut Env, table: &mut Table, variable: Variable, at: Span, taints: &Taints) {
    let normal = Normal {
        variable,
        path: Vec::new(),
    };
    env.add(
        &normal,
        taints,
        &crate::cell::Shape::default(),
        table,
        Some(at),
    );
}

/// Whether the labels of some taints satisfy a condition.
pub(crate) fn has_labels(table: &Table, requires: &Requires, taints: &Taints) -> bool {
    requires.holds(&|label| {
        taints
            .iter()
            .any(|(taint, _)| table.origin(taint).and_then(Origin::label) == Some(label))
    })
}
