//! Finds credentials in text.
//!
//! [`Detectors::find`] looks for keywords of all detectors at once; only where one occurs does that
//! detector's expression look at the text from there, and a checksum or a look at the structure
//! decides where the format has one. `password = …` and its relatives are read by [`Names`], which
//! also says whether a field of a record is secret by its name. This is for texts of which nothing
//! secret may stay: rather too much than too little.
//!
//! [`Scanner`] looks at files for people to read what it says: it knows encodings, lines, comments
//! that silence, notebooks and baselines, and leaves out what only looks like a credential. What it
//! hands out never contains one.
//!
//! A detector is a file in `detectors/`.

mod assignment;
mod baseline;
mod check;
mod decode;
mod detect_secrets;
mod detectors;
mod fingerprint;
mod hit;
mod kind;
mod mark;
mod mask;
mod named;
mod names;
mod notebook;
mod placeholder;
mod plausible;
mod published;
mod rule;
mod scanner;
mod secret;
mod shadow;
mod structure;
mod value;
mod verify;
mod words;

pub use baseline::{Baseline, BaselineEntry, BaselineError, Located, Split};
pub use detect_secrets::DetectSecrets;
pub use detectors::{Detector, Detectors, Limits, Scan};
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use hit::{Confidence, Hit, Severity};
pub use mark::{Mark, MarkKind};
pub use names::{NameClass, Names, NamesError};
pub use scanner::{ScanLimits, Scanner};
pub use secret::{Content, FileScan, Gap, Place, Secret, Silenced};
pub use shadow::is_invisible;
pub use verify::{Verify, VerifyRequest};
