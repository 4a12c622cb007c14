//! One rule on one file of a project, of which other files are known.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use runward_match::{Budget, OutOfBudget, Target};
use runward_syntax::{Kind, Span, Symbol};

use crate::Settings;
use crate::abroad::{
    AwaySink, AwaySource, Exports, FileId, FunctionId, Shared, SharedKey, SharedOrigin,
    SharedTaint, SharedValue,
};
use crate::cell::Shape;
use crate::check::Value;
use crate::finding::{Away, Findings, Step, StepKind, settle, with_texts};
use crate::il::{Key, Program, Role};
use crate::marks::Found;
use crate::run::{AWAY, Runner, SinkAt};
use crate::spec::CompiledTaint;
use crate::summary::{Field, Summary};
use crate::taints::{Origin, Taints};

/// The place of a file in its project.
pub struct Across<'a> {
    pub file: FileId,
    pub path: Arc<str>,
    /// What the functions of another file do; `None` where the rule does not look at it.
    pub exports: &'a (dyn Fn(FileId) -> Option<Arc<Exports>> + Sync),
}

/// What came out.
#[derive(Debug, Default)]
pub struct Followed {
    pub findings: Findings,
    pub exports: Exports,
    /// The files whose functions were asked for.
    pub asked: BTreeSet<FileId>,
    /// Whether something was called that is in a file that was not looked at yet.
    pub is_early: bool,
}

/// Steps that one way through other files keeps.
const LONGEST: usize = 40;

/// Finds where values flow, in a file and to and from other files.
///
/// # Errors
/// If the searches for sources, sinks and sanitizers take more steps than the budget has.
pub fn run_in_project<'a>(
    rule: &'a CompiledTaint,
    target: &Target<'a>,
    program: &'a Program<'a>,
    settings: &'a Settings,
    budget: &mut Budget,
    across: &'a Across<'a>,
) -> Result<Followed, OutOfBudget> {
    let Some(found) = Found::new(rule, target, budget, false)? else {
        return Ok(Followed::default());
    };
    let mut runner = Runner::new(rule, target, program, settings, found);
    runner.across = Some(across);
    runner.all();
    let exports = runner.exports();
    let mut findings = runner.findings;
    settle(&mut findings);
    Ok(Followed {
        findings,
        exports,
        asked: runner.asked,
        is_early: runner.is_early,
    })
}

impl Runner<'_> {
    /// What a function of another file does, in the words of this one.
    pub(crate) fn summary_abroad(&mut self, id: FunctionId) -> Option<Rc<Summary>> {
        if let Some(known) = self.abroad.get(&id) {
            return known.clone();
        }
        let across = self.across?;
        self.asked.insert(id.file);
        let shared = (across.exports)(id.file)?.function(id.at);
        let summary = shared.map(|shared| Rc::new(self.taken(&shared)));
        self.abroad.insert(id, summary.clone());
        summary
    }

    /// The symbol of a text, where this file has one.
    fn symbol(&self, text: &str) -> Option<Symbol> {
        self.program.tree.symbols.get(text)
    }

    /// A part that this file cannot name is any part.
    fn key(&self, key: &SharedKey) -> Key {
        match key {
            SharedKey::Field(text) => self.symbol(text).map_or(Key::Any, Key::Field),
            SharedKey::Text(text) => self.symbol(text).map_or(Key::Any, Key::Text),
            SharedKey::Number(number) => Key::Number(*number),
            SharedKey::Any => Key::Any,
        }
    }

    fn path(&self, path: &[SharedKey]) -> Vec<Key> {
        path.iter().map(|key| self.key(key)).collect()
    }

    fn taken(&mut self, shared: &Shared) -> Summary {
        let mut returns = Value::default();
        for (path, taints) in &shared.returns {
            let taints = self.taints(taints);
            let path = self.path(path);
            if path.is_empty() {
                returns.taints.join(&taints);
            } else {
                returns.shape.add(&path, &taints, &Shape::default(), 0);
            }
        }
        Summary {
            parameters: shared
                .parameters
                .iter()
                .map(|name| {
                    let name = name.as_ref()?;
                    // A name that this file does not have is given by place only.
                    Some(self.symbol(name).unwrap_or(Symbol::EMPTY))
                })
                .collect(),
            returns,
            sinks: shared
                .sinks
                .iter()
                .map(|(sink, taints)| (self.known_sink(sink), self.taints(taints)))
                .collect(),
            writes: shared
                .writes
                .iter()
                .map(|(index, path, taints)| (*index, self.path(path), self.taints(taints)))
                .collect(),
            fields: shared
                .fields
                .iter()
                .filter_map(|(name, taints)| {
                    Some(Field {
                        // A field that this file does not name is not read in it either.
                        name: self.symbol(name)?,
                        variable: None,
                        taints: self.taints(taints),
                    })
                })
                .collect(),
            control: self.taints(&shared.control),
        }
    }

    fn known_sink(&mut self, sink: &Arc<AwaySink>) -> u32 {
        let [places, _] = &mut self.away;
        let at = *places
            .entry((sink.file, sink.span, sink.part))
            .or_insert_with(|| {
                self.away_sinks.push(Arc::clone(sink));
                u32::try_from(self.away_sinks.len() - 1).unwrap_or_default()
            });
        AWAY | at
    }

    fn taints(&mut self, shared: &[SharedTaint]) -> Taints {
        shared
            .iter()
            .map(|taint| {
                let origin = match &taint.origin {
                    SharedOrigin::Source { source, label } => {
                        let [_, places] = &mut self.away;
                        let at = *places
                            .entry((source.file, source.span, source.part))
                            .or_insert_with(|| {
                                self.away_sources.push(Arc::clone(source));
                                u32::try_from(self.away_sources.len() - 1).unwrap_or_default()
                            });
                        Origin::Away { at, label: *label }
                    }
                    SharedOrigin::Parameter { index, path } => Origin::Parameter {
                        index: *index,
                        path: self.path(path),
                    },
                };
                let mut trace = 0;
                for step in &taint.trace {
                    trace = self.table.step_away(trace, step);
                }
                (self.table.taint(origin), trace)
            })
            .collect()
    }

    /// What the functions do that other files can call.
    fn exports(&mut self) -> Exports {
        let program = self.program;
        let tree = program.tree;
        let mut all = Vec::new();
        for (at, entry) in program.entries.iter().enumerate() {
            let is_inner = tree
                .ancestors(entry.node)
                .any(|node| matches!(tree.kind(node), Kind::FuncDef | Kind::Lambda));
            if entry.role != Role::Function || is_inner {
                continue;
            }
            if let Some(summary) = self.summarize(at)
                && let Ok(at) = u32::try_from(at)
            {
                all.push((at, Arc::new(self.given(&summary))));
            }
        }
        Exports::new(all)
    }

    fn text(&self, symbol: Symbol) -> Arc<str> {
        self.program.tree.symbols.text(symbol).into()
    }

    fn shared_path(&self, path: &[Key]) -> Vec<SharedKey> {
        path.iter()
            .map(|key| match key {
                Key::Field(name) => SharedKey::Field(self.text(*name)),
                Key::Text(text) => SharedKey::Text(self.text(*text)),
                Key::Number(number) => SharedKey::Number(*number),
                Key::Any => SharedKey::Any,
            })
            .collect()
    }

    fn given(&self, summary: &Summary) -> Shared {
        let mut returns: SharedValue = Vec::new();
        if !summary.returns.taints.is_empty() {
            returns.push((Vec::new(), self.shared_taints(&summary.returns.taints)));
        }
        for (path, taints) in summary.returns.shape.tainted_parts() {
            returns.push((self.shared_path(&path), self.shared_taints(&taints)));
        }
        Shared {
            parameters: summary
                .parameters
                .iter()
                .map(|name| name.map(|name| self.text(name)))
                .collect(),
            returns,
            sinks: summary
                .sinks
                .iter()
                .filter_map(|(sink, taints)| {
                    Some((self.shared_sink(*sink)?, self.shared_taints(taints)))
                })
                .collect(),
            writes: summary
                .writes
                .iter()
                .map(|(index, path, taints)| {
                    (*index, self.shared_path(path), self.shared_taints(taints))
                })
                .collect(),
            fields: summary
                .fields
                .iter()
                .map(|field| (self.text(field.name), self.shared_taints(&field.taints)))
                .collect(),
            control: self.shared_taints(&summary.control),
        }
    }

    /// A step as other files see it.
    fn away(&self, step: &Arc<Step>) -> Arc<Step> {
        if step.away.is_some() {
            return Arc::clone(step);
        }
        let mut shown = self.shown.borrow_mut();
        let known = shown.entry((step.kind, step.span)).or_insert_with(|| {
            let position = |at| self.lines.position(self.source, at);
            let away = self.across.map(|across| Away {
                path: Arc::clone(&across.path),
                start: position(step.span.start),
                end: position(step.span.end),
            });
            Arc::new(Step {
                away,
                ..Step::clone(step)
            })
        });
        Arc::clone(known)
    }

    fn step_at(&self, kind: StepKind, span: Span) -> Arc<Step> {
        self.away(&Arc::new(Step::new(kind, span, self.source)))
    }

    fn shared_sink(&self, sink: u32) -> Option<Arc<AwaySink>> {
        Some(match self.sink(sink)? {
            SinkAt::Away(away) => Arc::clone(away),
            SinkAt::Here(mark) => Arc::new(AwaySink {
                file: self.across?.file,
                span: mark.span,
                node: mark.node,
                part: mark.part,
                bindings: with_texts(&mark.bindings, self.source),
                step: self.step_at(StepKind::Sink, mark.span),
            }),
        })
    }

    fn shared_taints(&self, taints: &Taints) -> Vec<SharedTaint> {
        let mut all: Vec<SharedTaint> = taints
            .iter()
            .filter_map(|(taint, trace)| {
                let origin = match self.table.origin(taint)? {
                    Origin::Source { found, label } => SharedOrigin::Source {
                        source: self.shared_source(*found)?,
                        label: *label,
                    },
                    Origin::Away { at, label } => SharedOrigin::Source {
                        source: Arc::clone(self.away_sources.get(*at as usize)?),
                        label: *label,
                    },
                    Origin::Parameter { index, path } => SharedOrigin::Parameter {
                        index: *index,
                        path: self.shared_path(path),
                    },
                };
                let way = self.way(trace);
                let trace = way
                    .into_iter()
                    .take(LONGEST)
                    .map(|step| self.away(&step))
                    .collect();
                Some(SharedTaint { origin, trace })
            })
            .collect();
        // Numbers of taints are those of this run: files must not differ by them.
        all.sort_by(|one, other| one.origin.order().cmp(&other.origin.order()));
        all
    }

    fn shared_source(&self, found: u32) -> Option<Arc<AwaySource>> {
        let mark = self.found.sources.get(found)?;
        Some(Arc::new(AwaySource {
            file: self.across?.file,
            span: mark.span,
            node: mark.node,
            part: mark.part,
            bindings: with_texts(&mark.bindings, self.source),
            step: self.step_at(StepKind::Source, mark.span),
        }))
    }
}

/// A source by its place, part and label; a parameter by its place and path.
type Order<'o> = (Option<(FileId, Span, usize, u32)>, u32, &'o [SharedKey]);

impl SharedOrigin {
    fn order(&self) -> Order<'_> {
        match self {
            Self::Source { source, label } => (
                Some((source.file, source.span, source.part, *label)),
                0,
                &[],
            ),
            Self::Parameter { index, path } => (None, *index, path),
        }
    }
}
