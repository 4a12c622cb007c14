//! The parts of a JSON document that a format asks for, in the order of the file.
//!
//! A pattern such as `runs[].results[]` or `metrics{}` names values; everything else is passed
//! over. `[]` stands for each element of an array, `{}` for each member of an object. A pattern
//! that stops at an array or object gets it whole, so no pattern may continue another.

use std::io::Read;

use crate::scanner::{Fault, Scanner, Sink, Spot};

/// Longest name of a member; a longer one matches only `{}` and is given cut.
const LONGEST_NAME: usize = 64 * 1024;

/// One step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Index(usize),
    Name(String),
}

impl Step {
    pub(crate) fn index(&self) -> usize {
        match self {
            Self::Index(index) => *index,
            Self::Name(_) => 0,
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Index(_) => "",
        }
    }
}

/// The steps that `[]` and `{}` stood for, outermost first.
pub(crate) type Steps = [Step];

/// A value that a pattern names.
#[derive(Debug)]
pub(crate) struct Caught {
    /// Which pattern.
    pub(crate) pattern: usize,
    pub(crate) steps: Vec<Step>,
    /// JSON text; empty when `over`.
    pub(crate) bytes: Vec<u8>,
    /// Larger than was asked for.
    pub(crate) over: bool,
    pub(crate) spot: Spot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Name(&'static str),
    AnyElement,
    AnyMember,
}

fn parse(pattern: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in pattern.split('.').filter(|piece| !piece.is_empty()) {
        let name = piece.trim_end_matches(['[', ']', '{', '}']);
        if !name.is_empty() {
            parts.push(Part::Name(name));
        }
        let mut rest = piece.strip_prefix(name).unwrap_or_default();
        while let Some(after) = rest.get(2..) {
            let any_element = rest.starts_with('[');
            parts.push(if any_element {
                Part::AnyElement
            } else {
                Part::AnyMember
            });
            rest = after;
        }
    }
    parts
}

struct Frame {
    array: bool,
    /// Children seen so far.
    seen: usize,
    /// The patterns that lead into this value, one bit each.
    mask: u64,
    /// Whether the step to the current child is in `steps`.
    stepped: bool,
}

pub(crate) struct Walk<R> {
    scanner: Scanner<R>,
    patterns: Vec<Vec<Part>>,
    frames: Vec<Frame>,
    steps: Vec<Step>,
    /// Several documents, one after another.
    many: bool,
    started: bool,
    max_entry: usize,
    /// Patterns from this number on are counted, not given.
    counted_from: usize,
    counted: u64,
    top: Top,
}

/// What the document is at its root.
#[derive(Debug, Default)]
pub(crate) struct Top {
    pub(crate) array: bool,
    /// The first names of its members.
    pub(crate) names: Vec<String>,
}

/// Most names at the root that are remembered.
const TOP_NAMES: usize = 64;

impl<R: Read> Walk<R> {
    /// At most 64 patterns. With `many`, documents follow one another (JSON lines).
    pub(crate) fn new(
        scanner: Scanner<R>,
        patterns: &[&'static str],
        many: bool,
        max_entry: usize,
    ) -> Self {
        Self {
            scanner,
            patterns: patterns.iter().take(64).map(|text| parse(text)).collect(),
            frames: Vec::new(),
            steps: Vec::new(),
            many,
            started: false,
            max_entry,
            counted_from: usize::MAX,
            counted: 0,
            top: Top::default(),
        }
    }

    /// Only counts what the patterns from number `from` on name.
    pub(crate) fn counting(mut self, from: usize) -> Self {
        self.counted_from = from;
        self
    }

    pub(crate) fn counted(&self) -> u64 {
        self.counted
    }

    /// The innermost name that was entered, for a document that is cut.
    pub(crate) fn open_name(&self) -> Option<&str> {
        self.steps
            .last()
            .map(Step::name)
            .filter(|name| !name.is_empty())
    }

    pub(crate) fn take_top(&mut self) -> Top {
        std::mem::take(&mut self.top)
    }

    pub(crate) fn into_input(self) -> R {
        self.scanner.into_input()
    }

    /// Passes over a byte order mark; says whether the input is UTF-16.
    pub(crate) fn start(&mut self) -> Result<bool, Fault> {
        self.scanner.start()
    }

    /// Whether the input begins with a value at all.
    pub(crate) fn is_empty(&mut self) -> Result<bool, Fault> {
        Ok(self.scanner.peek()?.is_none())
    }

    pub(crate) fn next(&mut self) -> Result<Option<Caught>, Fault> {
        loop {
            let caught = match self.frames.last_mut() {
                None => {
                    let more = self.scanner.peek()?.is_some();
                    if self.started && more && !self.many {
                        return self.scanner.syntax("something follows the document");
                    }
                    if !more {
                        return Ok(None);
                    }
                    self.started = true;
                    let all = u64::MAX
                        .checked_shr(64 - u32::try_from(self.patterns.len()).unwrap_or(64))
                        .unwrap_or(0);
                    self.enter(all, 0)?
                }
                Some(frame) => {
                    if frame.stepped {
                        frame.stepped = false;
                        self.steps.pop();
                    }
                    let close = if frame.array { b']' } else { b'}' };
                    let first = frame.seen == 0;
                    if !self.scanner.advance(close, first)? {
                        self.frames.pop();
                        continue;
                    }
                    self.child()?
                }
            };
            if caught.is_some() {
                return Ok(caught);
            }
        }
    }

    /// The child that the innermost frame stands before.
    fn child(&mut self) -> Result<Option<Caught>, Fault> {
        let depth = self.frames.len() - 1;
        let Some(frame) = self.frames.last_mut() else {
            return Ok(None);
        };
        let index = frame.seen;
        frame.seen += 1;
        let name = if frame.array {
            None
        } else {
            let mut sink = Sink::of(LONGEST_NAME);
            self.scanner.name(&mut sink)?;
            Some(name_of(&sink))
        };
        if let (0, Some(name)) = (depth, &name)
            && self.top.names.len() < TOP_NAMES
        {
            self.top.names.push(name.clone());
        }
        let mut mask = 0_u64;
        let mut any = false;
        for (number, pattern) in self.patterns.iter().enumerate() {
            let bit = 1_u64 << number;
            if frame.mask & bit == 0 {
                continue;
            }
            let fits = match (pattern.get(depth), &name) {
                (Some(Part::AnyElement), None) | (Some(Part::AnyMember), Some(_)) => {
                    any = true;
                    true
                }
                (Some(Part::Name(expected)), Some(name)) => expected == name,
                _ => false,
            };
            if fits {
                mask |= bit;
            }
        }
        if any {
            frame.stepped = true;
            self.steps.push(match name {
                Some(name) => Step::Name(name),
                None => Step::Index(index),
            });
        }
        self.enter(mask, depth + 1)
    }

    /// A value that the patterns of `mask` lead to, `depth` parts from the root.
    fn enter(&mut self, mask: u64, depth: usize) -> Result<Option<Caught>, Fault> {
        let complete = self
            .patterns
            .iter()
            .enumerate()
            .find(|(number, parts)| mask & (1_u64 << number) != 0 && parts.len() == depth);
        if let Some((pattern, _)) = complete {
            if pattern >= self.counted_from {
                self.counted += 1;
                self.scanner.value(&mut Sink::none())?;
                return Ok(None);
            }
            self.scanner.peek()?;
            let spot = self.scanner.spot();
            let mut sink = Sink::of(self.max_entry);
            self.scanner.value(&mut sink)?;
            return Ok(Some(Caught {
                pattern,
                steps: self.steps.clone(),
                bytes: sink.bytes,
                over: sink.over,
                spot,
            }));
        }
        match self.scanner.peek()? {
            Some(byte @ (b'{' | b'[')) if mask != 0 => {
                self.scanner.open();
                self.top.array |= depth == 0 && byte == b'[';
                self.frames.push(Frame {
                    array: byte == b'[',
                    seen: 0,
                    mask,
                    stepped: false,
                });
            }
            _ => self.scanner.value(&mut Sink::none())?,
        }
        Ok(None)
    }
}

fn name_of(sink: &Sink) -> String {
    if sink.over {
        return "(a name that is too long)".to_owned();
    }
    serde_json::from_slice(&sink.bytes).unwrap_or_else(|_| {
        String::from_utf8_lossy(&sink.bytes)
            .trim_matches('"')
            .to_owned()
    })
}
