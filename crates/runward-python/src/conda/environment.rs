//! `environment.yml`.

use std::fmt;

use runward_model::{Ecosystem, Manifest, NotCovered, Scope, SourceRef};
use runward_tree::path as tree_path;
use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::Spanned;

use super::{line_of, spec};
use crate::{
    Context,
    declared::{Declarations, Declared, Stated},
    format::development_name,
    requirements,
    text::shorten,
};

#[derive(Deserialize)]
struct File {
    channels: Option<IgnoredAny>,
    dependencies: Option<Listed>,
}

impl File {
    /// Whether conda wrote this, or somebody for conda: other tools' files have `dependencies`,
    /// too, and any name.
    fn looks_like_conda(&self) -> bool {
        let Some(Listed(Some(items))) = &self.dependencies else {
            return false;
        };
        let packages = items.iter().filter(|item| match &item.value {
            Item::Conda(text) => spec::parse(text).is_some_and(|spec| spec.is_usual()),
            Item::Pip(_) => true,
            Item::Other(_) => false,
        });
        let packages = packages.count();
        self.channels.is_some() || (packages > 0 && 2 * packages >= items.len())
    }
}

/// A list, or `None` for a value of another kind.
struct Listed(Option<Vec<Spanned<Item>>>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor;
        impl<'de> Visitor<'de> for ListVisitor {
            type Value = Listed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of packages")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Listed, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = sequence.next_element()? {
                    items.push(item);
                }
                Ok(Listed(Some(items)))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listed, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Listed(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Listed, E> {
                Ok(Listed(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Listed, E> {
                Ok(Listed(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Listed, E> {
                Ok(Listed(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Listed, E> {
                Ok(Listed(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Listed, E> {
                Ok(Listed(None))
            }

            fn visit_unit<E>(self) -> Result<Listed, E> {
                Ok(Listed(None))
            }
        }
        deserializer.deserialize_any(ListVisitor)
    }
}

/// A specification, or the list of what pip is to install.
enum Item {
    Conda(String),
    Pip(Vec<Spanned<String>>),
    /// Another kind of list, by its key.
    Other(String),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;
        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a package or a `pip` list")
            }

            fn visit_str<E>(self, text: &str) -> Result<Item, E> {
                Ok(Item::Conda(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Item, E> {
                Ok(Item::Other("empty".to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
                let mut item = Item::Other("empty".to_owned());
                while let Some(key) = map.next_key::<String>()? {
                    if key == "pip" {
                        let list: Option<Vec<Spanned<String>>> = map.next_value()?;
                        item = Item::Pip(list.unwrap_or_default());
                    } else {
                        let _: IgnoredAny = map.next_value()?;
                        item = Item::Other(key);
                    }
                }
                Ok(item)
            }
        }
        deserializer.deserialize_any(ItemVisitor)
    }
}

/// Reads an environment; says whether the file is one.
pub(crate) fn read(
    path: &str,
    manifest: &mut Manifest,
    cx: &Context<'_>,
) -> Result<bool, NotCovered> {
    let text = crate::text::utf8(path, cx)?;
    let file: File = match super::parse(path, &text, cx) {
        Ok(file) => file,
        Err(error) if could_be_one(path, &text) => return Err(error),
        Err(_) => return Ok(false),
    };
    if !file.looks_like_conda() {
        return Ok(false);
    }
    let scope = if development_name(path) {
        Scope::Development
    } else {
        Scope::Runtime
    };
    let mut out = Declarations {
        one_set: true,
        ..Declarations::default()
    };
    for item in file
        .dependencies
        .and_then(|listed| listed.0)
        .unwrap_or_default()
    {
        let line = line_of(&item);
        match item.value {
            Item::Conda(text) => {
                if let Some(spec) = spec::parse(&text) {
                    out.items.push(declare(&spec, path, line, scope));
                } else {
                    let reason = format!("`{}` names no package", shorten(&text));
                    out.miss(path, line, reason);
                }
            }
            Item::Pip(items) => {
                let lines = items
                    .iter()
                    .map(|item| (line_of(item), item.value.as_str()));
                let mut pip = requirements::embedded(lines, path, cx);
                for declared in &mut pip.items {
                    declared.scope = scope;
                }
                out.absorb(pip);
            }
            Item::Other(key) => {
                let reason = format!("`{}` is neither a package nor a `pip` list", shorten(&key));
                out.miss(path, line, reason);
            }
        }
    }
    out.fill(manifest, cx);
    Ok(true)
}

/// Whether a file that cannot be read is to be reported: by its name, or by what can be seen of it.
fn could_be_one(path: &str, text: &str) -> bool {
    let mut lines = text.lines().filter(|line| {
        !(line.trim().is_empty() || line.starts_with('#') || line.starts_with("---"))
    });
    // A list is a playbook, or anything else.
    if lines.next().is_none_or(|line| line.starts_with("- ")) {
        return false;
    }
    matches!(
        tree_path::file_name(path),
        "environment.yml" | "environment.yaml"
    ) || text.lines().any(|line| line.starts_with("dependencies:"))
}

fn declare(spec: &spec::Spec<'_>, path: &str, line: u32, scope: Scope) -> Declared {
    let mut declared = Declared::new(spec.name, SourceRef::new(path, line));
    declared.ecosystem = Ecosystem::Conda;
    declared.scope = scope;
    declared.requirement = spec.requirement.map(str::to_owned);
    declared.stated = match (spec.version, spec.requirement) {
        (Some(version), _) => Stated::Exact(version.to_owned()),
        (None, None) => Stated::Unclear(format!(
            "the conda package `{}` allows any version, and no advisory source covers conda \
             packages",
            spec.name
        )),
        (None, Some(_)) => Stated::Unclear(format!(
            "the conda package `{}{}` allows many versions, and no advisory source covers conda \
             packages",
            spec.name,
            spec.requirement.unwrap_or_default()
        )),
    };
    declared
}
