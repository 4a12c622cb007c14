//! What a language gives.

use std::sync::Arc;

use crate::{Language, Limits, NodeId, Span, Symbols, Tree, Vocabulary};

/// A file that was not read; it is reported as not covered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// Lower case, no full stop, says what to do where something can be done.
    pub reason: String,
    /// Where, as far as known.
    pub span: Option<Span>,
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    pub message: String,
    /// In the text of the pattern.
    pub span: Span,
}

/// A pattern as a tree, which may have the kinds that only patterns have.
#[derive(Debug, Clone)]
pub struct PatternTree {
    pub tree: Tree,
    /// An expression, a statement, a `Block` of several statements, or another part (a `Decorator`,
    /// `Args`, a `Catch`, …). An expression that stands alone is the expression, not an `ExprStmt`.
    pub root: NodeId,
}

impl PatternTree {
    /// A pattern of a tree that was built on symbols of its own: its texts move into the
    /// vocabulary. Until [`Self::freeze`] the texts are to be had from there alone.
    #[must_use]
    pub fn new(mut tree: Tree, root: NodeId, vocabulary: &mut Vocabulary) -> Self {
        for node in &mut tree.nodes {
            node.name = vocabulary.intern(tree.symbols.text(node.name));
        }
        Self { tree, root }
    }

    /// Lets [`Tree::name`] answer again, once all patterns have been read.
    pub fn freeze(&mut self, vocabulary: &Arc<Vocabulary>) {
        self.tree.symbols = Symbols::new(Arc::clone(vocabulary));
    }
}

/// A language: its parser's output lowered into the tree.
pub trait Frontend: Send + Sync {
    fn language(&self) -> Language;

    /// Reads a source text. What does not parse is left out and noted in [`Tree::errors`].
    ///
    /// # Errors
    /// If the text is beyond the limits or nothing of it can be read.
    fn parse(
        &self,
        source: &str,
        vocabulary: &Arc<Vocabulary>,
        limits: &Limits,
    ) -> Result<Tree, Refused>;

    /// Reads a pattern; its texts go into the vocabulary.
    ///
    /// # Errors
    /// If it is no pattern of the language.
    fn parse_pattern(
        &self,
        pattern: &str,
        vocabulary: &mut Vocabulary,
    ) -> Result<PatternTree, PatternError>;
}
