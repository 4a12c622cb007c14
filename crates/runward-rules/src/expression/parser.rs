//! Reads an expression by operator strength.

use runward_syntax::Span;

use super::lexer::{Lexer, Token};
use super::operator::COMPARISON;
use super::{Binary, Expression, ExpressionError, Function, Node, Unary, Value, value};

/// What one expression may cost. It bounds the depth too, so that reading, evaluating and dropping
/// are safe.
const MAX_NODES: usize = 400;
const MAX_DEPTH: usize = 40;

type Parsed = Result<Node, ExpressionError>;

pub(crate) fn parse(text: &str) -> Result<Expression, ExpressionError> {
    let mut parser = Parser {
        lexer: Lexer::new(text),
        ahead: None,
        nodes: 0,
        depth: 0,
        end: u32::try_from(text.len()).unwrap_or(u32::MAX),
    };
    parser.advance()?;
    let root = parser.expression(0)?;
    match parser.ahead {
        None => Ok(Expression { root }),
        Some((token, span)) => Err(unexpected(token, span)),
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    ahead: Option<(Token<'a>, Span)>,
    nodes: usize,
    depth: usize,
    end: u32,
}

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Result<(), ExpressionError> {
        self.ahead = self.lexer.next()?;
        Ok(())
    }

    fn token(&self) -> Option<Token<'a>> {
        self.ahead.map(|(token, _)| token)
    }

    fn take_mark(&mut self, mark: &str) -> Result<bool, ExpressionError> {
        let there = self.token() == Some(Token::Mark(mark));
        if there {
            self.advance()?;
        }
        Ok(there)
    }

    fn expect(&mut self, mark: &str) -> Result<(), ExpressionError> {
        if self.take_mark(mark)? {
            Ok(())
        } else {
            Err(self.wanted(&format!("`{mark}`")))
        }
    }

    fn wanted(&self, what: &str) -> ExpressionError {
        match self.ahead {
            Some((token, span)) => ExpressionError {
                message: format!("expected {what}, found {}", shown(token)),
                span,
            },
            None => ExpressionError {
                message: format!("expected {what}, found the end"),
                span: Span::new(self.end, self.end),
            },
        }
    }

    fn node(&mut self, node: Node) -> Parsed {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.too_large());
        }
        Ok(node)
    }

    fn too_large(&self) -> ExpressionError {
        ExpressionError {
            message: format!(
                "an expression of more than {MAX_NODES} parts or {MAX_DEPTH} levels; use several conditions"
            ),
            span: self
                .ahead
                .map_or(Span::new(self.end, self.end), |(_, span)| span),
        }
    }

    fn expression(&mut self, weakest: u8) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_large());
        }
        let mut left = self.unary()?;
        while let Some(operator) = self.operator(weakest)? {
            left = if operator.is_comparison() {
                self.comparison(operator, left)?
            } else {
                // `**` binds to the right.
                let stronger = operator.strength() + u8::from(operator != Binary::Power);
                let right = self.expression(stronger)?;
                self.node(Node::Binary(operator, Box::new(left), Box::new(right)))?
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn comparison(&mut self, first: Binary, left: Node) -> Parsed {
        let right = self.expression(COMPARISON + 1)?;
        let mut rest = vec![(first, right)];
        while let Some(operator) = self.operator(COMPARISON)? {
            if !operator.is_comparison() {
                break;
            }
            let right = self.expression(COMPARISON + 1)?;
            rest.push((operator, right));
            self.nodes += 1;
        }
        match (rest.pop(), rest.is_empty()) {
            (Some((operator, right)), true) => {
                self.node(Node::Binary(operator, Box::new(left), Box::new(right)))
            }
            (Some(last), false) => {
                rest.push(last);
                self.node(Node::Chain(Box::new(left), rest))
            }
            (None, _) => Ok(left),
        }
    }

    /// Takes an operator that is at least so strong.
    fn operator(&mut self, weakest: u8) -> Result<Option<Binary>, ExpressionError> {
        let operator = match self.token() {
            Some(Token::Name("in")) => Some(Binary::In),
            Some(Token::Name("not")) => Some(Binary::NotIn),
            Some(Token::Mark(text) | Token::Name(text)) => Binary::from_text(text),
            _ => None,
        };
        let Some(operator) = operator.filter(|operator| operator.strength() >= weakest) else {
            return Ok(None);
        };
        self.advance()?;
        if operator == Binary::NotIn {
            match self.token() {
                Some(Token::Name("in")) => self.advance()?,
                _ => return Err(self.wanted("`in`")),
            }
        }
        Ok(Some(operator))
    }

    fn unary(&mut self) -> Parsed {
        let (operator, strength) = match self.token() {
            Some(Token::Name("not")) => (Unary::Not, COMPARISON),
            Some(Token::Mark("-")) => (Unary::Minus, 10),
            Some(Token::Mark("+")) => (Unary::Plus, 10),
            Some(Token::Mark("~")) => (Unary::BitNot, 10),
            _ => return self.primary(),
        };
        self.advance()?;
        let inner = self.expression(strength)?;
        self.node(Node::Unary(operator, Box::new(inner)))
    }

    fn primary(&mut self) -> Parsed {
        let Some((token, span)) = self.ahead else {
            return Err(self.wanted("a value"));
        };
        let node = match token {
            Token::Number(literal) => {
                let value = value::number(literal).ok_or_else(|| ExpressionError {
                    message: format!("`{literal}` is no number that fits"),
                    span,
                })?;
                self.advance()?;
                Node::Literal(value)
            }
            Token::Text(..) => return self.texts(),
            Token::Metavar(name) => {
                self.advance()?;
                Node::Metavar(name.to_owned())
            }
            Token::Name(name) => {
                self.advance()?;
                return self.name(name, span);
            }
            Token::Mark("(") => {
                self.advance()?;
                return self.parenthesis();
            }
            Token::Mark("[") => {
                self.advance()?;
                let items = self.items("]")?;
                Node::List(items)
            }
            Token::Mark(_) => return Err(self.wanted("a value")),
        };
        self.node(node)
    }

    /// `(a)` is `a`; `(a, b)` is a list.
    fn parenthesis(&mut self) -> Parsed {
        if self.take_mark(")")? {
            return self.node(Node::List(Vec::new()));
        }
        let first = self.expression(0)?;
        if self.take_mark(")")? {
            return Ok(first);
        }
        self.expect(",")?;
        let mut items = vec![first];
        items.extend(self.items(")")?);
        self.node(Node::List(items))
    }

    fn items(&mut self, close: &str) -> Result<Vec<Node>, ExpressionError> {
        let mut items = Vec::new();
        while !self.take_mark(close)? {
            items.push(self.expression(0)?);
            if !self.take_mark(",")? {
                self.expect(close)?;
                break;
            }
        }
        Ok(items)
    }

    fn name(&mut self, name: &str, span: Span) -> Parsed {
        let literal = match name {
            "True" | "true" => Some(true),
            "False" | "false" => Some(false),
            _ => None,
        };
        if let Some(value) = literal {
            return self.node(Node::Literal(Value::Bool(value)));
        }
        let mut path = name.to_owned();
        while self.take_mark(".")? {
            let Some(Token::Name(part)) = self.token() else {
                return Err(self.wanted("a name"));
            };
            path.push('.');
            path.push_str(part);
            self.advance()?;
        }
        if !self.take_mark("(")? {
            if path == name && !matches!(name, "and" | "or" | "in" | "not" | "is" | "lambda" | "if")
            {
                return self.node(Node::Name(path));
            }
            return Err(ExpressionError {
                message: format!("`{path}` is no value"),
                span,
            });
        }
        let arguments = self.items(")")?;
        let (function, count) = function(&path).ok_or_else(|| ExpressionError {
            message: format!(
                "`{path}` is no function of comparisons; there are `int`, `str`, `re.match`, `today`, `strptime` and `parse_promql_duration`"
            ),
            span,
        })?;
        if function != Function::Today && arguments.len() != count {
            return Err(ExpressionError {
                message: format!(
                    "`{path}` takes {count} argument(s), not {}",
                    arguments.len()
                ),
                span,
            });
        }
        self.node(Node::Call(function, arguments))
    }

    /// One text, or several side by side, which are one.
    fn texts(&mut self) -> Parsed {
        let mut parts = Vec::new();
        while let Some((Token::Text(text, formatted), span)) = self.ahead {
            self.advance()?;
            if formatted {
                self.formatted(text, span, &mut parts)?;
            } else {
                parts.push(self.node(Node::Literal(Value::Str(text.to_owned())))?);
            }
        }
        if parts.len() == 1
            && let Some(Node::Literal(_)) = parts.first()
        {
            return parts.pop().ok_or_else(|| self.wanted("a text"));
        }
        self.node(Node::Concat(parts))
    }

    /// The parts of an f-string; a format after a colon is not known.
    fn formatted(
        &mut self,
        text: &str,
        span: Span,
        parts: &mut Vec<Node>,
    ) -> Result<(), ExpressionError> {
        let broken = || ExpressionError {
            message: "an f-string whose braces do not pair".to_owned(),
            span,
        };
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, tail) = rest.split_at_checked(open).ok_or_else(broken)?;
            parts.push(self.node(Node::Literal(Value::Str(before.to_owned())))?);
            let inner = tail.strip_prefix('{').ok_or_else(broken)?;
            let (code, after) = inner.split_once('}').ok_or_else(broken)?;
            let depth = self.depth + 1;
            if depth > MAX_DEPTH {
                return Err(self.too_large());
            }
            let mut nested = Parser {
                lexer: Lexer::new(code),
                ahead: None,
                nodes: self.nodes,
                depth,
                end: 0,
            };
            let inner = nested.advance().and_then(|()| nested.expression(0));
            let inner = inner.map_err(|error| ExpressionError { span, ..error })?;
            if nested.ahead.is_some() {
                return Err(broken());
            }
            self.nodes = nested.nodes;
            parts.push(inner);
            rest = after;
        }
        parts.push(self.node(Node::Literal(Value::Str(rest.to_owned())))?);
        Ok(())
    }
}

fn function(path: &str) -> Option<(Function, usize)> {
    Some(match path {
        "int" => (Function::Int, 1),
        "str" => (Function::Str, 1),
        "re.match" => (Function::ReMatch, 2),
        "today" => (Function::Today, 0),
        "strptime" => (Function::Strptime, 1),
        "parse_promql_duration" => (Function::PromqlDuration, 1),
        _ => return None,
    })
}

fn shown(token: Token<'_>) -> String {
    match token {
        Token::Number(text) | Token::Metavar(text) | Token::Name(text) | Token::Mark(text) => {
            format!("`{text}`")
        }
        Token::Text(..) => "a text".to_owned(),
    }
}

fn unexpected(token: Token<'_>, span: Span) -> ExpressionError {
    ExpressionError {
        message: format!("{} is not expected here", shown(token)),
        span,
    }
}
