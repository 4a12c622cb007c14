use super::{other, take_command, take_options, want_python};
use crate::options::{Grammar, Group, Role, Style};
use crate::spec::Python;
use crate::{Effect, FileKind, Manager, Plan};

static GLOBAL: Group = Group {
    roles: &[("-P --project -C --directory", Role::Directory)],
    marks: &[],
    values: "",
    flags: "-h --help -q --quiet -V --version --ansi --no-ansi -n --no-interaction --no-plugins \
            --no-cache -v --verbose",
};

static ADD: Group = Group {
    roles: &[
        ("--source", Role::Registry),
        ("-E --extras", Role::Flag("extras")),
    ],
    marks: &[("--allow-prereleases", Role::Prereleases)],
    values: "-G --group --optional --python --platform --markers --with --without --only",
    flags: "-D --dev -e --editable --dry-run --lock --sync --no-root --no-directory --all-extras \
            --all-groups --compile --no-dev --remove-untracked",
};

static GLOBALLY: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL],
};
static ADDING: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL, &ADD],
};

const HARMLESS: &str = "about build check config help init list new publish remove search show \
                        version cache debug env python source shell export";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Poetry, Effect::Installs);
    let mut global = GLOBALLY.parse(arguments, Some(1));
    take_options(&mut plan, &global);
    // `poetry self add`: into Poetry's own environment.
    let of_itself = global.positional.first().is_some_and(|it| it == "self");
    if of_itself {
        global = GLOBALLY.parse(&global.rest, Some(1));
        take_options(&mut plan, &global);
    }
    match global.positional.first().map(String::as_str) {
        None => plan.effect = Effect::Nothing,
        Some("add") => add(&mut plan, &global.rest),
        Some("install" | "sync" | "update" | "lock") => {
            let parsed = ADDING.parse(&global.rest, None);
            take_options(&mut plan, &parsed);
            plan.file(FileKind::Project, None);
        }
        Some("run") => {
            plan.effect = Effect::Nothing;
            take_command(&mut plan, &GLOBALLY, &global.rest);
        }
        Some(subcommand) => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

fn add(plan: &mut Plan, arguments: &[String]) {
    let parsed = ADDING.parse(arguments, None);
    take_options(plan, &parsed);
    for written in &parsed.positional {
        want_python(plan, written, Python::Poetry);
    }
    let extras = parsed
        .values(Role::Flag("extras"))
        .flat_map(str::split_ascii_whitespace);
    let extras: Vec<String> = extras.map(str::to_owned).collect();
    for requested in &mut plan.requested {
        requested.extras.extend_from_slice(&extras);
    }
}
