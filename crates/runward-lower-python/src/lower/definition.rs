//! Functions, classes and their parameters.

use ruff_python_ast::{
    self as ast, Decorator, Expr, Parameter, ParameterWithDefault, Parameters, Stmt, TypeParam,
    TypeParams,
};
use ruff_text_size::Ranged;
use runward_syntax::{Flags, Kind, Op, Span};

use super::{Lower, span};
use crate::sigil::Sigil;

/// One thing between the parentheses of a function.
#[derive(Clone, Copy)]
enum Entry<'a> {
    Param(&'a Parameter, Option<&'a Expr>, Flags),
    Separator(u32),
}

impl Lower<'_> {
    pub(super) fn function(&mut self, function: &ast::StmtFunctionDef) {
        let at = span(function.range);
        let flags = if function.is_async {
            Flags::ASYNC
        } else {
            Flags::NONE
        };
        self.open_flags(Kind::FuncDef, flags, at);
        self.decorators(&function.decorator_list, at.start);
        self.identifier(&function.name);
        let name = function.name.range.end().to_u32();
        self.type_params(function.type_params.as_deref(), name);
        self.parameters(&function.parameters);
        let params = function.parameters.range.end().to_u32();
        self.optional(function.returns.as_deref(), params);
        self.block(&function.body, at.end);
        self.close();
    }

    pub(super) fn class(&mut self, class: &ast::StmtClassDef) {
        let at = span(class.range);
        self.open(Kind::ClassDef, at);
        self.decorators(&class.decorator_list, at.start);
        self.identifier(&class.name);
        let name = class.name.range.end().to_u32();
        self.type_params(class.type_params.as_deref(), name);
        match class.arguments.as_deref() {
            Some(arguments) => self.arguments(Kind::Bases, arguments),
            None => self.empty(Kind::Bases, Span::new(name, name)),
        }
        self.block(&class.body, at.end);
        self.close();
    }

    pub(super) fn decorators(&mut self, decorators: &[Decorator], at: u32) {
        let end = decorators.last().map_or(at, |last| last.end().to_u32());
        let start = decorators.first().map_or(at, |one| one.start().to_u32());
        self.open(Kind::Decorators, Span::new(start, end));
        for decorator in decorators {
            self.open(Kind::Decorator, span(decorator.range));
            self.decoration(&decorator.expression);
            self.close();
        }
        self.close();
    }

    /// `@a.b` stands for `@a.b()`: a rule that names one finds the other, and `a.b()` finds both.
    fn decoration(&mut self, expression: &Expr) {
        if is_static(expression) {
            // No call in the rule language's eyes, with or without parentheses.
            let name = match expression {
                Expr::Call(call) => &call.func,
                other => other,
            };
            return self.expression(name);
        }
        if !is_path(expression) || self.is_dots(expression) {
            return self.expression(expression);
        }
        let at = self.span_of(expression);
        self.open(Kind::Call, at);
        self.expression(expression);
        self.empty(Kind::Args, Span::new(at.end, at.end));
        self.close();
    }

    pub(super) fn type_params(&mut self, params: Option<&TypeParams>, at: u32) {
        let Some(params) = params else {
            return self.absent(at);
        };
        self.open(Kind::TypeParams, span(params.range));
        for param in params {
            let at = span(param.range());
            let (label, name, bound, default) = match param {
                TypeParam::TypeVar(param) => (
                    "type-var",
                    &param.name,
                    param.bound.as_deref(),
                    param.default.as_deref(),
                ),
                TypeParam::TypeVarTuple(param) => (
                    "type-var-tuple",
                    &param.name,
                    None,
                    param.default.as_deref(),
                ),
                TypeParam::ParamSpec(param) => {
                    ("param-spec", &param.name, None, param.default.as_deref())
                }
            };
            if label == "type-var" && bound.is_none() && default.is_none() {
                self.identifier(name);
                continue;
            }
            self.open_other(label, at);
            self.identifier(name);
            self.optional(bound, at.end);
            self.optional(default, at.end);
            self.close();
        }
        self.close();
    }

    pub(super) fn parameters(&mut self, parameters: &Parameters) {
        self.open(Kind::Params, span(parameters.range));
        if self.sigils.is_empty() {
            self.entries(parameters, &mut Self::entry);
        } else {
            // `def f(**$KW, ...)`: the parser sorts by kind what a pattern writes in any order.
            let mut entries = Vec::new();
            self.entries(parameters, &mut |_, entry| entries.push(entry));
            entries.sort_by_key(|entry| match entry {
                Entry::Param(parameter, ..) => parameter.start().to_u32(),
                Entry::Separator(at) => *at,
            });
            for entry in entries {
                self.entry(entry);
            }
        }
        self.close();
    }

    fn entries<'a>(&mut self, all: &'a Parameters, give: &mut dyn FnMut(&mut Self, Entry<'a>)) {
        let plain = |one: &'a ParameterWithDefault| {
            Entry::Param(&one.parameter, one.default.as_deref(), Flags::NONE)
        };
        let mut end = all.range.start().to_u32();
        for one in &all.posonlyargs {
            give(self, plain(one));
            end = one.end().to_u32();
        }
        if !all.posonlyargs.is_empty() {
            end = self.find(b'/', end);
            give(self, Entry::Separator(end));
        }
        for one in &all.args {
            give(self, plain(one));
            end = one.end().to_u32();
        }
        if let Some(rest) = all.vararg.as_deref() {
            give(self, Entry::Param(rest, None, Flags::STAR));
        } else if !all.kwonlyargs.is_empty() {
            end = self.find(b'*', end);
            give(self, Entry::Separator(end));
        }
        for one in &all.kwonlyargs {
            give(self, plain(one));
        }
        if let Some(rest) = all.kwarg.as_deref() {
            give(self, Entry::Param(rest, None, Flags::DSTAR));
        }
    }

    fn entry(&mut self, entry: Entry<'_>) {
        let (parameter, default, flags) = match entry {
            Entry::Param(parameter, default, flags) => (parameter, default, flags),
            Entry::Separator(at) => {
                let at = Span::new(at, at + 1);
                self.build.leaf(Kind::ParamSep, at.text(self.source), at);
                return;
            }
        };
        let sigil = self.sigil(parameter.name.range.start());
        let alone = parameter.annotation.is_none() && default.is_none() && flags == Flags::NONE;
        if alone && matches!(sigil, Some(Sigil::Dots | Sigil::Rest)) {
            return self.identifier(&parameter.name);
        }
        let start = parameter.range.start().to_u32();
        let name = parameter.range.end().to_u32();
        let end = default.map_or(name, |default| self.span_of(default).end);
        self.build.open_with(
            Kind::Param,
            Op::None,
            flags,
            runward_syntax::Symbol::EMPTY,
            Span::new(start, end.max(name)),
        );
        self.identifier(&parameter.name);
        self.optional(parameter.annotation.as_deref(), name);
        self.optional(default, end);
        self.close();
    }

    /// The statements of a body; `at` is where it would stand if it has none.
    pub(super) fn block(&mut self, statements: &[Stmt], at: u32) {
        let start = statements.first().map_or(at, |one| one.start().to_u32());
        let end = statements.last().map_or(start, |one| one.end().to_u32());
        self.open(Kind::Block, Span::new(start, end.max(start)));
        self.statements(statements);
        self.close();
    }
}

/// `staticmethod`, with or without empty parentheses, is a modifier rather than a name.
fn is_static(expression: &Expr) -> bool {
    match expression {
        Expr::Name(name) => name.id.as_str() == "staticmethod",
        Expr::Call(call) => call.arguments.is_empty() && is_static(&call.func),
        _ => false,
    }
}

/// Names joined by dots.
fn is_path(mut expression: &Expr) -> bool {
    loop {
        match expression {
            Expr::Name(_) => return true,
            Expr::Attribute(attribute) => expression = &attribute.value,
            _ => return false,
        }
    }
}
