//! Reads command lines as JSON arrays from standard input, one a line, and writes their plans, or
//! `{"error": …}`. For `tools/packages/names-guard.py`.

use std::io::{BufRead, BufWriter, Error, Write, stdin, stdout};

use runward_guard::{Limits, plan};

fn main() -> Result<(), Error> {
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lock().lines() {
        let argv: Vec<String> = serde_json::from_str(&line?)?;
        match plan(&argv, &Limits::default()) {
            Ok(plan) => serde_json::to_writer(&mut out, &plan)?,
            Err(error) => {
                serde_json::to_writer(
                    &mut out,
                    &serde_json::json!({ "error": error.to_string() }),
                )?;
            }
        }
        writeln!(out)?;
    }
    out.flush()
}
