//! `trivy --format json`: of a directory, a repository or an image (schema 2, and the list that
//! versions before 0.20 wrote).

use std::collections::HashMap;

use runward_model::{CvssVector, Ecosystem, FindingKind, Package, Severity};
use serde_json::Value;

use super::Reader;
use crate::{
    code::{CodeDraft, Region},
    dependency::{DependencyDraft, advisory},
    desk::{Desk, path_fault},
    path::Placed,
    purl, rating, text, value,
    walk::{Step, Steps},
};

#[derive(Default)]
pub(crate) struct Trivy {
    cluster: bool,
    version: Option<String>,
    targets: HashMap<usize, Target>,
}

#[derive(Default)]
struct Target {
    name: String,
    class: String,
    kind: String,
}

/// Names that stand for all packages of a language, not for a file.
const AGGREGATES: [&str; 6] = ["Python", "Node.js", "Ruby", "Java", "Conda", "Kubernetes"];

const VULNERABILITY: usize = 0;
const MISCONFIGURATION: usize = 1;
const SECRET: usize = 2;

impl Reader for Trivy {
    fn contexts(&self) -> &'static [&'static str] {
        &[
            "ClusterName",
            "CreatedAt",
            "Trivy.Version",
            "Results[].Target",
            "Results[].Class",
            "Results[].Type",
            "[].Target",
            "[].Class",
            "[].Type",
        ]
    }

    fn entries(&self) -> &'static [&'static str] {
        &[
            "Results[].Vulnerabilities[]",
            "Results[].Misconfigurations[]",
            "Results[].Secrets[]",
            "Results[].Licenses[]",
            "[].Vulnerabilities[]",
            "[].Misconfigurations[]",
            "[].Secrets[]",
            "[].Licenses[]",
        ]
    }

    fn context(&mut self, pattern: usize, steps: &Steps, value: &Value, desk: &mut Desk<'_>) {
        let Some(text) = value.as_str() else {
            return;
        };
        match pattern {
            0 => self.cluster = true,
            1 => desk.about.generated = value::instant(text),
            2 => self.version = Some(text.to_owned()),
            _ => {
                let index = steps.first().map_or(0, Step::index);
                if self.targets.len() >= desk.options.limits.max_files {
                    return;
                }
                let target = self.targets.entry(index).or_default();
                match (pattern - 3) % 3 {
                    0 => text.clone_into(&mut target.name),
                    1 => text.clone_into(&mut target.class),
                    _ => text.clone_into(&mut target.kind),
                }
            }
        }
    }

    fn ready(&mut self, desk: &mut Desk<'_>) -> Result<(), String> {
        if self.cluster {
            return Err(
                "it is about a cluster, not about files; scan the project with `trivy fs --format \
                 json`"
                    .to_owned(),
            );
        }
        desk.tool("trivy", self.version.as_deref());
        let mut targets: Vec<&Target> = self.targets.values().collect();
        targets.sort_by(|a, b| a.name.cmp(&b.name));
        for target in targets {
            if target.is_file() {
                let placed = desk.place(&target.name);
                desk.scanned(placed);
            }
        }
        desk.about.whole = false;
        Ok(())
    }

    fn entry(
        &mut self,
        pattern: usize,
        steps: &Steps,
        entry: &Value,
        desk: &mut Desk<'_>,
    ) -> Result<(), String> {
        let unknown = Target::default();
        let target = self
            .targets
            .get(&steps.first().map_or(0, Step::index))
            .unwrap_or(&unknown);
        match pattern % 4 {
            VULNERABILITY => vulnerability(target, entry, desk),
            MISCONFIGURATION => misconfiguration(target, entry, desk),
            SECRET => secret(target, entry, desk),
            _ => {
                desk.note("licences are no findings: what Trivy says of them is not imported");
                Ok(())
            }
        }
    }
}

impl Target {
    fn is_file(&self) -> bool {
        self.class != "os-pkgs"
            && !self.name.is_empty()
            && !AGGREGATES.contains(&self.name.as_str())
    }

    fn place(&self, desk: &Desk<'_>) -> Result<Placed, String> {
        if !self.is_file() {
            return Ok(Placed::Whole);
        }
        desk.place(&self.name)
            .map_err(|fault| path_fault(&self.name, fault))
    }

    fn ecosystem(&self) -> Ecosystem {
        match self.kind.as_str() {
            "pip" | "pipenv" | "poetry" | "uv" | "pylock" | "python-pkg" => Ecosystem::PyPI,
            "npm" | "yarn" | "pnpm" | "bun" | "node-pkg" => Ecosystem::Npm,
            "cargo" | "rustbinary" | "rust-binary" => Ecosystem::CratesIo,
            "gomod" | "gobinary" => Ecosystem::Go,
            "bundler" | "gemspec" => Ecosystem::RubyGems,
            "composer" | "composer-vendor" => Ecosystem::Packagist,
            "jar" | "pom" | "gradle" | "sbt" => Ecosystem::Maven,
            "nuget" | "dotnet-core" | "packages-props" => Ecosystem::NuGet,
            "hex" => Ecosystem::Hex,
            "pub" => Ecosystem::Pub,
            "conda-pkg" | "conda-environment" => Ecosystem::Conda,
            "" => Ecosystem::Other("generic".to_owned()),
            other => Ecosystem::Other(text::shown(other)),
        }
    }
}

fn vulnerability(target: &Target, entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    let id = value::text(entry, &["VulnerabilityID"]).ok_or("it has no `VulnerabilityID`")?;
    let name = value::text(entry, &["PkgName"])
        .and_then(text::name)
        .ok_or("it has no `PkgName`")?;
    let version = value::text(entry, &["InstalledVersion"]).and_then(text::name);
    let package = value::text(entry, &["PkgIdentifier", "PURL"])
        .and_then(purl::package)
        .unwrap_or_else(|| Package::new(target.ecosystem(), &name, version.as_deref()));
    let of_vendor = value::texts(entry, &["VendorIDs"]);
    let mut advisory = advisory(id, of_vendor).ok_or("its id is no name")?;
    advisory.summary = text::title(value::text(entry, &["Title"]).unwrap_or_default());
    advisory.details = text::prose(value::text(entry, &["Description"]).unwrap_or_default());
    advisory.label = value::text(entry, &["Severity"])
        .map(rating::word)
        .filter(|severity| *severity != Severity::Unknown);
    advisory.fixed = value::text(entry, &["FixedVersion"])
        .unwrap_or_default()
        .split(',')
        .filter_map(text::name)
        .take(64)
        .collect();
    advisory.cwes = value::texts(entry, &["CweIDs"]);
    advisory.references = value::text(entry, &["PrimaryURL"])
        .map(text::title)
        .into_iter()
        .collect();
    if let Some(sources) = entry.get("CVSS").and_then(Value::as_object) {
        let newest = |source: &Value| {
            ["V40Vector", "V3Vector", "V2Vector"]
                .into_iter()
                .find_map(|name| value::text(source, &[name]).and_then(text::name))
        };
        for (source, scores) in sources.iter().take(16) {
            if let (Some(vector), Some(record)) = (newest(scores), text::name(source)) {
                advisory.vectors.push(CvssVector { vector, record });
            }
        }
    }
    let mut draft = DependencyDraft::new(package, advisory);
    let placed = match value::text(entry, &["PkgPath"]) {
        Some(raw) => desk.place(raw).map_err(|fault| path_fault(raw, fault))?,
        None => target.place(desk)?,
    };
    draft.placed = Some(placed);
    draft.direct = value::text(entry, &["PkgRelationship"]) != Some("indirect");
    desk.dependency(draft);
    Ok(())
}

fn misconfiguration(target: &Target, entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    if matches!(value::text(entry, &["Status"]), Some("PASS" | "EXCEPTION")) {
        desk.tally.passed += 1;
        return Ok(());
    }
    let rule = value::text(entry, &["AVDID"])
        .or_else(|| value::text(entry, &["ID"]))
        .and_then(text::name)
        .ok_or("it has no `ID`")?;
    let lines: Vec<&str> = value::list(entry, &["CauseMetadata", "Code", "Lines"])
        .iter()
        .filter(|line| value::truth(line, &["IsCause"]) == Some(true))
        .filter_map(|line| value::text(line, &["Content"]))
        .collect();
    let title = value::text(entry, &["Title"]).unwrap_or(&rule);
    let message = match value::text(entry, &["Message"]) {
        Some(message) => format!("{title}: {message}"),
        None => title.to_owned(),
    };
    let draft = CodeDraft {
        kind: FindingKind::Other,
        tool: "trivy".to_owned(),
        message,
        severity: rating::word(value::text(entry, &["Severity"]).unwrap_or_default()),
        confidence: rating::confidence(None),
        placed: target.place(desk)?,
        region: Region {
            line: value::line(entry, &["CauseMetadata", "StartLine"]),
            end_line: value::line(entry, &["CauseMetadata", "EndLine"]),
            ..Region::default()
        },
        snippet: (!lines.is_empty()).then(|| lines.join("\n")),
        given: None,
        own: None,
        rule,
    };
    desk.code(draft);
    Ok(())
}

/// `Match` is masked by Trivy in the value only; it is left out.
fn secret(target: &Target, entry: &Value, desk: &mut Desk<'_>) -> Result<(), String> {
    let rule = value::text(entry, &["RuleID"])
        .and_then(text::name)
        .ok_or("it has no `RuleID`")?;
    let draft = CodeDraft {
        kind: FindingKind::Secret,
        tool: "trivy".to_owned(),
        message: value::text(entry, &["Title"]).unwrap_or(&rule).to_owned(),
        severity: rating::word(value::text(entry, &["Severity"]).unwrap_or_default()),
        confidence: rating::confidence(None),
        placed: target.place(desk)?,
        region: Region {
            line: value::line(entry, &["StartLine"]),
            end_line: value::line(entry, &["EndLine"]),
            ..Region::default()
        },
        snippet: None,
        given: None,
        own: None,
        rule,
    };
    desk.code(draft);
    Ok(())
}
