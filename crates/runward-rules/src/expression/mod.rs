//! The Python-like language of `metavariable-comparison`, such as `$X > 4096 and $Y in ["a", "b"]`.
//!
//! Numbers, texts, lists, metavariables, arithmetic, bits, comparison, `in`, `and`, `or`, `not`,
//! `int()`, `str()`, `re.match()`, `today()`, `strptime()` and `parse_promql_duration()`. As in
//! Semgrep, an operator evaluates both of its sides, and what cannot be evaluated makes the whole
//! expression unknown, which holds of nothing.

mod evaluate;
mod lexer;
mod operator;
mod parser;
mod value;

use runward_syntax::Span;

pub(crate) use operator::{Binary, Unary};
pub use value::{Unknown, Value};

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    pub(crate) root: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Literal(Value),
    /// With the dollar.
    Metavar(String),
    /// A bare name, which only `requires` has (a label).
    Name(String),
    List(Vec<Node>),
    /// An f-string.
    Concat(Vec<Node>),
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    /// `a < b < c`.
    Chain(Box<Node>, Vec<(Binary, Node)>),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Int,
    Str,
    ReMatch,
    Today,
    Strptime,
    PromqlDuration,
}

/// Why a text is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    pub message: String,
    /// In the text of the expression.
    pub span: Span,
}

/// What an expression is evaluated over.
pub trait Values {
    /// What a metavariable (with the dollar) is bound to: a constant where it is one, and
    /// [`Value::Code`] with its text otherwise.
    fn value(&self, metavar: &str) -> Option<Value>;

    /// Whether a regular expression matches at the start of a text; `None` if it is none.
    fn matches(&self, regex: &str, text: &str) -> Option<bool>;

    /// `today()`: seconds since 1970. Engines have no clock, so that this is unknown unless a
    /// caller hands the time in.
    fn today(&self) -> Option<f64> {
        None
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// If it is none, or is too long or too deep.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let expression = parser::parse(text)?;
        match first_name(&expression.root) {
            Some(name) => Err(ExpressionError {
                message: format!(
                    "`{name}` is no value; a metavariable begins with `$`, a text with a quote"
                ),
                span: place(text, name),
            }),
            None => Ok(expression),
        }
    }

    /// Reads `requires`, where bare names are labels.
    pub(crate) fn parse_with_names(text: &str) -> Result<Self, ExpressionError> {
        parser::parse(text)
    }

    /// `strip: true`: every metavariable stands in `int(…)`.
    #[must_use]
    pub fn stripped(mut self) -> Self {
        strip(&mut self.root);
        self
    }

    /// Evaluates it.
    ///
    /// # Errors
    /// If a metavariable is not bound, or an operator does not apply.
    pub fn evaluate(&self, values: &dyn Values) -> Result<Value, Unknown> {
        evaluate::evaluate(&self.root, values)
    }

    /// Whether it is certainly true.
    #[must_use]
    pub fn holds(&self, values: &dyn Values) -> bool {
        self.evaluate(values) == Ok(Value::Bool(true))
    }

    /// The metavariables in it, in order, each as often as it stands there.
    #[must_use]
    pub fn metavariables(&self) -> Vec<&str> {
        let mut found = Vec::new();
        visit(&self.root, &mut |node| {
            if let Node::Metavar(name) = node {
                found.push(name.as_str());
            }
        });
        found
    }
}

fn first_name(root: &Node) -> Option<&str> {
    let mut name = None;
    visit(root, &mut |node| {
        if let Node::Name(found) = node {
            name.get_or_insert(found.as_str());
        }
    });
    name
}

fn place(text: &str, name: &str) -> Span {
    let start = text.find(name).unwrap_or_default();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(number(start), number(start + name.len()))
}

fn visit<'a>(node: &'a Node, seen: &mut dyn FnMut(&'a Node)) {
    seen(node);
    match node {
        Node::Literal(_) | Node::Metavar(_) | Node::Name(_) => {}
        Node::List(nodes) | Node::Concat(nodes) | Node::Call(_, nodes) => {
            for node in nodes {
                visit(node, seen);
            }
        }
        Node::Unary(_, inner) => visit(inner, seen),
        Node::Binary(_, left, right) => {
            visit(left, seen);
            visit(right, seen);
        }
        Node::Chain(first, rest) => {
            visit(first, seen);
            for (_, node) in rest {
                visit(node, seen);
            }
        }
    }
}

fn strip(node: &mut Node) {
    match node {
        Node::Metavar(_) => {
            let inner = std::mem::replace(node, Node::List(Vec::new()));
            *node = Node::Call(Function::Int, vec![inner]);
        }
        Node::Literal(_) | Node::Name(_) => {}
        Node::List(nodes) | Node::Concat(nodes) | Node::Call(_, nodes) => {
            nodes.iter_mut().for_each(strip);
        }
        Node::Unary(_, inner) => strip(inner),
        Node::Binary(_, left, right) => {
            strip(left);
            strip(right);
        }
        Node::Chain(first, rest) => {
            strip(first);
            for (_, node) in rest {
                strip(node);
            }
        }
    }
}

#[cfg(test)]
mod tests;
