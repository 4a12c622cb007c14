//! What a value must be beyond its type. Rules are attached to keys; an entry of a list is `[]`.

use globset::GlobBuilder;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::{
    error::{Problem, is_bidi_control, quote},
    limits::LIMITS,
};

/// The names of environments that need no section.
pub(crate) const WELL_KNOWN_ENVIRONMENTS: [&str; 3] = ["development", "staging", "production"];

/// Whether the key holds a date, which TOML can write without quotes.
pub(crate) fn is_date(key: &str) -> bool {
    matches!(key, "suppressions[].expires" | "packages.allow[].expires")
}

/// The rule of a text.
pub(crate) fn text(key: &str, value: &str) -> Result<(), Problem> {
    if value.len() > LIMITS.max_text_bytes {
        return Err(Problem::new(
            format!(
                "is {} bytes long, over the limit of {}",
                value.len(),
                LIMITS.max_text_bytes
            ),
            "shorten it",
        ));
    }
    match key {
        "environment" => environment(value),
        "scan.exclude[]" | "suppressions[].path" => glob(value),
        "suppressions[].expires" | "packages.allow[].expires" => date(value),
        "packages.pypi_url" | "packages.npm_url" | "packages.crates_url" | "packages.rdap_url" => {
            web_address(value)
        }
        "suppressions[].reason"
        | "suppressions[].author"
        | "suppressions[].advisory"
        | "suppressions[].package"
        | "policy.package_classes.core[]"
        | "policy.package_classes.development[]"
        | "policy.matrix[].approver"
        | "project.name"
        | "deps.env[]"
        | "deps.sbom[]"
        | "deps.machine"
        | "project.repository"
        | "store.url"
        | "audit.dir"
        | "audit.keys_dir"
        | "audit.origin"
        | "audit.files_dir"
        | "audit.redact_fields[]"
        | "audit.redact_words[]"
        | "access.policies[]"
        | "tasks.attack_patterns"
        | "packages.allow[].name"
        | "packages.allow[].reason"
        | "packages.allow[].author"
        | "packages.internal[]"
        | "packages.suspicious_names[]"
        | "secrets.baseline"
        | "secrets.verify_hosts[]"
        | "database.dir" => filled(value),
        "deps.python_version" => python_version(value),
        "database.source" | "database.epss_source" | "database.kev_source" => source(value),
        "database.ecosystems[]" => ecosystem(value),
        _ => Ok(()),
    }
}

/// The rule of a number; that it is finite is already known.
pub(crate) fn number(key: &str, value: f64) -> Result<(), Problem> {
    if key == "policy.tighten.epss_probability" && !(0.0..=1.0).contains(&value) {
        return Err(Problem::new(
            format!("must lie between 0 and 1, found `{value}`"),
            "write a probability, for example `0.5` for 50 %",
        ));
    }
    if matches!(key, "packages.review_score" | "packages.block_score")
        && !(0.0..=10.0).contains(&value)
    {
        return Err(Problem::new(
            format!("must lie between 0 and 10, found `{value}`"),
            "a score of 0 is given by nothing, 10 by what is certain",
        ));
    }
    Ok(())
}

/// The rule of a list.
pub(crate) fn list(key: &str, length: usize) -> Result<(), Problem> {
    if length > LIMITS.max_list_items {
        return Err(Problem::new(
            format!(
                "has {length} entries, over the limit of {}",
                LIMITS.max_list_items
            ),
            "shorten the list",
        ));
    }
    if length == 0 && matches!(key, "deps.scopes" | "policy.matrix") {
        return Err(Problem::new(
            "must not be empty: nothing would be judged",
            "name at least one entry, or remove the key to get the default",
        ));
    }
    Ok(())
}

/// The rule of a table in a list, once its entries are right.
pub(crate) fn table(key: &str, table: &Map<String, Value>) -> Result<(), Problem> {
    let selects = ["advisory", "package", "path"]
        .iter()
        .any(|selector| table.contains_key(*selector));
    if key == "suppressions[]" && !selects {
        return Err(Problem::new(
            "selects nothing: it has neither `advisory` nor `package` nor `path`",
            "say what it is about, for example `advisory = \"CVE-2024-12345\"`",
        ));
    }
    Ok(())
}

/// The rule of an environment's name, as a value and as `[environments.<name>]`.
pub(crate) fn environment(name: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        return Err(Problem::new(
            format!(
                "must be a name of letters, digits, `-` and `_`, found {}",
                quote(name)
            ),
            "write for example `production`",
        ));
    }
    Ok(())
}

fn filled(value: &str) -> Result<(), Problem> {
    let visible = |c: char| !c.is_whitespace() && !c.is_control() && !is_bidi_control(c);
    if value.chars().any(visible) {
        Ok(())
    } else {
        Err(Problem::new(
            "must not be empty",
            "fill it in, or remove the key",
        ))
    }
}

fn web_address(value: &str) -> Result<(), Problem> {
    let is_web = value.starts_with("https://") || value.starts_with("http://");
    if is_web && !value.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(Problem::new(
        format!("must be a web address, found {}", quote(value)),
        "write for example `https://pypi.example.org`",
    ))
}

fn glob(value: &str) -> Result<(), Problem> {
    let help = "write a glob such as `docs/**` or `**/fixtures/*.txt`";
    filled(value)?;
    if value.len() > LIMITS.max_glob_bytes {
        return Err(Problem::new(
            format!(
                "is {} bytes long, over the limit of {}",
                value.len(),
                LIMITS.max_glob_bytes
            ),
            "split it into several globs",
        ));
    }
    // Nested alternatives cost stack and time when a glob is compiled.
    let mut depth = 0usize;
    for c in value.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > LIMITS.max_glob_depth {
            return Err(Problem::new(
                format!("nests `{{…}}` deeper than {}", LIMITS.max_glob_depth),
                "split it into several globs",
            ));
        }
    }
    let parsed = GlobBuilder::new(value).literal_separator(true).build();
    match parsed {
        Ok(_) => Ok(()),
        Err(error) => Err(Problem::new(
            format!("is no glob: {}, found {}", error.kind(), quote(value)),
            help,
        )),
    }
}

fn date(value: &str) -> Result<(), Problem> {
    // `2026-12-31` and nothing else: jiff alone would take a time along.
    if value.len() == 10 && value.parse::<Date>().is_ok() {
        return Ok(());
    }
    Err(Problem::new(
        format!("must be a date, found {}", quote(value)),
        "write the last day on which it holds as year-month-day, for example `2026-12-31`",
    ))
}

fn python_version(value: &str) -> Result<(), Problem> {
    let parts: Vec<&str> = value.split('.').collect();
    let digits = |part: &&str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if (2..=3).contains(&parts.len()) && parts.iter().all(digits) {
        return Ok(());
    }
    Err(Problem::new(
        format!("must be a Python version, found {}", quote(value)),
        "write for example `3.12` or `3.12.4`",
    ))
}

fn source(value: &str) -> Result<(), Problem> {
    filled(value)?;
    match value.split_once("://") {
        Some(("https" | "http", rest)) if !rest.is_empty() => Ok(()),
        Some((scheme, _)) => Err(Problem::new(
            format!(
                "must be an https or http URL or a path, found the scheme {}",
                quote(scheme)
            ),
            "write for example `https://mirror.example.org/osv` or `/srv/osv`",
        )),
        None => Ok(()),
    }
}

/// The name becomes a part of URLs and paths, so it must not lead anywhere else.
fn ecosystem(value: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | ':');
    if value.is_empty() || value.len() > 64 || value.starts_with('.') || !value.chars().all(plain) {
        return Err(Problem::new(
            format!(
                "must be the OSV name of an ecosystem, found {}",
                quote(value)
            ),
            "write for example `PyPI`, `npm`, `crates.io`, `Go`, `Maven` or `NuGet`",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn accepts(key: &str, value: &str) -> bool {
        text(key, value).is_ok()
    }

    #[test]
    fn texts_by_key() {
        for (key, right, wrong) in [
            ("environment", "pre-prod_2", "a b"),
            ("scan.exclude[]", "**/{a,b}/*.txt", "a{b"),
            ("scan.exclude[]", "docs/**", "[z-a]"),
            ("suppressions[].expires", "2027-06-30", "2027-06-31"),
            ("suppressions[].expires", "2028-02-29", "2027-06-30T12:00"),
            ("suppressions[].reason", "not reachable", " \t "),
            ("deps.python_version", "3.12", "3"),
            ("deps.python_version", "3.12.4", "3.12.x"),
            ("database.source", "https://a.example", "ftp://a.example"),
            ("database.source", "C:\\osv", "https://"),
            ("database.ecosystems[]", "crates.io", "../etc"),
            ("database.ecosystems[]", "Debian:12", "a/b"),
        ] {
            assert!(accepts(key, right), "{key} {right}");
            assert!(!accepts(key, wrong), "{key} {wrong}");
        }
    }

    #[test]
    fn deep_alternatives_are_refused() {
        let glob = format!("{}a{}", "{".repeat(5000), "}".repeat(5000));
        assert!(!accepts("scan.exclude[]", &glob));
        let glob = format!("{}a{}", "{".repeat(20), "}".repeat(20));
        assert!(
            text("scan.exclude[]", &glob)
                .unwrap_err()
                .message
                .contains("deeper than 8")
        );
    }

    proptest! {
        #[test]
        fn an_accepted_glob_compiles(value in ".{0,60}") {
            if accepts("scan.exclude[]", &value) {
                let _ = GlobBuilder::new(&value).literal_separator(true).build().unwrap().compile_matcher();
            }
        }
    }
}
