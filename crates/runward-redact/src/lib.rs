//! Secrets out of events before anything is hashed or stored.
//!
//! [`Redactor::seal`] turns an [`Event`](runward_model::Event) into the bytes that the outbox, the
//! log and every index hold: redacted, bounded, in canonical form. What is redacted leaves a keyed
//! commitment, so that who holds the [`CommitmentKey`] can confirm a value ([`Redactor::confirm`])
//! that nobody can read.

mod canonical;
mod commitment;
mod confirm;
mod cut;
#[doc(hidden)]
pub mod fuzzing;
mod key;
mod limits;
mod pointer;
mod redactor;
mod rules;
mod sealed;
mod text;
mod walk;

pub use confirm::Confirmed;
pub use key::{CommitmentKey, KeyError};
pub use limits::Limits;
pub use redactor::{Redacted, Redaction, Redactor, SealError};
pub use rules::{Rules, RulesError};
pub use sealed::{SealedActor, SealedEvent, SealedRedaction, SealedSubject, UnsealError, unseal};
