//! Code findings and rules in the forms that small commands show.

use runward_model::{CodeMatch, Location};
use runward_ops::{code::CodeFinding, rules::RulePage};
use runward_report::clean_lines;
use runward_rules::Problem;
use serde_json::{Value, json};

/// A match of `runward match`.
pub(crate) fn matched(found: &CodeFinding) -> Value {
    let CodeMatch {
        metavars, symbol, ..
    } = &found.matched;
    let metavars: serde_json::Map<String, Value> = metavars
        .iter()
        .map(|(name, bound)| {
            let value = json!({ "value": bound.value, "location": location(&bound.location) });
            (name.clone(), value)
        })
        .collect();
    json!({
        "location": location(&found.location),
        "symbol": symbol,
        "code": found.matched.frame.lines.join("\n"),
        "metavars": metavars,
    })
}

fn location(place: &Location) -> Value {
    json!({
        "path": place.path,
        "start": { "line": place.start.line, "column": place.start.column },
        "end": { "line": place.end.line, "column": place.end.column },
    })
}

/// `path:line:column: code`, and the metavariables below.
pub(crate) fn grep_line(found: &CodeFinding) -> String {
    let frame = &found.matched.frame;
    let first = frame.lines.first().map_or("", |line| line.trim());
    let more = if frame.lines.len() > 1 { " …" } else { "" };
    let place = &found.location;
    let mut lines = vec![format!(
        "{}:{}:{}: {first}{more}\n",
        place.path, place.start.line, place.start.column
    )];
    lines.extend(
        found
            .matched
            .metavars
            .iter()
            .map(|(name, bound)| format!("    {name} = {}\n", bound.value)),
    );
    clean_lines(&lines.concat())
}

/// What is wrong with a rule.
pub(crate) fn problem(problem: &Problem) -> Value {
    let position = problem.position();
    json!({
        "kind": problem.kind.as_str(),
        "code": problem.code,
        "rule": problem.rule.as_deref(),
        "message": problem.message,
        "path": problem.source.path,
        "line": position.line,
        "column": position.column,
        "help": problem.help,
    })
}

/// The documentation page of a rule.
pub(crate) fn rule_markdown(page: &RulePage) -> String {
    let row = &page.row;
    let mut parts = vec![
        format!("# `{}`: {}", row.id, prose(&row.title)),
        prose(&page.message),
        facts(page),
    ];
    let code = |text: &str| {
        let language = row.languages.first().map_or("", |language| language);
        format!("```{language}\n{text}\n```")
    };
    let mut section = |title: &str, text: String| parts.push(format!("## {title}\n\n{text}"));
    if let Some(hint) = &page.fix_hint {
        section("What to do", prose(hint));
    }
    if row.has_fix {
        section("Fix", "`runward fix --code` writes the fix.".to_owned());
    }
    if let Some(example) = &page.example {
        section("It finds", code(&example.found));
        if let Some(passed) = &example.passed {
            section("It lets pass", code(passed));
        }
    }
    if !page.references.is_empty() {
        let links: Vec<String> = page
            .references
            .iter()
            .map(|to| format!("- <{to}>"))
            .collect();
        section("See", links.join("\n"));
    }
    section(
        "Where it is right",
        format!(
            "Silence it at its place with a reason:\n\
             `runward: ignore[{}] reason` in a comment on the line or alone on the line above.",
            row.id
        ),
    );
    parts.join("\n\n") + "\n"
}

/// Text of a rule as Markdown: outside of backticks, `<` begins no tag.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        0 => part.replace('<', "\\<"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn facts(page: &RulePage) -> String {
    let row = &page.row;
    [
        ("severity", row.severity.to_string()),
        ("confidence", row.confidence.as_str().to_owned()),
        ("languages", row.languages.join(", ")),
        ("weakness", row.cwe.join(", ")),
        ("category", row.owasp.join(", ")),
        ("Bandit", row.bandit.join(", ")),
        ("pack", row.source.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| format!("- {label}: {value}"))
    .collect::<Vec<_>>()
    .join("\n")
}
