//! Statements.

use oxc_ast::ast::{
    CatchClause, Declaration, Directive, Expression, ForStatement, ForStatementInit,
    ForStatementLeft, IfStatement, LabelIdentifier, Statement, SwitchCase, SwitchStatement,
    TryStatement, VariableDeclaration, VariableDeclarationKind, VariableDeclarator,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Span};

use super::{Lower, function::Head, span};

impl Lower<'_> {
    /// `"use strict"` is an expression like any other, as Semgrep has it.
    pub(super) fn directives(&mut self, directives: &[Directive<'_>]) {
        for directive in directives {
            self.node(Kind::ExprStmt, span(directive.span), |this| {
                let at = span(directive.expression.span);
                this.string(at, at);
            });
        }
    }

    pub(super) fn statements(&mut self, statements: &[Statement<'_>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    pub(crate) fn statement(&mut self, statement: &Statement<'_>) {
        let at = span(statement.span());
        match statement {
            Statement::ExpressionStatement(inner) => {
                if let Expression::Identifier(name) = &inner.expression
                    && self.is_many(&name.name)
                {
                    self.name(&name.name, at);
                } else {
                    self.node(Kind::ExprStmt, at, |this| {
                        this.expression(&inner.expression);
                    });
                }
            }
            Statement::BlockStatement(block) => {
                self.node(Kind::Block, at, |this| this.statements(&block.body));
            }
            Statement::IfStatement(inner) => self.if_statement(inner, at),
            Statement::ReturnStatement(inner) => {
                self.optional(Kind::Return, at, inner.argument.as_ref());
            }
            Statement::ThrowStatement(inner) => {
                self.node(Kind::Throw, at, |this| {
                    this.expression(&inner.argument);
                    this.absent(at.end);
                });
            }
            Statement::TryStatement(inner) => self.try_statement(inner, at),
            Statement::SwitchStatement(inner) => self.switch(inner, at),
            Statement::LabeledStatement(inner) => {
                self.node(Kind::Label, at, |this| {
                    this.name(&inner.label.name, span(inner.label.span));
                    this.statement(&inner.body);
                });
            }
            Statement::BreakStatement(inner) => self.jump(Kind::Break, at, inner.label.as_ref()),
            Statement::ContinueStatement(inner) => {
                self.jump(Kind::Continue, at, inner.label.as_ref());
            }
            Statement::WithStatement(inner) => {
                self.node(Kind::With, at, |this| {
                    let object = span(inner.object.span());
                    this.node(Kind::WithItems, object, |this| {
                        this.node(Kind::WithItem, object, |this| {
                            this.expression(&inner.object);
                            this.absent(object.end);
                        });
                    });
                    this.block(&inner.body);
                });
            }
            Statement::DebuggerStatement(_) => {
                self.other("debugger", at, |_| {});
            }
            Statement::EmptyStatement(_) => {
                self.node(Kind::Block, at, |_| {});
            }
            _ if statement.as_module_declaration().is_some() => {
                if let Some(module) = statement.as_module_declaration() {
                    self.module(module);
                }
            }
            _ => match statement.as_declaration() {
                Some(declaration) => self.declaration(declaration, at.start),
                None => self.looped(statement, at),
            },
        }
    }

    fn looped(&mut self, statement: &Statement<'_>, at: Span) {
        match statement {
            Statement::WhileStatement(inner) => {
                self.node(Kind::While, at, |this| {
                    this.expression(&inner.test);
                    this.block(&inner.body);
                    this.absent(at.end);
                });
            }
            Statement::DoWhileStatement(inner) => {
                self.node(Kind::DoWhile, at, |this| {
                    this.block(&inner.body);
                    this.expression(&inner.test);
                });
            }
            Statement::ForStatement(inner) => self.for_statement(inner, at),
            Statement::ForInStatement(inner) => {
                self.for_each(&inner.left, &inner.right, &inner.body, Flags::NONE, at);
            }
            Statement::ForOfStatement(inner) => {
                let flags = if inner.r#await {
                    Flags::OF | Flags::ASYNC
                } else {
                    Flags::OF
                };
                self.for_each(&inner.left, &inner.right, &inner.body, flags, at);
            }
            _ => {
                self.other("statement", at, |_| {});
            }
        }
    }

    fn optional(&mut self, kind: Kind, at: Span, expression: Option<&Expression<'_>>) {
        self.node(kind, at, |this| match expression {
            Some(expression) => this.expression(expression),
            None => this.absent(at.end),
        });
    }

    fn jump(&mut self, kind: Kind, at: Span, label: Option<&LabelIdentifier<'_>>) {
        self.node(kind, at, |this| match label {
            Some(label) => {
                this.name(&label.name, span(label.span));
            }
            None => this.absent(at.end),
        });
    }

    /// A body: a single statement is a block of one.
    fn block(&mut self, statement: &Statement<'_>) {
        let at = span(statement.span());
        match statement {
            Statement::BlockStatement(block) => {
                self.node(Kind::Block, at, |this| this.statements(&block.body));
            }
            Statement::EmptyStatement(_) => {
                self.node(Kind::Block, at, |_| {});
            }
            other => {
                self.node(Kind::Block, at, |this| this.statement(other));
            }
        }
    }

    fn if_statement(&mut self, inner: &IfStatement<'_>, at: Span) {
        self.node(Kind::If, at, |this| {
            this.expression(&inner.test);
            this.block(&inner.consequent);
            match &inner.alternate {
                None => this.absent(at.end),
                Some(Statement::IfStatement(next)) => this.if_statement(next, span(next.span)),
                Some(other) => this.block(other),
            }
        });
    }

    fn try_statement(&mut self, inner: &TryStatement<'_>, at: Span) {
        self.node(Kind::Try, at, |this| {
            this.node(Kind::Block, span(inner.block.span), |this| {
                this.statements(&inner.block.body);
            });
            let handlers = inner.handler.as_ref().map(|handler| span(handler.span));
            let none = Span::new(inner.block.span.end, inner.block.span.end);
            this.node(Kind::Handlers, handlers.unwrap_or(none), |this| {
                if let Some(handler) = &inner.handler {
                    this.catch(handler);
                }
            });
            this.absent(at.end);
            match &inner.finalizer {
                None => this.absent(at.end),
                Some(block) => {
                    this.node(Kind::Block, span(block.span), |this| {
                        this.statements(&block.body);
                    });
                }
            }
        });
    }

    pub(crate) fn catch(&mut self, clause: &CatchClause<'_>) {
        let at = span(clause.span);
        self.node(Kind::Catch, at, |this| {
            match &clause.param {
                None => {
                    this.absent(at.start);
                    this.absent(at.start);
                }
                Some(parameter) => {
                    this.annotation(parameter.type_annotation.as_deref(), parameter.span.start);
                    this.binding(&parameter.pattern);
                }
            }
            this.node(Kind::Block, span(clause.body.span), |this| {
                this.statements(&clause.body.body);
            });
        });
    }

    fn switch(&mut self, inner: &SwitchStatement<'_>, at: Span) {
        self.node(Kind::Switch, at, |this| {
            this.expression(&inner.discriminant);
            let cases = Span::new(inner.discriminant.span().end, at.end);
            this.node(Kind::Cases, cases, |this| {
                for case in &inner.cases {
                    this.case(case);
                }
            });
        });
    }

    pub(crate) fn case(&mut self, case: &SwitchCase<'_>) {
        let at = span(case.span);
        if let Some(Expression::Identifier(name)) = &case.test
            && case.consequent.is_empty()
            && self.is_dots(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        self.node(Kind::Case, at, |this| {
            let test = case.test.as_ref().map(|test| span(test.span()));
            let test_at = test.unwrap_or(Span::new(at.start, at.start));
            this.node(Kind::Tuple, test_at, |this| {
                if let Some(test) = &case.test {
                    this.expression(test);
                }
            });
            this.absent(test_at.end);
            let start = case
                .consequent
                .first()
                .map_or(at.end, |first| first.span().start);
            this.node(Kind::Block, Span::new(start, at.end.max(start)), |this| {
                this.statements(&case.consequent);
            });
        });
    }

    fn for_statement(&mut self, inner: &ForStatement<'_>, at: Span) {
        self.node(Kind::CFor, at, |this| {
            match &inner.init {
                None => this.absent(at.start),
                Some(ForStatementInit::VariableDeclaration(declaration)) => {
                    if declaration.declarations.len() == 1 {
                        this.variables(declaration, declaration.span.start);
                    } else {
                        this.node(Kind::Sequence, span(declaration.span), |this| {
                            this.variables(declaration, declaration.span.start);
                        });
                    }
                }
                Some(other) => match other.as_expression() {
                    Some(expression) => this.expression(expression),
                    None => this.absent(at.start),
                },
            }
            for part in [&inner.test, &inner.update] {
                match part {
                    Some(part) => this.expression(part),
                    None => this.absent(inner.body.span().start),
                }
            }
            this.block(&inner.body);
        });
    }

    /// How the target is declared, if it is, stands in the flags of the loop.
    fn for_each(
        &mut self,
        left: &ForStatementLeft<'_>,
        right: &Expression<'_>,
        body: &Statement<'_>,
        flags: Flags,
        at: Span,
    ) {
        let flags = match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                flags | declared(declaration.kind)
            }
            _ => flags,
        };
        self.flagged(Kind::For, flags, at, |this| {
            match left {
                ForStatementLeft::VariableDeclaration(declaration) => {
                    match declaration.declarations.first() {
                        Some(declarator) => this.binding(&declarator.id),
                        None => this.absent(declaration.span.end),
                    }
                }
                other => match other.as_assignment_target() {
                    Some(target) => this.target(target),
                    None => this.absent(at.start),
                },
            }
            this.expression(right);
            this.block(body);
            this.absent(at.end);
        });
    }

    /// `start` is where the statement begins, which may be before the declaration.
    pub(super) fn declaration(&mut self, declaration: &Declaration<'_>, start: u32) {
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                self.variables(variables, variables.span.start);
            }
            // Only a pattern has it here: it stands for the expression.
            Declaration::FunctionDeclaration(function) if function.id.is_none() => {
                let at = span(function.span);
                self.node(Kind::ExprStmt, at, |this| this.lambda(function, at));
            }
            Declaration::FunctionDeclaration(function) => {
                let head = Head {
                    key: None,
                    name: function.id.as_ref(),
                    decorators: &[],
                    modifiers: &[],
                    flags: Flags::NONE,
                    span: span(function.span),
                };
                self.function(function, &head);
            }
            Declaration::ClassDeclaration(class) => {
                self.class(class, class.span.start, class.span.end);
            }
            other => self.type_declaration(other, start),
        }
    }

    /// One node for each variable. A later one begins at the keyword too, as in Semgrep.
    fn variables(&mut self, declaration: &VariableDeclaration<'_>, start: u32) {
        for declarator in &declaration.declarations {
            self.variable(declarator, declared(declaration.kind), start);
        }
    }

    fn variable(&mut self, declarator: &VariableDeclarator<'_>, flags: Flags, start: u32) {
        let end = declarator.span.end;
        self.flagged(Kind::VarDef, flags, Span::new(start, end), |this| {
            this.binding(&declarator.id);
            this.annotation(
                declarator.type_annotation.as_deref(),
                declarator.id.span().end,
            );
            match &declarator.init {
                Some(value) => this.expression(value),
                None => this.absent(end),
            }
        });
    }
}

fn declared(kind: VariableDeclarationKind) -> Flags {
    match kind {
        VariableDeclarationKind::Var => Flags::VAR,
        VariableDeclarationKind::Let => Flags::LET,
        VariableDeclarationKind::Const
        | VariableDeclarationKind::Using
        | VariableDeclarationKind::AwaitUsing => Flags::CONST,
    }
}
