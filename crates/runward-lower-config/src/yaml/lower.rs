//! From the events of the parser to the tree.

use std::collections::HashMap;
use std::rc::Rc;

use runward_syntax::{Builder, Flags, Kind, NodeId, Op, Span, Symbol, SyntaxError};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::pattern::ELLIPSIS;
use super::places::Places;
use super::scalar;
use crate::metavar::{small, span, special};

/// Nodes that aliases may add: a few lines of them can stand for billions.
const MAX_ALIASED: usize = 200_000;

pub(super) fn lower(source: &str, build: &mut Builder, is_pattern: bool) {
    let mut lowering = Lowering {
        source,
        places: Places::new(source),
        build,
        is_pattern,
        open: Vec::new(),
        anchors: HashMap::new(),
        aliased: 0,
        last_end: 0,
    };
    lowering.file();
}

/// A mapping, a sequence, a pair or a tagged value whose end is still to come.
struct Open {
    node: NodeId,
    what: What,
    /// The tag that closes together with it.
    tag: Option<TagName>,
    anchor: usize,
    /// A mapping in brackets ends with its bracket, another with its last value.
    in_brackets: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Mapping,
    Sequence,
    /// A pair that waits for its key, or for its value.
    Key,
    Value,
    /// What would be the value of an ellipsis.
    Nothing,
}

struct TagName {
    name: String,
    span: Span,
}

/// What an alias repeats.
#[derive(Clone)]
struct Anchored(Rc<[Copied]>);

/// A node, how deep it is below the first, and whether the next one is deeper.
#[derive(Clone)]
struct Copied {
    kind: Kind,
    flags: Flags,
    name: Symbol,
    span: Span,
    depth: usize,
}

struct Lowering<'s, 'b> {
    source: &'s str,
    places: Places<'s>,
    build: &'b mut Builder,
    is_pattern: bool,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    aliased: usize,
    /// The end of the last value.
    last_end: u32,
}

impl Lowering<'_, '_> {
    fn file(&mut self) {
        let documents = self.count_documents();
        self.build.open(Kind::Program, span(0, self.source.len()));
        if documents > 0 {
            self.build.open(Kind::ExprStmt, span(0, self.source.len()));
            // Several documents are one sequence of them.
            let is_list = documents > 1;
            if is_list {
                self.build.open(Kind::List, span(0, self.source.len()));
            }
            self.documents();
            if is_list {
                self.build.close();
            }
            self.build.close();
        }
        self.build.close();
    }

    /// How many documents there are, as far as the text can be read.
    fn count_documents(&self) -> usize {
        // Only a marker can begin another document, so that most texts are not read twice.
        let has_marker = |line: &str| line.starts_with("---") || line.starts_with("...");
        if !self.source.lines().any(has_marker) {
            return usize::from(!self.source.trim().is_empty());
        }
        let mut count = 0;
        let mut parser = Parser::new_from_str(self.source);
        while let Some(Ok((event, _))) = parser.next_event() {
            match event {
                Event::DocumentStart(_) => count += 1,
                Event::StreamEnd => break,
                _ => {}
            }
        }
        count
    }

    fn documents(&mut self) {
        let mut parser = Parser::new_from_str(self.source);
        while let Some(event) = parser.next_event() {
            if self.build.is_full() {
                return;
            }
            match event {
                Ok((Event::StreamEnd, _)) => break,
                Ok((event, place)) => {
                    let start = small(self.places.byte(&place.start));
                    let end = small(self.places.byte(&place.end));
                    self.event(event, start, end.max(start));
                }
                Err(error) => {
                    let at = self.places.byte(error.marker());
                    self.build.errors.push(SyntaxError {
                        span: span(at, at),
                        message: format!("no YAML: {}", error.info()),
                    });
                    break;
                }
            }
        }
        // What an error left open.
        while let Some(open) = self.open.last() {
            match open.what {
                What::Key => {
                    self.build.absent(self.last_end);
                    self.build.absent(self.last_end);
                }
                What::Value => self.build.absent(self.last_end),
                What::Nothing => {
                    self.open.pop();
                    continue;
                }
                What::Mapping | What::Sequence => {}
            }
            self.close_one(self.last_end);
        }
    }

    fn event(&mut self, event: Event<'_>, start: u32, end: u32) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.is_pattern && self.ellipsis_entry(&text, style, start, end) {
                    return;
                }
                self.before_value(start);
                let first = self.build.nodes().len();
                let tag = self.tag(tag.as_deref(), start);
                let end = self.scalar(&text, style, start, end, tag.as_ref());
                self.remember(anchor, first);
                self.after_value(end);
            }
            Event::SequenceStart(anchor, tag) => {
                self.open_collection(Kind::List, start, anchor, tag.as_deref());
            }
            Event::MappingStart(anchor, tag) => {
                self.open_collection(Kind::Dict, start, anchor, tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let in_brackets = self.open.last().is_some_and(|open| open.in_brackets);
                // The parser ends it with the white space behind its bracket.
                let text = self.source.get(..end as usize).unwrap_or_default();
                let end = if in_brackets {
                    small(text.trim_end().len())
                } else {
                    self.last_end
                };
                let opened = self
                    .open
                    .last()
                    .map(|open| (open.node, open.anchor, open.tag.is_some()));
                self.close_one(end);
                if let Some((node, ..)) = opened.filter(|_| self.is_pattern) {
                    self.only_ellipsis(node);
                }
                if let Some((node, anchor, is_tagged)) = opened {
                    let first = node.index().saturating_sub(usize::from(is_tagged));
                    self.remember(anchor, first);
                }
                self.after_value(end);
            }
            Event::Alias(anchor) => {
                self.before_value(start);
                self.repeat(anchor, start, end);
                self.after_value(end);
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }

    /// In a mapping, a value that comes where a key is due begins a pair.
    fn before_value(&mut self, start: u32) {
        if self
            .open
            .last()
            .is_some_and(|open| open.what == What::Mapping)
        {
            let node = self.build.open(Kind::Pair, Span::new(start, start));
            self.open.push(Open {
                node,
                what: What::Key,
                tag: None,
                anchor: 0,
                in_brackets: false,
            });
        }
    }

    fn after_value(&mut self, end: u32) {
        self.last_end = end;
        match self.open.last_mut() {
            Some(open) if open.what == What::Key => open.what = What::Value,
            Some(open) if open.what == What::Value => {
                self.close_one(end);
            }
            _ => {}
        }
    }

    /// `...: ...` and `...:` are an ellipsis among the pairs.
    fn ellipsis_entry(&mut self, text: &str, style: ScalarStyle, start: u32, end: u32) -> bool {
        let is_dots = style == ScalarStyle::Plain && matches!(text, ELLIPSIS | "...");
        match self.open.last().map(|open| open.what) {
            Some(What::Nothing) => {
                self.open.pop();
                true
            }
            Some(What::Mapping) if is_dots => {
                self.build.leaf(Kind::Dots, "...", Span::new(start, end));
                let node = NodeId::at(self.build.nodes().len());
                let (what, in_brackets) = (What::Nothing, false);
                self.open.push(Open {
                    node,
                    what,
                    tag: None,
                    anchor: 0,
                    in_brackets,
                });
                true
            }
            _ => false,
        }
    }

    fn open_collection(&mut self, kind: Kind, start: u32, anchor: usize, tag: Option<&Tag>) {
        if self
            .open
            .last()
            .is_some_and(|open| open.what == What::Nothing)
        {
            self.open.pop();
        }
        self.before_value(start);
        let tag = self.tag(tag, start);
        if let Some(tag) = &tag {
            self.build.open(Kind::Cast, tag.span);
        }
        let inside = self.behind_properties(start as usize);
        let start = if tag.is_some() { small(inside) } else { start };
        let node = self.build.open(kind, Span::new(start, start));
        let bracket = self.source.as_bytes().get(inside);
        self.open.push(Open {
            node,
            what: if kind == Kind::List {
                What::Sequence
            } else {
                What::Mapping
            },
            tag,
            anchor,
            in_brackets: matches!(bracket, Some(b'[' | b'{')),
        });
    }

    /// A mapping of nothing but an ellipsis is any value.
    fn only_ellipsis(&mut self, mapping: NodeId) {
        let inside = self
            .build
            .nodes()
            .get(mapping.index()..)
            .unwrap_or_default();
        let is_it = matches!(inside, [mapping, dots]
            if mapping.kind == Kind::Dict && dots.kind == Kind::Dots);
        if let Some(node) = self.build.node_mut(mapping).filter(|_| is_it) {
            node.kind = Kind::Dots;
        }
    }

    fn close_one(&mut self, end: u32) {
        let Some(open) = self.open.pop() else { return };
        self.end_node(open.node, end);
        self.build.close();
        if let Some(tag) = open.tag {
            self.type_of(&tag);
            self.end_node(NodeId::at(open.node.index().saturating_sub(1)), end);
            self.build.close();
        }
    }

    fn end_node(&mut self, node: NodeId, end: u32) {
        if let Some(node) = self.build.node_mut(node) {
            node.span.end = end.max(node.span.start);
        }
    }

    /// The name of a tag as written, without its `!`. Values begin at their tags.
    fn tag(&self, tag: Option<&Tag>, start: u32) -> Option<TagName> {
        let tag = tag?;
        let name = match tag.handle.as_str() {
            "!" | "" => tag.suffix.clone(),
            handle => format!("{handle}{}", tag.suffix),
        };
        let here = self.source.get(start as usize..).unwrap_or_default();
        let before = here.find('!').map_or(0, small);
        Some(TagName {
            name,
            span: Span::new(start + before, start + before),
        })
    }

    /// Where a value itself begins, behind its tag and its anchor.
    fn behind_properties(&self, start: usize) -> usize {
        let mut at = start;
        loop {
            let rest = self.source.get(at..).unwrap_or_default();
            if !rest.starts_with(['!', '&']) {
                return at;
            }
            let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let after = rest.get(word..).unwrap_or_default();
            at += word + after.len() - after.trim_start().len();
        }
    }

    fn type_of(&mut self, tag: &TagName) {
        let kind = match special(&tag.name) {
            Some(kind) if self.is_pattern => kind,
            _ => Kind::Name,
        };
        let start = tag.span.start;
        let rest = self.source.get(start as usize..).unwrap_or_default();
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.build
            .leaf(kind, &tag.name, Span::new(start, start + small(length)));
    }

    /// Adds a scalar and tells where it ends.
    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        start: u32,
        end: u32,
        tag: Option<&TagName>,
    ) -> u32 {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let (place, end) = if is_block {
            self.block_scalar(start as usize)
        } else if start == end {
            // No value at all: the pair ends with its colon.
            let colon = self.source.as_bytes().get(start as usize) == Some(&b':');
            let end = end + u32::from(colon);
            (Span::new(end, end), end)
        } else {
            let inside = if tag.is_some() {
                small(self.behind_properties(start as usize)).min(end)
            } else {
                start
            };
            (Span::new(inside, end), end)
        };
        if let Some(tag) = tag {
            self.build.open(Kind::Cast, Span::new(tag.span.start, end));
        }
        let (kind, name) = match style {
            ScalarStyle::Plain if self.is_pattern && text == ELLIPSIS => (Kind::Dots, "..."),
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => {
                match special(text).filter(|_| self.is_pattern) {
                    Some(kind) => (kind, text),
                    None if is_block => (Kind::Str, text),
                    None => scalar::plain(text),
                }
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Kind::Str, text),
        };
        self.build.leaf(kind, name, place);
        if let Some(tag) = tag {
            self.type_of(tag);
            self.build.close();
        }
        end
    }

    /// A block scalar begins behind its `|` or `>` and ends with the empty lines after it.
    fn block_scalar(&self, start: usize) -> (Span, u32) {
        let header = self.block_header(start);
        let bytes = self.source.as_bytes();
        let sign = bytes
            .get(header + 1)
            .is_some_and(|byte| matches!(byte, b'+' | b'-'));
        let inside = header + 1 + usize::from(sign);
        let rest = self.source.get(header..).unwrap_or_default();
        let parent = self.parent_indent();
        let mut end = header;
        for (index, line) in rest.split_inclusive('\n').enumerate() {
            let text = line.trim_end_matches(['\n', '\r']);
            let indent = text.len() - text.trim_start_matches(' ').len();
            let is_blank = text.trim_matches([' ', '\t']).is_empty();
            if index > 0 && !is_blank && parent.is_none_or(|parent| indent <= parent) {
                // A document that is nothing but a scalar has no indentation to exceed.
                if parent.is_some() || text.starts_with("---") || text.starts_with("...") {
                    break;
                }
            }
            end += line.len();
        }
        // The last line end is not part of what is shown.
        let taken = self.source.get(..end).unwrap_or_default();
        let shown = taken.strip_suffix('\n').map_or(end, str::len).max(inside);
        (span(inside, shown), small(shown))
    }

    /// Where the `|` or `>` of a block scalar stands, given a place in its text.
    fn block_header(&self, start: usize) -> usize {
        let is_header = |at: usize| matches!(self.source.as_bytes().get(at), Some(b'|' | b'>'));
        if is_header(start) {
            return start;
        }
        let before = self.source.get(..start).unwrap_or_default();
        let mut end = before.len();
        for line in before.rsplit('\n') {
            let line_start = end - line.len();
            end = line_start.saturating_sub(1);
            let code = line
                .find(" #")
                .and_then(|at| line.get(..at))
                .unwrap_or(line);
            if let Some(at) = code.rfind(['|', '>']) {
                return line_start + at;
            }
            if !line.trim().is_empty() {
                break;
            }
        }
        start
    }

    /// The indentation that the lines of a block scalar must exceed: that of the collection which
    /// it is a value of.
    fn parent_indent(&self) -> Option<usize> {
        let is_collection = |open: &&Open| matches!(open.what, What::Mapping | What::Sequence);
        let around = self.open.iter().rev().find(is_collection)?;
        let start = self.build.nodes().get(around.node.index())?.span.start as usize;
        let before = self.source.get(..start)?;
        Some(start - before.rfind('\n').map_or(0, |at| at + 1))
    }

    /// Keeps a value for its aliases.
    fn remember(&mut self, anchor: usize, first: usize) {
        if anchor == 0 {
            return;
        }
        let mut ends: Vec<NodeId> = Vec::new();
        let mut copies = Vec::new();
        for (index, node) in self.build.nodes().iter().enumerate().skip(first) {
            let id = NodeId::at(index);
            while ends.last().is_some_and(|end| *end < id) {
                ends.pop();
            }
            copies.push(Copied {
                kind: node.kind,
                flags: node.flags,
                name: node.name,
                span: node.span,
                depth: ends.len(),
            });
            if copies.len() > MAX_ALIASED {
                return;
            }
            ends.push(node.last);
        }
        self.anchors.insert(anchor, Anchored(copies.into()));
    }

    /// An alias is what its anchor is, in the place where that is written.
    fn repeat(&mut self, anchor: usize, start: u32, end: u32) {
        let known = self.anchors.get(&anchor).cloned();
        let copies = known.map(|known| known.0).unwrap_or_default();
        self.aliased += copies.len();
        if copies.is_empty() || self.aliased > MAX_ALIASED {
            let text = Span::new(start, end).text(self.source).to_owned();
            self.build.leaf(Kind::Name, &text, Span::new(start, end));
            return;
        }
        let mut depth = 0;
        for (index, copy) in copies.iter().enumerate() {
            while index > 0 && depth > copy.depth {
                self.build.close();
                depth -= 1;
            }
            let place = if index == 0 {
                Span::new(start, end)
            } else {
                copy.span
            };
            self.build
                .open_with(copy.kind, Op::None, copy.flags, copy.name, place);
            depth += 1;
        }
        for _ in 0..depth {
            self.build.close();
        }
    }
}
