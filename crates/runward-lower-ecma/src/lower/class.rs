//! Classes.

use oxc_ast::ast::{
    Class, ClassElement, Decorator, Expression, MethodDefinition, MethodDefinitionKind,
    PropertyDefinition, PropertyKey, TSAccessibility,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Span};

use super::{Lower, function::Head, span};

impl Lower<'_> {
    /// `start` may lie before the class itself, at an `export` or a decorator before that.
    pub(super) fn class(&mut self, class: &Class<'_>, start: u32, end: u32) {
        let first = class
            .decorators
            .first()
            .map_or(start, |decorator| decorator.span.start);
        let at = Span::new(start.min(first), end);
        self.node(Kind::ClassDef, at, |this| {
            let modifiers: &[_] = if class.r#abstract { &["abstract"] } else { &[] };
            this.decorators(&class.decorators, modifiers, at.start);
            match &class.id {
                Some(name) => {
                    this.name(&name.name, span(name.span));
                }
                None => this.absent(class.span.start),
            }
            this.type_parameters(class.type_parameters.as_deref(), class.span.start);
            this.bases(class);
            this.node(Kind::Block, span(class.body.span), |this| {
                for element in &class.body.body {
                    this.class_element(element);
                }
            });
        });
    }

    /// `implements T` is the keyword `implements` with the type.
    fn bases(&mut self, class: &Class<'_>) {
        let start = class
            .heritage
            .as_ref()
            .map(|heritage| heritage.expression.span().start);
        let first = class
            .implements
            .first()
            .map(|implemented| implemented.span.start);
        let end = class.body.span.start;
        let at = Span::new(start.or(first).unwrap_or(end), end);
        self.node(Kind::Bases, at, |this| {
            if let Some(heritage) = &class.heritage {
                this.expression(&heritage.expression);
            }
            for implemented in &class.implements {
                let at = span(implemented.span);
                this.node(Kind::Keyword, at, |this| {
                    this.leaf(Kind::Name, "implements", Span::new(at.start, at.start));
                    this.type_name(&implemented.expression);
                });
            }
        });
    }

    /// Decorators, then modifiers as [`Kind::Other`]: what a pattern says must be there, what it
    /// does not say may be.
    pub(super) fn decorators(
        &mut self,
        decorators: &[Decorator<'_>],
        modifiers: &[&str],
        start: u32,
    ) {
        let end = decorators.last().map_or(start, |last| last.span.end);
        self.node(Kind::Decorators, Span::new(start.min(end), end), |this| {
            for decorator in decorators {
                this.decorator(decorator);
            }
            for modifier in modifiers {
                this.other(modifier, Span::new(end, end), |_| {});
            }
        });
    }

    pub(crate) fn decorator(&mut self, decorator: &Decorator<'_>) {
        self.node(Kind::Decorator, span(decorator.span), |this| {
            this.expression(&decorator.expression);
        });
    }

    pub(crate) fn class_element(&mut self, element: &ClassElement<'_>) {
        match element {
            ClassElement::MethodDefinition(method) => self.method(method),
            ClassElement::PropertyDefinition(property) => self.field(property),
            ClassElement::AccessorProperty(property) => {
                let at = span(property.span);
                let flags = if property.r#static {
                    Flags::STATIC
                } else {
                    Flags::NONE
                };
                self.flagged(Kind::Field, flags, at, |this| {
                    this.decorators(&property.decorators, &["accessor"], at.start);
                    this.key(&property.key, property.computed);
                    this.annotation(property.type_annotation.as_deref(), at.end);
                    match &property.value {
                        Some(value) => this.expression(value),
                        None => this.absent(at.end),
                    }
                });
            }
            ClassElement::StaticBlock(block) => {
                self.flagged(Kind::Block, Flags::STATIC, span(block.span), |this| {
                    this.statements(&block.body);
                });
            }
            ClassElement::TSIndexSignature(signature) => self.index_signature(signature),
        }
    }

    fn method(&mut self, method: &MethodDefinition<'_>) {
        let accessor = match method.kind {
            MethodDefinitionKind::Get => Flags::GETTER,
            MethodDefinitionKind::Set => Flags::SETTER,
            MethodDefinitionKind::Constructor | MethodDefinitionKind::Method => Flags::NONE,
        };
        let is_static = if method.r#static {
            Flags::STATIC
        } else {
            Flags::NONE
        };
        let start = begin(&method.decorators, method.span.start);
        // With no body the span takes a semicolon in.
        let end = match &method.value.body {
            Some(body) => body.span.end,
            None => method.span.end,
        };
        let modifiers = accessibility(method.accessibility);
        let head = Head {
            key: Some((&method.key, method.computed)),
            name: None,
            decorators: &method.decorators,
            modifiers,
            flags: Flags::METHOD | accessor | is_static,
            span: Span::new(start, end),
        };
        self.function(&method.value, &head);
    }

    fn field(&mut self, property: &PropertyDefinition<'_>) {
        let start = begin(&property.decorators, property.span.start);
        let value_end = property.value.as_ref().map(|value| value.span().end);
        let type_end = property.type_annotation.as_ref().map(|kind| kind.span.end);
        let end = value_end.or(type_end).unwrap_or(property.key.span().end);
        let at = Span::new(start, end.max(start));
        if let PropertyKey::StaticIdentifier(name) = &property.key
            && value_end.is_none()
            && type_end.is_none()
            && property.decorators.is_empty()
            && self.is_many(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        let modifiers = accessibility(property.accessibility);
        let is_static = if property.r#static {
            Flags::STATIC
        } else {
            Flags::NONE
        };
        let head = Head {
            key: Some((&property.key, property.computed)),
            name: None,
            decorators: &property.decorators,
            modifiers,
            flags: Flags::METHOD | is_static,
            span: at,
        };
        match &property.value {
            Some(Expression::FunctionExpression(function)) => self.function(function, &head),
            Some(Expression::ArrowFunctionExpression(arrow)) => self.arrow_method(arrow, &head),
            value => {
                self.flagged(Kind::Field, is_static, at, |this| {
                    this.decorators(&property.decorators, modifiers, start);
                    this.key(&property.key, property.computed);
                    this.annotation(property.type_annotation.as_deref(), property.key.span().end);
                    match value {
                        Some(value) => this.expression(value),
                        None => this.absent(end),
                    }
                });
            }
        }
    }
}

fn begin(decorators: &[Decorator<'_>], start: u32) -> u32 {
    decorators
        .first()
        .map_or(start, |first| first.span.start.min(start))
}

fn accessibility(accessibility: Option<TSAccessibility>) -> &'static [&'static str] {
    match accessibility {
        None => &[],
        Some(TSAccessibility::Private) => &["private"],
        Some(TSAccessibility::Protected) => &["protected"],
        Some(TSAccessibility::Public) => &["public"],
    }
}
