//! Variables that are assigned in one place of the file.
//!
//! In Python such a variable of the file has its value wherever it is read after that place, in
//! functions too; in JavaScript any declared one does, and a `const` however often it is assigned.

use runward_syntax::{Flags, Kind, NodeId};

use crate::facts::Binding;
use crate::names::Names;
use crate::values::{Value, Values, is_literal};

pub(crate) fn propagate(values: &mut Values<'_>, names: &Names) {
    let tree = values.tree;
    // The end of the target that the walk is in: names there are assigned, not read.
    let mut target_end: Option<NodeId> = None;
    for index in 0..tree.len() {
        let node = NodeId::at(index);
        if target_end.is_some_and(|end| node > end) {
            target_end = None;
        }
        match tree.kind(node) {
            Kind::Assign => {
                assign(values, names, node);
                target_end = later(target_end, end_of_target(values, node));
            }
            Kind::AugAssign => target_end = later(target_end, end_of_target(values, node)),
            Kind::VarDef | Kind::Field => declare(values, names, node),
            Kind::Name if target_end.is_none() || is_index(values, node) => {
                read(values, names, node);
            }
            _ => {}
        }
    }
    values.by_variable.clear();
}

fn later(one: Option<NodeId>, other: Option<NodeId>) -> Option<NodeId> {
    one.max(other)
}

fn end_of_target(values: &Values<'_>, node: NodeId) -> Option<NodeId> {
    let target = values.tree.child(node, 0)?;
    Some(values.tree.node(target).last)
}

/// Whether a name stands below the index of `a[…]`, which is read even if `a[…]` is assigned.
fn is_index(values: &Values<'_>, node: NodeId) -> bool {
    let tree = values.tree;
    let mut at = node;
    for parent in tree.ancestors(node) {
        match tree.kind(parent) {
            Kind::Index => return tree.child(parent, 1) == Some(at),
            Kind::Assign | Kind::AugAssign => return false,
            kind if kind.is_statement() => return false,
            _ => at = parent,
        }
    }
    false
}

fn read(values: &mut Values<'_>, names: &Names, node: NodeId) {
    let Some((slot, _)) = names.variable(node) else {
        return;
    };
    let Some(value) = values.by_variable.get(&slot).copied() else {
        return;
    };
    if names.is_bound_here(node) || is_passed_over(values, node) {
        return;
    }
    values.know(node, value);
}

/// Semgrep does not look at a name that is itself an object with an index, an index, or all that is
/// assigned to something.
fn is_passed_over(values: &Values<'_>, node: NodeId) -> bool {
    let tree = values.tree;
    matches!(
        tree.kind(tree.node(node).parent),
        Kind::Index | Kind::Assign | Kind::AugAssign
    )
}

fn assign(values: &mut Values<'_>, names: &Names, node: NodeId) {
    let tree = values.tree;
    let (Some(target), Some(value)) = (tree.child(node, 0), tree.child(node, 1)) else {
        return;
    };
    // Of `a = b = 1` only `a` is looked at.
    if tree.kind(tree.node(node).parent) == Kind::Assign {
        return;
    }
    // `this.field = …`
    let name = match tree.kind(target) {
        Kind::Attr => tree.child(target, 1).unwrap_or(target),
        _ => target,
    };
    let Some((slot, info)) = names.variable(name) else {
        return;
    };
    if info.assigned == 1 && matches!(info.binding, Binding::Global | Binding::Member) {
        add(values, slot, value);
    }
}

fn declare(values: &mut Values<'_>, names: &Names, node: NodeId) {
    let tree = values.tree;
    let places = if tree.kind(node) == Kind::Field {
        (1, 3)
    } else {
        (0, 2)
    };
    let (Some(target), Some(value)) = (tree.child(node, places.0), tree.present(node, places.1))
    else {
        return;
    };
    let Some((slot, info)) = names.variable(target) else {
        return;
    };
    let is_constant = values.policy.declarations_are_constant()
        && (tree.node(node).flags.has(Flags::CONST) || info.assigned == 1);
    if is_constant && info.binding != Binding::Import {
        add(values, slot, value);
    }
}

fn add(values: &mut Values<'_>, slot: u32, expression: NodeId) {
    let value = values.evaluate(expression).or_else(|| {
        (is_symbolic(values, expression, 0) && !mentions(values, expression, slot))
            .then_some(Value::Expression(expression))
    });
    if let Some(value) = value {
        values.by_variable.insert(slot, value);
    }
}

fn mentions(values: &Values<'_>, expression: NodeId, slot: u32) -> bool {
    values
        .tree
        .subtree(expression)
        .any(|node| values.names.slot(node) == Some(slot))
}

/// Whether an expression is of the kinds that a variable can stand for: literals, names, operators,
/// calls, attributes and indices of such.
fn is_symbolic(values: &Values<'_>, node: NodeId, depth: u32) -> bool {
    let tree = values.tree;
    let all = |skip: usize| {
        depth < 64
            && tree
                .children(node)
                .skip(skip)
                .all(|child| is_symbolic(values, child, depth + 1))
    };
    match tree.kind(node) {
        kind if is_literal(kind) => true,
        Kind::Name | Kind::This | Kind::Super => true,
        Kind::Attr | Kind::Cast => tree
            .child(node, 0)
            .is_some_and(|object| depth < 64 && is_symbolic(values, object, depth + 1)),
        Kind::Keyword => all(1),
        Kind::New => tree
            .child(node, 1)
            .is_some_and(|args| depth < 64 && is_symbolic(values, args, depth + 1)),
        Kind::Index
        | Kind::Call
        | Kind::Args
        | Kind::Binary
        | Kind::Unary
        | Kind::Spread
        | Kind::SpreadDict
        | Kind::StrConcat
        | Kind::Interp
        | Kind::Hole => all(0),
        _ => false,
    }
}
