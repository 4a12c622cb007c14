//! Whether a package is what it claims to be: registries, signals, verdict.
//!
//! [`Checker`] takes a list of names, asks what is known of them ([`KnownNames`], [`Malware`],
//! [`Domains`]) and what the registries tell ([`Registry`]), and turns it into signals, each
//! documented in [`signals`]. [`judge`] combines signals into a score and a recommendation.
//!
//! Nothing here reads a clock or opens a connection of its own. What could not be looked at is in
//! the result, and where that is the very existence of the package, the verdict is not `allow`.

mod allow;
mod checker;
mod fetch;
mod knowledge;
mod lenient;
mod limits;
mod metadata;
pub mod mismatch;
mod names;
mod policy;
mod private;
mod registry;
mod repository;
mod rules;
pub mod signals;
mod verdict;

pub use allow::{AllowEntry, AllowError, AllowList, Found};
pub use checker::{Checked, Checker, Examined, Progress, Query, Summary};
pub use fetch::{
    Cache, CacheEntry, CacheLimits, Fetched, Fetcher, Freshness, Pace, RateLimits, WallPace,
};
pub use knowledge::{
    DomainState, Domains, Existence, KnownNames, Malicious, Malware, NameFacts, NearName,
    NoDomains, NoMalware, NoNames, Unknown,
};
pub use limits::Limits;
pub use metadata::{
    Artefact, Dependency, DependencyKind, Downloads, Metadata, Person, Release, State,
};
pub use names::NameLists;
pub use policy::{PackagePolicy, PolicyError};
pub use private::{PrivateError, PrivateName, PrivateNames};
pub use registry::{Answer, Downloaded, IANA, Rdap, Registry, Sources, Want, parse};
pub use rules::Evidence;
pub use verdict::{Subject, Term, judge, score, terms};
