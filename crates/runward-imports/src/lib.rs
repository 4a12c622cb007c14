//! What the sources of a project import.
//!
//! Small scanners that know strings, comments and import statements, and nothing else of a
//! language: a broken file costs the statements that are broken, not the file. They say what is
//! written, not what runs: an import under `if TYPE_CHECKING` or in a branch never taken counts.

mod imports;
mod javascript;
mod limits;
mod lines;
mod names;
mod python;
mod undeclared;

pub use imports::Imports;
pub use javascript::{is_javascript_source, javascript_imports};
pub use limits::Limits;
pub use names::{ImportNames, import_names, is_imported};
pub use python::{is_python_source, python_imports};
pub use undeclared::{Undeclared, is_standard, undeclared};
