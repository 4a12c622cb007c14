//! A rule's sources, sinks, sanitizers and propagators, ready to be searched.

use runward_match::{CompileError, CompiledFormula, Compiler, Requirement};
use runward_rules::{Formula, Metavar, Options, SideEffect, TaintPart, TaintSpec};
use runward_syntax::Language;

use crate::labels::{LabelTable, Requires};

/// What is common to the parts.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) formula: CompiledFormula,
    pub(crate) exact: bool,
    pub(crate) effect: SideEffect,
    pub(crate) requires: Option<Requires>,
}

#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) part: Part,
    pub(crate) label: u32,
    pub(crate) control: bool,
}

#[derive(Debug)]
pub(crate) struct Sink {
    pub(crate) part: Part,
    /// What must reach it: the label of sources without one, if the rule says nothing.
    pub(crate) needs: Requires,
    /// Whether a `focus-metavariable` says which part of what matches is the sink.
    pub(crate) has_focus: bool,
    /// Conditions on what metavariables hold.
    pub(crate) per_metavar: Vec<(Metavar, Requires)>,
}

#[derive(Debug)]
pub(crate) struct Sanitizer {
    pub(crate) part: Part,
    pub(crate) not_conflicting: bool,
}

#[derive(Debug)]
pub(crate) struct Propagator {
    pub(crate) part: Part,
    pub(crate) from: Metavar,
    pub(crate) to: Metavar,
    pub(crate) label: Option<u32>,
    /// Only these labels become `label`; all if `None`.
    pub(crate) replace: Option<Vec<u32>>,
}

/// The label of sources that the rule gives none.
const DEFAULT_LABEL: &str = "__SOURCE__";

/// A taint rule, ready to be run.
#[derive(Debug)]
pub struct CompiledTaint {
    pub(crate) sources: Vec<Source>,
    pub(crate) sinks: Vec<Sink>,
    pub(crate) sanitizers: Vec<Sanitizer>,
    pub(crate) propagators: Vec<Propagator>,
    pub(crate) options: Options,
    required: Requirement,
    required_of_sources: Requirement,
    required_of_sinks: Requirement,
}

impl CompiledTaint {
    /// What a file must contain for the rule to find anything in it.
    #[must_use]
    pub fn required(&self) -> &Requirement {
        &self.required
    }

    /// What a file must contain for a source to be in it.
    #[must_use]
    pub fn required_of_sources(&self) -> &Requirement {
        &self.required_of_sources
    }

    /// What a file must contain for a sink to be in it.
    #[must_use]
    pub fn required_of_sinks(&self) -> &Requirement {
        &self.required_of_sinks
    }
}

/// Makes a rule ready.
///
/// # Errors
/// If one of its patterns cannot be read.
pub fn compile(
    compiler: &mut Compiler<'_>,
    spec: &TaintSpec,
    language: Language,
    options: &Options,
) -> Result<CompiledTaint, CompileError> {
    let mut labels = LabelTable::default();
    let mut part = |labels: &mut LabelTable, part: &TaintPart| -> Result<Part, CompileError> {
        Ok(Part {
            formula: compiler.formula(&part.formula, language, options)?,
            exact: part.exact,
            effect: part.by_side_effect,
            requires: part.requires.as_ref().map(|all| labels.requires(all)),
        })
    };
    let mut sources = Vec::new();
    for source in &spec.sources {
        sources.push(Source {
            part: part(&mut labels, &source.part)?,
            label: labels.number(&source.label),
            control: source.control,
        });
    }
    let mut sinks = Vec::new();
    // A sink at the exit of a function is only known to the commercial engine.
    for sink in spec.sinks.iter().filter(|sink| !sink.at_exit) {
        let part = part(&mut labels, &sink.part)?;
        let needs = match &part.requires {
            Some(requires) => requires.clone(),
            None if !sink.per_metavar.is_empty() => Requires::Always(true),
            None => Requires::Label(labels.number(DEFAULT_LABEL)),
        };
        sinks.push(Sink {
            part,
            needs,
            has_focus: has_focus(&sink.part.formula),
            per_metavar: sink
                .per_metavar
                .iter()
                .map(|(metavar, all)| (metavar.clone(), labels.requires(all)))
                .collect(),
        });
    }
    let mut sanitizers = Vec::new();
    for sanitizer in &spec.sanitizers {
        sanitizers.push(Sanitizer {
            part: part(&mut labels, &sanitizer.part)?,
            not_conflicting: sanitizer.not_conflicting,
        });
    }
    let mut propagators = Vec::new();
    for propagator in &spec.propagators {
        propagators.push(Propagator {
            part: part(&mut labels, &propagator.part)?,
            from: propagator.from.clone(),
            to: propagator.to.clone(),
            label: propagator.label.as_ref().map(|label| labels.number(label)),
            replace: propagator
                .replace_labels
                .as_ref()
                .map(|all| all.iter().map(|label| labels.number(label)).collect()),
        });
    }
    let any = |all: Vec<Requirement>| {
        if all.contains(&Requirement::Anything) {
            Requirement::Anything
        } else {
            Requirement::Any(all)
        }
    };
    let needed = [
        any(sources
            .iter()
            .map(|one| one.part.formula.required().clone())
            .collect()),
        any(sinks
            .iter()
            .map(|one| one.part.formula.required().clone())
            .collect()),
    ];
    let [required_of_sources, required_of_sinks] = needed.clone();
    let needed: Vec<Requirement> = needed
        .into_iter()
        .filter(|one| *one != Requirement::Anything)
        .collect();
    let required = if needed.is_empty() {
        Requirement::Anything
    } else {
        Requirement::All(needed)
    };
    Ok(CompiledTaint {
        sources,
        sinks,
        sanitizers,
        propagators,
        options: options.clone(),
        required,
        required_of_sources,
        required_of_sinks,
    })
}

/// Only a focus of the whole formula counts.
fn has_focus(formula: &Formula) -> bool {
    matches!(formula, Formula::And(and) if !and.focus.is_empty())
}
