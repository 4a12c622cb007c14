//! One file.

use std::{collections::BTreeMap, sync::Arc};

use runward_match::{Bindings, Budget, Index, Match, Target, find};
use runward_model::{Bound, CodeMatch, Edit, Location, NotCovered, Position, StepKind, TraceStep};
use runward_resolve::{Constant, Facts, resolve};
use runward_rules::{Fix, Text, interpolate};
use runward_syntax::{Language, Lines, NodeId, Span, Tree};
use runward_taint::{Program, Step, TaintMatch};

use crate::{
    CodeFinding, Engine, FileResult, ReadyRule, Silenced, Unused,
    comment::{self, Marker, Seen},
    engine::Asked,
    frame::{frame, one_line},
    identity::{Identities, symbol},
    languages::{FRONTENDS, frontend},
    project::Flows,
    ruleset::{How, Search, Section},
    select,
};

/// Characters of a metavariable's value or of a trace's step that are kept.
const MOST_SHOWN: usize = 200;

/// Characters of a metavariable's value that a message has, and of the message.
const MOST_IN_MESSAGE: usize = 1_000;
const MOST_OF_MESSAGE: usize = 10_000;

/// A file about to be looked at.
pub(crate) struct File<'a> {
    pub(crate) engine: &'a Engine<'a>,
    pub(crate) path: &'a str,
    pub(crate) source: &'a str,
}

/// A file with its meaning.
struct Parsed {
    tree: Tree,
    facts: Facts,
}

/// The metavariables of a match, as messages and fixes show them.
struct Values<'a> {
    source: &'a str,
    parsed: Option<&'a Parsed>,
    bindings: &'a Bindings,
}

impl Values<'_> {
    fn put(&self, template: &str) -> String {
        interpolate(
            template,
            |name| self.content(name),
            |name| self.constant(name),
        )
    }

    /// A message is read by people: what is in it may be as long as the file.
    fn message(&self, template: &str) -> String {
        let short = |text: Option<String>| text.map(|text| cut(text, MOST_IN_MESSAGE));
        let message = interpolate(
            template,
            |name| short(self.content(name)),
            |name| short(self.constant(name)),
        );
        cut(message, MOST_OF_MESSAGE)
    }

    fn content(&self, name: &str) -> Option<String> {
        Some(self.bindings.get(name)?.text(self.source).to_owned())
    }

    /// The constant that a metavariable is known to be.
    fn constant(&self, name: &str) -> Option<String> {
        let parsed = self.parsed?;
        let node = self.bindings.get(name)?.node?;
        match parsed.facts.constant(node)? {
            Constant::Str(text) => Some(parsed.tree.symbols.text(*text).to_owned()),
            Constant::Int(number) => Some(number.to_string()),
            Constant::Float(number) => Some(number.to_string()),
            Constant::Bool(is) => Some(is.to_string()),
            Constant::AnyStr | Constant::AnyNumber => None,
            Constant::Literal(literal) => Some(parsed.tree.name(*literal).to_owned()),
        }
    }
}

/// A match with the rule that made it.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    rule: usize,
    span: Span,
    bindings: Bindings,
    trace: Vec<TraceStep>,
    node: Option<NodeId>,
    /// Of the part of the formula that matched.
    fix: Option<Arc<Text>>,
}

impl File<'_> {
    /// `flows`: what is known from following values through the project.
    pub(crate) fn look(&self, asked: &[Asked<'_>], flows: Option<&Flows>) -> FileResult {
        let mut result = FileResult::default();
        let source = self.source.as_bytes();
        let asked: Vec<(&Section, Vec<&Search>)> = asked
            .iter()
            .map(|Asked { section, searches }| {
                let places = section.prefilter.candidates(source, searches);
                let searches = places
                    .into_iter()
                    .filter_map(|place| section.searches.get(place))
                    .filter(|search| flows.is_none_or(|flows| !flows.handles(search.rule)));
                (*section, searches.collect::<Vec<_>>())
            })
            .filter(|(_, searches)| !searches.is_empty())
            .collect();
        if asked.is_empty() && flows.is_none() && !comment::may_have_one(self.source) {
            return result;
        }
        let lines = Lines::new(self.source);
        let mut hits = Vec::new();
        let mut parsed = None;
        for (section, candidates) in asked {
            let read = self.search(section, &candidates, &lines, &mut hits, &mut result);
            parsed = parsed.or(read);
        }
        if let Some(flows) = flows {
            hits.extend(flows.hits.iter().cloned());
            result.not_covered.extend(flows.not_covered.iter().cloned());
            if parsed.is_none()
                && !flows.hits.is_empty()
                && let Some(language) = select::by_name(self.path)
            {
                parsed = self.parse(language);
            }
        }
        hits.sort_by_key(|hit| (hit.span.start, hit.span.end, hit.rule));
        self.report(&hits, parsed.as_ref(), &lines, &mut result);
        result
    }

    /// A file that is known to parse.
    fn parse(&self, language: Language) -> Option<Parsed> {
        let engine = self.engine;
        let mut tree = frontend(language)?
            .parse(
                self.source,
                &engine.rules.vocabulary,
                &engine.options.limits,
            )
            .ok()?;
        let facts = resolve(&mut tree, language);
        Some(Parsed { tree, facts })
    }

    fn search(
        &self,
        section: &Section,
        candidates: &[&Search],
        lines: &Lines,
        hits: &mut Vec<Hit>,
        result: &mut FileResult,
    ) -> Option<Parsed> {
        // Expressions on the text alone need no tree, and find what they find in a broken file too.
        let (textual, candidates): (Vec<&Search>, Vec<&Search>) =
            candidates.iter().partition(|search| search.is_textual());
        if let Some(reason) = self.passed_over(section.language, &textual) {
            result.not_covered.push(NotCovered::file(self.path, reason));
        }
        if !textual.is_empty() {
            let target =
                Target::text(section.language, self.source, lines).with_frontends(FRONTENDS);
            self.run(&textual, &target, None, hits, result);
        }
        let frontend = frontend(section.language).filter(|_| !candidates.is_empty())?;
        let limits = &self.engine.options.limits;
        let parsed = frontend.parse(self.source, &self.engine.rules.vocabulary, limits);
        let mut tree = match parsed {
            Ok(tree) => tree,
            Err(refused) => {
                let line = refused.span.map(|span| lines.line(span.start));
                result.not_covered.push(NotCovered {
                    line,
                    ..NotCovered::file(self.path, refused.reason)
                });
                return None;
            }
        };
        if let Some(error) = tree.errors.first() {
            result.not_covered.push(NotCovered::at(
                self.path,
                lines.line(error.span.start),
                partly(&error.message, tree.errors.len()),
            ));
        }
        let facts = resolve(&mut tree, section.language);
        let index = Index::new(&tree, Some(&facts));
        let target = Target::parsed(section.language, self.source, lines, &tree, &facts, &index)
            .with_frontends(FRONTENDS);
        let tainted = candidates
            .iter()
            .any(|search| matches!(search.how, How::Taint(_)));
        let program = tainted.then(|| {
            let limits = &self.engine.options.taint.limits;
            Program::new(&tree, &facts, section.language, limits)
        });
        self.run(&candidates, &target, program.as_ref(), hits, result);
        drop((target, program));
        Some(Parsed { tree, facts })
    }

    /// Why rules on the text alone that could match do not, or not all, look at a file that is text
    /// by its name.
    fn passed_over(&self, language: Language, textual: &[&Search]) -> Option<String> {
        let passes_over = |search: &&Search| match &search.how {
            How::Formula(formula) => formula.passes_over(self.source),
            How::Taint(_) => false,
        };
        let search = textual.iter().copied().find(passes_over)?;
        if !select::is_text(self.path) {
            return None;
        }
        let id = self.rule(search.rule).map_or("", |ready| &ready.rule.id);
        Some(format!(
            "`{language}` rules such as `{id}` pass over it, since it looks binary or minified; \
             exclude it by their `paths`, or search it with `languages: [regex]`"
        ))
    }

    fn run(
        &self,
        candidates: &[&Search],
        target: &Target<'_>,
        program: Option<&Program<'_>>,
        hits: &mut Vec<Hit>,
        result: &mut FileResult,
    ) {
        for search in candidates {
            let mut budget = Budget::new(self.engine.options.steps);
            let before = hits.len();
            let found = match &search.how {
                How::Formula(formula) => find(formula, target, &mut budget).map(|found| {
                    hits.extend(found.into_iter().map(|one| Hit::searched(search.rule, one)));
                }),
                How::Taint(taint) => {
                    let Some(program) = program else { continue };
                    let settings = &self.engine.options.taint;
                    runward_taint::run(taint, target, program, settings, &mut budget).map(|flows| {
                        for (span, reason) in flows.not_covered {
                            let line = target.lines.line(span.start);
                            result
                                .not_covered
                                .push(NotCovered::at(self.path, line, reason));
                        }
                        hits.extend(
                            flows
                                .matches
                                .into_iter()
                                .map(|flow| self.flow(search.rule, flow, target.lines)),
                        );
                    })
                }
            };
            let most = self.engine.options.findings;
            if hits.len() - before > most {
                hits.truncate(before + most);
                let id = self.rule(search.rule).map_or("", |ready| &ready.rule.id);
                result.not_covered.push(NotCovered::file(
                    self.path,
                    format!("rule `{id}` has more than {most} findings here; the rest is not told"),
                ));
            }
            if let Err(stopped) = found {
                let id = self.rule(search.rule).map_or("", |ready| &ready.rule.id);
                result.not_covered.push(NotCovered::file(
                    self.path,
                    format!("rule `{id}`: {stopped}"),
                ));
            }
        }
    }

    fn rule(&self, place: usize) -> Option<&ReadyRule> {
        self.engine.rules.rules().get(place)
    }

    fn report(
        &self,
        hits: &[Hit],
        parsed: Option<&Parsed>,
        lines: &Lines,
        result: &mut FileResult,
    ) {
        let (markers, problems) = comment::markers(self.path, self.source);
        result.not_covered.extend(problems);
        let mut used = vec![false; markers.len()];
        let mut identities = Identities::default();
        let mut last: Option<(usize, Span)> = None;
        for hit in hits {
            // One finding a rule and place: matches that differ in their bindings only are one.
            if last.replace((hit.rule, hit.span)) == Some((hit.rule, hit.span)) {
                continue;
            }
            let Some(ready) = self.rule(hit.rule) else {
                continue;
            };
            let seen = Seen {
                rule: &ready.rule.id,
                bandit: &ready.about.bandit,
                lines: (
                    lines.line(hit.span.start),
                    lines.line(hit.span.end.max(1) - 1),
                ),
            };
            let mut silenced = None;
            // Those in order of their lines, so that not every one is asked about every finding.
            let near = seen.lines.0.saturating_sub(1)..=seen.lines.1;
            let first = markers.partition_point(|marker| marker.line < *near.start());
            for (marker, used) in markers.iter().zip(&mut used).skip(first) {
                if marker.line > *near.end() {
                    break;
                }
                if marker.covers(&seen) {
                    *used = true;
                    silenced.get_or_insert_with(|| decision(marker));
                }
            }
            result.findings.push(self.finding(
                ready,
                hit,
                parsed,
                lines,
                &mut identities,
                silenced,
            ));
        }
        let idle = markers.iter().zip(used).filter(|(_, used)| !used);
        result.unused.extend(idle.map(|(marker, _)| Unused {
            path: self.path.to_owned(),
            line: marker.line,
            marker: written(marker),
        }));
    }

    fn finding(
        &self,
        ready: &ReadyRule,
        hit: &Hit,
        parsed: Option<&Parsed>,
        lines: &Lines,
        identities: &mut Identities,
        silenced: Option<Silenced>,
    ) -> CodeFinding {
        let text = hit.span.text(self.source);
        let symbol = parsed
            .zip(hit.node)
            .and_then(|(parsed, node)| symbol(&parsed.tree, node));
        let values = Values {
            source: self.source,
            parsed,
            bindings: &hit.bindings,
        };
        let metavars: BTreeMap<String, Bound> = hit
            .bindings
            .iter()
            .map(|binding| {
                let bound = Bound {
                    value: one_line(binding.value.text(self.source), MOST_SHOWN),
                    location: self.location(lines, binding.value.span),
                };
                (binding.name.to_string(), bound)
            })
            .collect();
        let id = &*ready.rule.id;
        CodeFinding {
            fingerprint: identities.next(id, self.path, symbol.as_deref().unwrap_or(""), text),
            rule: id.to_owned(),
            severity: ready.about.severity,
            confidence: ready.about.confidence,
            location: self.location(lines, hit.span),
            matched: CodeMatch {
                message: values.message(&ready.rule.message).trim().to_owned(),
                symbol,
                frame: frame(self.source, lines, hit.span),
                metavars,
                trace: hit.trace.clone(),
                fix: self.fix(ready, hit, lines, &values),
                cwe: ready.about.cwe.clone(),
                owasp: ready.about.owasp.clone(),
                references: ready.about.references.clone(),
                aliases: ready
                    .about
                    .bandit
                    .iter()
                    .map(|id| format!("bandit:{id}"))
                    .collect(),
            },
            silenced,
        }
    }

    fn fix(
        &self,
        ready: &ReadyRule,
        hit: &Hit,
        lines: &Lines,
        values: &Values<'_>,
    ) -> Option<Edit> {
        let text = hit.span.text(self.source);
        let template = match (&hit.fix, &ready.rule.fix) {
            (Some(own), _) => Some(&**own),
            (None, Some(Fix::Template(template))) => Some(template),
            (None, _) => None,
        };
        let replacement = match (template, &ready.rule.fix, &ready.fix_regex) {
            (Some(template), ..) => {
                let column = lines.position(self.source, hit.span.start).column - 1;
                aligned(&values.put(&template.text), column as usize)
            }
            (None, Some(Fix::Regex(fix)), Some(regex)) => {
                regex.replace(text, &fix.replacement.text, fix.count).ok()?
            }
            _ => return None,
        };
        (replacement != text).then_some(Edit {
            start: hit.span.start,
            end: hit.span.end,
            text: replacement,
        })
    }

    /// A flow that was found while this file was looked at.
    pub(crate) fn flow(&self, rule: usize, flow: TaintMatch, lines: &Lines) -> Hit {
        Hit {
            rule,
            span: flow.span,
            bindings: flow.bindings,
            trace: flow
                .trace
                .iter()
                .map(|step| self.step(lines, step))
                .collect(),
            node: flow.node,
            fix: None,
        }
    }

    fn step(&self, lines: &Lines, step: &Step) -> TraceStep {
        let (location, code) = match &step.away {
            None => (
                self.location(lines, step.span),
                one_line(step.span.text(self.source), MOST_SHOWN),
            ),
            Some(away) => {
                let at = |position: runward_syntax::Position| Position {
                    line: position.line,
                    column: position.column,
                };
                let location = Location {
                    path: away.path.to_string(),
                    start: at(away.start),
                    end: at(away.end),
                };
                (location, one_line(&step.text, MOST_SHOWN))
            }
        };
        TraceStep {
            kind: kind(step),
            location,
            code,
        }
    }

    fn location(&self, lines: &Lines, span: Span) -> Location {
        let at = |offset| {
            let position = lines.position(self.source, offset);
            Position {
                line: position.line,
                column: position.column,
            }
        };
        Location {
            path: self.path.to_owned(),
            start: at(span.start),
            end: at(span.end),
        }
    }
}

impl Hit {
    fn searched(rule: usize, found: Match) -> Self {
        Self {
            rule,
            span: found.span,
            bindings: found.bindings,
            trace: Vec::new(),
            node: found.node,
            fix: found.fix,
        }
    }
}

fn kind(step: &Step) -> StepKind {
    use runward_taint::StepKind as Kind;
    match step.kind {
        Kind::Source => StepKind::Source,
        Kind::Assign => StepKind::Assigned,
        Kind::Call => StepKind::Called,
        Kind::Return => StepKind::Returned,
        Kind::Propagator => StepKind::Propagated,
        Kind::Sink => StepKind::Sink,
    }
}

/// A text without what is beyond so many characters.
fn cut(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.push('…');
    }
    text
}

/// A text of several lines that begins at a column: the further lines move there too.
fn aligned(text: &str, column: usize) -> String {
    let margin = " ".repeat(column);
    let mut lines = text.trim().lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        if !line.trim().is_empty() {
            out.push_str(&margin);
            out.push_str(line);
        }
    }
    out
}

fn partly(message: &str, errors: usize) -> String {
    let more = match errors {
        0 | 1 => String::new(),
        more => format!(" (and {} more)", more - 1),
    };
    format!("only partly looked at, since this is no valid syntax: {message}{more}")
}

fn decision(marker: &Marker) -> Silenced {
    Silenced {
        by: marker.tool.as_str().to_owned(),
        line: marker.line,
        reason: marker.reason.clone(),
    }
}

fn written(marker: &Marker) -> String {
    if marker.rules.is_empty() {
        return marker.tool.as_str().to_owned();
    }
    format!("{} {}", marker.tool.as_str(), marker.rules.join(", "))
}
