//! npm, pnpm, Yarn and Bun.

use runward_model::Scope;

use super::{Step, Subject};
use crate::shell::word;

pub(super) fn upgrade(subject: &Subject<'_>, name: &str, version: &str) -> Option<Vec<Step>> {
    let dependency = subject.dependency;
    let spec = word(&format!("{}@{version}", dependency.package.name))?;
    let development = dependency.scope == Scope::Development;
    let format = subject.stands.format();
    let overridden = |key: &str| {
        Step::say(format!(
            "add to package.json, as dependants do not allow it yet: `\"{key}\": {{\"{name}\": \
             \"{version}\"}}`"
        ))
    };
    Some(match (format, dependency.direct) {
        ("yarn.lock", true) => vec![Step::run(format!(
            "yarn add {spec}{}",
            if development { " --dev" } else { "" }
        ))],
        ("yarn.lock", false) if subject.constrained_by > 0 => {
            vec![overridden("resolutions"), Step::run("yarn install")]
        }
        ("yarn.lock", false) => vec![Step {
            text: "upgrade it everywhere (Yarn 1: `yarn upgrade` with its name)".to_owned(),
            command: Some(format!("yarn up -R {name}")),
        }],
        ("pnpm-lock.yaml", true) => vec![Step::run(format!(
            "pnpm add {}{spec}",
            if development { "--save-dev " } else { "" }
        ))],
        ("pnpm-lock.yaml", false) if subject.constrained_by > 0 => {
            vec![overridden("overrides"), Step::run("pnpm install")]
        }
        ("pnpm-lock.yaml", false) => {
            vec![Step::run(format!("pnpm update {name} --depth Infinity"))]
        }
        ("bun.lock", true) => vec![Step::run(format!(
            "bun add {}{spec}",
            if development { "--dev " } else { "" }
        ))],
        ("bun.lock", false) => vec![overridden("overrides"), Step::run("bun install")],
        (_, true) => vec![Step::run(format!(
            "npm install {}{spec}",
            if development { "--save-dev " } else { "" }
        ))],
        (_, false) if subject.constrained_by > 0 => {
            vec![overridden("overrides"), Step::run("npm install")]
        }
        (_, false) => vec![Step::run(format!("npm update {name}"))],
    })
}
