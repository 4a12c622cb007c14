//! The two passes over a file.

use std::io::{Read, Seek, SeekFrom};

use runward_model::{Finding, NotCovered};
use serde_json::Value;

use crate::{
    About, Format, IntakeError, Known, Options, Tally,
    desk::Desk,
    formats::Reader,
    scanner::{Fault, Scanner},
    text,
    walk::{Caught, Walk},
};

/// A file of another tool's results, being read.
///
/// An iterator of findings that takes the memory of one entry. An error ends it; since the whole
/// file was checked by [`Intake::open`], only a file that changes in between gives one.
pub struct Intake<'k, R> {
    walk: Walk<R>,
    reader: Box<dyn Reader>,
    desk: Desk<'k>,
    done: bool,
}

impl<'k, R: Read + Seek> Intake<'k, R> {
    /// The first pass: checks the whole document and learns what it says of itself.
    pub fn open(
        format: Format,
        mut input: R,
        options: Options,
        known: &'k dyn Known,
    ) -> Result<Self, IntakeError> {
        let mut reader = format.reader();
        let mut desk = Desk::new(options, known, format);
        let limits = desk.options.limits;
        rewind(&mut input, &desk.options)?;
        let contexts = reader.contexts();
        let patterns: Vec<&'static str> =
            contexts.iter().chain(reader.entries()).copied().collect();
        let scanner = Scanner::new(input, limits.max_bytes, limits.max_depth);
        let mut walk = Walk::new(scanner, &patterns, format.many(), limits.max_entry_bytes)
            .counting(contexts.len());
        start(&mut walk, &desk.options)?;
        while let Some(caught) = walk.next().map_err(|fault| refusal(fault, &desk.options))? {
            desk.spot = caught.spot;
            match value(&caught) {
                Ok(value) => reader.context(caught.pattern, &caught.steps, &value, &mut desk),
                Err(why) => {
                    let pattern = contexts.get(caught.pattern).copied().unwrap_or_default();
                    desk.problem(NotCovered {
                        path: desk.options.name.clone(),
                        line: u32::try_from(caught.spot.line).ok(),
                        package: None,
                        reason: format!("`{pattern}` is not read: {why}"),
                    });
                }
            }
            if walk.counted() > limits.max_entries {
                break;
            }
        }
        if walk.counted() > limits.max_entries {
            return Err(IntakeError::TooMany {
                name: desk.options.name.clone(),
                limit: limits.max_entries,
            });
        }
        let top = walk.take_top();
        let unfit = |what: String, desk: &Desk<'_>| IntakeError::Unfit {
            name: desk.options.name.clone(),
            format: format.title(),
            what,
        };
        if !format.fits(&top) {
            let what = format!(
                "{}; check the file, or name its format with `--format`",
                format.wants()
            );
            return Err(unfit(what, &desk));
        }
        if let Err(what) = reader.ready(&mut desk) {
            return Err(unfit(what, &desk));
        }
        let mut input = walk.into_input();
        rewind(&mut input, &desk.options)?;
        let scanner = Scanner::new(input, limits.max_bytes, limits.max_depth);
        let mut walk = Walk::new(
            scanner,
            reader.entries(),
            format.many(),
            limits.max_entry_bytes,
        );
        start(&mut walk, &desk.options)?;
        Ok(Self {
            walk,
            reader,
            desk,
            done: false,
        })
    }

    /// What the file says of itself. Problems are added while findings are read.
    pub fn about(&self) -> &About {
        &self.desk.about
    }

    /// The counts so far.
    pub fn tally(&self) -> Tally {
        self.desk.tally
    }

    /// What there is to say when the last finding was read.
    pub fn finish(self) -> (About, Tally) {
        (self.desk.about, self.desk.tally)
    }

    /// Reads the next entry into the desk's queue; `false` at the end.
    fn step(&mut self) -> Result<bool, IntakeError> {
        let refused = |fault| refusal(fault, &self.desk.options);
        let Some(caught) = self.walk.next().map_err(refused)? else {
            return Ok(false);
        };
        self.desk.spot = caught.spot;
        self.desk.tally.entries += 1;
        let outcome = value(&caught).and_then(|value| {
            self.reader
                .entry(caught.pattern, &caught.steps, &value, &mut self.desk)
        });
        if let Err(why) = outcome {
            self.desk.unusable(&why);
        }
        Ok(true)
    }
}

impl<R: Read + Seek> Iterator for Intake<'_, R> {
    type Item = Result<Finding, IntakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(finding) = self.desk.out.pop_front() {
                return Some(Ok(finding));
            }
            if self.done {
                return None;
            }
            match self.step() {
                Ok(true) => {}
                Ok(false) => self.done = true,
                Err(error) => {
                    self.done = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

fn value(caught: &Caught) -> Result<Value, String> {
    if caught.over {
        return Err("it is larger than the limit for one entry".to_owned());
    }
    serde_json::from_slice(&caught.bytes)
        .map_err(|error| format!("it is no valid JSON ({})", text::shown(&error.to_string())))
}

fn rewind<R: Seek>(input: &mut R, options: &Options) -> Result<(), IntakeError> {
    input
        .seek(SeekFrom::Start(0))
        .map(|_| ())
        .map_err(|source| IntakeError::Io {
            name: options.name.clone(),
            source,
        })
}

fn start<R: Read>(walk: &mut Walk<R>, options: &Options) -> Result<(), IntakeError> {
    let refused = |fault| refusal(fault, options);
    let name = || options.name.clone();
    if walk.start().map_err(refused)? {
        return Err(IntakeError::Utf16 { name: name() });
    }
    if walk.is_empty().map_err(refused)? {
        return Err(IntakeError::Empty { name: name() });
    }
    Ok(())
}

fn refusal(fault: Fault, options: &Options) -> IntakeError {
    let name = options.name.clone();
    match fault {
        Fault::Io(source) => IntakeError::Io { name, source },
        Fault::Syntax(spot, what) => IntakeError::Syntax {
            name,
            line: spot.line,
            offset: spot.offset,
            what,
        },
        Fault::Cut(spot) => IntakeError::Cut {
            name,
            offset: spot.offset,
        },
        Fault::TooLarge => IntakeError::TooLarge {
            name,
            limit: options.limits.max_bytes,
        },
        Fault::TooDeep(spot) => IntakeError::TooDeep {
            name,
            line: spot.line,
            offset: spot.offset,
            limit: options.limits.max_depth,
        },
    }
}
