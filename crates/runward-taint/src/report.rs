//! Taints that reach sinks.

use std::sync::Arc;

use runward_match::Bindings;
use runward_syntax::{NodeId, Span};

use crate::abroad::FileId;
use crate::check::Outcome;
use crate::finding::{Step, StepKind, TaintMatch, merge, moved};
use crate::run::{AWAY, Runner, SinkAt, has_labels};
use crate::taints::{Origin, TaintId, Taints, TraceKind};

/// A source or a sink, wherever it is.
struct End {
    file: Option<FileId>,
    span: Span,
    node: Option<NodeId>,
    bindings: Bindings,
    step: Step,
}

impl Runner<'_> {
    pub(crate) fn sink(&self, sink: u32) -> Option<SinkAt<'_>> {
        if sink & AWAY == 0 {
            self.found.sinks.get(sink).map(SinkAt::Here)
        } else {
            let at = (sink & !AWAY) as usize;
            self.away_sinks.get(at).map(SinkAt::Away)
        }
    }

    /// Which of the rule's sinks one is.
    fn part_of_sink(&self, sink: u32) -> Option<usize> {
        Some(match self.sink(sink)? {
            SinkAt::Here(mark) => mark.part,
            SinkAt::Away(away) => away.part,
        })
    }

    /// Taints reach a sink: what comes from sources is reported, what comes from parameters is
    /// left to the callers.
    pub(crate) fn reach(&mut self, sink: u32, taints: &Taints, outcome: &mut Outcome) {
        let Some(rule_sink) = self
            .part_of_sink(sink)
            .and_then(|part| self.rule.sinks.get(part))
        else {
            return;
        };
        let is_source = |taint: TaintId| {
            self.table
                .origin(taint)
                .is_some_and(|origin| origin.label().is_some())
        };
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
            let holds = has_labels(&self.table, &rule_sink.needs, &group);
            let key: Vec<TaintId> = group.iter().map(|(taint, _)| taint).collect();
            if holds && !key.is_empty() && self.reported.insert((sink, key)) {
                self.report(sink, &group);
            }
        }
    }

    fn sink_end(&self, sink: u32) -> Option<End> {
        Some(match self.sink(sink)? {
            SinkAt::Here(mark) => End {
                file: None,
                span: mark.span,
                node: mark.node,
                bindings: mark.bindings.clone(),
                step: Step::new(StepKind::Sink, mark.span, self.source),
            },
            SinkAt::Away(away) => End {
                file: Some(away.file),
                span: away.span,
                node: away.node,
                bindings: away.bindings.clone(),
                step: Step::clone(&away.step),
            },
        })
    }

    /// A source, and which of the rule's sources it is.
    fn source_end(&self, origin: &Origin) -> Option<(End, usize)> {
        match origin {
            Origin::Source { found, .. } => {
                let mark = self.found.sources.get(*found)?;
                let end = End {
                    file: None,
                    span: mark.span,
                    node: mark.node,
                    bindings: mark.bindings.clone(),
                    step: Step::new(StepKind::Source, mark.span, self.source),
                };
                Some((end, mark.part))
            }
            Origin::Away { at, .. } => {
                let away = self.away_sources.get(*at as usize)?;
                let end = End {
                    file: Some(away.file),
                    span: away.span,
                    node: away.node,
                    bindings: away.bindings.clone(),
                    step: Step::clone(&away.step),
                };
                Some((end, away.part))
            }
            Origin::Parameter { .. } => None,
        }
    }

    fn report(&mut self, sink: u32, group: &Taints) {
        let Some(end) = self.sink_end(sink) else {
            return;
        };
        let preferred = self
            .part_of_sink(sink)
            .and_then(|part| self.rule.sinks.get(part))
            .and_then(|sink| sink.needs.preferred());
        let mut bindings: Vec<Bindings> = Vec::new();
        let mut best: Option<(bool, End, u32)> = None;
        for (taint, trace) in group.iter() {
            let Some((origin, (source, part))) = self
                .table
                .origin(taint)
                .and_then(|origin| Some((origin, self.source_end(origin)?)))
            else {
                continue;
            };
            bindings.push(if source.file == end.file {
                source.bindings.clone()
            } else {
                moved(&source.bindings, self.source, end.span)
            });
            // A trace from a source that needs no other one, and of the label that is asked for
            // first, says most.
            let needs = self
                .rule
                .sources
                .get(part)
                .is_some_and(|source| source.part.requires.is_some());
            let is_less =
                needs || preferred.is_some_and(|preferred| Some(preferred) != origin.label());
            if best.as_ref().is_none_or(|(best, ..)| *best && !is_less) {
                best = Some((is_less, source, trace));
            }
        }
        let Some((_, source, steps)) = best else {
            return;
        };
        let bindings: Vec<&Bindings> = bindings.iter().collect();
        let Some(bindings) = merge(
            &bindings,
            &end.bindings,
            self.rule.options.taint_unify_mvars,
            self.source,
        ) else {
            return;
        };
        let mut trace = vec![source.step.clone()];
        trace.extend(self.way(steps).into_iter().map(Arc::unwrap_or_clone));
        trace.push(end.step);
        let at_source = self.rule.options.taint_match_on_source;
        self.findings.matches.push(TaintMatch {
            file: if at_source { source.file } else { end.file },
            span: if at_source { source.span } else { end.span },
            node: if at_source { source.node } else { end.node },
            bindings: if at_source && source.file != end.file {
                moved(&bindings, self.source, source.span)
            } else {
                bindings
            },
            trace,
        });
    }

    /// The steps of a trace, as they are shown.
    pub(crate) fn way(&self, trace: u32) -> Vec<Arc<Step>> {
        self.table
            .trace(trace)
            .into_iter()
            .map(|step| {
                if let Some(away) = self.table.away(step) {
                    return Arc::clone(away);
                }
                let kind = match step.kind {
                    TraceKind::Assign => StepKind::Assign,
                    TraceKind::Call => StepKind::Call,
                    TraceKind::Return => StepKind::Return,
                    TraceKind::Propagator => StepKind::Propagator,
                };
                Arc::new(Step::new(kind, step.span, self.source))
            })
            .collect()
    }
}
