//! One value with its origin, and the layers made of them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{origin::Origin, shape::ACCUMULATING};

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting {
    pub(crate) value: Value,
    pub(crate) origin: Origin,
    /// The origin of each entry of a list; empty for what is no list.
    pub(crate) items: Vec<Origin>,
}

/// Dotted keys of values (never of tables) to what one layer says.
pub(crate) type Layer = BTreeMap<String, Setting>;

/// Lays `upper` over `lower`: its values win, its entries of accumulating lists are added.
pub(crate) fn overlay(lower: &mut Layer, upper: &Layer) {
    for (key, setting) in upper {
        match lower.get_mut(key) {
            Some(below) if ACCUMULATING.contains(&key.as_str()) => accumulate(below, setting),
            _ => {
                lower.insert(key.clone(), setting.clone());
            }
        }
    }
}

fn accumulate(below: &mut Setting, above: &Setting) {
    if let (Value::Array(values), Value::Array(more)) = (&mut below.value, &above.value) {
        values.extend(more.iter().cloned());
        below.items.extend(above.items.iter().cloned());
        below.origin = above.origin.clone();
    }
}
