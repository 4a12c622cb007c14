//! JSON, YAML, Dockerfiles, HCL and shell scripts lowered to the small tree.

mod bash;
mod dockerfile;
mod hcl;
mod json;
mod metavar;
mod read;
mod yaml;

pub use bash::Bash;
pub use dockerfile::Dockerfile;
pub use hcl::Hcl;
pub use json::Json;
pub use yaml::Yaml;
