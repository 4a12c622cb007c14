//! What imports bind, and what the names stand for.

use runward_syntax::{Kind, NodeId, Symbol};

use super::Namer;
use crate::facts::{BOUND, Binding};
use crate::policy::Policy;

impl Namer<'_> {
    /// A new variable that stands for a path.
    fn imported(&mut self, path: &[Symbol]) -> u32 {
        let slot = self.new_variable(Binding::Import, NodeId::ROOT);
        let start = self.names.parts.len();
        self.names.parts.extend_from_slice(path);
        let end = self.names.parts.len();
        if let Some(info) = self.names.variables.get_mut(slot as usize) {
            info.path = (
                u32::try_from(start).unwrap_or_default(),
                u32::try_from(end).unwrap_or_default(),
            );
        }
        slot
    }

    /// The parts of a module's path; of a relative one the dots are the first part, as in Semgrep.
    fn module(&mut self, path: NodeId) -> Vec<Symbol> {
        let tree = self.tree;
        let text = self.symbols.text(self.symbol(path));
        if self.policy == Policy::Python {
            let dots: String = text.chars().take_while(|char| *char == '.').collect();
            let up = (!dots.is_empty()).then(|| self.symbols.intern(&dots));
            let parts = tree.children(path).map(|part| tree.node(part).name);
            return up.into_iter().chain(parts).collect();
        }
        let base = base_name(text).to_owned();
        vec![self.symbols.intern(&base)]
    }

    /// `import a.b as c`, `import * as c from "m"`: `Path, alias?`. Without an alias nothing is
    /// bound: `a.b.f` is then written out wherever it is used.
    pub(super) fn import(&mut self, node: NodeId) {
        let tree = self.tree;
        let (Some(path), Some(alias)) = (tree.child(node, 0), tree.present(node, 1)) else {
            return;
        };
        let module = self.module(path);
        let slot = self.imported(&module);
        self.scopes.add_imported(self.symbol(alias), slot);
        self.set(alias, slot | BOUND);
    }

    /// `Path, ImportNames`. A default import is not given a path, as in Semgrep.
    pub(super) fn import_from(&mut self, node: NodeId) {
        let tree = self.tree;
        let (Some(path), Some(names)) = (tree.child(node, 0), tree.child(node, 1)) else {
            return;
        };
        let module = self.module(path);
        if module.is_empty() {
            return;
        }
        for item in tree.children(names) {
            let Some(name) = tree.child(item, 0) else {
                continue;
            };
            let text = self.symbols.text(self.symbol(name));
            if text == "*" || (text == "default" && self.policy == Policy::Ecma) {
                continue;
            }
            let mut full = module.clone();
            full.push(self.symbol(name));
            let slot = self.imported(&full);
            let local = tree.present(item, 1);
            if let Some(alias) = local {
                self.set(alias, slot | BOUND);
            }
            self.scopes
                .add_imported(self.symbol(local.unwrap_or(name)), slot);
        }
    }

    /// `const x = require("m")` and `const {x, y: z} = require("m")`; says whether it was one.
    pub(super) fn require(&mut self, target: NodeId, value: NodeId) -> bool {
        let tree = self.tree;
        let Some(module) = self.required(value) else {
            return false;
        };
        match tree.kind(target) {
            Kind::Name => {
                let slot = self.imported(&[module]);
                self.scopes.add(self.symbol(target), slot);
                self.set(target, slot | BOUND);
                true
            }
            Kind::Dict => {
                for pair in tree.children(target) {
                    let (Some(key), Some(local)) = (tree.child(pair, 0), tree.child(pair, 1))
                    else {
                        continue;
                    };
                    if tree.kind(pair) == Kind::Pair && tree.kind(local) == Kind::Name {
                        let slot = self.imported(&[module, self.symbol(key)]);
                        self.scopes.add(self.symbol(local), slot);
                        self.set(local, slot | BOUND);
                    }
                }
                true
            }
            _ => false,
        }
    }

    fn required(&self, value: NodeId) -> Option<Symbol> {
        let tree = self.tree;
        if self.policy != Policy::Ecma || tree.kind(value) != Kind::Call {
            return None;
        }
        let callee = tree.child(value, 0)?;
        if tree.kind(callee) != Kind::Name || Some(self.symbol(callee)) != self.require {
            return None;
        }
        let mut args = tree.children(tree.child(value, 1)?);
        let module = args.next().filter(|_| args.next().is_none())?;
        (tree.kind(module) == Kind::Str).then(|| self.symbol(module))
    }
}

/// `dir/name.js` is known as `name`.
fn base_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}
