//! The patterns of `match`, written as the expressions they look like.

use ruff_python_ast::{self as ast, MatchCase, Pattern, Singleton};
use ruff_text_size::Ranged;
use runward_syntax::{Kind, Op, Span};

use super::{Lower, span};

impl Lower<'_> {
    pub(super) fn switch(&mut self, switch: &ast::StmtMatch) {
        let at = span(switch.range);
        self.open(Kind::Switch, at);
        self.expression(&switch.subject);
        let start = switch
            .cases
            .first()
            .map_or(at.end, |case| case.start().to_u32());
        self.open(Kind::Cases, Span::new(start, at.end));
        for case in &switch.cases {
            self.case(case);
        }
        self.close();
        self.close();
    }

    fn case(&mut self, case: &MatchCase) {
        let at = span(case.range);
        let pattern = span(case.pattern.range());
        self.open(Kind::Case, at);
        self.open(Kind::Tuple, pattern);
        self.pattern(&case.pattern);
        self.close();
        self.optional(case.guard.as_deref(), pattern.end);
        self.block(&case.body, at.end);
        self.close();
    }

    fn patterns(&mut self, patterns: &[Pattern]) {
        for pattern in patterns {
            self.pattern(pattern);
        }
    }

    fn pattern(&mut self, pattern: &Pattern) {
        if self.build.is_full() {
            return;
        }
        let at = self.groups.around(span(pattern.range()));
        match pattern {
            Pattern::MatchValue(value) => self.expression(&value.value),
            Pattern::MatchSingleton(single) => {
                let (kind, name) = match single.value {
                    Singleton::None => (Kind::Null, "None"),
                    Singleton::True => (Kind::Bool, "true"),
                    Singleton::False => (Kind::Bool, "false"),
                };
                self.build.leaf(kind, name, at);
            }
            Pattern::MatchSequence(sequence) => {
                let first = self.source.as_bytes().get(at.start as usize);
                let kind = if first == Some(&b'[') {
                    Kind::List
                } else {
                    Kind::Tuple
                };
                self.open(kind, at);
                self.patterns(&sequence.patterns);
                self.close();
            }
            Pattern::MatchMapping(mapping) => {
                self.open(Kind::Dict, at);
                for (key, value) in mapping.keys.iter().zip(&mapping.patterns) {
                    let start = key.start().to_u32();
                    self.open(
                        Kind::Pair,
                        Span::new(start, value.end().to_u32().max(start)),
                    );
                    self.expression(key);
                    self.pattern(value);
                    self.close();
                }
                if let Some(rest) = &mapping.rest {
                    self.open(Kind::SpreadDict, span(rest.range));
                    self.identifier(rest);
                    self.close();
                }
                self.close();
            }
            Pattern::MatchClass(class) => {
                self.open(Kind::Call, at);
                self.expression(&class.cls);
                self.open(Kind::Args, span(class.arguments.range));
                self.patterns(&class.arguments.patterns);
                for keyword in &class.arguments.keywords {
                    self.open(Kind::Keyword, span(keyword.range));
                    self.identifier(&keyword.attr);
                    self.pattern(&keyword.pattern);
                    self.close();
                }
                self.close();
                self.close();
            }
            Pattern::MatchStar(star) => {
                self.open(Kind::Spread, at);
                match &star.name {
                    Some(name) => self.identifier(name),
                    None => self.wildcard(Span::new(at.end.saturating_sub(1), at.end)),
                }
                self.close();
            }
            Pattern::MatchAs(capture) => match (capture.pattern.as_deref(), &capture.name) {
                (None, Some(name)) => self.identifier(name),
                (None, None) => self.wildcard(at),
                (Some(inner), name) => {
                    self.open_other("match-as", at);
                    self.pattern(inner);
                    match name {
                        Some(name) => self.identifier(name),
                        None => self.absent(at.end),
                    }
                    self.close();
                }
            },
            Pattern::MatchOr(or) => {
                for _ in or.patterns.iter().skip(1) {
                    self.open_op(Kind::Binary, Op::BitOr, at);
                }
                for (index, alternative) in or.patterns.iter().enumerate() {
                    self.pattern(alternative);
                    if index > 0 {
                        self.close();
                    }
                }
            }
        }
    }

    fn wildcard(&mut self, at: Span) {
        self.build.leaf(Kind::Name, "_", at);
    }
}
