//! JSON, YAML, Dockerfiles and shell scripts lowered to the small tree.

mod bash;
mod dockerfile;
mod json;
mod metavar;
mod read;
mod yaml;

pub use bash::Bash;
pub use dockerfile::Dockerfile;
pub use json::Json;
pub use yaml::Yaml;
