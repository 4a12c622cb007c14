use super::{other, take_options};
use crate::options::{Grammar, Group, Parsed, Role, Style};
use crate::spec::cargo;
use crate::{Effect, FileKind, Manager, Plan, Requested, Source};

static GLOBAL: Group = Group {
    roles: &[("-C", Role::Directory), ("--config", Role::Configuration)],
    marks: &[("--offline --frozen", Role::NoIndex)],
    values: "--color -Z --explain",
    flags: "-V --version --list -v --verbose -q --quiet --locked -h --help",
};

static ADD: Group = Group {
    roles: &[
        ("-F --features", Role::Features),
        ("--git", Role::Git),
        ("--path", Role::Path),
        ("--registry --index", Role::Registry),
        ("--version --vers", Role::Version),
        ("--manifest-path", Role::Flag("manifest")),
    ],
    marks: &[],
    values: "--rename -p --package --base --branch --tag --rev --target --root --message-format --bin \
             --example -j --jobs --profile --target-dir --lockfile-path",
    flags: "--no-default-features --default-features --optional --no-optional --public --no-public -n \
            --dry-run --ignore-rust-version --dev -D --build -B -f --force --no-track --list --debug \
            --bins --examples --all-features --keep-going --timings --no-fail-fast",
};

static GLOBALLY: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&GLOBAL],
};
static ADDING: Grammar = Grammar {
    style: Style::Clap,
    groups: &[&ADD, &GLOBAL],
};

const HARMLESS: &str = "clean new init remove rm search publish uninstall help version tree metadata \
                        locate-project login logout owner package pkgid verify-project yank info config \
                        fmt read-manifest report generate-lockfile";
/// They build the project with the dependencies of its manifest.
const BUILDS: &str =
    "build b check c test t bench doc d run r fetch fix clippy update vendor rustc rustdoc";

pub(crate) fn plan(arguments: &[String]) -> Plan {
    let mut plan = Plan::new(Manager::Cargo, Effect::Installs);
    // `cargo +nightly add`.
    let toolchain = arguments
        .first()
        .is_some_and(|first| first.starts_with('+'));
    let arguments = arguments.get(usize::from(toolchain)..).unwrap_or_default();
    let global = GLOBALLY.parse(arguments, Some(1));
    take_options(&mut plan, &global);
    match global.positional.first().map(String::as_str) {
        None => plan.effect = Effect::Nothing,
        Some(subcommand @ ("add" | "install")) => {
            let parsed = ADDING.parse(&global.rest, None);
            take_options(&mut plan, &parsed);
            add(&mut plan, &parsed, subcommand == "install");
        }
        Some(subcommand) if BUILDS.split(' ').any(|known| known == subcommand) => {
            plan.file(FileKind::Project, None);
        }
        Some(subcommand) => other(&mut plan, subcommand, HARMLESS),
    }
    plan
}

fn add(plan: &mut Plan, parsed: &Parsed, install: bool) {
    let manifest = parsed.value(Role::Flag("manifest"));
    if plan.directory.is_none()
        && let Some((directory, _)) = manifest.and_then(|path| path.rsplit_once(['/', '\\']))
    {
        plan.directory = Some(directory.to_owned());
    }
    let elsewhere = match (parsed.value(Role::Git), parsed.value(Role::Path)) {
        (Some(url), _) => Some(Source::Vcs(url.to_owned())),
        (None, Some(path)) => Some(Source::Path(path.to_owned())),
        (None, None) => None,
    };
    let features = parsed
        .values(Role::Features)
        .flat_map(|list| list.split([',', ' ']));
    let mut features: Vec<String> = features
        .filter(|feature| !feature.is_empty())
        .map(str::to_owned)
        .collect();
    let mut found = Vec::new();
    for written in &parsed.positional {
        if let Some(feature) = written.strip_prefix('+').filter(|_| !install) {
            features.push(feature.to_owned());
            continue;
        }
        match cargo(written) {
            Ok(mut requested) => {
                requested.source = elsewhere.clone().unwrap_or(Source::Registry);
                let version = parsed.value(Role::Version).map(str::to_owned);
                requested.requirement = requested.requirement.or(version.filter(|_| install));
                found.push(requested);
            }
            Err(problem) => plan.doubt(problem),
        }
    }
    match elsewhere {
        Some(source) if found.is_empty() => {
            let (Source::Vcs(place) | Source::Path(place) | Source::Url(place)) = &source else {
                return;
            };
            found.push(Requested::new(None, source.clone(), place));
        }
        _ => {}
    }
    for mut requested in found {
        requested.extras.extend_from_slice(&features);
        plan.requested.push(requested);
    }
}
