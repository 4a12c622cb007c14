//! JSON as a stream of values: strict, without recursion, with the place of every value.
//!
//! A value is either copied out whole, for `serde_json` to read, or passed over. Both check its
//! grammar, so that a file that was passed over once is known to be whole.

use std::io::{self, Read};

const BUFFER: usize = 64 * 1024;

/// A place in the input: 0-based byte, 1-based line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) offset: u64,
    pub(crate) line: u64,
}

#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    Syntax(Spot, &'static str),
    /// The input ends inside a value.
    Cut(Spot),
    TooLarge,
    TooDeep(Spot),
}

/// Where the bytes of a value go.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) bytes: Vec<u8>,
    /// Bytes that are kept; 0 keeps none.
    room: usize,
    /// The value is longer than `room`.
    pub(crate) over: bool,
}

impl Sink {
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn of(room: usize) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        if self.room == 0 || self.over {
            return;
        }
        if self.bytes.len().saturating_add(bytes.len()) > self.room {
            self.over = true;
            self.bytes = Vec::new();
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

pub(crate) struct Scanner<R> {
    input: R,
    buffer: Vec<u8>,
    /// Next byte in `buffer`.
    at: usize,
    filled: usize,
    /// Offset of the buffer's first byte.
    base: u64,
    line: u64,
    max_bytes: u64,
    max_depth: usize,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(input: R, max_bytes: u64, max_depth: usize) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER],
            at: 0,
            filled: 0,
            base: 0,
            line: 1,
            max_bytes,
            max_depth,
        }
    }

    pub(crate) fn into_input(self) -> R {
        self.input
    }

    pub(crate) fn spot(&self) -> Spot {
        Spot {
            offset: self.base + self.at as u64,
            line: self.line,
        }
    }

    /// Passes over a byte order mark; says whether the input is UTF-16.
    pub(crate) fn start(&mut self) -> Result<bool, Fault> {
        self.byte()?;
        let head = self.buffer.get(..self.filled.min(4)).unwrap_or_default();
        if matches!(
            head,
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..]
        ) {
            return Ok(true);
        }
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            self.at += 3;
        }
        Ok(false)
    }

    fn byte(&mut self) -> Result<Option<u8>, Fault> {
        if self.at >= self.filled && !self.fill()? {
            return Ok(None);
        }
        Ok(self.buffer.get(self.at).copied())
    }

    fn fill(&mut self) -> Result<bool, Fault> {
        self.base += self.filled as u64;
        self.at = 0;
        self.filled = 0;
        // Until the buffer is full, so that a short read does not hide a byte order mark.
        while let Some(free) = self.buffer.get_mut(self.filled..)
            && !free.is_empty()
        {
            match self.input.read(free) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::Io(error)),
            }
        }
        if self.base.saturating_add(self.filled as u64) > self.max_bytes {
            return Err(Fault::TooLarge);
        }
        Ok(self.filled > 0)
    }

    /// The next byte that is no white space, not consumed; none at the end of the input.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            match self.byte()? {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.line += 1;
                }
                other => return Ok(other),
            }
        }
    }

    fn token(&mut self) -> Result<u8, Fault> {
        self.peek()?.ok_or_else(|| Fault::Cut(self.spot()))
    }

    fn take(&mut self, byte: u8, sink: &mut Sink) {
        self.at += 1;
        sink.put(&[byte]);
    }

    pub(crate) fn syntax<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault::Syntax(self.spot(), what))
    }

    /// Consumes an opening bracket that [`Self::peek`] saw.
    pub(crate) fn open(&mut self) {
        self.at += 1;
    }

    /// Moves to the next child of an open array or object: `false` consumes its closing bracket.
    pub(crate) fn advance(&mut self, close: u8, first: bool) -> Result<bool, Fault> {
        let byte = self.token()?;
        if byte == close {
            self.at += 1;
            return Ok(false);
        }
        if !first {
            if byte != b',' {
                return self.syntax("a comma or a closing bracket is missing");
            }
            self.at += 1;
            if self.token()? == close {
                return self.syntax("a comma stands before a closing bracket");
            }
        }
        Ok(true)
    }

    /// A member's name and its colon, as JSON text.
    pub(crate) fn name(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        if self.token()? != b'"' {
            return self.syntax("a name in double quotes is missing");
        }
        self.string(sink)?;
        if self.token()? != b':' {
            return self.syntax("a colon is missing after a name");
        }
        self.at += 1;
        Ok(())
    }

    /// One value, with white space between its parts left out.
    pub(crate) fn value(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let byte = self.token()?;
            match byte {
                b'{' | b'[' => {
                    let close = if byte == b'{' { b'}' } else { b']' };
                    if open.len() >= self.max_depth {
                        return Err(Fault::TooDeep(self.spot()));
                    }
                    self.take(byte, sink);
                    if self.token()? == close {
                        self.take(close, sink);
                    } else {
                        open.push(close);
                        if close == b'}' {
                            self.name(sink)?;
                            sink.put(b":");
                        }
                        continue;
                    }
                }
                b'"' => self.string(sink)?,
                b'-' | b'0'..=b'9' => self.number(sink)?,
                b't' => self.literal(b"true", sink)?,
                b'f' => self.literal(b"false", sink)?,
                b'n' => self.literal(b"null", sink)?,
                _ => return self.syntax("a value is missing"),
            }
            // After a value: what closes here, or the comma before the next.
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(());
                };
                let byte = self.token()?;
                if byte == close {
                    self.take(byte, sink);
                    open.pop();
                } else if byte == b',' {
                    self.take(byte, sink);
                    if close == b'}' {
                        self.name(sink)?;
                        sink.put(b":");
                    }
                    break;
                } else {
                    return self.syntax("a comma or a closing bracket is missing");
                }
            }
        }
    }

    fn string(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        self.take(b'"', sink);
        let mut escaped = false;
        loop {
            if self.byte()?.is_none() {
                return Err(Fault::Cut(self.spot()));
            }
            let rest = self.buffer.get(self.at..self.filled).unwrap_or_default();
            let plain = if escaped {
                0
            } else {
                rest.iter()
                    .position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20)
                    .unwrap_or(rest.len())
            };
            sink.put(rest.get(..plain).unwrap_or_default());
            let Some(&byte) = rest.get(plain) else {
                self.at = self.filled;
                continue;
            };
            self.at += plain;
            if byte < 0x20 {
                return self.syntax("a string holds a raw control character");
            }
            self.take(byte, sink);
            if escaped {
                escaped = false;
            } else if byte == b'"' {
                return Ok(());
            } else {
                escaped = true;
            }
        }
    }

    fn number(&mut self, sink: &mut Sink) -> Result<(), Fault> {
        let mut length = 0_usize;
        while let Some(byte) = self.byte()? {
            if !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E') {
                break;
            }
            length += 1;
            if length > 400 {
                return self.syntax("a number is too long");
            }
            self.take(byte, sink);
        }
        Ok(())
    }

    fn literal(&mut self, word: &'static [u8], sink: &mut Sink) -> Result<(), Fault> {
        for &expected in word {
            match self.byte()? {
                Some(byte) if byte == expected => self.take(byte, sink),
                Some(_) => return self.syntax("a word is not `true`, `false` or `null`"),
                None => return Err(Fault::Cut(self.spot())),
            }
        }
        Ok(())
    }
}
