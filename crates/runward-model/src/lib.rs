//! The shared vocabulary of Runward: plain data, no I/O.
//!
//! A detector makes a [`Finding`] once; later stages only annotate it. What a detector could
//! not look at is a [`NotCovered`], never silence.

pub mod access;
pub mod advisory;
pub mod assessment;
pub mod code;
pub mod coverage;
pub mod dependency;
pub mod ecosystem;
pub mod event;
pub mod finding;
mod hex;
pub mod legitimacy;
pub mod location;
pub mod package;
pub mod policy;
pub mod scan;
pub mod severity;
pub mod suppression;
pub mod task;
mod words;

pub use access::{Action, Resource, Role, Visible};
pub use advisory::{AdvisoryMatch, CvssVector, EpssScore, KevEntry};
pub use assessment::{Assessment, FixComplexity, PackageClass, Priority, RiskTerm};
pub use code::{Bound, CodeMatch, Edit, Frame, StepKind, TraceStep, Within};
pub use coverage::NotCovered;
pub use dependency::{
    Dependency, DependencyGraph, Excluded, Imported, Manifest, ManifestRole, Origin, ParentEdge,
    Scope, Target,
};
pub use ecosystem::Ecosystem;
pub use event::{Actor, ActorKind, Change, Event, EventType, Outcome, Subject};
pub use finding::{Confidence, Finding, FindingKind, Fingerprint, Status};
pub use hex::hex;
pub use legitimacy::{Allowed, PackageCheck, Recommendation, Signal, Unevaluated};
pub use location::{Location, Position, SourceRef};
pub use package::Package;
pub use policy::Policy;
pub use scan::{DatabaseInfo, DatabaseKind, ScanReport};
pub use severity::Severity;
pub use suppression::Suppression;
pub use task::{
    Approval, ApprovalState, Comment, Gate, GateState, Planned, Task, TaskId, TaskIdError,
    TaskStatus,
};
