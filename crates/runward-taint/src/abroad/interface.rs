//! What a file defines, for the files that import from it.

use runward_syntax::{Flags, Kind, NodeId};
use rustc_hash::FxHashMap;

use crate::il::{Program, Role};

/// What a name of a module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Function(u32),
    Class(u32),
    /// Imported from elsewhere.
    Import {
        module: Box<str>,
        name: Option<Box<str>>,
    },
    /// Another name of the same file: `a`, `a.b`.
    Alias(Box<[Box<str>]>),
    /// An object of a class.
    Object(Box<[Box<str>]>),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) methods: FxHashMap<Box<str>, Method>,
    pub(super) bases: Vec<Box<[Box<str>]>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) at: u32,
    pub(super) is_static: bool,
}

/// The functions, classes and other names of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// Names that are known within the file.
    pub(super) names: FxHashMap<Box<str>, Item>,
    /// Names that it exports under another name, or at all, where the language exports some only.
    pub(super) exports: FxHashMap<Box<str>, Item>,
    pub(super) exports_only: bool,
    pub(super) classes: Vec<Class>,
    /// Functions that are given their class: their places.
    pub(super) class_methods: Vec<u32>,
    /// Modules all of whose names are exported here too.
    pub(super) stars: Vec<Box<str>>,
}

/// Names of one file that are known to others.
const MOST: usize = 20_000;
/// Blocks within blocks in which definitions of a module are looked for.
const DEEPEST: usize = 16;

struct Reader<'p, 'a> {
    program: &'p Program<'a>,
    classes: FxHashMap<NodeId, u32>,
    made: Interface,
}

impl Interface {
    #[must_use]
    pub fn of(program: &Program<'_>) -> Self {
        let mut reader = Reader {
            program,
            classes: FxHashMap::default(),
            made: Self {
                exports_only: program.is_ecma(),
                ..Self::default()
            },
        };
        reader.classes();
        reader.block(NodeId::ROOT, DEEPEST);
        reader.made
    }
}

impl Reader<'_, '_> {
    fn classes(&mut self) {
        let tree = self.program.tree;
        let nodes = self
            .program
            .entries
            .iter()
            .filter(|entry| entry.role == Role::Class)
            .map(|entry| entry.node);
        for node in nodes {
            let mut class = Class::default();
            for (name, at, is_static) in self.program.methods_of(node) {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let is_given_class = self
                    .program
                    .entries
                    .get(at as usize)
                    .is_some_and(|entry| self.program.is_class_method(entry.node));
                if is_given_class {
                    self.made.class_methods.push(at);
                }
                let method = Method { at, is_static };
                class.methods.insert(tree.symbols.text(name).into(), method);
            }
            let bases = tree.child(node, 3);
            for base in bases.into_iter().flat_map(|bases| tree.children(bases)) {
                class.bases.extend(self.dotted(base));
            }
            let place = u32::try_from(self.made.classes.len()).unwrap_or(u32::MAX);
            self.classes.insert(node, place);
            self.made.classes.push(class);
        }
    }

    fn add(&mut self, name: &str, item: Item) {
        if self.made.names.len() < MOST {
            // Of `try: … except ImportError: …` the first counts.
            self.made.names.entry(name.into()).or_insert(item);
        }
    }

    fn export(&mut self, name: &str, item: Item) {
        if self.made.exports.len() < MOST {
            self.made.exports.insert(name.into(), item);
        }
    }

    /// The statements of a module, and those in blocks that are run with it.
    fn block(&mut self, block: NodeId, left: usize) {
        let Some(left) = left.checked_sub(1) else {
            return;
        };
        let tree = self.program.tree;
        for node in tree.children(block) {
            match tree.kind(node) {
                Kind::If | Kind::Try | Kind::With | Kind::Block | Kind::Handlers | Kind::Catch => {
                    self.block(node, left);
                }
                Kind::Export => self.exported(node),
                Kind::ExprStmt => {
                    if let Some(inner) = tree.child(node, 0)
                        && tree.kind(inner) == Kind::Assign
                    {
                        self.assigned(inner, left);
                    }
                }
                _ => {
                    self.definition(node);
                }
            }
        }
    }

    /// Notes what a statement defines; gives the names.
    fn definition(&mut self, node: NodeId) -> Vec<Box<str>> {
        let tree = self.program.tree;
        let mut defined = Vec::new();
        match tree.kind(node) {
            Kind::FuncDef | Kind::ClassDef => {
                if let (Some(name), Some(item)) = (tree.present(node, 1), self.item(node)) {
                    defined.push((tree.name(name), item));
                }
            }
            Kind::VarDef => {
                let (Some(target), Some(value)) = (tree.child(node, 0), tree.present(node, 2))
                else {
                    return Vec::new();
                };
                match tree.kind(target) {
                    Kind::Name => {
                        if let Some(item) = self.item(value) {
                            defined.push((tree.name(target), item));
                        }
                    }
                    Kind::Dict => {
                        let Some(module) = self.program.required(value) else {
                            return Vec::new();
                        };
                        for pair in tree.children(target) {
                            if let (Some(key), Some(local)) =
                                (tree.child(pair, 0), tree.child(pair, 1))
                                && tree.kind(local) == Kind::Name
                            {
                                let item = imported(module, Some(tree.name(key)));
                                defined.push((tree.name(local), item));
                            }
                        }
                    }
                    _ => {}
                }
            }
            Kind::Import => {
                if let Some(path) = tree.child(node, 0) {
                    let module = tree.name(path);
                    match tree.present(node, 1) {
                        Some(alias) => defined.push((tree.name(alias), imported(module, None))),
                        None if !self.program.is_ecma() => {
                            let first = module.split('.').next().unwrap_or(module);
                            defined.push((first, imported(first, None)));
                        }
                        None => {}
                    }
                }
            }
            Kind::ImportFrom => {
                let (Some(path), Some(names)) = (tree.child(node, 0), tree.child(node, 1)) else {
                    return Vec::new();
                };
                let module = tree.name(path);
                for item in tree.children(names) {
                    let Some(name) = tree.child(item, 0) else {
                        continue;
                    };
                    if tree.name(name) == "*" {
                        self.made.stars.push(module.into());
                        continue;
                    }
                    let local = tree.present(item, 1).unwrap_or(name);
                    defined.push((tree.name(local), imported(module, Some(tree.name(name)))));
                }
            }
            _ => {}
        }
        let names = defined.iter().map(|(name, _)| (*name).into()).collect();
        for (name, item) in defined {
            self.add(name, item);
        }
        names
    }

    fn exported(&mut self, node: NodeId) {
        let tree = self.program.tree;
        let is_default = tree.node(node).flags.has(Flags::DEFAULT);
        for inner in tree.children(node) {
            if is_default {
                self.definition(inner);
                if let Some(item) = self.item(inner) {
                    self.export("default", item);
                }
                continue;
            }
            match tree.kind(inner) {
                Kind::ImportFrom => self.exported_from(inner),
                Kind::ImportNames => {
                    for name in tree.children(inner) {
                        if let Some(local) = tree.child(name, 0) {
                            let outer = tree.present(name, 1).unwrap_or(local);
                            let item = Item::Alias(Box::new([tree.name(local).into()]));
                            self.export(tree.name(outer), item);
                        }
                    }
                }
                _ => {
                    for name in self.definition(inner) {
                        let item = Item::Alias(Box::new([name.clone()]));
                        self.export(&name, item);
                    }
                }
            }
        }
    }

    /// `export {a as b} from "m"`, `export * from "m"`.
    fn exported_from(&mut self, node: NodeId) {
        let tree = self.program.tree;
        let (Some(path), Some(names)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return;
        };
        let module = tree.name(path);
        for item in tree.children(names) {
            let Some(name) = tree.child(item, 0) else {
                continue;
            };
            let outer = tree.present(item, 1);
            match (tree.name(name), outer) {
                ("*", None) => self.made.stars.push(module.into()),
                ("*", Some(outer)) => self.export(tree.name(outer), imported(module, None)),
                (inner, outer) => {
                    let outer = outer.map_or(inner, |outer| tree.name(outer));
                    self.export(outer, imported(module, Some(inner)));
                }
            }
        }
    }

    /// `x = …`, and `module.exports = …` and the like.
    fn assigned(&mut self, assign: NodeId, left: usize) {
        let Some(left) = left.checked_sub(1) else {
            return;
        };
        let tree = self.program.tree;
        let (Some(target), Some(value)) = (tree.child(assign, 0), tree.child(assign, 1)) else {
            return;
        };
        // `exports = module.exports = …`
        if tree.kind(value) == Kind::Assign {
            self.assigned(value, left);
        }
        match tree.kind(target) {
            Kind::Name => {
                if let Some(item) = self.item(value) {
                    self.add(tree.name(target), item);
                }
            }
            Kind::Attr if self.program.is_ecma() => {
                let Some(path) = self.dotted(target) else {
                    return;
                };
                let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
                match path.as_slice() {
                    ["module", "exports"] => self.exports_of(value),
                    ["exports", name] | ["module", "exports", name] => {
                        if let Some(item) = self.item(value) {
                            self.export(name, item);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// `module.exports = {a, b: c, d() {}}`, or one function or class.
    fn exports_of(&mut self, value: NodeId) {
        let tree = self.program.tree;
        if tree.kind(value) != Kind::Dict {
            if let Some(item) = self.item(value) {
                self.export("default", item);
            }
            return;
        }
        for part in tree.children(value) {
            let (name, value) = match tree.kind(part) {
                Kind::Pair => (tree.child(part, 0), tree.child(part, 1)),
                Kind::FuncDef => (tree.present(part, 1), Some(part)),
                _ => continue,
            };
            if let (Some(name), Some(value)) = (name, value)
                && let Some(item) = self.item(value)
            {
                self.export(tree.name(name), item);
            }
        }
    }

    /// What an expression or a definition is.
    fn item(&self, node: NodeId) -> Option<Item> {
        let tree = self.program.tree;
        match tree.kind(node) {
            Kind::FuncDef | Kind::Lambda => {
                let at = self.program.entry_of(node)?;
                Some(Item::Function(u32::try_from(at).ok()?))
            }
            Kind::ClassDef => self.classes.get(&node).copied().map(Item::Class),
            Kind::Name | Kind::Attr => self.dotted(node).map(Item::Alias),
            Kind::Call | Kind::New => {
                if let Some(module) = self.program.required(node) {
                    return Some(imported(module, None));
                }
                let is_object = tree.kind(node) == Kind::New || !self.program.is_ecma();
                let path = self.dotted(tree.child(node, 0)?)?;
                is_object.then_some(Item::Object(path))
            }
            Kind::Await | Kind::Cast => self.item(tree.child(node, 0)?),
            _ => None,
        }
    }

    /// `a.b.c`, part by part.
    fn dotted(&self, node: NodeId) -> Option<Box<[Box<str>]>> {
        let tree = self.program.tree;
        let mut parts: Vec<Box<str>> = Vec::new();
        let mut at = node;
        while tree.kind(at) == Kind::Attr && parts.len() < DEEPEST {
            parts.push(tree.name(tree.child(at, 1)?).into());
            at = tree.child(at, 0)?;
        }
        if tree.kind(at) != Kind::Name {
            return None;
        }
        parts.push(tree.name(at).into());
        parts.reverse();
        Some(parts.into())
    }
}

fn imported(module: &str, name: Option<&str>) -> Item {
    Item::Import {
        module: module.into(),
        name: name.map(Into::into),
    }
}
