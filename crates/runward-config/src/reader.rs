//! Checks TOML values against the known keys and collects them with their origins. Every error
//! is collected, none ends the reading.

use serde_json::{Map, Value};
use toml::{
    Spanned,
    de::{DeArray, DeString, DeTable, DeValue},
};

use crate::{
    error::{ConfigError, Problem, quote},
    limits::LIMITS,
    origin::{LayerKind, Origin},
    position::Lines,
    rules,
    setting::{Layer, Setting},
    shape::{Field, Shape},
    unknown,
};

/// Where a value stands among the keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    /// As the user wrote it: `environments.production.suppressions[1].path`.
    pub(crate) written: String,
    /// As the rules know it: `suppressions[].path`.
    pub(crate) key: String,
}

impl Place {
    /// The place of a key of the root; `prefix` is what stands before it in the file.
    pub(crate) fn new(prefix: &str, key: &str) -> Self {
        Self {
            written: join(prefix, key),
            key: key.to_owned(),
        }
    }

    pub(crate) fn child(&self, name: &str) -> Self {
        Self {
            written: join(&self.written, name),
            key: join(&self.key, name),
        }
    }

    fn item(&self, index: usize) -> Self {
        Self {
            written: format!("{}[{index}]", self.written),
            key: format!("{}[]", self.key),
        }
    }
}

pub(crate) fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// Reads values from one place: a file, a variable, the command line.
pub(crate) struct Reader<'a> {
    pub(crate) layer: LayerKind,
    /// The file or variable, as errors and origins name it.
    pub(crate) source: Option<&'a str>,
    /// For files.
    pub(crate) lines: Option<&'a Lines<'a>>,
    pub(crate) errors: Vec<ConfigError>,
    /// Errors past the limit.
    pub(crate) dropped: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        layer: LayerKind,
        source: Option<&'a str>,
        lines: Option<&'a Lines<'a>>,
    ) -> Self {
        Self {
            layer,
            source,
            lines,
            errors: Vec::new(),
            dropped: 0,
        }
    }

    pub(crate) fn origin(&self, offset: usize) -> Origin {
        Origin {
            layer: self.layer,
            file: self.source.map(str::to_owned),
            line: self.lines.map(|lines| lines.line(offset)),
        }
    }

    /// The errors in the order in which they stand, the surplus as one more.
    pub(crate) fn finish(mut self) -> Vec<ConfigError> {
        self.errors.sort_by_key(|error| (error.line, error.column));
        if self.dropped > 0 {
            let more = format!("{} more errors are not shown", self.dropped);
            let mut error = ConfigError::new(more).help("mend these first");
            error.file = self.source.map(str::to_owned);
            self.errors.push(error);
        }
        self.errors
    }

    /// Whether one more error would be dropped: then its text need not be worked out.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() >= LIMITS.max_errors
    }

    pub(crate) fn error(
        &mut self,
        offset: usize,
        key: &str,
        message: String,
        help: Option<String>,
    ) {
        if self.is_full() {
            self.dropped += 1;
            return;
        }
        let file = match (self.source, self.layer) {
            (Some(source), _) => Some(source.to_owned()),
            (None, LayerKind::Flag) => Some("command line".to_owned()),
            (None, _) => None,
        };
        self.errors.push(ConfigError {
            file,
            line: self.lines.map(|lines| lines.line(offset)),
            column: self.lines.map(|lines| lines.column(offset)),
            key: Some(key.to_owned()),
            message,
            help,
        });
    }

    /// Says that the value at `place` does not follow a rule.
    pub(crate) fn broken(&mut self, offset: usize, place: &Place, problem: Problem) {
        let message = format!("{} {}", quote(&place.written), problem.message);
        self.error(offset, &place.written, message, problem.help);
    }

    /// Reads a table of known fields into `layer`.
    pub(crate) fn table<'t, 'i: 't>(
        &mut self,
        fields: &[Field],
        table: impl Iterator<Item = (&'t Spanned<DeString<'i>>, &'t Spanned<DeValue<'i>>)>,
        place: &Place,
        layer: &mut Layer,
    ) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let place = place.child(name);
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                unknown::report(self, fields, key, value, &place);
                continue;
            };
            match (&field.shape, value.get_ref()) {
                (Shape::Table(inner), DeValue::Table(table)) => {
                    self.table(inner, table.iter(), &place, layer);
                }
                (Shape::Table(_), other) => {
                    let message = format!("must be a table, found {}", found(other));
                    let help = format!("write its keys below a line `[{}]`", place.written);
                    self.broken(value.span().start, &place, Problem::new(message, help));
                }
                _ => self.leaf(field, key.span().start, value, &place, layer),
            }
        }
    }

    /// Reads a value that is no table into `layer`; `at` is where its key stands.
    pub(crate) fn leaf(
        &mut self,
        field: &Field,
        at: usize,
        value: &Spanned<DeValue<'_>>,
        place: &Place,
        layer: &mut Layer,
    ) {
        if let Some(json) = self.value(&field.shape, value, place, field.example.as_ref()) {
            let items = match value.get_ref() {
                DeValue::Array(array) => array
                    .iter()
                    .map(|item| self.origin(item.span().start))
                    .collect(),
                _ => Vec::new(),
            };
            let origin = self.origin(at);
            let setting = Setting {
                value: json,
                origin,
                items,
            };
            layer.insert(place.key.clone(), setting);
        }
    }

    /// Checks one value; `None` once an error is noted. Recursion follows the shape, so it is as
    /// deep as the known keys, whatever the input nests.
    fn value(
        &mut self,
        shape: &Shape,
        value: &Spanned<DeValue<'_>>,
        place: &Place,
        example: Option<&Value>,
    ) -> Option<Value> {
        let at = value.span().start;
        let checked = match (shape, value.get_ref()) {
            (Shape::Text, DeValue::String(text)) => {
                rules::text(&place.key, text).map(|()| Value::String(text.clone().into_owned()))
            }
            (Shape::Text, DeValue::Datetime(date)) if rules::is_date(&place.key) => {
                let text = date.to_string();
                rules::text(&place.key, &text).map(|()| Value::String(text))
            }
            (Shape::Choice(words), DeValue::String(text)) => choice(words, text),
            (Shape::Boolean, DeValue::Boolean(flag)) => Ok(Value::Bool(*flag)),
            (Shape::Integer { min, max }, DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                integer(number.ok(), *min, *max)
            }
            (Shape::Number, DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                // Past 2^53 an integer loses digits, which no key here can need.
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "weights and probabilities are small"
                )]
                finite(&place.key, number.map(|number| number as f64))
            }
            (Shape::Number, DeValue::Float(number)) => {
                finite(&place.key, number.as_str().parse().ok())
            }
            (Shape::List(item), DeValue::Array(array)) => {
                return self.list(item, array, at, place);
            }
            (Shape::Table(fields), DeValue::Table(table)) => {
                return self.entry(fields, table, at, place);
            }
            (shape, other) => Err(Problem {
                message: format!("must be {}, found {}", wanted(shape), found(other)),
                help: Some(how_to_write(shape, place, example)),
            }),
        };
        match checked {
            Ok(json) => Some(json),
            Err(problem) => {
                self.broken(at, place, problem);
                None
            }
        }
    }

    fn list(
        &mut self,
        item: &Shape,
        array: &DeArray<'_>,
        at: usize,
        place: &Place,
    ) -> Option<Value> {
        if let Err(problem) = rules::list(&place.key, array.len()) {
            self.broken(at, place, problem);
            return None;
        }
        let mut values = Vec::with_capacity(array.len());
        for (index, value) in array.iter().enumerate() {
            // Go on after a wrong entry: its neighbours' errors are wanted too.
            values.push(self.value(item, value, &place.item(index), None));
        }
        values
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .map(Value::Array)
    }

    /// A table that is an entry of a list: whole by itself.
    fn entry(
        &mut self,
        fields: &[Field],
        table: &DeTable<'_>,
        at: usize,
        place: &Place,
    ) -> Option<Value> {
        let before = self.errors.len() + self.dropped;
        let mut entry = Map::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let place = place.child(name);
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                unknown::report(self, fields, key, value, &place);
                continue;
            };
            if let Some(json) = self.value(&field.shape, value, &place, field.example.as_ref()) {
                entry.insert(name.to_owned(), json);
            }
        }
        let missing = |field: &&Field| {
            field.required && !table.keys().any(|key| key.get_ref().as_ref() == field.name)
        };
        for field in fields.iter().filter(missing) {
            let place_of = place.child(&field.name);
            let problem = Problem {
                message: format!("lacks `{}`", field.name),
                help: Some(how_to_write(
                    &field.shape,
                    &place_of,
                    field.example.as_ref(),
                )),
            };
            self.broken(at, place, problem);
        }
        if before == self.errors.len() + self.dropped
            && let Err(problem) = rules::table(&place.key, &entry)
        {
            self.broken(at, place, problem);
        }
        (before == self.errors.len() + self.dropped).then_some(Value::Object(entry))
    }
}

fn choice(words: &[String], text: &str) -> Result<Value, Problem> {
    if words.iter().any(|word| word == text) {
        return Ok(Value::String(text.to_owned()));
    }
    let one_of = format!("use {}", alternatives(words));
    let near = crate::nearest::nearest(text, words.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? {one_of}"),
        None => one_of,
    };
    let message = format!("does not know the value {}", quote(text));
    Err(Problem::new(message, help))
}

fn alternatives(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn integer(number: Option<i64>, min: i64, max: i64) -> Result<Value, Problem> {
    match number {
        Some(number) if (min..=max).contains(&number) => Ok(number.into()),
        Some(number) => {
            let message = format!("must lie between {min} and {max}, found `{number}`");
            Err(Problem::new(
                message,
                format!("write for example `{}`", min.max(1)),
            ))
        }
        None => {
            let message = format!("must lie between {min} and {max}");
            Err(Problem::new(message, "write a smaller number"))
        }
    }
}

fn finite(key: &str, number: Option<f64>) -> Result<Value, Problem> {
    match number.filter(|number| number.is_finite()) {
        Some(number) => rules::number(key, number).map(|()| number.into()),
        None => Err(Problem::new(
            "must be a finite number",
            "write for example `0.5`",
        )),
    }
}

pub(crate) fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Table(_) => "a table".to_owned(),
        Shape::List(item) => match item.as_ref() {
            Shape::Table(_) => "a list of tables".to_owned(),
            _ => "a list of strings".to_owned(),
        },
        Shape::Text => "a string".to_owned(),
        Shape::Choice(words) => format!("one of {}", alternatives(words)),
        Shape::Integer { .. } => "a whole number".to_owned(),
        Shape::Number => "a number".to_owned(),
        Shape::Boolean => "`true` or `false`".to_owned(),
    }
}

/// The found value in words, with the value itself where it is short.
fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string {}", quote(text)),
        DeValue::Integer(number) => format!("the number {}", quote(number.as_str())),
        DeValue::Float(number) => format!("the number {}", quote(number.as_str())),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(date) => format!("the date {}", quote(&date.to_string())),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

fn how_to_write(shape: &Shape, place: &Place, example: Option<&Value>) -> String {
    let name = place.written.rsplit('.').next().unwrap_or_default();
    let name = name.split('[').next().unwrap_or_default();
    let value = match (example, shape) {
        (Some(example), _) => crate::render::toml(example),
        (None, _) if rules::is_date(&place.key) => "\"2026-12-31\"".to_owned(),
        (None, Shape::Text) => "\"…\"".to_owned(),
        (None, Shape::Choice(words)) => {
            format!("\"{}\"", words.last().map_or("…", String::as_str))
        }
        (None, Shape::Integer { min, .. }) => (*min).max(24).to_string(),
        (None, Shape::Number) => "0.5".to_owned(),
        (None, Shape::Boolean) => "true".to_owned(),
        (None, Shape::List(item)) => match item.as_ref() {
            Shape::Table(_) => return format!("write each entry below a line `[[{name}]]`"),
            Shape::Choice(words) => {
                format!("[\"{}\"]", words.first().map_or("…", String::as_str))
            }
            _ => "[\"…\"]".to_owned(),
        },
        (None, Shape::Table(_)) => "{ … }".to_owned(),
    };
    format!("write for example `{name} = {value}`")
}
