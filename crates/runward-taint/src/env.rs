//! What is tainted at one point of a function.

use std::rc::Rc;

use crate::cell::{Cell, Shape};
use crate::il::{Base, Key, Place, TEMPORARY, Variable};
use crate::taints::{Table, Taints, TraceKind};

/// Variables that are followed at once.
const MOST: usize = 512;

#[derive(Debug, Clone, Default)]
pub(crate) struct Env {
    /// Ordered by variable.
    held: Vec<(Variable, Rc<Cell>)>,
    /// Of sources whose mere execution counts.
    pub(crate) control: Taints,
    /// What propagators carry, by propagator.
    carried: Vec<(u32, Taints)>,
}

/// A place as a variable and the way to a part of it.
pub(crate) struct Normal {
    pub(crate) variable: Variable,
    pub(crate) path: Vec<Key>,
}

/// How the parts of an object are told apart that are named by an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indices {
    /// Not at all.
    Any,
    Apart,
    /// `x['a']` is `x.a`.
    Fields,
}

/// `x.a[1]` is the variable `x` and `[a, 1]`; `this.x.a` is the variable of the field `x`. `None` for
/// `this` itself.
pub(crate) fn normal(place: &Place, length: usize, indices: Indices) -> Option<Normal> {
    let mut offsets = place.offsets.iter().take(length);
    let variable = match place.base {
        Base::Variable { variable, .. } => variable,
        Base::This { .. } => offsets.next()?.variable?,
    };
    Some(Normal {
        variable,
        path: offsets
            .map(|offset| match offset.key {
                Key::Text(_) | Key::Number(_) if indices == Indices::Any => Key::Any,
                Key::Text(text) if indices == Indices::Fields => Key::Field(text),
                key => key,
            })
            .collect(),
    })
}

impl Env {
    fn place(&self, variable: Variable) -> Result<usize, usize> {
        self.held
            .binary_search_by_key(&variable, |(variable, _)| *variable)
    }

    pub(crate) fn get(&self, variable: Variable) -> Option<&Rc<Cell>> {
        let at = self.place(variable).ok()?;
        self.held.get(at).map(|(_, cell)| cell)
    }

    pub(crate) fn find(&self, normal: &Normal) -> Option<Cell> {
        self.get(normal.variable)?.find(&normal.path)
    }

    pub(crate) fn add(
        &mut self,
        normal: &Normal,
        taints: &Taints,
        shape: &Shape,
        table: &mut Table,
        at: Option<runward_syntax::Span>,
    ) {
        if taints.is_empty() && shape.is_empty() {
            return;
        }
        let index = match self.place(normal.variable) {
            Ok(index) => index,
            Err(_) if self.held.len() >= MOST => return,
            Err(index) => {
                self.held.insert(index, (normal.variable, Rc::default()));
                index
            }
        };
        let stepped = match at {
            Some(at) if normal.variable & TEMPORARY == 0 => {
                taints.stepped(table, TraceKind::Assign, at)
            }
            _ => taints.clone(),
        };
        if let Some((_, cell)) = self.held.get_mut(index) {
            Rc::make_mut(cell).add(&normal.path, &stepped, shape);
        }
    }

    pub(crate) fn clean(&mut self, normal: &Normal) {
        if let Ok(at) = self.place(normal.variable) {
            if normal.path.is_empty() && normal.variable & TEMPORARY != 0 {
                self.held.remove(at);
            } else if let Some((_, cell)) = self.held.get_mut(at) {
                Rc::make_mut(cell).clean(&normal.path);
            }
        }
    }

    /// Two ways meet: a place is tainted if it is on one of them.
    pub(crate) fn join(&mut self, other: &Self) {
        for (variable, cell) in &other.held {
            match self.place(*variable) {
                Ok(at) => {
                    if let Some((_, own)) = self.held.get_mut(at)
                        && !Rc::ptr_eq(own, cell)
                        && own != cell
                    {
                        let merged = (**own).clone().merged(cell);
                        *own = Rc::new(merged);
                    }
                }
                Err(at) if self.held.len() < MOST => {
                    self.held.insert(at, (*variable, Rc::clone(cell)));
                }
                Err(_) => {}
            }
        }
        self.control.join(&other.control);
        for (propagator, taints) in &other.carried {
            self.carry(*propagator, taints);
        }
    }

    /// Whether the same places are tainted by the same sources.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.control == other.control && self.held == other.held
    }

    /// Whether a variable holds what it held before.
    pub(crate) fn holds_same(&self, before: Option<&Rc<Cell>>, variable: Variable) -> bool {
        match (self.get(variable), before) {
            (None, None) => true,
            (Some(one), Some(other)) => Rc::ptr_eq(one, other) || one == other,
            _ => false,
        }
    }

    pub(crate) fn carry(&mut self, propagator: u32, taints: &Taints) {
        if taints.is_empty() {
            return;
        }
        match self
            .carried
            .iter_mut()
            .find(|(known, _)| *known == propagator)
        {
            Some((_, own)) => own.join(taints),
            None => self.carried.push((propagator, taints.clone())),
        }
    }

    pub(crate) fn replace_carried(&mut self, propagator: u32, taints: &Taints) {
        self.take_carried(propagator);
        self.carry(propagator, taints);
    }

    pub(crate) fn take_carried(&mut self, propagator: u32) -> Option<Taints> {
        let at = self
            .carried
            .iter()
            .position(|(known, _)| *known == propagator)?;
        Some(self.carried.swap_remove(at).1)
    }

    /// Whether anything may be tainted.
    pub(crate) fn is_tainted(&self) -> bool {
        !self.control.is_empty() || !self.held.is_empty()
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = (Variable, &Cell)> + '_ {
        self.held
            .iter()
            .map(|(variable, cell)| (*variable, &**cell))
    }
}
