//! pip, pip-tools, uv, Poetry, PDM, Pipenv and conda's PyPI packages.

use runward_model::Scope;

use super::{Stands, Step, Subject, edit, files::is_requirements};
use crate::{clean::shown, shell::word};

/// `None` where the name or version is nothing to put into a command.
pub(super) fn upgrade(subject: &Subject<'_>, version: &str) -> Option<Vec<Step>> {
    let dependency = subject.dependency;
    let name = dependency.package.name.as_str();
    let exact = format!("{name}=={version}");
    let at_least = word(&format!("{name}>={version}"))?;
    let quoted_exact = word(&exact)?;
    match subject.stands {
        Stands::Environment(directory) => return Some(installed(directory, &quoted_exact)),
        Stands::Compiled(input) => {
            let words = (word(&dependency.source.path)?, quoted_exact);
            return Some(compile(subject, input, &words.0, &words.1));
        }
        Stands::File(_) | Stands::Bill => {}
    }
    let format = subject.stands.format();
    let group = dependency.groups.first().and_then(|group| word(group));
    Some(match format {
        "uv.lock" => vec![
            Step::run(format!("uv lock --upgrade-package {quoted_exact}")),
            Step::run("uv sync"),
        ],
        "poetry.lock" if dependency.direct => {
            let group = match (group, dependency.scope) {
                (Some(group), Scope::Development) => format!("--group {group} "),
                _ => String::new(),
            };
            vec![Step::run(format!("poetry add {group}{at_least}"))]
        }
        "poetry.lock" => vec![Step::run(format!("poetry update {}", word(name)?))],
        "pdm.lock" => {
            let top = subject
                .brought_by
                .filter(|_| !dependency.direct)
                .unwrap_or(name);
            vec![Step::run(format!("pdm update {}", word(top)?))]
        }
        "Pipfile.lock" => vec![Step::run(format!("pipenv upgrade {at_least}"))],
        "Pipfile" => vec![
            edit(subject, &format!("{name} = \">={version}\"")),
            Step::run("pipenv lock"),
        ],
        "pyproject.toml" | "setup.cfg" | "setup.py" => {
            vec![edit(subject, &format!("{name}>={version}"))]
        }
        "environment.yml" | "environment.yaml" => {
            vec![edit(subject, &exact), Step::run("conda env update --prune")]
        }
        "conda-lock.yml" => vec![Step::run(format!(
            "conda-lock lock --update {}",
            word(name)?
        ))],
        format if format.contains("pylock") => vec![Step::say(format!(
            "lock again with {exact} or later, for example with uv pip compile"
        ))],
        format if is_requirements(format) => requirements(subject, &exact),
        "PEP 723 script" => vec![edit(subject, &format!("{name}>={version}"))],
        _ => return None,
    })
}

/// What is installed is changed by installing; and stays so only where its source changes, too.
fn installed(directory: &str, quoted_exact: &str) -> Vec<Step> {
    vec![
        Step {
            text: format!("in the environment {}", shown(directory)),
            command: Some(format!("python -m pip install {quoted_exact}")),
        },
        Step::say(
            "raise it too in the file that the environment is made from, else the next \
             installation brings the old version back",
        ),
    ]
}

/// Whatever is edited in a compiled file is lost when it is compiled again.
fn compile(subject: &Subject<'_>, input: Option<&str>, path: &str, exact: &str) -> Vec<Step> {
    let shown_path = shown(&subject.dependency.source.path);
    match input.and_then(|input| Some((input, word(input)?))) {
        Some((input, quoted)) => {
            let pinned = if subject.dependency.direct {
                format!(", after raising it in {} if that pins it", shown(input))
            } else {
                String::new()
            };
            vec![Step {
                text: format!("compile {shown_path} again{pinned}"),
                command: Some(format!("pip-compile --upgrade-package {exact} {quoted}")),
            }]
        }
        // The input is not among what was read, so the command is not complete.
        None => vec![Step {
            text: format!(
                "compile {shown_path} again from its input file (or with `uv pip compile`)"
            ),
            command: Some(format!(
                "pip-compile --output-file {path} --upgrade-package {exact}"
            )),
        }],
    }
}

fn requirements(subject: &Subject<'_>, exact: &str) -> Vec<Step> {
    let dependency = subject.dependency;
    let path = dependency.source.path.as_str();
    let mut steps = if dependency.direct {
        vec![edit(subject, exact)]
    } else {
        // Resolved from open requirements: the file has no line of its own for it.
        vec![Step::say(format!("add to {}: `{exact}`", shown(path)))]
    };
    if !dependency.hashes.is_empty() {
        steps.push(Step::say(
            "replace its --hash values too: pip refuses the new version otherwise",
        ));
    }
    if let Some(path) = word(path) {
        steps.push(Step::run(format!("python -m pip install -r {path}")));
    }
    steps
}
