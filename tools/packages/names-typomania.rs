//! Judges crate names with typomania. Not part of the workspace: names-compare.py builds it in a
//! temporary directory. `typomania-verdicts POPULAR` reads names from standard input, one a line,
//! and writes those that it flags.
//!
//! The checks are the ones that crates.io runs, with every character that a name may have.

use std::collections::HashMap;
use std::io::{self, BufRead, BufWriter, Write};

use typomania::checks::{Bitflips, Omitted, SwappedWords, Typos};
use typomania::{AuthorSet, Corpus, Harness, Package};

const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_";

/// What a key is taken for: the keys that touch it, and the characters that look like it.
fn typos() -> impl Iterator<Item = (char, Vec<String>)> {
    const ROWS: [&str; 4] = ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"];
    const ALIKE: [&str; 6] = ["1il", "0o", "5s", "2z", "uv", "-_"];
    let key = |row: usize, column: usize| ROWS.get(row).and_then(|keys| keys.chars().nth(column));
    ALPHABET.chars().map(move |letter| {
        let mut typos: Vec<char> =
            ALIKE.iter().filter(|group| group.contains(letter)).flat_map(|group| group.chars()).collect();
        for (row, keys) in ROWS.iter().enumerate() {
            if let Some(column) = keys.find(letter) {
                let (up, left) = (row.wrapping_sub(1), column.wrapping_sub(1));
                let beside = [(row, left), (row, column + 1), (row + 1, left), (row + 1, column),
                    (up, column), (up, column + 1)];
                typos.extend(beside.into_iter().filter_map(|(row, column)| key(row, column)));
            }
        }
        typos.retain(|typo| *typo != letter);
        (letter, typos.into_iter().map(String::from).collect())
    })
}

struct Named;

impl Package for Named {
    fn authors(&self) -> &dyn AuthorSet {
        self
    }

    fn description(&self) -> Option<&str> {
        None
    }

    /// Nobody is an author of two packages, so that no match is excused.
    fn shared_authors(&self, _: &dyn AuthorSet) -> bool {
        false
    }
}

impl AuthorSet for Named {
    fn contains(&self, _: &str) -> bool {
        false
    }
}

struct Popular(HashMap<String, Named>);

impl Corpus for Popular {
    fn contains_name(&self, name: &str) -> typomania::Result<bool> {
        Ok(self.0.contains_key(name))
    }

    fn get(&self, name: &str) -> typomania::Result<Option<&dyn Package>> {
        Ok(self.0.get(name).map(|package| package as &dyn Package))
    }
}

fn main() -> io::Result<()> {
    let file = std::env::args().nth(1).expect("the file of popular names");
    let text = std::fs::read_to_string(file)?;
    let corpus = Popular(text.lines().map(|name| (name.to_owned(), Named)).collect());
    let harness = Harness::builder()
        .with_check(Bitflips::new(ALPHABET, text.lines()))
        .with_check(Omitted::new(ALPHABET))
        .with_check(SwappedWords::new("-_"))
        .with_check(Typos::new(typos()))
        .build(corpus);
    let mut out = BufWriter::new(io::stdout().lock());
    for name in io::stdin().lock().lines() {
        let name = name?;
        let squats = harness.check_package(&name, Box::new(Named)).map_err(io::Error::other)?;
        if !squats.is_empty() {
            writeln!(out, "{name}")?;
        }
    }
    out.flush()
}
