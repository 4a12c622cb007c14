//! Expressions.

use oxc_allocator::Vec as ArenaVec;
use oxc_ast::ast::{
    Argument, ArrayExpressionElement, AssignmentExpression, CallExpression, ChainElement,
    Expression, ImportExpression, MemberExpression, NewExpression, SimpleAssignmentTarget,
    TSAsExpression, TSType, TSTypeName,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Op, Span};

use super::{Lower, operator, span};
use crate::pattern::stand_in::{DEEP, TYPED};

impl Lower<'_> {
    pub(crate) fn expression(&mut self, expression: &Expression<'_>) {
        self.expression_at(expression, span(expression.span()));
    }

    /// `shown` is the span of the expression together with the parentheses around it, which is
    /// what a match of it covers.
    fn expression_at(&mut self, expression: &Expression<'_>, shown: Span) {
        let at = span(expression.span());
        match expression {
            Expression::ParenthesizedExpression(inner) => {
                self.expression_at(&inner.expression, shown);
            }
            Expression::Identifier(name) => {
                self.name(&name.name, shown);
            }
            Expression::StaticMemberExpression(_)
            | Expression::ComputedMemberExpression(_)
            | Expression::PrivateFieldExpression(_) => {
                if let Some(member) = expression.as_member_expression() {
                    self.member(member, shown);
                }
            }
            Expression::CallExpression(call) => self.call(call, shown),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(call, shown),
                ChainElement::TSNonNullExpression(inner) => {
                    self.node(Kind::NonNull, shown, |this| {
                        this.expression(&inner.expression);
                    });
                }
                other => {
                    if let Some(member) = other.as_member_expression() {
                        self.member(member, shown);
                    }
                }
            },
            Expression::StringLiteral(_) => self.string(at, shown),
            Expression::NumericLiteral(_) | Expression::BigIntLiteral(_) => self.number(at, shown),
            Expression::BooleanLiteral(literal) => {
                self.leaf(
                    Kind::Bool,
                    if literal.value { "true" } else { "false" },
                    shown,
                );
            }
            Expression::NullLiteral(_) => {
                self.leaf(Kind::Null, "null", shown);
            }
            Expression::RegExpLiteral(literal) => self.regex(literal, shown),
            Expression::TemplateLiteral(template) => self.template(template, shown),
            Expression::TaggedTemplateExpression(tagged) => {
                self.node(Kind::Tagged, shown, |this| {
                    this.expression(&tagged.tag);
                    this.template(&tagged.quasi, span(tagged.quasi.span));
                });
            }
            Expression::ThisExpression(_) => {
                self.leaf(Kind::This, "this", shown);
            }
            Expression::Super(_) => {
                self.leaf(Kind::Super, "super", shown);
            }
            Expression::ArrayExpression(array) => {
                self.node(Kind::List, shown, |this| {
                    for element in &array.elements {
                        this.element(element);
                    }
                });
            }
            Expression::ObjectExpression(object) => self.object(object, shown),
            Expression::ArrowFunctionExpression(arrow) => self.arrow(arrow, shown),
            Expression::FunctionExpression(function) => self.lambda(function, shown),
            Expression::ClassExpression(class) => self.class(class, shown.start, shown.end),
            Expression::JSXElement(element) => self.jsx(element, shown),
            Expression::JSXFragment(fragment) => self.fragment(fragment, shown),
            _ => self.operation_at(expression, shown),
        }
    }

    fn operation_at(&mut self, expression: &Expression<'_>, shown: Span) {
        match expression {
            Expression::BinaryExpression(binary) => {
                self.operation(
                    Kind::Binary,
                    operator::binary(binary.operator),
                    shown,
                    |this| {
                        this.expression(&binary.left);
                        this.expression(&binary.right);
                    },
                );
            }
            Expression::LogicalExpression(binary) => {
                self.operation(
                    Kind::Binary,
                    operator::logical(binary.operator),
                    shown,
                    |this| {
                        this.expression(&binary.left);
                        this.expression(&binary.right);
                    },
                );
            }
            Expression::PrivateInExpression(inside) => {
                self.operation(Kind::Binary, Op::In, shown, |this| {
                    let left = span(inside.left.span);
                    let text = this.text(left);
                    this.leaf(Kind::Name, text, left);
                    this.expression(&inside.right);
                });
            }
            Expression::UnaryExpression(unary) => {
                self.operation(
                    Kind::Unary,
                    operator::unary(unary.operator),
                    shown,
                    |this| {
                        this.expression(&unary.argument);
                    },
                );
            }
            Expression::UpdateExpression(update) => {
                let op = operator::update(update.operator, update.prefix);
                self.operation(Kind::Unary, op, shown, |this| this.simple(&update.argument));
            }
            Expression::AssignmentExpression(assignment) => self.assign(assignment, shown),
            Expression::ConditionalExpression(conditional) => {
                self.node(Kind::Conditional, shown, |this| {
                    this.expression(&conditional.test);
                    this.expression(&conditional.consequent);
                    this.expression(&conditional.alternate);
                });
            }
            Expression::SequenceExpression(sequence) => {
                self.node(Kind::Sequence, shown, |this| {
                    for expression in &sequence.expressions {
                        this.expression(expression);
                    }
                });
            }
            Expression::AwaitExpression(inner) => {
                self.node(Kind::Await, shown, |this| this.expression(&inner.argument));
            }
            Expression::YieldExpression(inner) => {
                let kind = if inner.delegate {
                    Kind::YieldFrom
                } else {
                    Kind::Yield
                };
                self.node(kind, shown, |this| match &inner.argument {
                    Some(argument) => this.expression(argument),
                    None => this.absent(shown.end),
                });
            }
            Expression::NewExpression(new) => self.new_object(new, shown),
            Expression::ImportExpression(import) => self.import_call(import, shown),
            _ => self.typed_at(expression, shown),
        }
    }

    fn import_call(&mut self, import: &ImportExpression<'_>, shown: Span) {
        self.node(Kind::Call, shown, |this| {
            let callee = Span::new(import.span.start, import.span.start + 6);
            this.leaf(Kind::Name, "import", callee);
            this.node(Kind::Args, Span::new(callee.end, import.span.end), |this| {
                this.expression(&import.source);
                if let Some(options) = &import.options {
                    this.expression(options);
                }
            });
        });
    }

    fn typed_at(&mut self, expression: &Expression<'_>, shown: Span) {
        match expression {
            Expression::ImportMeta(_) => self.meta("import", "meta", shown),
            Expression::NewTarget(_) => self.meta("new", "target", shown),
            Expression::TSAsExpression(cast) => self.cast_as(cast, shown),
            Expression::TSSatisfiesExpression(cast) => {
                self.cast(&cast.expression, &cast.type_annotation, shown);
            }
            Expression::TSTypeAssertion(cast) => {
                self.cast(&cast.expression, &cast.type_annotation, shown);
            }
            Expression::TSNonNullExpression(inner) => {
                self.node(Kind::NonNull, shown, |this| {
                    this.expression(&inner.expression);
                });
            }
            Expression::TSInstantiationExpression(inner) => {
                self.expression_at(&inner.expression, shown);
            }
            _ => {
                self.other("expression", shown, |_| {});
            }
        }
    }

    fn meta(&mut self, object: &str, field: &str, shown: Span) {
        self.node(Kind::Attr, shown, |this| {
            this.leaf(Kind::Name, object, shown);
            this.leaf(Kind::Name, field, shown);
        });
    }

    pub(super) fn cast(&mut self, expression: &Expression<'_>, to: &TSType<'_>, shown: Span) {
        self.node(Kind::Cast, shown, |this| {
            this.expression(expression);
            this.ts_type(to);
        });
    }

    /// `($X: T)` of a pattern comes as `($X as ǂtyped<T>)`.
    pub(super) fn cast_as(&mut self, cast: &TSAsExpression<'_>, shown: Span) {
        if self.pattern
            && let TSType::TSTypeReference(reference) = &cast.type_annotation
            && let TSTypeName::IdentifierReference(name) = &reference.type_name
            && name.name == TYPED
            && let Some(arguments) = &reference.type_arguments
            && let Some(wanted) = arguments.params.first()
        {
            let text = self.text(span(cast.expression.span()));
            let name = self.build.symbols.intern(text);
            self.node_with(
                Kind::TypedMetavar,
                Op::None,
                Flags::NONE,
                name,
                shown,
                |this| {
                    this.ts_type(wanted);
                },
            );
            return;
        }
        self.cast(&cast.expression, &cast.type_annotation, shown);
    }

    pub(super) fn element(&mut self, element: &ArrayExpressionElement<'_>) {
        match element {
            ArrayExpressionElement::SpreadElement(spread) => {
                self.node(Kind::Spread, span(spread.span), |this| {
                    this.expression(&spread.argument);
                });
            }
            // A hole is left out, as Semgrep does.
            ArrayExpressionElement::Elision(_) => {}
            other => {
                if let Some(expression) = other.as_expression() {
                    self.expression(expression);
                }
            }
        }
    }

    fn assign(&mut self, assignment: &AssignmentExpression<'_>, shown: Span) {
        let children = |this: &mut Self| {
            this.target(&assignment.left);
            this.expression(&assignment.right);
        };
        match operator::assignment(assignment.operator) {
            None => self.node(Kind::Assign, shown, children),
            Some(op) => self.operation(Kind::AugAssign, op, shown, children),
        };
    }

    pub(super) fn simple(&mut self, target: &SimpleAssignmentTarget<'_>) {
        let at = span(target.span());
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.name(&name.name, at);
            }
            SimpleAssignmentTarget::TSAsExpression(cast) => self.cast_as(cast, at),
            SimpleAssignmentTarget::TSSatisfiesExpression(cast) => {
                self.cast(&cast.expression, &cast.type_annotation, at);
            }
            SimpleAssignmentTarget::TSTypeAssertion(cast) => {
                self.cast(&cast.expression, &cast.type_annotation, at);
            }
            SimpleAssignmentTarget::TSNonNullExpression(inner) => {
                self.node(Kind::NonNull, at, |this| this.expression(&inner.expression));
            }
            other => {
                if let Some(member) = other.as_member_expression() {
                    self.member(member, at);
                }
            }
        }
    }

    pub(super) fn member(&mut self, member: &MemberExpression<'_>, shown: Span) {
        let flags = if member.optional() {
            Flags::OPTIONAL
        } else {
            Flags::NONE
        };
        match member {
            MemberExpression::StaticMemberExpression(member) => {
                self.flagged(Kind::Attr, flags, shown, |this| {
                    this.expression(&member.object);
                    this.name(&member.property.name, span(member.property.span));
                });
            }
            MemberExpression::PrivateFieldExpression(member) => {
                self.flagged(Kind::Attr, flags, shown, |this| {
                    this.expression(&member.object);
                    let at = span(member.field.span);
                    let text = this.text(at);
                    this.leaf(Kind::Name, text, at);
                });
            }
            MemberExpression::ComputedMemberExpression(member) => {
                self.flagged(Kind::Index, flags, shown, |this| {
                    this.expression(&member.object);
                    this.expression(&member.expression);
                });
            }
        }
    }

    fn call(&mut self, call: &CallExpression<'_>, shown: Span) {
        if self.pattern
            && let Expression::Identifier(callee) = &call.callee
            && callee.name == DEEP
        {
            self.node(Kind::Deep, shown, |this| {
                if let Some(inner) = call.arguments.first().and_then(Argument::as_expression) {
                    this.expression(inner);
                }
            });
            return;
        }
        let flags = if call.optional {
            Flags::OPTIONAL
        } else {
            Flags::NONE
        };
        self.flagged(Kind::Call, flags, shown, |this| {
            this.expression(&call.callee);
            let from = call.callee.span().end;
            this.arguments(&call.arguments, Span::new(from, call.span.end));
        });
    }

    fn new_object(&mut self, new: &NewExpression<'_>, shown: Span) {
        self.node(Kind::New, shown, |this| {
            this.expression(&new.callee);
            let from = new.callee.span().end;
            this.arguments(&new.arguments, Span::new(from, new.span.end));
        });
    }

    /// `at` begins after the callee; the span begins at the parenthesis.
    pub(super) fn arguments(&mut self, arguments: &ArenaVec<'_, Argument<'_>>, at: Span) {
        let skipped = self
            .text(at)
            .find('(')
            .and_then(|skipped| u32::try_from(skipped).ok());
        let at = Span::new(at.start + skipped.unwrap_or_default(), at.end);
        self.node(Kind::Args, at, |this| {
            for argument in arguments {
                match argument {
                    Argument::SpreadElement(spread) => {
                        this.node(Kind::Spread, span(spread.span), |this| {
                            this.expression(&spread.argument);
                        });
                    }
                    other => {
                        if let Some(expression) = other.as_expression() {
                            this.expression(expression);
                        }
                    }
                }
            }
        });
    }
}
