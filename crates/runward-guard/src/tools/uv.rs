use super::{other, take_options, want_python};
use crate::options::{Grammar, Group, Parsed, Role, Style};
use crate::spec::Python;
use crate::{Effect, FileKind, IndexKind, Manager, Plan};

static GLOBAL: Group = Group {
    roles: &[
        ("--directory --project", Role::Directory),
        ("--config-file", Role::Configuration),
    ],
    marks: &[("--offline", Role::NoIndex)],
    values: "--cache-dir --color --allow-insecure-host --trusted-host --python-preference \
             --python-fetch --preview-features --cert",
    flags: "-n --no-cache --no-cache-dir -q --quiet -v --verbose --no-color --native-tls --system-certs \
            --no-native-tls --no-offline --preview --no-preview --isolated --show-settings --no-progress \
            --no-config -h --help -V --version --managed-python --no-managed-python \
            --no-python-downloads --allow-python-downloads",
};

/// What the subcommands that resolve have in common.
static RESOLVE: Group = Group {
    roles: &[
        ("--default-index -i --index-url", Role::Index),
        ("--index --extra-index-url", Role::ExtraIndex),
        ("-f --find-links", Role::Links),
        (
            "-c --constraints --constraint -b --build-constraints --build-constraint",
            Role::Constraints,
        ),
        ("--overrides --override", Role::Overrides),
        ("--prerelease", Role::Flag("prerelease")),
    ],
    marks: &[("--no-index", Role::NoIndex), ("--pre", Role::Prereleases)],
    values: "--index-strategy --keyring-provider -P --upgrade-package --upgrade-group --resolution \
             --fork-strategy --exclude-newer --exclude-newer-package --no-sources-package \
             --reinstall-package --link-mode -C --config-setting --config-settings \
             --config-settings-package --no-build-isolation-package --no-build-package \
             --no-binary-package --refresh-package -p --python --python-version --python-platform \
             --prerelease-package --torch-backend --excludes --exclude --extra --no-extra \
             --no-install-package --no-editable-package --env-file --package --no-group \
             --only-group --format -o --output-file --annotation-style",
    flags: "-U --upgrade --no-upgrade --reinstall --no-reinstall --force-reinstall --no-sources \
            --compile-bytecode --compile --no-compile-bytecode --no-compile --no-build-isolation \
            --build-isolation --no-build --build --refresh --no-refresh --require-build-hashes \
            --no-require-build-hashes --locked --frozen --no-sync --active --no-active --all-extras \
            --no-all-extras --exact --no-editable --no-dev --only-dev --dev --no-default-groups \
            --no-env-file --lfs --dry-run --check --force --no-install-project \
            --no-install-workspace --no-install-local --all-packages --all-groups --inexact \
            --workspace --no-workspace --no-project --no-workspace",
};

static PIP: Group = Group {
    roles: &[
        ("-r --requirements --requirement", Role::Requirements),
        ("-e --editable", Role::Editable),
        ("--group", Role::Flag("group")),
    ],
    marks: &[],
    values: "--no-binary --only-binary -t --target --prefix --output-format --root",
    flags: "--no-deps --deps --require-hashes --no-require-hashes --verify-hashes --no-verify-hashes \
            --system --no-system --break-system-packages --no-break-system-packages --strict \
            --no-strict --user --allow-empty-requirements --no-allow-empty-requirements \
            --disable-pip-version-check",
};

static ADD: Group = Group {
    roles: &[
        ("-r --requirements --requirement", Role::Requirements),
        ("--script", Role::Script),
    ],
    marks: &[],
    values: "-m --marker --optional --group --bounds --rev --tag --branch --output-format",
    flags: "--editable --raw --raw-sources --no-binary --binary",
};

static TOOL: Group = Group {
    roles: &[
        ("-w --with --with-executables-from", Role::With),
        ("--with-requirements", Role::Requirements),
        ("--with-editable", Role::WithEditable),
        ("--from", Role::From),
    ],
    marks: &[],
    values: "",
    flags: "-e --editable --isolated --no-binary",
};

static RUN: Group = Group {
    roles: &[
        ("-w --with", Role::With),
        ("--with-requirements", Role::Requirements),
        ("--with-editable", Role::WithEditable),
    ],
    marks: &[
        ("-s --script --gui-script", Role::Flag("script")),
        ("-m --module", Role::Flag("module")),
    ],
    values: "--group",
    flags: "--isolated --no-binary",
};

static GLOBALLY: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL],
};
static ADDING: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL, &RESOLVE, &ADD],
};
static PIP_LIKE: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL, &RESOLVE, &PIP],
};
static TOOLS: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL, &RESOLVE, &TOOL],
};
static RUNNING: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL, &RESOLVE, &RUN],
};

const HARMLESS: &str = "init remove version format check audit python venv publish workspace cache \
                        self generate-shell-completion help auth";
const PIP_HARMLESS: &str = "uninstall freeze list show tree check";
const TOOL_HARMLESS: &str = "list uninstall update-shell dir";

pub(crate) fn uv(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Uv, Effect::Installs);
    let (subcommand, rest) = subcommand(&mut plan, arguments);
    match subcommand.as_deref() {
        None => plan.effect = Effect::Nothing,
        Some("add") => {
            let parsed = parse(&mut plan, &ADDING, &rest, None);
            want_all(&mut plan, &parsed.positional, Python::Plain);
        }
        // Resolving builds what has no metadata: as dangerous as installing.
        Some("sync" | "lock" | "export" | "tree") => {
            parse(&mut plan, &ADDING, &rest, None);
            plan.file(FileKind::Project, None);
        }
        Some("build") => {
            parse(&mut plan, &PIP_LIKE, &rest, None);
            plan.file(FileKind::Project, None);
        }
        Some("run") => run(&mut plan, &rest),
        Some("pip") => pip(&mut plan, &rest),
        Some("tool") => {
            let (subcommand, rest) = self::subcommand(&mut plan, &rest);
            match subcommand.as_deref() {
                None => plan.effect = Effect::Nothing,
                Some("run") => tool_run(&mut plan, &rest),
                Some("install") => {
                    let parsed = parse(&mut plan, &TOOLS, &rest, None);
                    with(&mut plan, &parsed);
                    want_all(&mut plan, &parsed.positional, Python::AtVersion);
                }
                Some("upgrade") => {
                    let parsed = parse(&mut plan, &TOOLS, &rest, None);
                    want_all(&mut plan, &parsed.positional, Python::AtVersion);
                }
                Some(subcommand) => other(&mut plan, subcommand, TOOL_HARMLESS),
            }
        }
        Some(subcommand) => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

pub(crate) fn uvx(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Uv, Effect::Installs);
    tool_run(&mut plan, arguments);
    plan
}

fn pip(plan: &mut Plan, arguments: &[String]) {
    let (subcommand, rest) = subcommand(plan, arguments);
    match subcommand.as_deref() {
        None => plan.effect = Effect::Nothing,
        Some("install") => {
            let parsed = parse(plan, &PIP_LIKE, &rest, None);
            want_all(plan, &parsed.positional, Python::Plain);
        }
        Some("sync" | "compile") => {
            let parsed = parse(plan, &PIP_LIKE, &rest, None);
            for file in &parsed.positional {
                plan.file(FileKind::Requirements, Some(file));
            }
        }
        Some(subcommand) => other(plan, subcommand, PIP_HARMLESS),
    }
}

/// `uvx [--from PACKAGE] COMMAND …`
fn tool_run(plan: &mut Plan, arguments: &[String]) {
    plan.runs = true;
    let parsed = parse(plan, &TOOLS, arguments, Some(1));
    with(plan, &parsed);
    plan.command = [parsed.positional.as_slice(), &parsed.rest].concat();
    match (parsed.value(Role::From), parsed.positional.first()) {
        (Some(package), _) => want_python(plan, package, Python::AtVersion),
        (None, Some(command)) => want_python(plan, command, Python::AtVersion),
        (None, None) => {}
    }
}

/// `uv run COMMAND …`: the project is synchronised, then the command is run in it.
fn run(plan: &mut Plan, arguments: &[String]) {
    plan.runs = true;
    let parsed = parse(plan, &RUNNING, arguments, Some(1));
    with(plan, &parsed);
    let command = parsed
        .positional
        .first()
        .map(String::as_str)
        .unwrap_or_default();
    let python = [".py", ".pyw"]
        .iter()
        .any(|end| command.to_ascii_lowercase().ends_with(end));
    let script = parsed.has(Role::Flag("script")) || python || command.contains("://");
    plan.file(FileKind::Project, None);
    if script || command == "-" {
        plan.file(FileKind::Script, Some(command));
        return;
    }
    let mut argv = parsed.positional.clone();
    if parsed.has(Role::Flag("module")) {
        argv.splice(0..0, ["python".to_owned(), "-m".to_owned()]);
    }
    argv.extend(parsed.rest);
    plan.command = argv;
}

fn subcommand(plan: &mut Plan, arguments: &[String]) -> (Option<String>, Vec<String>) {
    let parsed = GLOBALLY.parse(arguments, Some(1));
    take_options(plan, &parsed);
    (parsed.positional.into_iter().next(), parsed.rest)
}

fn parse(plan: &mut Plan, grammar: &Grammar, arguments: &[String], stop: Option<usize>) -> Parsed {
    let parsed = grammar.parse(arguments, stop);
    take_options(plan, &parsed);
    for value in parsed.values(Role::Flag("prerelease")) {
        plan.prereleases |= value != "disallow";
    }
    for group in parsed.values(Role::Flag("group")) {
        plan.file(
            FileKind::Project,
            group.rsplit_once(':').map(|(path, _)| path),
        );
    }
    // `--index name=URL`.
    for index in plan
        .indexes
        .iter_mut()
        .filter(|index| index.kind != IndexKind::Links)
    {
        if let Some((name, url)) = index.location.split_once('=')
            && !name.contains([':', '/', '?'])
        {
            index.location = url.to_owned();
        }
    }
    parsed
}

/// Further packages, several in one value.
fn with(plan: &mut Plan, parsed: &Parsed) {
    for package in parsed.values(Role::With).flat_map(requirements) {
        want_python(plan, &package, Python::AtVersion);
    }
}

/// Splits at commas, but not those in extras or between two specifiers (`a>=1,<2,b`).
fn requirements(list: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in list.split(',') {
        let goes_on = |before: &&mut String| {
            before.matches('[').count() > before.matches(']').count()
                || part.trim_start().starts_with(['<', '>', '=', '!', '~'])
        };
        if let Some(before) = found.last_mut().filter(goes_on) {
            before.push(',');
            before.push_str(part);
        } else {
            found.push(part.to_owned());
        }
    }
    found
}

fn want_all(plan: &mut Plan, written: &[String], notation: Python) {
    for written in written {
        want_python(plan, written, notation);
    }
}
