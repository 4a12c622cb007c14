use super::{other, pip, take_options, want_python};
use crate::options::{Grammar, Group, Parsed, Role, Style};
use crate::spec::Python;
use crate::{Effect, FileKind, Manager, Plan};

static GROUP: Group = Group {
    roles: &[
        ("-i --index-url", Role::Index),
        ("--pip-args", Role::PipArguments),
        ("--preinstall --with", Role::With),
        ("--spec", Role::From),
        ("-r --requirement", Role::Requirements),
        ("--lock", Role::Flag("lock")),
    ],
    marks: &[("--path", Role::Flag("path"))],
    values: "--suffix --python --fetch-python --upgrade-strategy --app --include-resources-from \
             --cooldown --backend --output --python-args",
    flags: "-h --help -q --quiet -v --verbose --skip-maintenance --global --include-deps -f --force \
            --upgrade --fetch-missing-python --system-site-packages -e --editable --no-cache --refresh \
            --no-path-check --pypackages --include-apps --with-suffix --version --include-injected",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Optparse,
    groups: &[&GROUP],
};

const HARMLESS: &str = "uninject pin unpin uninstall uninstall-all list interpreter ensurepath \
                        environment completions help runpip-help";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Pipx, Effect::Installs);
    let global = GRAMMAR.parse(arguments, Some(1));
    take(&mut plan, &global);
    let rest = &global.rest;
    match global.positional.first().map(String::as_str) {
        None => plan.effect = Effect::Nothing,
        Some("install" | "upgrade" | "reinstall") => {
            let parsed = GRAMMAR.parse(rest, None);
            take(&mut plan, &parsed);
            want(&mut plan, &parsed.positional);
        }
        Some("inject") => {
            let parsed = GRAMMAR.parse(rest, None);
            take(&mut plan, &parsed);
            want(&mut plan, parsed.positional.get(1..).unwrap_or_default());
        }
        Some("run") => run(&mut plan, rest),
        // The environment comes first, then a pip command line.
        Some("runpip") => {
            let mut inner = pip::plan(rest.get(1..).unwrap_or_default());
            inner.manager = Manager::Pipx;
            inner.uncertain.splice(0..0, plan.uncertain);
            return inner;
        }
        Some(subcommand @ ("install-all" | "upgrade-all" | "reinstall-all" | "upgrade-shared")) => {
            plan.doubt(format!(
                "what `{subcommand}` brings in is not on the command line"
            ));
        }
        Some(subcommand) => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

fn run(plan: &mut Plan, arguments: &[String]) {
    plan.runs = true;
    let parsed = GRAMMAR.parse(arguments, Some(1));
    take(plan, &parsed);
    plan.command = [parsed.positional.as_slice(), &parsed.rest].concat();
    let Some(app) = parsed.positional.first() else {
        return;
    };
    let script = app.contains("://")
        || std::path::Path::new(app)
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("py"));
    match parsed.value(Role::From) {
        Some(package) => want_python(plan, package, Python::Plain),
        None if script || parsed.has(Role::Flag("path")) => plan.file(FileKind::Script, Some(app)),
        None => want_python(plan, app, Python::AtVersion),
    }
}

fn take(plan: &mut Plan, parsed: &Parsed) {
    take_options(plan, parsed);
    for written in parsed.values(Role::With) {
        want_python(plan, written, Python::Plain);
    }
    for lock in parsed.values(Role::Flag("lock")) {
        plan.file(FileKind::Lock, Some(lock));
    }
    for text in parsed.values(Role::PipArguments) {
        // Split as far as that is sure; what is quoted or escaped is not.
        if text.contains(['"', '\'', '\\']) {
            plan.doubt(format!("`{text}` is handed on to pip"));
        }
        let arguments: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        pip::take_install(plan, &arguments);
    }
}

fn want(plan: &mut Plan, written: &[String]) {
    for written in written {
        if std::path::Path::new(written)
            .extension()
            .is_some_and(|end| end == "py")
        {
            plan.file(FileKind::Script, Some(written));
        } else {
            want_python(plan, written, Python::Plain);
        }
    }
}
