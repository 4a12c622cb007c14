//! JSX.

use oxc_ast::ast::{
    JSXAttribute, JSXAttributeItem, JSXAttributeName, JSXAttributeValue, JSXChild, JSXElement,
    JSXElementName, JSXExpressionContainer, JSXFragment, JSXMemberExpression,
    JSXMemberExpressionObject,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Kind, Span};

use super::{Lower, span};
use crate::pattern::stand_in::is_metavar;

impl Lower<'_> {
    pub(super) fn jsx(&mut self, element: &JSXElement<'_>, shown: Span) {
        let opening = &element.opening_element;
        self.node(Kind::Jsx, shown, |this| {
            this.tag(&opening.name);
            let from = opening.name.span().end;
            let attributes = Span::new(from, opening.span.end.max(from));
            this.node(Kind::JsxAttrs, attributes, |this| {
                for attribute in &opening.attributes {
                    match attribute {
                        JSXAttributeItem::Attribute(attribute) => this.attribute(attribute),
                        JSXAttributeItem::SpreadAttribute(spread) => {
                            this.node(Kind::Spread, span(spread.span), |this| {
                                this.expression(&spread.argument);
                            });
                        }
                    }
                }
            });
            let close = element.closing_element.as_ref();
            let end = close.map_or(opening.span.end, |closing| closing.span.start);
            this.children(&element.children, Span::new(opening.span.end, end));
        });
    }

    pub(super) fn fragment(&mut self, fragment: &JSXFragment<'_>, shown: Span) {
        let body = Span::new(
            fragment.opening_fragment.span.end,
            fragment.closing_fragment.span.start,
        );
        self.node(Kind::Jsx, shown, |this| {
            this.absent(shown.start);
            this.node(Kind::JsxAttrs, Span::new(body.start, body.start), |_| {});
            this.children(&fragment.children, body);
        });
    }

    fn tag(&mut self, name: &JSXElementName<'_>) {
        let at = span(name.span());
        match name {
            JSXElementName::Identifier(name) => {
                self.name(&name.name, at);
            }
            JSXElementName::IdentifierReference(name) => {
                self.name(&name.name, at);
            }
            JSXElementName::NamespacedName(_) => {
                let text = self.text(at);
                self.leaf(Kind::Name, text, at);
            }
            JSXElementName::MemberExpression(member) => self.tag_member(member),
            JSXElementName::ThisExpression(_) => {
                self.leaf(Kind::This, "this", at);
            }
        }
    }

    fn tag_member(&mut self, member: &JSXMemberExpression<'_>) {
        self.node(Kind::Attr, span(member.span), |this| {
            let at = span(member.object.span());
            match &member.object {
                JSXMemberExpressionObject::IdentifierReference(name) => {
                    this.name(&name.name, at);
                }
                JSXMemberExpressionObject::MemberExpression(inner) => this.tag_member(inner),
                JSXMemberExpressionObject::ThisExpression(_) => {
                    this.leaf(Kind::This, "this", at);
                }
            }
            this.name(&member.property.name, span(member.property.span));
        });
    }

    fn attribute(&mut self, attribute: &JSXAttribute<'_>) {
        let at = span(attribute.span);
        if let JSXAttributeName::Identifier(name) = &attribute.name
            && attribute.value.is_none()
            && self.is_many(&name.name)
        {
            self.name(&name.name, at);
            return;
        }
        self.node(Kind::JsxAttr, at, |this| {
            let name_at = span(attribute.name.span());
            match &attribute.name {
                JSXAttributeName::Identifier(name) => {
                    this.name(&name.name, name_at);
                }
                JSXAttributeName::NamespacedName(_) => {
                    let text = this.text(name_at);
                    this.leaf(Kind::Name, text, name_at);
                }
            }
            match &attribute.value {
                None => this.absent(at.end),
                Some(JSXAttributeValue::StringLiteral(string)) => {
                    let at = span(string.span);
                    this.string(at, at);
                }
                Some(JSXAttributeValue::ExpressionContainer(container)) => {
                    if !this.container(container) {
                        this.absent(at.end);
                    }
                }
                Some(JSXAttributeValue::Element(element)) => this.jsx(element, span(element.span)),
                Some(JSXAttributeValue::Fragment(inner)) => this.fragment(inner, span(inner.span)),
            }
        });
    }

    /// Whether there was anything between the braces.
    fn container(&mut self, container: &JSXExpressionContainer<'_>) -> bool {
        let expression = container.expression.as_expression();
        if let Some(expression) = expression {
            self.expression(expression);
        }
        expression.is_some()
    }

    fn children(&mut self, children: &[JSXChild<'_>], at: Span) {
        let at = Span::new(at.start, at.end.max(at.start));
        self.node(Kind::JsxBody, at, |this| {
            for child in children {
                match child {
                    JSXChild::Text(text) => this.jsx_text(span(text.span)),
                    JSXChild::Element(element) => this.jsx(element, span(element.span)),
                    JSXChild::Fragment(inner) => this.fragment(inner, span(inner.span)),
                    JSXChild::ExpressionContainer(container) => {
                        this.container(container);
                    }
                    JSXChild::Spread(spread) => {
                        this.node(Kind::Spread, span(spread.span), |this| {
                            this.expression(&spread.expression);
                        });
                    }
                }
            }
        });
    }

    /// Space around a line break means nothing in JSX, and is left out.
    fn jsx_text(&mut self, at: Span) {
        let text = self.text(at);
        let trimmed = text.trim();
        if trimmed.is_empty() && text.contains('\n') {
            return;
        }
        if self.pattern && trimmed == "..." {
            self.leaf(Kind::Dots, "", at);
        } else if self.pattern && is_metavar(trimmed) {
            self.leaf(Kind::Metavar, trimmed, at);
        } else {
            self.leaf(Kind::JsxText, text, at);
        }
    }
}
