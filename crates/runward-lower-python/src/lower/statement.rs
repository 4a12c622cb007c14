//! Statements.

use ruff_python_ast::{
    self as ast, Alias, ExceptHandler, ExceptHandlerExceptHandler, Expr, Identifier, Stmt,
};
use ruff_text_size::{Ranged, TextRange, TextSize};
use runward_syntax::{Flags, Kind, Op, Span};

use super::expression::operator;
use super::{Lower, span};
use crate::sigil::Sigil;

impl Lower<'_> {
    pub(crate) fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            if self.build.is_full() {
                return;
            }
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        let at = span(statement.range());
        match statement {
            Stmt::Expr(expression) => self.expression_statement(&expression.value, at),
            Stmt::Assign(assign) => self.assign(assign, at),
            Stmt::AugAssign(assign) => {
                self.open(Kind::ExprStmt, at);
                self.open_op(Kind::AugAssign, operator(assign.op), at);
                self.expression(&assign.target);
                self.expression(&assign.value);
                self.close();
                self.close();
            }
            Stmt::AnnAssign(assign) => {
                self.open(Kind::VarDef, at);
                self.expression(&assign.target);
                self.expression(&assign.annotation);
                self.optional(assign.value.as_deref(), at.end);
                self.close();
            }
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::If(conditional) => self.conditional(conditional, at),
            Stmt::For(loop_) => self.for_loop(loop_, at),
            Stmt::While(loop_) => {
                self.open(Kind::While, loop_span(at, &loop_.body, &loop_.orelse));
                self.expression(&loop_.test);
                self.block(&loop_.body, at.end);
                self.else_block(&loop_.orelse, at.end);
                self.close();
            }
            Stmt::With(with) => self.with(with, at),
            Stmt::Try(attempt) => self.attempt(attempt, at),
            Stmt::Match(switch) => self.switch(switch),
            Stmt::Return(inner) => self.one(Kind::Return, inner.value.as_deref(), at),
            Stmt::Raise(raise) => self.raise(raise, at),
            Stmt::Assert(assert) => {
                self.open(Kind::Assert, at);
                self.expression(&assert.test);
                self.optional(assert.msg.as_deref(), at.end);
                self.close();
            }
            Stmt::Delete(delete) => {
                // Reported from the first target on.
                let start = delete
                    .targets
                    .first()
                    .map_or(at.start, |one| self.span_of(one).start);
                self.open(Kind::Del, Span::new(start, at.end.max(start)));
                self.expressions(&delete.targets);
                self.close();
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(alias, at.start);
                }
            }
            Stmt::ImportFrom(import) => self.import_from(import, at.start),
            Stmt::Global(global) => self.outer_names(Kind::Global, &global.names, at.start),
            Stmt::Nonlocal(outer) => self.outer_names(Kind::Nonlocal, &outer.names, at.start),
            Stmt::TypeAlias(alias) => {
                self.open_other("type-alias", at);
                self.expression(&alias.name);
                self.type_params(alias.type_params.as_deref(), alias.name.end().to_u32());
                self.expression(&alias.value);
                self.close();
            }
            Stmt::Pass(_) => self.empty(Kind::Pass, at),
            Stmt::Break(_) => self.one(Kind::Break, None, at),
            Stmt::Continue(_) => self.one(Kind::Continue, None, at),
            Stmt::IpyEscapeCommand(_) => {
                self.open_other("ipython", at);
                self.close();
            }
        }
    }

    fn one(&mut self, kind: Kind, child: Option<&Expr>, at: Span) {
        self.open(kind, at);
        self.optional(child, at.end);
        self.close();
    }

    fn expression_statement(&mut self, expression: &Expr, at: Span) {
        if self.is_dots(expression) {
            return self.empty(Kind::Dots, at);
        }
        self.open(Kind::ExprStmt, at);
        // `exec code in a, b` of Python 2 was given to the parser as `not code in a, b`.
        match expression {
            Expr::Tuple(tuple)
                if !tuple.parenthesized && self.sigil(tuple.range.start()) == Some(Sigil::Exec) =>
            {
                self.expressions(tuple.elts.first());
            }
            other => self.expression(other),
        }
        self.close();
    }

    /// `a = b = c` assigns to the tuple of its targets: that is how rules see it.
    fn assign(&mut self, assign: &ast::StmtAssign, at: Span) {
        self.open(Kind::ExprStmt, at);
        self.open(Kind::Assign, at);
        if let [first, .., last] = &*assign.targets {
            let start = self.span_of(first).start;
            let end = self.span_of(last).end;
            self.open(Kind::Tuple, Span::new(start, end.max(start)));
            self.expressions(&assign.targets);
            self.close();
        } else {
            self.expressions(&assign.targets);
        }
        self.expression(&assign.value);
        self.close();
        self.close();
    }

    fn conditional(&mut self, conditional: &ast::StmtIf, at: Span) {
        self.open(Kind::If, at);
        self.expression(&conditional.test);
        self.block(&conditional.body, at.end);
        let mut opened = 1;
        let mut otherwise = false;
        // An `elif` is an `If` that stands in the place of the `else`; no recursion, since a
        // chain of them may be long.
        for clause in &conditional.elif_else_clauses {
            if let Some(test) = &clause.test {
                let start = clause.range.start().to_u32();
                self.open(Kind::If, Span::new(start, at.end.max(start)));
                self.expression(test);
                opened += 1;
            } else {
                otherwise = true;
            }
            self.block(&clause.body, clause.range.end().to_u32());
            if otherwise {
                break;
            }
        }
        if !otherwise {
            self.absent(at.end);
        }
        for _ in 0..opened {
            self.close();
        }
    }

    fn for_loop(&mut self, loop_: &ast::StmtFor, at: Span) {
        let mut around = loop_span(at, &loop_.body, &loop_.orelse);
        let mut flags = Flags::NONE;
        if loop_.is_async {
            flags = Flags::ASYNC;
            // Reported from the `for` on; between the words there is white space only.
            around.start = self.find(b'f', at.start);
        }
        self.open_flags(Kind::For, flags, around);
        self.expression(&loop_.target);
        self.expression(&loop_.iter);
        self.block(&loop_.body, at.end);
        self.else_block(&loop_.orelse, at.end);
        self.close();
    }

    fn else_block(&mut self, statements: &[Stmt], at: u32) {
        if statements.is_empty() {
            self.absent(at);
        } else {
            self.block(statements, at);
        }
    }

    /// `with a, b:` is `with a:` around `with b:`, each reported from its expression on.
    fn with(&mut self, with: &ast::StmtWith, at: Span) {
        let flags = if with.is_async {
            Flags::ASYNC
        } else {
            Flags::NONE
        };
        let mut opened = 0;
        for (index, item) in with.items.iter().enumerate() {
            let context = self.span_of(&item.context_expr);
            let start = context.start;
            let whole = Span::new(start, at.end.max(start));
            if index > 0 {
                self.open(Kind::Block, whole);
                opened += 1;
            }
            self.open_flags(Kind::With, flags, whole);
            opened += 1;
            let target = item.optional_vars.as_deref();
            let end = target.map_or(context.end, |target| self.span_of(target).end);
            let around = Span::new(start, end.max(context.end));
            self.open(Kind::WithItems, around);
            self.open(Kind::WithItem, around);
            self.expression(&item.context_expr);
            self.optional(target, context.end);
            self.close();
            self.close();
        }
        if opened == 0 {
            self.open_flags(Kind::With, flags, at);
            self.empty(Kind::WithItems, Span::new(at.start, at.start));
            opened = 1;
        }
        self.block(&with.body, at.end);
        for _ in 0..opened {
            self.close();
        }
    }

    fn attempt(&mut self, attempt: &ast::StmtTry, at: Span) {
        self.open(Kind::Try, at);
        self.block(&attempt.body, at.end);
        let body = attempt
            .body
            .last()
            .map_or(at.start, |last| last.end().to_u32());
        let first = attempt.handlers.first();
        let start = first.map_or(body, |one| one.start().to_u32());
        let end = attempt
            .handlers
            .last()
            .map_or(start, |one| one.end().to_u32());
        self.open(Kind::Handlers, Span::new(start, end));
        for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
            self.catch(handler);
        }
        self.close();
        self.else_block(&attempt.orelse, end);
        self.else_block(&attempt.finalbody, at.end);
        self.close();
    }

    fn catch(&mut self, handler: &ExceptHandlerExceptHandler) {
        let at = span(handler.range);
        self.open(Kind::Catch, at);
        let after = handler
            .type_
            .as_deref()
            .map_or(at.start, |e| self.span_of(e).end);
        match (handler.type_.as_deref(), &handler.name) {
            // Python 2's `except E, e:`.
            (Some(Expr::Tuple(tuple)), None) if !tuple.parenthesized && is_python2(&tuple.elts) => {
                self.expressions(&tuple.elts);
            }
            (class, name) => {
                self.optional(class, after);
                match name {
                    Some(name) => self.identifier(name),
                    None => self.absent(after),
                }
            }
        }
        self.block(&handler.body, at.end);
        self.close();
    }

    fn raise(&mut self, raise: &ast::StmtRaise, at: Span) {
        self.open(Kind::Throw, at);
        // Python 2's `raise E, "text"` raises `E`.
        let raised = match raise.exc.as_deref() {
            Some(Expr::Tuple(tuple)) if !tuple.parenthesized => tuple.elts.first(),
            other => other,
        };
        self.optional(raised, at.end);
        self.optional(raise.cause.as_deref(), at.end);
        self.close();
    }

    /// Each name of `global a, b` is a statement, reported from the keyword on.
    fn outer_names(&mut self, kind: Kind, names: &[Identifier], start: u32) {
        for name in names {
            self.open(kind, Span::new(start, name.range.end().to_u32().max(start)));
            self.identifier(name);
            self.close();
        }
    }

    fn import(&mut self, alias: &Alias, start: u32) {
        let end = alias.range.end().to_u32();
        self.open(Kind::Import, Span::new(start, end.max(start)));
        if self.sigil(alias.name.range.start()) == Some(Sigil::Dots) {
            self.identifier(&alias.name);
        } else {
            self.path(alias.name.range, alias.name.range);
        }
        match &alias.asname {
            Some(name) => self.identifier(name),
            None => self.absent(end),
        }
        self.close();
    }

    /// A dotted name; `whole` has the leading dots of a relative import too.
    fn path(&mut self, whole: TextRange, parts: TextRange) {
        let text = self.text(whole);
        // `import a . b` is rare enough to pay for a text of its own.
        let blank = |letter: char| letter.is_ascii_whitespace() || letter == '\\';
        let name = if text.contains(blank) {
            let bare: String = text.split(blank).collect();
            self.build.symbols.intern(&bare)
        } else {
            self.symbol(text)
        };
        self.build
            .open_with(Kind::Path, Op::None, Flags::NONE, name, span(whole));
        let mut at = parts.start();
        for part in self.text(parts).split('.') {
            let inner = part.trim_start_matches(blank);
            let begin = at + size(part.len() - inner.len());
            let end = begin + size(inner.trim_end_matches(blank).len());
            if begin < end {
                self.name(TextRange::new(begin, end));
            }
            at += size(part.len() + 1);
        }
        self.close();
    }

    fn import_from(&mut self, import: &ast::StmtImportFrom, start: u32) {
        let range = import.range;
        let end = import.names.last().map_or(range.end(), Ranged::end);
        self.open(Kind::ImportFrom, Span::new(start, end.to_u32().max(start)));
        let before = range.start() + size(self.keyword_end(import));
        let path = match &import.module {
            Some(module) => module.range,
            None => TextRange::empty(before),
        };
        let first = if import.level == 0 {
            path.start()
        } else {
            self.first_dot(before).min(path.start().max(before))
        };
        let whole = match &import.module {
            Some(module) => TextRange::new(first.min(module.start()), module.end()),
            None => TextRange::new(first, self.after_dots(first)),
        };
        self.path(whole, path);
        let names = import.names.first().map_or(end, Ranged::start);
        self.open(
            Kind::ImportNames,
            Span::new(names.to_u32(), end.max(names).to_u32()),
        );
        for alias in &import.names {
            self.import_name(alias);
        }
        self.close();
        self.close();
    }

    fn import_name(&mut self, alias: &Alias) {
        let sigil = self.sigil(alias.name.range.start());
        if matches!(sigil, Some(Sigil::Dots | Sigil::Rest)) {
            return self.identifier(&alias.name);
        }
        self.open(Kind::ImportName, span(alias.range));
        self.identifier(&alias.name);
        match &alias.asname {
            Some(name) => self.identifier(name),
            None => self.absent(alias.range.end().to_u32()),
        }
        self.close();
    }

    /// How many bytes `from`, or `lazy from`, takes.
    fn keyword_end(&self, import: &ast::StmtImportFrom) -> usize {
        let text = self.text(import.range);
        text.find("from").map_or(0, |at| at + "from".len())
    }

    fn first_dot(&self, from: TextSize) -> TextSize {
        TextSize::new(self.find(b'.', from.to_u32()))
    }

    /// Behind the dots and blanks that begin at `from`.
    fn after_dots(&self, from: TextSize) -> TextSize {
        let text = self.source.get(from.to_usize()..).unwrap_or_default();
        let dots = text.trim_start_matches(['.', ' ', '\t']);
        let run = text.len() - dots.len();
        let trimmed = text.get(..run).unwrap_or_default().trim_end();
        from + size(trimmed.len())
    }
}

/// A loop is reported without its `else`, which rules see as a statement of its own.
fn loop_span(at: Span, body: &[Stmt], otherwise: &[Stmt]) -> Span {
    match body.last() {
        Some(last) if !otherwise.is_empty() => Span::new(at.start, last.end().to_u32()),
        _ => at,
    }
}

fn is_python2(classes: &[Expr]) -> bool {
    matches!(classes, [_, Expr::Name(_)])
}

fn size(length: usize) -> TextSize {
    TextSize::try_from(length).unwrap_or_default()
}
