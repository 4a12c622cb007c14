//! Whole files through the public entry points. Fixtures are made by hand after real output.

use std::io::Cursor;

use runward_model::{Dependency, Ecosystem, Finding, Package, SourceRef};

use crate::{About, Format, Intake, IntakeError, Known, Nothing, Options, Tally};

mod code;
mod dependencies;
mod hostile;

struct Read {
    findings: Vec<Finding>,
    about: About,
    tally: Tally,
}

fn read_with(
    format: Format,
    text: &str,
    options: Options,
    known: &dyn Known,
) -> Result<Read, IntakeError> {
    let options = Options {
        name: "results".to_owned(),
        ..options
    };
    let mut intake = Intake::open(
        format,
        Cursor::new(text.as_bytes().to_vec()),
        options,
        known,
    )?;
    let findings = intake.by_ref().collect::<Result<Vec<_>, _>>()?;
    let (about, tally) = intake.finish();
    assert_eq!(findings.len() as u64, tally.findings);
    Ok(Read {
        findings,
        about,
        tally,
    })
}

fn read(format: Format, text: &str) -> Read {
    read_with(format, text, Options::default(), &Nothing).unwrap()
}

/// A project that pins jinja2 in `requirements.txt` and debug in `package-lock.json`, and has an
/// advisory database.
struct Project;

impl Known for Project {
    fn dependencies(&self, package: &Package) -> Vec<Dependency> {
        let (name, version, path, line) = match package.ecosystem {
            Ecosystem::PyPI => ("jinja2", "2.11.2", "requirements.txt", 7),
            _ => ("debug", "2.6.0", "package-lock.json", 40),
        };
        if package.name != name {
            return Vec::new();
        }
        let package = Package::new(package.ecosystem.clone(), name, Some(version));
        vec![Dependency::new(package, SourceRef::new(path, line))]
    }

    fn aliases(&self, id: &str) -> Vec<String> {
        match id {
            "GHSA-gxpj-cx7g-858c" => vec!["CVE-2017-16137".to_owned()],
            _ => Vec::new(),
        }
    }

    fn text(&self, path: &str, first: u32, last: u32) -> Option<String> {
        (path == "a.py" && first == 3 && last == 3).then(|| "    exec(input())".to_owned())
    }
}
