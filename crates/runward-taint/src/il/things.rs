//! What is called: functions and methods, of this file and of others.

use runward_syntax::{Kind, NodeId};

use crate::abroad;
use crate::left::{Left, Steps};

use super::Program;

/// What an expression stands for, as far as that can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A place in [`Program::entries`].
    Function(usize),
    Class(NodeId),
    /// An object of a class.
    Object(NodeId),
    Abroad(abroad::Thing),
}

/// The function that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    Own(usize),
    Abroad(abroad::FunctionId),
    /// It is in a file that was not looked at yet.
    Pending,
}

/// What is `this` in the function that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    Nothing,
    /// What is `this` where it is called.
    This,
    /// What the method is a part of.
    Object,
    /// Something new, which the call gives.
    New,
    /// The first argument: `Class.method(object)`.
    Argument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Callee {
    pub(crate) aim: Aim,
    pub(crate) receiver: Receiver,
    /// How many parameters come before those that the arguments are for.
    pub(crate) first: usize,
}

/// Parts of the name of a module.
const LONGEST: usize = 12;

/// A method of a class, with whether it is static.
type Method = (Aim, bool);

impl Program<'_> {
    /// What a `Call`, `New`, `Tagged` or `Jsx` calls.
    pub(crate) fn callee(&self, call: NodeId) -> Option<Callee> {
        if let Some(known) = self.callees.borrow().get(&call) {
            return *known;
        }
        let callee = self
            .tree
            .child(call, 0)
            .and_then(|callee| self.called(callee, call));
        self.callees.borrow_mut().insert(call, callee);
        callee
    }

    /// The function that an expression stands for which is handed to another one.
    pub(crate) fn function_meant(&self, node: NodeId) -> Option<Aim> {
        match self.tree.kind(node) {
            Kind::Name | Kind::Attr => match self.thing(node, Steps::new().all())? {
                Thing::Function(at) => Some(Aim::Own(at)),
                Thing::Abroad(abroad::Thing::Function(id)) => Some(Aim::Abroad(id)),
                _ => None,
            },
            _ => None,
        }
    }

    fn called(&self, callee: NodeId, call: NodeId) -> Option<Callee> {
        let plain = |aim| Callee {
            aim,
            receiver: Receiver::Nothing,
            first: 0,
        };
        if self.tree.kind(callee) == Kind::Super {
            let class = self.class_around(call)?;
            let (aim, _) = self.inherited(class, "constructor", Steps::new().all())?;
            return Some(Callee {
                aim,
                receiver: Receiver::This,
                first: 0,
            });
        }
        if self.tree.kind(callee) == Kind::Attr
            && let Some(method) = self.method_called(callee)
        {
            return Some(method);
        }
        let mut thing = self.thing(callee, Steps::new().all())?;
        if let Thing::Abroad(abroad) = thing
            && let Some((modules, _)) = self.modules
        {
            thing = Thing::Abroad(modules.whole(abroad));
        }
        match thing {
            Thing::Function(at) => Some(plain(Aim::Own(at))),
            Thing::Abroad(abroad::Thing::Function(id)) => Some(plain(Aim::Abroad(id))),
            Thing::Abroad(abroad::Thing::Pending) => Some(plain(Aim::Pending)),
            class @ (Thing::Class(_) | Thing::Abroad(abroad::Thing::Class(_))) => {
                let (aim, _) =
                    self.method_of(class, self.constructor_name(), Steps::new().all())?;
                Some(Callee {
                    aim,
                    receiver: Receiver::New,
                    first: self.first(),
                })
            }
            _ => None,
        }
    }

    pub(crate) fn constructor_name(&self) -> &'static str {
        if self.is_ecma() {
            "constructor"
        } else {
            "__init__"
        }
    }

    /// Python's methods have a parameter for the object.
    fn first(&self) -> usize {
        usize::from(!self.is_ecma())
    }

    /// `object.method(…)`
    fn method_called(&self, callee: NodeId) -> Option<Callee> {
        let tree = self.tree;
        let (object, name) = (tree.child(callee, 0)?, tree.child(callee, 1)?);
        let name = tree.name(name);
        let bound = |(aim, is_static): Method, receiver| Callee {
            aim,
            receiver: if is_static {
                Receiver::Nothing
            } else {
                receiver
            },
            first: if is_static { 0 } else { self.first() },
        };
        if self.is_super(object) {
            let class = self.class_around(callee)?;
            let method = self.inherited(class, name, Steps::new().all())?;
            return Some(bound(method, Receiver::This));
        }
        if self.is_this(object) {
            let class = Thing::Class(self.class_around(callee)?);
            let method = self.method_of(class, name, Steps::new().all())?;
            return Some(bound(method, Receiver::This));
        }
        match self.thing(object, Steps::new().all())? {
            Thing::Object(class) => {
                let method = self.method_of(Thing::Class(class), name, Steps::new().all())?;
                Some(bound(method, Receiver::Object))
            }
            Thing::Abroad(abroad::Thing::Object(class)) => {
                let class = Thing::Abroad(abroad::Thing::Class(class));
                let method = self.method_of(class, name, Steps::new().all())?;
                Some(bound(method, Receiver::Object))
            }
            class @ (Thing::Class(_) | Thing::Abroad(abroad::Thing::Class(_))) => {
                let (aim, is_static) = self.method_of(class, name, Steps::new().all())?;
                let is_given_class = match aim {
                    Aim::Own(at) => self
                        .entries
                        .get(at)
                        .is_some_and(|entry| self.is_class_method(entry.node)),
                    Aim::Abroad(id) => self
                        .modules
                        .is_some_and(|(modules, _)| modules.is_class_method(id)),
                    Aim::Pending => false,
                };
                Some(if is_static || self.is_ecma() {
                    bound((aim, true), Receiver::Nothing)
                } else if is_given_class {
                    bound((aim, false), Receiver::Nothing)
                } else {
                    Callee {
                        aim,
                        receiver: Receiver::Argument,
                        first: 0,
                    }
                })
            }
            _ => None,
        }
    }

    fn is_super(&self, object: NodeId) -> bool {
        let tree = self.tree;
        match tree.kind(object) {
            Kind::Super => true,
            Kind::Call => tree.child(object, 0).is_some_and(|callee| {
                tree.kind(callee) == Kind::Super
                    || (tree.kind(callee) == Kind::Name && tree.name(callee) == "super")
            }),
            _ => false,
        }
    }

    /// A method of a class or of one that it is made from.
    fn method_of(&self, class: Thing, name: &str, left: Left<'_>) -> Option<Method> {
        match class {
            Thing::Class(class) => {
                let own = self
                    .tree
                    .symbols
                    .get(name)
                    .and_then(|name| self.own_method(class, name))
                    .map(|(at, is_static)| (Aim::Own(at), is_static));
                own.or_else(|| self.inherited(class, name, left))
            }
            Thing::Abroad(abroad::Thing::Class(class)) => {
                let (modules, _) = self.modules?;
                modules
                    .method(class, name)
                    .map(|(id, is_static)| (Aim::Abroad(id), is_static))
            }
            Thing::Abroad(abroad::Thing::Pending) => Some((Aim::Pending, false)),
            _ => None,
        }
    }

    fn inherited(&self, class: NodeId, name: &str, left: Left<'_>) -> Option<Method> {
        let left = left.down()?;
        let bases = self.tree.child(class, 3)?;
        self.tree
            .children(bases)
            .filter(|base| self.tree.kind(*base) != Kind::Keyword)
            .find_map(|base| self.method_of(self.thing(base, left)?, name, left))
    }

    /// The constructor of the class of an own method.
    pub(crate) fn constructor_of(&self, class: NodeId) -> Option<Aim> {
        self.method_of(
            Thing::Class(class),
            self.constructor_name(),
            Steps::new().all(),
        )
        .map(|(aim, _)| aim)
    }

    /// What an expression stands for.
    pub(crate) fn thing(&self, node: NodeId, left: Left<'_>) -> Option<Thing> {
        let left = left.down()?;
        let tree = self.tree;
        match tree.kind(node) {
            Kind::Name => self.named(node, left),
            Kind::This => self.class_around(node).map(Thing::Object),
            Kind::Attr => {
                let (object, field) = (tree.child(node, 0)?, tree.child(node, 1)?);
                self.dotted_module(node)
                    .or_else(|| match self.thing(object, left)? {
                        Thing::Abroad(abroad) => {
                            let (modules, _) = self.modules?;
                            modules.member(abroad, tree.name(field)).map(Thing::Abroad)
                        }
                        Thing::Object(class) => {
                            let field = tree.node(field).name;
                            let value = *self.names().fields.get(&(class, field))?;
                            self.thing(value?, left)
                        }
                        _ => None,
                    })
            }
            Kind::Call | Kind::New => {
                if let Some(module) = self.required(node) {
                    return self.module(module, None);
                }
                if tree.kind(node) == Kind::Call && self.is_ecma() {
                    return None;
                }
                match self.thing(tree.child(node, 0)?, left)? {
                    Thing::Class(class) => Some(Thing::Object(class)),
                    Thing::Abroad(abroad::Thing::Class(class)) => {
                        Some(Thing::Abroad(abroad::Thing::Object(class)))
                    }
                    Thing::Abroad(abroad::Thing::Pending) => {
                        Some(Thing::Abroad(abroad::Thing::Pending))
                    }
                    _ => None,
                }
            }
            Kind::Await | Kind::Cast | Kind::NonNull => self.thing(tree.child(node, 0)?, left),
            Kind::Lambda | Kind::FuncDef => self.entry_of(node).map(Thing::Function),
            Kind::ClassDef => Some(Thing::Class(node)),
            _ => None,
        }
    }

    fn named(&self, name: NodeId, left: Left<'_>) -> Option<Thing> {
        let tree = self.tree;
        if self.is_this(name) {
            return self.class_around(name).map(Thing::Object);
        }
        if !self.is_ecma() && tree.name(name) == "cls" {
            return self.class_around(name).map(Thing::Class);
        }
        let names = self.names();
        if let Some(slot) = self.facts.slot(name) {
            if let Some(at) = self.function_named(slot) {
                return Some(Thing::Function(at));
            }
            if let Some(class) = names.classes.get(&slot).copied().flatten() {
                return Some(Thing::Class(class));
            }
            if let Some(value) = names.values.get(&slot).copied().flatten() {
                return self.thing(value, left);
            }
        }
        if self.may_be_imported(name)
            && let Some(imports) = names.imports.get(&tree.node(name).name)
        {
            return imports
                .iter()
                .find_map(|import| self.module(&import.module, import.name.as_deref()));
        }
        let text = tree.name(name);
        if self.may_be_imported(name)
            && names.bound.contains(text)
            && let Some(module) = self.module(text, None)
        {
            return Some(module);
        }
        // What is declared to be of a class is an object of it.
        let declared = self.facts.declared_type(name)?;
        match self.thing(declared, left)? {
            Thing::Class(class) => Some(Thing::Object(class)),
            Thing::Abroad(abroad::Thing::Class(class)) => {
                Some(Thing::Abroad(abroad::Thing::Object(class)))
            }
            _ => None,
        }
    }

    /// `a.b` after `import a.b`.
    fn dotted_module(&self, node: NodeId) -> Option<Thing> {
        let bare = &self.names().bare;
        if bare.is_empty() || self.modules.is_none() {
            return None;
        }
        let mut parts = Vec::new();
        let mut at = node;
        while self.tree.kind(at) == Kind::Attr && parts.len() < LONGEST {
            parts.push(self.tree.name(self.tree.child(at, 1)?));
            at = self.tree.child(at, 0)?;
        }
        if self.tree.kind(at) != Kind::Name || !self.may_be_imported(at) {
            return None;
        }
        parts.push(self.tree.name(at));
        parts.reverse();
        let path = parts.join(".");
        bare.contains(&*path).then(|| self.module(&path, None))?
    }

    fn module(&self, module: &str, name: Option<&str>) -> Option<Thing> {
        let (modules, file) = self.modules?;
        modules.imported(file, module, name).map(Thing::Abroad)
    }
}
