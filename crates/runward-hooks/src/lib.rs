//! Git hooks and pipeline templates, as texts.
//!
//! A hook of Runward's stands in the place that git looks at. One that was there before is kept
//! beside it under another name and is run first, with the same arguments and the same input; it
//! comes back when ours is taken out.

mod hook;
mod pipeline;
mod push;
mod script;

pub use hook::{Change, Hook, HookError, KEPT_SUFFIX, Place, Standing, install, status, uninstall};
pub use pipeline::{Pipeline, PipelineOptions};
pub use push::{PushError, Pushed, pushed};
pub use script::script;
