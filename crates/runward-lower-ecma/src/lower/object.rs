//! Object literals.

use oxc_ast::ast::{
    Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind, PropertyKey, PropertyKind,
};
use runward_syntax::{Flags, Kind, Span};

use super::{Lower, function::Head, span};

impl Lower<'_> {
    pub(super) fn object(&mut self, object: &ObjectExpression<'_>, shown: Span) {
        self.node(Kind::Dict, shown, |this| {
            for property in &object.properties {
                match property {
                    ObjectPropertyKind::ObjectProperty(property) => this.property(property),
                    ObjectPropertyKind::SpreadProperty(spread) => {
                        this.node(Kind::Spread, span(spread.span), |this| {
                            this.expression(&spread.argument);
                        });
                    }
                }
            }
        });
    }

    pub(crate) fn property(&mut self, property: &ObjectProperty<'_>) {
        let at = span(property.span);
        if let PropertyKey::StaticIdentifier(name) = &property.key
            && property.shorthand
            && self.is_many(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        let accessor = match property.kind {
            PropertyKind::Init => Flags::NONE,
            PropertyKind::Get => Flags::GETTER,
            PropertyKind::Set => Flags::SETTER,
        };
        let head = Head {
            key: Some((&property.key, property.computed)),
            name: None,
            decorators: &[],
            modifiers: &[],
            flags: Flags::METHOD | accessor,
            span: at,
        };
        // A function as a value is a method, however it is written.
        match &property.value {
            Expression::FunctionExpression(function) => self.function(function, &head),
            Expression::ArrowFunctionExpression(arrow) => self.arrow_method(arrow, &head),
            value => {
                let shorthand = if property.shorthand {
                    Flags::SHORTHAND
                } else {
                    Flags::NONE
                };
                self.flagged(Kind::Pair, shorthand, at, |this| {
                    this.key(&property.key, property.computed);
                    this.expression(value);
                });
            }
        }
    }
}
