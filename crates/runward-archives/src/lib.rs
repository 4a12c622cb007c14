//! Archives of packages as bounded trees in memory.
//!
//! [`open`] reads a zip, a tarball or a compressed file, and the archives inside it, without writing anything
//! anywhere. The content of an archive in an archive stands below `outer.zip!/`. What an installer would put
//! outside its directory stands below `!outside/`, what another entry of the same name replaces below
//! `!replaced/`: it is looked at all the same, and told as an [`Oddity`].

mod collect;
mod compressed;
mod entry;
mod limits;
mod names;
mod open;
mod tarball;
mod tree;
mod zipped;

pub use entry::{Entry, EntryType, Format, Oddity, OddityKind};
pub use limits::Limits;
pub use open::{Archive, ArchiveError, open};
pub use tree::{ArchiveTree, Blob};
