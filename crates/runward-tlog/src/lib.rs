//! An append-only transparency log on disk.
//!
//! Bytes in, proofs out: the tree of RFC 6962 in the C2SP tlog-tiles layout, heads as signed
//! notes, cosignatures of witnesses, stand-alone proofs, verification and pruning. Any static web
//! server can publish the directory. What the bytes mean is not known here.
//!
//! Files of a log directory:
//!
//! | path | what |
//! |---|---|
//! | `checkpoint`, `tile/` | the published log (C2SP tlog-tiles) |
//! | `journal/` | acknowledged records that are not yet in tiles, each group with a signed head |
//! | `cosigned` | the newest checkpoint that a witness cosigned |
//! | `minimum-index` | the signed lower bound of the records that are kept |
//! | `lock`, `lock.publish` | empty files that processes lock |
//!
//! An append writes one journal frame and returns after `fdatasync`. Integration into tiles
//! happens beside it. A crash at any point loses nothing acknowledged: see [`Log::open`].

mod checkpoint;
mod commit;
mod disk;
mod error;
#[cfg(test)]
mod faults;
mod hash;
mod integrate;
mod journal;
mod keys;
mod limits;
mod log;
mod minimum;
pub mod note;
pub mod proof;
mod prune;
mod read;
mod state;
mod store;
mod tile;
mod tree;
pub mod verify;
mod witness;

pub use checkpoint::SignedCheckpoint;
pub use commit::Ticket;
pub use error::LogError;
pub use hash::Hash;
pub use journal::scan as scan_journal;
pub use keys::{Cosigner, Keys, PRIVATE_KEY_FILE, PUBLIC_KEY_FILE};
pub use limits::{LIMITS, Limits};
pub use log::{Log, Options};
pub use note::{NoteError, VerifierKey};
pub use prune::Pruned;
pub use tile::parse_bundle;
pub use tree::{verify_consistency, verify_inclusion};
