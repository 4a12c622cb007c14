//! What rules of all modes have.

use runward_syntax::Language;

use super::keys::Keys;
use super::reader::{Read, Reader, list};
use crate::suggest::nearest;
use crate::{Fix, FixRegex, Paths, Severity, Text};

const SEVERITIES: [(&str, Severity); 9] = [
    ("CRITICAL", Severity::Critical),
    ("HIGH", Severity::High),
    ("MEDIUM", Severity::Medium),
    ("LOW", Severity::Low),
    ("ERROR", Severity::High),
    ("WARNING", Severity::Medium),
    ("INFO", Severity::Low),
    ("INVENTORY", Severity::Info),
    ("EXPERIMENT", Severity::Info),
];

pub(crate) fn languages(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Vec<Language>> {
    let Some(entry) = keys.take("languages") else {
        return Err(reader.missing(keys, "the rule", "languages", &super::rule::KNOWN));
    };
    if let Some(name) = entry.node.text() {
        let message = "`languages` must be a list, not a text".to_owned();
        let help = format!("write `languages: [{name}]`");
        return Err(reader.error("wrong-type", entry.node.span, message, Some(help)));
    }
    let names = reader.texts(entry)?;
    if names.is_empty() {
        let help = "add a language, such as `[python]`".to_owned();
        return Err(reader.error(
            "no-language",
            entry.key_span,
            "`languages` is empty".to_owned(),
            Some(help),
        ));
    }
    let mut languages = Vec::with_capacity(names.len());
    let mut read = Ok(());
    for name in &names {
        match reader.language(name) {
            Ok(language) if !languages.contains(&language) => languages.push(language),
            Ok(_) => {}
            Err(bad) => read = Err(bad),
        }
    }
    read?;
    if languages.len() > 1
        && let Some(alone) = languages
            .iter()
            .find(|language| matches!(language, Language::Regex | Language::Generic))
    {
        let message = format!("`{alone}` stands alone in `languages`");
        let help = "write a rule of its own for it; `paths` chooses its files".to_owned();
        return Err(reader.error("no-language", entry.node.span, message, Some(help)));
    }
    if !languages.iter().any(|language| language.is_supported()) {
        let shown: Vec<&str> = languages.iter().map(|language| language.as_str()).collect();
        let message = format!("rules in {} are not run yet", list(&shown));
        reader.refused("language", entry.node.span, message, None);
    }
    Ok(languages)
}

pub(crate) fn severity(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Severity> {
    let Some(entry) = keys.take("severity") else {
        return Err(reader.missing(keys, "the rule", "severity", &super::rule::KNOWN));
    };
    let text = reader.text(entry)?;
    if let Some((_, severity)) = SEVERITIES.iter().find(|(name, _)| *name == text.text) {
        return Ok(*severity);
    }
    let names = SEVERITIES.map(|(name, _)| name);
    let help = match nearest(&text.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", list(&names)),
    };
    Err(reader.error(
        "unknown-severity",
        text.span,
        format!("`{}` is no severity", text.text),
        Some(help),
    ))
}

pub(crate) fn fix(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Option<Fix>> {
    let regex = keys.take("fix-regex");
    if let Some(entry) = keys.take("fix") {
        let text = reader.text(entry)?;
        if let Some(entry) = regex {
            let message = "`fix-regex` stands beside `fix`, which is used".to_owned();
            reader.warning(
                "two-fixes",
                entry.key_span,
                message,
                Some("take one of them out".to_owned()),
            );
        }
        let trimmed = text.text.trim().to_owned();
        return Ok(Some(Fix::Template(Text {
            text: trimmed,
            ..text
        })));
    }
    let Some(entry) = regex else {
        return Ok(None);
    };
    let what = "`fix-regex`";
    let mut keys = reader.keys(&entry.node, what)?;
    let Some(regex) = keys.take("regex") else {
        return Err(reader.missing(&keys, what, "regex", &["replacement", "count"]));
    };
    let regex = reader.text(regex)?;
    let Some(replacement) = keys.take("replacement") else {
        return Err(reader.missing(&keys, what, "replacement", &["regex", "count"]));
    };
    let replacement = reader.text(replacement)?;
    let count = keys
        .take("count")
        .map(|entry| reader.number(entry))
        .transpose()?;
    reader.no_more(&keys, what, &["regex", "replacement", "count"])?;
    Ok(Some(Fix::Regex(FixRegex {
        regex,
        replacement,
        count: count.map(|count| count as usize),
    })))
}

pub(crate) fn paths(reader: &mut Reader<'_>, keys: &mut Keys<'_, '_>) -> Read<Paths> {
    let Some(entry) = keys.take("paths") else {
        return Ok(Paths::default());
    };
    let mut keys = reader.keys(&entry.node, "`paths`")?;
    let mut globs = |key: &str| match keys.take(key) {
        Some(entry) if entry.node.is_null() => Ok(Vec::new()),
        Some(entry) => reader.texts(entry),
        None => Ok(Vec::new()),
    };
    let (include, exclude) = (globs("include"), globs("exclude"));
    reader.no_more(&keys, "`paths`", &["include", "exclude"])?;
    Ok(Paths {
        include: include?,
        exclude: exclude?,
    })
}
