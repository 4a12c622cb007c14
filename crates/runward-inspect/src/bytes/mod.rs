//! What the bytes of files say, without a grammar.

mod binaries;
mod names;
mod record;
mod text;

pub(crate) use text::is_hidden;

use runward_archives::ArchiveTree;

use crate::{artefact::Kind, context::Contexts, seen::Seen};

/// What is looked at.
pub(crate) struct Package<'a> {
    pub(crate) tree: &'a ArchiveTree,
    pub(crate) kind: Kind,
    pub(crate) root: &'a str,
    pub(crate) file_name: &'a str,
    pub(crate) contexts: &'a Contexts<'a>,
}

/// All checks of bytes.
pub(crate) fn look(package: &Package<'_>) -> Vec<Seen> {
    let mut seen = binaries::look(package);
    seen.extend(names::look(package));
    seen.extend(record::look(package));
    seen.extend(text::look(package));
    seen
}
