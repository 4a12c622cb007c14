//! What a file is, from its beginning.

use std::collections::HashSet;

use super::Format;
use crate::{
    scanner::Scanner,
    walk::{Step, Walk},
};

/// How much of a file is enough to tell what it is.
pub const DETECT_BYTES: usize = 64 * 1024;

/// What a file is, from its first [`DETECT_BYTES`]; none where they do not tell. A beginning that
/// is cut in the middle of a value is no obstacle.
pub fn detect_format(prefix: &[u8]) -> Option<Format> {
    let prefix = prefix.get(..DETECT_BYTES).unwrap_or(prefix);
    let seen = Seen::of(prefix);
    let has = |name: &str| seen.root.contains(name);
    let first = |name: &str| seen.first.contains(name);
    if seen
        .schema
        .as_deref()
        .is_some_and(|schema| schema.contains("sarif"))
        || has("runs")
    {
        return Some(Format::Sarif);
    }
    if seen
        .own
        .as_deref()
        .is_some_and(|own| own.starts_with("runward.scan/"))
    {
        return Some(Format::RunwardScan);
    }
    if has("auditReportVersion") || has("advisories") || (has("actions") && has("muted")) {
        return Some(Format::NpmAudit);
    }
    if has("SchemaVersion") || has("ArtifactName") || has("ClusterName") || first("Target") {
        return Some(Format::Trivy);
    }
    if has("report_meta") || has("scan_results") || seen.lists_in_list {
        return Some(Format::Safety);
    }
    // npm says so instead of a report.
    if has("error") && seen.root.len() == 1 {
        return Some(Format::NpmAudit);
    }
    if has("generated_at") || has("metrics") || first("test_id") {
        return Some(Format::Bandit);
    }
    if first("source") || first("packages") || has("experimental_config") {
        return Some(Format::OsvScanner);
    }
    if first("check_id") || has("paths") || (has("results") && has("version")) {
        return Some(Format::Semgrep);
    }
    if has("fixes") || first("vulns") || first("skip_reason") {
        return Some(Format::PipAudit);
    }
    if has("rule") && has("title") {
        return Some(Format::JsonLines);
    }
    if has("dependencies") && seen.root.len() == 1 {
        return Some(Format::PipAudit);
    }
    // `{"results": null}` and `{"results": []}` are what osv-scanner writes when all is well.
    if has("results") && seen.root.len() == 1 {
        return Some(Format::OsvScanner);
    }
    None
}

#[derive(Default)]
struct Seen {
    /// Names of the root's members.
    root: HashSet<String>,
    /// Names of the members of the first elements below the root, or of the root's own where it is
    /// a list.
    first: HashSet<String>,
    /// The root is a list of lists.
    lists_in_list: bool,
    schema: Option<String>,
    own: Option<String>,
}

const PATTERNS: &[&str] = &[
    "$schema",
    "schema",
    "results[]{}",
    "dependencies[]{}",
    "[]{}",
    "[][]",
];

impl Seen {
    fn of(prefix: &[u8]) -> Self {
        let mut seen = Self::default();
        let scanner = Scanner::new(prefix, u64::MAX, 256);
        let mut walk = Walk::new(scanner, PATTERNS, true, DETECT_BYTES);
        if !matches!(walk.start(), Ok(false)) {
            return seen;
        }
        // The end of the beginning is a fault like any other: what came before it counts.
        while let Ok(Some(caught)) = walk.next() {
            let text = || serde_json::from_slice::<String>(&caught.bytes).ok();
            match caught.pattern {
                0 => seen.schema = text(),
                1 => seen.own = text(),
                5 => seen.lists_in_list = true,
                _ => {
                    if let Some(Step::Name(name)) = caught.steps.last() {
                        seen.first.insert(name.clone());
                    }
                }
            }
        }
        // Names of members that are cut count too.
        if let Some(name) = walk.open_name() {
            seen.first.insert(name.to_owned());
        }
        seen.root.extend(walk.take_top().names);
        seen
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_beginning_tells_the_format() {
        for (text, format) in [
            (r#"{"version":"2.1.0","runs":[{"#, Some(Format::Sarif)),
            (
                r#"{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","x"#,
                Some(Format::Sarif),
            ),
            (
                r#"{"version":"1.2","results":[{"check_id":"x"#,
                Some(Format::Semgrep),
            ),
            (r#"{"results":[{"check_id":"x"#, Some(Format::Semgrep)),
            (
                r#"{"errors":[],"paths":{"scanned":[]},"results":[]}"#,
                Some(Format::Semgrep),
            ),
            (r#"{"errors":[],"generated_at":"2020"#, Some(Format::Bandit)),
            (
                r#"{"dependencies":[{"name":"a","version":"1","vulns":["#,
                Some(Format::PipAudit),
            ),
            (
                r#"[{"name":"a","version":"1","vulns":["#,
                Some(Format::PipAudit),
            ),
            (r#"{"dependencies":[],"fixes":[]}"#, Some(Format::PipAudit)),
            (r#"{"report_meta":{"#, Some(Format::Safety)),
            (r#"[["a","<2","1.0","text","123"]]"#, Some(Format::Safety)),
            (
                r#"{"results":[{"source":{"path":"x"#,
                Some(Format::OsvScanner),
            ),
            (r#"{"results":[]}"#, Some(Format::OsvScanner)),
            (r#"{"auditReportVersion":2,"#, Some(Format::NpmAudit)),
            (r#"{"actions":[],"advisories":{"#, Some(Format::NpmAudit)),
            (r#"{"error":{"code":"ENOAUDIT"}}"#, Some(Format::NpmAudit)),
            (r#"{"SchemaVersion":2,"#, Some(Format::Trivy)),
            (r#"[{"Target":"x"#, Some(Format::Trivy)),
            (r#"{"schema":"runward.scan/1","#, Some(Format::RunwardScan)),
            (
                r#"{"rule":"r","title":"t","path":"a"}"#,
                Some(Format::JsonLines),
            ),
            ("\u{feff}{\"runs\":[", Some(Format::Sarif)),
            ("[]", None),
            ("{}", None),
            ("", None),
            ("WARNING: x\n{}", None),
        ] {
            assert_eq!(detect_format(text.as_bytes()), format, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_told_or_not(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let _ = detect_format(&bytes);
        }
    }
}
