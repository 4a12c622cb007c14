//! What functions do, found out when they are first called.

use std::rc::Rc;

use runward_syntax::NodeId;

use crate::check::follow;
use crate::env::Env;
use crate::il::{Aim, Callee, Receiver, Variable};
use crate::run::{Runner, add};
use crate::summary::{Field, Summary};
use crate::taints::{Origin, Taints};

/// Calls are followed into each other to this depth.
const DEEPEST: usize = 24;

/// A function that is called.
pub(crate) struct Called {
    pub(crate) summary: Rc<Summary>,
    pub(crate) receiver: Receiver,
    /// How many parameters come before those that the arguments are for.
    pub(crate) first: usize,
}

impl Runner<'_> {
    /// What a called function does; `None` where it is not known.
    pub(crate) fn called(&mut self, call: NodeId) -> Option<Called> {
        if !self.settings.interprocedural {
            return None;
        }
        let Callee {
            aim,
            receiver,
            first,
        } = self.program.callee(call)?;
        Some(Called {
            summary: self.aimed(aim)?,
            receiver,
            first,
        })
    }

    pub(crate) fn aimed(&mut self, aim: Aim) -> Option<Rc<Summary>> {
        match aim {
            Aim::Own(at) => self.summarize(at),
            Aim::Abroad(id) => self.summary_abroad(id),
            Aim::Pending => {
                self.is_early = true;
                Some(Rc::default())
            }
        }
    }

    /// `None` while the function is being followed itself, or where it is beyond the limits.
    pub(crate) fn summarize(&mut self, at: usize) -> Option<Rc<Summary>> {
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
        self.depth += 1;
        self.construct(at, &mut enter);
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
        let fields = program.fields.borrow();
        for (variable, cell) in outcome.exit.variables() {
            if let Some(name) = fields.name(variable) {
                let mut taints = Taints::default();
                cell.gather(&mut taints);
                if !taints.is_empty() {
                    summary.fields.push(Field {
                        name,
                        variable: Some(variable),
                        taints,
                    });
                }
            }
        }
        drop(fields);
        let summary = Rc::new(summary);
        self.summaries.insert(at, Some(Rc::clone(&summary)));
        Some(summary)
    }

    /// What the constructor of the class puts into the fields, before any other method is called.
    fn construct(&mut self, at: usize, enter: &mut Env) {
        let program = self.program;
        let Some(entry) = program.entries.get(at) else {
            return;
        };
        let Some(class) = program.class_of_method(entry.node) else {
            return;
        };
        let Some(aim) = program.constructor_of(class) else {
            return;
        };
        if aim == Aim::Own(at) {
            return;
        }
        let Some(summary) = self.aimed(aim) else {
            return;
        };
        for field in &summary.fields {
            let mut taints: Taints = field
                .taints
                .iter()
                .filter(|(taint, _)| {
                    self.table
                        .origin(*taint)
                        .is_some_and(|origin| origin.label().is_some())
                })
                .collect();
            if taints.is_empty() {
                continue;
            }
            // It may have been assigned something else since.
            taints.join(&self.field_of_this(crate::il::Key::Field(field.name)));
            for variable in self.variables_of(field) {
                add(enter, &mut self.table, variable, entry.span, &taints);
            }
        }
    }

    /// The variables that a field may be in this file.
    pub(crate) fn variables_of(&self, field: &Field) -> Vec<Variable> {
        if let Some(variable) = field.variable {
            return vec![variable];
        }
        let mut fields = self.program.fields.borrow_mut();
        let known = fields.variables(field.name);
        if !known.is_empty() {
            return known;
        }
        let variable = fields.variable(field.name);
        fields.note(field.name, variable);
        vec![variable]
    }
}
