use super::{other, take_command, take_options, want_python};
use crate::options::{Grammar, Group, Role, Style};
use crate::spec::Python;
use crate::{Effect, FileKind, Manager, Plan};

static GLOBAL: Group = Group {
    roles: &[
        ("-p --project", Role::Directory),
        ("-c --config", Role::Configuration),
    ],
    marks: &[],
    values: "",
    flags: "-h --help -V --version -v --verbose -q --quiet -I --ignore-python -n --non-interactive",
};

static ADD: Group = Group {
    roles: &[
        ("-e --editable", Role::Editable),
        ("--override", Role::Overrides),
    ],
    marks: &[("--pre --prerelease", Role::Prereleases)],
    values: "-L --lockfile -k --skip -G --group --with --without -C --config-setting --venv",
    flags: "-g --global --frozen-lockfile --no-lock --save-compatible --save-safe-compatible \
            --save-wildcard --save-exact --save-minimum --update-reuse --update-eager --update-all \
            --update-reuse-installed --stable -u --unconstrained --no-editable --no-self --fail-fast -x \
            --no-isolation --dry-run -d --dev --no-sync --prod --production --no-default --check \
            --plugins --clean --only-keep --reinstall --clean-unselected --no-clean --outdated --top -S \
            --strategy",
};

static GLOBALLY: Grammar = Grammar {
    style: Style::Optparse,
    groups: &[&GLOBAL],
};
static ADDING: Grammar = Grammar {
    style: Style::Optparse,
    groups: &[&GLOBAL, &ADD],
};

const HARMLESS: &str = "build cache completion config export fix import info init list new \
                        outdated publish py python remove search show use venv help";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Pdm, Effect::Installs);
    let mut global = GLOBALLY.parse(arguments, Some(1));
    take_options(&mut plan, &global);
    if global
        .positional
        .first()
        .is_some_and(|it| it == "self" || it == "plugin")
    {
        global = GLOBALLY.parse(&global.rest, Some(1));
        take_options(&mut plan, &global);
    }
    match global.positional.first().map(String::as_str) {
        Some("add") => {
            let parsed = ADDING.parse(&global.rest, None);
            take_options(&mut plan, &parsed);
            for written in &parsed.positional {
                want_python(&mut plan, written, Python::Plain);
            }
        }
        // `pdm` alone is `pdm install`.
        None | Some("install" | "sync" | "update" | "lock") => {
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
