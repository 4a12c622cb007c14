//! What is found out about small programs.

mod constants;
mod names;
mod robust;
mod types;

use std::sync::Arc;

use runward_lower_ecma::{JavaScript, TypeScript};
use runward_lower_python::Python;
use runward_syntax::{Frontend, Kind, Limits, NodeId, Tree, Vocabulary};

use crate::{Constant, Facts, resolve};

struct File {
    source: String,
    tree: Tree,
    facts: Facts,
}

fn read(frontend: &dyn Frontend, source: &str) -> File {
    let vocabulary = Arc::new(Vocabulary::new());
    let mut tree = frontend
        .parse(source, &vocabulary, &Limits::default())
        .unwrap();
    let facts = resolve(&mut tree, frontend.language());
    File {
        source: source.to_owned(),
        tree,
        facts,
    }
}

fn python(source: &str) -> File {
    read(&Python, source)
}

fn javascript(source: &str) -> File {
    read(&JavaScript, source)
}

fn typescript(source: &str) -> File {
    read(&TypeScript, source)
}

impl File {
    /// The n-th `Name` node with a text, in the order of the tree.
    fn name(&self, text: &str, n: usize) -> NodeId {
        (0..self.tree.len())
            .map(NodeId::at)
            .filter(|node| self.tree.kind(*node) == Kind::Name && self.tree.name(*node) == text)
            .nth(n)
            .unwrap_or_else(|| panic!("no name `{text}` number {n} in:\n{}", self.tree.dump(true)))
    }

    /// The only argument of the n-th call of `use`.
    fn used(&self, n: usize) -> NodeId {
        let call = (0..self.tree.len())
            .map(NodeId::at)
            .filter(|node| {
                self.tree.kind(*node) == Kind::Call
                    && self.tree.name(self.tree.child(*node, 0).unwrap()) == "use"
            })
            .nth(n)
            .expect("a call of `use`");
        let args = self.tree.child(call, 1).unwrap();
        self.tree.child(args, 0).unwrap()
    }

    fn path(&self, text: &str, n: usize) -> Option<String> {
        let parts = self.facts.path(self.name(text, n))?;
        let parts: Vec<_> = parts
            .iter()
            .map(|part| self.tree.symbols.text(*part))
            .collect();
        Some(parts.join("."))
    }

    fn path_if(&self, text: &str, n: usize) -> Option<String> {
        let count = (0..self.tree.len())
            .map(NodeId::at)
            .filter(|node| self.tree.kind(*node) == Kind::Name && self.tree.name(*node) == text)
            .count();
        (n < count).then(|| self.path(text, n)).flatten()
    }

    fn same(&self, text: &str, one: usize, other: usize) -> bool {
        self.facts.variable(self.name(text, one)) == self.facts.variable(self.name(text, other))
    }

    /// What is known of each argument of `use(…)`, in order.
    fn knows(&self) -> Vec<String> {
        let count = (0..self.tree.len())
            .map(NodeId::at)
            .filter(|node| {
                self.tree.kind(*node) == Kind::Call
                    && self.tree.name(self.tree.child(*node, 0).unwrap()) == "use"
            })
            .count();
        (0..count).map(|n| self.shown(self.used(n))).collect()
    }

    fn shown(&self, node: NodeId) -> String {
        match self.facts.constant(node) {
            Some(Constant::Str(text)) => format!("{:?}", self.tree.symbols.text(*text)),
            Some(Constant::AnyStr) => "some string".into(),
            Some(Constant::Int(number)) => number.to_string(),
            Some(Constant::Float(number)) => format!("{number:?}"),
            Some(Constant::Bool(value)) => value.to_string(),
            Some(Constant::AnyNumber) => "some number".into(),
            Some(Constant::Literal(node)) => self.text(*node),
            None => match self.facts.value(node) {
                Some(value) => format!("= {}", self.text(value)),
                None => "-".into(),
            },
        }
    }

    fn text(&self, node: NodeId) -> String {
        self.tree.node(node).span.text(&self.source).to_owned()
    }
}
