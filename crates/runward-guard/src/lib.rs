//! What an install command would bring in.
//!
//! [`plan`] reads a command line of pip, uv, pipx, Poetry, PDM, npm, pnpm, Yarn, Bun or Cargo as that
//! program would, and says what it asks for. Nothing is run and no file is read. An argument that is
//! not known is told in [`Plan::uncertain`], and what follows it is taken as asked for: too much is
//! checked rather than too little. A command that runs another has that one's plan in [`Plan::then`].

mod command;
mod error;
mod limits;
mod options;
mod plan;
mod spec;
mod tools;

pub use command::plan;
pub use error::GuardError;
pub use limits::Limits;
pub use plan::{
    Effect, FileKind, Index, IndexKind, Manager, Plan, Requested, RequirementFile, Source,
};
