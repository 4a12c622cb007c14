//! Functions and classes.

use runward_syntax::{Flags, Kind, NodeId};

use super::{Context, Namer};
use crate::facts::{BOUND, Binding};

impl Namer<'_> {
    /// `Decorators, Name?, TypeParams?, Params, returns?, Block`.
    pub(super) fn function(&mut self, node: NodeId) {
        let tree = self.tree;
        if let Some(name) = tree.present(node, 1) {
            if tree.kind(name) != Kind::Name {
                self.visit(name, false);
            } else if self.policy.functions_are_variables() && self.binds() {
                // Behind all other scopes, so that an import of the same name still wins.
                let slot = self.new_variable(self.kind_of_binding(), NodeId::ROOT);
                self.scopes.add_imported(self.symbol(name), slot);
                self.set(name, slot | BOUND);
            } else {
                self.refer_bound(name);
            }
        }
        self.visit_child(node, 0, false);
        let parts: [Option<NodeId>; 3] = [3, 4, 5].map(|index| tree.child(node, index));
        self.body(parts);
    }

    /// `Params, returns?, body`.
    pub(super) fn lambda(&mut self, node: NodeId) {
        let tree = self.tree;
        self.body([0, 1, 2].map(|index| tree.child(node, index)));
    }

    fn body(&mut self, parts: [Option<NodeId>; 3]) {
        let tree = self.tree;
        let outer = std::mem::replace(&mut self.context, Context::Function);
        self.scopes.open();
        let [params, ..] = parts;
        for param in params.into_iter().flat_map(|params| tree.children(params)) {
            self.parameter(param);
        }
        for (index, part) in parts.into_iter().enumerate() {
            let Some(part) = part else {
                continue;
            };
            if index > 0 {
                self.visit(part, false);
                continue;
            }
            for param in tree.children(part) {
                for (index, child) in tree.children(param).enumerate() {
                    if index == 0 {
                        self.pattern(child);
                    } else {
                        self.visit(child, false);
                    }
                }
            }
        }
        self.scopes.close();
        self.context = outer;
    }

    /// The names of a pattern among parameters are looked up, and no variables.
    fn pattern(&mut self, node: NodeId) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Name => {
                if !self.is_set(node) {
                    self.refer(node, false);
                }
            }
            Kind::Assign => {
                for (index, child) in tree.children(node).enumerate() {
                    if index == 0 {
                        self.pattern(child);
                    } else {
                        self.visit(child, false);
                    }
                }
            }
            Kind::Pair => {
                if let Some(value) = tree.child(node, 1) {
                    self.pattern(value);
                }
            }
            _ => {
                for child in tree.children(node) {
                    self.pattern(child);
                }
            }
        }
    }

    /// Only a plain parameter is a variable: neither `*args` nor a pattern is, as in Semgrep.
    fn parameter(&mut self, param: NodeId) {
        let tree = self.tree;
        let flags = tree.node(param).flags;
        if tree.kind(param) == Kind::Param
            && !flags.has(Flags::STAR)
            && !flags.has(Flags::DSTAR)
            && let Some(name) = tree.child(param, 0)
            && tree.kind(name) == Kind::Name
        {
            let ty = tree.present(param, 1).unwrap_or(NodeId::ROOT);
            let slot = self.new_variable(Binding::Parameter, ty);
            self.scopes.add(self.symbol(name), slot);
            self.set(name, slot | BOUND);
        }
    }

    /// `Decorators, Name?, TypeParams?, Bases, Block`.
    pub(super) fn class(&mut self, node: NodeId) {
        let tree = self.tree;
        let outer = std::mem::replace(&mut self.context, Context::Class);
        self.scopes.open();
        if let Some(name) = tree.present(node, 1) {
            if tree.kind(name) == Kind::Name {
                self.refer_bound(name);
            } else {
                self.visit(name, false);
            }
        }
        for index in [0, 3, 4] {
            self.visit_child(node, index, false);
        }
        self.scopes.close();
        self.context = outer;
    }
}
