//! The state of a translation.

use runward_resolve::Facts;
use runward_syntax::{Kind, Language, NodeId, Span, Symbol, Tree};

use super::fields::Fields;
use super::graph::{ENTRY, EXIT, Graph, NodeIndex, Step};
use super::{
    Exp, Expression, ExpressionKind, Instruction, InstructionKind, Place, TEMPORARY, Variable,
};

/// A loop or a `switch` around the current statement.
pub(super) struct Breakable {
    pub(super) label: Option<Symbol>,
    pub(super) after: NodeIndex,
    /// `None` for a `switch`.
    pub(super) again: Option<NodeIndex>,
}

/// Translates one function. Numbers of fields are shared by all functions of a file.
pub(crate) struct Builder<'a> {
    pub(super) tree: &'a Tree,
    pub(super) facts: &'a Facts,
    pub(super) language: Language,
    pub(super) fields: &'a mut Fields,
    pub(super) expressions: Vec<Expression>,
    pub(super) graph: Graph,
    /// The node that the next one follows; `None` where nothing gets here.
    pub(super) at: Option<NodeIndex>,
    /// Where an exception goes.
    pub(super) throws: Option<NodeIndex>,
    /// Where `return` goes first.
    pub(super) finally: Option<NodeIndex>,
    pub(super) breakables: Vec<Breakable>,
    pub(super) next_label: Option<Symbol>,
    /// Lambdas that no instruction has taken yet.
    pub(super) lambdas: Vec<NodeId>,
    /// What the function that is called with lambdas hands them.
    pub(super) given: Vec<Exp>,
    /// Whether functions that are declared here are followed as lambdas are.
    pub(super) takes_declarations: bool,
    temporaries: u32,
    left: usize,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(
        tree: &'a Tree,
        facts: &'a Facts,
        language: Language,
        fields: &'a mut Fields,
        steps: usize,
    ) -> Self {
        Self {
            tree,
            facts,
            language,
            fields,
            expressions: Vec::new(),
            graph: Graph::new(),
            at: Some(ENTRY),
            throws: None,
            finally: None,
            breakables: Vec::new(),
            next_label: None,
            lambdas: Vec::new(),
            given: Vec::new(),
            takes_declarations: false,
            temporaries: 0,
            left: steps,
        }
    }

    /// The graph and its expressions, or `None` if the function is beyond the limit.
    pub(crate) fn finish(mut self) -> Option<(Graph, Vec<Expression>)> {
        self.lambdas_since(0);
        if let Some(at) = self.at {
            self.graph.link(at, EXIT);
        }
        (self.left > 0).then_some((self.graph, self.expressions))
    }

    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    pub(super) fn span(&self, node: NodeId) -> Span {
        self.tree.node(node).span
    }

    pub(super) fn kind(&self, node: NodeId) -> Kind {
        self.tree.kind(node)
    }

    pub(super) fn present(&self, node: NodeId, index: usize) -> Option<NodeId> {
        self.tree.present(node, index)
    }

    pub(super) fn is_ecma(&self) -> bool {
        matches!(self.language, Language::JavaScript | Language::TypeScript)
    }

    pub(super) fn exp(
        &mut self,
        kind: ExpressionKind,
        place: Option<Span>,
        node: Option<NodeId>,
    ) -> Exp {
        self.left = self.left.saturating_sub(1);
        let index = u32::try_from(self.expressions.len()).unwrap_or_default();
        self.expressions.push(Expression { kind, place, node });
        Exp(index)
    }

    pub(super) fn kind_of(&self, exp: Exp) -> Option<&ExpressionKind> {
        self.expressions.get(exp.0 as usize).map(|exp| &exp.kind)
    }

    pub(super) fn temporary(&mut self) -> Place {
        self.temporaries += 1;
        Place::variable(TEMPORARY | self.temporaries, None)
    }

    pub(super) fn read(&mut self, place: Place, span: Option<Span>, node: Option<NodeId>) -> Exp {
        self.exp(ExpressionKind::Read(place), span, node)
    }

    /// What has no value.
    pub(super) fn unit(&mut self) -> Exp {
        self.exp(ExpressionKind::Literal, None, None)
    }

    pub(super) fn opaque(&mut self, node: NodeId) -> Exp {
        let span = self.span(node);
        self.exp(ExpressionKind::Opaque(None), Some(span), Some(node))
    }

    /// The variable of a `Name`.
    pub(super) fn variable(&mut self, name: NodeId) -> Variable {
        match self.facts.slot(name) {
            Some(slot) => slot,
            None => self.field(self.tree.node(name).name),
        }
    }

    /// The variable of a field of `this`.
    pub(super) fn field(&mut self, name: Symbol) -> Variable {
        self.fields.variable(name)
    }

    /// Adds a node after the current one.
    pub(super) fn step(&mut self, step: Step) -> NodeIndex {
        self.left = self.left.saturating_sub(1);
        let node = self.graph.add(step);
        if let Some(at) = self.at {
            self.graph.link(at, node);
        }
        self.at = Some(node);
        node
    }

    /// Adds a node that others lead to.
    pub(super) fn meeting(&mut self) -> NodeIndex {
        self.graph.add(Step::Nothing)
    }

    /// Goes from the current node to another one, and no further.
    pub(super) fn go(&mut self, to: NodeIndex) {
        if let Some(at) = self.at.take() {
            self.graph.link(at, to);
        }
    }

    pub(super) fn instruction(
        &mut self,
        kind: InstructionKind,
        target: Option<Place>,
        place: Option<Span>,
    ) {
        let throws = matches!(kind, InstructionKind::Call(_) | InstructionKind::New(_));
        let node = self.step(Step::Instruction(Box::new(Instruction {
            kind,
            target,
            place,
            assignment: None,
        })));
        if throws && let Some(to) = self.throws {
            self.graph.link(node, to);
        }
    }

    pub(super) fn assign_to(&mut self, target: Place, value: Exp, place: Option<Span>) {
        if self.retarget(&target, value, place) {
            return;
        }
        self.instruction(InstructionKind::Assign(value), Some(target), place);
    }

    /// `x = f()` is one instruction, so that `x` is assigned before anything is thrown.
    fn retarget(&mut self, target: &Place, value: Exp, place: Option<Span>) -> bool {
        let Some(ExpressionKind::Read(Place {
            base: super::Base::Variable { variable, .. },
            offsets,
        })) = self.kind_of(value)
        else {
            return false;
        };
        if variable & TEMPORARY == 0 || !offsets.is_empty() {
            return false;
        }
        let variable = *variable;
        let Some(Step::Instruction(last)) = self
            .at
            .and_then(|at| self.graph.nodes.get_mut(at as usize))
            .map(|node| &mut node.step)
        else {
            return false;
        };
        let is_its = matches!(
            &last.target,
            Some(Place { base: super::Base::Variable { variable: own, .. }, offsets })
                if *own == variable && offsets.is_empty()
        );
        let is_call = matches!(
            last.kind,
            InstructionKind::Call(_) | InstructionKind::Special(_)
        );
        if is_its && is_call && last.assignment.is_none() {
            last.target = Some(target.clone());
            last.assignment = place;
            return true;
        }
        false
    }

    /// The bodies of the lambdas that were met since `mark`: each is a way that may be taken from
    /// here.
    pub(super) fn lambdas_since(&mut self, mark: usize) {
        let given: Box<[Exp]> = std::mem::take(&mut self.given).into();
        if self.lambdas.len() <= mark {
            return;
        }
        let Some(from) = self.at else {
            self.lambdas.truncate(mark);
            return;
        };
        let after = self.meeting();
        self.graph.link(from, after);
        while self.lambdas.len() > mark && !self.is_full() {
            let Some(lambda) = self.lambdas.pop() else {
                break;
            };
            self.at = Some(from);
            self.lambda_body(lambda, given.clone());
            self.go(after);
        }
        self.lambdas.truncate(mark);
        self.at = Some(after);
    }

    fn lambda_body(&mut self, lambda: NodeId, given: Box<[Exp]>) {
        let (params, body) = match self.kind(lambda) {
            Kind::Lambda => (0, 2),
            _ => (3, 5),
        };
        let mut variables = Vec::new();
        if let Some(params) = self.tree.child(lambda, params) {
            for param in super::functions::parameters(self, params) {
                if param.is_plain {
                    variables.extend(param.variables);
                }
            }
        }
        let throws = self.throws.take();
        let finally = self.finally.take();
        let breakables = std::mem::take(&mut self.breakables);
        self.step(Step::Lambda {
            parameters: variables.into(),
            given,
        });
        if let Some(body) = self.tree.child(lambda, body) {
            self.function_body(body);
        }
        self.throws = throws;
        self.finally = finally;
        self.breakables = breakables;
    }

    /// A block, or the expression of a lambda.
    pub(crate) fn function_body(&mut self, body: NodeId) {
        if matches!(self.kind(body), Kind::Block | Kind::Program) {
            self.statement(body);
        } else {
            let mark = self.lambdas.len();
            let value = self.expression(body);
            let temporary = self.temporary();
            self.assign_to(temporary, value, None);
            self.lambdas_since(mark);
        }
    }
}
