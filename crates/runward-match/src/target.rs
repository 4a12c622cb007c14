//! What is searched.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use runward_resolve::Facts;
use runward_rules::Text;
use runward_syntax::{Frontend, Kind, Language, Lines, NodeId, Span, Tree, Vocabulary};
use rustc_hash::FxHashMap;

use crate::pattern::Sort;
use crate::{Bindings, Index};

/// One file, or the part of one that a `metavariable-pattern` looks into. Made once for a file and used
/// for all formulas, since what one of them found is kept for the others.
pub struct Target<'a> {
    pub language: Language,
    pub source: &'a str,
    pub lines: &'a Lines,
    /// `None` for languages without a grammar, and for files that did not parse (only expressions
    /// on the text can match then).
    pub tree: Option<&'a Tree>,
    pub facts: Option<&'a Facts>,
    pub index: &'a Index,
    /// For `metavariable-pattern` with another language.
    pub frontends: &'a [&'a dyn Frontend],
    /// The texts of all rules; that of the tree where there is one.
    pub vocabulary: Option<&'a Arc<Vocabulary>>,
    pub(crate) found: RefCell<FxHashMap<u32, Rc<[Match]>>>,
    pub(crate) roots: RefCell<FxHashMap<RootsKey, Rc<[NodeId]>>>,
}

/// What decides where in a file a pattern can be tried: its language, its sort, the kind of its root,
/// and whether constants count.
pub(crate) type RootsKey = (Language, Sort, Kind, bool);

/// A place where a formula matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub span: Span,
    /// The node of that span where it is one; the first of several statements; `None` on text.
    pub node: Option<NodeId>,
    pub bindings: Bindings,
    /// The `fix` of the part of the formula that matched, where that has one of its own.
    pub fix: Option<Arc<Text>>,
}

impl<'a> Target<'a> {
    /// A file with a tree.
    #[must_use]
    pub fn parsed(
        language: Language,
        source: &'a str,
        lines: &'a Lines,
        tree: &'a Tree,
        facts: &'a Facts,
        index: &'a Index,
    ) -> Self {
        Self {
            language,
            source,
            lines,
            tree: Some(tree),
            facts: Some(facts),
            index,
            frontends: &[],
            vocabulary: Some(tree.symbols.vocabulary()),
            found: RefCell::default(),
            roots: RefCell::default(),
        }
    }

    /// A file that is only text.
    #[must_use]
    pub fn text(language: Language, source: &'a str, lines: &'a Lines) -> Self {
        Self {
            language,
            source,
            lines,
            tree: None,
            facts: None,
            index: Index::nothing(),
            frontends: &[],
            vocabulary: None,
            found: RefCell::default(),
            roots: RefCell::default(),
        }
    }

    /// With the languages that a `metavariable-pattern` can ask for.
    #[must_use]
    pub fn with_frontends(mut self, frontends: &'a [&'a dyn Frontend]) -> Self {
        self.frontends = frontends;
        self
    }

    /// With the texts of all rules, for a file without a tree.
    #[must_use]
    pub fn with_vocabulary(mut self, vocabulary: &'a Arc<Vocabulary>) -> Self {
        self.vocabulary = Some(vocabulary);
        self
    }
}
