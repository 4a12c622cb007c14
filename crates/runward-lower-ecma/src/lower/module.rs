//! Imports and exports.

use oxc_ast::ast::{
    Class, Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind, ExportSpecifier,
    ImportDeclaration, ImportDeclarationSpecifier, ModuleDeclaration, ModuleExportName,
    StringLiteral,
};
use oxc_span::GetSpan as _;
use runward_syntax::{Flags, Kind, Op, Span};

use super::{Lower, function::Head, span, unquoted};
use crate::pattern::stand_in::MARK;

impl Lower<'_> {
    pub(super) fn module(&mut self, module: &ModuleDeclaration<'_>) {
        let at = span(module.span());
        match module {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import),
            ModuleDeclaration::ExportDeclaration(export) => {
                // Without the semicolon of `const x = 1;`, like the declaration itself.
                let end = match &export.declaration {
                    Declaration::VariableDeclaration(variables) => variables
                        .declarations
                        .last()
                        .map_or(at.end, |last| last.span.end),
                    _ => at.end,
                };
                self.node(
                    Kind::Export,
                    match &export.declaration {
                        Declaration::ClassDeclaration(class) => decorated(at, class),
                        _ => Span::new(at.start, end.max(at.start)),
                    },
                    |this| {
                        this.declaration(&export.declaration, export.declaration.span().start);
                    },
                );
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                self.node(Kind::Export, at, |this| {
                    this.exported(&export.specifiers, at);
                });
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                self.node(Kind::Export, at, |this| {
                    this.node(Kind::ImportFrom, at, |this| {
                        this.path(&export.source);
                        this.exported(&export.specifiers, at);
                    });
                });
            }
            ModuleDeclaration::ExportAllDeclaration(export) => {
                self.node(Kind::Export, at, |this| {
                    this.node(Kind::ImportFrom, at, |this| {
                        this.path(&export.source);
                        this.node(Kind::ImportNames, at, |this| {
                            this.node(Kind::ImportName, at, |this| {
                                this.leaf(Kind::Name, "*", at);
                                match &export.exported {
                                    Some(name) => this.module_name(name),
                                    None => this.absent(at.start),
                                }
                            });
                        });
                    });
                });
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => self.export_default(export, at),
            ModuleDeclaration::TSExportAssignment(export) => {
                self.flagged(Kind::Export, Flags::DEFAULT, at, |this| {
                    this.expression(&export.expression);
                });
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(_) => {
                self.other("export-namespace", at, |_| {});
            }
        }
    }

    fn export_default(&mut self, export: &ExportDefaultDeclaration<'_>, at: Span) {
        let at = match &export.declaration {
            ExportDefaultDeclarationKind::ClassDeclaration(class) => decorated(at, class),
            _ => at,
        };
        self.flagged(Kind::Export, Flags::DEFAULT, at, |this| {
            match &export.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                    if function.id.is_none() {
                        this.lambda(function, span(function.span));
                        return;
                    }
                    let head = Head {
                        key: None,
                        name: function.id.as_ref(),
                        decorators: &[],
                        modifiers: &[],
                        flags: Flags::NONE,
                        span: span(function.span),
                    };
                    this.function(function, &head);
                }
                ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                    this.class(class, class.span.start, class.span.end);
                }
                ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                    this.interface(interface);
                }
                other => match other.as_expression() {
                    Some(expression) => this.expression(expression),
                    None => this.absent(at.end),
                },
            }
        });
    }

    fn exported(&mut self, specifiers: &[ExportSpecifier<'_>], at: Span) {
        self.node(Kind::ImportNames, at, |this| {
            for specifier in specifiers {
                this.node(Kind::ImportName, span(specifier.span), |this| {
                    this.module_name(&specifier.local);
                    if specifier.exported.span() == specifier.local.span() {
                        this.absent(specifier.span.end);
                    } else {
                        this.module_name(&specifier.exported);
                    }
                });
            }
        });
    }

    fn module_name(&mut self, name: &ModuleExportName<'_>) {
        let at = span(name.span());
        match name {
            ModuleExportName::IdentifierName(name) => {
                self.name(&name.name, at);
            }
            ModuleExportName::IdentifierReference(name) => {
                self.name(&name.name, at);
            }
            ModuleExportName::StringLiteral(_) => {
                let text = unquoted(self.text(at));
                self.leaf(Kind::Name, text, at);
            }
        }
    }

    /// `import d, * as n from "m"` binds names of a module and the module: two nodes.
    fn import(&mut self, import: &ImportDeclaration<'_>) {
        let at = span(import.span);
        let at = Span::new(at.start, import.source.span.end.max(at.start));
        let Some(specifiers) = &import.specifiers else {
            self.node(Kind::Import, at, |this| {
                this.path(&import.source);
                this.absent(at.end);
            });
            return;
        };
        let whole = |specifier: &ImportDeclarationSpecifier<'_>| {
            matches!(
                specifier,
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_)
            )
        };
        if specifiers.is_empty() || !specifiers.iter().all(whole) {
            self.node(Kind::ImportFrom, at, |this| {
                this.path(&import.source);
                let first = specifiers
                    .first()
                    .map_or(at.start, |first| first.span().start);
                let last = specifiers.last().map_or(first, |last| last.span().end);
                this.node(Kind::ImportNames, Span::new(first, last), |this| {
                    for specifier in specifiers {
                        this.import_name(specifier);
                    }
                });
            });
        }
        for specifier in specifiers {
            if let ImportDeclarationSpecifier::ImportNamespaceSpecifier(namespace) = specifier {
                self.node(Kind::Import, at, |this| {
                    this.path(&import.source);
                    this.name(&namespace.local.name, span(namespace.local.span));
                });
            }
        }
    }

    fn import_name(&mut self, specifier: &ImportDeclarationSpecifier<'_>) {
        match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                let at = span(specifier.span);
                let same = specifier.imported.span() == specifier.local.span;
                if same && self.is_many(&specifier.local.name) {
                    self.name(&specifier.local.name, at);
                    return;
                }
                self.node(Kind::ImportName, at, |this| {
                    this.module_name(&specifier.imported);
                    if same {
                        this.absent(at.end);
                    } else {
                        this.name(&specifier.local.name, span(specifier.local.span));
                    }
                });
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                let at = span(specifier.span);
                self.node(Kind::ImportName, at, |this| {
                    this.leaf(Kind::Name, "default", Span::new(at.start, at.start));
                    this.name(&specifier.local.name, at);
                });
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => {}
        }
    }

    /// The text of a module. A metavariable without quotes comes as a marked string.
    pub(super) fn path(&mut self, source: &StringLiteral<'_>) {
        let at = span(source.span);
        let text = unquoted(self.text(at));
        let bare = if self.pattern {
            text.strip_prefix(MARK)
        } else {
            None
        };
        let name = self.build.symbols.intern(bare.unwrap_or(text));
        self.node_with(
            Kind::Path,
            Op::None,
            Flags::NONE,
            name,
            at,
            |this| match bare {
                Some(metavar) => {
                    this.name(metavar, at);
                }
                None => this.string(at, at),
            },
        );
    }

    /// `import x = require("m")`.
    pub(super) fn import_equals(&mut self, import: &oxc_ast::ast::TSImportEqualsDeclaration<'_>) {
        use oxc_ast::ast::TSModuleReference as Reference;
        let at = span(import.span);
        if let Reference::ExternalModuleReference(module) = &import.module_reference {
            self.node(Kind::Import, at, |this| {
                this.path(&module.expression);
                this.name(&import.id.name, span(import.id.span));
            });
            return;
        }
        self.flagged(Kind::VarDef, Flags::CONST, at, |this| {
            this.name(&import.id.name, span(import.id.span));
            this.absent(import.id.span.end);
            match &import.module_reference {
                Reference::IdentifierReference(name) => {
                    this.name(&name.name, span(name.span));
                }
                Reference::QualifiedName(name) => this.qualified(name),
                Reference::ExternalModuleReference(_) => this.absent(at.end),
            }
        });
    }
}

/// The decorators of a class may stand before `export`.
fn decorated(at: Span, class: &Class<'_>) -> Span {
    let first = class.decorators.first().map(|first| first.span.start);
    Span::new(first.map_or(at.start, |first| first.min(at.start)), at.end)
}
