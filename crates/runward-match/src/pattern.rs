//! One pattern, made ready for the search.

use std::sync::Arc;

use runward_generic::Regex;
use runward_rules::Options;
use runward_syntax::{Flags, Kind, Language, NodeId, Op, PatternTree, Symbol, Tree, Vocabulary};

use crate::anchor::{Anchor, anchors};

/// A node of a pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PatternNode {
    pub(crate) kind: Kind,
    pub(crate) op: Op,
    pub(crate) flags: Flags,
    pub(crate) name: Symbol,
    pub(crate) extra: Extra,
    kids: (u32, u32),
}

/// What is known of a leaf before any file is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Extra {
    Nothing,
    /// A metavariable: its place among the bindings.
    Slot(u16),
    /// `$_`, which binds nothing.
    Anonymous,
    /// `"..."`.
    AnyText,
    /// `"$X"`.
    TextSlot(u16),
    /// `"=~/…/"`: its place among the expressions.
    TextRegex(u16),
    Int(i128),
    Float(f64),
    /// An attribute chain of plain names only.
    Dotted,
    /// A block that is only there because the tree has one: a statement without braces.
    Bare,
}

pub(crate) type P = u32;

/// What sort of place a pattern matches at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    Expression,
    Statement,
    Statements,
    /// A decorator, a catch clause, a pair, arguments: nodes of its own kind.
    Part,
}

/// A condition of the rule on one metavariable alone. Matches that fail it are not even noted, where
/// they would be thrown away later.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) slot: u16,
    regex: Arc<Regex>,
    /// Whether what a text must contain is looked for first, which most texts do not.
    has_needs: bool,
}

impl Guard {
    fn new(slot: u16, regex: &Arc<Regex>) -> Self {
        let needs = &regex.required().all;
        Self {
            slot,
            regex: Arc::clone(regex),
            // In any case means a copy of the text in one case.
            has_needs: !needs.is_empty() && needs.iter().all(|clause| !clause.caseless),
        }
    }

    /// A search that is given up is no answer: it is asked again when the whole formula is known.
    pub(crate) fn allows(&self, text: &str) -> bool {
        if self.has_needs && !self.regex.required().may_match(text) {
            return false;
        }
        self.regex.is_match_at_start(text).unwrap_or(true)
    }
}

/// A pattern that is ready to be searched.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) id: u32,
    pub(crate) language: Language,
    pub(crate) options: Arc<Options>,
    pub(crate) sort: Sort,
    pub(crate) root: P,
    /// Where the pattern is only asked for what it surrounds, the longest run will do.
    pub(crate) inside: bool,
    pub(crate) slots: Vec<Arc<str>>,
    /// The places of the slots in the order of their names.
    pub(crate) by_name: Vec<u16>,
    pub(crate) guards: Vec<Guard>,
    pub(crate) regexes: Arc<[Regex]>,
    /// Symbols that every match contains; all of them.
    pub(crate) anchors: Vec<Anchor>,
    nodes: Vec<PatternNode>,
    kids: Vec<P>,
}

/// What is wrong with a leaf of a pattern.
pub(crate) struct BadLeaf {
    pub(crate) message: String,
    pub(crate) node: NodeId,
}

impl Pattern {
    pub(crate) fn new(
        id: u32,
        language: Language,
        options: Arc<Options>,
        inside: bool,
        tree: &PatternTree,
        vocabulary: &Vocabulary,
    ) -> Result<Self, BadLeaf> {
        let mut slots = Slots::default();
        let mut regexes = Vec::new();
        let source = &tree.tree;
        let mut nodes = Vec::with_capacity(source.len());
        let mut kids = Vec::with_capacity(source.len());
        for (at, node) in source.nodes().iter().enumerate() {
            let id = NodeId::at(at);
            let text = vocabulary.text(node.name);
            let mut kind = node.kind;
            if kind == Kind::Name && is_metavar(text) {
                kind = Kind::Metavar;
            } else if kind == Kind::Name && is_rest(text) {
                kind = Kind::MetavarRest;
            }
            let extra = match kind {
                Kind::Metavar | Kind::MetavarRest | Kind::TypedMetavar => slots.of(text),
                Kind::Str | Kind::JsxText | Kind::Regex => {
                    text_extra(text, &mut slots, &mut regexes)
                        .map_err(|message| BadLeaf { message, node: id })?
                }
                Kind::Name => match regex_of(text) {
                    Some(_) => text_extra(text, &mut slots, &mut regexes)
                        .map_err(|message| BadLeaf { message, node: id })?,
                    None => Extra::Nothing,
                },
                Kind::Int => int(text).map_or(Extra::Nothing, Extra::Int),
                Kind::Float => float(text).map_or(Extra::Nothing, Extra::Float),
                Kind::Block if is_bare(source, id) => Extra::Bare,
                _ => Extra::Nothing,
            };
            let start = u32::try_from(kids.len()).unwrap_or(u32::MAX);
            kids.extend(
                source
                    .children(id)
                    .map(|kid| u32::try_from(kid.index()).unwrap_or(u32::MAX)),
            );
            let end = u32::try_from(kids.len()).unwrap_or(u32::MAX);
            nodes.push(PatternNode {
                kind,
                op: node.op,
                flags: node.flags,
                name: node.name,
                extra,
                kids: (start, end),
            });
        }
        let mut pattern = Self {
            id,
            language,
            options,
            sort: Sort::Part,
            root: u32::try_from(tree.root.index()).unwrap_or_default(),
            inside,
            by_name: by_name(&slots.names),
            slots: slots.names,
            guards: Vec::new(),
            regexes: regexes.into(),
            anchors: Vec::new(),
            nodes,
            kids,
        };
        pattern.unwrap_root();
        pattern.sort = pattern.sort_of(pattern.root);
        pattern.mark_dotted();
        pattern.anchors = anchors(&pattern, vocabulary);
        Ok(pattern)
    }

    /// This pattern, where it only counts if metavariables of it match expressions.
    pub(crate) fn guarded(&self, id: u32, conditions: &[(&str, Arc<Regex>)]) -> Self {
        let guards = conditions.iter().filter_map(|(name, regex)| {
            let slot = self.slots.iter().position(|slot| **slot == **name)?;
            Some(Guard::new(u16::try_from(slot).ok()?, regex))
        });
        Self {
            id,
            guards: guards.collect(),
            ..self.clone()
        }
    }

    /// `Program[s]` and `Block[s]` are `s`.
    fn unwrap_root(&mut self) {
        if self.node(self.root).kind == Kind::Program
            && let [only] = self.kids(self.root)
        {
            self.root = *only;
        }
    }

    fn sort_of(&self, root: P) -> Sort {
        match self.node(root).kind {
            // An instruction of several parts is a block that is not the whole pattern.
            Kind::Block if root != 0 && self.language == Language::Dockerfile => Sort::Statement,
            Kind::Program | Kind::Block => Sort::Statements,
            Kind::Decorator
            | Kind::Decorators
            | Kind::Args
            | Kind::Params
            | Kind::Param
            | Kind::Catch
            | Kind::Handlers
            | Kind::Pair
            | Kind::Keyword
            | Kind::JsxAttr
            | Kind::Case
            | Kind::WithItem
            | Kind::ImportName
            | Kind::Computed
            | Kind::Command => Sort::Part,
            kind if kind.is_statement() => Sort::Statement,
            _ => Sort::Expression,
        }
    }

    fn mark_dotted(&mut self) {
        for at in (0..self.nodes.len()).rev() {
            let p = u32::try_from(at).unwrap_or_default();
            let dotted = match (self.node(p).kind, self.kids(p)) {
                (Kind::Attr, [object, field]) => {
                    let object = self.node(*object);
                    self.node(*field).kind == Kind::Name
                        && (object.kind == Kind::Name || object.extra == Extra::Dotted)
                }
                _ => false,
            };
            if dotted && let Some(node) = self.nodes.get_mut(at) {
                node.extra = Extra::Dotted;
            }
        }
    }

    pub(crate) fn node(&self, p: P) -> &PatternNode {
        self.nodes.get(p as usize).unwrap_or(&NOTHING)
    }

    pub(crate) fn kids(&self, p: P) -> &[P] {
        let (start, end) = self.node(p).kids;
        self.kids
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn kid(&self, p: P, at: usize) -> Option<P> {
        self.kids(p).get(at).copied()
    }

    pub(crate) fn kind(&self, p: P) -> Kind {
        self.node(p).kind
    }

    /// `...` as a statement, an argument, an element.
    pub(crate) fn is_dots(&self, p: P) -> bool {
        match (self.kind(p), self.kids(p)) {
            (Kind::Dots, _) => true,
            (Kind::ExprStmt, [only]) => self.kind(*only) == Kind::Dots,
            _ => false,
        }
    }

    /// `$...X`, as a statement too.
    pub(crate) fn rest_slot(&self, p: P) -> Option<Extra> {
        match (self.kind(p), self.kids(p)) {
            (Kind::MetavarRest, _) => Some(self.node(p).extra),
            (Kind::ExprStmt, [only]) | (Kind::Param, [only, ..])
                if self.kind(*only) == Kind::MetavarRest =>
            {
                Some(self.node(*only).extra)
            }
            _ => None,
        }
    }
}

const NOTHING: PatternNode = PatternNode {
    kind: Kind::Absent,
    op: Op::None,
    flags: Flags::NONE,
    name: Symbol::EMPTY,
    extra: Extra::Nothing,
    kids: (0, 0),
};

/// Whether a block is no wider than its one statement.
fn is_bare(tree: &Tree, block: NodeId) -> bool {
    let mut kids = tree.children(block);
    match (kids.next(), kids.next()) {
        (Some(only), None) => tree.node(only).span == tree.node(block).span,
        _ => false,
    }
}

#[derive(Default)]
struct Slots {
    names: Vec<Arc<str>>,
}

impl Slots {
    fn of(&mut self, name: &str) -> Extra {
        if matches!(name, "$_" | "$..._") {
            return Extra::Anonymous;
        }
        let at = self
            .names
            .iter()
            .position(|known| &**known == name)
            .unwrap_or_else(|| {
                self.names.push(name.into());
                self.names.len() - 1
            });
        u16::try_from(at).map_or(Extra::Anonymous, Extra::Slot)
    }
}

fn by_name(names: &[Arc<str>]) -> Vec<u16> {
    let mut order: Vec<u16> = (0..).take(names.len()).collect();
    order.sort_by_key(|slot| names.get(*slot as usize));
    order
}

fn text_extra(text: &str, slots: &mut Slots, regexes: &mut Vec<Regex>) -> Result<Extra, String> {
    if text == "..." {
        return Ok(Extra::AnyText);
    }
    if is_metavar(text) || is_rest(text) {
        return Ok(match slots.of(text) {
            Extra::Slot(slot) => Extra::TextSlot(slot),
            _ => Extra::AnyText,
        });
    }
    let Some(regex) = regex_of(text) else {
        return Ok(Extra::Nothing);
    };
    let regex = Regex::compile(&regex).map_err(|error| error.message)?;
    regexes.push(regex);
    Ok(u16::try_from(regexes.len() - 1).map_or(Extra::Nothing, Extra::TextRegex))
}

/// The expression in `=~/…/flags`.
fn regex_of(text: &str) -> Option<String> {
    let (regex, flags) = text.strip_prefix("=~/")?.rsplit_once('/')?;
    match flags {
        "" => Some(regex.to_owned()),
        "i" | "m" => Some(format!("(?{flags}){regex}")),
        _ => None,
    }
}

/// `$X`, `$_`, `$X_1`.
pub(crate) fn is_metavar(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(is_upper)
}

/// `$...X`.
pub(crate) fn is_rest(text: &str) -> bool {
    text.strip_prefix("$...").is_some_and(is_upper)
}

fn is_upper(name: &str) -> bool {
    name.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_uppercase() || first == b'_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The value of an integer in the notations that all languages share.
pub(crate) fn int(text: &str) -> Option<i128> {
    let digits: String = text.chars().filter(|char| *char != '_').collect();
    let digits = digits.trim_end_matches(['n', 'l', 'L']);
    let lower = digits.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        return i128::from_str_radix(hex, 16).ok();
    }
    if let Some(octal) = lower.strip_prefix("0o") {
        return i128::from_str_radix(octal, 8).ok();
    }
    if let Some(binary) = lower.strip_prefix("0b") {
        return i128::from_str_radix(binary, 2).ok();
    }
    if lower.len() > 1 && lower.starts_with('0') && lower.bytes().all(|byte| byte.is_ascii_digit())
    {
        return i128::from_str_radix(&lower, 8).ok();
    }
    lower.parse().ok()
}

pub(crate) fn float(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|char| *char != '_').collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_value() {
        for (text, value) in [
            ("0x10", 16),
            ("1_000", 1000),
            ("0o17", 15),
            ("0b11", 3),
            ("0644", 420),
            ("7n", 7),
            ("0", 0),
        ] {
            assert_eq!(int(text), Some(value), "{text}");
        }
        assert_eq!(int("1.5"), None);
        assert_eq!(float("1_0.5"), Some(10.5));
    }

    #[test]
    fn metavariables_are_upper_case() {
        for text in ["$X", "$_", "$FOO_1", "$_X"] {
            assert!(is_metavar(text), "{text}");
        }
        for text in ["$", "$x", "X", "$...X", "$1", "$Xy"] {
            assert!(!is_metavar(text), "{text}");
        }
        assert!(is_rest("$...ARGS"));
        assert!(!is_rest("..."));
    }
}
