//! `requires: A and not B`.

use super::reader::{Read, Reader};
use crate::expression::{Binary, Expression, Node, Unary};
use crate::{Labels, Text, Value};

const HELP: &str =
    "write labels with `and`, `or`, `not` and brackets, such as `INPUT and not CLEAN`";

pub(crate) fn read(reader: &mut Reader<'_>, text: &Text) -> Read<Labels> {
    let expression = match Expression::parse_with_names(&text.text) {
        Ok(expression) => expression,
        Err(error) => {
            let span = text.place(error.span);
            return Err(reader.error(
                "invalid-requires",
                span,
                error.message,
                Some(HELP.to_owned()),
            ));
        }
    };
    labels(&expression.root).ok_or(()).map_err(|()| {
        let message = format!("`{}` is no expression of labels", text.text.trim());
        reader.error(
            "invalid-requires",
            text.span,
            message,
            Some(HELP.to_owned()),
        )
    })
}

fn labels(node: &Node) -> Option<Labels> {
    Some(match node {
        Node::Name(name) => Labels::Label(name.clone()),
        Node::Literal(Value::Bool(true)) => Labels::True,
        Node::Literal(Value::Bool(false)) => Labels::False,
        Node::Unary(Unary::Not, inner) => Labels::Not(Box::new(labels(inner)?)),
        Node::Binary(Binary::And, left, right) => {
            Labels::And(Box::new(labels(left)?), Box::new(labels(right)?))
        }
        Node::Binary(Binary::Or, left, right) => {
            Labels::Or(Box::new(labels(left)?), Box::new(labels(right)?))
        }
        _ => return None,
    })
}

/// The labels that are named.
pub(crate) fn names(labels: &Labels) -> Vec<&str> {
    match labels {
        Labels::Label(name) => vec![name],
        Labels::Not(inner) => names(inner),
        Labels::And(left, right) | Labels::Or(left, right) => {
            let mut all = names(left);
            all.extend(names(right));
            all
        }
        Labels::True | Labels::False => Vec::new(),
    }
}
