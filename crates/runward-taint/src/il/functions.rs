//! The functions of a file.

use std::cell::{OnceCell, RefCell};

use runward_resolve::{Binding, Facts};
use runward_syntax::{Flags, Kind, Language, NodeId, Span, Symbol, Tree};
use rustc_hash::FxHashMap;

use crate::abroad::{FileId, Modules};

use super::fields::Fields;
use super::graph::{Graph, NodeIndex};
use super::names::Names;
use super::things::Callee;
use super::{Builder, Expression, Parameter, Variable};

/// A function, translated.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) graph: Graph,
    pub(crate) expressions: Vec<Expression>,
    pub(crate) order: Vec<NodeIndex>,
    pub(crate) parameters: Vec<Parameter>,
}

/// What a body of statements belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A `FuncDef` or `Lambda`.
    Function,
    /// What runs when a class is made.
    Class,
    /// The statements of the file.
    Top,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) role: Role,
    pub(crate) node: NodeId,
    pub(crate) span: Span,
    built: OnceCell<Option<Function>>,
}

/// A variable of the whole file that is assigned once.
#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) variable: Variable,
    pub(crate) name: Span,
    pub(crate) value: NodeId,
    built: OnceCell<Option<Function>>,
}

/// The functions of one file, translated when first asked for. Made once for all rules.
pub struct Program<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) facts: &'a Facts,
    pub(crate) language: Language,
    pub(crate) entries: Vec<Entry>,
    pub(crate) globals: Vec<Global>,
    pub(crate) fields: RefCell<Fields>,
    /// Functions by the slot of their names; `None` where several have one.
    by_slot: FxHashMap<Variable, Option<usize>>,
    /// Methods by class and name.
    methods: FxHashMap<(NodeId, Symbol), Option<usize>>,
    names: OnceCell<FxHashMap<Span, NodeId>>,
    /// What names stand for, made when first asked for.
    pub(super) meanings: OnceCell<Names>,
    pub(super) callees: RefCell<FxHashMap<NodeId, Option<Callee>>>,
    /// The other files of the project.
    pub(crate) modules: Option<(&'a Modules, FileId)>,
    /// Steps that one function may be translated to.
    steps: usize,
}

impl<'a> Program<'a> {
    #[must_use]
    pub fn new(
        tree: &'a Tree,
        facts: &'a Facts,
        language: Language,
        limits: &crate::Limits,
    ) -> Self {
        let mut program = Self {
            tree,
            facts,
            language,
            entries: Vec::new(),
            globals: Vec::new(),
            fields: RefCell::default(),
            by_slot: FxHashMap::default(),
            methods: FxHashMap::default(),
            names: OnceCell::new(),
            meanings: OnceCell::new(),
            callees: RefCell::default(),
            modules: None,
            steps: limits.steps,
        };
        for index in 0..tree.len() {
            let node = NodeId::at(index);
            let role = match tree.kind(node) {
                Kind::FuncDef | Kind::Lambda => Role::Function,
                Kind::ClassDef => Role::Class,
                Kind::Assign | Kind::VarDef | Kind::Field => {
                    program.add_global(node);
                    continue;
                }
                _ => continue,
            };
            program.add(role, node);
        }
        program.add(Role::Top, NodeId::ROOT);
        program
    }

    /// The functions of a file of a project, whose other files are known.
    #[must_use]
    pub fn in_project(mut self, modules: &'a Modules, file: FileId) -> Self {
        self.modules = Some((modules, file));
        self
    }

    fn add(&mut self, role: Role, node: NodeId) {
        let span = self.tree.node(node).span;
        let at = self.entries.len();
        self.entries.push(Entry {
            role,
            node,
            span,
            built: OnceCell::new(),
        });
        if role == Role::Function {
            self.index(node, at);
        }
    }

    /// Notes how a function is called.
    fn index(&mut self, node: NodeId, at: usize) {
        let tree = self.tree;
        let parent = tree.node(node).parent;
        let name = match tree.kind(node) {
            Kind::FuncDef => tree.present(node, 1),
            // `const f = () => …`
            _ if tree.kind(parent) == Kind::VarDef => tree.child(parent, 0),
            _ => None,
        };
        let Some(name) = name.filter(|name| tree.kind(*name) == Kind::Name) else {
            return;
        };
        if tree.kind(node) == Kind::FuncDef
            && let Some(class) = self.class_of_method(node)
        {
            self.methods
                .entry((class, tree.node(name).name))
                .and_modify(|at| *at = None)
                .or_insert(Some(at));
        } else if let Some(slot) = self.facts.slot(name) {
            self.by_slot
                .entry(slot)
                .and_modify(|at| *at = None)
                .or_insert(Some(at));
        }
    }

    /// The class that a function stands directly in.
    pub(crate) fn class_of_method(&self, function: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let block = tree.node(function).parent;
        let class = tree.node(block).parent;
        (tree.kind(block) == Kind::Block && tree.kind(class) == Kind::ClassDef).then_some(class)
    }

    /// The function that a variable is.
    pub(crate) fn function_named(&self, variable: Variable) -> Option<usize> {
        self.by_slot.get(&variable).copied().flatten()
    }

    /// A method that a class defines itself, and whether it is static.
    pub(crate) fn own_method(&self, class: NodeId, name: Symbol) -> Option<(usize, bool)> {
        let at = self.methods.get(&(class, name)).copied().flatten()?;
        let is_static = self.entries.get(at).is_some_and(|entry| {
            self.tree.node(entry.node).flags.has(Flags::STATIC)
                || self.is_decorated(entry.node, "staticmethod")
        });
        Some((at, is_static))
    }

    /// The methods that a class defines itself, and whether each is static, in the order of the
    /// file.
    pub(crate) fn methods_of(&self, class: NodeId) -> Vec<(Symbol, usize, bool)> {
        let tree = self.tree;
        let body = tree.child(class, 4);
        body.into_iter()
            .flat_map(|body| tree.children(body))
            .filter(|node| tree.kind(*node) == Kind::FuncDef)
            .filter_map(|node| {
                let name = tree.node(tree.present(node, 1)?).name;
                let (at, is_static) = self.own_method(class, name)?;
                Some((name, at, is_static))
            })
            .collect()
    }

    pub(crate) fn is_decorated(&self, function: NodeId, name: &str) -> bool {
        let tree = self.tree;
        tree.kind(function) == Kind::FuncDef
            && tree.child(function, 0).is_some_and(|decorators| {
                tree.subtree(decorators).any(|node| tree.name(node) == name)
            })
    }

    pub(crate) fn is_ecma(&self) -> bool {
        matches!(self.language, Language::JavaScript | Language::TypeScript)
    }

    /// The entry of a `FuncDef` or `Lambda`.
    pub(crate) fn entry_of(&self, node: NodeId) -> Option<usize> {
        // In the order of nodes, but for the last, the statements of the file.
        let (_, inner) = self.entries.split_last()?;
        inner.binary_search_by_key(&node, |entry| entry.node).ok()
    }

    /// The `Name` at a place.
    pub(crate) fn name_at(&self, span: Span) -> Option<NodeId> {
        let tree = self.tree;
        let names = self.names.get_or_init(|| {
            (0..tree.len())
                .map(NodeId::at)
                .filter(|node| tree.kind(*node) == Kind::Name)
                .map(|node| (tree.node(node).span, node))
                .collect()
        });
        names.get(&span).copied()
    }

    /// A variable of the file, or a member of a class of JavaScript, that is assigned once.
    fn add_global(&mut self, node: NodeId) {
        let tree = self.tree;
        let (target, value) = match tree.kind(node) {
            Kind::Assign => (0, 1),
            Kind::VarDef => (0, 2),
            _ => (1, 3),
        };
        let (Some(target), Some(value)) = (tree.child(node, target), tree.present(node, value))
        else {
            return;
        };
        let is_assign = tree.kind(node) == Kind::Assign;
        let name = match tree.kind(target) {
            Kind::Attr if is_assign => tree.child(target, 1).unwrap_or(target),
            _ => target,
        };
        let is_ecma = matches!(self.language, Language::JavaScript | Language::TypeScript);
        let is_final = self.facts.is_assigned_once(name)
            || (!is_assign && tree.node(node).flags.has(Flags::CONST));
        let is_global = matches!(
            self.facts.binding(name),
            Some(Binding::Global | Binding::Member)
        );
        if tree.kind(name) != Kind::Name || !is_global || !is_final || !(is_assign || is_ecma) {
            return;
        }
        if let Some(variable) = self.facts.slot(name) {
            self.globals.push(Global {
                variable,
                name: tree.node(name).span,
                value,
                built: OnceCell::new(),
            });
        }
    }

    fn build(&self, role: Role, node: NodeId) -> Option<Function> {
        let mut fields = self.fields.borrow_mut();
        let mut builder = Builder::new(
            self.tree,
            self.facts,
            self.language,
            &mut fields,
            self.steps,
        );
        let mut parameters = Vec::new();
        match role {
            Role::Top => builder.function_body(node),
            Role::Class => {
                if let Some(body) = self.tree.child(node, 4) {
                    builder.function_body(body);
                }
            }
            Role::Function => {
                let (params, body) = match self.tree.kind(node) {
                    Kind::Lambda => (0, 2),
                    _ => (3, 5),
                };
                if let Some(params) = self.tree.child(node, params) {
                    parameters = self::parameters(&mut builder, params);
                }
                builder.takes_declarations = builder.is_ecma();
                if let Some(body) = self.tree.child(node, body) {
                    builder.function_body(body);
                }
            }
        }
        let (graph, expressions) = builder.finish()?;
        let order = graph.order();
        Some(Function {
            graph,
            expressions,
            order,
            parameters,
        })
    }

    /// The function of an entry; `None` if it is beyond the limits.
    pub(crate) fn function<'s>(&'s self, entry: &'s Entry) -> Option<&'s Function> {
        entry
            .built
            .get_or_init(|| self.build(entry.role, entry.node))
            .as_ref()
    }

    /// `variable = value` of a global, or of the default of a parameter, as a function.
    pub(crate) fn assignment<'s>(&'s self, global: &'s Global) -> Option<&'s Function> {
        global
            .built
            .get_or_init(|| self.assigned(global.variable, global.name, global.value))
            .as_ref()
    }

    pub(crate) fn assigned(
        &self,
        variable: Variable,
        name: Span,
        value: NodeId,
    ) -> Option<Function> {
        let mut fields = self.fields.borrow_mut();
        let mut builder = Builder::new(
            self.tree,
            self.facts,
            self.language,
            &mut fields,
            self.steps,
        );
        builder.define(variable, name, value);
        let (graph, expressions) = builder.finish()?;
        let order = graph.order();
        Some(Function {
            graph,
            expressions,
            order,
            parameters: Vec::new(),
        })
    }
}

impl Builder<'_> {
    fn define(&mut self, variable: Variable, name: Span, value: NodeId) {
        let value = self.expression(value);
        self.assign_to(super::Place::variable(variable, Some(name)), value, None);
    }
}

/// The parameters of a function, as far as they bind anything.
pub(super) fn parameters(builder: &mut Builder<'_>, params: NodeId) -> Vec<Parameter> {
    let tree = builder.tree;
    let mut all = Vec::new();
    for param in tree.children(params) {
        if tree.kind(param) != Kind::Param {
            continue;
        }
        let Some(pattern) = tree.child(param, 0) else {
            continue;
        };
        let flags = tree.node(param).flags;
        let is_name = tree.kind(pattern) == Kind::Name;
        let is_plain = is_name && !flags.has(Flags::STAR) && !flags.has(Flags::DSTAR);
        let mut variables = Vec::new();
        if is_name {
            if is_plain {
                variables.push((builder.variable(pattern), tree.node(pattern).span));
            }
        } else {
            bound(builder, pattern, &mut variables);
        }
        all.push(Parameter {
            name: is_plain.then(|| tree.node(pattern).name),
            variables,
            is_plain,
            default: tree.present(param, 2),
        });
    }
    all
}

/// The names that a pattern binds.
fn bound(builder: &mut Builder<'_>, pattern: NodeId, into: &mut Vec<(Variable, Span)>) {
    let tree = builder.tree;
    match tree.kind(pattern) {
        Kind::Name => into.push((builder.variable(pattern), tree.node(pattern).span)),
        Kind::Pair => {
            if let Some(value) = tree.child(pattern, 1) {
                bound(builder, value, into);
            }
        }
        Kind::Assign => {
            if let Some(target) = tree.child(pattern, 0) {
                bound(builder, target, into);
            }
        }
        Kind::Dict | Kind::List | Kind::Tuple | Kind::Spread => {
            for child in tree.children(pattern) {
                bound(builder, child, into);
            }
        }
        _ => {}
    }
}
