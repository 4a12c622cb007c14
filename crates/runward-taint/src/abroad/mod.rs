//! The other files of a project: which files there are, what each defines, and what a name that is
//! imported stands for.

mod imports;
mod interface;
mod modules;
mod paths;
mod shared;

pub use imports::imported_modules;
pub use interface::Interface;
pub use modules::Modules;
pub use paths::Paths;
pub use shared::Exports;
pub(crate) use shared::{
    AwaySink, AwaySource, Shared, SharedKey, SharedOrigin, SharedTaint, SharedValue,
};

/// A file of the project, by its place in [`Paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

impl FileId {
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A function of a file: its place among the functions of that file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionId {
    pub(crate) file: FileId,
    pub(crate) at: u32,
}

/// A class of a file: its place in [`Interface::classes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ClassId {
    pub(crate) file: FileId,
    pub(crate) at: u32,
}

/// What a name of another file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    Function(FunctionId),
    Class(ClassId),
    Object(ClassId),
    Module(FileId),
    /// Something in a file that was not looked at yet.
    Pending,
}
