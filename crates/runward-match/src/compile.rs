//! Formulas of rules, made ready for the search.

use std::sync::Arc;

use runward_generic::{GenericPattern, Regex, Required};
use runward_rules::{And, Condition, Formula, Metavar, Options, Term, Text};
use runward_syntax::{Frontend, Kind, Language, PatternTree, Span, Vocabulary};
use rustc_hash::FxHashMap;

use crate::anchor;
use crate::conditions::Check;
use crate::pattern::{BadLeaf, Pattern};
use crate::requirement::Requirement;

/// A formula that cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    pub message: String,
    /// The pattern, and where in the rule file it is.
    pub at: Text,
    /// Where in the text of the pattern, as far as known.
    pub offset: Option<Span>,
}

/// A formula that is ready for [`crate::find`].
#[derive(Debug)]
pub struct CompiledFormula {
    pub(crate) search: Search,
    pub(crate) options: Arc<Options>,
    pub(crate) language: Language,
    required: Requirement,
}

impl CompiledFormula {
    /// What a file must contain before it is worth being parsed.
    #[must_use]
    pub fn required(&self) -> &Requirement {
        &self.required
    }

    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether only the text of a file is searched, which then need not be parsed.
    #[must_use]
    pub fn is_textual(&self) -> bool {
        self.search.is_textual()
    }

    /// Whether matches could be missing because patterns of words pass over a file, which seems to
    /// be binary or minified.
    #[must_use]
    pub fn passes_over(&self, source: &str) -> bool {
        self.search.passes_over(source)
    }
}

#[derive(Debug)]
pub(crate) enum Search {
    Pattern(Arc<Pattern>),
    Generic(Arc<GenericSearch>),
    Regex(Arc<RegexSearch>),
    And(Box<All>),
    Or(Vec<Search>),
    Inside(Box<Search>),
    Anywhere(Box<Search>),
    Nothing,
}

#[derive(Debug)]
pub(crate) struct GenericSearch {
    pub(crate) id: u32,
    pub(crate) pattern: GenericPattern,
}

#[derive(Debug)]
pub(crate) struct RegexSearch {
    pub(crate) id: u32,
    pub(crate) regex: Regex,
}

#[derive(Debug, Default)]
pub(crate) struct All {
    pub(crate) positive: Vec<Search>,
    pub(crate) negative: Vec<Search>,
    pub(crate) conditions: Vec<Check>,
    pub(crate) focus: Vec<Vec<Metavar>>,
    pub(crate) bind: Option<Metavar>,
    pub(crate) fix: Option<Arc<Text>>,
}

impl Search {
    fn passes_over(&self, source: &str) -> bool {
        match self {
            Self::Generic(generic) => generic.pattern.passes_over(source),
            Self::And(all) => all.positive.iter().any(|part| part.passes_over(source)),
            Self::Or(parts) => parts.iter().any(|part| part.passes_over(source)),
            Self::Inside(part) | Self::Anywhere(part) => part.passes_over(source),
            Self::Pattern(_) | Self::Regex(_) | Self::Nothing => false,
        }
    }

    fn is_textual(&self) -> bool {
        match self {
            Self::Pattern(_) => false,
            Self::Generic(_) | Self::Regex(_) | Self::Nothing => true,
            Self::And(all) => {
                all.positive
                    .iter()
                    .chain(&all.negative)
                    .all(Self::is_textual)
                    && all.conditions.iter().all(Check::is_textual)
            }
            Self::Or(parts) => parts.iter().all(Self::is_textual),
            Self::Inside(part) | Self::Anywhere(part) => part.is_textual(),
        }
    }

    /// Whether only what a match surrounds counts.
    pub(crate) fn is_inside(&self) -> bool {
        match self {
            Self::Inside(_) => true,
            Self::Or(parts) => !parts.is_empty() && parts.iter().all(Self::is_inside),
            _ => false,
        }
    }

    /// Whether a match has to surround a place for being of use there, whatever else is found.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Pattern(_) => true,
            Self::Inside(part) => part.is_local(),
            Self::Or(parts) => parts.iter().all(Self::is_local),
            _ => false,
        }
    }

    /// A pattern that names nothing and so matches nearly everywhere.
    pub(crate) fn is_broad(&self) -> bool {
        match self {
            Self::Pattern(pattern) => {
                pattern.anchors.is_empty()
                    && matches!(
                        pattern.kind(pattern.root),
                        Kind::Metavar | Kind::Deep | Kind::TypedMetavar | Kind::Str | Kind::Dots
                    )
            }
            Self::Or(parts) => parts.iter().any(Self::is_broad),
            _ => false,
        }
    }
}

/// Reads the formulas of all rules. Equal patterns are read once, and what one finds in a file serves
/// all rules.
pub struct Compiler<'f> {
    frontends: &'f [&'f dyn Frontend],
    pub(crate) vocabulary: Vocabulary,
    options: Vec<Arc<Options>>,
    patterns: FxHashMap<PatternKey, Arc<Pattern>>,
    generics: FxHashMap<(String, usize), Arc<GenericSearch>>,
    regexes: FxHashMap<String, Arc<RegexSearch>>,
    conditions: FxHashMap<String, Arc<Regex>>,
    /// By the pattern without them and the conditions.
    guarded: FxHashMap<GuardedKey, Arc<Pattern>>,
    next: u32,
}

type PatternKey = (Language, String, usize, bool);
/// The pattern, and the metavariables and expressions of the conditions.
type GuardedKey = (u32, Vec<(String, String)>);

/// Where a formula stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) language: Language,
    /// The place of the options.
    options: usize,
    /// Only what a match surrounds counts.
    inside: bool,
}

impl<'f> Compiler<'f> {
    #[must_use]
    pub fn new(frontends: &'f [&'f dyn Frontend]) -> Self {
        Self {
            frontends,
            vocabulary: Vocabulary::new(),
            options: Vec::new(),
            patterns: FxHashMap::default(),
            generics: FxHashMap::default(),
            regexes: FxHashMap::default(),
            conditions: FxHashMap::default(),
            guarded: FxHashMap::default(),
            next: 0,
        }
    }

    /// Reads one formula for one language of its rule.
    ///
    /// # Errors
    /// If one of its patterns or expressions cannot be read.
    pub fn formula(
        &mut self,
        formula: &Formula,
        language: Language,
        options: &Options,
    ) -> Result<CompiledFormula, CompileError> {
        let place = self.place(language, options);
        self.formula_at(formula, place)
    }

    /// All texts of all patterns; files are parsed with it.
    #[must_use]
    pub fn finish(self) -> Arc<Vocabulary> {
        Arc::new(self.vocabulary)
    }

    /// A formula within another one, as in `metavariable-pattern`.
    pub(crate) fn formula_at(
        &mut self,
        formula: &Formula,
        place: Place,
    ) -> Result<CompiledFormula, CompileError> {
        let search = self.search(formula, place)?;
        let required = required(&search, &self.vocabulary);
        Ok(CompiledFormula {
            search,
            options: self.options_of(place),
            language: place.language,
            required,
        })
    }

    fn place(&mut self, language: Language, options: &Options) -> Place {
        let known = self.options.iter().position(|known| **known == *options);
        let options = known.unwrap_or_else(|| {
            self.options.push(Arc::new(options.clone()));
            self.options.len() - 1
        });
        Place {
            language,
            options,
            inside: false,
        }
    }

    pub(crate) fn options_of(&self, place: Place) -> Arc<Options> {
        self.options.get(place.options).cloned().unwrap_or_default()
    }

    fn search(&mut self, formula: &Formula, place: Place) -> Result<Search, CompileError> {
        let inside = Place {
            inside: true,
            ..place
        };
        Ok(match formula {
            Formula::Pattern(text) => self.pattern_text(text, place)?,
            Formula::Regex(text) => Search::Regex(self.regex(text)?),
            Formula::And(and) => Search::And(Box::new(self.all(and, place)?)),
            Formula::Or(parts) => Search::Or(
                parts
                    .iter()
                    .map(|part| self.search(part, place))
                    .collect::<Result<_, _>>()?,
            ),
            Formula::Inside(part) => Search::Inside(Box::new(self.search(part, inside)?)),
            Formula::Anywhere(part) => Search::Anywhere(Box::new(self.search(part, inside)?)),
            Formula::Not(part) => {
                // Read all the same, so that a mistake in it is told.
                self.search(part, place)?;
                Search::Nothing
            }
        })
    }

    fn all(&mut self, and: &And, place: Place) -> Result<All, CompileError> {
        let inside = Place {
            inside: true,
            ..place
        };
        let mut all = All {
            focus: and.focus.clone(),
            bind: and.bind.clone(),
            fix: and.fix.clone().map(Arc::new),
            ..All::default()
        };
        for term in &and.terms {
            match term {
                Term::Positive(part) => all.positive.push(self.search(part, place)?),
                Term::Inside(part) => {
                    all.positive
                        .push(Search::Inside(Box::new(self.search(part, inside)?)));
                }
                Term::Anywhere(part) => {
                    all.positive
                        .push(Search::Anywhere(Box::new(self.search(part, inside)?)));
                }
                Term::Not(part) => all.negative.push(self.search(part, place)?),
                Term::NotInside(part) => {
                    all.negative
                        .push(Search::Inside(Box::new(self.search(part, inside)?)));
                }
            }
        }
        for condition in &and.conditions {
            let check = self.check(condition, place)?;
            all.conditions.push(check);
        }
        let constants = self.options_of(place).constant_propagation;
        let conditions: Vec<_> = all
            .conditions
            .iter()
            .filter_map(|check| check.guard(constants))
            .map(|(name, regex)| (name, Arc::clone(regex)))
            .collect();
        for part in all.positive.iter_mut().filter(|part| !part.is_inside()) {
            self.guard(part, &conditions);
        }
        Ok(all)
    }

    fn check(&mut self, condition: &Condition, place: Place) -> Result<Check, CompileError> {
        Ok(match condition {
            Condition::Regex {
                metavar,
                regex,
                constants,
            } => Check::Regex {
                metavar: metavar.clone(),
                regex: self.condition_regex(regex)?,
                constants: *constants,
            },
            Condition::Pattern(nested) => {
                let language = nested.language.unwrap_or(place.language);
                let inner = Place {
                    language,
                    inside: false,
                    ..place
                };
                Check::Pattern {
                    metavar: nested.metavar.clone(),
                    language: nested.language,
                    formula: Box::new(self.formula_at(&nested.formula, inner)?),
                }
            }
            Condition::Comparison(comparison) => Check::comparison(comparison),
            Condition::Analysis { metavar, analyzer } => Check::Analysis {
                metavar: metavar.clone(),
                analyzer: *analyzer,
            },
            Condition::Name { .. } => Check::Never,
            Condition::Type {
                metavar,
                types,
                language,
            } => {
                let place = Place {
                    language: language.unwrap_or(place.language),
                    ..place
                };
                let types = types
                    .iter()
                    .map(|text| self.pattern(text, place))
                    .collect::<Result<_, _>>()?;
                Check::Type {
                    metavar: metavar.clone(),
                    types,
                }
            }
        })
    }

    fn pattern_text(&mut self, text: &Text, place: Place) -> Result<Search, CompileError> {
        match place.language {
            Language::Generic => self.generic(text, place).map(Search::Generic),
            Language::Regex => Err(CompileError {
                message: "the language `regex` has no patterns; use `pattern-regex`".to_owned(),
                at: text.clone(),
                offset: None,
            }),
            _ => self.pattern(text, place).map(Search::Pattern),
        }
    }

    fn pattern(&mut self, text: &Text, place: Place) -> Result<Arc<Pattern>, CompileError> {
        let key = (
            place.language,
            text.text.clone(),
            place.options,
            place.inside,
        );
        if let Some(known) = self.patterns.get(&key) {
            return Ok(Arc::clone(known));
        }
        let fail = |message: String, offset: Option<Span>| CompileError {
            message,
            at: text.clone(),
            offset,
        };
        let frontend = self
            .frontends
            .iter()
            .find(|frontend| frontend.language() == place.language)
            .ok_or_else(|| {
                fail(
                    format!(
                        "patterns of the language `{}` are not supported",
                        place.language
                    ),
                    None,
                )
            })?;
        let tree = frontend
            .parse_pattern(&text.text, &mut self.vocabulary)
            .map_err(|error| fail(error.message, Some(error.span)))?;
        let id = self.id();
        let options = self.options_of(place);
        let pattern = Pattern::new(
            id,
            place.language,
            options,
            place.inside,
            &tree,
            &self.vocabulary,
        )
        .map_err(|BadLeaf { message, node }| fail(message, Some(span_of(&tree, node))))?;
        let pattern = Arc::new(pattern);
        self.patterns.insert(key, Arc::clone(&pattern));
        Ok(pattern)
    }

    fn generic(&mut self, text: &Text, place: Place) -> Result<Arc<GenericSearch>, CompileError> {
        let key = (text.text.clone(), place.options);
        if let Some(known) = self.generics.get(&key) {
            return Ok(Arc::clone(known));
        }
        let options = self.options_of(place);
        let pattern = runward_generic::compile(&text.text, &options.generic).map_err(|error| {
            CompileError {
                message: error.message,
                at: text.clone(),
                offset: Some(error.span),
            }
        })?;
        let search = Arc::new(GenericSearch {
            id: self.id(),
            pattern,
        });
        self.generics.insert(key, Arc::clone(&search));
        Ok(search)
    }

    fn regex(&mut self, text: &Text) -> Result<Arc<RegexSearch>, CompileError> {
        if let Some(known) = self.regexes.get(&text.text) {
            return Ok(Arc::clone(known));
        }
        let regex = Regex::compile(&text.text).map_err(|error| CompileError {
            message: error.message,
            at: text.clone(),
            offset: Some(error.span),
        })?;
        let search = Arc::new(RegexSearch {
            id: self.id(),
            regex,
        });
        self.regexes.insert(text.text.clone(), Arc::clone(&search));
        Ok(search)
    }

    /// The expression of a condition; equal ones are read once.
    fn condition_regex(&mut self, text: &Text) -> Result<Arc<Regex>, CompileError> {
        if let Some(known) = self.conditions.get(&text.text) {
            return Ok(Arc::clone(known));
        }
        let regex = Regex::compile_condition(&text.text).map_err(|error| CompileError {
            message: error.message,
            at: text.clone(),
            offset: Some(error.span),
        })?;
        let regex = Arc::new(regex);
        self.conditions
            .insert(text.text.clone(), Arc::clone(&regex));
        Ok(regex)
    }

    /// Lets the patterns of a part look at the conditions that each of their matches will have to
    /// meet.
    fn guard(&mut self, part: &mut Search, conditions: &[(&str, Arc<Regex>)]) {
        match part {
            Search::Pattern(pattern) => {
                let of_pattern = |name: &str| pattern.slots.iter().any(|slot| **slot == *name);
                let conditions: Vec<_> = conditions
                    .iter()
                    .filter(|(name, _)| of_pattern(name))
                    .cloned()
                    .collect();
                // One that is guarded already is only of this formula, and keeps what it has.
                if conditions.is_empty() || !pattern.guards.is_empty() {
                    return;
                }
                let texts = conditions
                    .iter()
                    .map(|(name, regex)| ((*name).to_owned(), regex.text().to_owned()));
                let key = (pattern.id, texts.collect());
                if let Some(known) = self.guarded.get(&key) {
                    *pattern = Arc::clone(known);
                    return;
                }
                let id = self.id();
                *pattern = Arc::new(pattern.guarded(id, &conditions));
                self.guarded.insert(key, Arc::clone(pattern));
            }
            Search::Or(parts) => {
                for part in parts {
                    self.guard(part, conditions);
                }
            }
            _ => {}
        }
    }

    fn id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}

fn span_of(tree: &PatternTree, node: runward_syntax::NodeId) -> Span {
    tree.tree.node(node).span
}

fn required(search: &Search, vocabulary: &Vocabulary) -> Requirement {
    match search {
        Search::Pattern(pattern) => {
            anchor::requirement(&pattern.anchors, pattern.language, vocabulary)
        }
        Search::Generic(generic) => literals(generic.pattern.required()),
        Search::Regex(regex) => literals(regex.regex.required()),
        Search::And(all) => {
            Requirement::all(all.positive.iter().map(|part| required(part, vocabulary)))
        }
        Search::Or(parts) => Requirement::any(parts.iter().map(|part| required(part, vocabulary))),
        Search::Inside(part) | Search::Anywhere(part) => required(part, vocabulary),
        Search::Nothing => Requirement::Any(Vec::new()),
    }
}

fn literals(required: &Required) -> Requirement {
    Requirement::all(required.all.iter().map(|clause| {
        if clause.caseless {
            return Requirement::Anything;
        }
        Requirement::any(clause.texts.iter().map(|text| {
            std::str::from_utf8(text).map_or(Requirement::Anything, Requirement::literal)
        }))
    }))
}
