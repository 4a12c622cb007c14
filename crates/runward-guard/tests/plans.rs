//! Command lines as people write them, and what they bring in.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "tests"
)]

use proptest::prelude::*;
use runward_guard::{Effect, FileKind, GuardError, IndexKind, Limits, Manager, Plan, Source, plan};

fn argv(line: &str) -> Vec<String> {
    line.split(' ')
        .map(|word| word.replace('\u{b7}', " "))
        .collect()
}

fn read(line: &str) -> Plan {
    plan(&argv(line), &Limits::default()).unwrap()
}

/// `name requirement`, or the source for what is not from a registry; then files. After `then` the
/// same of the command that is run.
fn wanted(line: &str) -> Vec<String> {
    let plan = read(line);
    let plans: Vec<_> = plan.all().map(|plan| wanted_of(plan, line)).collect();
    plans.join(&"then".to_owned())
}

fn wanted_of(plan: &Plan, line: &str) -> Vec<String> {
    assert_eq!(plan.uncertain, Vec::<String>::new(), "{line}");
    let requested = plan.requested.iter().map(|it| {
        let name = it.name.clone().unwrap_or_else(|| "?".to_owned());
        match (&it.source, &it.requirement) {
            (Source::Registry, None) => name,
            (Source::Registry, Some(requirement)) => format!("{name} {requirement}"),
            (Source::Vcs(_), _) => format!("{name} vcs"),
            (Source::Url(_), _) => format!("{name} url"),
            (Source::Path(path), _) => format!("{name} path {path}"),
        }
    });
    let files = plan.files.iter().map(|it| {
        let kind = format!("{:?}", it.kind).to_lowercase();
        it.path
            .as_ref()
            .map_or(format!("[{kind}]"), |path| format!("[{kind} {path}]"))
    });
    requested.chain(files).collect()
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (line, expected) in cases {
        assert_eq!(wanted(line), *expected, "{line}");
        assert_eq!(read(line).effect, Effect::Installs, "{line}");
    }
}

#[test]
fn pip() {
    check(&[
        ("pip install requests", &["requests"]),
        (
            "pip3.12 install -qU requests[socks]==2.0 flask",
            &["requests ==2.0", "flask"],
        ),
        ("/usr/bin/python3 -m pip install x", &["x"]),
        ("python3.11 -Im pip install x", &["x"]),
        ("python -W ignore -mpip install x", &["x"]),
        ("py -3 -m pip install x", &["x"]),
        ("C:\\Python\\pip.exe install x", &["x"]),
        ("pip -q --proxy http://p install --target /t x", &["x"]),
        (
            "pip install -r a.txt -c b.txt -rc.txt",
            &[
                "[requirements a.txt]",
                "[constraints b.txt]",
                "[requirements c.txt]",
            ],
        ),
        (
            "pip install --constr a.txt x",
            &["x", "[constraints a.txt]"],
        ),
        (
            "pip install -e . -e git+https://example.org/x#egg=y",
            &["? path .", "y vcs"],
        ),
        (
            "pip install ./x x.whl https://example.org/z-1-py3-none-any.whl",
            &["? path ./x", "x path x.whl", "z url"],
        ),
        ("pip install x;python_version<'3'", &["x"]),
        ("pip install -- x", &["x"]),
        ("pip download -d out x", &["x"]),
        (
            "pip install --group dev --group sub/pyproject.toml:test",
            &["[project]", "[project sub/pyproject.toml]"],
        ),
        ("pip wheel x --config-settings a=b", &["x"]),
    ]);
    let plan = read("pip install --pre --no-index -i https://a --extra-index-url https://b -f c x");
    let indexes: Vec<_> = plan
        .indexes
        .iter()
        .map(|it| (it.kind, it.location.as_str()))
        .collect();
    assert_eq!(
        indexes,
        [
            (IndexKind::Default, "https://a"),
            (IndexKind::Extra, "https://b"),
            (IndexKind::Links, "c"),
        ]
    );
    assert!(plan.prereleases && plan.no_index);
    assert_eq!(
        read("pip install --extra-index https://b x").indexes[0].kind,
        IndexKind::Extra
    );
    let plan = read("pip install x[a,b];os_name=='nt'");
    assert_eq!(plan.requested[0].extras, ["a", "b"]);
    assert_eq!(plan.requested[0].marker.as_deref(), Some("os_name=='nt'"));
}

#[test]
fn uv() {
    check(&[
        ("uv add requests>=2 flask", &["requests >=2", "flask"]),
        (
            "uv --project p add --dev --group x --marker m requests",
            &["requests"],
        ),
        ("uv add -r a.txt", &["[requirements a.txt]"]),
        ("uv pip install -p 3.12 --system -e . x", &["? path .", "x"]),
        ("uv pip sync a.txt", &["[requirements a.txt]"]),
        (
            "uv tool install --with a,b>=1,<2 ruff@0.4",
            &["a", "b >=1,<2", "ruff 0.4"],
        ),
        ("uv tool run --from pkg tool -r x", &["pkg"]),
        ("uvx ruff@latest check -r x", &["ruff latest"]),
        ("uvx --with a --from b[c] d", &["a", "b"]),
        (
            "uv run --with rich,httpx script.py -w y",
            &["rich", "httpx", "[project]", "[script script.py]"],
        ),
        ("uv run pytest -r x", &["[project]"]),
        ("uv run -- pip install x", &["[project]", "then", "x"]),
        (
            "uv run python -m pip install x",
            &["[project]", "then", "x"],
        ),
        ("uv run -m pip install x", &["[project]", "then", "x"]),
        ("uvx pip==24 install x", &["pip ==24", "then", "x"]),
        ("uvx --from pip pip3 -q install x", &["pip", "then", "x"]),
        ("uv sync --locked", &["[project]"]),
        ("python -m uv pip install x", &["x"]),
    ]);
    let plan = read("uv add --index corp=https://a/simple --default-index https://b x");
    assert_eq!(plan.indexes[0].location, "https://a/simple");
    assert_eq!(plan.indexes[1].kind, IndexKind::Default);
    assert_eq!(
        read("uv --directory d add x").directory.as_deref(),
        Some("d")
    );
    assert!(read("uv pip install --prerelease=allow x").prereleases);
    assert!(!read("uv pip install --prerelease=disallow x").prereleases);
    assert!(read("uvx x").runs && !read("uv add x").runs);
    // clap takes no shortened options, so neither do we.
    assert_eq!(read("uv pip install --req a.txt").uncertain.len(), 1);
}

#[test]
fn other_python_managers() {
    check(&[
        (
            "poetry add requests@^2 flask>=1 git+https://example.org/x.git",
            &["requests ^2", "flask >=1", "? vcs"],
        ),
        (
            "poetry -C d add -G dev --extras a·b requests",
            &["requests"],
        ),
        ("poetry self add plugin", &["plugin"]),
        ("poetry install --no-root", &["[project]"]),
        (
            "pdm add -dG test requests -e ./x",
            &["? path ./x", "requests"],
        ),
        ("pdm add --ed ./x", &["? path ./x"]),
        ("pdm", &["[project]"]),
        (
            "pipx install --python 3.12 black ruff==1",
            &["black", "ruff ==1"],
        ),
        (
            "pipx install --pip-args=--extra-index-url=https://b·-cc.txt x",
            &["x", "[constraints c.txt]"],
        ),
        ("pipx run --spec pkg==1 tool --spec other", &["pkg ==1"]),
        ("pipx run cowsay -r x", &["cowsay"]),
        ("pipx run uv add x", &["uv", "then", "x"]),
        (
            "pipx inject env a b -r c.txt",
            &["a", "b", "[requirements c.txt]"],
        ),
        ("pipx runpip env install x", &["x"]),
        (
            "pipx run https://example.org/x.py",
            &["[script https://example.org/x.py]"],
        ),
    ]);
    assert_eq!(read("poetry add -E a·b x").requested[0].extras, ["a", "b"]);
    assert_eq!(
        read("pipx install --pip-args=--extra-index-url=u x").indexes[0].location,
        "u"
    );
    assert_eq!(
        read("pipx install --pip-args=-r·'a·b' x").uncertain.len(),
        2
    );
    assert!(!read("pipx install-all spec.json").uncertain.is_empty());
}

#[test]
fn npm() {
    check(&[
        ("npm install", &["[project]"]),
        ("npm ci", &["[lock]"]),
        (
            "npm i -D lodash@4 @types/node@^20",
            &["lodash 4", "@types/node ^20"],
        ),
        ("npm --registry https://r add x", &["x"]),
        ("npm install --save-dev false x", &["x"]),
        (
            "npm i a@npm:b@1 u/r ./x x.tgz https://example.org/x.tgz",
            &["b 1", "? vcs", "? path ./x", "? path x.tgz", "? url"],
        ),
        ("npm isntall --no-audit x", &["x"]),
        ("npm exec --package=a -- b c", &["a"]),
        ("npm exec a b", &["a"]),
        ("npx a@1 --package b", &["a 1"]),
        ("npx -p a -y b", &["a"]),
        ("npx npm@latest i x", &["npm latest", "then", "x"]),
        ("npm exec -- yarn add x", &["yarn", "then", "x"]),
        ("npm init vite@latest my-app", &["create-vite latest"]),
        ("npm create @scope my-app", &["@scope/create"]),
        ("npm create @scope/x@1 y", &["@scope/create-x 1"]),
        ("npm update", &["[project]"]),
        ("npm install -- -x", &["-x"]),
        ("npm.cmd install x", &["x"]),
    ]);
    assert_eq!(
        read("npm i a@npm:b").requested[0].alias.as_deref(),
        Some("a")
    );
    assert_eq!(
        read("npm --reg https://r i x").indexes[0].kind,
        IndexKind::Default
    );
    assert_eq!(read("npm --prefix d i x").directory.as_deref(), Some("d"));
    assert!(!read("npx -c a·&&·b").uncertain.is_empty());
    assert!(read("npx a").runs);
}

#[test]
fn other_node_managers_and_cargo() {
    check(&[
        ("pnpm add -D lodash@4", &["lodash 4"]),
        ("pnpm --filter app add x", &["x"]),
        ("pnpm i", &["[project]"]),
        ("pnpm dlx --package a b --package c", &["a"]),
        ("pnpx a", &["a"]),
        ("pnpx bun add x", &["bun", "then", "x"]),
        ("pnpm dlx npx x", &["npx", "then", "x"]),
        ("pnpm create vite", &["create-vite"]),
        ("yarn", &["[project]"]),
        ("yarn add -D a@npm:^1 b", &["a ^1", "b"]),
        ("yarn global add a", &["a"]),
        ("yarn workspace app add a", &["a"]),
        ("yarn dlx -p a b c", &["a"]),
        ("bun add -d a", &["a"]),
        ("bun install", &["[project]"]),
        ("bunx -p a b", &["a"]),
        ("bun x a -p b", &["a"]),
        (
            "cargo add serde@1 serde_json -F derive",
            &["serde 1", "serde_json"],
        ),
        (
            "cargo +nightly install --locked --version 1.2 ripgrep",
            &["ripgrep 1.2"],
        ),
        ("cargo add --git https://example.org/x", &["? vcs"]),
        ("cargo install --path .", &["? path ."]),
        ("cargo add --path ../x x", &["x path ../x"]),
        ("cargo build", &["[project]"]),
    ]);
    assert_eq!(
        read("cargo add serde +derive -F a,b").requested[0].extras,
        ["a", "b", "derive"]
    );
    let plan = read("cargo add --registry corp --manifest-path a/b/Cargo.toml x");
    assert_eq!(
        (plan.indexes[0].location.as_str(), plan.directory.as_deref()),
        ("corp", Some("a/b"))
    );
}

#[test]
fn commands_in_commands_are_looked_at() {
    for line in [
        "poetry run pip install x",
        "pdm run pip install x",
        "pnpm exec npm i x",
        "yarn exec npm i x",
        "poetry run -- python -m pip install x",
    ] {
        let plan = read(line);
        let then = plan.then.as_ref().unwrap_or_else(|| panic!("{line}"));
        assert_eq!(
            (plan.effect, plan.requested.len()),
            (Effect::Nothing, 0),
            "{line}"
        );
        assert_eq!(then.requested[0].name.as_deref(), Some("x"), "{line}");
    }
    let plan = read("uvx npm i x");
    assert_ne!(plan.ecosystem, plan.then.unwrap().ecosystem);
    for line in [
        "uv run bash -c x",
        "poetry run sudo pip install x",
        "npx conda install x",
    ] {
        assert_eq!(read(line).uncertain.len(), 1, "{line}");
    }
    assert_eq!(read("poetry run pytest -q").command, ["pytest", "-q"]);
}

#[test]
fn what_brings_nothing_in() {
    for line in [
        "pip list",
        "pip",
        "uv",
        "uv python list",
        "uv pip freeze",
        "poetry show",
        "poetry run pytest",
        "pipx list",
        "npm run build",
        "npm",
        "npm init",
        "pnpm test",
        "yarn why x",
        "bun run x",
        "cargo tree",
        "pdm run x",
        "uv tool list",
        "npm --version",
    ] {
        let plan = read(line);
        assert_eq!(
            (plan.effect, plan.requested.len(), plan.files.len()),
            (Effect::Nothing, 0, 0),
            "{line}"
        );
    }
}

#[test]
fn what_is_not_known_is_told_and_its_arguments_are_checked() {
    for line in [
        "pip install --brand-new x",
        "npm i --brand-new x",
        "uv add --brand-new x",
        "cargo add --brand-new x",
        "pnpm add --brand-new x",
        "yarn add --brand-new x",
        "pdm add --brand-new x",
        "poetry add --brand-new x",
        "pipx install --brand-new x",
        "bun add --brand-new x",
    ] {
        let plan = read(line);
        assert_eq!(
            plan.uncertain,
            ["`--brand-new` is not a known option"],
            "{line}"
        );
        assert_eq!(plan.requested[0].name.as_deref(), Some("x"), "{line}");
    }
    for line in [
        "pip frobnicate x",
        "npm frobnicate",
        "cargo binstall x",
        "uv pip frob",
        "uv frob",
    ] {
        let plan = read(line);
        assert_eq!(
            (plan.effect, plan.uncertain.len()),
            (Effect::Unknown, 1),
            "{line}"
        );
    }
    assert_eq!(
        read("pip install x=1").uncertain,
        ["`x=1` is not a requirement"]
    );
    assert_eq!(read("npm i x@jsr:@a/b").uncertain.len(), 1);
    assert_eq!(read("uv --config-file f add x").uncertain.len(), 1);
}

#[test]
fn what_is_not_a_package_manager_is_refused() {
    let error = |line| plan(&argv(line), &Limits::default()).unwrap_err();
    assert!(matches!(
        error("conda install x"),
        GuardError::NotCovered { .. }
    ));
    assert!(matches!(
        error("python -m conda install x"),
        GuardError::NotCovered { .. }
    ));
    for line in [
        "ls",
        "sudo pip install x",
        "python setup.py",
        "python -c x",
        "piped x",
        "python -m x",
    ] {
        assert!(
            matches!(error(line), GuardError::NotAManager { .. }),
            "{line}"
        );
    }
    assert_eq!(plan(&[], &Limits::default()), Err(GuardError::Empty));
    let limits = Limits {
        max_arguments: 2,
        ..Limits::default()
    };
    assert!(matches!(
        plan(&argv("pip install x"), &limits),
        Err(GuardError::TooLong { .. })
    ));
    let nested = "uv run ".repeat(50) + "pip install x";
    assert_eq!(read(nested.trim()).requested.len(), 0, "nesting is bounded");
}

#[test]
fn a_plan_can_be_stored() {
    let plan = read("pip install -r a.txt x git+https://example.org/y");
    let text = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    assert_eq!(
        (plan.manager, plan.files[0].kind),
        (Manager::Pip, FileKind::Requirements)
    );
}

proptest! {
    #[test]
    fn any_command_line_is_read(
        program in prop::sample::select(vec![
            "pip", "uv", "uvx", "pipx", "poetry", "pdm", "npm", "npx", "pnpm", "yarn", "bun", "bunx",
            "cargo", "python", "",
        ]),
        words in prop::collection::vec(prop_oneof![
            any::<String>(),
            "-{0,3}[a-z=@/:.-]{0,8}",
            prop::sample::select(vec![
                "install", "add", "run", "exec", "tool", "pip", "--", "-r", "-m", "dlx", "create", "--with",
                "--index-url", "workspace",
            ]).prop_map(str::to_owned),
        ], 0..12),
    ) {
        let mut line = vec![program.to_owned()];
        line.extend(words);
        let _ = plan(&line, &Limits::default());
    }

    #[test]
    fn a_name_is_found_wherever_it_stands(
        before in prop::collection::vec(prop::sample::select(vec![
            "-q", "--pre", "--no-deps", "-U", "--user", "--brand-new", "--dry-run",
        ]), 0..4),
        after in prop::collection::vec(prop::sample::select(vec![
            "-v", "--isolated", "--no-cache-dir", "--compile", "-Z",
        ]), 0..4),
    ) {
        let mut line = argv("pip install");
        line.extend(before.into_iter().map(str::to_owned));
        line.push("needle".to_owned());
        line.extend(after.into_iter().map(str::to_owned));
        let plan = plan(&line, &Limits::default()).unwrap();
        prop_assert!(plan.requested.iter().any(|it| it.name.as_deref() == Some("needle")));
    }
}
