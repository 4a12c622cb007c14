use super::npm::{create, exec, want_or_project};
use super::{other, take_options};
use crate::options::{Grammar, Group, Role, Style};
use crate::{Effect, FileKind, Manager, Plan};

static GROUP: Group = Group {
    roles: &[
        ("--registry", Role::Registry),
        ("--cwd", Role::Directory),
        ("-c --config", Role::Configuration),
    ],
    marks: &[],
    values: "--ca --cafile --cache-dir --backend --concurrent-scripts --network-concurrency --omit \
             --linker --filter --minimum-release-age --cpu --os",
    flags: "-y --yarn --no-save --save --dry-run --frozen-lockfile -f --force --no-cache --silent \
            --quiet --verbose --no-progress --no-summary --no-verify --ignore-scripts --trust -g \
            --global --save-text-lockfile --lockfile-only -d -D --dev --optional --peer -E --exact -a \
            --analyze --only-missing --production --prod --latest -i --interactive -r --recursive -h \
            --help --bun --no-install -v --version",
};

static INSTALL: Group = Group {
    roles: &[],
    marks: &[],
    values: "",
    flags: "-p",
};
static EXECUTE: Group = Group {
    roles: &[("-p --package", Role::From)],
    marks: &[],
    values: "",
    flags: "",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GROUP, &INSTALL],
};
static RUNNING: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&EXECUTE, &GROUP],
};

const HARMLESS: &str = "run test repl exec build init remove rm unlink publish patch pm info why \
                        outdated audit upgrade help link";

pub(crate) fn bun(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Bun, Effect::Installs);
    let first = GRAMMAR.parse(arguments, Some(1));
    take_options(&mut plan, &first);
    let Some(subcommand) = first.positional.first() else {
        plan.effect = Effect::Nothing;
        return plan;
    };
    match subcommand.as_str() {
        "add" | "a" | "install" | "i" => {
            let parsed = GRAMMAR.parse(&first.rest, None);
            take_options(&mut plan, &parsed);
            want_or_project(&mut plan, &parsed.positional);
        }
        "ci" => plan.file(FileKind::Lock, None),
        "update" => plan.file(FileKind::Project, None),
        "x" => run(&mut plan, &first.rest),
        "create" | "c" => create(&mut plan, &first.rest),
        subcommand => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

pub(crate) fn bunx(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Bun, Effect::Installs);
    run(&mut plan, arguments);
    plan
}

fn run(plan: &mut Plan, arguments: &[String]) {
    let parsed = RUNNING.parse(arguments, Some(1));
    take_options(plan, &parsed);
    exec(plan, &parsed, &parsed.positional);
}
