//! What `runward init` writes, and the schema that editors check it with.

use runward_config::{
    ConfigError, File, Inputs, LayerKind, Loaded, ProjectFacts, keys, load, schema, template,
};

fn facts() -> ProjectFacts {
    ProjectFacts {
        name: Some("evil\n[policy]\u{1b}[2J".to_owned()),
        manifests: (0..30)
            .map(|n| {
                (
                    format!("a{n}\nfail_on = \"x\""),
                    "requirements.txt".to_owned(),
                )
            })
            .collect(),
        python_version: Some("3.12".to_owned()),
        environments: vec![".venv".to_owned(), "a\nb".to_owned()],
    }
}

fn load_text(text: &str) -> Result<Loaded, Vec<ConfigError>> {
    let project = Some(File {
        path: "runward.toml",
        text,
    });
    load(&Inputs {
        project,
        ..Inputs::default()
    })
}

#[test]
fn it_loads_and_sets_only_the_facts() {
    let text = template(&facts());
    let loaded = load_text(&text).unwrap();
    let set: Vec<String> = loaded
        .entries()
        .into_iter()
        .filter(|(_, _, origin)| origin.layer != LayerKind::Builtin)
        .map(|(key, _, _)| key)
        .collect();
    assert_eq!(set, ["project.name", "deps.python_version", "deps.env"]);
    assert_eq!(loaded.config.deps.env, [".venv"]);
    assert!(loaded.warnings.is_empty());
    assert!(!text.contains('\u{1b}'));
    assert!(
        text.lines().all(|line| line.chars().count() <= 250),
        "{text}"
    );
}

#[test]
fn it_shows_every_key_that_a_project_may_set() {
    let text = template(&ProjectFacts::default());
    for key in keys() {
        let name = key.key.rsplit('.').next().unwrap();
        assert!(
            is_users_alone(&key.key) || text.contains(name),
            "{}",
            key.key
        );
    }
    assert!(!text.contains("[store]") && !text.contains("[audit]"));
}

fn is_users_alone(key: &str) -> bool {
    [
        "store.",
        "audit.",
        "access.",
        "tasks.",
        "secrets.verify_hosts",
    ]
    .iter()
    .any(|start| key.starts_with(start))
}

/// What is commented out is right as well: uncommented, it loads, and to the same values.
#[test]
fn what_it_shows_is_the_default() {
    let text = template(&ProjectFacts::default());
    let uncommented: String = text
        .lines()
        .map(|line| {
            let code = line.strip_prefix("# ").unwrap_or(line);
            let is_code = code.contains(" = ")
                || code.starts_with('[')
                || code.starts_with("  {")
                || code == "]";
            let prose = code.contains('`');
            if is_code && !prose { code } else { line }
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let loaded = load_text(&uncommented).unwrap();
    let defaults = load(&Inputs::default()).unwrap();
    assert_eq!(loaded.config.environment.as_deref(), Some("production"));
    assert_eq!(loaded.config.suppressions.len(), 1);
    for (key, value, origin) in defaults.entries() {
        if key == "suppressions" || key == "policy.on_stale_database" {
            continue;
        }
        let shown = loaded
            .entries()
            .into_iter()
            .find(|(other, _, _)| *other == key)
            .unwrap();
        assert_eq!(shown.1, value, "{key}");
        let users = [
            "trust_project_policy",
            "store.",
            "audit.",
            "access.",
            "tasks.",
            "secrets.verify_hosts",
        ];
        if !users.iter().any(|start| key.starts_with(start)) {
            assert_eq!(
                shown.2.layer,
                LayerKind::Project,
                "{key} is not shown: {origin}"
            );
        }
    }
}

#[test]
fn the_schema_agrees_with_the_loader() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (text, valid) in [
        (template(&facts()).as_str(), true),
        (
            "environment = \"qa\"\n[environments.qa.policy]\nfail_on = \"high\"",
            true,
        ),
        ("[policy.tighten.kev]\nwithin_hours = 12", true),
        ("scan.only = [\"deps\"]", true),
        ("scan.only = [\"deps\", \"code\"]", true),
        ("scan.only = [\"dreams\"]", false),
        (
            "[code]\nrules = [\"python-security\", \"rules/own.yaml\"]",
            true,
        ),
        ("[code]\nrulez = []", false),
        ("[policy]\nfial_on = \"high\"", false),
        ("[scan]\njobs = 0", false),
        ("[environments.qa]\nenvironment = \"x\"", false),
        ("[[suppressions]]\nreason = \"r\"", false),
    ] {
        let value: serde_json::Value = toml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&value), valid, "{text}");
        let project = Some(File {
            path: "runward.toml",
            text,
        });
        assert_eq!(
            load(&Inputs {
                project,
                ..Inputs::default()
            })
            .is_ok(),
            valid,
            "{text}"
        );
    }
}
