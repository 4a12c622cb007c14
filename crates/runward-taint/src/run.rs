//! One rule on one file.

use std::rc::Rc;

use runward_match::{Bindings, Budget, OutOfBudget, Target};
use runward_syntax::{Language, NodeId, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Settings;
use crate::check::{Outcome, follow};
use crate::env::{Env, Indices, Normal};
use crate::finding::{Findings, Step, StepKind, TaintMatch, merge, settle};
use crate::il::{Base, Function, Key, Place, Program, Role, Variable};
use crate::labels::Requires;
use crate::marks::Found;
use crate::spec::CompiledTaint;
use crate::summary::Summary;
use crate::taints::{Origin, Table, TaintId, Taints, TraceKind};

/// The state of running one rule on one file.
pub(crate) struct Runner<'a> {
    pub(crate) rule: &'a CompiledTaint,
    pub(crate) program: &'a Program<'a>,
    pub(crate) found: Found,
    pub(crate) table: Table,
    source: &'a str,
    settings: &'a Settings,
    /// Of the rule on this file, and of the function that is followed.
    left: usize,
    reported: FxHashSet<(u32, Vec<TaintId>)>,
    summaries: FxHashMap<usize, Option<Rc<Summary>>>,
    depth: usize,
    globals: Env,
    findings: Findings,
}

/// Calls are followed into each other to this depth.
const DEEPEST: usize = 24;

/// Finds where values flow from the rule's sources to its sinks.
///
/// # Errors
/// If the searches for sources, sinks and sanitizers take more steps than the budget has.
pub fn run(
    rule: &CompiledTaint,
    target: &Target<'_>,
    program: &Program<'_>,
    settings: &Settings,
    budget: &mut Budget,
) -> Result<Findings, OutOfBudget> {
    let Some(found) = Found::new(rule, target, budget)? else {
        return Ok(Findings::default());
    };
    let mut runner = Runner {
        rule,
        program,
        found,
        table: Table::default(),
        source: target.source,
        settings,
        left: settings.limits.follow,
        reported: FxHashSet::default(),
        summaries: FxHashMap::default(),
        depth: 0,
        globals: Env::default(),
        findings: Findings::default(),
    };
    runner.all();
    let mut findings = runner.findings;
    settle(&mut findings);
    Ok(findings)
}

impl<'a> Runner<'a> {
    fn all(&mut self) {
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

    fn translated(&mut self, at: usize) -> Option<&'a Function> {
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
    fn limited(&mut self, span: Span, follow: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
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
    fn entered(&mut self, function: &Function) -> Env {
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
            .map(|(taint, trace)| match self.table.origin(taint).cloned() {
                Some(Origin::Source { found, label: old })
                    if replace.is_none_or(|replace| replace.contains(&old)) =>
                {
                    (self.table.taint(Origin::Source { found, label }), trace)
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

    pub(crate) fn name_at(&self, span: Span) -> Option<NodeId> {
        self.program.name_at(span)
    }

    /// Taints reach a sink: what comes from sources is reported, what comes from parameters is
    /// left to the callers.
    pub(crate) fn reach(&mut self, sink: u32, taints: &Taints, outcome: &mut Outcome) {
        let Some(rule_sink) = self
            .found
            .sinks
            .get(sink)
            .and_then(|mark| self.rule.sinks.get(mark.part))
        else {
            return;
        };
        let is_source =
            |taint: TaintId| matches!(self.table.origin(taint), Some(Origin::Source { .. }));
        let (sources, passed): (Vec<_>, Vec<_>) =
            taints.iter().partition(|(taint, _)| is_source(*taint));
        let is_apart = rule_sink.part.requires.is_none() || self.rule.options.taint_unify_mvars;
        if !passed.is_empty() {
            let waiting: Taints = if is_apart {
                passed.into_iter().collect()
            } else {
                taints.clone()
            };
            outcome.wait(sink, waiting);
        }
        let groups: Vec<Taints> = if is_apart {
            sources
                .into_iter()
                .map(|one| std::iter::once(one).collect())
                .collect()
        } else {
            vec![sources.into_iter().collect()]
        };
        for group in groups {
            let holds = has_labels(&self.table, &rule_sink.needs, &group)
                && rule_sink
                    .per_metavar
                    .iter()
                    .all(|(_, requires)| has_labels(&self.table, requires, &group));
            let key: Vec<TaintId> = group.iter().map(|(taint, _)| taint).collect();
            if holds && !key.is_empty() && self.reported.insert((sink, key)) {
                self.report(sink, &group);
            }
        }
    }

    fn report(&mut self, sink: u32, group: &Taints) {
        let Some(mark) = self.found.sinks.get(sink) else {
            return;
        };
        let preferred = self
            .rule
            .sinks
            .get(mark.part)
            .and_then(|sink| sink.needs.preferred());
        let mut bindings: Vec<&Bindings> = Vec::new();
        let mut best: Option<(bool, u32, u32)> = None;
        for (taint, trace) in group.iter() {
            let Some(Origin::Source { found, label }) = self.table.origin(taint) else {
                continue;
            };
            let Some(source) = self.found.sources.get(*found) else {
                continue;
            };
            bindings.push(&source.bindings);
            // A trace from a source that needs no other one, and of the label that is asked for
            // first, says most.
            let needs = self
                .rule
                .sources
                .get(source.part)
                .is_some_and(|source| source.part.requires.is_some());
            let is_less = needs || preferred.is_some_and(|preferred| preferred != *label);
            if best.is_none_or(|(best, ..)| best && !is_less) {
                best = Some((is_less, *found, trace));
            }
        }
        let Some(bindings) = merge(
            &bindings,
            &mark.bindings,
            self.rule.options.taint_unify_mvars,
            self.source,
        ) else {
            return;
        };
        let mut trace = Vec::new();
        let mut source_span = mark.span;
        if let Some((_, found, steps)) = best {
            if let Some(source) = self.found.sources.get(found) {
                source_span = source.span;
                trace.push(Step::new(StepKind::Source, source.span, self.source));
            }
            for step in self.table.trace(steps) {
                let kind = match step.kind {
                    TraceKind::Assign => StepKind::Assign,
                    TraceKind::Call => StepKind::Call,
                    TraceKind::Return => StepKind::Return,
                    TraceKind::Propagator => StepKind::Propagator,
                };
                trace.push(Step::new(kind, step.span, self.source));
            }
        }
        trace.push(Step::new(StepKind::Sink, mark.span, self.source));
        self.findings.matches.push(TaintMatch {
            span: mark.span,
            node: mark.node,
            bindings,
            source: source_span,
            trace,
        });
    }

    /// What a called function does, and how many of its parameters come before the arguments.
    pub(crate) fn summary_of(
        &mut self,
        call: NodeId,
        callee: Option<&Place>,
    ) -> Option<(Rc<Summary>, usize)> {
        if !self.settings.interprocedural {
            return None;
        }
        let (at, first) = match callee? {
            Place {
                base: Base::Variable { variable, .. },
                offsets,
            } if offsets.is_empty() => (self.program.function_named(*variable)?, 0),
            Place {
                base: Base::This { .. },
                offsets,
            } => match offsets.as_slice() {
                [offset] => match offset.key {
                    Key::Field(name) => self.program.method_named(name, call)?,
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        let summary = self.summarize(at)?;
        Some((summary, first))
    }

    /// `None` while the function is being followed itself, or where it is beyond the limits.
    fn summarize(&mut self, at: usize) -> Option<Rc<Summary>> {
        if let Some(known) = self.summaries.get(&at) {
            return known.clone();
        }
        if self.depth >= DEEPEST {
            return None;
        }
        self.summaries.insert(at, None);
        let program = self.program;
        let entry = program.entries.get(at)?;
        let function = self.translated(at)?;
        let mut enter = self.entered(function);
        let mut own: Vec<(u32, Variable, Taints)> = Vec::new();
        for (index, parameter) in (0..).zip(&function.parameters) {
            let taint = self.table.taint(Origin::Parameter {
                index,
                path: Vec::new(),
            });
            let taints: Taints = std::iter::once((taint, 0)).collect();
            for (variable, span) in &parameter.variables {
                add(&mut enter, &mut self.table, *variable, *span, &taints);
                own.push((index, *variable, taints.clone()));
            }
        }
        self.depth += 1;
        let outcome = self.limited(entry.span, |runner| follow(runner, function, &enter));
        self.depth -= 1;
        let mut summary = Summary {
            parameters: function
                .parameters
                .iter()
                .map(|parameter| parameter.name)
                .collect(),
            returns: outcome.returns,
            sinks: outcome.sinks,
            control: outcome.exit.control.clone(),
            ..Summary::default()
        };
        for (index, variable, before) in own {
            let mut parts = Vec::new();
            if let Some(cell) = outcome.exit.get(variable) {
                cell.tainted_parts(&mut Vec::new(), &mut parts);
            }
            for (path, taints) in parts {
                let new = taints.without(&before);
                if !path.is_empty() && !new.is_empty() {
                    summary.writes.push((index, path, new));
                }
            }
        }
        for (variable, cell) in outcome.exit.variables() {
            if Env::is_field(variable) {
                let mut taints = Taints::default();
                cell.gather(&mut taints);
                if !taints.is_empty() {
                    summary.fields.push((variable, taints));
                }
            }
        }
        let summary = Rc::new(summary);
        self.summaries.insert(at, Some(Rc::clone(&summary)));
        Some(summary)
    }
}

fn add(env: &mut Env, table: &mut Table, variable: Variable, at: Span, taints: &Taints) {
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
fn has_labels(table: &Table, requires: &Requires, taints: &Taints) -> bool {
    requires.holds(&|label| {
        taints.iter().any(|(taint, _)| {
            matches!(table.origin(taint), Some(Origin::Source { label: own, .. }) if *own == label)
        })
    })
}
