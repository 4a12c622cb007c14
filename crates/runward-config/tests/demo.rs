//! The configuration of the demo project is right.

use runward_config::{File, Inputs, LayerKind, load};
use runward_model::{Severity, policy::OnIncomplete};

#[test]
fn the_demo_loads_in_each_environment() {
    let text = include_str!("../../../demo/runward.toml");
    let inputs = Inputs {
        project: Some(File {
            path: "demo/runward.toml",
            text,
        }),
        pyproject: Some(File {
            path: "demo/pyproject.toml",
            text: include_str!("../../../demo/pyproject.toml"),
        }),
        ..Inputs::default()
    };
    let loaded = load(&inputs).unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(loaded.config.project.name.as_deref(), Some("order-desk"));
    assert_eq!(loaded.config.suppressions.len(), 1);
    assert_eq!(
        loaded.suppression_origin(0).unwrap().layer,
        LayerKind::Project
    );
    let in_environment = |name| {
        let environment = Some(name);
        load(&Inputs {
            environment,
            ..inputs
        })
        .unwrap()
        .config
        .policy
    };
    assert_eq!(in_environment("development").fail_on, Severity::High);
    assert_eq!(
        in_environment("production").on_starter_database,
        OnIncomplete::Fail
    );
}
