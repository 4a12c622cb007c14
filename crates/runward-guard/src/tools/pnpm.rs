use super::npm::{create, exec, want_or_project};
use super::{other, take_command, take_options};
use crate::options::{Grammar, Group, Role, Style};
use crate::{Effect, FileKind, Manager, Plan};

static GROUP: Group = Group {
    roles: &[
        ("--registry", Role::Registry),
        ("-C --dir --prefix", Role::Directory),
        ("--package", Role::From),
        (
            "--npmrc-auth-file --globalconfig --userconfig",
            Role::Configuration,
        ),
    ],
    marks: &[
        ("--offline", Role::NoIndex),
        ("-c --shell-mode", Role::Flag("call")),
        ("-g --global", Role::Flag("global")),
    ],
    values: "--allow-build --changed-files-ignore-pattern -F --filter --filter-prod --test-pattern \
             --global-dir --global-bin-dir --loglevel --save-catalog-name --store-dir \
             --virtual-store-dir --reporter --network-concurrency --workspace-concurrency \
             --child-concurrency --fetch-timeout --fetch-retries --modules-dir --lockfile-dir \
             --hoist-pattern --public-hoist-pattern --package-import-method --node-linker --tag \
             --save-prefix --https-proxy --proxy --noproxy --cache-dir --state-dir --cpu --os --libc \
             --minimum-release-age --trust-policy",
    flags: "--color --aggregate-output --config -h --help --ignore-scripts --prefer-offline -r \
            --recursive --save-catalog -D --save-dev --dev -d -O --save-optional --optional --save-peer \
            -P --save-prod --prod --production -p -E --save-exact --save-workspace-protocol --stream \
            --use-stderr --workspace -w --workspace-root --fail-if-no-match -s --silent \
            --frozen-lockfile --lockfile-only --lockfile --fix-lockfile --merge-git-branch-lockfiles \
            --force --hoist --shamefully-hoist --side-effects-cache --side-effects-cache-readonly \
            --strict-peer-dependencies --resolution-only --ignore-pnpmfile --ignore-workspace \
            --no-bail --latest -L --interactive -i --parallel --yes -y --json -v --version \
            --dangerously-allow-all-builds --save",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Nopt,
    groups: &[&GROUP],
};

const HARMLESS: &str = "access approve-builds audit bin c cache cat-file cat-index check config deploy \
                        doctor env find-hash get help ignored-builds init la licenses list ll ls \
                        outdated pack patch patch-commit patch-remove prune publish remove rm un \
                        uninstall restart root run run-script self-update server set setup start stop \
                        store t test tst unlink why";

pub(crate) fn pnpm(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Pnpm, Effect::Installs);
    let first = GRAMMAR.parse(arguments, Some(1));
    match first.positional.first().map(String::as_str) {
        Some("dlx") => {
            take_options(&mut plan, &first);
            run(&mut plan, &first.rest);
            return plan;
        }
        Some("exec") => {
            take_options(&mut plan, &first);
            plan.effect = Effect::Nothing;
            take_command(&mut plan, &GRAMMAR, &first.rest);
            return plan;
        }
        None => {
            take_options(&mut plan, &first);
            plan.effect = Effect::Nothing;
            return plan;
        }
        Some(_) => {}
    }
    let parsed = GRAMMAR.parse(arguments, None);
    take_options(&mut plan, &parsed);
    let Some((subcommand, wanted)) = parsed.positional.split_first() else {
        return plan;
    };
    match subcommand.as_str() {
        "add" | "install" | "i" | "link" | "ln" | "install-test" | "it" => {
            want_or_project(&mut plan, wanted);
        }
        "update" | "up" | "upgrade" | "fetch" | "dedupe" | "import" | "rebuild" | "rb" | "ci" => {
            plan.file(FileKind::Project, None);
        }
        "create" => create(&mut plan, wanted),
        subcommand => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

/// `pnpm dlx` and `pnpx`.
pub(crate) fn dlx(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Pnpm, Effect::Installs);
    run(&mut plan, arguments);
    plan
}

fn run(plan: &mut Plan, arguments: &[String]) {
    let parsed = GRAMMAR.parse(arguments, Some(1));
    take_options(plan, &parsed);
    exec(plan, &parsed, &parsed.positional);
}
