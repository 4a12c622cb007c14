use super::{other, take_options, want_npm};
use crate::options::{Grammar, Group, Parsed, Role, Style};
use crate::{Effect, FileKind, Manager, Plan};

/// npm's options are the same for all of its subcommands.
static GROUP: Group = Group {
    roles: &[
        ("--registry --reg", Role::Registry),
        ("-C --prefix", Role::Directory),
        ("--package", Role::From),
        ("-c --call", Role::Flag("call")),
        ("--userconfig --globalconfig", Role::Configuration),
    ],
    marks: &[
        ("--offline", Role::NoIndex),
        ("-g --global", Role::Flag("global")),
    ],
    values: "--_auth --access --allow-directory --allow-file --allow-git --allow-remote --allow-scripts \
             --also --audit-level --auth-type --before --enjoy-by --ca --cache --cache-max --cache-min \
             --cafile --cert --cidr --cpu --depth --diff --diff-dst-prefix --diff-src-prefix \
             --diff-unified --editor --expect-result-count --expires --fetch-retries \
             --fetch-retry-factor --fetch-retry-maxtimeout --fetch-retry-mintimeout --fetch-timeout \
             --git --heading --https-proxy --http-proxy --include --init-author-email --init-author-name \
             --init-author-url --init-license --init-module --init-type --init-version \
             --init.author.email --init.author.name --init.author.url --init.license --init.module \
             --init.version \
             --install-strategy --key --libc --local-address -L --location --lockfile-version --loglevel \
             --logs-dir --logs-max --name --maxsockets -m --message --min-release-age \
             --min-release-age-exclude --node-gyp --node-options --noproxy --omit --only --orgs --os \
             --otp --pack-destination --packages --preid --provenance-file --proxy --replace-registry-host --save-prefix \
             --sbom-format --sbom-type --scope --scopes --packages-and-scopes-permission \
             --orgs-permission --password --token-description --script-shell --searchexclude \
             --searchlimit --searchopts --searchstaleness --shell --tag --tag-version-prefix --umask \
             --user-agent --viewer --which -w --workspace",
    flags: "-a --all --allow-same-version --audit --bin-links --browser --bypass-2fa --color \
            --commit-hooks --dangerously-allow-all-scripts --description --desc --dev \
            --diff-ignore-all-space --diff-name-only --diff-no-prefix --diff-text --dry-run \
            --engine-strict --expect-results -f --force --foreground-scripts --format-package-lock --fund \
            --git-tag-version --global-style --local --if-present --ignore-scripts --include-staged \
            --include-workspace-root --iwr --include-attestations --init-private --install-links --json \
            --legacy-bundling --legacy-peer-deps --link -l --long --omit-lockfile-registry-resolved \
            --optional --package-lock --package-lock-only -p --parseable --porcelain \
            --allow-scripts-pending --allow-scripts-pin --prefer-dedupe --prefer-offline \
            --prefer-online --production --progress --provenance --read-only --readonly \
            --rebuild-bundle -S --save -B --save-bundle -D --save-dev -E --save-exact -O \
            --save-optional --save-peer -P --save-prod --packages-all --shrinkwrap --sign-git-commit \
            --sign-git-tag --strict-peer-deps --strict-allow-scripts --strict-ssl --timing --unicode \
            --update-notifier --usage -h -H --help -v --version --versions --workspaces --ws \
            --workspaces-update -y --yes -n --no -d -q --quiet -s --silent --verbose",
};

/// `npx` reads `-p` as the package and leaves everything after the command to it.
static NPX: Group = Group {
    roles: &[("-p", Role::From)],
    marks: &[],
    values: "",
    flags: "--no-install --ignore-existing --always-spawn --shell-auto-fallback",
};

static GRAMMAR: Grammar = Grammar {
    style: Style::Nopt,
    groups: &[&GROUP],
};
static NPX_GRAMMAR: Grammar = Grammar {
    style: Style::Nopt,
    groups: &[&NPX, &GROUP],
};

const INSTALL: &str = "install i in ins inst insta instal isnt isnta isntal isntall add install-test it \
                       link ln";
const PROJECT: &str = "ci clean-install ic install-clean isntall-clean install-ci-test cit \
                       clean-install-test sit update up upgrade udpate dedupe ddp audit rebuild rb";
const HARMLESS: &str = "access adduser add-user approve-scripts bugs issues cache completion config c \
                        deny-scripts deprecate diff dist-tag dist-tags docs home doctor edit explain why \
                        explore find-dupes fund get help help-search hlep ll la login logout ls list org \
                        ogr outdated owner author pack ping pkg prefix profile prune publish query repo \
                        restart root run run-script rum urn sbom search find s se set shrinkwrap stage \
                        star stars start stop team test tst t token trust undeprecate uninstall unlink \
                        remove rm r un unpublish unstar verison version view info show v whoami";

pub(crate) fn npm(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Npm, Effect::Installs);
    let parsed = GRAMMAR.parse(arguments, None);
    take_options(&mut plan, &parsed);
    let Some((subcommand, wanted)) = parsed.positional.split_first() else {
        plan.effect = Effect::Nothing;
        return plan;
    };
    let is_in = |list: &str| {
        list.split_ascii_whitespace()
            .any(|known| known == subcommand)
    };
    if is_in(INSTALL) {
        want_or_project(&mut plan, wanted);
    } else if is_in("ci clean-install ic install-clean isntall-clean install-ci-test cit") {
        plan.file(FileKind::Lock, None);
    } else if is_in(PROJECT) {
        plan.file(FileKind::Project, None);
    } else if is_in("exec x") {
        exec(&mut plan, &parsed, wanted);
    } else if is_in("init create innit") {
        create(&mut plan, wanted);
    } else {
        other(&mut plan, subcommand, HARMLESS);
    }
    plan
}

pub(crate) fn npx(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Npm, Effect::Installs);
    let parsed = NPX_GRAMMAR.parse(arguments, Some(1));
    take_options(&mut plan, &parsed);
    exec(&mut plan, &parsed, &parsed.positional);
    plan
}

/// The packages, or the project's own where none is named.
pub(super) fn want_or_project(plan: &mut Plan, wanted: &[String]) {
    if wanted.is_empty() {
        plan.file(FileKind::Project, None);
    }
    for written in wanted {
        want_npm(plan, written);
    }
}

/// `exec [--package=NAME] [COMMAND]`: the command is the package where none is named.
pub(super) fn exec(plan: &mut Plan, parsed: &Parsed, wanted: &[String]) {
    plan.runs = true;
    plan.command = [wanted, &parsed.rest].concat();
    let mut named = false;
    for package in parsed.values(Role::From) {
        named = true;
        want_npm(plan, package);
    }
    match wanted.first() {
        Some(command) if !named => want_npm(plan, command),
        None if !named && parsed.has(Role::Flag("call")) => {
            plan.doubt("the command of `--call` can bring in anything");
        }
        _ => {}
    }
}

/// `npm init NAME` runs the package `create-NAME`.
pub(super) fn create(plan: &mut Plan, wanted: &[String]) {
    let Some(name) = wanted.first() else {
        plan.effect = Effect::Nothing;
        return;
    };
    plan.runs = true;
    let at = |text: &str| text.find('@').unwrap_or(text.len());
    let made = if let Some(scoped) = name.strip_prefix('@') {
        let (package, version) = scoped.split_at_checked(at(scoped)).unwrap_or((scoped, ""));
        match package.split_once('/') {
            Some((scope, rest)) => format!("@{scope}/create-{rest}{version}"),
            None => format!("@{package}/create{version}"),
        }
    } else if name.contains(['/', ':']) {
        name.clone()
    } else {
        format!("create-{name}")
    };
    want_npm(plan, &made);
}
