//! SPDX's relationship types (2.3, §11.1) as edges.

use runward_model::Scope;

use crate::graph::Link;

/// What a relationship says about needing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The left element is needed by the right one.
    pub(super) reversed: bool,
    pub(super) link: Link,
    pub(super) scope: Scope,
}

/// The meaning of a type; `None` for one that is about something else.
pub(super) fn meaning(kind: &str) -> Option<Meaning> {
    use Link::{Containment, Dependency};
    use Scope::{Build, Development, Optional, Runtime};
    let (reversed, link, scope) = match kind {
        "DEPENDS_ON" | "HAS_PREREQUISITE" | "STATIC_LINK" | "DYNAMIC_LINK" => {
            (false, Dependency, Runtime)
        }
        // A "provided" dependency is there at run time, by somebody else's doing.
        "DEPENDENCY_OF"
        | "RUNTIME_DEPENDENCY_OF"
        | "PROVIDED_DEPENDENCY_OF"
        | "PREREQUISITE_FOR" => (true, Dependency, Runtime),
        "OPTIONAL_DEPENDENCY_OF" | "OPTIONAL_COMPONENT_OF" => (true, Dependency, Optional),
        "BUILD_DEPENDENCY_OF" | "BUILD_TOOL_OF" => (true, Dependency, Build),
        "DEV_DEPENDENCY_OF" | "DEV_TOOL_OF" | "TEST_DEPENDENCY_OF" | "TEST_TOOL_OF" => {
            (true, Dependency, Development)
        }
        "CONTAINS" => (false, Containment, Runtime),
        "CONTAINED_BY" | "PACKAGE_OF" => (true, Containment, Runtime),
        _ => return None,
    };
    Some(Meaning {
        reversed,
        link,
        scope,
    })
}
