//! What the files of a package would do, without running them.
//!
//! [`Inspector::inspect`] opens an artefact in memory, finds out what of it runs when (at installation, when
//! imported, when called), lets the rules of `rules/package-behaviour` and checks of bytes look at it, and
//! weighs what they see by when it would run and what comes together.

mod artefact;
mod bytes;
mod calls;
mod combine;
mod commands;
mod context;
mod documented;
mod hosts;
mod inspect;
mod installs;
mod javascript;
mod lifecycle;
mod manifest;
mod python;
mod rules;
mod seen;

pub use artefact::{Artefact, Kind};
pub use documented::{SignalDoc, signals};
pub use inspect::{InspectError, Inspection, Inspector};
