use super::npm::{create, exec, want_or_project};
use super::{other, take_options, want_npm};
use crate::options::{Grammar, Group, Role, Style};
use crate::{Effect, FileKind, Manager, Plan};

/// Yarn 1 and its successors together.
static GROUP: Group = Group {
    roles: &[
        ("--registry", Role::Registry),
        ("--cwd", Role::Directory),
        ("-p --package", Role::From),
        ("--use-yarnrc", Role::Configuration),
    ],
    marks: &[("--offline", Role::NoIndex)],
    values: "--modules-folder --preferred-cache-folder --cache-folder --mutex --proxy --https-proxy \
             --network-concurrency --network-timeout --otp --link-folder --global-folder --prefix --mode \
             --emoji --json-lines --include --exclude --from -j --jobs",
    flags: "-v --version --verbose --prefer-offline --enable-pnp --disable-pnp --pnp --strict-semver \
            --json --ignore-scripts --har --ignore-platform --ignore-engines --ignore-optional --force \
            --skip-integrity-check --check-files --no-bin-links --flat --prod --production \
            --no-lockfile --pure-lockfile --frozen-lockfile --update-checksums --link-duplicates \
            --no-emoji -s --silent --no-progress --non-interactive --no-node-version-check \
            --focus --ignore-workspace-root-check -W -D --dev -P --peer -O --optional -E --exact -T \
            --tilde -C --caret -F --fixed -i --interactive --cached --prefer-dev --immutable \
            --immutable-cache --check-cache --check-resolutions --inline-builds --refresh-lockfile -q \
            --quiet -A --all -R --recursive -w --worktree --latest -L --audit -h --help --no-private \
            --no-default-rc --skip-builds --top-level --pattern --since --parallel --interlaced \
            --topological --topological-dev",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GROUP],
};

const HARMLESS: &str = "audit autoclean bin cache check config constraints explain generate-lock-entry \
                        help info init licenses list login logout node npm outdated owner pack patch \
                        patch-commit publish remove run search stage tag team test unlink unplug version \
                        versions why workspaces-info";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Yarn, Effect::Installs);
    let mut first = GRAMMAR.parse(arguments, Some(1));
    take_options(&mut plan, &first);
    // `yarn global add`, `yarn workspace NAME add`, `yarn workspaces foreach add`.
    let outer = match first.positional.first().map(String::as_str) {
        Some("global") => 0,
        Some("workspace" | "workspaces") => 1,
        _ => usize::MAX,
    };
    if outer != usize::MAX {
        let parsed = GRAMMAR.parse(&first.rest, Some(1 + outer));
        take_options(&mut plan, &parsed);
        first.positional = parsed.positional.get(outer..).unwrap_or_default().to_vec();
        first.rest = parsed.rest;
    }
    let Some(subcommand) = first.positional.first() else {
        // `yarn` alone is `yarn install`.
        plan.file(FileKind::Project, None);
        return plan;
    };
    let stop = matches!(subcommand.as_str(), "dlx" | "exec").then_some(1);
    let parsed = GRAMMAR.parse(&first.rest, stop);
    take_options(&mut plan, &parsed);
    match subcommand.as_str() {
        "add" => {
            for written in &parsed.positional {
                want_npm(&mut plan, written);
            }
        }
        "dlx" => exec(&mut plan, &parsed, &parsed.positional),
        "exec" => {
            plan.effect = Effect::Nothing;
            plan.command = [parsed.positional.clone(), parsed.rest.clone()].concat();
        }
        "create" => create(&mut plan, &parsed.positional),
        "link" => want_or_project(&mut plan, &parsed.positional),
        "install" | "upgrade" | "up" | "upgrade-interactive" | "import" | "dedupe" | "rebuild" => {
            plan.file(FileKind::Project, None);
            for written in &parsed.positional {
                want_npm(&mut plan, written);
            }
        }
        subcommand => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}
