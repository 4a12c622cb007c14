//! HCL: what the locals of a file and the defaults of its variables are.
//!
//! There is no order of execution. As in Semgrep a name stands for a literal that it was set to, and
//! not for what another name stands for.

use std::borrow::Cow;

use runward_syntax::{Kind, NodeId, Symbol, Tree};
use rustc_hash::FxHashMap;

use crate::values::{ALL_TEXTS, LONGEST_TEXT};
use crate::{Constant, Facts, numbers};

/// `local.name` and `var.name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Local,
    Variable,
}

type Settings = FxHashMap<(Space, Symbol), Constant>;

pub(crate) fn resolve(tree: &mut Tree) -> Facts {
    let settings = settings(tree);
    let mut facts = Facts {
        known: vec![0; tree.len()],
        ..Facts::default()
    };
    let mut text_left = ALL_TEXTS;
    // What is inside comes before what it is in.
    for at in (0..tree.len()).rev() {
        let node = NodeId::at(at);
        let constant = match tree.kind(node) {
            Kind::Attr => reference(tree, node).and_then(|name| settings.get(&name).copied()),
            Kind::Interp => joined(tree, &facts, node, text_left).map(|text| {
                text_left = text_left.saturating_sub(text.len());
                Constant::Str(tree.symbols.intern(&text))
            }),
            Kind::Conditional => either(tree, &facts, node),
            _ => None,
        };
        let Some(constant) = constant else { continue };
        facts.constants.push(constant);
        if let Some(known) = facts.known.get_mut(at) {
            // The place plus one.
            *known = u32::try_from(facts.constants.len()).unwrap_or_default();
        }
    }
    facts
}

fn settings(tree: &Tree) -> Settings {
    let mut all = Settings::default();
    for statement in tree.children(NodeId::ROOT) {
        let call = tree.child(statement, 0);
        let Some(call) = call.filter(|call| tree.kind(*call) == Kind::Call) else {
            continue;
        };
        let (Some(callee), Some(arguments)) = (tree.child(call, 0), tree.child(call, 1)) else {
            continue;
        };
        let arguments: Vec<NodeId> = tree.children(arguments).take(3).collect();
        match (tree.name(callee), arguments.as_slice()) {
            ("locals", [body]) => {
                let found = attributes(tree, *body);
                all.extend(found.map(|(name, value)| ((Space::Local, name), value)));
            }
            ("variable", [label, body]) => {
                let name = tree.node(*label).name;
                let found =
                    attributes(tree, *body).filter(|(key, _)| tree.symbols.text(*key) == "default");
                all.extend(found.map(|(_, value)| ((Space::Variable, name), value)));
            }
            _ => {}
        }
    }
    all
}

/// The attributes of a body that are literals.
fn attributes(tree: &Tree, body: NodeId) -> impl Iterator<Item = (Symbol, Constant)> {
    tree.children(body).filter_map(|attribute| {
        let is_attribute = tree.kind(attribute) == Kind::VarDef;
        let key = tree.child(attribute, 0).filter(|_| is_attribute)?;
        let value = tree.node(tree.child(attribute, 2)?);
        let text = tree.symbols.text(value.name);
        let constant = match value.kind {
            Kind::Str => Constant::Str(value.name),
            Kind::Int => Constant::Int(numbers::integer(text)?),
            Kind::Float => Constant::Float(numbers::float(text)?),
            Kind::Bool => Constant::Bool(text == "true"),
            _ => return None,
        };
        Some((tree.node(key).name, constant))
    })
}

fn reference(tree: &Tree, node: NodeId) -> Option<(Space, Symbol)> {
    let (object, field) = (tree.child(node, 0)?, tree.child(node, 1)?);
    if tree.kind(object) != Kind::Name || tree.kind(field) != Kind::Name {
        return None;
    }
    let space = match tree.name(object) {
        "local" => Space::Local,
        "var" => Space::Variable,
        _ => return None,
    };
    Some((space, tree.node(field).name))
}

/// Some string, where both values of a condition are strings.
fn either(tree: &Tree, facts: &Facts, node: NodeId) -> Option<Constant> {
    let mut values = tree.children(node).skip(1);
    let is_text = |value: NodeId| {
        tree.kind(value) == Kind::Str
            || matches!(
                facts.constant(value),
                Some(Constant::Str(_) | Constant::AnyStr)
            )
    };
    values.all(is_text).then_some(Constant::AnyStr)
}

/// The text of a template, where all that is interpolated is known text.
fn joined(tree: &Tree, facts: &Facts, node: NodeId, left: usize) -> Option<String> {
    let mut whole = String::new();
    for piece in tree.children(node) {
        let value = match tree.kind(piece) {
            Kind::Hole => tree.child(piece, 0)?,
            _ => piece,
        };
        let text = match (tree.kind(value), facts.constant(value)) {
            (Kind::Str, _) => Cow::Borrowed(tree.name(value)),
            (_, Some(Constant::Str(text))) => Cow::Borrowed(tree.symbols.text(*text)),
            (_, Some(Constant::Int(number))) => Cow::Owned(number.to_string()),
            (_, Some(Constant::Bool(is))) => Cow::Owned(is.to_string()),
            _ => return None,
        };
        if whole.len() + text.len() > LONGEST_TEXT.min(left) {
            return None;
        }
        whole.push_str(&text);
    }
    Some(whole)
}
