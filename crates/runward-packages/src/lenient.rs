//! JSON fields of registries as they are, not as they should be.
//!
//! Old npm packages have numbers where texts belong, lists where maps belong. A field of another
//! type is taken as absent instead of failing the whole answer. Nothing is buffered: what is not
//! wanted is skipped while reading. Lists and maps stop growing at [`Limits::max_items`].

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::limits::Limits;

/// A text of at most [`Limits::max_text_bytes`], or nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Option<String>);

impl Text {
    /// Without surrounding space; `None` where nothing is left.
    pub(crate) fn filled(self) -> Option<String> {
        self.0
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }
}

/// `true`, `false`, or a text such as npm's and PyPI's reasons.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum Flag {
    #[default]
    No,
    Yes(String),
}

impl Flag {
    pub(crate) fn reason(self) -> Option<String> {
        match self {
            Self::No => None,
            Self::Yes(reason) => Some(reason),
        }
    }
}

/// A whole number, or nothing.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(pub(crate) Option<u64>);

/// A list. A single text or map counts as a list of one, as in npm's `maintainers`.
#[derive(Debug, Clone)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    /// There were more items than the limit.
    pub(crate) cut: bool,
}

/// A map in the order of the document.
#[derive(Debug, Clone)]
pub(crate) struct Map<T> {
    pub(crate) items: Vec<(String, T)>,
    pub(crate) cut: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            cut: false,
        }
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            cut: false,
        }
    }
}

/// A text cut to the limit at a character's border.
pub(crate) fn cut(text: &str) -> String {
    let limit = Limits::DEFAULT.max_text_bytes;
    text.get(..text.floor_char_boundary(limit))
        .unwrap_or_default()
        .to_owned()
}

/// Visitors that take all that JSON has, and skip what they do not want.
macro_rules! skip_all_but {
    ($value:ident, $absent:expr) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any JSON value")
        }
        skip_all_but!(@scalars $value, $absent);
    };
    (@scalars $value:ident, $absent:expr) => {
        fn visit_unit<E: Error>(self) -> Result<$value, E> {
            Ok($absent)
        }
        fn visit_none<E: Error>(self) -> Result<$value, E> {
            Ok($absent)
        }
        fn visit_i64<E: Error>(self, _: i64) -> Result<$value, E> {
            Ok($absent)
        }
        fn visit_f64<E: Error>(self, _: f64) -> Result<$value, E> {
            Ok($absent)
        }
    };
}

fn skip_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Text;
            skip_all_but!(Text, Text(None));
            fn visit_bool<E: Error>(self, _: bool) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Text, E> {
                Ok(Text(None))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(Some(cut(text))))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Text, A::Error> {
                skip_seq(seq).map(|()| Text(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                skip_map(map).map(|()| Text(None))
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Flag;
            skip_all_but!(Flag, Flag::No);
            fn visit_bool<E: Error>(self, set: bool) -> Result<Flag, E> {
                Ok(if set {
                    Flag::Yes(String::new())
                } else {
                    Flag::No
                })
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Flag, E> {
                Ok(Flag::No)
            }
            // npm lifts a deprecation by an empty text.
            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                Ok(if text.is_empty() {
                    Flag::No
                } else {
                    Flag::Yes(cut(text))
                })
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Flag, A::Error> {
                skip_seq(seq).map(|()| Flag::No)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Flag, A::Error> {
                skip_map(map).map(|()| Flag::No)
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Number;
            skip_all_but!(Number, Number(None));
            fn visit_bool<E: Error>(self, _: bool) -> Result<Number, E> {
                Ok(Number(None))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Number, E> {
                Ok(Number(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Number, A::Error> {
                skip_seq(seq).map(|()| Number(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Number, A::Error> {
                skip_map(map).map(|()| Number(None))
            }
        }
        deserializer.deserialize_any(V)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for V<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }
            fn visit_unit<E: Error>(self) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_none<E: Error>(self) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<List<T>, E> {
                Ok(List::default())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<List<T>, E> {
                one(T::deserialize(serde::de::value::StrDeserializer::<E>::new(
                    text,
                )))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<List<T>, A::Error> {
                one(T::deserialize(
                    serde::de::value::MapAccessDeserializer::new(map),
                ))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = List::default();
                while list.items.len() < Limits::DEFAULT.max_items {
                    match seq.next_element()? {
                        Some(item) => list.items.push(item),
                        None => return Ok(list),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    list.cut = true;
                }
                Ok(list)
            }
        }
        fn one<T, E>(item: Result<T, E>) -> Result<List<T>, E> {
            item.map(|item| List {
                items: vec![item],
                cut: false,
            })
        }
        deserializer.deserialize_any(V(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Map<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for V<T> {
            type Value = Map<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }
            fn visit_unit<E: Error>(self) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_none<E: Error>(self) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_str<E: Error>(self, _: &str) -> Result<Map<T>, E> {
                Ok(Map::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Map<T>, A::Error> {
                skip_seq(seq).map(|()| Map::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Map<T>, A::Error> {
                // Releases are maps by version, and there can be more of them than of anything.
                let limit = Limits::DEFAULT.max_releases;
                let mut map = Map::default();
                while map.items.len() < limit {
                    match access.next_entry::<String, T>()? {
                        Some((key, item)) => map.items.push((cut(&key), item)),
                        None => return Ok(map),
                    }
                }
                while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
                    map.cut = true;
                }
                Ok(map)
            }
        }
        deserializer.deserialize_any(V(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct All {
        text: Text,
        flag: Flag,
        number: Number,
        list: List<Text>,
        map: Map<Text>,
    }

    #[test]
    fn a_field_of_another_type_is_absent() {
        for other in [
            "null",
            "true",
            "1",
            "-1",
            "1.5",
            "\"x\"",
            "[]",
            "[[1],{}]",
            "{}",
            "{\"a\":[{}]}",
        ] {
            let json = format!(
                r#"{{"text":{other},"flag":{other},"number":{other},"list":{other},"map":{other},"z":{other}}}"#
            );
            let all: All = serde_json::from_str(&json).unwrap();
            assert_eq!(all.text.0.is_some(), other == "\"x\"", "{other}");
            assert_eq!(all.number.0, (other == "1").then_some(1), "{other}");
            assert_eq!(
                all.flag.reason(),
                match other {
                    "true" => Some(String::new()),
                    "\"x\"" => Some("x".to_owned()),
                    _ => None,
                }
            );
            let items = match other {
                "[[1],{}]" => 2,
                "\"x\"" | "{}" | "{\"a\":[{}]}" => 1,
                _ => 0,
            };
            assert_eq!(all.list.items.len(), items, "{other}");
            assert_eq!(all.map.items.len(), usize::from(other.contains(":[")));
        }
    }

    #[test]
    fn lists_and_texts_have_an_end_and_say_so() {
        let many = format!("{{\"list\":[{}\"x\"]}}", "\"x\",".repeat(5_000));
        let all: All = serde_json::from_str(&many).unwrap();
        assert_eq!(all.list.items.len(), Limits::DEFAULT.max_items);
        assert!(all.list.cut);
        let long = format!("{{\"text\":\"{}\"}}", "é".repeat(5_000));
        let all: All = serde_json::from_str(&long).unwrap();
        assert_eq!(all.text.0.unwrap().len(), Limits::DEFAULT.max_text_bytes);
    }
}
