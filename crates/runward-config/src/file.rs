//! One configuration file: its own layer and its environment sections.

use std::collections::BTreeMap;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    error::{ConfigError, Problem, quote},
    limits::LIMITS,
    nearest::nearest,
    origin::LayerKind,
    position::Lines,
    reader::{Place, Reader, join},
    rules,
    setting::Layer,
    shape::{self, ENVIRONMENTS, Shape},
    unknown,
};

/// What one file says.
#[derive(Debug, Default)]
pub(crate) struct FileLayers {
    pub(crate) layer: Layer,
    pub(crate) environments: BTreeMap<String, Layer>,
}

/// Where the configuration stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// The whole file.
    File,
    /// `[tool.runward]`, as `pyproject.toml` has it.
    ToolTable,
    /// The keys of `policy`, as `policies/default.toml` has them.
    Policy,
}

/// Reads a file; whatever is right is in the layers even where there are errors. `None`: the file
/// has no configuration (a `pyproject.toml` without `[tool.runward]`).
pub(crate) fn read(
    kind: LayerKind,
    path: &str,
    text: &str,
    root: Root,
) -> (Option<FileLayers>, Vec<ConfigError>) {
    // A pyproject.toml is the project's own business until it speaks to us.
    if root == Root::ToolTable && !text.contains("runward") {
        return (None, Vec::new());
    }
    if text.len() > LIMITS.max_file_bytes {
        let message = format!(
            "the file is {} bytes long, over the limit of {}",
            text.len(),
            LIMITS.max_file_bytes
        );
        let error = ConfigError::new(message).in_file(path).help("shorten it");
        return (None, vec![error]);
    }
    let lines = Lines::new(text);
    let Ok(document) = DeTable::parse(text) else {
        return (None, syntax_errors(path, text, &lines));
    };
    let mut reader = Reader::new(kind, Some(path), Some(&lines));
    let layers = match root {
        Root::File => Some(reader.file(document.get_ref(), "")),
        Root::Policy => Some(reader.policy(document.get_ref())),
        Root::ToolTable => match tool_table(document.get_ref()) {
            None => None,
            Some(DeValue::Table(table)) => Some(reader.file(table, "tool.runward")),
            Some(_) => {
                let problem = Problem::new("must be a table", "write `[tool.runward]`");
                reader.broken(0, &Place::new("", "tool.runward"), problem);
                None
            }
        },
    };
    (layers, reader.finish())
}

fn tool_table<'a, 'i>(document: &'a DeTable<'i>) -> Option<&'a DeValue<'i>> {
    let tool = document.get("tool")?.get_ref().as_table()?;
    tool.get("runward").map(Spanned::get_ref)
}

/// Every syntax error. Only these are reported: what a broken file means is not known.
pub(crate) fn syntax_errors(path: &str, text: &str, lines: &Lines<'_>) -> Vec<ConfigError> {
    let (_, errors) = DeTable::parse_recoverable(text);
    let mut found: Vec<ConfigError> = errors
        .iter()
        .take(LIMITS.max_errors)
        .map(|error| {
            let at = error.span().map_or(0, |span| span.start);
            ConfigError {
                line: Some(lines.line(at)),
                column: Some(lines.column(at)),
                ..ConfigError::new(format!(
                    "not valid TOML: {}",
                    error.message().replace('\n', " ")
                ))
                .in_file(path)
                .help("a key is written `name = value`, a string in quotes, a table `[name]`")
            }
        })
        .collect();
    if errors.len() > found.len() {
        let more = format!("{} more errors are not shown", errors.len() - found.len());
        found.push(
            ConfigError::new(more)
                .in_file(path)
                .help("mend these first"),
        );
    }
    found
}

impl Reader<'_> {
    /// The root table of a configuration; `prefix` is what stands before its keys in the file.
    fn file(&mut self, table: &DeTable<'_>, prefix: &str) -> FileLayers {
        let mut layers = FileLayers::default();
        let place = Place {
            written: prefix.to_owned(),
            key: String::new(),
        };
        if let Some(sections) = table.get(ENVIRONMENTS) {
            let place = Place::new(prefix, ENVIRONMENTS);
            if let DeValue::Table(sections) = sections.get_ref() {
                self.sections(sections, &place.written, &mut layers);
            } else {
                let problem = Problem::new(
                    "must be a table of sections",
                    "write `[environments.production]` and its keys below",
                );
                self.broken(sections.span().start, &place, problem);
            }
        }
        let own = table
            .iter()
            .filter(|(key, _)| key.get_ref() != ENVIRONMENTS);
        self.table(shape::root(), own, &place, &mut layers.layer);
        layers
    }

    fn policy(&mut self, table: &DeTable<'_>) -> FileLayers {
        let mut layers = FileLayers::default();
        if let Some(Shape::Table(fields)) =
            shape::field_at(shape::root(), "policy").map(|f| &f.shape)
        {
            let place = Place::new("", "policy");
            self.table(fields, table.iter(), &place, &mut layers.layer);
        }
        layers
    }

    fn sections(&mut self, sections: &DeTable<'_>, prefix: &str, layers: &mut FileLayers) {
        for (index, (name, section)) in sections.iter().enumerate() {
            let at = name.span().start;
            let name = name.get_ref().as_ref();
            let place = Place {
                written: join(prefix, name),
                key: String::new(),
            };
            if index >= LIMITS.max_environments {
                let message = format!("has more than {} sections", LIMITS.max_environments);
                let written = prefix.to_owned();
                let whole = Place {
                    written,
                    ..Place::default()
                };
                self.broken(
                    at,
                    &whole,
                    Problem::new(message, "remove those that nobody selects"),
                );
                return;
            }
            if let Err(problem) = rules::environment(name) {
                self.broken(at, &place, problem);
                continue;
            }
            let Some(table) = section.get_ref().as_table() else {
                let problem = Problem::new(
                    "must be a table",
                    format!("write `[{}]` and its keys below", place.written),
                );
                self.broken(section.span().start, &place, problem);
                continue;
            };
            let mut layer = Layer::new();
            self.table(shape::section(), table.iter(), &place, &mut layer);
            layers.environments.insert(name.to_owned(), layer);
        }
    }
}

/// The nearest known environment to a name that has no section.
pub(crate) fn unknown_environment<'a>(
    name: &str,
    sections: impl Iterator<Item = &'a str>,
) -> Problem {
    let known = rules::WELL_KNOWN_ENVIRONMENTS.into_iter().chain(sections);
    let near =
        nearest(name, known).map_or(String::new(), |near| format!("did you mean `{near}`? "));
    Problem::new(
        format!("unknown environment {}", quote(name)),
        format!(
            "{near}development, staging and production are known; for another one write a section \
             `[environments.{}]`",
            quote(name).trim_matches('`')
        ),
    )
}

/// A variable or flag whose key nobody knows.
pub(crate) fn nearest_key(key: &str) -> Option<String> {
    unknown::anywhere(key)
}
