use super::{other, take_options, want_python};
use crate::options::{Grammar, Group, Role, Style};
use crate::spec::Python;
use crate::{Effect, Manager, Plan};

static GENERAL: Group = Group {
    roles: &[],
    marks: &[],
    values: "--python --log --log-file --local-log --keyring-provider --proxy --retries --timeout \
             --default-timeout --exists-action --trusted-host --cert --client-cert --cache-dir \
             --use-feature --use-deprecated --resume-retries",
    flags: "-h --help --debug --isolated --require-virtualenv --require-venv -v --verbose -V --version \
            -q --quiet --no-input --no-cache-dir --disable-pip-version-check --no-color \
            --no-python-version-warning --no-proxy-env",
};

static INSTALL: Group = Group {
    roles: &[
        ("-r --requirement", Role::Requirements),
        ("-c --constraint --build-constraint", Role::Constraints),
        ("-e --editable", Role::Editable),
        ("-i --index-url --pypi-url", Role::Index),
        ("--extra-index-url", Role::ExtraIndex),
        ("-f --find-links", Role::Links),
        ("--requirements-from-script", Role::Script),
        ("--group", Role::Flag("group")),
    ],
    marks: &[("--no-index", Role::NoIndex), ("--pre", Role::Prereleases)],
    values: "-t --target -d --dest --destination-dir --destination-directory -w --wheel-dir -o --output \
             --platform --python-version --implementation --abi --root --prefix --src --source \
             --source-dir --source-directory -b --build --build-dir --build-directory --upgrade-strategy \
             -C --config-settings --config-setting --global-option --install-option --build-option \
             --no-binary --only-binary --progress-bar --root-user-action --report --hash \
             --uploaded-prior-to --all-releases --only-final",
    flags: "--no-deps --no-dependencies --dry-run --user --no-user -U --upgrade --force-reinstall -I \
            --ignore-installed --ignore-requires-python --no-build-isolation --use-pep517 \
            --no-use-pep517 --check-build-dependencies --break-system-packages --compile --no-compile \
            --no-warn-script-location --no-warn-conflicts --prefer-binary --require-hashes --no-clean \
            --no-verify --only-deps",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Optparse,
    groups: &[&GENERAL, &INSTALL],
};
static GLOBAL: Grammar = Grammar {
    style: Style::Optparse,
    groups: &[&GENERAL],
};

const HARMLESS: &str = "uninstall list show freeze check config search cache index hash inspect debug \
                        completion help";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Pip, Effect::Installs);
    let global = GLOBAL.parse(arguments, Some(1));
    take_options(&mut plan, &global);
    match global.positional.first().map(String::as_str) {
        None => plan.effect = Effect::Nothing,
        Some("install" | "download" | "wheel" | "lock") => take_install(&mut plan, &global.rest),
        Some(subcommand) => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

/// The arguments after `pip install`, or what another manager hands on to it.
pub(super) fn take_install(plan: &mut Plan, arguments: &[String]) {
    let parsed = GRAMMAR.parse(arguments, None);
    take_options(plan, &parsed);
    for group in parsed.values(Role::Flag("group")) {
        let path = group.rsplit_once(':').map(|(path, _)| path);
        plan.file(crate::FileKind::Project, path);
    }
    for written in &parsed.positional {
        want_python(plan, written, Python::Plain);
    }
}
