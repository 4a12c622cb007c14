//! Finds a pattern in a document.

use runward_syntax::Span;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash as _, Hasher as _};

use super::pattern::{Item, Pattern};
use crate::document::{Document, Node, NodeKind};
use crate::{GenericMatch, SearchError};

/// Nodes looked at in one search.
const MAX_STEPS: u64 = 20_000_000;

/// The last node of a match so far.
#[derive(Debug, Clone, Copy)]
struct Last {
    span: Span,
    line: u32,
}

/// An ellipsis that may still pass over nodes.
#[derive(Debug, Clone, Copy)]
struct Dots {
    max_line: u32,
    /// What it has passed over.
    passed: Span,
    name: Option<usize>,
}

/// What was tried in vain: an item, a node, the end of the block in which the match began, and a
/// hash of what was bound, where that decides.
type Failed = (u32, u32, u32, u64);

struct Search<'p, 'd> {
    pattern: &'p Pattern,
    source: &'d str,
    nodes: &'d [Node],
    bound: Vec<(usize, Span)>,
    failed: FxHashSet<Failed>,
    steps: u64,
}

/// The search was given up.
struct Exhausted;

impl Pattern {
    pub(crate) fn search(
        &self,
        document: &Document<'_>,
        spans: Option<&[Span]>,
    ) -> Result<Vec<GenericMatch>, SearchError> {
        let mut search = Search {
            pattern: self,
            source: document.source(),
            nodes: &document.nodes,
            bound: Vec::new(),
            failed: FxHashSet::default(),
            steps: 0,
        };
        // A match that ends in an ellipsis hides later ones with the same end, wherever it began.
        let spans = spans.filter(|_| !self.ends_with_dots());
        search.all(spans).map_err(|Exhausted| SearchError::Steps)
    }
}

impl Search<'_, '_> {
    /// Of the matches with the same last node only one is kept: the shortest, or the longest where
    /// the pattern ends in an ellipsis.
    fn all(&mut self, spans: Option<&[Span]>) -> Result<Vec<GenericMatch>, Exhausted> {
        let only_starts = self.pattern.starts_with_dots();
        let prefer_longer = self.pattern.ends_with_dots();
        let mut found: Vec<Option<GenericMatch>> = Vec::new();
        let mut by_end: FxHashMap<Span, usize> = FxHashMap::default();
        let mut ends = vec![self.nodes.len().saturating_sub(1)];
        let mut is_start = true;
        for (index, node) in self.nodes.iter().enumerate() {
            let was_start = is_start;
            is_start = false;
            match node.kind {
                NodeKind::Open(close) => {
                    ends.push(close as usize);
                    is_start = true;
                    continue;
                }
                NodeKind::Close => {
                    ends.pop();
                    continue;
                }
                NodeKind::Word | NodeKind::Byte(_) => {}
            }
            let here = Span::new(node.span.start, node.span.start);
            if (only_starts && !was_start)
                || !self.can_begin(node)
                || spans.is_some_and(|spans| !spans.iter().any(|span| span.contains(here)))
            {
                continue;
            }
            let end = ends.last().copied().unwrap_or_default();
            self.bound.clear();
            let last = Last {
                span: here,
                line: node.line,
            };
            let Some(last) = self.run(0, index, end, None, last)? else {
                continue;
            };
            let mut bindings: Vec<_> = self
                .bound
                .iter()
                .map(|(name, span)| {
                    (
                        self.pattern.names.get(*name).cloned().unwrap_or_default(),
                        *span,
                    )
                })
                .collect();
            bindings.sort();
            let one = GenericMatch {
                span: Span::new(node.span.start, last.span.end),
                bindings,
            };
            if prefer_longer && by_end.contains_key(&last.span) {
                continue;
            }
            if let Some(longer) = by_end.insert(last.span, found.len())
                && let Some(slot) = found.get_mut(longer)
            {
                *slot = None;
            }
            found.push(Some(one));
        }
        Ok(found.into_iter().flatten().collect())
    }

    fn can_begin(&self, node: &Node) -> bool {
        match (self.pattern.items.first(), node.kind) {
            (Some(Item::Word(word)), NodeKind::Word) => node.span.text(self.source) == word,
            (Some(Item::Byte(byte)), NodeKind::Byte(here)) => *byte == here,
            (Some(Item::Metavar(_)), NodeKind::Word) => true,
            (Some(Item::Word(_) | Item::Byte(_) | Item::Metavar(_)), _) => false,
            _ => true,
        }
    }

    /// Matches the items from `item` on with the nodes from `node` on, within the block that ends
    /// at `end`. The last node of the match, if there is one.
    fn run(
        &mut self,
        mut item: usize,
        mut node: usize,
        end: usize,
        mut dots: Option<Dots>,
        mut last: Last,
    ) -> Result<Option<Last>, Exhausted> {
        let pattern = self.pattern;
        loop {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return Err(Exhausted);
            }
            let (Some(wanted), Some(here)) =
                (pattern.items.get(item), self.nodes.get(node).copied())
            else {
                return Ok(None);
            };
            match wanted {
                Item::Close | Item::End => {
                    return Ok(self.finish(*wanted == Item::End, node, dots, last));
                }
                Item::Dots(name) => {
                    dots = Some(match dots {
                        None => Dots {
                            max_line: last.line.saturating_add(pattern.max_span),
                            passed: Span::new(last.span.end, last.span.end),
                            name: *name,
                        },
                        Some(dots) => Dots {
                            max_line: dots.max_line.saturating_add(pattern.max_span),
                            ..dots
                        },
                    });
                    item += 1;
                }
                Item::Open { close, nullable } => match here.kind {
                    NodeKind::Close => {
                        let rest = pattern.items.get(close + 1..).unwrap_or_default();
                        if !nullable || !is_nullable(rest) {
                            return Ok(None);
                        }
                        return Ok(self.complete(dots, last));
                    }
                    NodeKind::Open(block_end) => {
                        let block_end = block_end as usize;
                        if !self.bind_dots(dots) {
                            return Ok(None);
                        }
                        let inner = self.run(item + 1, node + 1, block_end, None, last)?;
                        let Some(inner) = inner else {
                            return Ok(None);
                        };
                        (last, dots) = (inner, None);
                        (item, node) = (close + 1, block_end + 1);
                    }
                    NodeKind::Word | NodeKind::Byte(_) => match skipping(dots, &here) {
                        Some(skipped) => {
                            dots = Some(skipped);
                            node += 1;
                        }
                        None if *nullable && self.bind_dots(dots) => {
                            dots = None;
                            item = close + 1;
                        }
                        None => return Ok(None),
                    },
                },
                // Blocks of the document need no block in the pattern.
                Item::Word(_) | Item::Byte(_) | Item::Metavar(_) => match here.kind {
                    NodeKind::Close if node >= end => return Ok(None),
                    NodeKind::Open(_) | NodeKind::Close => node += 1,
                    NodeKind::Word | NodeKind::Byte(_) => {
                        if dots.is_some_and(|dots| here.line > dots.max_line) {
                            return Ok(None);
                        }
                        let mark = self.bound.len();
                        let after = Last {
                            span: here.span,
                            line: here.line,
                        };
                        if self.matches(wanted, &here)
                            && self.bind_dots(dots)
                            && self.bind(wanted, &here)
                        {
                            if dots.is_none() {
                                last = after;
                                item += 1;
                                node += 1;
                                continue;
                            }
                            if let Some(found) = self.attempt(item + 1, node + 1, end, after)? {
                                return Ok(Some(found));
                            }
                        }
                        self.bound.truncate(mark);
                        let Some(skipped) = skipping(dots, &here) else {
                            return Ok(None);
                        };
                        dots = Some(skipped);
                        node += 1;
                    }
                },
            }
        }
    }

    /// Tries the rest of the pattern behind an ellipsis, unless that failed before.
    fn attempt(
        &mut self,
        item: usize,
        node: usize,
        end: usize,
        last: Last,
    ) -> Result<Option<Last>, Exhausted> {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let key = (narrow(item), narrow(node), narrow(end), self.bound_hash());
        if self.failed.contains(&key) {
            return Ok(None);
        }
        let found = self.run(item, node, end, None, last)?;
        if found.is_none() {
            self.failed.insert(key);
        }
        Ok(found)
    }

    fn bound_hash(&self) -> u64 {
        if !self.pattern.has_repeated {
            return 0;
        }
        let mut hasher = FxHasher::default();
        for (name, span) in &self.bound {
            name.hash(&mut hasher);
            span.text(self.source).hash(&mut hasher);
        }
        hasher.finish()
    }

    fn matches(&self, wanted: &Item, here: &Node) -> bool {
        match (wanted, here.kind) {
            (Item::Word(word), NodeKind::Word) => here.span.text(self.source) == word,
            (Item::Byte(byte), NodeKind::Byte(other)) => *byte == other,
            (Item::Metavar(_), NodeKind::Word) => true,
            _ => false,
        }
    }

    /// Binds a metavariable to a word; false if it is bound to another.
    fn bind(&mut self, wanted: &Item, here: &Node) -> bool {
        match wanted {
            Item::Metavar(name) => self.bind_name(*name, here.span),
            _ => true,
        }
    }

    fn bind_dots(&mut self, dots: Option<Dots>) -> bool {
        match dots {
            Some(Dots {
                name: Some(name),
                passed,
                ..
            }) => self.bind_name(name, passed),
            _ => true,
        }
    }

    fn bind_name(&mut self, name: usize, span: Span) -> bool {
        if let Some((_, known)) = self.bound.iter().find(|(known, _)| *known == name) {
            known.text(self.source) == span.text(self.source)
        } else {
            self.bound.push((name, span));
            true
        }
    }

    /// The end of the pattern, or of a block of it. An ellipsis there takes the rest of the block
    /// of the document; without one, a block of the pattern must be at the end of its own.
    fn finish(
        &mut self,
        is_whole: bool,
        node: usize,
        dots: Option<Dots>,
        last: Last,
    ) -> Option<Last> {
        let Some(open) = dots else {
            let at_end = self
                .nodes
                .get(node)
                .is_some_and(|node| node.kind == NodeKind::Close);
            return (at_end || is_whole).then_some(last);
        };
        if last.line > open.max_line {
            return is_whole.then_some(last);
        }
        let last = self.rest_of_block(node, open.max_line, last);
        self.complete(dots, last)
    }

    /// The last node of the block that is not past a line.
    fn rest_of_block(&mut self, node: usize, max_line: u32, mut last: Last) -> Last {
        let mut depth = 0_usize;
        for node in self.nodes.get(node..).unwrap_or_default() {
            self.steps += 1;
            match node.kind {
                NodeKind::Open(_) => depth += 1,
                NodeKind::Close if depth == 0 => break,
                NodeKind::Close => depth -= 1,
                NodeKind::Word | NodeKind::Byte(_) if node.line > max_line => break,
                NodeKind::Word | NodeKind::Byte(_) => {
                    last = Last {
                        span: node.span,
                        line: node.line,
                    };
                }
            }
        }
        last
    }

    fn complete(&mut self, dots: Option<Dots>, last: Last) -> Option<Last> {
        let dots = dots.map(|dots| Dots {
            passed: Span::new(dots.passed.start, last.span.end.max(dots.passed.end)),
            ..dots
        });
        self.bind_dots(dots).then_some(last)
    }
}

/// The ellipsis after passing over a node, if it reaches that far.
fn skipping(dots: Option<Dots>, here: &Node) -> Option<Dots> {
    let dots = dots.filter(|dots| here.line <= dots.max_line)?;
    Some(Dots {
        passed: Span::new(dots.passed.start, here.span.end),
        ..dots
    })
}

/// Whether the items up to the end of their block or of the pattern match nothing at all.
fn is_nullable(items: &[Item]) -> bool {
    let mut depth = 0_usize;
    for item in items {
        match item {
            Item::End => return true,
            Item::Close if depth == 0 => return true,
            Item::Close => depth -= 1,
            Item::Open { .. } => depth += 1,
            Item::Dots(_) => {}
            Item::Word(_) | Item::Byte(_) | Item::Metavar(_) => return false,
        }
    }
    true
}
