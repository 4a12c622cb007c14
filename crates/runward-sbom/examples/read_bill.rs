//! Reads a bill of materials and writes what was understood: `read_bill FILE`.

use std::io::{self, Write};

use runward_sbom::{Limits, read, recognize, sniff};

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_default();
    let bytes = std::fs::read(&path)?;
    let format = recognize(&path).or_else(|| sniff(&bytes)).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "the file is no bill of materials by its name or content",
        )
    })?;
    let manifest = read(format, &path, &bytes, &Limits::default());
    let mut out = io::BufWriter::new(io::stdout().lock());
    writeln!(out, "{}: {}", manifest.path, manifest.format)?;
    for dependency in &manifest.dependencies {
        writeln!(
            out,
            "  {}  {} {} :{} parents {:?} {}",
            dependency.package.purl(),
            dependency.scope,
            if dependency.direct {
                "direct"
            } else {
                "transitive"
            },
            dependency.source.line,
            dependency
                .parents
                .iter()
                .map(|edge| edge.parent)
                .collect::<Vec<_>>(),
            dependency.undetermined.as_deref().unwrap_or_default(),
        )?;
    }
    for entry in &manifest.excluded {
        writeln!(out, "  excluded: {} ({})", entry.name, entry.reason)?;
    }
    for entry in &manifest.not_covered {
        writeln!(out, "  not covered: {:?} {}", entry.line, entry.reason)?;
    }
    Ok(())
}
