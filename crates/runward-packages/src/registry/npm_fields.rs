//! Fields of a packument that come in several shapes.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::lenient::{List, Map, Text};

/// A date; for `unpublished`, a map that has one.
#[derive(Default, Clone, Copy)]
pub(crate) struct Time(pub(super) Option<Timestamp>);

#[derive(Default)]
pub(crate) struct Somebody {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) trusted: bool,
}

#[derive(Default)]
pub(crate) struct Place(pub(super) Option<String>);

/// `bin`: a map, or one path under the package's own name.
#[derive(Default)]
pub(crate) struct Bin {
    pub(super) one: Option<String>,
    pub(super) many: Vec<(String, Option<String>)>,
}

#[derive(Default)]
pub(crate) struct Dist {
    pub(super) tarball: Option<String>,
    pub(super) shasum: Option<String>,
    pub(super) integrity: Option<String>,
    pub(super) attested: bool,
}

/// Any JSON value as a map or a text; all else is neither.
#[derive(Default)]
struct MapOrText {
    map: Vec<(String, Either)>,
    text: Option<String>,
}

impl<'de> Deserialize<'de> for MapOrText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A text comes as a list of one, a map likewise; other lists are not looked into.
        let mut list = List::<Either>::deserialize(deserializer)?;
        let mut found = Self::default();
        match list.items.pop() {
            Some(Either::Map(map)) if list.items.is_empty() => found.map = map,
            Some(Either::Text(text)) if list.items.is_empty() => found.text = Some(text),
            _ => {}
        }
        Ok(found)
    }
}

/// A value two levels deep at most; deeper ones are skipped.
enum Either {
    Text(String),
    Map(Vec<(String, Either)>),
    Neither,
}

impl Either {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Either {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> serde::de::Visitor<'de> for V {
            type Value = Either;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("any JSON value")
            }
            fn visit_bool<E>(self, set: bool) -> Result<Either, E> {
                // `trustedPublisher` and the like only have to be there.
                Ok(if set {
                    Either::Text("true".to_owned())
                } else {
                    Either::Neither
                })
            }
            fn visit_i64<E>(self, _: i64) -> Result<Either, E> {
                Ok(Either::Neither)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Either, E> {
                Ok(Either::Neither)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Either, E> {
                Ok(Either::Neither)
            }
            fn visit_unit<E>(self) -> Result<Either, E> {
                Ok(Either::Neither)
            }
            fn visit_str<E>(self, text: &str) -> Result<Either, E> {
                Ok(Either::Text(crate::lenient::cut(text)))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Either, A::Error> {
                while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Either::Neither)
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Either, A::Error> {
                let map =
                    Map::<Text>::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                let items = map.items.into_iter().map(|(key, value)| {
                    // A map inside is known to be there, not what it holds.
                    (key, value.0.map_or(Either::Neither, Either::Text))
                });
                Ok(Either::Map(items.collect()))
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MapOrText { map, text } = MapOrText::deserialize(deserializer)?;
        let text = text.or_else(|| {
            map.into_iter()
                .find(|(key, _)| key == "time")
                .and_then(|(_, value)| value.text())
        });
        Ok(Self(text.and_then(|text| text.parse().ok())))
    }
}

impl<'de> Deserialize<'de> for Somebody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MapOrText { map, text } = MapOrText::deserialize(deserializer)?;
        let mut somebody = Self::default();
        // `Name <address> (site)`, as people write it in package.json.
        if let Some(text) = text {
            let text = text.split('(').next().unwrap_or_default();
            let (name, rest) = text.split_once('<').unwrap_or((text, ""));
            let email = rest.trim().trim_end_matches('>').trim();
            somebody.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
            somebody.email = Some(email.to_owned()).filter(|email| !email.is_empty());
        }
        for (key, value) in map {
            match key.as_str() {
                "name" => somebody.name = value.text(),
                "email" => somebody.email = value.text(),
                "trustedPublisher" => somebody.trusted = true,
                _ => {}
            }
        }
        Ok(somebody)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MapOrText { map, text } = MapOrText::deserialize(deserializer)?;
        Ok(Self(text.or_else(|| {
            map.into_iter()
                .find(|(key, _)| key == "url")
                .and_then(|(_, value)| value.text())
        })))
    }
}

impl<'de> Deserialize<'de> for Bin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MapOrText { map, text: one } = MapOrText::deserialize(deserializer)?;
        let many = map
            .into_iter()
            .map(|(name, path)| (name, path.text()))
            .collect();
        Ok(Self { one, many })
    }
}

impl<'de> Deserialize<'de> for Dist {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = MapOrText::deserialize(deserializer)?.map;
        let mut dist = Self::default();
        for (key, value) in map {
            match key.as_str() {
                "tarball" => dist.tarball = value.text(),
                "shasum" => dist.shasum = value.text(),
                "integrity" => dist.integrity = value.text(),
                "attestations" => dist.attested = true,
                _ => {}
            }
        }
        Ok(dist)
    }
}
