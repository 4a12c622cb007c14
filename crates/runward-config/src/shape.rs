//! The known keys and what each may hold, read from the JSON Schema of [`Config`]: the structs and
//! their doc comments are the only place where a key is described.

use std::sync::OnceLock;

use serde_json::Value;

use crate::{config::Config, fields};

/// What a key may hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Table(Vec<Field>),
    List(Box<Shape>),
    Text,
    Choice(Vec<String>),
    Integer { min: i64, max: i64 },
    Number,
    Boolean,
}

/// One key of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) doc: String,
    /// Must be written wherever the table is. Tables outside lists are completed by the built-in
    /// layer, so there it does not matter.
    pub(crate) required: bool,
    /// For keys whose default shows nothing of how to write them.
    pub(crate) example: Option<Value>,
}

/// The fields of a whole configuration.
pub(crate) fn root() -> &'static [Field] {
    static ROOT: OnceLock<Vec<Field>> = OnceLock::new();
    ROOT.get_or_init(|| build().0)
}

/// The fields of an `[environments.<name>]` section: all but what selects it and what says whom
/// to trust.
pub(crate) fn section() -> &'static [Field] {
    static SECTION: OnceLock<Vec<Field>> = OnceLock::new();
    SECTION.get_or_init(|| {
        let outside = |field: &&Field| !OUTSIDE_SECTIONS.contains(&field.name.as_str());
        root().iter().filter(outside).cloned().collect()
    })
}

/// Keys that no environment section can set.
pub(crate) const OUTSIDE_SECTIONS: [&str; 2] = ["environment", "trust_project_policy"];

/// The table of environment sections, known in files only.
pub(crate) const ENVIRONMENTS: &str = "environments";

/// Lists to which each layer adds, instead of replacing the lower layer's.
pub(crate) const ACCUMULATING: [&str; 2] = ["scan.exclude", "suppressions"];

/// The field at a dotted key; `None` for an unknown one.
pub(crate) fn field_at<'a>(fields: &'a [Field], key: &str) -> Option<&'a Field> {
    let (first, rest) = match key.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (key, None),
    };
    let field = fields.iter().find(|field| field.name == first)?;
    match (rest, &field.shape) {
        (None, _) => Some(field),
        (Some(rest), Shape::Table(fields)) => field_at(fields, rest),
        _ => None,
    }
}

/// Every key below `fields` that is no table, dotted, in declared order.
pub(crate) fn leaves(fields: &[Field]) -> Vec<(String, &Field)> {
    let mut found = Vec::new();
    for field in fields {
        if let Shape::Table(inner) = &field.shape {
            found.extend(
                leaves(inner)
                    .into_iter()
                    .map(|(key, leaf)| (format!("{}.{key}", field.name), leaf)),
            );
        } else {
            found.push((field.name.clone(), field));
        }
    }
    found
}

/// The root's fields, and what of the schema was not understood (a test wants none).
fn build() -> (Vec<Field>, Vec<String>) {
    let schema = schemars::schema_for!(Config).to_value();
    let mut builder = Builder {
        schema: &schema,
        odd: Vec::new(),
    };
    let fields = builder.fields("Config", &schema);
    (fields, builder.odd)
}

struct Builder<'a> {
    schema: &'a Value,
    odd: Vec<String>,
}

impl<'a> Builder<'a> {
    fn fields(&mut self, name: &str, node: &'a Value) -> Vec<Field> {
        let Some(properties) = node.get("properties").and_then(Value::as_object) else {
            self.odd.push(format!("{name} has no properties"));
            return Vec::new();
        };
        let order = fields::declared(name).unwrap_or_else(|| {
            self.odd.push(format!("{name} has no declared order"));
            &[]
        });
        let required = node.get("required").and_then(Value::as_array);
        order
            .iter()
            .filter_map(|key| Some((*key, properties.get(*key)?)))
            .map(|(key, property)| Field {
                name: key.to_owned(),
                shape: self.shape(property),
                doc: self.doc(property),
                required: required.is_some_and(|keys| keys.iter().any(|k| k == key)),
                example: property
                    .get("examples")
                    .and_then(|examples| examples.get(0))
                    .cloned(),
            })
            .collect()
    }

    fn shape(&mut self, node: &'a Value) -> Shape {
        if let Some((name, target)) = self.reference(node) {
            if target.get("properties").is_some() {
                return Shape::Table(self.fields(name, target));
            }
            let mut shape = self.shape(target);
            if let (Shape::Choice(words), Some(order)) = (&mut shape, fields::declared(name)) {
                words.sort_by_key(|word| order.iter().position(|known| known == word));
            }
            return shape;
        }
        if let Some(words) = words(node) {
            return Shape::Choice(words);
        }
        if let Some(parts) = node.get("anyOf").and_then(Value::as_array) {
            // `Option<T>`: T or null.
            if let Some(part) = parts.iter().find(|part| !is_null(part)) {
                return self.shape(part);
            }
        }
        match type_of(node) {
            Some("string") => Shape::Text,
            Some("boolean") => Shape::Boolean,
            Some("number") => Shape::Number,
            Some("integer") => integer(node),
            Some("array") => match node.get("items") {
                Some(items) => Shape::List(Box::new(self.shape(items))),
                None => self.odd_one(node),
            },
            _ => self.odd_one(node),
        }
    }

    fn odd_one(&mut self, node: &Value) -> Shape {
        self.odd.push(node.to_string());
        Shape::Text
    }

    fn reference(&self, node: &'a Value) -> Option<(&'a str, &'a Value)> {
        let name = node.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        Some((name, self.schema.get("$defs")?.get(name)?))
    }

    /// The property's own text; for a table, else that of its type.
    fn doc(&self, node: &'a Value) -> String {
        let own = node.get("description");
        let of_type = || {
            let (_, table) = self.reference(node)?;
            table.get("properties").and(table.get("description"))
        };
        own.or_else(of_type)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

/// The words of an enumeration, in either form that schemars gives it.
fn words(node: &Value) -> Option<Vec<String>> {
    let strings = |values: &[Value]| {
        let word = |value: &Value| value.as_str().map(str::to_owned);
        values.iter().map(word).collect::<Option<Vec<_>>>()
    };
    if let Some(values) = node.get("enum").and_then(Value::as_array) {
        return strings(values);
    }
    let mut found = Vec::new();
    for part in node.get("oneOf")?.as_array()? {
        match part.get("const") {
            Some(word) => found.push(word.as_str()?.to_owned()),
            None => found.extend(words(part)?),
        }
    }
    Some(found)
}

fn type_of(node: &Value) -> Option<&str> {
    match node.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|n| *n != "null"),
        _ => None,
    }
}

fn is_null(node: &Value) -> bool {
    node.get("type").and_then(Value::as_str) == Some("null")
}

fn integer(node: &Value) -> Shape {
    let (low, high) = match node.get("format").and_then(Value::as_str) {
        Some("uint32") => (0, i64::from(u32::MAX)),
        Some("uint8") => (0, i64::from(u8::MAX)),
        Some("uint16") => (0, i64::from(u16::MAX)),
        Some(format) if format.starts_with("uint") => (0, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    };
    let bound = |name: &str| node.get(name).and_then(Value::as_i64);
    Shape::Integer {
        min: bound("minimum").unwrap_or(low),
        max: bound("maximum").unwrap_or(high),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_schema_is_understood() {
        let (fields, odd) = build();
        assert_eq!(odd, Vec::<String>::new());
        let schema = schemars::schema_for!(Config).to_value();
        assert_eq!(
            fields.len(),
            schema["properties"].as_object().unwrap().len()
        );
    }

    #[test]
    fn keys_are_found_with_their_shape() {
        let shape = |key| field_at(root(), key).map(|field| field.shape.clone());
        assert_eq!(shape("scan.default_excludes"), Some(Shape::Boolean));
        assert_eq!(
            shape("scan.jobs"),
            Some(Shape::Integer { min: 1, max: 1024 })
        );
        assert_eq!(
            shape("policy.tighten.epss_probability"),
            Some(Shape::Number)
        );
        assert!(matches!(shape("policy.fail_on"), Some(Shape::Choice(words)) if words.len() == 6));
        assert!(matches!(shape("deps.platform"), Some(Shape::Choice(words)) if words.len() == 3));
        assert!(matches!(shape("suppressions"), Some(Shape::List(_))));
        assert_eq!(shape("scan.no_such"), None);
        assert_eq!(shape("scan.jobs.more"), None);
    }

    #[test]
    fn every_key_is_documented() {
        fn check(path: &str, fields: &[Field], bare: &mut Vec<String>) {
            for field in fields {
                let path = format!("{path}.{}", field.name);
                // The model's own types may lean on their struct's words.
                if field.doc.is_empty()
                    && !path.starts_with(".policy.")
                    && !path.starts_with(".suppressions.")
                {
                    bare.push(path.clone());
                }
                if let Shape::Table(inner) = &field.shape {
                    check(&path, inner, bare);
                }
            }
        }
        let mut bare = Vec::new();
        check("", root(), &mut bare);
        assert_eq!(bare, Vec::<String>::new());
    }

    #[test]
    fn what_accumulates_is_a_list() {
        for key in ACCUMULATING {
            assert!(
                matches!(field_at(root(), key).unwrap().shape, Shape::List(_)),
                "{key}"
            );
        }
    }
}
