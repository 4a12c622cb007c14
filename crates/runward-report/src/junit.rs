//! JUnit XML: one suite for each file, one case for each finding.
//!
//! There is no standard; this keeps to what the Jenkins schema (`junit-10.xsd`) and GitLab, GitHub
//! and Azure consumers share. A finding at or above the gate is a failure, one below it or a
//! suppressed one is skipped with the reason, and what could not be judged is an error unless the
//! policy let the scan pass. Warnings stand in a suite of their own.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use runward_model::{Finding, NotCovered, ScanReport, Severity, scan::Verdict};

use crate::{
    ReportError,
    clean::{clean, clean_lines},
    decision::{author, reason, term},
    time::bare,
    view::{Code, Diff, banners, code_place, judges_packages, looked_at, place_of, shown_id},
    words::count,
};

/// Cells of a line of code.
const CELLS: usize = 120;

enum Outcome {
    Passed,
    Failure(Severity),
    Error,
    Skipped,
}

struct Case {
    name: String,
    outcome: Outcome,
    message: String,
    text: String,
}

pub(crate) fn write(
    report: &ScanReport,
    tool_version: &str,
    out: &mut dyn Write,
) -> Result<(), ReportError> {
    let suites = suites(report);
    let totals = suites.values().fold([0; 4], |mut sum, cases| {
        for (total, number) in sum.iter_mut().zip(tally(cases)) {
            *total += number;
        }
        sum
    });
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = BytesStart::new("testsuites");
    root.push_attribute(("name", "runward"));
    root.push_attribute(("tests", totals[0].to_string().as_str()));
    root.push_attribute(("failures", totals[1].to_string().as_str()));
    root.push_attribute(("errors", totals[2].to_string().as_str()));
    xml.write_event(Event::Start(root))?;
    for (index, (path, cases)) in suites.iter().enumerate() {
        suite(&mut xml, report, tool_version, index, path, cases)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    xml.into_inner().write_all(b"\n")?;
    Ok(())
}

/// Cases under the file that they are about.
fn suites(report: &ScanReport) -> BTreeMap<String, Vec<Case>> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for (path, _) in &report.read {
        suites.entry(clean(path).into_owned()).or_default();
    }
    for finding in report.findings.iter().chain(&report.suppressed) {
        suites
            .entry(clean(&finding.location.path).into_owned())
            .or_default()
            .push(finding_case(finding, report.fail_on));
    }
    let strict = report.verdict != Verdict::Clean;
    for entry in &report.not_covered {
        suites
            .entry(clean(&entry.path).into_owned())
            .or_default()
            .push(not_covered_case(entry, strict));
    }
    for warning in banners(report) {
        let incomplete = report.verdict == Verdict::Incomplete;
        suites.entry("runward".to_owned()).or_default().push(Case {
            name: "warning".to_owned(),
            outcome: if incomplete {
                Outcome::Error
            } else {
                Outcome::Skipped
            },
            message: warning,
            text: String::new(),
        });
    }
    for text in looked_at(report) {
        suites.entry("runward".to_owned()).or_default().push(Case {
            name: text,
            outcome: Outcome::Passed,
            message: String::new(),
            text: String::new(),
        });
    }
    let mut judged: HashMap<&str, usize> = HashMap::new();
    for dependency in &report.dependencies {
        if dependency.package.version.is_some() {
            *judged.entry(&dependency.source.path).or_default() += 1;
        }
    }
    for (path, _) in &report.read {
        // A file without a problem still shows that it was looked at.
        if let Some(cases) = suites.get_mut(clean(path).as_ref())
            && cases.is_empty()
        {
            let here = judged.get(path.as_str()).copied().unwrap_or_default();
            cases.push(Case {
                name: format!("no finding in {}", count(here, "package")),
                outcome: Outcome::Passed,
                message: String::new(),
                text: String::new(),
            });
        }
    }
    suites
}

fn finding_case(finding: &Finding, gate: Severity) -> Case {
    let package = finding.dependency.as_ref().map_or_else(String::new, |d| {
        format!(
            "{} {}: ",
            clean(&d.package.name),
            clean(d.package.version.as_deref().unwrap_or_default())
        )
    });
    let line = finding.location.start.line;
    let name = match &finding.code {
        Some(_) => format!("{} (line {line})", shown_id(finding)),
        None => format!("{package}{}", shown_id(finding)),
    };
    let effective = finding
        .assessment
        .as_ref()
        .map_or(finding.severity, |a| a.effective_severity);
    let title = clean(&finding.title).into_owned();
    let (outcome, message) = match &finding.suppressed {
        Some(decision) => (
            Outcome::Skipped,
            format!(
                "suppressed, {} by {}: {}",
                term(decision),
                clean(author(decision)),
                clean(reason(decision))
            ),
        ),
        None if effective >= gate => (Outcome::Failure(finding.severity), title.clone()),
        None => (
            Outcome::Skipped,
            format!("{effective}, below the gate ({gate}): {title}"),
        ),
    };
    Case {
        name,
        outcome,
        message,
        text: finding_text(finding, &title),
    }
}

fn finding_text(finding: &Finding, title: &str) -> String {
    let mut lines = vec![
        title.to_owned(),
        match &finding.code {
            Some(_) => code_place(&finding.location),
            None => format!(
                "{}:{}",
                clean(&finding.location.path),
                finding.location.start.line
            ),
        },
        format!("severity: {}", finding.severity),
    ];
    if finding.path_from_root.len() > 1 {
        lines.push(format!(
            "brought by: {}",
            clean(&finding.path_from_root.join(" > "))
        ));
    }
    if let Some(advisory) = &finding.advisory {
        lines.push(format!(
            "ids: {}",
            clean(&advisory.ids().collect::<Vec<_>>().join(" "))
        ));
        lines.push(if advisory.fixed.is_empty() {
            "fixed in: no version".to_owned()
        } else {
            format!("fixed in: {}", clean(&advisory.fixed.join(", ")))
        });
        if let Some(kev) = &advisory.kev {
            lines.push(format!(
                "exploited in the wild: KEV since {}",
                kev.date_added
            ));
        }
    }
    if let Some(code) = Code::of(finding, CELLS) {
        code_lines(&code, &mut lines);
    }
    if let Some(assessment) = &finding.assessment {
        lines.push(format!(
            "risk {:.1}, {}, due {}, approver {}",
            assessment.risk,
            assessment.priority,
            assessment.due,
            clean(&assessment.approver)
        ));
    }
    lines.push(format!("finding: {}", clean(finding.fingerprint.as_str())));
    clean_lines(&lines.join("\n"))
}

/// The message, the lines with their numbers, the way of a value, the fix.
fn code_lines(code: &Code, lines: &mut Vec<String>) {
    lines.extend(code.symbol.iter().map(|symbol| format!("in: {symbol}")));
    if !code.weaknesses.is_empty() {
        lines.push(format!("weaknesses: {}", code.weaknesses.join(", ")));
    }
    lines.extend(code.message.lines().map(str::to_owned));
    lines.extend(code.frame.numbered());
    for (number, step) in (1..).zip(&code.trace) {
        lines.push(format!(
            "{number} {} {} {}",
            step.kind, step.place, step.code
        ));
    }
    lines.extend(code.fix.iter().flat_map(Diff::lines));
}

fn not_covered_case(entry: &NotCovered, strict: bool) -> Case {
    let reason = clean(&entry.reason).into_owned();
    Case {
        name: format!("not judged: {}", place_of(entry)),
        outcome: if strict {
            Outcome::Error
        } else {
            Outcome::Skipped
        },
        text: String::new(),
        message: reason,
    }
}

/// Tests, failures, errors, skipped.
fn tally(cases: &[Case]) -> [usize; 4] {
    let number =
        |wanted: fn(&Outcome) -> bool| cases.iter().filter(|case| wanted(&case.outcome)).count();
    [
        cases.len(),
        number(|outcome| matches!(outcome, Outcome::Failure(_))),
        number(|outcome| matches!(outcome, Outcome::Error)),
        number(|outcome| matches!(outcome, Outcome::Skipped)),
    ]
}

fn suite<W: Write>(
    xml: &mut Writer<W>,
    report: &ScanReport,
    tool_version: &str,
    index: usize,
    path: &str,
    cases: &[Case],
) -> Result<(), ReportError> {
    let [tests, failures, errors, skipped] = tally(cases).map(|number| number.to_string());
    let mut suite = BytesStart::new("testsuite");
    for (name, value) in [
        ("name", path),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", &errors),
        ("skipped", &skipped),
        ("timestamp", &bare(report.started)),
        ("time", "0"),
        ("id", &index.to_string()),
    ] {
        suite.push_attribute((name, value));
    }
    xml.write_event(Event::Start(suite))?;
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    let database = format!("{:?}", report.database.kind).to_ascii_lowercase();
    property(xml, "runward.version", tool_version)?;
    property(xml, "runward.project", &clean(&report.project))?;
    if judges_packages(report) {
        property(xml, "runward.database", &database)?;
    }
    xml.write_event(Event::End(BytesEnd::new("properties")))?;
    for case in cases {
        testcase(xml, path, case)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    Ok(())
}

fn property<W: Write>(xml: &mut Writer<W>, name: &str, value: &str) -> Result<(), ReportError> {
    let mut property = BytesStart::new("property");
    property.push_attribute(("name", name));
    property.push_attribute(("value", value));
    Ok(xml.write_event(Event::Empty(property))?)
}

fn testcase<W: Write>(xml: &mut Writer<W>, path: &str, case: &Case) -> Result<(), ReportError> {
    let mut element = BytesStart::new("testcase");
    element.push_attribute(("name", case.name.as_str()));
    element.push_attribute(("classname", path));
    element.push_attribute(("time", "0"));
    let (tag, kind) = match case.outcome {
        Outcome::Passed => return Ok(xml.write_event(Event::Empty(element))?),
        Outcome::Failure(severity) => ("failure", severity.as_str()),
        Outcome::Error => ("error", "not judged"),
        Outcome::Skipped => ("skipped", "skipped"),
    };
    xml.write_event(Event::Start(element))?;
    let mut outcome = BytesStart::new(tag);
    outcome.push_attribute(("message", case.message.as_str()));
    outcome.push_attribute(("type", kind));
    if case.text.is_empty() {
        xml.write_event(Event::Empty(outcome))?;
    } else {
        xml.write_event(Event::Start(outcome))?;
        xml.write_event(Event::Text(BytesText::new(&case.text)))?;
        xml.write_event(Event::End(BytesEnd::new(tag)))?;
    }
    Ok(xml.write_event(Event::End(BytesEnd::new("testcase")))?)
}
