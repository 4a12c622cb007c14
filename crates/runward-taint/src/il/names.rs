//! What the names of a file stand for: functions, classes, imports, and what else is assigned once.

use runward_syntax::{Flags, Kind, NodeId, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Program, Variable};

/// What a local name is imported from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Imported {
    /// As it is written: `a.b`, `..a`, `./m`.
    pub(crate) module: Box<str>,
    /// The name within the module; the module itself if `None`.
    pub(crate) name: Option<Box<str>>,
}

/// Imports of one name that are tried one after the other (`try: import a except: import b`).
const MOST_IMPORTS: usize = 4;

#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Classes by the slots of their names; `None` where several have one.
    pub(super) classes: FxHashMap<Variable, Option<NodeId>>,
    /// What a variable is assigned; `None` where that is not one expression.
    pub(super) values: FxHashMap<Variable, Option<NodeId>>,
    /// What a field of `this` is assigned, by class.
    pub(super) fields: FxHashMap<(NodeId, Symbol), Option<NodeId>>,
    /// By the local name.
    pub(super) imports: FxHashMap<Symbol, Vec<Imported>>,
    /// `import a.b` without another name, which binds `a` only.
    pub(super) bare: FxHashSet<Box<str>>,
    /// What that binds.
    pub(super) bound: FxHashSet<Box<str>>,
}

fn note<K: std::hash::Hash + Eq>(map: &mut FxHashMap<K, Option<NodeId>>, key: K, value: NodeId) {
    map.entry(key)
        .and_modify(|known| *known = None)
        .or_insert(Some(value));
}

impl Program<'_> {
    pub(crate) fn names(&self) -> &Names {
        self.meanings.get_or_init(|| {
            let mut names = Names::default();
            for index in 0..self.tree.len() {
                self.note_names(NodeId::at(index), &mut names);
            }
            names
        })
    }

    fn note_names(&self, node: NodeId, names: &mut Names) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::ClassDef => {
                if let Some(name) = tree.present(node, 1)
                    && let Some(slot) = self.facts.slot(name)
                {
                    note(&mut names.classes, slot, node);
                }
            }
            Kind::Assign => self.note_assigned(tree.child(node, 0), tree.child(node, 1), names),
            Kind::VarDef => self.note_assigned(tree.child(node, 0), tree.present(node, 2), names),
            Kind::WithItem => {
                self.note_assigned(tree.present(node, 1), tree.child(node, 0), names);
            }
            Kind::Field => {
                if let (Some(name), Some(value)) = (tree.child(node, 1), tree.present(node, 3))
                    && let Some(class) = self.class_around(node)
                {
                    note(&mut names.fields, (class, tree.node(name).name), value);
                }
            }
            Kind::Import => {
                let Some(path) = tree.child(node, 0) else {
                    return;
                };
                let module: Box<str> = tree.name(path).into();
                match tree.present(node, 1) {
                    Some(alias) => self.note_import(alias, &module, None, names),
                    None if !self.is_ecma() => {
                        let first = module.split('.').next().unwrap_or_default();
                        names.bound.insert(first.into());
                        names.bare.insert(module);
                    }
                    None => {}
                }
            }
            // What is exported from another module binds nothing here.
            Kind::ImportFrom if tree.kind(tree.node(node).parent) != Kind::Export => {
                let (Some(path), Some(items)) = (tree.child(node, 0), tree.child(node, 1)) else {
                    return;
                };
                let module = tree.name(path);
                for item in tree.children(items) {
                    if let Some(name) = tree.child(item, 0) {
                        let local = tree.present(item, 1).unwrap_or(name);
                        self.note_import(local, module, Some(tree.name(name)), names);
                    }
                }
            }
            _ => {}
        }
    }

    fn note_import(&self, local: NodeId, module: &str, name: Option<&str>, names: &mut Names) {
        let all = names.imports.entry(self.tree.node(local).name).or_default();
        if all.len() < MOST_IMPORTS {
            all.push(Imported {
                module: module.into(),
                name: name.map(Into::into),
            });
        }
    }

    fn note_assigned(&self, target: Option<NodeId>, value: Option<NodeId>, names: &mut Names) {
        let (Some(target), Some(value)) = (target, value) else {
            return;
        };
        let tree = self.tree;
        match tree.kind(target) {
            Kind::Name => {
                if let Some(slot) = self.facts.slot(target) {
                    note(&mut names.values, slot, value);
                }
            }
            Kind::Attr => {
                let (Some(object), Some(field)) = (tree.child(target, 0), tree.child(target, 1))
                else {
                    return;
                };
                if self.is_this(object)
                    && let Some(class) = self.class_around(target)
                {
                    note(&mut names.fields, (class, tree.node(field).name), value);
                }
            }
            // `const {a, b: c} = require("m")`
            Kind::Dict if self.is_ecma() => {
                let Some(module) = self.required(value) else {
                    return;
                };
                for pair in tree.children(target) {
                    if tree.kind(pair) == Kind::Pair
                        && let (Some(key), Some(local)) = (tree.child(pair, 0), tree.child(pair, 1))
                        && tree.kind(local) == Kind::Name
                    {
                        self.note_import(local, module, Some(tree.name(key)), names);
                    }
                }
            }
            _ => {}
        }
    }

    /// The module of `require("m")`.
    pub(crate) fn required(&self, call: NodeId) -> Option<&str> {
        let tree = self.tree;
        if !self.is_ecma() || tree.kind(call) != Kind::Call {
            return None;
        }
        let callee = tree.child(call, 0)?;
        let module = tree.child(tree.child(call, 1)?, 0)?;
        (tree.kind(callee) == Kind::Name
            && tree.name(callee) == "require"
            && tree.kind(module) == Kind::Str)
            .then(|| tree.name(module))
    }

    /// `this`, or `self` in Python.
    pub(crate) fn is_this(&self, node: NodeId) -> bool {
        match self.tree.kind(node) {
            Kind::This => true,
            Kind::Name => !self.is_ecma() && self.tree.name(node) == "self",
            _ => false,
        }
    }

    /// The class that a place is in.
    pub(crate) fn class_around(&self, node: NodeId) -> Option<NodeId> {
        self.tree
            .ancestors(node)
            .find(|node| self.tree.kind(*node) == Kind::ClassDef)
    }

    /// Whether a `Name` is of the whole file, imported, or not defined in it.
    pub(crate) fn may_be_imported(&self, name: NodeId) -> bool {
        use runward_resolve::Binding;
        self.facts.variable(name).is_none()
            || matches!(self.facts.binding(name), Some(Binding::Import))
    }

    /// Whether a method or function is static, or is given its class rather than an object.
    pub(crate) fn is_class_method(&self, function: NodeId) -> bool {
        self.is_decorated(function, "classmethod")
            || self.tree.node(function).flags.has(Flags::STATIC)
    }
}
