//! Values that are harmless because of their type, where a rule says so.

use runward_resolve::Constant;
use runward_syntax::{Kind, NodeId, Op};

use super::Checker;
use crate::il::{Exp, Place};
use crate::taints::Taints;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Bool,
    Number,
}

impl Checker<'_, '_> {
    fn drop_safe(&self, taints: Taints, sort: impl FnOnce() -> Option<Sort>) -> Taints {
        let options = &self.runner.rule.options;
        let (bools, numbers) = (
            options.taint_assume_safe_booleans,
            options.taint_assume_safe_numbers,
        );
        if taints.is_empty() || !(bools || numbers) {
            return taints;
        }
        match sort() {
            Some(Sort::Bool) if bools => Taints::default(),
            Some(Sort::Number) if numbers => Taints::default(),
            _ => taints,
        }
    }

    pub(super) fn without_safe_expressions(&self, taints: Taints, exp: Exp) -> Taints {
        self.drop_safe(taints, || {
            let node = self.expression(exp)?.node?;
            self.sort(node)
        })
    }

    /// What a variable holds that is declared as a number.
    pub(super) fn without_safe_places(&self, taints: Taints, place: &Place) -> Taints {
        if !place.offsets.is_empty() {
            return taints;
        }
        self.drop_safe(taints, || {
            let span = place.span(0)?;
            let node = self.runner.name_at(span)?;
            self.sort(node)
        })
    }

    fn sort(&self, node: NodeId) -> Option<Sort> {
        let (tree, facts) = (self.runner.program.tree, self.runner.program.facts);
        let of_constant = |constant: &Constant| match constant {
            Constant::Int(_) | Constant::Float(_) | Constant::AnyNumber => Some(Sort::Number),
            Constant::Bool(_) => Some(Sort::Bool),
            _ => None,
        };
        match tree.kind(node) {
            Kind::Int | Kind::Float => Some(Sort::Number),
            Kind::Bool | Kind::Compare => Some(Sort::Bool),
            Kind::Name => facts.constant(node).and_then(of_constant).or_else(|| {
                let ty = facts.declared_type(node)?;
                match tree.kind(ty) {
                    Kind::Int | Kind::Float => Some(Sort::Number),
                    Kind::Bool => Some(Sort::Bool),
                    _ => match tree.name(ty) {
                        "int" | "float" | "number" | "bigint" => Some(Sort::Number),
                        "bool" | "boolean" => Some(Sort::Bool),
                        _ => None,
                    },
                }
            }),
            Kind::Unary => match tree.node(node).op {
                Op::Not => Some(Sort::Bool),
                Op::Minus | Op::Plus | Op::Invert => self.sort(tree.child(node, 0)?),
                _ => None,
            },
            Kind::Binary => match tree.node(node).op {
                Op::Eq
                | Op::NotEq
                | Op::StrictEq
                | Op::StrictNotEq
                | Op::Less
                | Op::LessEq
                | Op::Greater
                | Op::GreaterEq
                | Op::In
                | Op::NotIn
                | Op::Is
                | Op::IsNot
                | Op::InstanceOf => Some(Sort::Bool),
                // A number is only added to another one; `"a" * 3` and `"%s" % 3` are strings.
                Op::Add | Op::Sub | Op::Div | Op::Pow | Op::FloorDiv => {
                    let is_number = |index| {
                        tree.child(node, index)
                            .and_then(|operand| self.sort(operand))
                            == Some(Sort::Number)
                    };
                    (is_number(0) || is_number(1)).then_some(Sort::Number)
                }
                Op::Mul | Op::Mod => self
                    .sort(tree.child(node, 0)?)
                    .filter(|sort| *sort == Sort::Number),
                _ => None,
            },
            _ => None,
        }
    }
}
