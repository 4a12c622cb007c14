//! The languages that there are.

use runward_lower_config::{Bash, Dockerfile, Hcl, Json, Yaml};
use runward_lower_ecma::{JavaScript, TypeScript};
use runward_lower_python::Python;
use runward_syntax::{Frontend, Language};

/// Every language with a grammar.
pub const FRONTENDS: &[&dyn Frontend] = &[
    &Python,
    &JavaScript,
    &TypeScript,
    &Json,
    &Yaml,
    &Dockerfile,
    &Bash,
    &Hcl,
];

/// The grammar of a language.
#[must_use]
pub fn frontend(language: Language) -> Option<&'static dyn Frontend> {
    FRONTENDS
        .iter()
        .copied()
        .find(|frontend| frontend.language() == language)
}
