//! Commands and what combines them.

use runward_syntax::{Kind, Op, Span};
use tree_sitter::Node;

use crate::metavar::special;

use super::lower::{COMMAND, Lowering, SUBSHELL, children, named};

/// Whether a command is a statement of its own; the others are expressions.
fn is_statement(kind: &str) -> bool {
    matches!(
        kind,
        "compound_statement"
            | "if_statement"
            | "while_statement"
            | "for_statement"
            | "c_style_for_statement"
            | "case_statement"
            | "function_definition"
            | "variable_assignments"
            | "unset_command"
            | "ERROR"
    )
}

fn is_redirect(kind: &str) -> bool {
    matches!(
        kind,
        "file_redirect" | "heredoc_redirect" | "herestring_redirect"
    )
}

impl Lowering<'_, '_> {
    /// A sequence of commands, each a statement; `&` makes the one before it run in the background.
    pub(super) fn statements(&mut self, nodes: &[Node<'_>]) {
        let mut nodes = nodes.iter().peekable();
        while let Some(node) = nodes.next() {
            if !node.is_named() {
                continue;
            }
            let background = nodes.peek().filter(|next| next.kind() == "&");
            self.statement(*node, background.map(|sign| **sign));
        }
    }

    fn statement(&mut self, node: Node<'_>, background: Option<Node<'_>>) {
        let end = background.map_or(node.end_byte(), |sign| sign.end_byte());
        if self.lines_again(node, end) {
            return;
        }
        let kind = body_of(node).kind();
        let is_own = is_statement(kind) || is_declaration_of_many(node);
        if background.is_none() && (is_own || self.is_ellipsis(node)) {
            return self.command(node);
        }
        let place = self.place(node);
        let statement = self.build.open(Kind::ExprStmt, place);
        if let Some(sign) = background {
            let place = self.between(node, sign);
            self.open_op(Kind::Unary, Op::Control, place);
            self.command(node);
            self.build.close();
        } else {
            self.command(node);
        }
        // Without the redirections, as the expression.
        let inside = self
            .build
            .nodes()
            .get(statement.index() + 1)
            .map(|node| node.span);
        if let (Some(inside), Some(node)) = (inside, self.build.node_mut(statement)) {
            node.span = inside;
        }
        self.build.close();
    }

    /// Whether nothing but `...` or `$...X` stands in the place of a command.
    fn is_ellipsis(&self, node: Node<'_>) -> bool {
        let body = body_of(node);
        let is_word =
            |kind| matches!(special_word(self.text_of(body).trim()), Some(found) if found == kind);
        self.is_pattern
            && body.kind() == "command"
            && (is_word(Kind::Dots) || is_word(Kind::MetavarRest))
    }

    /// Several commands as one statement.
    pub(super) fn block(&mut self, nodes: &[Node<'_>], place: Span) {
        self.build.open(Kind::Block, place);
        self.deeper(|this| this.statements(nodes));
        self.build.close();
    }

    /// Several commands where one expression belongs: a single one is itself.
    pub(super) fn single(&mut self, nodes: &[Node<'_>], place: Span) {
        let mut commands = nodes.iter().filter(|node| node.is_named());
        match (commands.next(), commands.next()) {
            (Some(only), None) => self.command(*only),
            _ => self.block(nodes, place),
        }
    }

    /// A command, without a statement around it.
    pub(super) fn command(&mut self, node: Node<'_>) {
        self.deeper(|this| this.any_command(node));
    }

    fn any_command(&mut self, node: Node<'_>) {
        let place = self.place(node);
        match node.kind() {
            "command" => self.simple(node),
            "redirected_statement" => self.redirected(node),
            "pipeline" | "list" => self.chain(node),
            "subshell" => self.call(SUBSHELL, place, |this| this.block(&children(node), place)),
            "compound_statement" => {
                if self.text_of(node).starts_with("((") {
                    self.leaf(Kind::Other, "(())", node);
                } else {
                    self.block(&children(node), place);
                }
            }
            "negated_command" => {
                self.open_op(Kind::Unary, Op::Not, place);
                self.single(&named(node), place);
                self.build.close();
            }
            "test_command" => {
                let text = self.text_of(node);
                let label = if text.starts_with("[[") {
                    "[[]]"
                } else if text.starts_with('[') {
                    "[]"
                } else {
                    "(())"
                };
                self.leaf(Kind::Other, label, node);
            }
            "if_statement" => self.conditional(node),
            "while_statement" => self.repeat(node),
            "for_statement" => self.for_each(node),
            "c_style_for_statement" => {
                let body = node.child_by_field_name("body");
                self.block(&body.map(children).unwrap_or_default(), place);
            }
            "case_statement" => self.case(node),
            "function_definition" => self.function(node),
            "variable_assignment" => self.assignment(node),
            "variable_assignments" | "declaration_command" => {
                let assignments: Vec<_> = named(node)
                    .into_iter()
                    .filter(|child| child.kind() == "variable_assignment")
                    .collect();
                self.single(&assignments, place);
            }
            "unset_command" => {
                self.build.open(Kind::Block, place);
                self.build.close();
            }
            "ERROR" => {
                self.error(node, "no command of the shell can be read here");
                self.statements(&children(node));
            }
            _ => self.expression(node),
        }
    }

    /// `command word…`; assignments before it hold for it alone and do not matter.
    fn simple(&mut self, node: Node<'_>) {
        let words: Vec<_> = named(node)
            .into_iter()
            .filter(|child| child.kind() != "variable_assignment" && !is_redirect(child.kind()))
            .collect();
        if let [only] = words.as_slice()
            && self.is_pattern_word(*only)
        {
            self.expression(*only);
            return;
        }
        if self.is_pattern
            && words
                .first()
                .is_some_and(|w| self.text_of(*w) == super::pattern::DEEP)
        {
            let inside = words.get(1..).unwrap_or_default();
            match inside {
                [only] => self.expression(*only),
                _ => self.words(inside, node),
            }
            return;
        }
        self.words(&words, node);
    }

    fn words(&mut self, words: &[Node<'_>], node: Node<'_>) {
        let place = match (words.first(), words.last()) {
            (Some(first), Some(last)) => self.between(*first, *last),
            _ => self.place(node),
        };
        self.call(COMMAND, place, |this| {
            for word in words {
                this.expression(*word);
            }
        });
    }

    /// `...` or `$...X` as a whole command.
    fn is_pattern_word(&self, word: Node<'_>) -> bool {
        let kind = special_word(self.text_of(word));
        self.is_pattern && matches!(kind, Some(Kind::Dots | Kind::MetavarRest))
    }

    /// A command with redirections; behind a here-document's mark the line may go on.
    fn redirected(&mut self, node: Node<'_>) {
        let parts = named(node);
        let more: Vec<_> = parts
            .iter()
            .filter(|part| part.kind() == "heredoc_redirect")
            .flat_map(|part| named(*part))
            .collect();
        let body = node.child_by_field_name("body");
        let piped = more.iter().find(|part| part.kind() == "pipeline");
        if let (Some(body), Some(pipeline)) = (body, piped) {
            let mut commands = vec![body];
            commands.extend(named(*pipeline));
            self.pipeline(&commands);
            return;
        }
        if let Some(body) = body {
            self.command(body);
        } else {
            // A redirection alone runs no command.
            let place = self.place(node);
            self.build.open(Kind::Block, place);
            self.build.close();
        }
    }

    /// `a | b && c || d`: pipes bind more tightly than the other two, and all lean left. The
    /// grammar gets that wrong after two pipes, so that it is done anew here, without recursion:
    /// scripts have thousands of them in a row.
    fn chain(&mut self, node: Node<'_>) {
        let (operands, operators) = flatten(node);
        let Some(first) = operands.first() else {
            return;
        };
        let start = self.place(*first).start;
        // The pipelines, each the operands up to the next `&&` or `||`.
        let mut ends: Vec<(usize, Op)> = Vec::new();
        for (index, operator) in operators.iter().enumerate() {
            if *operator != Op::Pipe {
                ends.push((index + 1, *operator));
            }
        }
        let last_of = |part: usize| ends.get(part).map_or(operands.len(), |(end, _)| *end);
        for (part, (_, operator)) in ends.iter().enumerate().rev() {
            let last = last_of(part + 1)
                .checked_sub(1)
                .and_then(|last| operands.get(last));
            let end = self.place(*last.unwrap_or(first)).end;
            self.open_op(Kind::Binary, *operator, Span::new(start, end));
        }
        let mut from = 0;
        for part in 0..=ends.len() {
            let to = last_of(part);
            self.pipeline(operands.get(from..to).unwrap_or_default());
            if part > 0 {
                self.build.close();
            }
            from = to;
        }
    }

    /// `a | b | c` is `(a | b) | c`.
    fn pipeline(&mut self, commands: &[Node<'_>]) {
        let [first, others @ ..] = commands else {
            return;
        };
        for other in others.iter().rev() {
            let place = self.between(*first, *other);
            self.open_op(Kind::Binary, Op::Pipe, place);
        }
        self.command(*first);
        for other in others {
            self.command(*other);
            self.build.close();
        }
    }

    fn conditional(&mut self, node: Node<'_>) {
        let parts = children(node);
        let place = self.place(node);
        self.build.open(Kind::If, place);
        let mut open = 1;
        let (test, body, rest) = split(&parts);
        self.test_and_body(&test, &body, place);
        let mut has_else = false;
        for clause in rest {
            let inside = children(clause);
            let place = self.place(clause);
            if clause.kind() == "elif_clause" {
                self.build.open(Kind::If, place);
                open += 1;
                let (test, body, _) = split(&inside);
                self.test_and_body(&test, &body, place);
            } else if clause.kind() == "else_clause" {
                has_else = true;
                self.block(&inside, place);
            }
        }
        if !has_else {
            self.build.absent(place.end);
        }
        for _ in 0..open {
            self.build.close();
        }
    }

    fn test_and_body(&mut self, test: &[Node<'_>], body: &[Node<'_>], place: Span) {
        self.single(test, place);
        self.block(body, place);
    }

    fn repeat(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let parts = children(node);
        let until = parts.first().is_some_and(|first| first.kind() == "until");
        let body = node.child_by_field_name("body");
        let test: Vec<_> = parts
            .iter()
            .skip(1)
            .copied()
            .take_while(|part| Some(*part) != body)
            .collect();
        self.build.open(Kind::While, place);
        if until {
            self.open_op(Kind::Unary, Op::Not, place);
        }
        self.block(&test, place);
        if until {
            self.build.close();
        }
        self.block(&body.map(children).unwrap_or_default(), place);
        self.build.absent(place.end);
        self.build.close();
    }

    fn for_each(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let body = node.child_by_field_name("body");
        let body_nodes = body.map(children).unwrap_or_default();
        if self.text_of(node).starts_with("select") {
            return self.block(&body_nodes, place);
        }
        let mut cursor = node.walk();
        let values: Vec<_> = node.children_by_field_name("value", &mut cursor).collect();
        self.build.open(Kind::For, place);
        match node.child_by_field_name("variable") {
            Some(variable) => self.name(variable),
            None => self.build.absent(place.start),
        }
        let list = match (values.first(), values.last()) {
            (Some(first), Some(last)) => self.between(*first, *last),
            _ => Span::new(place.start, place.start),
        };
        self.build.open(Kind::List, list);
        for value in values {
            self.expression(value);
        }
        self.build.close();
        self.block(&body_nodes, place);
        self.build.absent(place.end);
        self.build.close();
    }

    fn case(&mut self, node: Node<'_>) {
        let place = self.place(node);
        self.build.open(Kind::Switch, place);
        match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => self.build.absent(place.start),
        }
        self.build.open(Kind::Cases, place);
        for item in named(node)
            .into_iter()
            .filter(|item| item.kind() == "case_item")
        {
            let place = self.place(item);
            let mut cursor = item.walk();
            let patterns: Vec<_> = item.children_by_field_name("value", &mut cursor).collect();
            self.build.open(Kind::Case, place);
            self.build.open(Kind::Tuple, place);
            for pattern in &patterns {
                self.expression(*pattern);
            }
            self.build.close();
            self.build.absent(place.start);
            let body: Vec<_> = children(item)
                .into_iter()
                .filter(|part| !patterns.contains(part))
                .collect();
            self.block(&body, place);
            self.build.close();
        }
        self.build.close();
        self.build.close();
    }

    fn function(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let at = place.start;
        self.build.open(Kind::FuncDef, place);
        self.build.open(Kind::Decorators, Span::new(at, at));
        self.build.close();
        match node.child_by_field_name("name") {
            Some(name) => self.name(name),
            None => self.build.absent(at),
        }
        self.build.absent(at);
        self.build.open(Kind::Params, Span::new(at, at));
        self.build.close();
        self.build.absent(at);
        match node.child_by_field_name("body") {
            Some(body) if body.kind() == "compound_statement" => self.command(body),
            Some(body) => {
                let place = self.place(body);
                self.block(&[body], place);
            }
            None => self.block(&[], place),
        }
        self.build.close();
    }

    fn assignment(&mut self, node: Node<'_>) {
        let place = self.place(node);
        let is_add = children(node).iter().any(|part| part.kind() == "+=");
        if is_add {
            self.open_op(Kind::AugAssign, Op::Add, place);
        } else {
            self.build.open(Kind::Assign, place);
        }
        match node.child_by_field_name("name") {
            Some(name) => self.name(name),
            None => self.build.absent(place.start),
        }
        match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => {
                self.build
                    .leaf(Kind::Str, "", Span::new(place.end, place.end));
            }
        }
        self.build.close();
    }
}

/// What is redirected; where files go does not matter.
fn body_of(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while node.kind() == "redirected_statement" {
        match node.child_by_field_name("body") {
            Some(body) => node = body,
            None => break,
        }
    }
    node
}

fn is_declaration_of_many(node: Node<'_>) -> bool {
    node.kind() == "declaration_command"
        && named(node)
            .iter()
            .filter(|child| child.kind() == "variable_assignment")
            .count()
            != 1
}

/// The commands of a chain and the operators between them.
fn flatten(node: Node<'_>) -> (Vec<Node<'_>>, Vec<Op>) {
    let (mut operands, mut operators) = (Vec::new(), Vec::new());
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        match node.kind() {
            "pipeline" | "list" => stack.extend(children(node).into_iter().rev()),
            "|" | "|&" => operators.push(Op::Pipe),
            "&&" => operators.push(Op::And),
            "||" => operators.push(Op::Or),
            _ if node.is_named() => operands.push(node),
            _ => {}
        }
    }
    // An error can leave an operator without its operand.
    operators.truncate(operands.len().saturating_sub(1));
    (operands, operators)
}

fn special_word(text: &str) -> Option<Kind> {
    match super::pattern::decode(text) {
        Some(written) => special(&written),
        None => special(text),
    }
}

/// The test, the body, and the clauses after it, of `if … then …` and `elif … then …`.
fn split<'t>(parts: &[Node<'t>]) -> (Vec<Node<'t>>, Vec<Node<'t>>, Vec<Node<'t>>) {
    let is_clause = |part: &Node<'_>| matches!(part.kind(), "elif_clause" | "else_clause");
    let then = parts
        .iter()
        .position(|part| part.kind() == "then")
        .unwrap_or(parts.len());
    let test = parts
        .iter()
        .take(then)
        .filter(|part| part.kind() != "if")
        .copied()
        .collect();
    let after = parts.get(then + 1..).unwrap_or_default();
    let end = after.iter().position(is_clause).unwrap_or(after.len());
    let body = after.get(..end).unwrap_or_default().to_vec();
    let rest = after.get(end..).unwrap_or_default().to_vec();
    (test, body, rest)
}
