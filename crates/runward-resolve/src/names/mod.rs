//! Which variable each name is.
//!
//! One walk in the order of the text, with the rules that Semgrep's rules are written against
//! (names are given in the order in which they are met; no look ahead):
//! - a parameter, a declaration, a loop variable, a `with … as` and a caught exception are each a new
//!   variable; an assignment makes one where its name is not yet known;
//! - a function of Python that assigns to a name of the file without `global` makes its own;
//! - what `import` binds is known from there to the end of the file, behind all other scopes;
//! - the body of a class of Python makes no variables.

mod definitions;
mod imports;
mod targets;

use runward_syntax::{Kind, NodeId, Op, Symbol, Symbols, Tree};
use rustc_hash::FxHashMap;

use crate::facts::{BOUND, Binding, Constant, FREE, Facts, UNNAMED, VariableInfo};
use crate::policy::Policy;
use crate::scopes::Scopes;

/// The result of the walk.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) slots: Vec<u32>,
    pub(crate) variables: Vec<VariableInfo>,
    pub(crate) parts: Vec<Symbol>,
}

impl Names {
    pub(crate) fn into_facts(self, constants: Vec<Constant>, known: Vec<u32>) -> Facts {
        Facts {
            slots: self.slots,
            variables: self.variables,
            parts: self.parts,
            constants,
            known,
        }
    }

    /// The slot of a name: its variable, or a number for the text of one that has none.
    pub(crate) fn slot(&self, name: NodeId) -> Option<u32> {
        let entry = *self.slots.get(name.index())?;
        (entry != UNNAMED).then_some(entry & !BOUND)
    }

    pub(crate) fn variable(&self, name: NodeId) -> Option<(u32, &VariableInfo)> {
        let slot = self.slot(name)?;
        self.variables.get(slot as usize).map(|info| (slot, info))
    }

    /// Whether a name stands where it is bound rather than used.
    pub(crate) fn is_bound_here(&self, name: NodeId) -> bool {
        self.slots
            .get(name.index())
            .is_some_and(|entry| *entry != UNNAMED && entry & BOUND != 0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Top,
    Class,
    Function,
}

/// The walk.
pub(crate) struct Namer<'t> {
    tree: &'t Tree,
    symbols: &'t mut Symbols,
    policy: Policy,
    scopes: Scopes,
    context: Context,
    names: Names,
    free: FxHashMap<Symbol, u32>,
    require: Option<Symbol>,
    underscore: Option<Symbol>,
}

pub(crate) fn name(tree: &Tree, symbols: &mut Symbols, policy: Policy) -> Names {
    let (require, underscore) = (symbols.get("require"), symbols.get("_"));
    let mut namer = Namer {
        tree,
        symbols,
        policy,
        scopes: Scopes::default(),
        context: Context::Top,
        names: Names {
            slots: vec![UNNAMED; tree.len()],
            variables: Vec::new(),
            parts: Vec::new(),
        },
        free: FxHashMap::default(),
        require,
        underscore,
    };
    namer.visit(NodeId::ROOT, false);
    namer.names
}

impl Namer<'_> {
    /// `assigned`: within the target of an assignment.
    fn visit(&mut self, node: NodeId, assigned: bool) {
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Name => self.refer(node, assigned),
            Kind::Attr => self.attribute(node, assigned),
            Kind::Index => {
                self.visit_child(node, 0, assigned);
                self.visit_child(node, 1, false);
            }
            Kind::Keyword | Kind::JsxAttr | Kind::Label => self.visit_child(node, 1, assigned),
            Kind::Pair => self.pair(node, assigned),
            Kind::Assign => self.assign(node, assigned),
            Kind::AugAssign => {
                self.visit_child(node, 0, true);
                self.visit_child(node, 1, assigned);
                if let Some(target) = tree.child(node, 0) {
                    self.count(target);
                }
            }
            Kind::Unary => {
                self.visit_child(node, 0, assigned);
                if is_step(tree.node(node).op)
                    && let Some(target) = tree.child(node, 0)
                    && tree.kind(target) == Kind::Name
                {
                    self.count(target);
                }
            }
            Kind::VarDef => self.declaration(node),
            Kind::Field => self.field(node),
            Kind::For => self.loop_over(node),
            Kind::CFor => self.classic_loop(node),
            Kind::Comprehension => self.comprehension(node),
            Kind::WithItem => {
                if let Some(target) = tree.present(node, 1) {
                    self.target(target);
                }
                self.visit_child(node, 0, assigned);
            }
            Kind::Catch => {
                if let Some(name) = tree.present(node, 1) {
                    self.target(name);
                }
                self.visit_child(node, 0, false);
                self.visit_child(node, 2, false);
            }
            Kind::Case => self.case(node),
            Kind::FuncDef => self.function(node),
            Kind::Lambda => self.lambda(node),
            Kind::ClassDef => self.class(node),
            Kind::Import => self.import(node),
            Kind::ImportFrom => self.import_from(node),
            Kind::Global | Kind::Nonlocal => self.outer(node),
            Kind::Break | Kind::Continue | Kind::Path | Kind::TypeParams => {}
            _ => {
                for child in tree.children(node) {
                    self.visit(child, assigned);
                }
            }
        }
    }

    fn visit_child(&mut self, node: NodeId, index: usize, assigned: bool) {
        if let Some(child) = self.tree.child(node, index) {
            self.visit(child, assigned);
        }
    }

    /// Whether names that are bound here become variables.
    fn binds(&self) -> bool {
        self.context != Context::Class || self.policy.members_are_variables()
    }

    fn kind_of_binding(&self) -> Binding {
        match self.context {
            Context::Top => Binding::Global,
            Context::Class => Binding::Member,
            Context::Function => Binding::Local,
        }
    }

    fn new_variable(&mut self, binding: Binding, ty: NodeId) -> u32 {
        let slot = u32::try_from(self.names.variables.len()).unwrap_or(FREE - 1);
        self.names.variables.push(VariableInfo {
            binding,
            ty,
            path: (0, 0),
            assigned: 0,
        });
        slot
    }

    fn set(&mut self, node: NodeId, entry: u32) {
        if let Some(place) = self.names.slots.get_mut(node.index()) {
            *place = entry;
        }
    }

    fn is_set(&self, node: NodeId) -> bool {
        self.names.slot(node).is_some()
    }

    fn symbol(&self, node: NodeId) -> Symbol {
        self.tree.node(node).name
    }

    fn free_slot(&mut self, name: Symbol) -> u32 {
        let next = u32::try_from(self.free.len()).unwrap_or(0);
        FREE | *self.free.entry(name).or_insert(next)
    }

    fn find(&self, name: Symbol, assigned: bool) -> Option<u32> {
        if assigned && self.policy.assigns_innermost_only() {
            self.scopes.find_innermost(name)
        } else {
            self.scopes.find(name)
        }
    }

    fn refer(&mut self, node: NodeId, assigned: bool) {
        let name = self.symbol(node);
        if let Some(slot) = self.find(name, assigned) {
            self.set(node, slot);
        } else if assigned && self.binds() {
            self.declare_implicitly(node, None);
        } else {
            let slot = self.free_slot(name);
            self.set(node, slot);
        }
    }

    /// The name of a function or class that is itself no new variable.
    fn refer_bound(&mut self, node: NodeId) {
        let name = self.symbol(node);
        let slot = match self.scopes.find(name) {
            Some(slot) => slot,
            None => self.free_slot(name),
        };
        self.set(node, slot | BOUND);
    }

    fn attribute(&mut self, node: NodeId, assigned: bool) {
        let tree = self.tree;
        let Some(object) = tree.child(node, 0) else {
            return;
        };
        self.visit(object, assigned);
        if tree.kind(object) == Kind::This
            && let Some(field) = tree.child(node, 1)
        {
            let name = self.symbol(field);
            let member = self.scopes.all(name).find(|slot| {
                self.names
                    .variables
                    .get(*slot as usize)
                    .is_some_and(|info| info.binding == Binding::Member)
            });
            if let Some(slot) = member {
                self.set(field, slot);
            }
        }
    }

    fn pair(&mut self, node: NodeId, assigned: bool) {
        let tree = self.tree;
        if let Some(key) = tree.child(node, 0)
            && !(self.policy.keys_are_texts() && tree.kind(key) == Kind::Name)
        {
            self.visit(key, false);
        }
        self.visit_child(node, 1, assigned);
    }

    fn comprehension(&mut self, node: NodeId) {
        let tree = self.tree;
        self.scopes.open();
        for part in tree.children(node).skip(1) {
            if tree.kind(part) == Kind::CompFor {
                if let Some(target) = tree.child(part, 0) {
                    self.target(target);
                }
                self.visit_child(part, 1, false);
            } else {
                self.visit(part, false);
            }
        }
        self.visit_child(node, 0, false);
        self.scopes.close();
    }

    /// `global`, `nonlocal`: the names are those of the outer scope, if it has them already.
    fn outer(&mut self, node: NodeId) {
        let tree = self.tree;
        let global = tree.kind(node) == Kind::Global;
        for child in tree.children(node) {
            let name = self.symbol(child);
            let found = if global {
                self.scopes.find_global(name)
            } else {
                self.scopes.find_outside(name)
            };
            if let Some(slot) = found {
                self.scopes.add(name, slot);
                self.set(child, slot | BOUND);
            }
        }
    }
}

/// `++` and `--`.
pub(crate) fn is_step(op: Op) -> bool {
    matches!(
        op,
        Op::PreIncrement | Op::PreDecrement | Op::PostIncrement | Op::PostDecrement
    )
}
