//! Functions and their parameters.

use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingIdentifier, BindingPattern, Decorator,
    FormalParameter, FormalParameters, Function, FunctionBody, PropertyKey, TSTypeAnnotation,
    TSTypeParameterDeclaration,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Span};

use super::{Lower, span};

/// What a definition of a function has in front of its parameters.
pub(super) struct Head<'n, 'a> {
    /// Of a method, with whether it is computed.
    pub key: Option<(&'n PropertyKey<'a>, bool)>,
    /// Of a function.
    pub name: Option<&'n BindingIdentifier<'a>>,
    pub decorators: &'n [Decorator<'a>],
    pub modifiers: &'n [&'static str],
    pub flags: Flags,
    pub span: Span,
}

impl Lower<'_> {
    /// A function that is declared, or a method.
    pub(super) fn function(&mut self, function: &Function<'_>, head: &Head<'_, '_>) {
        let mut flags = head.flags;
        if function.r#async {
            flags = flags | Flags::ASYNC;
        }
        if function.generator {
            flags = flags | Flags::GENERATOR;
        }
        self.flagged(Kind::FuncDef, flags, head.span, |this| {
            this.head(head, function.type_parameters.as_deref());
            this.parameters(&function.params);
            this.annotation(function.return_type.as_deref(), function.params.span.end);
            match &function.body {
                Some(body) => this.body(body),
                None => this.absent(head.span.end),
            }
        });
    }

    /// A field or property whose value is an arrow function.
    pub(super) fn arrow_method(
        &mut self,
        arrow: &ArrowFunctionExpression<'_>,
        head: &Head<'_, '_>,
    ) {
        let flags = if arrow.r#async {
            head.flags | Flags::ASYNC
        } else {
            head.flags
        };
        self.flagged(Kind::FuncDef, flags | Flags::ARROW, head.span, |this| {
            this.head(head, arrow.type_parameters.as_deref());
            this.parameters(&arrow.params);
            this.annotation(arrow.return_type.as_deref(), arrow.params.span.end);
            this.arrow_body(arrow);
        });
    }

    fn head(
        &mut self,
        head: &Head<'_, '_>,
        type_parameters: Option<&TSTypeParameterDeclaration<'_>>,
    ) {
        self.decorators(head.decorators, head.modifiers, head.span.start);
        match (head.key, head.name) {
            (Some((key, computed)), _) => self.key(key, computed),
            (None, Some(name)) => {
                self.name(&name.name, span(name.span));
            }
            (None, None) => self.absent(head.span.start),
        }
        self.type_parameters(type_parameters, head.span.start);
    }

    /// A function expression; its own name, which only it sees, is left out as in Semgrep.
    pub(super) fn lambda(&mut self, function: &Function<'_>, shown: Span) {
        let mut flags = Flags::NONE;
        if function.r#async {
            flags = flags | Flags::ASYNC;
        }
        if function.generator {
            flags = flags | Flags::GENERATOR;
        }
        self.flagged(Kind::Lambda, flags, shown, |this| {
            this.parameters(&function.params);
            this.annotation(function.return_type.as_deref(), function.params.span.end);
            match &function.body {
                Some(body) => this.body(body),
                None => this.absent(shown.end),
            }
        });
    }

    pub(super) fn arrow(&mut self, arrow: &ArrowFunctionExpression<'_>, shown: Span) {
        let asynchronous = if arrow.r#async {
            Flags::ASYNC
        } else {
            Flags::NONE
        };
        self.flagged(Kind::Lambda, Flags::ARROW | asynchronous, shown, |this| {
            this.parameters(&arrow.params);
            this.annotation(arrow.return_type.as_deref(), arrow.params.span.end);
            this.arrow_body(arrow);
        });
    }

    /// An expression as a body is a block that returns it; the `return` begins at the arrow.
    fn arrow_body(&mut self, arrow: &ArrowFunctionExpression<'_>) {
        let expression = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => return self.body(body),
            other => match other.as_expression() {
                Some(expression) => expression,
                None => return self.absent(arrow.span.end),
            },
        };
        let at = span(expression.span());
        let before = arrow
            .return_type
            .as_ref()
            .map_or(arrow.params.span.end, |kind| kind.span.end);
        let gap = self.text(Span::new(before, at.start));
        let skipped = gap
            .find("=>")
            .and_then(|skipped| u32::try_from(skipped).ok());
        let from = skipped.map_or(at.start, |skipped| before + skipped);
        let whole = Span::new(from, at.end);
        self.node(Kind::Block, whole, |this| {
            if let oxc_ast::ast::Expression::Identifier(name) = expression
                && this.is_dots(&name.name)
            {
                this.name(&name.name, at);
            } else {
                this.node(Kind::Return, whole, |this| this.expression(expression));
            }
        });
    }

    pub(super) fn body(&mut self, body: &FunctionBody<'_>) {
        self.node(Kind::Block, span(body.span), |this| {
            this.directives(&body.directives);
            this.statements(&body.statements);
        });
    }

    pub(super) fn parameters(&mut self, parameters: &FormalParameters<'_>) {
        self.node(Kind::Params, span(parameters.span), |this| {
            for parameter in &parameters.items {
                this.parameter(parameter);
            }
            if let Some(rest) = &parameters.rest {
                let at = span(rest.span);
                this.flagged(Kind::Param, Flags::STAR, at, |this| {
                    this.binding(&rest.rest.argument);
                    this.annotation(rest.type_annotation.as_deref(), at.end);
                    this.absent(at.end);
                });
            }
        });
    }

    fn parameter(&mut self, parameter: &FormalParameter<'_>) {
        let at = span(parameter.span);
        if let BindingPattern::BindingIdentifier(name) = &parameter.pattern
            && parameter.type_annotation.is_none()
            && parameter.initializer.is_none()
            && self.is_many(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        self.node(Kind::Param, at, |this| {
            let (pattern, default) = match &parameter.pattern {
                BindingPattern::AssignmentPattern(inner) => (&inner.left, Some(&inner.right)),
                pattern => (pattern, parameter.initializer.as_deref()),
            };
            this.binding(pattern);
            this.annotation(parameter.type_annotation.as_deref(), pattern.span().end);
            match default {
                Some(default) => this.expression(default),
                None => this.absent(at.end),
            }
            if !parameter.decorators.is_empty() {
                this.decorators(&parameter.decorators, &[], at.start);
            }
        });
    }

    pub(super) fn annotation(&mut self, annotation: Option<&TSTypeAnnotation<'_>>, at: u32) {
        match annotation {
            Some(annotation) => self.ts_type(&annotation.type_annotation),
            None => self.absent(at),
        }
    }
}
