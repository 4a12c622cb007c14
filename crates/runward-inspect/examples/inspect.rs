//! Inspects artefacts: `inspect FILE…` prints a line of JSON for each.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the command line"
)]

use std::{env, fs};

use runward_inspect::{Artefact, Inspector};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inspector = Inspector::built_in()?;
    for path in env::args().skip(1) {
        let bytes = fs::read(&path)?;
        let name = path.rsplit('/').next().unwrap_or(&path);
        let artefact = Artefact {
            file_name: name,
            bytes: &bytes,
            ecosystem: None,
        };
        match inspector.inspect(&artefact) {
            Ok(found) => {
                let left: f64 = found
                    .signals
                    .iter()
                    .map(|signal| 1.0 - signal.weight / 10.0)
                    .product();
                println!(
                    "{}",
                    serde_json::json!({
                        "artefact": path,
                        "kind": found.kind.as_str(),
                        "score": 10.0 * (1.0 - left),
                        "signals": found.signals,
                        "not_covered": found.not_covered,
                        "files": found.files,
                    })
                );
            }
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
    Ok(())
}
