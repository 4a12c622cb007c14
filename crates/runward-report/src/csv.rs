//! CSV (RFC 4180) that a spreadsheet cannot take for formulas.
//!
//! The first column says what a row is, so that what was not judged is in the table too.

use std::io::{self, Write};

use runward_model::{CodeMatch, Finding, ScanReport};

use crate::{ReportError, clean::clean, decision::reason_first, view::shown_id};

const HEAD: [&str; 37] = [
    "record",
    "severity",
    "effective_severity",
    "risk",
    "priority",
    "package",
    "version",
    "ecosystem",
    "scope",
    "direct",
    "path",
    "line",
    "id",
    "aliases",
    "title",
    "cvss_score",
    "cvss_vector",
    "known_exploited",
    "epss",
    "fixed_versions",
    "fix_version",
    "due",
    "overdue",
    "approver",
    "status",
    "new",
    "first_seen",
    "reason",
    "fingerprint",
    "kind",
    "column",
    "symbol",
    "weaknesses",
    "message",
    "code",
    "trace",
    "fix",
];

type Row = [String; HEAD.len()];

pub(crate) fn write(report: &ScanReport, out: &mut dyn Write) -> Result<(), ReportError> {
    line(out, HEAD)?;
    for finding in &report.findings {
        row(out, &finding_row("finding", finding))?;
    }
    for finding in &report.suppressed {
        row(out, &finding_row("suppressed", finding))?;
    }
    for fixed in &report.fixed {
        row(
            out,
            &cells([
                ("record", "fixed".to_owned()),
                ("path", fixed.path.clone()),
                ("id", fixed.rule.clone()),
                ("title", fixed.title.clone()),
                ("status", "resolved".to_owned()),
                ("first_seen", fixed.first_seen.to_string()),
                ("fingerprint", fixed.fingerprint.to_string()),
            ]),
        )?;
    }
    for entry in &report.not_covered {
        row(
            out,
            &cells([
                ("record", "not_covered".to_owned()),
                ("package", entry.package.clone().unwrap_or_default()),
                ("path", entry.path.clone()),
                (
                    "line",
                    entry.line.map_or_else(String::new, |line| line.to_string()),
                ),
                ("title", "not judged".to_owned()),
                ("reason", entry.reason.clone()),
            ]),
        )?;
    }
    for warning in &crate::view::banners(report) {
        row(
            out,
            &cells([
                ("record", "warning".to_owned()),
                ("reason", warning.clone()),
            ]),
        )?;
    }
    Ok(())
}

fn finding_row(record: &str, finding: &Finding) -> Row {
    let mut named = vec![
        ("record", record.to_owned()),
        ("severity", finding.severity.to_string()),
        ("path", finding.location.path.clone()),
        ("line", finding.location.start.line.to_string()),
        ("id", shown_id(finding)),
        ("title", finding.title.clone()),
        ("status", finding.status().to_string()),
        ("fingerprint", finding.fingerprint.to_string()),
        ("kind", finding.kind.to_string()),
    ];
    if let Some(code) = &finding.code {
        named.extend(code_cells(finding, code));
    }
    if let Some(dependency) = &finding.dependency {
        named.extend([
            ("package", dependency.package.name.clone()),
            (
                "version",
                dependency.package.version.clone().unwrap_or_default(),
            ),
            ("ecosystem", dependency.package.ecosystem.to_string()),
            ("scope", dependency.scope.to_string()),
            ("direct", dependency.direct.to_string()),
        ]);
    }
    if let Some(advisory) = &finding.advisory {
        let id = advisory.stable_id();
        let aliases: Vec<&str> = advisory.ids().filter(|alias| *alias != id).collect();
        named.extend([
            ("aliases", aliases.join(" ")),
            ("known_exploited", advisory.kev.is_some().to_string()),
            (
                "epss",
                advisory
                    .epss
                    .as_ref()
                    .map_or_else(String::new, |e| format!("{:.5}", e.probability)),
            ),
            ("fixed_versions", advisory.fixed.join(" ")),
        ]);
    }
    if let Some(assessment) = &finding.assessment {
        named.extend([
            (
                "effective_severity",
                assessment.effective_severity.to_string(),
            ),
            ("risk", format!("{:.1}", assessment.risk)),
            ("priority", assessment.priority.to_string()),
            (
                "cvss_score",
                assessment
                    .cvss_score
                    .map_or_else(String::new, |score| format!("{score:.1}")),
            ),
            (
                "cvss_vector",
                assessment.cvss_vector.clone().unwrap_or_default(),
            ),
            (
                "fix_version",
                assessment.fix_version.clone().unwrap_or_default(),
            ),
            ("due", assessment.due.to_string()),
            ("overdue", assessment.overdue.to_string()),
            ("approver", assessment.approver.clone()),
        ]);
    }
    if let Some(history) = &finding.history {
        named.extend([
            ("new", history.new.to_string()),
            ("first_seen", history.first_seen.to_string()),
            ("reason", history.reason.clone().unwrap_or_default()),
        ]);
    }
    if let Some(decision) = &finding.suppressed {
        named.push(("reason", reason_first(decision)));
    }
    cells(named)
}

/// What only a finding in code has. Each is one cell: its lines are joined.
fn code_cells(finding: &Finding, code: &CodeMatch) -> [(&'static str, String); 8] {
    let trace: Vec<String> = code
        .trace
        .iter()
        .map(|step| {
            format!(
                "{} {}:{} {}",
                step.kind.as_str(),
                step.location.path,
                step.location.start.line,
                step.code
            )
        })
        .collect();
    let fix = code.fix.as_ref().map(|fix| fix.text.clone());
    [
        ("aliases", code.aliases.join(" ")),
        ("column", finding.location.start.column.to_string()),
        ("symbol", code.symbol.clone().unwrap_or_default()),
        ("weaknesses", code.cwe.join("; ")),
        ("message", code.message.clone()),
        ("code", code.frame.lines.join("\n")),
        ("trace", trace.join(" > ")),
        ("fix", fix.unwrap_or_default()),
    ]
}

/// Puts values under their columns. A later value of a column replaces an earlier one.
fn cells(named: impl IntoIterator<Item = (&'static str, String)>) -> Row {
    let mut row: Row = std::array::from_fn(|_| String::new());
    for (name, value) in named {
        for (column, cell) in HEAD.iter().zip(&mut row) {
            if *column == name {
                cell.clone_from(&value);
            }
        }
    }
    row
}

fn row(out: &mut dyn Write, row: &Row) -> io::Result<()> {
    line(out, row.iter().map(String::as_str))
}

fn line<'a>(out: &mut dyn Write, fields: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    for (index, value) in fields.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        out.write_all(field(value).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// One field: a leading `'` where a spreadsheet would calculate (OWASP, "CSV injection"), quotes
/// where RFC 4180 needs them.
fn field(value: &str) -> String {
    let value = clean(value);
    let risky = matches!(
        value.trim_start().chars().next(),
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')
    );
    let value = if risky {
        format!("'{value}")
    } else {
        value.into_owned()
    };
    if value.contains([',', '"', '\n', '\r']) || value.starts_with(' ') || value.ends_with(' ') {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for (raw, safe) in [
            ("=1+1", "'=1+1"),
            ("@babel/core", "'@babel/core"),
            (" =cmd|'/C calc'!A0", "\"' =cmd|'/C calc'!A0\""),
            ("\t=1", "\"' =1\""),
            ("-1", "'-1"),
            ("a,\"b\"", "\"a,\"\"b\"\"\""),
            ("plain", "plain"),
        ] {
            assert_eq!(
                field(raw),
                if raw.starts_with([' ', '\t']) {
                    safe.trim_matches('"').to_owned()
                } else {
                    safe.to_owned()
                },
                "{raw:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_field_breaks_its_row_or_calculates(text in any::<String>()) {
            let field = field(&text);
            let inner = match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", ""),
                None => field.replace(|c| c != '"' && c != ',', ""),
            };
            prop_assert!(!inner.contains('"'));
            prop_assert!(!field.contains(['\n', '\r']));
            let read = match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None => field.clone(),
            };
            prop_assert!(!read.trim_start().starts_with(['=', '+', '-', '@']), "{}", read);
        }
    }
}
