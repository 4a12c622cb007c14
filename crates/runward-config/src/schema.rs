//! The JSON Schema of `runward.toml`, for editors and for `runward config schema`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::{
    config::Config,
    load,
    shape::{ENVIRONMENTS, OUTSIDE_SECTIONS},
};

/// The schema of a configuration file: every key is optional there, since the layers below
/// complete it, and each key states its default.
pub fn schema() -> Value {
    let settings =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut root = settings
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value();
    make_optional(&mut root);
    for (key, setting) in load::defaults() {
        if let Some(property) = property(&mut root, &key) {
            property.insert("default".to_owned(), setting.value);
        }
    }
    let mut section = root.get("properties").cloned().unwrap_or_default();
    if let Some(section) = section.as_object_mut() {
        section.retain(|key, _| !OUTSIDE_SECTIONS.contains(&key.as_str()));
    }
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        let environments = json!({
            "description": "What differs in an environment, by its name: any of the other keys. \
                            The section that `environment` selects overrides the file.",
            "type": "object",
            "propertyNames": { "pattern": "^[A-Za-z0-9_-]{1,64}$" },
            "additionalProperties": {
                "type": "object",
                "properties": section,
                "additionalProperties": false,
            },
        });
        properties.insert(ENVIRONMENTS.to_owned(), environments);
    }
    if let Some(root) = root.as_object_mut() {
        root.insert("title".to_owned(), json!("runward.toml"));
        root.insert(
            "description".to_owned(),
            json!("Configuration of Runward for one project."),
        );
    }
    root
}

/// Drops `required` of a table and of the tables in it, but not of tables in lists, which no
/// layer completes. Recursion follows our own schema.
fn make_optional(node: &mut Value) {
    let Some(node) = node.as_object_mut() else {
        return;
    };
    node.remove("required");
    if let Some(properties) = node.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(make_optional);
    }
}

fn property<'a>(node: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    let mut node = node;
    for name in key.split('.') {
        node = node.get_mut("properties")?.get_mut(name)?;
    }
    node.as_object_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_optional_with_their_defaults() {
        let schema = schema();
        assert!(schema.get("required").is_none());
        let policy = &schema["properties"]["policy"];
        assert!(policy.get("required").is_none());
        assert!(policy["properties"]["fail_on"]["default"].is_string());
        assert_eq!(
            schema["properties"]["database"]["properties"]["max_age_hours"]["default"],
            24
        );
        let required = &schema["properties"]["suppressions"]["items"]["required"];
        assert_eq!(required, &json!(["reason", "author", "expires"]));
    }

    #[test]
    fn sections_hold_all_but_what_selects_them() {
        let schema = schema();
        let section = &schema["properties"]["environments"]["additionalProperties"]["properties"];
        assert!(section["policy"]["properties"]["fail_on"].is_object());
        assert!(section.get("environment").is_none());
        assert!(section.get("trust_project_policy").is_none());
        assert!(section.get("environments").is_none());
    }
}
