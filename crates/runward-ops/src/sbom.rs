//! A project's dependencies as a bill of materials.

use runward_model::DependencyGraph;
use runward_sbom::Document;

use crate::Context;

pub use runward_sbom::{write_cyclonedx, write_spdx};

/// The document that describes a graph.
pub fn sbom_document<'a>(
    name: &'a str,
    context: &Context,
    graph: &'a DependencyGraph,
) -> Document<'a> {
    Document {
        name,
        created: context.now,
        serial_seed: name,
        tool_version: env!("CARGO_PKG_VERSION"),
        dependencies: &graph.dependencies,
        not_covered: &graph.not_covered,
        ..Document::default()
    }
}
