//! The fields of the configuration's structs, and the words of its enumerations, in the order in
//! which they are declared.
//!
//! JSON Schema keeps no order, and alphabetical is no order for people. A derived `Deserialize`
//! names its type's fields before it reads anything, so asking it is enough.

use runward_model::{
    Policy, Priority, Suppression,
    policy::{
        MatrixRow, OnIncomplete, PackageClasses, RiskWeights, ScopeClasses, Tighten, Tightening,
    },
};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Visitor, value::Error},
    forward_to_deserialize_any,
};

use crate::config::{
    AccessConfig, AllowedPackage, AuditConfig, CodeConfig, Config, DatabaseConfig, DepsConfig,
    OutputConfig, PackagesConfig, ProjectConfig, ScanConfig, SecretsConfig, StoreConfig,
    TasksConfig,
};

/// The declared order of one type's names; none for a type that is not listed here, which a test
/// of `shape` forbids for structs. An enumeration is listed if some of its words have a comment.
pub(crate) fn declared(name: &str) -> Option<&'static [&'static str]> {
    match name {
        "Config" => of::<Config>(),
        "ProjectConfig" => of::<ProjectConfig>(),
        "ScanConfig" => of::<ScanConfig>(),
        "DepsConfig" => of::<DepsConfig>(),
        "CodeConfig" => of::<CodeConfig>(),
        "PackagesConfig" => of::<PackagesConfig>(),
        "AllowedPackage" => of::<AllowedPackage>(),
        "SecretsConfig" => of::<SecretsConfig>(),
        "DatabaseConfig" => of::<DatabaseConfig>(),
        "StoreConfig" => of::<StoreConfig>(),
        "AuditConfig" => of::<AuditConfig>(),
        "AccessConfig" => of::<AccessConfig>(),
        "TasksConfig" => of::<TasksConfig>(),
        "OutputConfig" => of::<OutputConfig>(),
        "Policy" => of::<Policy>(),
        "MatrixRow" => of::<MatrixRow>(),
        "Tighten" => of::<Tighten>(),
        "Tightening" => of::<Tightening>(),
        "PackageClasses" => of::<PackageClasses>(),
        "ScopeClasses" => of::<ScopeClasses>(),
        "RiskWeights" => of::<RiskWeights>(),
        "Suppression" => of::<Suppression>(),
        "OnIncomplete" => of::<OnIncomplete>(),
        "Priority" => of::<Priority>(),
        _ => None,
    }
}

fn of<T: for<'de> Deserialize<'de>>() -> Option<&'static [&'static str]> {
    let mut names = None;
    // Always an error: the capture has no values to give.
    let _ = T::deserialize(Capture(&mut names));
    names
}

struct Capture<'a>(&'a mut Option<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Capture<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("no struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Some(fields);
        Err(Error::custom("only the names are wanted"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = Some(variants);
        Err(Error::custom("only the names are wanted"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_declared_order() {
        assert_eq!(
            declared("Suppression").unwrap(),
            ["advisory", "package", "path", "reason", "author", "expires"]
        );
        assert_eq!(
            declared("Priority").unwrap(),
            ["P0", "P1", "P2", "P3", "P4"]
        );
        assert!(declared("Unheard").is_none());
    }
}
