//! Conditions on metavariables, in both syntaxes.

use runward_syntax::Language;

use super::formula;
use super::formula_old::{self, Scope, regex};
use super::keys::Keys;
use super::reader::{Read, Reader, list};
use crate::suggest::nearest;
use crate::yaml::{Entry, Node};
use crate::{
    Analyzer, Comparison, Condition, EntropyMode, Expression, Formula, Metavar, MetavarPattern,
    Term,
};

/// The keys of the usual syntax.
pub(crate) const OLD: [&str; 8] = [
    "focus-metavariable",
    "metavariable-regex",
    "metavariable-pattern",
    "metavariable-comparison",
    "metavariable-analysis",
    "metavariable-type",
    "metavariable-name",
    "semgrep-internal-metavariable-name",
];

const NEW: [&str; 13] = [
    "focus",
    "comparison",
    "metavariable",
    "regex",
    "pattern",
    "all",
    "any",
    "type",
    "types",
    "analyzer",
    "language",
    "strip",
    "base",
];

/// What an item of a conjunction is.
pub(crate) enum Part {
    Term(Term),
    Condition(Condition),
    Focus(Vec<Metavar>),
}

pub(crate) fn read_old(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Part> {
    if entry.key == "focus-metavariable" {
        return focus(reader, entry);
    }
    let what = format!("`{}`", entry.key);
    let mut keys = reader.keys(&entry.node, &what)?;
    let condition = match entry.key.as_ref() {
        "metavariable-regex" => {
            let metavar = take_metavar(reader, &mut keys, &what)?;
            let regex = take_regex(reader, &mut keys, &what)?;
            let constants = take_boolean(reader, &mut keys, "constant-propagation")?;
            reader.no_more(
                &keys,
                &what,
                &["metavariable", "regex", "constant-propagation"],
            )?;
            Condition::Regex {
                metavar,
                regex,
                constants: constants.unwrap_or(false),
            }
        }
        "metavariable-pattern" => pattern_old(reader, &mut keys, &what)?,
        "metavariable-comparison" => {
            let comparison = comparison(reader, &mut keys, &what)?;
            reader.no_more(
                &keys,
                &what,
                &["metavariable", "comparison", "strip", "base"],
            )?;
            Condition::Comparison(comparison)
        }
        "metavariable-analysis" => {
            let metavar = take_metavar(reader, &mut keys, &what)?;
            let analyzer = take_analyzer(reader, &mut keys, &what)?;
            reader.no_more(&keys, &what, &["metavariable", "analyzer"])?;
            Condition::Analysis { metavar, analyzer }
        }
        "metavariable-type" => {
            let metavar = take_metavar(reader, &mut keys, &what)?;
            let condition = types(reader, &mut keys, metavar, &what)?;
            reader.no_more(&keys, &what, &["metavariable", "type", "types", "language"])?;
            condition
        }
        _ => name(reader, &mut keys, entry, &what)?,
    };
    Ok(Part::Condition(condition))
}

/// An item of `where`.
pub(crate) fn read_new(reader: &mut Reader<'_>, node: &Node<'_>) -> Read<Part> {
    let what = "an item of `where`";
    let mut keys = reader.keys(node, what)?;
    if let Some(entry) = keys.take("focus") {
        let part = focus(reader, entry)?;
        reader.no_more(&keys, "a `focus`", &["focus"])?;
        return Ok(part);
    }
    if keys.peek("comparison").is_some() {
        let comparison = comparison(reader, &mut keys, what)?;
        reader.no_more(
            &keys,
            "a `comparison`",
            &["comparison", "metavariable", "strip", "base"],
        )?;
        return Ok(Part::Condition(Condition::Comparison(comparison)));
    }
    if keys.peek("metavariable").is_none() {
        let key = keys
            .left()
            .first()
            .map(|entry| entry.key.to_string())
            .unwrap_or_default();
        let help = match nearest(&key, NEW) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `focus`, `comparison` or `metavariable` there".to_owned(),
        };
        let message =
            "an item of `where` is neither a focus nor a comparison nor about a metavariable"
                .to_owned();
        return Err(reader.error("unknown-key", keys.start(), message, Some(help)));
    }
    let metavar = take_metavar(reader, &mut keys, what)?;
    if keys.peek("analyzer").is_some() {
        let analyzer = take_analyzer(reader, &mut keys, what)?;
        reader.no_more(&keys, what, &["metavariable", "analyzer"])?;
        return Ok(Part::Condition(Condition::Analysis { metavar, analyzer }));
    }
    if keys.peek("type").is_some() || keys.peek("types").is_some() {
        let condition = types(reader, &mut keys, metavar, what)?;
        reader.no_more(&keys, what, &["metavariable", "type", "types", "language"])?;
        return Ok(Part::Condition(condition));
    }
    let constants = take_boolean(reader, &mut keys, "constant-propagation")?;
    let language = take_language(reader, &mut keys)?;
    let scope = Scope { negative: true };
    let formula = within(reader, language, |reader| {
        formula::take(reader, &mut keys, what, scope)
    })?;
    Ok(Part::Condition(match formula {
        Formula::Regex(regex) if language.is_none() => Condition::Regex {
            metavar,
            regex,
            constants: constants.unwrap_or(true),
        },
        formula => Condition::Pattern(MetavarPattern {
            metavar,
            language,
            formula: Box::new(formula),
        }),
    }))
}

fn pattern_old(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, what: &str) -> Read<Condition> {
    let metavar = take_metavar(reader, keys, what)?;
    let language = take_language(reader, keys)?;
    let scope = Scope { negative: true };
    let formula = within(reader, language, |reader| {
        formula_old::take(reader, keys, what, scope)
    })?;
    let known = [
        "metavariable",
        "language",
        "pattern",
        "patterns",
        "pattern-either",
        "pattern-regex",
    ];
    reader.no_more(keys, what, &known)?;
    Ok(Condition::Pattern(MetavarPattern {
        metavar,
        language,
        formula: Box::new(formula),
    }))
}

fn within<T>(
    reader: &mut Reader<'_>,
    language: Option<Language>,
    read: impl FnOnce(&mut Reader<'_>) -> Read<T>,
) -> Read<T> {
    let outer = reader.language;
    reader.language = language.or(outer);
    let result = read(reader);
    reader.language = outer;
    result
}

fn focus(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Part> {
    let texts = reader.one_or_more(entry)?;
    let metavars: Read<Vec<_>> = texts.iter().map(|text| checked(reader, text)).collect();
    let metavars = metavars?;
    if metavars.is_empty() {
        return Err(reader.error(
            "empty-patterns",
            entry.key_span,
            format!("`{}` is empty", entry.key),
            None,
        ));
    }
    Ok(Part::Focus(metavars))
}

/// A key whose value is one metavariable.
pub(crate) fn metavar(reader: &mut Reader<'_>, entry: &Entry<'_>) -> Read<Metavar> {
    let text = reader.text(entry)?;
    checked(reader, &text)
}

fn checked(reader: &mut Reader<'_>, text: &crate::Text) -> Read<Metavar> {
    let name = text.text.trim();
    if is_metavar(name) {
        reader.use_metavar(name, text.span);
        return Ok(name.to_owned());
    }
    let bare = name.trim_start_matches('$').to_uppercase();
    let help = match name.strip_prefix("...$") {
        Some(rest) => format!("write `$...{rest}`"),
        None if is_metavar(&format!("${bare}")) => format!("write `${bare}`"),
        None => {
            "a metavariable is `$` and capital letters, digits and `_`, such as `$X`".to_owned()
        }
    };
    Err(reader.error(
        "no-metavariable",
        text.span,
        format!("`{name}` is no metavariable"),
        Some(help),
    ))
}

/// `$X`, `$...X`, `$1`.
pub(crate) fn is_metavar(name: &str) -> bool {
    let Some(rest) = name.strip_prefix('$') else {
        return false;
    };
    let rest = rest.strip_prefix("...").unwrap_or(rest);
    let capital = rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && rest
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let group = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit());
    capital || group
}

fn take_metavar(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, what: &str) -> Read<Metavar> {
    match keys.take("metavariable") {
        Some(entry) => metavar(reader, entry),
        None => Err(reader.missing(
            keys,
            what,
            "metavariable",
            &["regex", "pattern", "patterns"],
        )),
    }
}

fn take_regex(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, what: &str) -> Read<crate::Regex> {
    match keys.take("regex") {
        Some(entry) => regex(reader, entry),
        None => Err(reader.missing(keys, what, "regex", &["metavariable"])),
    }
}

fn take_boolean(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, key: &str) -> Read<Option<bool>> {
    keys.take(key)
        .map(|entry| reader.boolean(entry))
        .transpose()
}

fn take_language(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Option<Language>> {
    let Some(entry) = keys.take("language") else {
        return Ok(None);
    };
    let name = reader.text(entry)?;
    reader.language(&name).map(Some)
}

fn comparison(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, what: &str) -> Read<Comparison> {
    let metavar = keys
        .take("metavariable")
        .map(|entry| metavar(reader, entry))
        .transpose()?;
    let Some(entry) = keys.take("comparison") else {
        return Err(reader.missing(keys, what, "comparison", &["metavariable"]));
    };
    let expression = reader.text(entry)?;
    let strip = take_boolean(reader, keys, "strip")?.unwrap_or(false);
    let base = keys
        .take("base")
        .map(|entry| reader.number(entry))
        .transpose()?;
    if strip && metavar.is_none() {
        let message = "`strip` needs `metavariable`".to_owned();
        let help = "add `metavariable: $X`, the one to strip".to_owned();
        return Err(reader.error("missing-key", entry.key_span, message, Some(help)));
    }
    let parsed = match Expression::parse(&expression.text) {
        Ok(parsed) if strip => parsed.stripped(),
        Ok(parsed) => parsed,
        Err(error) => {
            let help = "write it as Python would, such as `$X > 4096` or `re.match(\"a.*\", $X)`"
                .to_owned();
            let span = expression.place(error.span);
            return Err(reader.error("invalid-comparison", span, error.message, Some(help)));
        }
    };
    Ok(Comparison {
        metavar,
        expression,
        parsed,
        strip,
        base,
    })
}

fn take_analyzer(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>, what: &str) -> Read<Analyzer> {
    let Some(entry) = keys.take("analyzer") else {
        return Err(reader.missing(keys, what, "analyzer", &["metavariable"]));
    };
    if entry.node.entries().is_none() {
        let kind = reader.text(entry)?;
        return analyzer(reader, &kind, None);
    }
    let mut inner = reader.keys(&entry.node, "`analyzer`")?;
    let Some(kind) = inner.take("kind") else {
        return Err(reader.missing(&inner, "`analyzer`", "kind", &["mode"]));
    };
    let kind = reader.text(kind)?;
    let mode = inner
        .take("mode")
        .map(|entry| reader.text(entry))
        .transpose()?;
    reader.no_more(&inner, "`analyzer`", &["kind", "mode"])?;
    analyzer(reader, &kind, mode)
}

fn analyzer(
    reader: &mut Reader<'_>,
    kind: &crate::Text,
    mode: Option<crate::Text>,
) -> Read<Analyzer> {
    const KINDS: [&str; 3] = ["entropy", "entropy_v2", "redos"];
    let unknown = |reader: &mut Reader<'_>, text: &crate::Text, what: &str, known: &[&str]| {
        let help = match nearest(&text.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", list(known)),
        };
        reader.error(
            "unknown-analyzer",
            text.span,
            format!("`{}` is no {what}", text.text),
            Some(help),
        )
    };
    match (kind.text.as_str(), mode) {
        ("entropy", None) => Ok(Analyzer::Entropy),
        ("redos", None) => Ok(Analyzer::Redos),
        ("entropy_v2", None) => Ok(Analyzer::EntropyV2(EntropyMode::Default)),
        ("entropy_v2", Some(mode)) => match mode.text.as_str() {
            "default" => Ok(Analyzer::EntropyV2(EntropyMode::Default)),
            "lax" => Ok(Analyzer::EntropyV2(EntropyMode::Lax)),
            "strict" => Ok(Analyzer::EntropyV2(EntropyMode::Strict)),
            _ => Err(unknown(
                reader,
                &mode,
                "mode of `entropy_v2`",
                &["lax", "default", "strict"],
            )),
        },
        ("entropy" | "redos", Some(mode)) => {
            let message = format!("`{}` has no modes", kind.text);
            Err(reader.error("unknown-analyzer", mode.span, message, None))
        }
        _ => Err(unknown(reader, kind, "analyzer", &KINDS)),
    }
}

fn types(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    metavar: Metavar,
    what: &str,
) -> Read<Condition> {
    let one = keys
        .take("type")
        .map(|entry| reader.text(entry))
        .transpose()?;
    let more = keys
        .take("types")
        .map(|entry| reader.texts(entry))
        .transpose()?;
    let language = take_language(reader, keys)?;
    let types: Vec<_> = one.into_iter().chain(more.into_iter().flatten()).collect();
    if types.is_empty() {
        return Err(reader.missing(keys, what, "type", &["metavariable", "language"]));
    }
    Ok(Condition::Type {
        metavar,
        types,
        language,
    })
}

fn name(
    reader: &mut Reader<'_>,
    keys: &mut Keys<'_, '_>,
    entry: &Entry<'_>,
    what: &str,
) -> Read<Condition> {
    let metavar = take_metavar(reader, keys, what)?;
    let one = keys
        .take("module")
        .map(|entry| reader.text(entry))
        .transpose()?;
    let more = keys
        .take("modules")
        .map(|entry| reader.texts(entry))
        .transpose()?;
    for other in ["kind", "fqn", "fqns"] {
        keys.take(other);
    }
    reader.no_more(keys, what, &["metavariable", "module", "modules"])?;
    let message = format!(
        "{what} is run by Semgrep's commercial engine only; as in its open one, nothing passes"
    );
    let help = "write the import into the pattern: `import x` and `x.f(...)` match whatever it is imported as".to_owned();
    reader.warning("commercial", entry.key_span, message, Some(help));
    let modules = one.into_iter().chain(more.into_iter().flatten()).collect();
    Ok(Condition::Name { metavar, modules })
}
