//! Types, and declarations of types.

use oxc_ast::ast::{
    Declaration, FormalParameters, TSEnumDeclaration, TSEnumMemberName, TSImportTypeQualifier,
    TSIndexSignature, TSInterfaceDeclaration, TSLiteral, TSMethodSignature, TSMethodSignatureKind,
    TSModuleBlock, TSNamespaceDeclaration, TSNamespaceDeclarationBody, TSQualifiedName,
    TSSignature, TSTupleElement, TSType, TSTypeAnnotation, TSTypeName, TSTypeParameterDeclaration,
    TSTypeParameterInstantiation, TSTypeQueryExprName,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Op, Span};

use super::{Lower, operator, span};

impl Lower<'_> {
    pub(super) fn ts_type(&mut self, ts_type: &TSType<'_>) {
        let at = span(ts_type.span());
        match ts_type {
            TSType::TSTypeReference(reference) => match &reference.type_arguments {
                None => self.type_name(&reference.type_name),
                Some(arguments) => {
                    self.node(Kind::TypeApply, at, |this| {
                        this.type_name(&reference.type_name);
                        this.type_arguments(arguments);
                    });
                }
            },
            TSType::TSParenthesizedType(inner) => self.ts_type(&inner.type_annotation),
            TSType::TSLiteralType(literal) => self.type_literal(&literal.literal, at),
            TSType::TSUnionType(union) => self.chain(&union.types, Op::BitOr),
            TSType::TSIntersectionType(inner) => self.chain(&inner.types, Op::BitAnd),
            TSType::TSArrayType(array) => {
                self.other("array-type", at, |this| this.ts_type(&array.element_type));
            }
            TSType::TSTupleType(tuple) => {
                self.node(Kind::Tuple, at, |this| {
                    for element in &tuple.element_types {
                        this.tuple_element(element);
                    }
                });
            }
            TSType::TSTypeLiteral(literal) => {
                self.node(Kind::Dict, at, |this| {
                    for member in &literal.members {
                        this.signature(member);
                    }
                });
            }
            TSType::TSFunctionType(function) => {
                self.function_type(&function.params, &function.return_type, at);
            }
            TSType::TSConstructorType(function) => {
                self.function_type(&function.params, &function.return_type, at);
            }
            TSType::TSIndexedAccessType(access) => {
                self.node(Kind::Index, at, |this| {
                    this.ts_type(&access.object_type);
                    this.ts_type(&access.index_type);
                });
            }
            TSType::TSTypeOperatorType(inner) => {
                self.other("type-operator", at, |this| {
                    this.ts_type(&inner.type_annotation);
                });
            }
            TSType::TSConditionalType(inner) => {
                self.other("conditional-type", at, |this| {
                    this.ts_type(&inner.check_type);
                    this.ts_type(&inner.extends_type);
                    this.ts_type(&inner.true_type);
                    this.ts_type(&inner.false_type);
                });
            }
            _ => self.rarer_type(ts_type, at),
        }
    }

    fn rarer_type(&mut self, ts_type: &TSType<'_>, at: Span) {
        match ts_type {
            TSType::TSTypeQuery(query) => {
                self.other("typeof", at, |this| match &query.expr_name {
                    TSTypeQueryExprName::TSImportType(import) => {
                        let text = this.text(span(import.span));
                        this.leaf(Kind::Name, text, span(import.span));
                    }
                    other => {
                        if let Some(name) = other.as_ts_type_name() {
                            this.type_name(name);
                        }
                    }
                });
            }
            TSType::TSTypePredicate(predicate) => {
                self.other("type-predicate", at, |this| {
                    if let Some(annotation) = &predicate.type_annotation {
                        this.ts_type(&annotation.type_annotation);
                    }
                });
            }
            TSType::TSImportType(import) => {
                self.other("import-type", at, |this| {
                    this.path(&import.source);
                    if let Some(TSImportTypeQualifier::Identifier(name)) = &import.qualifier {
                        this.name(&name.name, span(name.span));
                    }
                });
            }
            TSType::TSMappedType(mapped) => {
                self.other("mapped-type", at, |this| {
                    this.name(&mapped.key.name, span(mapped.key.span));
                    this.ts_type(&mapped.constraint);
                    match &mapped.type_annotation {
                        Some(inner) => this.ts_type(inner),
                        None => this.absent(at.end),
                    }
                });
            }
            TSType::TSInferType(inner) => {
                self.other("infer", at, |this| {
                    let name = &inner.type_parameter.name;
                    this.name(&name.name, span(name.span));
                });
            }
            TSType::TSNamedTupleMember(member) => self.tuple_element(&member.element_type),
            TSType::TSTemplateLiteralType(_)
            | TSType::JSDocNullableType(_)
            | TSType::JSDocNonNullableType(_)
            | TSType::JSDocUnknownType(_) => {
                let text = self.text(at);
                self.other(text, at, |_| {});
            }
            // The keywords: `string`, `any`, …
            _ => {
                let text = self.text(at);
                self.leaf(Kind::Name, text, at);
            }
        }
    }

    fn tuple_element(&mut self, element: &TSTupleElement<'_>) {
        match element {
            TSTupleElement::TSOptionalType(inner) => self.ts_type(&inner.type_annotation),
            TSTupleElement::TSRestType(inner) => {
                self.node(Kind::Spread, span(inner.span), |this| {
                    this.ts_type(&inner.type_annotation);
                });
            }
            other => {
                if let Some(inner) = other.as_ts_type() {
                    self.ts_type(inner);
                }
            }
        }
    }

    /// `a | b | c` is `(a | b) | c`.
    fn chain(&mut self, types: &[TSType<'_>], op: Op) {
        let Some((first, rest)) = types.split_first() else {
            return;
        };
        let start = first.span().start;
        for outer in rest.iter().rev() {
            let at = Span::new(start, outer.span().end);
            self.build.open_with(
                Kind::Binary,
                op,
                Flags::NONE,
                runward_syntax::Symbol::EMPTY,
                at,
            );
        }
        self.ts_type(first);
        for inner in rest {
            self.ts_type(inner);
            self.build.close();
        }
    }

    fn type_literal(&mut self, literal: &TSLiteral<'_>, at: Span) {
        match literal {
            TSLiteral::BooleanLiteral(_) => {
                let text = self.text(at);
                self.leaf(Kind::Bool, text, at);
            }
            TSLiteral::NumericLiteral(_) | TSLiteral::BigIntLiteral(_) => self.number(at, at),
            TSLiteral::StringLiteral(_) => self.string(at, at),
            TSLiteral::TemplateLiteral(template) => self.template(template, at),
            TSLiteral::UnaryExpression(unary) => {
                self.operation(Kind::Unary, operator::unary(unary.operator), at, |this| {
                    this.expression(&unary.argument);
                });
            }
        }
    }

    pub(super) fn type_name(&mut self, name: &TSTypeName<'_>) {
        match name {
            TSTypeName::IdentifierReference(name) => {
                self.name(&name.name, span(name.span));
            }
            TSTypeName::QualifiedName(name) => self.qualified(name),
            TSTypeName::ThisExpression(this) => {
                self.leaf(Kind::This, "this", span(this.span));
            }
        }
    }

    pub(super) fn qualified(&mut self, name: &TSQualifiedName<'_>) {
        self.node(Kind::Attr, span(name.span), |this| {
            this.type_name(&name.left);
            this.name(&name.right.name, span(name.right.span));
        });
    }

    fn type_arguments(&mut self, arguments: &TSTypeParameterInstantiation<'_>) {
        self.node(Kind::Args, span(arguments.span), |this| {
            for argument in &arguments.params {
                this.ts_type(argument);
            }
        });
    }

    pub(super) fn type_parameters(
        &mut self,
        parameters: Option<&TSTypeParameterDeclaration<'_>>,
        start: u32,
    ) {
        let Some(parameters) = parameters else {
            return self.absent(start);
        };
        self.node(Kind::TypeParams, span(parameters.span), |this| {
            for parameter in &parameters.params {
                this.name(&parameter.name.name, span(parameter.name.span));
            }
        });
    }

    fn function_type(
        &mut self,
        parameters: &FormalParameters<'_>,
        returns: &TSTypeAnnotation<'_>,
        at: Span,
    ) {
        self.other("function-type", at, |this| {
            this.parameters(parameters);
            this.ts_type(&returns.type_annotation);
        });
    }

    fn signature(&mut self, signature: &TSSignature<'_>) {
        let at = span(signature.span());
        match signature {
            TSSignature::TSPropertySignature(property) => {
                let end = property.type_annotation.as_ref().map(|kind| kind.span.end);
                let key_end = property.key.span().end;
                let at = Span::new(at.start, end.unwrap_or(key_end).max(at.start));
                if let oxc_ast::ast::PropertyKey::StaticIdentifier(name) = &property.key
                    && end.is_none()
                    && self.is_many(&name.name)
                {
                    self.name(&name.name, at);
                    return;
                }
                self.node(Kind::Pair, at, |this| {
                    this.key(&property.key, property.computed);
                    this.annotation(property.type_annotation.as_deref(), key_end);
                });
            }
            TSSignature::TSMethodSignature(method) => self.method_signature(method, at),
            TSSignature::TSIndexSignature(signature) => self.index_signature(signature),
            TSSignature::TSCallSignatureDeclaration(call) => {
                self.other("call-signature", at, |this| {
                    this.parameters(&call.params);
                    this.annotation(call.return_type.as_deref(), at.end);
                });
            }
            TSSignature::TSConstructSignatureDeclaration(call) => {
                self.other("construct-signature", at, |this| {
                    this.parameters(&call.params);
                    this.annotation(call.return_type.as_deref(), at.end);
                });
            }
        }
    }

    fn method_signature(&mut self, method: &TSMethodSignature<'_>, at: Span) {
        let accessor = match method.kind {
            TSMethodSignatureKind::Method => Flags::NONE,
            TSMethodSignatureKind::Get => Flags::GETTER,
            TSMethodSignatureKind::Set => Flags::SETTER,
        };
        self.flagged(Kind::FuncDef, Flags::METHOD | accessor, at, |this| {
            this.decorators(&[], &[], at.start);
            this.key(&method.key, method.computed);
            this.type_parameters(method.type_parameters.as_deref(), method.key.span().end);
            this.parameters(&method.params);
            this.annotation(method.return_type.as_deref(), method.params.span.end);
            this.absent(at.end);
        });
    }

    pub(super) fn index_signature(&mut self, signature: &TSIndexSignature<'_>) {
        self.other("index-signature", span(signature.span), |this| {
            this.ts_type(&signature.type_annotation.type_annotation);
        });
    }

    pub(super) fn type_declaration(&mut self, declaration: &Declaration<'_>, start: u32) {
        let at = Span::new(start, declaration.span().end.max(start));
        match declaration {
            Declaration::TSTypeAliasDeclaration(alias) => {
                self.other("type", at, |this| {
                    this.name(&alias.id.name, span(alias.id.span));
                    this.type_parameters(alias.type_parameters.as_deref(), alias.id.span.end);
                    this.ts_type(&alias.type_annotation);
                });
            }
            Declaration::TSInterfaceDeclaration(interface) => self.interface(interface),
            Declaration::TSEnumDeclaration(inner) => self.enumeration(inner, at),
            Declaration::TSExternalModuleDeclaration(module) => {
                self.other("module", at, |this| {
                    let name = span(module.id.span);
                    this.string(name, name);
                    match &module.body {
                        Some(body) => this.module_block(body),
                        None => this.absent(at.end),
                    }
                });
            }
            Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace, at),
            Declaration::TSGlobalDeclaration(global) => {
                self.other("module", at, |this| {
                    this.leaf(Kind::Name, "global", span(global.global_span));
                    this.module_block(&global.body);
                });
            }
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import),
            Declaration::VariableDeclaration(_)
            | Declaration::FunctionDeclaration(_)
            | Declaration::ClassDeclaration(_) => {}
        }
    }

    /// Not a [`Kind::ClassDef`]: a pattern of a class finds no interface.
    pub(super) fn interface(&mut self, interface: &TSInterfaceDeclaration<'_>) {
        self.other("interface", span(interface.span), |this| {
            this.name(&interface.id.name, span(interface.id.span));
            this.type_parameters(interface.type_parameters.as_deref(), interface.id.span.end);
            let from = interface.id.span.end;
            let bases = Span::new(from, interface.body.span.start.max(from));
            this.node(Kind::Bases, bases, |this| {
                for base in &interface.extends {
                    this.type_name(&base.type_name);
                }
            });
            this.node(Kind::Dict, span(interface.body.span), |this| {
                for member in &interface.body.body {
                    this.signature(member);
                }
            });
        });
    }

    fn enumeration(&mut self, inner: &TSEnumDeclaration<'_>, at: Span) {
        self.other("enum", at, |this| {
            this.name(&inner.id.name, span(inner.id.span));
            this.node(Kind::Block, span(inner.body.span), |this| {
                for member in &inner.body.members {
                    let at = span(member.span);
                    this.node(Kind::Field, at, |this| {
                        this.decorators(&[], &[], at.start);
                        let name = span(member.id.span());
                        match &member.id {
                            TSEnumMemberName::Identifier(id) => {
                                this.name(&id.name, name);
                            }
                            TSEnumMemberName::String(_) => this.quoted_key(name),
                            TSEnumMemberName::ComputedString(_)
                            | TSEnumMemberName::ComputedTemplateString(_) => {
                                let text = this.text(name);
                                this.leaf(Kind::Name, text, name);
                            }
                        }
                        this.absent(name.end);
                        match &member.initializer {
                            Some(value) => this.expression(value),
                            None => this.absent(at.end),
                        }
                    });
                }
            });
        });
    }

    fn namespace(&mut self, namespace: &TSNamespaceDeclaration<'_>, at: Span) {
        self.other("module", at, |this| {
            this.name(&namespace.id.name, span(namespace.id.span));
            match &namespace.body {
                TSNamespaceDeclarationBody::TSModuleBlock(block) => this.module_block(block),
                TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                    this.namespace(inner, span(inner.span));
                }
            }
        });
    }

    fn module_block(&mut self, block: &TSModuleBlock<'_>) {
        self.node(Kind::Block, span(block.span), |this| {
            this.directives(&block.directives);
            this.statements(&block.body);
        });
    }
}
