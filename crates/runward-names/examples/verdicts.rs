//! Judges names from standard input, one a line, as if none were known, unless `--known` is given.
//! Writes a line for each: name, strength or `-`, kind, popular name, rank, weight; then on standard
//! error how long it took. For `tools/packages/names-compare.py`.

use std::io::{BufWriter, Read, Write};
use std::time::Instant;

use runward_model::Ecosystem;
use runward_names::{Names, Strength};

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let ecosystem = if has("npm") {
        Ecosystem::Npm
    } else if has("crates") {
        Ecosystem::CratesIo
    } else {
        Ecosystem::PyPI
    };
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let start = Instant::now();
    let names = Names::builtin();
    for name in text.lines() {
        let near = if has("--known") {
            names.judge(&ecosystem, name).near
        } else {
            names.as_if_unlisted(&ecosystem, name)
        };
        match near.first() {
            None => writeln!(out, "{name}\t-")?,
            Some(near) => {
                let strength = if near.strength == Strength::Strong {
                    "strong"
                } else {
                    "weak"
                };
                let (kind, popular, rank) = (near.kind, &near.popular, near.rank);
                writeln!(
                    out,
                    "{name}\t{strength}\t{kind}\t{popular}\t{rank}\t{}",
                    near.weight
                )?;
            }
        }
    }
    out.flush()?;
    writeln!(
        std::io::stderr(),
        "{} ms",
        start.elapsed().as_secs_f64() * 1000.0
    )
}
