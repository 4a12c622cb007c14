//! From where to where values flow: `mode: taint` on the small tree.
//!
//! A rule names sources, sinks, sanitizers and propagators by formulas. Their matches in a file are
//! places; each function is translated into simple instructions that know their own places
//! (`il`), and followed in the order of execution (`check`): a variable is tainted from where it
//! is assigned something that lies in a source, until it is assigned something harmless. Branches
//! are joined, loops are followed until nothing changes.
//!
//! Unlike the open-source engine of Semgrep, calls can be followed from function to function of a
//! file ([`Settings::interprocedural`]): what a function returns, which of its parameters reach a
//! sink, and what it writes into its arguments and into the fields of `this`. What a name stands for
//! (a function, a class, an object of one) is told by `il::things`; between the files of a project by
//! [`Modules`] (`abroad`), with the same summaries in words that every file understands (`across`).

mod abroad;
mod across;
mod best;
mod cell;
mod check;
mod env;
mod finding;
mod il;
mod labels;
mod left;
mod marks;
mod report;
mod run;
mod spec;
mod summarize;
mod summary;
mod taints;

pub use abroad::{Exports, FileId, Interface, Modules, Paths, imported_modules};
pub use across::{Across, Followed, run_in_project};
pub use finding::{Away, Findings, Step, StepKind, TaintMatch};
pub use il::Program;
pub use run::run;
pub use spec::{CompiledTaint, compile};

/// How flows are followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether calls of functions of the same file are followed. Off, what a call gives is taken to
    /// be tainted by all of its arguments, as Semgrep's open-source engine does.
    pub interprocedural: bool,
    pub limits: Limits,
}

/// What one function may cost; one beyond that is reported as not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Expressions and instructions of its translation.
    pub steps: usize,
    /// Steps until nothing changes any more, for one rule.
    pub follow: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 400_000,
            follow: 400_000,
        }
    }
}
