//! Go: a `require` line states the lowest version; minimal version selection takes that one or a
//! later one that something else asks for. It pins nothing.

use crate::order::go::parse;

pub(super) fn allows(requirement: &str, version: &str) -> Option<bool> {
    Some(parse(version)? >= parse(requirement)?)
}
