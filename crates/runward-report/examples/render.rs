//! Writes one rich scan in every format into a directory, for `tools/validate-reports.py` and for
//! a look: `cargo run -p runward-report --example render -- DIR`.

#[allow(dead_code, clippy::expect_used, reason = "shared with tests")]
#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::{fs::File, io::BufWriter, path::PathBuf};

use runward_report::{Options, ScanFormat};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args_os().nth(1).ok_or("give a directory")?);
    std::fs::create_dir_all(&directory)?;
    let options = Options::default();
    for (name, report) in [
        ("full", fixture::report()),
        ("clean", fixture::clean_report()),
        ("mixed", fixture::mixed_report()),
    ] {
        for format in ScanFormat::ALL {
            let ending = match format {
                ScanFormat::Text => "txt",
                ScanFormat::Json => "scan.json",
                ScanFormat::Sarif => "sarif",
                ScanFormat::Markdown => "md",
                ScanFormat::Html => "html",
                ScanFormat::Csv => "csv",
                ScanFormat::Junit => "junit.xml",
                ScanFormat::Gitlab => "gitlab.json",
                ScanFormat::Cyclonedx => "cdx.json",
                ScanFormat::Openvex => "openvex.json",
                ScanFormat::Github => "github.txt",
                ScanFormat::Spdx => "spdx.json",
            };
            let mut out = BufWriter::new(File::create(directory.join(format!("{name}.{ending}")))?);
            runward_report::scan(format, &report, &options, &mut out)?;
        }
    }
    let mut out = BufWriter::new(File::create(directory.join("full.deps.json"))?);
    runward_report::deps_json(&fixture::graph(), &mut out)?;
    Ok(())
}
