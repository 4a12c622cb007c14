//! Builds an existence index from names on standard input and looks up each of them, and as many
//! made-up ones: `zcat names.gz | cargo run --release -p runward-names --example existence [FILE]`.

use std::io::{Error, Read, Write};
use std::time::Instant;

use jiff::Timestamp;
use runward_model::Ecosystem;
use runward_names::{ExistenceBuilder, ExistenceIndex, Limits, sources};

fn main() -> Result<(), Error> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let limits = Limits::default();
    let millis = |start: Instant| start.elapsed().as_secs_f64() * 1e3;

    let start = Instant::now();
    let mut builder = ExistenceBuilder::new(Ecosystem::PyPI, &limits);
    sources::plain(text.as_bytes(), &limits, &mut |name| builder.push(name))
        .map_err(Error::other)?;
    let mut bytes = Vec::new();
    let built = builder
        .finish("a file", Timestamp::UNIX_EPOCH, &mut bytes)
        .map_err(Error::other)?;
    let building = millis(start);
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(file, &bytes)?;
    }

    let start = Instant::now();
    let index = ExistenceIndex::open(bytes).map_err(Error::other)?;
    let open = millis(start);
    let start = Instant::now();
    let (mut lost, mut invented) = (0, 0);
    for name in text.lines() {
        lost += u64::from(!index.contains(name).map_err(Error::other)?);
        invented += u64::from(index.contains(&format!("{name}!")).map_err(Error::other)?);
    }
    let lookups = millis(start);
    writeln!(
        std::io::stdout(),
        "{} names, {} bytes; built in {building:.0} ms, opened in {open:.1} ms, {} lookups in {lookups:.0} ms; \
         {lost} not found, {invented} made-up ones found",
        built.names,
        built.bytes,
        2 * built.names,
    )
}
