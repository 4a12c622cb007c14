//! The layers, their order and their errors, as the command line sees them.

use runward_config::{ConfigError, File, Inputs, LayerKind, Loaded, load};
use runward_model::{Severity, assessment::PackageClass, policy::OnIncomplete};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn user(text: &str) -> File<'_> {
    File {
        path: "config.toml",
        text,
    }
}

fn project(text: &str) -> File<'_> {
    File {
        path: "runward.toml",
        text,
    }
}

fn pyproject(text: &str) -> File<'_> {
    File {
        path: "pyproject.toml",
        text,
    }
}

fn load_project(text: &str) -> Result<Loaded, Vec<ConfigError>> {
    load(&Inputs {
        project: Some(project(text)),
        ..Inputs::default()
    })
}

/// Each error as `file:line: message / help`.
fn errors(text: &str) -> Vec<String> {
    load_project(text)
        .err()
        .unwrap_or_default()
        .iter()
        .map(|error| format!("{error} / {}", error.help.as_deref().unwrap_or("-")))
        .collect()
}

#[test]
fn without_any_layer_the_defaults_hold() {
    let loaded = load(&Inputs::default()).unwrap();
    assert_eq!(loaded.config.database.max_age_hours, 24);
    assert!(loaded.config.scan.default_excludes);
    assert_eq!(loaded.config.deps.scopes.len(), 4);
    assert_eq!(
        loaded.config.policy.scope_classes.runtime,
        PackageClass::Core
    );
    assert!(!loaded.config.policy.matrix.is_empty());
    assert!(loaded.warnings.is_empty());
    for (key, _, origin) in loaded.entries() {
        assert_eq!(origin.to_string(), "built-in", "{key}");
    }
}

#[test]
fn each_layer_overrides_the_one_below() {
    let all_user =
        "[policy]\nfail_on = \"medium\"\n[environments.staging.policy]\nfail_on = \"critical\"\n";
    let all_project =
        "[policy]\nfail_on = \"high\"\n[environments.staging]\npolicy.fail_on = \"none\"\n";
    let variables = pairs(&[("RUNWARD_POLICY__FAIL_ON", "unknown")]);
    let flags = pairs(&[("policy.fail_on", "low")]);
    let mut inputs = Inputs::default();
    let mut steps = Vec::new();
    let mut step = |inputs: &Inputs<'_>| {
        let loaded = load(inputs).unwrap();
        let origin = loaded.origin("policy.fail_on").unwrap();
        steps.push((
            loaded.config.policy.fail_on,
            origin.layer,
            origin.to_string(),
        ));
    };
    inputs.user = Some(user(all_user));
    step(&inputs);
    inputs.project = Some(project(all_project));
    step(&inputs);
    inputs.environment = Some("staging");
    step(&inputs);
    inputs.variables = &variables;
    step(&inputs);
    inputs.flags = &flags;
    step(&inputs);
    let expected = [
        (Severity::Medium, LayerKind::User, "config.toml:2"),
        (Severity::High, LayerKind::Project, "runward.toml:2"),
        (Severity::None, LayerKind::Environment, "runward.toml:4"),
        (
            Severity::Unknown,
            LayerKind::Variable,
            "RUNWARD_POLICY__FAIL_ON",
        ),
        (Severity::Low, LayerKind::Flag, "command line"),
    ];
    let expected: Vec<_> = expected.map(|(a, b, c)| (a, b, c.to_owned())).into();
    assert_eq!(steps, expected);
}

#[test]
fn tables_merge_and_lists_are_replaced() {
    let loaded = load(&Inputs {
        user: Some(user("[policy]\nmax_suppression_days = 30\n[policy.package_classes]\ncore = [\"a\", \"b\"]\n")),
        project: Some(project("[policy.package_classes]\ncore = [\"c\"]\n")),
        ..Inputs::default()
    })
    .unwrap();
    assert_eq!(loaded.config.policy.max_suppression_days, 30);
    assert_eq!(loaded.config.policy.package_classes.core, ["c"]);
}

const SUPPRESSION: &str =
    "[[suppressions]]\nadvisory = \"CVE-2024-1\"\nreason = \"r\"\nauthor = \"a\"\n";

#[test]
fn suppressions_and_excludes_add_up_with_their_origins() {
    let of_user = format!("scan.exclude = [\"u\"]\n{SUPPRESSION}expires = \"2027-01-01\"\n");
    let of_project =
        format!("scan.exclude = [\n  \"p\",\n  \"q\",\n]\n\n{SUPPRESSION}expires = 2027-06-30\n");
    let loaded = load(&Inputs {
        user: Some(user(&of_user)),
        project: Some(project(&of_project)),
        ..Inputs::default()
    })
    .unwrap();
    assert_eq!(loaded.config.scan.exclude, ["u", "p", "q"]);
    assert_eq!(
        loaded.origin("scan.exclude[2]").unwrap().to_string(),
        "runward.toml:3"
    );
    assert_eq!(
        loaded.config.suppressions[1].expires.to_string(),
        "2027-06-30"
    );
    assert_eq!(
        loaded.suppression_origin(0).unwrap().to_string(),
        "config.toml:2"
    );
    assert_eq!(
        loaded.suppression_origin(1).unwrap().to_string(),
        "runward.toml:6"
    );
    assert!(loaded.suppression_origin(2).is_none());
    let keys: Vec<String> = loaded
        .entries()
        .into_iter()
        .map(|(key, _, _)| key)
        .collect();
    assert!(keys.contains(&"suppressions[1]".to_owned()));
    assert!(keys.contains(&"scan.exclude[0]".to_owned()));
}

#[test]
fn pyproject_counts_only_without_runward_toml() {
    let text = "[project]\nname = \"x\"\n[tool.runward.policy]\nfail_on = \"high\"\n";
    let inputs = Inputs {
        pyproject: Some(pyproject(text)),
        ..Inputs::default()
    };
    let loaded = load(&inputs).unwrap();
    assert_eq!(loaded.config.policy.fail_on, Severity::High);
    assert_eq!(
        loaded.origin("policy.fail_on").unwrap().to_string(),
        "pyproject.toml:4"
    );
    let loaded = load(&Inputs {
        project: Some(project("")),
        ..inputs
    })
    .unwrap();
    assert_ne!(loaded.config.policy.fail_on, Severity::High);
    assert!(
        loaded.warnings[0].contains("ignored"),
        "{:?}",
        loaded.warnings
    );

    // Broken, but nothing of ours.
    let inputs = Inputs {
        pyproject: Some(pyproject("[project\n")),
        ..Inputs::default()
    };
    assert!(load(&inputs).is_ok());
    let inputs = Inputs {
        pyproject: Some(pyproject("[tool.runward\n")),
        ..Inputs::default()
    };
    assert!(load(&inputs).is_err());
    let inputs = Inputs {
        pyproject: Some(pyproject("[tool.runward]\nscna.jobs = 1\n")),
        ..Inputs::default()
    };
    let error = load(&inputs).unwrap_err().remove(0);
    assert_eq!(
        error.to_string(),
        "pyproject.toml:2: unknown key `tool.runward.scna.jobs`"
    );
    assert_eq!(
        error.help.as_deref(),
        Some("did you mean `tool.runward.scan.jobs`?")
    );
}

#[test]
fn unknown_keys_name_the_nearest() {
    assert_eq!(
        errors("\n\n[polcy]\nfail_on = \"high\"\n"),
        ["runward.toml:4: unknown key `polcy.fail_on` / did you mean `policy.fail_on`?"]
    );
    assert_eq!(
        errors("fail_on = \"high\"\n"),
        ["runward.toml:1: unknown key `fail_on` / did you mean `policy.fail_on`?"]
    );
    assert_eq!(
        errors("[policy]\nfail-on = \"high\"\n[policy.tighten.kev]\nwithin = 1\n"),
        [
            "runward.toml:2: unknown key `policy.fail-on` / did you mean `policy.fail_on`?",
            "runward.toml:4: unknown key `policy.tighten.kev.within` / known here: `within_hours`, `approver`, `priority`",
        ]
    );
    assert_eq!(
        errors("[environments.production.polcy]\nfail_on = \"high\"\n"),
        [
            "runward.toml:2: unknown key `environments.production.polcy.fail_on` / did you mean `environments.production.policy.fail_on`?"
        ]
    );
    assert!(
        errors("[environments.a]\nenvironment = \"b\"\n")[0]
            .contains("cannot be set in an environment section")
    );
}

#[test]
fn wrong_values_say_what_was_expected() {
    let text = r#"
[scan]
only = ["dpes"]
exclude = ["a{b"]
jobs = "4"
[database]
max_age_hours = 0
source = "ftp://host"
[policy]
fail_on = "hihg"
on_not_covered = true
[policy.tighten]
epss_probability = 50
kev = 4
[policy.risk]
kev = nan
"#;
    let found = errors(text);
    let expected = [
        "runward.toml:3: `scan.only[0]` does not know the value `dpes` / did you mean `deps`? use `deps`, `packages`, `code` or `secrets`",
        "runward.toml:4: `scan.exclude[0]` is no glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?), found `a{b` / write a glob such as `docs/**` or `**/fixtures/*.txt`",
        "runward.toml:5: `scan.jobs` must be a whole number, found the string `4` / write for example `jobs = 4`",
        "runward.toml:7: `database.max_age_hours` must lie between 1 and 876000, found `0` / write for example `1`",
        "runward.toml:8: `database.source` must be an https or http URL or a path, found the scheme `ftp` / write for example `https://mirror.example.org/osv` or `/srv/osv`",
        "runward.toml:10: `policy.fail_on` does not know the value `hihg` / did you mean `high`? use `unknown`, `none`, `low`, `medium`, `high` or `critical`",
        "runward.toml:11: `policy.on_not_covered` must be one of `warn` or `fail`, found `true` / write for example `on_not_covered = \"fail\"`",
        "runward.toml:13: `policy.tighten.epss_probability` must lie between 0 and 1, found `50` / write a probability, for example `0.5` for 50 %",
        "runward.toml:14: `policy.tighten.kev` must be a table, found the number `4` / write its keys below a line `[policy.tighten.kev]`",
        "runward.toml:16: `policy.risk.kev` must be a finite number / write for example `0.5`",
    ];
    assert_eq!(found, expected);
}

#[test]
fn suppressions_must_be_whole() {
    let found = errors(
        "[[suppressions]]\nreason = \"\"\nauthor = \"a\"\nexpires = \"2027-02-30\"\n\
         [[suppressions]]\nadvisory = \"CVE-1\"\nreason = \"r\"\n\
         [[suppressions]]\nreason = \"r\"\nauthor = \"a\"\nexpires = 2027-01-01\n\
         [[suppressions]]\npath = \"a\"\nreason = \"r\"\nauthor = \"a\"\nexpires = 2027-01-01T00:00:00Z\n",
    );
    let heads: Vec<&str> = found
        .iter()
        .map(|error| error.split(" / ").next().unwrap())
        .collect();
    assert_eq!(
        heads,
        [
            "runward.toml:2: `suppressions[0].reason` must not be empty",
            "runward.toml:4: `suppressions[0].expires` must be a date, found `2027-02-30`",
            "runward.toml:5: `suppressions[1]` lacks `author`",
            "runward.toml:5: `suppressions[1]` lacks `expires`",
            "runward.toml:8: `suppressions[2]` selects nothing: it has neither `advisory` nor `package` nor `path`",
            "runward.toml:16: `suppressions[3].expires` must be a date, found `2027-01-01T00:00:00Z`",
        ]
    );
}

#[test]
fn errors_of_all_layers_come_together() {
    let variables = pairs(&[("RUNWARD_SCAN__JOBS", "x")]);
    let flags = pairs(&[("database.offline", "perhaps")]);
    let errors = load(&Inputs {
        user: Some(user("a = \n")),
        project: Some(project("[scan]\njobs = 0\n")),
        variables: &variables,
        flags: &flags,
        environment: Some("prodction"),
        ..Inputs::default()
    })
    .unwrap_err();
    let files: Vec<&str> = errors
        .iter()
        .filter_map(|error| error.file.as_deref())
        .collect();
    assert_eq!(
        files,
        [
            "config.toml",
            "runward.toml",
            "RUNWARD_SCAN__JOBS",
            "command line",
            "command line"
        ]
    );
    assert!(
        errors[0]
            .to_string()
            .starts_with("config.toml:1: not valid TOML: "),
        "{}",
        errors[0]
    );
    assert_eq!(
        errors[4].to_string(),
        "command line: unknown environment `prodction`"
    );
    assert!(
        errors[4]
            .help
            .as_deref()
            .unwrap()
            .starts_with("did you mean `production`?")
    );
}

#[test]
fn environments_are_selected_by_the_highest_layer() {
    let text = "environment = \"qa\"\n[environments.qa]\nscan.jobs = 2\n[environments.ci]\nscan.jobs = 3\n";
    let loaded = load_project(text).unwrap();
    assert_eq!(
        (
            loaded.config.environment.as_deref(),
            loaded.config.scan.jobs
        ),
        (Some("qa"), Some(2))
    );
    let variables = pairs(&[("RUNWARD_ENVIRONMENT", "ci")]);
    let mut inputs = Inputs {
        project: Some(project(text)),
        variables: &variables,
        ..Inputs::default()
    };
    let loaded = load(&inputs).unwrap();
    assert_eq!(
        (
            loaded.config.environment.as_deref(),
            loaded.config.scan.jobs
        ),
        (Some("ci"), Some(3))
    );
    inputs.environment = Some("production");
    let loaded = load(&inputs).unwrap();
    assert_eq!(
        (
            loaded.config.environment.as_deref(),
            loaded.config.scan.jobs
        ),
        (Some("production"), None)
    );
    assert_eq!(loaded.origin("environment").unwrap().layer, LayerKind::Flag);
    assert_eq!(
        errors("\nenvironment = \"cI\"\n[environments.ci]\n")[0],
        "runward.toml:2: unknown environment `cI` / did you mean `ci`? development, staging and \
         production are known; for another one write a section `[environments.cI]`"
    );
}

#[test]
fn an_untrusted_project_only_gets_stricter() {
    let text = format!(
        "environment = \"lax\"\n\
         project.name = \"evil\"\n\
         scan.exclude = [\"**\"]\n\
         database.source = \"https://evil.example\"\n\
         [environments.production.policy]\nfail_on = \"critical\"\non_stale_database = \"fail\"\n\
         [policy]\nfail_on = \"critical\"\non_not_covered = \"warn\"\nmax_suppression_days = 5\n\
         {SUPPRESSION}expires = 2027-01-01\n"
    );
    let of_user = "trust_project_policy = false\nenvironment = \"production\"\n[environments.lax.policy]\nfail_on = \"critical\"\n[policy]\nfail_on = \"medium\"\n";
    let loaded = load(&Inputs {
        user: Some(user(of_user)),
        project: Some(project(&text)),
        ..Inputs::default()
    })
    .unwrap();
    let config = &loaded.config;
    assert_eq!(config.environment.as_deref(), Some("production"));
    assert_eq!(config.project.name.as_deref(), Some("evil"));
    assert_eq!(config.policy.fail_on, Severity::Medium);
    assert_eq!(config.policy.on_not_covered, OnIncomplete::Fail);
    assert_eq!(config.policy.on_stale_database, OnIncomplete::Fail);
    assert_eq!(config.policy.max_suppression_days, 5);
    assert!(config.scan.exclude.is_empty() && config.suppressions.is_empty());
    assert_eq!(config.database.source, None);
    assert_eq!(loaded.warnings.len(), 7, "{:#?}", loaded.warnings);
    assert!(
        loaded
            .warnings
            .iter()
            .any(|warning| warning.contains("`suppressions` (1 entry) is ignored"))
    );

    // The same file, trusted.
    let loaded = load_project(&text.replace("lax", "production")).unwrap();
    assert_eq!(loaded.config.policy.fail_on, Severity::Critical);
    assert_eq!(loaded.config.suppressions.len(), 1);
    assert!(loaded.warnings.is_empty());
}

#[test]
fn a_project_can_neither_trust_itself_nor_run_code() {
    assert_eq!(
        errors("\ntrust_project_policy = true\n")[0]
            .split(" / ")
            .next()
            .unwrap(),
        "runward.toml:2: `trust_project_policy` cannot be set by a project's own file"
    );
    let loaded =
        load_project("[deps]\nresolve = true\n[environments.production]\ndeps.resolve = true\n")
            .unwrap();
    assert!(!loaded.config.deps.resolve);
    assert!(
        loaded.warnings[0].starts_with("runward.toml:2: `deps.resolve` is ignored"),
        "{:?}",
        loaded.warnings
    );
    let loaded = load(&Inputs {
        user: Some(user("deps.resolve = true")),
        ..Inputs::default()
    })
    .unwrap();
    assert!(loaded.config.deps.resolve);
}

#[test]
fn a_project_does_not_choose_where_the_record_is_kept() {
    let loaded = load_project(
        "[project]\nrepository = \"example/shop\"\n[store]\nurl = \"postgres://thief.example/x\"\n\
         [audit]\nfiles_dir = \"/home/user\"\n[access]\npolicies = [\"mine.cedar\"]\n",
    )
    .unwrap();
    assert_eq!(loaded.config.store.url, None);
    assert_eq!(loaded.config.audit.files_dir, None);
    assert!(loaded.config.access.policies.is_empty());
    assert_eq!(
        loaded.config.project.repository.as_deref(),
        Some("example/shop")
    );
    assert_eq!(loaded.warnings.len(), 3, "{:?}", loaded.warnings);
}

#[test]
fn hostile_files_end_in_an_error() {
    for text in [
        "a = ".to_owned() + &"[".repeat(100_000),
        "a = ".to_owned() + &"{a=".repeat(100_000),
        "a.".repeat(100_000) + "b = 1",
        format!("[{}b]", "a.".repeat(5_000)),
        "=\n".repeat(200_000),
        "x".repeat(1 << 20),
        "a\u{0}b = 1".to_owned(),
        (0..30_000)
            .map(|n| format!("k{n} = 1\n"))
            .collect::<Vec<_>>()
            .concat(),
        format!("scan.exclude = [{}]", "\"a\",".repeat(20_000)),
        format!("project.name = \"{}\"", "a".repeat(100_000)),
        (0..200)
            .map(|n| format!("[environments.e{n}]\n"))
            .collect::<Vec<_>>()
            .concat(),
    ] {
        let start: String = text.chars().take(20).collect();
        let errors = load_project(&text).expect_err(&start);
        assert!(errors.len() <= 51, "{start}: {}", errors.len());
        assert!(
            errors
                .iter()
                .all(|error| error.file.is_some() && error.help.is_some()),
            "{start}"
        );
    }
}

#[test]
fn escapes_do_not_reach_the_terminal() {
    let error = &errors("\"\\u001b[31mred\" = 1\n")[0];
    assert!(!error.contains('\u{1b}'), "{error:?}");
    let error = &errors("policy.fail_on = \"\\u202ehgih\"\n")[0];
    assert!(!error.contains('\u{202e}'), "{error:?}");
}

#[test]
fn credentials_are_not_shown() {
    let variables = pairs(&[("RUNWARD_DATABASE__SOURCE", "https://me:secret@host/osv")]);
    let loaded = load(&Inputs {
        variables: &variables,
        ..Inputs::default()
    })
    .unwrap();
    assert_eq!(
        loaded.config.database.source.as_deref(),
        Some("https://me:secret@host/osv")
    );
    assert!(!format!("{:?}", loaded.entries()).contains("me:secret"));
    assert!(!format!("{:?}", loaded.entries()).contains(":secret@"));
}
