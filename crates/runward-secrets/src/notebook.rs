//! Jupyter notebooks: the texts of their cells, so that a place can be told as a person sees it.

use serde_json::Value;

/// A text of a notebook.
pub(crate) struct Part {
    /// From 1; none of what belongs to no cell.
    pub(crate) cell: Option<usize>,
    pub(crate) text: String,
}

/// The sources and outputs of the cells, in order. Images are left out: they are no text.
pub(crate) fn parts(text: &str) -> Result<Vec<Part>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(Value::Array(cells)) = value.get("cells") else {
        return Err("it has no `cells`".to_owned());
    };
    let mut parts = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        let number = Some(index + 1);
        let mut add = |text: String| {
            if !text.is_empty() {
                parts.push(Part { cell: number, text });
            }
        };
        add(joined(cell.get("source")));
        let outputs = cell.get("outputs").and_then(Value::as_array);
        for output in outputs.into_iter().flatten() {
            add(joined(output.get("text")));
            add(joined(output.get("evalue")));
            add(joined(output.get("traceback")));
            let data = output.get("data").and_then(Value::as_object);
            for (kind, value) in data.into_iter().flatten() {
                if !kind.starts_with("image/") {
                    add(joined(Some(value)));
                }
            }
        }
        // Whoever adds a field to a cell's metadata may put anything there.
        for key in ["metadata", "attachments"] {
            if let Some(value) = cell.get(key).filter(|value| filled(value)) {
                add(shown(value));
            }
        }
    }
    if let Some(metadata) = value.get("metadata").filter(|value| filled(value)) {
        parts.push(Part {
            cell: None,
            text: shown(metadata),
        });
    }
    Ok(parts)
}

fn filled(value: &Value) -> bool {
    value.as_object().is_some_and(|object| !object.is_empty())
}

fn shown(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A text, or the lines of one, which end with their line feeds.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines
            .iter()
            .filter_map(Value::as_str)
            .flat_map(|line| [line, if line.ends_with('\n') { "" } else { "\n" }])
            .collect(),
        Some(value @ Value::Object(_)) => shown(value),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_outputs_are_texts_of_their_cell() {
        let text = r#"{"cells": [
            {"cell_type": "markdown", "source": "Hello"},
            {"cell_type": "code", "source": ["a\n", "b"], "metadata": {"k": "v"},
             "outputs": [{"text": ["out\n"], "data": {"image/png": "AAAA", "text/plain": "p"}}]}
        ], "metadata": {"kernelspec": {"name": "python3"}}}"#;
        let parts = parts(text).unwrap();
        let seen: Vec<_> = parts
            .iter()
            .map(|part| (part.cell, part.text.trim()))
            .collect();
        assert_eq!(seen.first(), Some(&(Some(1), "Hello")));
        assert_eq!(seen.get(1), Some(&(Some(2), "a\nb")));
        assert_eq!(seen.get(2), Some(&(Some(2), "out")));
        assert_eq!(seen.get(3), Some(&(Some(2), "p")));
        assert_eq!(seen.last().map(|(cell, _)| *cell), Some(None));
        assert!(!seen.iter().any(|(_, text)| text.contains("AAAA")));
    }

    #[test]
    fn what_is_no_notebook_is_told() {
        assert!(parts("{").is_err());
        assert!(parts("{}").is_err());
    }
}
