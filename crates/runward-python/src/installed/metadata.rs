//! Core metadata (`METADATA`, `PKG-INFO`): header lines as in a mail.

/// What is of interest in a package's metadata.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    /// `Requires-Dist`, with markers.
    pub(super) requires: Vec<String>,
}

/// Reads the headers; the description below them is not looked at.
pub(super) fn parse(text: &str, max_requirements: usize) -> Metadata {
    let mut headers: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if ["name", "version", "requires-dist"]
            .iter()
            .any(|wanted| name.eq_ignore_ascii_case(wanted))
        {
            headers.push((name, value.trim().to_owned()));
        } else {
            // Its continuation lines belong to nobody.
            headers.push(("", String::new()));
        }
        if headers.len() > max_requirements {
            break;
        }
    }
    let mut metadata = Metadata::default();
    for (name, value) in headers {
        if value.is_empty() || value == "UNKNOWN" {
            continue;
        }
        match name.to_ascii_lowercase().as_str() {
            "name" => metadata.name = metadata.name.or(Some(value)),
            "version" => metadata.version = metadata.version.or(Some(value)),
            "requires-dist" => metadata.requires.push(value),
            _ => {}
        }
    }
    metadata
}

/// The `requires.txt` of an egg: requirements under `[extra:marker]` headings, as
/// `Requires-Dist` would have them.
pub(super) fn parse_requires(text: &str, max_requirements: usize) -> Vec<String> {
    let mut requires = Vec::new();
    let mut condition = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if requires.len() >= max_requirements {
            break;
        }
        if let Some(heading) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            let (extra, marker) = heading.split_once(':').unwrap_or((heading, ""));
            let extra = (!extra.is_empty()).then(|| format!("extra == \"{extra}\""));
            let marker = (!marker.is_empty()).then(|| format!("({marker})"));
            let terms: Vec<String> = extra.into_iter().chain(marker).collect();
            condition = terms.join(" and ");
        } else if condition.is_empty() {
            requires.push(line.to_owned());
        } else {
            requires.push(format!("{line} ; {condition}"));
        }
    }
    requires
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_are_read_and_the_description_is_not() {
        let text = "Metadata-Version: 2.1\nName: Flask\nversion: 2.0\nLicense: a\n        Name: no\nRequires-Dist: click (>=8.0)\nRequires-Dist: asgiref>=3.2 ;\n  extra == 'async'\n\nName: other\nRequires-Dist: x\n";
        assert_eq!(
            parse(text, 100),
            Metadata {
                name: Some("Flask".to_owned()),
                version: Some("2.0".to_owned()),
                requires: vec![
                    "click (>=8.0)".to_owned(),
                    "asgiref>=3.2 ; extra == 'async'".to_owned()
                ],
            }
        );
    }

    #[test]
    fn headings_become_markers() {
        let text = "a>=1\n\n[:sys_platform == 'win32']\nb\n\n[dev]\nc\n[dev:os_name=='nt']\nd\n";
        assert_eq!(
            parse_requires(text, 100),
            [
                "a>=1",
                "b ; (sys_platform == 'win32')",
                "c ; extra == \"dev\"",
                "d ; extra == \"dev\" and (os_name=='nt')",
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            let _ = (parse(&text, 10), parse_requires(&text, 10));
        }
    }
}
