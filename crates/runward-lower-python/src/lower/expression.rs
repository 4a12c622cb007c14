//! Expressions.

use ruff_python_ast::{
    self as ast, ArgOrKeyword, Arguments, BoolOp, CmpOp, Comprehension, Expr, Number, Operator,
    UnaryOp,
};
use ruff_text_size::TextRange;
use runward_syntax::{Flags, Kind, Op, Span, Symbol};

use super::{Lower, span};
use crate::sigil::Sigil;

impl Lower<'_> {
    pub(super) fn expression(&mut self, expression: &Expr) {
        if self.build.is_full() {
            return;
        }
        let at = self.span_of(expression);
        match expression {
            Expr::Name(name) => self.name_expression(name, at),
            Expr::Attribute(attribute) => {
                self.open(Kind::Attr, at);
                self.expression(&attribute.value);
                self.identifier(&attribute.attr);
                self.close();
            }
            Expr::Call(call) => self.call(call, at),
            Expr::Tuple(tuple) => self.sequence(Kind::Tuple, &tuple.elts, at),
            Expr::List(list) => self.sequence(Kind::List, &list.elts, at),
            Expr::Set(set) => {
                // `{...}` is any dictionary or set; alone it has no colon to tell.
                let any = set.elts.iter().all(|element| self.is_dots(element));
                self.sequence(if any { Kind::Dict } else { Kind::Set }, &set.elts, at);
            }
            Expr::Dict(dict) => self.dict(dict, at),
            Expr::Subscript(subscript) => {
                self.open(Kind::Index, at);
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.close();
            }
            Expr::Slice(slice) => {
                self.open(Kind::Slice, at);
                self.optional(slice.lower.as_deref(), at.start);
                let lower = slice.lower.as_deref();
                let begin = lower.map_or(at.start, |lower| self.span_of(lower).end);
                self.optional(slice.upper.as_deref(), begin);
                self.optional(slice.step.as_deref(), at.end);
                self.close();
            }
            Expr::Starred(starred) => {
                self.open(Kind::Spread, at);
                self.expression(&starred.value);
                self.close();
            }
            Expr::BinOp(binary) => {
                self.open_op(Kind::Binary, operator(binary.op), at);
                self.expression(&binary.left);
                self.expression(&binary.right);
                self.close();
            }
            Expr::BoolOp(bool) => self.bool_op(bool, at),
            Expr::UnaryOp(unary) => self.unary(unary, at),
            Expr::Compare(compare) => self.compare(compare, at),
            Expr::Named(named) => {
                self.open_flags(Kind::Assign, Flags::WALRUS, at);
                self.expression(&named.target);
                self.expression(&named.value);
                self.close();
            }
            Expr::If(conditional) => {
                self.open(Kind::Conditional, at);
                self.expression(&conditional.test);
                self.expression(&conditional.body);
                self.expression(&conditional.orelse);
                self.close();
            }
            Expr::Lambda(lambda) => {
                self.open(Kind::Lambda, at);
                match lambda.parameters.as_deref() {
                    Some(parameters) => self.parameters(parameters),
                    None => self.empty(Kind::Params, Span::new(at.start, at.start)),
                }
                let body = self.span_of(&lambda.body).start;
                self.absent(body);
                self.expression(&lambda.body);
                self.close();
            }
            Expr::Await(inner) => {
                self.open(Kind::Await, at);
                self.expression(&inner.value);
                self.close();
            }
            // The one expression that is reported without its parentheses.
            Expr::Yield(inner) => self.yield_expression(inner, span(inner.range)),
            Expr::YieldFrom(inner) => {
                self.open(Kind::YieldFrom, span(inner.range));
                self.expression(&inner.value);
                self.close();
            }
            other => self.literal_or_comprehension(other, at),
        }
    }

    fn literal_or_comprehension(&mut self, expression: &Expr, at: Span) {
        match expression {
            Expr::StringLiteral(strings) => self.strings(strings, at),
            Expr::BytesLiteral(strings) => self.byte_strings(strings, at),
            Expr::FString(strings) => self.f_strings(strings, at),
            Expr::TString(strings) => self.t_strings(strings, at),
            Expr::NumberLiteral(number) => {
                let kind = match number.value {
                    Number::Int(_) => Kind::Int,
                    Number::Float(_) => Kind::Float,
                    Number::Complex { .. } => Kind::Imaginary,
                };
                self.literal(kind, number.range, at);
            }
            Expr::BooleanLiteral(bool) => {
                let name = if bool.value { "true" } else { "false" };
                self.build.leaf(Kind::Bool, name, at);
            }
            Expr::NoneLiteral(none) => self.literal(Kind::Null, none.range, at),
            Expr::EllipsisLiteral(_) => self.empty(Kind::EllipsisLit, at),
            Expr::ListComp(comp) => self.comprehension(Op::List, &comp.elt, &comp.generators, at),
            Expr::SetComp(comp) => self.comprehension(Op::Set, &comp.elt, &comp.generators, at),
            Expr::DictComp(comp) => self.dict_comprehension(comp, at),
            Expr::Generator(comp) => {
                // `f(x for x in y)` means what `f([x for x in y])` means, and patterns take one
                // for the other.
                let op = if comp.parenthesized {
                    Op::Generator
                } else {
                    Op::List
                };
                self.comprehension(op, &comp.elt, &comp.generators, at);
            }
            // An escape of IPython, which this mode of the parser does not read.
            _ => {
                self.open_other("ipython", at);
                self.close();
            }
        }
    }

    fn name_expression(&mut self, name: &ast::ExprName, at: Span) {
        if name.range.is_empty() {
            // The parser's stand-in for an expression that is missing.
            self.open_other("missing", at);
            return self.close();
        }
        let kind = match self.sigil(name.range.start()) {
            Some(Sigil::Dots) => return self.empty(Kind::Dots, at),
            Some(Sigil::Metavar | Sigil::Typed) => Kind::Metavar,
            Some(Sigil::Rest) => return self.rest(name.range),
            _ => Kind::Name,
        };
        self.literal(kind, name.range, at);
    }

    /// A leaf whose name is the text of `range`; its span may have parentheses around it.
    fn literal(&mut self, kind: Kind, range: TextRange, at: Span) {
        let name = self.symbol(self.text(range));
        self.build.open_with(kind, Op::None, Flags::NONE, name, at);
        self.close();
    }

    fn sequence(&mut self, kind: Kind, elements: &[Expr], at: Span) {
        self.open(kind, at);
        self.expressions(elements);
        self.close();
    }

    fn call(&mut self, call: &ast::ExprCall, at: Span) {
        if let Expr::Name(name) = &*call.func
            && self.sigil(name.range.start()) == Some(Sigil::Deep)
        {
            self.open(Kind::Deep, at);
            self.expressions(call.arguments.args.first());
            return self.close();
        }
        self.open(Kind::Call, at);
        self.expression(&call.func);
        self.arguments(Kind::Args, &call.arguments);
        self.close();
    }

    pub(super) fn arguments(&mut self, kind: Kind, arguments: &Arguments) {
        self.open(kind, span(arguments.range));
        for argument in arguments.iter_source_order() {
            match argument {
                ArgOrKeyword::Arg(argument) => self.expression(argument),
                ArgOrKeyword::Keyword(keyword) => {
                    let at = span(keyword.range);
                    match &keyword.arg {
                        Some(name) => {
                            self.open(Kind::Keyword, at);
                            self.identifier(name);
                        }
                        None => {
                            self.open(Kind::SpreadDict, at);
                        }
                    }
                    self.expression(&keyword.value);
                    self.close();
                }
            }
        }
        self.close();
    }

    fn dict(&mut self, dict: &ast::ExprDict, at: Span) {
        self.open(Kind::Dict, at);
        for item in &dict.items {
            let value = self.span_of(&item.value);
            let Some(key) = &item.key else {
                // A pattern's `...` among pairs is written as `**_` for the parser.
                let sigil = match &item.value {
                    Expr::Name(name) => self.sigil(name.range.start()),
                    _ => None,
                };
                if matches!(sigil, Some(Sigil::Dots | Sigil::Rest)) {
                    self.expression(&item.value);
                    continue;
                }
                let start = self.find_back(b'*', value.start);
                self.open(Kind::SpreadDict, Span::new(start, value.end));
                self.expression(&item.value);
                self.close();
                continue;
            };
            let start = self.span_of(key).start;
            self.open(Kind::Pair, Span::new(start, value.end));
            self.expression(key);
            self.expression(&item.value);
            self.close();
        }
        self.close();
    }

    /// Where `**` begins, right before `from`.
    fn find_back(&self, byte: u8, from: u32) -> u32 {
        let before = self.source.as_bytes().get(..from as usize);
        let at = before.and_then(|before| before.iter().rposition(|found| *found == byte));
        at.map_or(from, |at| {
            u32::try_from(at.saturating_sub(1)).unwrap_or(from)
        })
    }

    /// `a or b or c` is `(a or b) or c`, as other operators are.
    fn bool_op(&mut self, bool: &ast::ExprBoolOp, at: Span) {
        let op = match bool.op {
            BoolOp::And => Op::And,
            BoolOp::Or => Op::Or,
        };
        let mut values = bool.values.iter();
        let Some(first) = values.next() else {
            return self.empty(Kind::Tuple, at);
        };
        let start = self.span_of(first).start;
        for (index, value) in bool.values.iter().enumerate().skip(1).rev() {
            let all = index + 1 == bool.values.len();
            let end = self.span_of(value).end;
            let span = if all { at } else { Span::new(start, end) };
            self.open_op(Kind::Binary, op, span);
        }
        self.expression(first);
        for value in values {
            self.expression(value);
            self.close();
        }
    }

    fn unary(&mut self, unary: &ast::ExprUnaryOp, at: Span) {
        if self.sigil(unary.range.start()) == Some(Sigil::Exec) {
            // `exec code in scope`: what is run is what counts.
            let code = match &*unary.operand {
                Expr::Compare(compare) => &*compare.left,
                other => other,
            };
            let end = self.span_of(code).end;
            return self.python2_call("exec", std::slice::from_ref(code), Span::new(at.start, end));
        }
        let op = match unary.op {
            UnaryOp::Invert => Op::Invert,
            UnaryOp::Not => Op::Not,
            UnaryOp::UAdd => Op::Plus,
            UnaryOp::USub => Op::Minus,
        };
        self.open_op(Kind::Unary, op, at);
        self.expression(&unary.operand);
        self.close();
    }

    fn yield_expression(&mut self, inner: &ast::ExprYield, at: Span) {
        if self.sigil(inner.range.start()) == Some(Sigil::Print) {
            let values = match inner.value.as_deref() {
                Some(Expr::Tuple(tuple)) if !tuple.parenthesized => &*tuple.elts,
                Some(other) => std::slice::from_ref(other),
                None => &[],
            };
            return self.python2_call("print", values, at);
        }
        self.open(Kind::Yield, at);
        self.optional(inner.value.as_deref(), at.end);
        self.close();
    }

    /// A statement of Python 2 as the call that took its place.
    fn python2_call(&mut self, name: &'static str, arguments: &[Expr], at: Span) {
        let word = at.start + u32::try_from(name.len()).unwrap_or(0);
        self.open(Kind::Call, at);
        self.build.leaf(Kind::Name, name, Span::new(at.start, word));
        let args = arguments.first().map_or(word, |e| self.span_of(e).start);
        self.open(Kind::Args, Span::new(args, at.end.max(args)));
        self.expressions(arguments);
        self.close();
        self.close();
    }

    fn compare(&mut self, compare: &ast::ExprCompare, at: Span) {
        if let Expr::Name(name) = &*compare.left
            && self.sigil(name.range.start()) == Some(Sigil::Typed)
        {
            let name = self.symbol(self.text(name.range));
            self.build
                .open_with(Kind::TypedMetavar, Op::None, Flags::NONE, name, at);
            self.expressions(compare.comparators.first());
            return self.close();
        }
        if let ([op], [right]) = (&*compare.ops, &*compare.comparators) {
            self.open_op(Kind::Binary, comparison(*op), at);
            self.expression(&compare.left);
            self.expression(right);
            return self.close();
        }
        self.open(Kind::Compare, at);
        self.expression(&compare.left);
        let mut end = self.span_of(&compare.left).end;
        for (op, right) in compare.ops.iter().zip(&compare.comparators) {
            let next = self.span_of(right);
            let between = Span::new(end, next.start.max(end));
            self.build.open_with(
                Kind::OpName,
                comparison(*op),
                Flags::NONE,
                Symbol::EMPTY,
                between,
            );
            self.close();
            self.expression(right);
            end = next.end;
        }
        self.close();
    }

    fn comprehension(&mut self, op: Op, element: &Expr, clauses: &[Comprehension], at: Span) {
        self.open_op(Kind::Comprehension, op, at);
        self.expression(element);
        self.clauses(clauses);
        self.close();
    }

    fn dict_comprehension(&mut self, comp: &ast::ExprDictComp, at: Span) {
        self.open_op(Kind::Comprehension, Op::Dict, at);
        let value = self.span_of(&comp.value);
        if let Some(key) = comp.key.as_deref() {
            let start = self.span_of(key).start;
            self.open(Kind::Pair, Span::new(start, value.end.max(start)));
            self.expression(key);
        } else {
            self.open(Kind::SpreadDict, value);
        }
        self.expression(&comp.value);
        self.close();
        self.clauses(&comp.generators);
        self.close();
    }

    fn clauses(&mut self, clauses: &[Comprehension]) {
        for clause in clauses {
            let at = span(clause.range);
            let iterable = self.span_of(&clause.iter).end;
            let flags = if clause.is_async {
                Flags::ASYNC
            } else {
                Flags::NONE
            };
            self.open_flags(
                Kind::CompFor,
                flags,
                Span::new(at.start, iterable.max(at.start)),
            );
            self.expression(&clause.target);
            self.expression(&clause.iter);
            self.close();
            for test in &clause.ifs {
                let at = self.span_of(test);
                self.open(Kind::CompIf, at);
                self.expression(test);
                self.close();
            }
        }
    }
}

pub(super) fn operator(operator: Operator) -> Op {
    match operator {
        Operator::Add => Op::Add,
        Operator::Sub => Op::Sub,
        Operator::Mult => Op::Mul,
        Operator::MatMult => Op::MatMul,
        Operator::Div => Op::Div,
        Operator::Mod => Op::Mod,
        Operator::Pow => Op::Pow,
        Operator::LShift => Op::LeftShift,
        Operator::RShift => Op::RightShift,
        Operator::BitOr => Op::BitOr,
        Operator::BitXor => Op::BitXor,
        Operator::BitAnd => Op::BitAnd,
        Operator::FloorDiv => Op::FloorDiv,
    }
}

fn comparison(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::NotEq,
        CmpOp::Lt => Op::Less,
        CmpOp::LtE => Op::LessEq,
        CmpOp::Gt => Op::Greater,
        CmpOp::GtE => Op::GreaterEq,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}
