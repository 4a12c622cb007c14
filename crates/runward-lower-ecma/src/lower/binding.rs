//! What is bound or assigned to: names, and objects and lists of them.
//!
//! A destructuring looks like the literal that it takes apart, so that one pattern finds both.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, AssignmentTargetRest,
    BindingPattern, BindingProperty, BindingRestElement, Expression, IdentifierReference,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Span};

use super::{Lower, span};

impl Lower<'_> {
    pub(super) fn binding(&mut self, pattern: &BindingPattern<'_>) {
        let at = span(pattern.span());
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                self.name(&name.name, at);
            }
            BindingPattern::ObjectPattern(object) => {
                self.node(Kind::Dict, at, |this| {
                    for property in &object.properties {
                        this.binding_property(property);
                    }
                    this.binding_rest(object.rest.as_deref());
                });
            }
            BindingPattern::ArrayPattern(array) => {
                self.node(Kind::List, at, |this| {
                    for element in array.elements.iter().flatten() {
                        this.binding(element);
                    }
                    this.binding_rest(array.rest.as_deref());
                });
            }
            BindingPattern::AssignmentPattern(inner) => {
                self.node(Kind::Assign, at, |this| {
                    this.binding(&inner.left);
                    this.expression(&inner.right);
                });
            }
        }
    }

    fn binding_property(&mut self, property: &BindingProperty<'_>) {
        let at = span(property.span);
        if let BindingPattern::BindingIdentifier(name) = &property.value
            && property.shorthand
            && self.is_many(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        let flags = if property.shorthand {
            Flags::SHORTHAND
        } else {
            Flags::NONE
        };
        self.flagged(Kind::Pair, flags, at, |this| {
            this.key(&property.key, property.computed);
            this.binding(&property.value);
        });
    }

    fn binding_rest(&mut self, rest: Option<&BindingRestElement<'_>>) {
        if let Some(rest) = rest {
            self.node(Kind::Spread, span(rest.span), |this| {
                this.binding(&rest.argument);
            });
        }
    }

    pub(super) fn target(&mut self, target: &AssignmentTarget<'_>) {
        let at = span(target.span());
        match target {
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                self.node(Kind::Dict, at, |this| {
                    for property in &object.properties {
                        this.target_property(property);
                    }
                    this.target_rest(object.rest.as_deref());
                });
            }
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                self.node(Kind::List, at, |this| {
                    for element in array.elements.iter().flatten() {
                        this.target_or_default(element);
                    }
                    this.target_rest(array.rest.as_deref());
                });
            }
            other => {
                if let Some(simple) = other.as_simple_assignment_target() {
                    self.simple(simple);
                }
            }
        }
    }

    fn target_property(&mut self, property: &AssignmentTargetProperty<'_>) {
        match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(property) => {
                self.target_shorthand(
                    &property.binding,
                    property.init.as_ref(),
                    span(property.span),
                );
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(property) => {
                self.node(Kind::Pair, span(property.span), |this| {
                    this.key(&property.name, property.computed);
                    this.target_or_default(&property.binding);
                });
            }
        }
    }

    fn target_shorthand(
        &mut self,
        binding: &IdentifierReference<'_>,
        default: Option<&Expression<'_>>,
        at: Span,
    ) {
        if default.is_none() && self.is_many(&binding.name) {
            self.name(&binding.name, at);
            return;
        }
        let name_at = span(binding.span);
        self.flagged(Kind::Pair, Flags::SHORTHAND, at, |this| {
            this.name(&binding.name, name_at);
            match default {
                None => {
                    this.name(&binding.name, name_at);
                }
                Some(default) => {
                    this.node(Kind::Assign, at, |this| {
                        this.name(&binding.name, name_at);
                        this.expression(default);
                    });
                }
            }
        });
    }

    fn target_or_default(&mut self, target: &AssignmentTargetMaybeDefault<'_>) {
        match target {
            AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(inner) => {
                self.node(Kind::Assign, span(inner.span), |this| {
                    this.target(&inner.binding);
                    this.expression(&inner.init);
                });
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.target(target);
                }
            }
        }
    }

    fn target_rest(&mut self, rest: Option<&AssignmentTargetRest<'_>>) {
        if let Some(rest) = rest {
            self.node(Kind::Spread, span(rest.span), |this| {
                this.target(&rest.target);
            });
        }
    }
}
