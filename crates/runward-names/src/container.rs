//! The file that lists and indexes are kept in: what it is, of which registry and when, the content,
//! and a checksum over all of it.

use std::io::Write;

use jiff::Timestamp;
use runward_model::Ecosystem;

use crate::NamesError;

const MAGIC: &[u8; 7] = b"RWNAMES";
const VERSION: u8 = 1;
pub(crate) const CHECKSUM_BYTES: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Popular = 1,
    Existence = 2,
}

impl Content {
    fn told(byte: u8) -> Option<Self> {
        [Self::Popular, Self::Existence]
            .into_iter()
            .find(|content| *content as u8 == byte)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Popular => "a list of popular names",
            Self::Existence => "an index of existing names",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) as_of: Timestamp,
    pub(crate) source: String,
    pub(crate) count: u64,
}

/// Writes a file and says how many bytes it has.
pub(crate) fn write(
    out: &mut impl Write,
    content: Content,
    header: &Header,
    payload: &[&[u8]],
) -> Result<u64, NamesError> {
    let mut head = Vec::new();
    head.extend_from_slice(MAGIC);
    head.push(VERSION);
    head.push(content as u8);
    text(&mut head, header.ecosystem.osv_name());
    text(&mut head, &header.source);
    head.extend_from_slice(&header.as_of.as_second().to_le_bytes());
    head.extend_from_slice(&header.count.to_le_bytes());
    let mut checksum = blake3::Hasher::new();
    let mut length = CHECKSUM_BYTES;
    for part in std::iter::once(&head.as_slice()).chain(payload) {
        checksum.update(part);
        out.write_all(part)?;
        length += part.len();
    }
    out.write_all(checksum.finalize().as_bytes())?;
    Ok(u64::try_from(length).unwrap_or(u64::MAX))
}

/// Long texts are cut: they only tell where names come from.
fn text(head: &mut Vec<u8>, text: &str) {
    let end = text.floor_char_boundary(usize::from(u8::MAX));
    let text = text.get(..end).unwrap_or_default();
    head.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    head.extend_from_slice(text.as_bytes());
}

/// Header and payload of a file that is whole and holds `content`.
pub(crate) fn open(bytes: &[u8], content: Content) -> Result<(Header, &[u8]), NamesError> {
    let mut rest = Rest(bytes);
    if rest.take(MAGIC.len()) != Some(MAGIC.as_slice()) {
        return Err(NamesError::NotAnIndex);
    }
    let cut = NamesError::Damaged("it is cut off");
    let Some(version) = rest.byte() else {
        return Err(cut);
    };
    if version != VERSION {
        return Err(NamesError::Format(version));
    }
    let body = bytes.len().checked_sub(CHECKSUM_BYTES);
    let Some((body, checksum)) = body.and_then(|at| bytes.split_at_checked(at)) else {
        return Err(cut);
    };
    if blake3::hash(body).as_bytes().as_slice() != checksum {
        return Err(NamesError::Damaged("its checksum differs"));
    }
    let mut rest = Rest(body.get(MAGIC.len() + 1..).unwrap_or_default());
    let found = rest
        .byte()
        .and_then(Content::told)
        .ok_or(NamesError::Damaged("unknown content"))?;
    if found != content {
        return Err(NamesError::OtherContent {
            expected: content.name(),
            found: found.name(),
        });
    }
    let header = rest
        .header()
        .ok_or(NamesError::Damaged("its header cannot be read"))?;
    Ok((header, rest.0))
}

/// What is left to read.
pub(crate) struct Rest<'a>(pub(crate) &'a [u8]);

impl<'a> Rest<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::from(self.byte()?);
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn header(&mut self) -> Option<Header> {
        let ecosystem = Ecosystem::from(self.text()?.to_owned());
        let source = self.text()?.to_owned();
        let as_of = Timestamp::from_second(self.u64()?.cast_signed()).ok()?;
        let count = self.u64()?;
        Some(Header {
            ecosystem,
            as_of,
            source,
            count,
        })
    }
}
