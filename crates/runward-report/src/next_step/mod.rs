//! The exact next step: what to type or edit, by what states the package: a file of some format,
//! an installed environment, or a bill that only describes.

mod code;
mod files;
mod node;
mod python;
#[cfg(test)]
mod tests;

use runward_model::{Dependency, Ecosystem, Scope};

pub(crate) use code::{mistaken, of as code};
pub(crate) use files::{Files, Stands};

use crate::{clean::shown, shell::word};

/// One step: words, and a command to paste where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// Without a full stop; ends with a colon's worth of meaning where a command follows.
    pub(crate) text: String,
    pub(crate) command: Option<String>,
}

impl Step {
    fn say(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            command: None,
        }
    }

    fn run(command: impl Into<String>) -> Self {
        Self {
            text: String::new(),
            command: Some(command.into()),
        }
    }

    /// The step on one line, the command in backticks.
    pub(crate) fn line(&self) -> String {
        match (&self.command, self.text.is_empty()) {
            (None, _) => self.text.clone(),
            (Some(command), true) => format!("`{command}`"),
            (Some(command), false) => format!("{}: `{command}`", self.text),
        }
    }
}

/// What a step is made for.
pub(crate) struct Subject<'a> {
    pub(crate) dependency: &'a Dependency,
    /// What states the dependency.
    pub(crate) stands: Stands<'a>,
    /// The version to go to.
    pub(crate) version: Option<&'a str>,
    pub(crate) malicious: bool,
    /// It may not be what it claims to be, and nothing else is wrong with it.
    pub(crate) doubted: bool,
    /// Name of the direct dependency that brings it in, for a transitive one.
    pub(crate) brought_by: Option<&'a str>,
    /// Dependants whose requirement forbids `version`.
    pub(crate) constrained_by: usize,
}

/// The steps, in order. Never empty.
pub(crate) fn steps(subject: &Subject<'_>) -> Vec<Step> {
    if subject.malicious {
        return removal(subject);
    }
    if subject.doubted {
        return doubted(subject);
    }
    let Some(version) = subject.version else {
        return vec![Step::say(
            "no version fixes this: replace the package, or work around it and accept the finding \
             with a reason and an end date (`runward findings accept`)",
        )];
    };
    let mut steps = if subject.stands == Stands::Bill {
        vec![described(subject, version)]
    } else {
        upgrade(subject, version).unwrap_or_else(|| vec![by_hand(subject, version)])
    };
    say_where(subject, &mut steps);
    if let Some(requirement) = excluded_by_the_project(subject, version) {
        steps.insert(
            0,
            Step::say(format!(
                "the project itself asks for `{} {}`: allow {} in its manifest first",
                shown(&subject.dependency.package.name),
                shown(requirement),
                shown(version)
            )),
        );
    }
    if subject.constrained_by > 0 {
        let what = match subject.constrained_by {
            1 => "one dependant's requirement does".to_owned(),
            n => format!("{n} dependants' requirements do"),
        };
        steps.push(Step::say(format!(
            "{what} not allow {}: upgrade the dependants first, or override the version",
            shown(version)
        )));
    }
    steps
}

/// A lock's command works on the project of the directory it is run in.
fn say_where(subject: &Subject<'_>, steps: &mut [Step]) {
    let path = &subject.dependency.source.path;
    let (Stands::File(_), Some((directory, _))) = (&subject.stands, path.rsplit_once('/')) else {
        return;
    };
    for step in steps {
        let names_its_file = |command: &String| command.contains(directory);
        if step.command.as_ref().is_none_or(names_its_file) {
            continue;
        }
        let directory = shown(directory);
        step.text = if step.text.is_empty() {
            format!("in {directory}")
        } else {
            format!("in {directory}, {}", step.text)
        };
    }
}

/// The project's own requirement, where a lock's command cannot get past it. The commands of npm,
/// Poetry and PDM rewrite the manifest themselves.
fn excluded_by_the_project<'a>(subject: &Subject<'a>, version: &str) -> Option<&'a str> {
    const KEPT: [&str; 2] = ["uv.lock", "Cargo.lock"];
    let dependency = subject.dependency;
    if !dependency.direct || !KEPT.contains(&subject.stands.format()) {
        return None;
    }
    let requirement = dependency.requirement.as_deref()?;
    let allows = runward_versions::allows(&dependency.package.ecosystem, requirement, version);
    (allows == Some(false)).then_some(requirement)
}

/// For a package that may not be what it claims to be.
fn doubted(subject: &Subject<'_>) -> Vec<Step> {
    let package = &subject.dependency.package;
    let ecosystem = match package.ecosystem {
        Ecosystem::Npm => " --ecosystem npm",
        Ecosystem::CratesIo => " --ecosystem crates",
        _ => "",
    };
    let command = word(&package.name)
        .map(|name| format!("runward package check{ecosystem} --explain {name}"));
    let mut steps = removal(subject);
    for step in &mut steps {
        "if it is not what you meant".clone_into(&mut step.text);
    }
    steps.insert(
        0,
        Step {
            text: "see what is known of it".to_owned(),
            command,
        },
    );
    steps.push(Step::say(
        "if it is, allow it with a reason and an end date: `[[packages.allow]]` in the configuration",
    ));
    steps
}

/// For an import that nothing provides.
pub(crate) fn undeclared() -> Step {
    Step::say(
        "declare the package that provides it, after `runward package check NAME`, or take the \
         import out",
    )
}

fn removal(subject: &Subject<'_>) -> Vec<Step> {
    let name = &subject.dependency.package.name;
    let command = word(name).filter(|_| subject.stands != Stands::Bill);
    let command = command.and_then(|name| match subject.dependency.package.ecosystem {
        Ecosystem::PyPI => Some(format!("python -m pip uninstall --yes {name}")),
        Ecosystem::Npm => Some(format!("npm uninstall {name}")),
        Ecosystem::CratesIo => Some(format!("cargo remove {name}")),
        Ecosystem::RubyGems => Some(format!("bundle remove {name}")),
        Ecosystem::Packagist => Some(format!("composer remove {name}")),
        _ => None,
    });
    vec![
        Step {
            text: format!("remove it from {} and from every machine", place(subject)),
            command,
        },
        Step::say(
            "treat every machine that installed it as compromised: rotate the credentials that it \
             could read",
        ),
    ]
}

/// `requirements.txt:3`, `the environment .venv`.
fn place(subject: &Subject<'_>) -> String {
    let source = &subject.dependency.source;
    match subject.stands {
        Stands::Environment(directory) => format!("the environment {}", shown(directory)),
        Stands::Bill => format!("the project that {} describes", shown(&source.path)),
        Stands::File(_) | Stands::Compiled(_) => format!("{}:{}", shown(&source.path), source.line),
    }
}

fn by_hand(subject: &Subject<'_>, version: &str) -> Step {
    let name = shown(&subject.dependency.package.name);
    let (version, place) = (shown(version), place(subject));
    Step::say(match subject.stands {
        Stands::Environment(_) => format!("raise {name} to {version} in {place}"),
        _ => format!("raise {name} to {version} where {place} comes from"),
    })
}

/// A bill of materials only tells what was built: an edit of it changes nothing.
fn described(subject: &Subject<'_>, version: &str) -> Step {
    Step::say(format!(
        "upgrade {} to {} in {}, then write that SBOM again",
        shown(&subject.dependency.package.name),
        shown(version),
        place(subject)
    ))
}

fn edit(subject: &Subject<'_>, to: &str) -> Step {
    Step::say(format!("edit {}: `{}`", place(subject), shown(to)))
}

/// `None` where the name or version is nothing to put into a command.
fn upgrade(subject: &Subject<'_>, version: &str) -> Option<Vec<Step>> {
    let name = word(&subject.dependency.package.name)?;
    let plain_version = word(version)?;
    match subject.dependency.package.ecosystem {
        Ecosystem::PyPI => python::upgrade(subject, version),
        Ecosystem::Npm => node::upgrade(subject, &name, version),
        Ecosystem::CratesIo => {
            let spec = match subject.dependency.package.version.as_deref() {
                Some(current) => word(&format!("{}@{current}", subject.dependency.package.name))?,
                None => name,
            };
            Some(vec![Step::run(format!(
                "cargo update -p {spec} --precise {plain_version}"
            ))])
        }
        Ecosystem::Go => Some(go(subject, version)),
        Ecosystem::RubyGems => Some(vec![Step::run(format!(
            "bundle update {name} --conservative"
        ))]),
        Ecosystem::Packagist => {
            let spec = word(&format!(
                "{}:^{}",
                subject.dependency.package.name,
                version.trim_start_matches('v')
            ))?;
            Some(vec![Step::run(if subject.dependency.direct {
                let dev = if subject.dependency.scope == Scope::Development {
                    "--dev "
                } else {
                    ""
                };
                format!("composer require {dev}{spec} --with-all-dependencies")
            } else {
                format!("composer update {name} --with-all-dependencies")
            })])
        }
        Ecosystem::Maven => Some(maven(subject, &name, version)),
        Ecosystem::NuGet => Some(vec![Step::run(format!(
            "dotnet add package {name} --version {plain_version}"
        ))]),
        Ecosystem::Hex => Some(vec![Step::run(format!("mix deps.update {name}"))]),
        Ecosystem::Pub => {
            let spec = word(&format!("{}:^{version}", subject.dependency.package.name))?;
            Some(vec![Step::run(if subject.dependency.direct {
                format!("dart pub add {spec}")
            } else {
                format!("dart pub upgrade {name}")
            })])
        }
        Ecosystem::Conda => {
            let spec = word(&format!("{}>={version}", subject.dependency.package.name))?;
            Some(vec![Step::run(format!("conda install {spec}"))])
        }
        Ecosystem::Other(_) => None,
    }
}

fn go(subject: &Subject<'_>, version: &str) -> Vec<Step> {
    let version = version.trim_start_matches('v');
    match subject.dependency.package.name.as_str() {
        "stdlib" | "toolchain" => vec![Step::run(format!(
            "go get go@{version} toolchain@go{version}"
        ))],
        name => vec![
            Step::run(format!("go get {name}@v{version}")),
            Step::run("go mod tidy"),
        ],
    }
}

fn maven(subject: &Subject<'_>, name: &str, version: &str) -> Vec<Step> {
    if subject.stands.format().contains("gradle.lockfile") {
        return vec![
            Step::say(format!(
                "require {} or later in the build file",
                shown(&format!("{}:{version}", subject.dependency.package.name))
            )),
            Step::run(format!("./gradlew dependencies --update-locks {name}")),
        ];
    }
    if subject.dependency.direct {
        return vec![edit(subject, &format!("<version>{version}</version>"))];
    }
    vec![Step::say(format!(
        "add `{}` to <dependencyManagement> in pom.xml",
        shown(&format!("{}:{version}", subject.dependency.package.name))
    ))]
}
