//! What a function does, in words that every file understands.

use std::sync::Arc;

use runward_match::Bindings;
use runward_syntax::{NodeId, Span};

use super::FileId;
use crate::Step;

/// A source in another file.
#[derive(Debug)]
pub(crate) struct AwaySource {
    pub(crate) file: FileId,
    pub(crate) span: Span,
    pub(crate) node: Option<NodeId>,
    /// Which of the rule's sources.
    pub(crate) part: usize,
    /// With their texts.
    pub(crate) bindings: Bindings,
    pub(crate) step: Arc<Step>,
}

/// A sink in another file.
#[derive(Debug)]
pub(crate) struct AwaySink {
    pub(crate) file: FileId,
    pub(crate) span: Span,
    pub(crate) node: Option<NodeId>,
    pub(crate) part: usize,
    pub(crate) bindings: Bindings,
    pub(crate) step: Arc<Step>,
}

impl PartialEq for AwaySource {
    fn eq(&self, other: &Self) -> bool {
        (self.file, self.span, self.part) == (other.file, other.span, other.part)
    }
}

impl PartialEq for AwaySink {
    fn eq(&self, other: &Self) -> bool {
        (self.file, self.span, self.part) == (other.file, other.span, other.part)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SharedKey {
    Field(Arc<str>),
    Text(Arc<str>),
    Number(i64),
    Any,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SharedOrigin {
    Source { source: Arc<AwaySource>, label: u32 },
    Parameter { index: u32, path: Vec<SharedKey> },
}

#[derive(Debug, Clone)]
pub(crate) struct SharedTaint {
    pub(crate) origin: SharedOrigin,
    pub(crate) trace: Vec<Arc<Step>>,
}

/// The way does not count: in functions that call each other it could grow for ever.
impl PartialEq for SharedTaint {
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin
    }
}

/// Taints by the part of the value that they are in.
pub(crate) type SharedValue = Vec<(Vec<SharedKey>, Vec<SharedTaint>)>;

/// [`crate::summary::Summary`] for other files.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Shared {
    pub(crate) parameters: Vec<Option<Arc<str>>>,
    pub(crate) returns: SharedValue,
    pub(crate) sinks: Vec<(Arc<AwaySink>, Vec<SharedTaint>)>,
    pub(crate) writes: Vec<(u32, Vec<SharedKey>, Vec<SharedTaint>)>,
    pub(crate) fields: Vec<(Arc<str>, Vec<SharedTaint>)>,
    pub(crate) control: Vec<SharedTaint>,
}

/// What the functions of one file do, for one rule.
#[derive(Debug, Default, PartialEq)]
pub struct Exports {
    /// Ordered by the functions' places in the file.
    functions: Vec<(u32, Arc<Shared>)>,
    is_pending: bool,
}

impl Exports {
    pub(crate) fn new(functions: Vec<(u32, Arc<Shared>)>) -> Self {
        Self {
            functions,
            is_pending: false,
        }
    }

    /// Of a file that was not looked at yet: each of its functions does nothing.
    #[must_use]
    pub fn pending() -> Self {
        Self {
            functions: Vec::new(),
            is_pending: true,
        }
    }

    /// What a function does; `None` if that is not known.
    pub(crate) fn function(&self, at: u32) -> Option<Arc<Shared>> {
        if self.is_pending {
            return Some(Arc::default());
        }
        let place = self
            .functions
            .binary_search_by_key(&at, |(at, _)| *at)
            .ok()?;
        self.functions
            .get(place)
            .map(|(_, shared)| Arc::clone(shared))
    }
}
