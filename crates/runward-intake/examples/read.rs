//! Reads a file of results and says what became of it:
//! `cargo run -p runward-intake --example read -- [--format NAME] [--root DIR] [--quiet] FILE`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{fs::File, io::Read, process::ExitCode};

use runward_intake::{DETECT_BYTES, Format, Intake, Nothing, Options, detect_format};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut format, mut quiet, mut options) = (None, false, Options::default());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--format" => format = arguments.next().and_then(|name| Format::from_name(&name)),
            "--root" => options.source_root = arguments.next(),
            "--quiet" => quiet = true,
            _ => options.name = argument,
        }
    }
    let mut prefix = Vec::new();
    File::open(&options.name)?
        .take(DETECT_BYTES as u64)
        .read_to_end(&mut prefix)?;
    let format = format
        .or_else(|| detect_format(&prefix))
        .ok_or("the format cannot be told")?;
    let file = File::open(&options.name)?;
    let mut intake = Intake::open(format, file, options, &Nothing)?;
    for finding in intake.by_ref() {
        let finding = finding?;
        if !quiet {
            println!(
                "{} {} {} {}:{} {} | {}",
                finding.fingerprint,
                finding.kind,
                finding.severity,
                finding.location.path,
                finding.location.start.line,
                finding.rule,
                finding.title
            );
        }
    }
    let (about, tally) = intake.finish();
    println!(
        "{}: {tally:?}, tools {:?}, generated {:?}, {} scanned (whole: {})",
        format.as_str(),
        about.tools,
        about.generated,
        about.scanned.len(),
        about.whole
    );
    if !quiet {
        for entry in about.not_covered.iter().take(10) {
            println!(
                "  not covered: {}:{:?} {}",
                entry.path, entry.line, entry.reason
            );
        }
        for note in &about.notes {
            println!("  note: {note}");
        }
    }
    Ok(())
}
