//! What assignments, declarations and loops bind.

use runward_syntax::{Flags, Kind, NodeId};

use super::Namer;
use crate::facts::{BOUND, Binding};
use crate::policy::Policy;

impl Namer<'_> {
    pub(super) fn assign(&mut self, node: NodeId, assigned: bool) {
        let tree = self.tree;
        let (Some(target), Some(value)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return;
        };
        let is_new = tree.kind(target) == Kind::Name
            && self.binds()
            && self.find(self.symbol(target), assigned).is_none();
        if is_new {
            self.visit(value, assigned);
            self.declare_implicitly(target, Some(value));
        } else {
            self.visit(target, true);
            self.visit(value, assigned);
        }
        self.count(target);
    }

    /// Notes that the variables of a target are assigned here.
    pub(super) fn count(&mut self, target: NodeId) {
        let tree = self.tree;
        match tree.kind(target) {
            Kind::Name => {
                let slot = self.names.slot(target).unwrap_or(u32::MAX);
                if let Some(info) = self.names.variables.get_mut(slot as usize) {
                    info.assigned += 1;
                }
            }
            Kind::Attr => {
                if tree.child(target, 0).map(|object| tree.kind(object)) == Some(Kind::This)
                    && let Some(field) = tree.child(target, 1)
                {
                    self.count(field);
                }
            }
            Kind::Tuple => {
                for child in tree.children(target) {
                    self.count(child);
                }
            }
            Kind::List if self.policy == Policy::Ecma => {
                for child in tree.children(target) {
                    self.count(child);
                }
            }
            _ => {}
        }
    }

    pub(super) fn declare_implicitly(&mut self, name: NodeId, value: Option<NodeId>) {
        let ty = self.type_of(None, value);
        if self.policy.assignment_makes_global() {
            let slot = self.new_variable(Binding::Global, ty);
            self.scopes.add_global(self.symbol(name), slot);
            self.set(name, slot);
        } else {
            self.declare(name, ty, 0);
        }
    }

    /// A new variable of the innermost scope.
    pub(super) fn declare(&mut self, name: NodeId, ty: NodeId, bits: u32) {
        let slot = self.new_variable(self.kind_of_binding(), ty);
        self.scopes.add(self.symbol(name), slot);
        self.set(name, slot | bits);
    }

    /// The type that a variable gets from a declaration or from what it is first assigned.
    pub(super) fn type_of(&self, declared: Option<NodeId>, value: Option<NodeId>) -> NodeId {
        let tree = self.tree;
        if let Some(declared) = declared {
            return declared;
        }
        let Some(value) = value else {
            return NodeId::ROOT;
        };
        match tree.kind(value) {
            Kind::Bool | Kind::Int | Kind::Float | Kind::Imaginary | Kind::Null | Kind::Regex => {
                value
            }
            Kind::Str if !tree.node(value).flags.has(Flags::BYTES) => value,
            Kind::Name => self
                .names
                .variable(value)
                .map_or(NodeId::ROOT, |(_, info)| info.ty),
            Kind::New => tree.child(value, 0).unwrap_or(NodeId::ROOT),
            _ => NodeId::ROOT,
        }
    }

    pub(super) fn declaration(&mut self, node: NodeId) {
        let tree = self.tree;
        let Some(target) = tree.child(node, 0) else {
            return;
        };
        let (ty, value) = (tree.present(node, 1), tree.present(node, 2));
        if let Some(value) = value
            && self.require(target, value)
        {
            self.visit(value, false);
            return;
        }
        if tree.kind(target) != Kind::Name {
            self.visit(target, true);
            for part in [ty, value].into_iter().flatten() {
                self.visit(part, false);
            }
            self.count(target);
            return;
        }
        for part in [ty, value].into_iter().flatten() {
            self.visit(part, false);
        }
        if !self.binds() {
            self.refer_bound(target);
            return;
        }
        let ty = self.type_of(ty, value);
        self.declare(target, ty, BOUND);
        if value.is_some() {
            self.count(target);
        }
    }

    /// The field of a class: `Decorators, Name, type?, value?`.
    pub(super) fn field(&mut self, node: NodeId) {
        let tree = self.tree;
        self.visit_child(node, 0, false);
        let (ty, value) = (tree.present(node, 2), tree.present(node, 3));
        for part in [ty, value].into_iter().flatten() {
            self.visit(part, false);
        }
        let Some(name) = tree.child(node, 1) else {
            return;
        };
        if tree.kind(name) != Kind::Name {
            self.visit(name, false);
        } else if self.binds() {
            let ty = self.type_of(ty, value);
            self.declare(name, ty, BOUND);
            if value.is_some() {
                self.count(name);
            }
        }
    }

    pub(super) fn loop_over(&mut self, node: NodeId) {
        let tree = self.tree;
        if let Some(target) = tree.child(node, 0) {
            self.target(target);
            if tree.kind(target) == Kind::Name {
                self.count(target);
            }
        }
        for part in tree.children(node).skip(1) {
            self.visit(part, false);
        }
    }

    /// The variable of `for (let i = 0; …)` is not made one, as in Semgrep.
    pub(super) fn classic_loop(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, part) in tree.children(node).enumerate() {
            if index == 0 && tree.kind(part) == Kind::VarDef {
                for child in tree.children(part) {
                    self.visit(child, false);
                }
            } else {
                self.visit(part, false);
            }
        }
    }

    /// A pattern whose names are new variables.
    pub(super) fn target(&mut self, node: NodeId) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Name if self.binds() => self.declare(node, NodeId::ROOT, BOUND),
            Kind::Name => self.refer_bound(node),
            Kind::Tuple | Kind::List => {
                for child in tree.children(node) {
                    self.target(child);
                }
            }
            Kind::VarDef => {
                if let Some(inner) = tree.child(node, 0) {
                    self.target(inner);
                }
            }
            _ => self.visit(node, true),
        }
    }

    pub(super) fn case(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, part) in tree.children(node).enumerate() {
            if index == 0 && self.policy == Policy::Python {
                for pattern in tree.children(part) {
                    self.case_pattern(pattern);
                }
            } else {
                self.visit(part, false);
            }
        }
    }

    fn case_pattern(&mut self, node: NodeId) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Name if Some(self.symbol(node)) == self.underscore => {}
            Kind::Name => self.target(node),
            Kind::Attr => self.visit(node, false),
            Kind::Call => {
                self.visit_child(node, 0, false);
                if let Some(args) = tree.child(node, 1) {
                    for arg in tree.children(args) {
                        self.case_pattern(arg);
                    }
                }
            }
            Kind::Keyword => {
                if let Some(value) = tree.child(node, 1) {
                    self.case_pattern(value);
                }
            }
            Kind::Pair => {
                self.visit_child(node, 0, false);
                if let Some(value) = tree.child(node, 1) {
                    self.case_pattern(value);
                }
            }
            _ => {
                for child in tree.children(node) {
                    self.case_pattern(child);
                }
            }
        }
    }
}
