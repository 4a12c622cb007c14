//! Literal values, and the names that stand for them.

use std::collections::HashMap;

use super::tokens::Token;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String, u32),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
    /// Known only when the program runs; with the line.
    Computed(u32),
}

/// Reads values from tokens.
pub(super) struct Values<'t> {
    tokens: &'t [(Token, u32)],
    names: HashMap<&'t str, Value>,
    max_depth: usize,
    /// What names may still be replaced by, in values: `a = b + b` could double without end.
    budget: usize,
}

const MAX_COPIES: usize = 100_000;

impl<'t> Values<'t> {
    /// Collects the module's literal assignments. A name that is assigned twice, or changed, has
    /// no known value.
    pub(super) fn new(tokens: &'t [(Token, u32)], max_depth: usize) -> Self {
        let mut values = Self {
            tokens,
            names: HashMap::new(),
            max_depth,
            budget: MAX_COPIES,
        };
        let mut depth = 0_usize;
        let mut position = 0;
        while let Some((token, line)) = tokens.get(position) {
            let mut next = position + 1;
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
                Token::Name(name) if depth == 0 => {
                    if values.is_assignment(position) {
                        let (value, after) = values.expression(position + 2);
                        let known = values.at(after) == Some(&Token::End)
                            && !values.names.contains_key(name.as_str());
                        let value = if known { value } else { Value::Computed(*line) };
                        values.names.insert(name, value);
                        if known {
                            next = after;
                        }
                    } else if values.is_change(position) {
                        values.names.insert(name, Value::Computed(*line));
                    }
                }
                _ => {}
            }
            position = next;
        }
        values
    }

    pub(super) fn at(&self, position: usize) -> Option<&'t Token> {
        self.tokens.get(position).map(|(token, _)| token)
    }

    fn line(&self, position: usize) -> u32 {
        self.tokens.get(position).map_or(1, |(_, line)| *line)
    }

    fn is_mark(&self, position: usize, mark: char) -> bool {
        self.at(position) == Some(&Token::Mark(mark))
    }

    /// `name =`, not `name ==`.
    pub(super) fn is_assignment(&self, position: usize) -> bool {
        self.is_mark(position + 1, '=') && !self.is_mark(position + 2, '=')
    }

    /// `name +=`, `name.append(`, `name[…] =`.
    fn is_change(&self, position: usize) -> bool {
        match self.at(position + 1) {
            Some(Token::Mark('+')) => self.is_mark(position + 2, '='),
            Some(Token::Mark('.')) => matches!(
                self.at(position + 2),
                Some(Token::Name(method)) if matches!(
                    method.as_str(),
                    "append" | "extend" | "insert" | "remove" | "pop" | "update" | "setdefault"
                )
            ),
            Some(Token::Mark('[')) => true,
            _ => false,
        }
    }

    /// Reads `a + b + …` and returns the position after it.
    pub(super) fn expression(&mut self, position: usize) -> (Value, usize) {
        let (mut value, mut next) = self.term(position, 0);
        while self.is_mark(next, '+') {
            let (right, after) = self.term(next + 1, 0);
            value = match (value, right) {
                (Value::List(mut left), Value::List(right)) => {
                    left.extend(right);
                    Value::List(left)
                }
                _ => Value::Computed(self.line(position)),
            };
            next = after;
        }
        (value, next)
    }

    fn term(&mut self, position: usize, depth: usize) -> (Value, usize) {
        let line = self.line(position);
        let computed = (Value::Computed(line), position + 1);
        if depth > self.max_depth {
            return computed;
        }
        match self.at(position) {
            Some(Token::Text(_)) => self.text(position),
            Some(Token::Name(name)) => {
                // A name that something is done with (`name(…)`, `name.x`) is an expression.
                let plain = !matches!(self.at(position + 1), Some(Token::Mark('(' | '[' | '.')));
                match self.names.get(name.as_str()).filter(|_| plain) {
                    Some(value) => {
                        let size = size(value);
                        if size > self.budget {
                            return computed;
                        }
                        self.budget -= size;
                        (value.clone(), position + 1)
                    }
                    None => computed,
                }
            }
            Some(Token::Mark(open @ ('[' | '('))) => {
                let close = if *open == '[' { ']' } else { ')' };
                self.list(position + 1, close, depth)
            }
            Some(Token::Mark('{')) => self.table(position + 1, depth),
            _ => computed,
        }
    }

    /// Adjacent literals are one string.
    fn text(&self, mut position: usize) -> (Value, usize) {
        let line = self.line(position);
        let mut joined = Some(String::new());
        while let Some(Token::Text(part)) = self.at(position) {
            match (part, &mut joined) {
                (Some(part), Some(joined)) => joined.push_str(part),
                _ => joined = None,
            }
            position += 1;
        }
        let value = joined.map_or(Value::Computed(line), |text| Value::Text(text, line));
        (value, position)
    }

    fn list(&mut self, mut position: usize, close: char, depth: usize) -> (Value, usize) {
        let mut items = Vec::new();
        loop {
            if self.is_mark(position, close) {
                return (Value::List(items), position + 1);
            }
            let start = position;
            let (value, next) = self.term(position, depth + 1);
            if self.is_mark(next, ',') {
                items.push(value);
                position = next + 1;
            } else if self.is_mark(next, close) {
                items.push(value);
                position = next;
            } else {
                // An expression; passed over to the next comma.
                items.push(Value::Computed(self.line(start)));
                match self.skip(next, close) {
                    Some(after) => position = after,
                    None => return (Value::List(items), self.tokens.len()),
                }
            }
        }
    }

    fn table(&mut self, mut position: usize, depth: usize) -> (Value, usize) {
        let mut items = Vec::new();
        loop {
            if self.is_mark(position, '}') {
                return (Value::Table(items), position + 1);
            }
            let line = self.line(position);
            let (key, colon) = self.term(position, depth + 1);
            let (Value::Text(key, _), true) = (key, self.is_mark(colon, ':')) else {
                return (Value::Computed(line), self.tokens.len());
            };
            let (value, next) = self.term(colon + 1, depth + 1);
            if self.is_mark(next, ',') {
                items.push((key, value));
                position = next + 1;
            } else if self.is_mark(next, '}') {
                items.push((key, value));
                position = next;
            } else {
                items.push((key, Value::Computed(line)));
                match self.skip(next, '}') {
                    Some(after) => position = after,
                    None => return (Value::Table(items), self.tokens.len()),
                }
            }
        }
    }

    /// The position after the next comma of this level, or at its closing bracket.
    pub(super) fn skip(&self, mut position: usize, close: char) -> Option<usize> {
        let mut depth = 0_usize;
        loop {
            match self.at(position)? {
                Token::Mark(',') if depth == 0 => return Some(position + 1),
                Token::Mark(mark) if depth == 0 && *mark == close => return Some(position),
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') => depth = depth.checked_sub(1)?,
                _ => {}
            }
            position += 1;
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Text(..) | Value::Computed(_) => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Table(items) => 1 + items.iter().map(|(_, value)| size(value)).sum::<usize>(),
    }
}
