//! Other tools' results as Runward's findings.
//!
//! [`detect_format`] tells what a file is; [`Intake`] reads it in two passes over a seekable input:
//! the first checks the whole document and learns its tool, rules, files and errors, the second
//! yields one [`Finding`](runward_model::Finding) at a time. A file of any length takes the memory
//! of its largest entry. What cannot be used is in [`About::not_covered`], never dropped.

mod about;
mod code;
mod dependency;
mod desk;
mod error;
mod formats;
mod identity;
mod intake;
mod limits;
mod options;
mod path;
mod purl;
mod rating;
mod scanner;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod walk;

pub use about::{About, Tally, Tool};
pub use error::IntakeError;
pub use formats::{DETECT_BYTES, Format, detect_format};
pub use intake::Intake;
pub use limits::Limits;
pub use options::{Known, Nothing, Options};
