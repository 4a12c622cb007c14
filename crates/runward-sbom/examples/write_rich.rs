//! Writes the test suite's rich document to standard output, for `tools/validate-sbom.py`:
//! `write_rich cyclonedx|spdx|openvex`.

use std::io::{self, Write};

#[path = "../tests/common/mod.rs"]
mod common;

fn main() -> io::Result<()> {
    let dependencies = common::dependencies();
    let findings = common::findings(&dependencies);
    let document = common::document(&dependencies, &findings);
    let mut out = io::stdout().lock();
    match std::env::args().nth(1).as_deref() {
        Some("cyclonedx") => runward_sbom::write_cyclonedx(&document, &mut out)?,
        Some("spdx") => runward_sbom::write_spdx(&document, &mut out)?,
        Some("openvex") => {
            runward_sbom::write_openvex(&document, "Ada <ada@example.org>", &mut out)?;
        }
        _ => {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "say which: cyclonedx, spdx or openvex",
            ));
        }
    }
    out.flush()
}
