//! What holds for any input.

use proptest::prelude::*;
use runward_config::{File, Inputs, keys, load, set};

/// Texts that look like configuration often enough to get past the parser.
fn toml_like() -> impl Strategy<Value = String> {
    let names: Vec<String> = keys()
        .into_iter()
        .map(|key| key.key.replace("[]", ""))
        .collect();
    let name = prop_oneof![
        3 => prop::sample::select(names),
        1 => "[a-z_.]{1,12}",
    ];
    let value = prop_oneof![
        "-?[0-9]{1,20}",
        "\"[a-z0-9*{}-]{0,12}\"",
        Just("true".to_owned()),
        Just("[]".to_owned()),
        Just("[{ reason = \"r\", expires = 2027-01-01, author = 1 }]".to_owned()),
        Just("{ a = { b = [1, inf] } }".to_owned()),
        Just("2027-01-01".to_owned()),
    ];
    let line = prop_oneof![
        4 => (name.clone(), value).prop_map(|(name, value)| format!("{name} = {value}\n")),
        1 => name.clone().prop_map(|name| format!("[{name}]\n")),
        1 => name.clone().prop_map(|name| format!("[[{name}]]\n")),
        1 => name.prop_map(|name| format!("[environments.a.{name}]\n")),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

fn load_text(text: &str) -> Result<runward_config::Loaded, Vec<runward_config::ConfigError>> {
    load(&Inputs {
        project: Some(File {
            path: "runward.toml",
            text,
        }),
        environment: Some("production"),
        ..Inputs::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_loads_or_errs(text in prop_oneof![any::<String>(), toml_like()]) {
        match load_text(&text) {
            Ok(loaded) => {
                for (key, _, _) in loaded.entries() {
                    prop_assert!(loaded.origin(&key).is_some(), "{}", key);
                }
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                for error in errors {
                    prop_assert!(!error.to_string().contains('\n'), "{}", error);
                    // Ours, not that of the final deserialization.
                    prop_assert!(error.file.is_some(), "{}", error);
                    prop_assert!(error.help.is_some(), "{}", error);
                }
            }
        }
    }

    #[test]
    fn any_variable_and_flag_loads_or_errs(
        name in "RUNWARD_[A-Z_]{0,20}",
        key in prop::sample::select(keys().into_iter().map(|key| key.key).collect::<Vec<_>>()),
        value in any::<String>(),
    ) {
        let variables = [(name, value.clone())];
        let flags = [(key, value)];
        let _ = load(&Inputs { variables: &variables, flags: &flags, ..Inputs::default() });
    }

    #[test]
    fn any_edit_keeps_the_file_readable(text in toml_like(), key in "[a-z_.]{1,20}", value in any::<String>()) {
        let _ = set(&text, &key, &value);
        if let Ok(edited) = set(&text, "policy.tighten.kev.within_hours", "17") {
            let parsed: toml::Table = toml::from_str(&edited).unwrap();
            prop_assert_eq!(parsed["policy"]["tighten"]["kev"]["within_hours"].as_integer(), Some(17));
        }
    }

    /// A value that a layer shows can be set again, and comes back the same.
    #[test]
    fn set_then_load_gives_the_value(name in "[^\\x00-\\x1f\\x7f]{0,30}[a-z]", jobs in 1u32..1024, days in 0u32.., globs in prop::collection::vec("[a-z*/ ,]{0,8}[a-z]", 0..4)) {
        let before = load_text("").unwrap();
        let written = |value: toml::Value| value.to_string();
        let mut text = String::from("# kept\n");
        for (key, value) in [
            ("project.name", written(name.clone().into())),
            ("scan.jobs", jobs.to_string()),
            ("policy.max_suppression_days", days.to_string()),
            ("scan.exclude", written(globs.clone().into())),
        ] {
            text = set(&text, key, &value).unwrap();
        }
        let after = load_text(&text).unwrap();
        prop_assert_eq!(after.config.project.name.as_deref(), Some(name.as_str()));
        prop_assert_eq!(after.config.scan.jobs, Some(jobs));
        prop_assert_eq!(after.config.policy.max_suppression_days, days);
        prop_assert_eq!(&after.config.scan.exclude, &globs);
        prop_assert!(text.starts_with("# kept\n"));
        prop_assert_eq!(&after.config.policy.matrix, &before.config.policy.matrix);
    }
}

/// Every default can be written back through `set`.
#[test]
fn every_shown_value_can_be_set() {
    let defaults = load_text("").unwrap();
    let mut text = String::new();
    for (key, value, _) in defaults.entries() {
        if key == "trust_project_policy" || key == "environment" {
            continue;
        }
        text = set(&text, &key, &value).unwrap_or_else(|error| panic!("{key} = {value}: {error}"));
    }
    assert_eq!(load_text(&text).unwrap().config, defaults.config);
}
