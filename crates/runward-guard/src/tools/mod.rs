//! One file for each package manager: its options and its subcommands.

pub(crate) mod bun;
pub(crate) mod cargo;
pub(crate) mod npm;
pub(crate) mod pdm;
pub(crate) mod pip;
pub(crate) mod pipx;
pub(crate) mod pnpm;
pub(crate) mod poetry;
pub(crate) mod uv;
pub(crate) mod yarn;

use crate::options::{Grammar, Parsed, Role};
use crate::spec::{Python, npm as npm_spec, python};
use crate::{Effect, FileKind, IndexKind, Plan};

/// What all managers mean by their options.
fn take_options(plan: &mut Plan, parsed: &Parsed) {
    for (role, value) in &parsed.options {
        match role {
            Role::Requirements => plan.file(FileKind::Requirements, Some(value)),
            Role::Constraints => plan.file(FileKind::Constraints, Some(value)),
            Role::Overrides => plan.file(FileKind::Overrides, Some(value)),
            Role::Script => plan.file(FileKind::Script, Some(value)),
            Role::Editable | Role::WithEditable => want_python(plan, value, Python::Plain),
            Role::Index | Role::Registry => plan.index(IndexKind::Default, value),
            Role::ExtraIndex => plan.index(IndexKind::Extra, value),
            Role::Links => plan.index(IndexKind::Links, value),
            Role::NoIndex => plan.no_index = true,
            Role::Prereleases => plan.prereleases = true,
            Role::Directory => plan.directory = Some(value.clone()),
            Role::Configuration => {
                plan.doubt(format!("`{value}` can change where packages come from"));
            }
            _ => {}
        }
    }
    for option in &parsed.unknown {
        plan.doubt(format!("`{option}` is not a known option"));
    }
}

fn want_python(plan: &mut Plan, written: &str, notation: Python) {
    match python(written, notation) {
        Ok(requested) => plan.requested.push(requested),
        Err(problem) => plan.doubt(problem),
    }
}

fn want_npm(plan: &mut Plan, written: &str) {
    match npm_spec(written) {
        Ok(requested) => plan.requested.push(requested),
        Err(problem) => plan.doubt(problem),
    }
}

/// A subcommand that is none of those that are known to bring nothing in.
fn other(plan: &mut Plan, subcommand: &str, harmless: &str) {
    if harmless
        .split_ascii_whitespace()
        .any(|known| known == subcommand)
    {
        plan.effect = Effect::Nothing;
    } else {
        plan.effect = Effect::Unknown;
        plan.doubt(format!("`{subcommand}` is not a known subcommand"));
    }
}

/// `run`, `exec`: the command is what comes first beside options.
fn take_command(plan: &mut Plan, grammar: &Grammar, arguments: &[String]) {
    let parsed = grammar.parse(arguments, Some(1));
    take_options(plan, &parsed);
    plan.command = [parsed.positional, parsed.rest].concat();
}
