//! The symbols that every match of a pattern contains.
//!
//! A search starts from the rarest of them in the file and looks only at its surroundings.

use runward_rules::Options;
use runward_syntax::{Kind, Language, Symbol, Vocabulary};

use crate::Requirement;
use crate::pattern::{Extra, P, Pattern, Sort};

/// A symbol that some node of every match has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) symbol: Symbol,
    /// How many parents up from that node the match is at most; `None`: any number.
    pub(crate) climb: Option<u8>,
    /// For runs of statements: the symbol is in the first of them.
    pub(crate) first: bool,
}

struct Walk<'p> {
    pattern: &'p Pattern,
    found: Vec<Anchor>,
}

pub(crate) fn anchors(pattern: &Pattern, vocabulary: &Vocabulary) -> Vec<Anchor> {
    let mut walk = Walk {
        pattern,
        found: Vec::new(),
    };
    match pattern.sort {
        Sort::Statements => {
            for (at, statement) in pattern.kids(pattern.root).iter().enumerate() {
                walk.node(*statement, Some(1), at == 0);
            }
        }
        _ => walk.node(pattern.root, Some(0), true),
    }
    let mut found = walk.found;
    found.retain(|anchor| {
        let text = vocabulary.text(anchor.symbol);
        !text.is_empty() && text != "*" && text != "default"
    });
    // The nearer of two anchors with one symbol serves the search better.
    found.sort_by_key(|anchor| {
        (
            anchor.symbol,
            !anchor.first,
            anchor.climb.is_none(),
            anchor.climb,
        )
    });
    found.dedup_by_key(|anchor| anchor.symbol);
    found
}

/// The same for the text of a file.
pub(crate) fn requirement(
    anchors: &[Anchor],
    language: Language,
    vocabulary: &Vocabulary,
) -> Requirement {
    Requirement::all(
        anchors
            .iter()
            .map(|anchor| vocabulary.text(anchor.symbol))
            .filter(|text| is_as_written(text, language))
            .map(|text| match language {
                // Names of these stand between other characters.
                Language::Python | Language::JavaScript | Language::TypeScript => {
                    Requirement::word(text)
                }
                _ => Requirement::literal(text),
            }),
    )
}

/// Whether a name in the tree is the same text in the file: names that a lowering makes up begin with
/// `!`, and the instructions of a Dockerfile may be in either case.
fn is_as_written(text: &str, language: Language) -> bool {
    let keyword = language == Language::Dockerfile
        && (text == "as" || text.bytes().all(|byte| byte.is_ascii_uppercase()));
    !text.starts_with('!') && !keyword
}

/// Levels that a lowering may put between a node and its parent in the pattern (`Await`, `Cast`, the
/// wrappers of implicit equivalences); a match further up is not lost, only found from another anchor.
const SLACK: u8 = 4;

impl Walk<'_> {
    fn add(&mut self, symbol: Symbol, climb: Option<u8>, first: bool) {
        let climb = climb.map(|climb| climb.saturating_add(SLACK));
        self.found.push(Anchor {
            symbol,
            climb,
            first,
        });
    }

    fn kids(&mut self, p: P, climb: Option<u8>, first: bool) {
        for kid in self.pattern.kids(p) {
            self.node(*kid, climb.and_then(|climb| climb.checked_add(1)), first);
        }
    }

    fn node(&mut self, p: P, climb: Option<u8>, first: bool) {
        let node = *self.pattern.node(p);
        let options: &Options = &self.pattern.options;
        match node.kind {
            Kind::Name => {
                if node.extra == Extra::Nothing {
                    self.add(node.name, climb, first);
                }
            }
            // A constant may be spelt in other ways, or stand elsewhere.
            Kind::Str => {
                let plain = node.extra == Extra::Nothing;
                if plain && spelt_as_is(self.pattern.language, options) {
                    self.add(node.name, climb, first);
                }
            }
            Kind::Deep | Kind::ExprStmt | Kind::Return | Kind::Block | Kind::Program => {
                for kid in self.pattern.kids(p) {
                    self.node(*kid, None, first);
                }
            }
            Kind::Attr => {
                // `a. ... .b`: any number of levels between.
                let far = self
                    .pattern
                    .kid(p, 1)
                    .is_some_and(|field| self.pattern.is_dots(field));
                self.kids(p, if far { None } else { climb }, first);
            }
            // Flattened chains of one operator.
            Kind::Binary => self.kids(p, None, first),
            // The type of a value is often not written where the value is.
            Kind::TypedMetavar => {}
            Kind::Import | Kind::ImportFrom => self.import(p, first),
            _ => self.kids(p, climb, first),
        }
    }

    fn import(&mut self, p: P, first: bool) {
        for path in self.pattern.kids(p).iter().take(1) {
            for part in self.pattern.kids(*path) {
                if self.pattern.kind(*part) == Kind::Name {
                    self.node(*part, None, first);
                }
            }
        }
    }
}

/// Whether a string can only be matched where it stands as written.
fn spelt_as_is(language: Language, options: &Options) -> bool {
    match language {
        Language::Python | Language::JavaScript | Language::TypeScript => {
            !options.constant_propagation
        }
        _ => false,
    }
}
