//! The lists of names that registries and others publish.
//!
//! Each reader streams, and calls back once for each name in the list's order. crates.io publishes no
//! list of names alone (its daily database dump and git index hold them among much else), npm none
//! at all (the package `all-the-package-names` holds an array of them).

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::limits::MAX_NAME_BYTES;
use crate::{Limits, NamesError};

/// What was read of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Listed {
    pub names: u64,
    /// Entries that cannot be names: empty, too long, with spaces.
    pub left_out: u64,
}

/// Told each name; its error ends the reading.
pub type Each<'a> = &'a mut dyn FnMut(&str) -> Result<(), NamesError>;

/// `PyPI`'s simple index in JSON (PEP 691): `{"meta": {"api-version": "1.1"}, "projects": [{"name": …}]}`.
pub fn simple_index(
    from: impl Read,
    limits: &Limits,
    each: Each<'_>,
) -> Result<Listed, NamesError> {
    object(from, limits, each, ("projects", "name"))
}

/// The list of the most downloaded `PyPI` packages as `top-pypi-packages` publishes it:
/// `{"rows": [{"project": "boto3", "download_count": …}]}`, the most downloaded first.
pub fn top_pypi(from: impl Read, limits: &Limits, each: Each<'_>) -> Result<Listed, NamesError> {
    object(from, limits, each, ("rows", "project"))
}

/// A JSON array of names, as in npm's package `all-the-package-names`.
pub fn json_array(from: impl Read, limits: &Limits, each: Each<'_>) -> Result<Listed, NamesError> {
    json(from, limits, each, None)
}

/// One name a line; empty lines and those that begin with `#` are passed over.
pub fn plain(from: impl Read, limits: &Limits, each: Each<'_>) -> Result<Listed, NamesError> {
    let mut taker = Taker::new(each);
    let mut from = BufReader::new(Bounded::new(from, limits));
    let mut line = Vec::new();
    loop {
        line.clear();
        if from
            .read_until(b'\n', &mut line)
            .map_err(too_long(limits))?
            == 0
        {
            return Ok(taker.listed);
        }
        let name = std::str::from_utf8(&line)
            .map_err(|_| NamesError::List("a line is not UTF-8".to_owned()))?
            .trim();
        if !name.is_empty() && !name.starts_with('#') {
            taker.take(name)?;
        }
    }
}

struct Taker<'a> {
    each: Each<'a>,
    listed: Listed,
    error: Option<NamesError>,
}

impl<'a> Taker<'a> {
    fn new(each: Each<'a>) -> Self {
        Self {
            each,
            listed: Listed::default(),
            error: None,
        }
    }

    fn take(&mut self, name: &str) -> Result<(), NamesError> {
        let name = name.trim();
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(char::is_whitespace) {
            self.listed.left_out += 1;
            return Ok(());
        }
        self.listed.names += 1;
        (self.each)(name)
    }
}

type Keys = (&'static str, &'static str);

fn object(
    from: impl Read,
    limits: &Limits,
    each: Each<'_>,
    keys: Keys,
) -> Result<Listed, NamesError> {
    json(from, limits, each, Some(keys))
}

fn json(
    from: impl Read,
    limits: &Limits,
    each: Each<'_>,
    keys: Option<Keys>,
) -> Result<Listed, NamesError> {
    let mut taker = Taker::new(each);
    let from = BufReader::new(Bounded::new(from, limits));
    let mut deserializer = serde_json::Deserializer::from_reader(from);
    let read = match keys {
        Some(keys) => List {
            taker: &mut taker,
            keys,
        }
        .deserialize(&mut deserializer),
        None => Entries {
            taker: &mut taker,
            key: None,
        }
        .deserialize(&mut deserializer),
    };
    if let Err(error) = read.and_then(|()| deserializer.end()) {
        return Err(match taker.error {
            Some(error) => error,
            None if error.is_io() => too_long(limits)(error.into()),
            None => NamesError::List(error.to_string()),
        });
    }
    Ok(taker.listed)
}

/// The object around the list.
struct List<'a, 'b> {
    taker: &'a mut Taker<'b>,
    keys: Keys,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with `{}`", self.keys.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (list, name) = self.keys;
        let mut seen = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == list {
                if seen {
                    return Err(de::Error::duplicate_field(list));
                }
                seen = true;
                map.next_value_seed(Entries {
                    taker: &mut *self.taker,
                    key: Some(name),
                })?;
            } else if key == "meta" {
                let meta: Meta = map.next_value()?;
                if meta
                    .api_version
                    .is_some_and(|version| !version.starts_with("1."))
                {
                    return Err(de::Error::custom(
                        "its API version is not 1; update Runward",
                    ));
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if seen {
            Ok(())
        } else {
            Err(de::Error::missing_field(list))
        }
    }
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    api_version: Option<String>,
}

/// The list: of objects with a key, or of texts.
struct Entries<'a, 'b> {
    taker: &'a mut Taker<'b>,
    key: Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of names")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(name) = entries.next_element_seed(Entry(self.key))? {
            if let Err(error) = self.taker.take(&name) {
                self.taker.error = Some(error);
                return Err(de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// One entry of the list.
struct Entry(Option<&'static str>);

impl<'de> DeserializeSeed<'de> for Entry {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        match self.0 {
            Some(_) => deserializer.deserialize_map(self),
            None => deserializer.deserialize_str(self),
        }
    }
}

impl<'de> Visitor<'de> for Entry {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(key) => write!(f, "an object with `{key}`"),
            None => f.write_str("a name"),
        }
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<String, E> {
        Ok(name.to_owned())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let wanted = self.0.unwrap_or_default();
        let mut name = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == wanted {
                name = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        name.ok_or_else(|| de::Error::missing_field(wanted))
    }
}

/// Fails past the limit, so that a cut list is never taken for a whole one.
struct Bounded<R> {
    from: R,
    left: u64,
}

impl<R> Bounded<R> {
    fn new(from: R, limits: &Limits) -> Self {
        Self {
            from,
            left: limits.max_list_bytes,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.left = u64::try_from(count)
            .ok()
            .and_then(|count| self.left.checked_sub(count))
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::FileTooLarge))?;
        Ok(count)
    }
}

fn too_long(limits: &Limits) -> impl Fn(std::io::Error) -> NamesError {
    let limit = limits.max_list_bytes;
    move |error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => NamesError::TooMuch {
            what: "bytes",
            limit,
        },
        _ => NamesError::Io(error),
    }
}
