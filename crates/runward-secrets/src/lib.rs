//! Finds credentials in text.
//!
//! [`Detectors::find`] looks for keywords of all detectors at once; only where one occurs does that
//! detector's expression look at the text from there, and a checksum or a look at the structure
//! decides where the format has one. `password = …` and its relatives are read by [`Names`], which
//! also says whether a field of a record is secret by its name.
//!
//! A detector is a file in `detectors/`.

mod assignment;
mod check;
mod detectors;
mod hit;
mod names;
mod placeholder;
mod rule;
mod shadow;
mod value;
mod words;

pub use detectors::{Detector, Detectors, Limits, Scan};
pub use hit::{Confidence, Hit};
pub use names::{NameClass, Names, NamesError};
pub use shadow::is_invisible;
