//! What metavariables stand for in a match.

use std::sync::{Arc, OnceLock};

use runward_syntax::{NodeId, Span, Symbol};

/// What a metavariable stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// In the source of the target.
    pub span: Span,
    /// The node; the first of several; `None` for text, and for nothing (`$...X` of no arguments).
    pub node: Option<NodeId>,
    pub what: What,
    /// Where it is not the source text at the span.
    pub text: Option<Arc<str>>,
}

/// The sort of thing that a metavariable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One node.
    Node,
    /// Neighbours from `node` up to this one.
    Nodes(NodeId),
    /// No node at all, of a list.
    Nothing,
    /// The text between the quotes of the string that is `node`.
    Content,
    /// A part of the full name that an imported `Name` stands for: its first so many parts.
    Path(u16),
    /// One part of such a name.
    Part(Symbol),
    /// Text of a file without a grammar, or a group of a regular expression.
    Text,
}

impl Value {
    /// A stretch of text.
    #[must_use]
    pub fn text_at(span: Span) -> Self {
        Self {
            span,
            node: None,
            what: What::Text,
            text: None,
        }
    }

    /// What a message or a condition shows for it.
    #[must_use]
    pub fn text<'s>(&'s self, source: &'s str) -> &'s str {
        match &self.text {
            Some(text) => text,
            None => self.span.text(source),
        }
    }
}

/// One metavariable and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// With its dollar.
    pub name: Arc<str>,
    pub value: Value,
}

/// The metavariables of a match, in the order of their names. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bindings(Arc<[Binding]>);

impl Default for Bindings {
    fn default() -> Self {
        static NONE: OnceLock<Bindings> = OnceLock::new();
        NONE.get_or_init(|| Self(Arc::new([]))).clone()
    }
}

impl FromIterator<Binding> for Bindings {
    /// The first value of a name counts.
    fn from_iter<I: IntoIterator<Item = Binding>>(all: I) -> Self {
        let mut all: Vec<Binding> = all.into_iter().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all.dedup_by(|later, first| later.name == first.name);
        Self(all.into())
    }
}

impl Bindings {
    /// From bindings that come in the order of their names, each once.
    pub(crate) fn in_order(all: impl ExactSizeIterator<Item = Binding>) -> Self {
        if all.len() == 0 {
            return Self::default();
        }
        Self(all.collect())
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = self
            .0
            .binary_search_by(|binding| (*binding.name).cmp(name))
            .ok()?;
        self.0.get(at).map(|binding| &binding.value)
    }

    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Binding> {
        self.0.iter()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These, and those of the others whose names are not here.
    #[must_use]
    pub fn extended(&self, others: &Self) -> Self {
        if others.iter().all(|other| self.get(&other.name).is_some()) {
            return self.clone();
        }
        if self.is_empty() {
            return others.clone();
        }
        self.iter().chain(others.iter()).cloned().collect()
    }

    /// With one more value, which counts where the name is already there.
    #[must_use]
    pub fn with(&self, name: &str, value: Value) -> Self {
        let one = Binding {
            name: name.into(),
            value,
        };
        std::iter::once(one).chain(self.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bind(name: &str, start: u32) -> Binding {
        Binding {
            name: name.into(),
            value: Value::text_at(Span::new(start, start + 1)),
        }
    }

    #[test]
    fn bindings_are_found_by_name_and_come_in_order() {
        let all: Bindings = [bind("$Y", 1), bind("$X", 0), bind("$Y", 7)]
            .into_iter()
            .collect();
        let names: Vec<_> = all.iter().map(|one| &*one.name).collect();
        assert_eq!(names, ["$X", "$Y"]);
        assert_eq!(all.get("$Y").unwrap().text("ab"), "b");
        assert_eq!(all.get("$Z"), None);
        let more: Bindings = [bind("$X", 5), bind("$Z", 1)].into_iter().collect();
        let both = all.extended(&more);
        assert_eq!(both.len(), 3);
        assert_eq!(both.get("$X").unwrap().span.start, 0);
        assert_eq!(
            both.with("$X", Value::text_at(Span::new(9, 10)))
                .get("$X")
                .unwrap()
                .span
                .start,
            9
        );
    }
}
