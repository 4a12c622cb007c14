//! Values, and what operators make of them.
//!
//! There are two evaluations, as in Semgrep, and they differ on purpose. The one here is of an
//! expression as it stands, from what is known of its names; it knows sums, products and strings. The
//! one in [`crate::flow`] is of what a variable is assigned, and knows more operators.

use runward_syntax::{Kind, NodeId, Op, Symbol, Symbols, Tree};
use rustc_hash::FxHashMap;

use crate::facts::{Constant, EXPRESSION};
use crate::names::Names;
use crate::numbers;
use crate::policy::Policy;

/// Texts longer than this are not put together; a text that grows in a loop of a generated file must
/// not cost the square of its length.
pub(crate) const LONGEST_TEXT: usize = 16 << 10;
/// Bytes of all texts that are put together in one file.
pub(crate) const ALL_TEXTS: usize = 4 << 20;
/// How deep an expression is evaluated before its parts have been.
const DEEPEST: u32 = 64;

/// What a variable or an expression holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// What a literal says.
    Literal(NodeId),
    /// A constant of the table.
    Computed(u32),
    AnyStr,
    AnyNumber,
    AnyBool,
    /// Some constant.
    Any,
    /// Not known, but it is what this expression gave.
    Expression(NodeId),
}

/// The kinds of values that are told apart when two of them meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Str,
    Number,
    Bool,
    Other,
}

pub(crate) struct Values<'t> {
    pub(crate) tree: &'t Tree,
    pub(crate) names: &'t Names,
    pub(crate) policy: Policy,
    symbols: Symbols,
    constants: Vec<Constant>,
    of_literals: FxHashMap<NodeId, u32>,
    known: Vec<u32>,
    /// By variable, while [`crate::once`] runs.
    pub(crate) by_variable: FxHashMap<u32, Value>,
    text_left: usize,
}

impl<'t> Values<'t> {
    pub(crate) fn new(tree: &'t Tree, symbols: Symbols, policy: Policy, names: &'t Names) -> Self {
        Self {
            tree,
            names,
            policy,
            symbols,
            constants: Vec::new(),
            of_literals: FxHashMap::default(),
            known: vec![0; tree.len()],
            by_variable: FxHashMap::default(),
            text_left: ALL_TEXTS,
        }
    }

    pub(crate) fn finish(self) -> (Symbols, Vec<Constant>, Vec<u32>) {
        (self.symbols, self.constants, self.known)
    }

    /// The constant that a value is, if it is one.
    pub(crate) fn constant(&self, value: Value) -> Option<Constant> {
        match value {
            Value::Literal(node) => Some(self.of_literal(node)),
            Value::Computed(at) => self.constants.get(at as usize).copied(),
            Value::AnyStr => Some(Constant::AnyStr),
            Value::AnyNumber => Some(Constant::AnyNumber),
            Value::AnyBool | Value::Any | Value::Expression(_) => None,
        }
    }

    fn of_literal(&self, node: NodeId) -> Constant {
        let found = self.tree.node(node);
        let text = self.symbols.text(found.name);
        let value = match found.kind {
            Kind::Str => Some(Constant::Str(found.name)),
            Kind::Int => numbers::integer(text).map(Constant::Int),
            Kind::Float => numbers::float(text).map(Constant::Float),
            Kind::Bool => Some(Constant::Bool(text.eq_ignore_ascii_case("true"))),
            _ => None,
        };
        value.unwrap_or(Constant::Literal(node))
    }

    pub(crate) fn computed(&mut self, constant: Constant) -> Value {
        Value::Computed(self.add(constant))
    }

    fn add(&mut self, constant: Constant) -> u32 {
        let at = u32::try_from(self.constants.len()).unwrap_or_default();
        self.constants.push(constant);
        at
    }

    /// A string that was put together.
    pub(crate) fn text(&mut self, text: &str) -> Value {
        let Some(left) = self.text_left.checked_sub(text.len()) else {
            return Value::AnyStr;
        };
        if text.len() > LONGEST_TEXT {
            return Value::AnyStr;
        }
        self.text_left = left;
        let symbol = self.symbols.intern(text);
        self.computed(Constant::Str(symbol))
    }

    pub(crate) fn text_of(&self, value: Value) -> Option<&str> {
        match self.constant(value)? {
            Constant::Str(symbol) => Some(self.symbols.text(symbol)),
            _ => None,
        }
    }

    /// Notes what is known of a node.
    pub(crate) fn know(&mut self, node: NodeId, value: Value) {
        let entry = match value {
            Value::Expression(expression) => {
                EXPRESSION | u32::try_from(expression.index()).unwrap_or_default()
            }
            Value::Literal(literal) => {
                let known = self.of_literals.get(&literal).copied();
                let at = known.unwrap_or_else(|| self.add(self.of_literal(literal)));
                self.of_literals.insert(literal, at);
                at + 1
            }
            Value::Computed(at) => at + 1,
            Value::AnyStr => self.add(Constant::AnyStr) + 1,
            Value::AnyNumber => self.add(Constant::AnyNumber) + 1,
            Value::AnyBool | Value::Any => return,
        };
        if let Some(place) = self.known.get_mut(node.index()) {
            *place = entry;
        }
    }

    /// What is known of a node so far.
    pub(crate) fn known(&self, node: NodeId) -> Option<Value> {
        let entry = *self.known.get(node.index())?;
        if entry & EXPRESSION != 0 {
            return Some(Value::Expression(NodeId::at(
                (entry & !EXPRESSION) as usize,
            )));
        }
        let at = entry.checked_sub(1)?;
        Some(match self.constants.get(at as usize)? {
            Constant::AnyStr => Value::AnyStr,
            Constant::AnyNumber => Value::AnyNumber,
            _ => Value::Computed(at),
        })
    }

    fn sort(&self, value: Value) -> Option<Sort> {
        Some(match value {
            Value::AnyStr => Sort::Str,
            Value::AnyNumber => Sort::Number,
            Value::AnyBool => Sort::Bool,
            Value::Any => Sort::Other,
            Value::Expression(_) => return None,
            Value::Literal(_) | Value::Computed(_) => match self.constant(value)? {
                Constant::Str(_) | Constant::AnyStr => Sort::Str,
                Constant::Int(_) | Constant::AnyNumber if self.policy.has_integers() => {
                    Sort::Number
                }
                Constant::Bool(_) => Sort::Bool,
                _ => Sort::Other,
            },
        })
    }

    fn same(&self, one: Value, other: Value) -> bool {
        if one == other {
            return true;
        }
        match (self.constant(one), self.constant(other)) {
            (Some(Constant::Literal(one)), Some(Constant::Literal(other))) => {
                let (one, other) = (self.tree.node(one), self.tree.node(other));
                one.kind == other.kind && one.name == other.name
            }
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
    }

    /// What a variable holds that has one value on one path and another on another.
    pub(crate) fn either(&self, one: Value, other: Value) -> Option<Value> {
        if self.same(one, other) {
            return Some(one);
        }
        self.any(one, other)
    }

    /// Some value of the sort that both are of.
    pub(crate) fn any(&self, one: Value, other: Value) -> Option<Value> {
        let (one, other) = (self.sort(one)?, self.sort(other)?);
        Some(match one {
            _ if one != other => Value::Any,
            Sort::Str => Value::AnyStr,
            Sort::Number => Value::AnyNumber,
            Sort::Bool => Value::AnyBool,
            Sort::Other => Value::Any,
        })
    }

    pub(crate) fn text_of_symbol(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }

    /// The better known of two values of one thing, the first in doubt.
    pub(crate) fn refine(first: Value, second: Value) -> Value {
        match (first, second) {
            (Value::Literal(_) | Value::Computed(_), _)
            | (_, Value::Expression(_))
            | (
                Value::AnyStr | Value::AnyNumber | Value::AnyBool | Value::Any,
                Value::AnyStr | Value::AnyNumber | Value::AnyBool | Value::Any,
            ) => first,
            _ => second,
        }
    }

    /// Evaluates an expression before its parts have been.
    pub(crate) fn evaluate(&mut self, node: NodeId) -> Option<Value> {
        self.part(node, DEEPEST)
    }

    /// Evaluates all expressions that are put together of others, parts before wholes.
    pub(crate) fn evaluate_all(&mut self) {
        for index in (0..self.tree.len()).rev() {
            let node = NodeId::at(index);
            if let Some(value) = self.whole(node, 0) {
                self.know(node, value);
            }
        }
    }

    fn part(&mut self, node: NodeId, depth: u32) -> Option<Value> {
        match self.tree.kind(node) {
            kind if is_literal(kind) => Some(Value::Literal(node)),
            Kind::Name => self.known(node).or_else(|| {
                let slot = self.names.slot(node)?;
                self.by_variable.get(&slot).copied()
            }),
            _ if depth == 0 => self.known(node),
            _ => self.whole(node, depth - 1),
        }
    }

    fn whole(&mut self, node: NodeId, depth: u32) -> Option<Value> {
        let tree = self.tree;
        let found = tree.node(node);
        match found.kind {
            Kind::Attr => {
                // A member of this object; any other attribute has no variable.
                let field = tree.child(node, 1)?;
                self.known(field)
            }
            Kind::Hole => self.part(tree.child(node, 0)?, depth),
            Kind::Conditional => {
                let yes = self.part(tree.child(node, 1)?, depth)?;
                let no = self.part(tree.child(node, 2)?, depth)?;
                self.either(yes, no)
            }
            Kind::StrConcat | Kind::Interp => self.joined(node, depth),
            Kind::Unary if found.op == Op::Not => {
                let value = self.part(tree.child(node, 0)?, depth)?;
                match self.constant(value)? {
                    Constant::Bool(value) => Some(self.computed(Constant::Bool(!value))),
                    _ => None,
                }
            }
            Kind::Binary if matches!(found.op, Op::Add | Op::Mul | Op::And | Op::Or) => {
                self.operation(node, found.op, depth)
            }
            _ => None,
        }
    }

    fn operation(&mut self, node: NodeId, op: Op, depth: u32) -> Option<Value> {
        let tree = self.tree;
        let left = self.part(tree.child(node, 0)?, depth)?;
        let sort = self.sort(left)?;
        if op == Op::Mul && sort == Sort::Str && self.policy == Policy::Python {
            return Some(Value::AnyStr);
        }
        let right = self.part(tree.child(node, 1)?, depth)?;
        match (op, sort) {
            (Op::Add, Sort::Str) => self.concat(left, right),
            (Op::Add | Op::Mul, Sort::Number) => {
                match (self.constant(left)?, self.constant(right)?) {
                    (Constant::Int(left), Constant::Int(right)) => {
                        let result = if op == Op::Add {
                            left.checked_add(right)
                        } else {
                            left.checked_mul(right)
                        };
                        result
                            .filter(|number| i64::try_from(*number).is_ok())
                            .map(|number| self.computed(Constant::Int(number)))
                    }
                    (Constant::Int(_), Constant::AnyNumber)
                    | (Constant::AnyNumber, Constant::Int(_)) => Some(Value::AnyNumber),
                    _ => None,
                }
            }
            (Op::And | Op::Or, Sort::Bool) => match (self.constant(left)?, self.constant(right)?) {
                (Constant::Bool(left), Constant::Bool(right)) => {
                    let result = if op == Op::And {
                        left && right
                    } else {
                        left || right
                    };
                    Some(self.computed(Constant::Bool(result)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Two strings in a row; a number becomes a string where the language does that.
    fn concat(&mut self, left: Value, right: Value) -> Option<Value> {
        match (self.written(left)?, self.written(right)?) {
            (Written::Text(left), Written::Text(right)) => Some(self.text(&[left, right].concat())),
            (Written::Some, Written::Text(_)) if self.sort(right) != Some(Sort::Str) => None,
            _ => Some(Value::AnyStr),
        }
    }

    fn written(&self, value: Value) -> Option<Written> {
        match self.constant(value)? {
            Constant::AnyStr => Some(Written::Some),
            Constant::Str(symbol) => Some(Written::Text(self.symbols.text(symbol).to_owned())),
            Constant::Int(number) if self.policy == Policy::Ecma => {
                Some(Written::Text(number.to_string()))
            }
            Constant::Float(number) if self.policy == Policy::Ecma => {
                Some(Written::Text(numbers::in_string(number)))
            }
            _ => None,
        }
    }

    /// Strings and holes in a row.
    fn joined(&mut self, node: NodeId, depth: u32) -> Option<Value> {
        let tree = self.tree;
        let mut whole = Some(String::new());
        for (index, child) in tree.children(node).enumerate() {
            let value = self.part(child, depth)?;
            let is_text = self.sort(value) == Some(Sort::Str);
            if index == 0 && !is_text {
                return None;
            }
            whole = match (whole, self.written(value)?) {
                (Some(mut whole), Written::Text(text))
                    if whole.len() + text.len() <= LONGEST_TEXT =>
                {
                    whole.push_str(&text);
                    Some(whole)
                }
                (None, Written::Text(_)) if !is_text => return None,
                _ => None,
            };
        }
        Some(match whole {
            Some(whole) => self.text(&whole),
            None => Value::AnyStr,
        })
    }
}

/// What a value is within a string.
enum Written {
    Text(String),
    /// Some text.
    Some,
}

pub(crate) fn is_literal(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Str
            | Kind::Int
            | Kind::Float
            | Kind::Imaginary
            | Kind::Bool
            | Kind::Null
            | Kind::Regex
    )
}
