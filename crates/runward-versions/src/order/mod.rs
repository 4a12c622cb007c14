//! One version order for each ecosystem.

pub(crate) mod composer;
pub(crate) mod conda;
pub(crate) mod gem;
pub(crate) mod generic;
pub(crate) mod go;
pub(crate) mod maven;
pub(crate) mod nuget;
pub(crate) mod pep440;
pub(crate) mod semver;

/// Equality is what the order says is equal (`1.0` and `1.0.0`), never what the text says.
macro_rules! ordered_by_cmp {
    ($version:ty) => {
        impl PartialEq for $version {
            fn eq(&self, other: &Self) -> bool {
                self.cmp(other).is_eq()
            }
        }

        impl Eq for $version {}

        impl PartialOrd for $version {
            fn partial_cmp(&self, other: &Self) -> Option<::std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }
    };
}
pub(crate) use ordered_by_cmp;
