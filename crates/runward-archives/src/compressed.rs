//! One compressed stream, unpacked within limits.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;

use crate::{OddityKind, collect::Collector};

const STEP: usize = 64 << 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Gz,
    Bz2,
    Xz,
}

/// By the first bytes.
pub(crate) fn compression(bytes: &[u8]) -> Option<Compression> {
    if bytes.starts_with(&[0x1F, 0x8B, 0x08]) {
        Some(Compression::Gz)
    } else if matches!(
        bytes,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
    ) {
        Some(Compression::Bz2)
    } else if bytes.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
        Some(Compression::Xz)
    } else {
        None
    }
}

/// Unpacks all members. What came out before an error or a limit is given; both are told.
pub(crate) fn unpack(bytes: &[u8], how: Compression, into: &mut Collector<'_>) -> Vec<u8> {
    let mut out = Out {
        bytes: Vec::new(),
        most: most(bytes.len() as u64, into),
    };
    let mut rest = bytes;
    loop {
        let result = match how {
            Compression::Gz => out.fill(&mut GzDecoder::new(&mut rest)),
            Compression::Bz2 => out.fill(&mut bzip2::bufread::BzDecoder::new(&mut rest)),
            Compression::Xz => {
                let mut reader =
                    XzReader::new_mem_limit(&mut rest, false, into.limits.max_dictionary_kib);
                out.fill(&mut reader)
            }
        };
        match result {
            Ok(true) => {}
            Ok(false) => {
                over(bytes.len() as u64, into);
                break;
            }
            Err(error) => {
                into.gap_archive(format!(
                    "it is damaged ({error}); what was unpacked before that is looked at"
                ));
                break;
            }
        }
        if compression(rest) != Some(how) {
            // Tapes are padded with zeros.
            if rest.iter().any(|byte| *byte != 0) {
                into.odd_archive(
                    OddityKind::HiddenData,
                    format!("{} bytes stand behind its end", rest.len()),
                );
            }
            break;
        }
    }
    into.budget.take_bytes(out.bytes.len() as u64);
    out.bytes
}

/// What may come out of so many bytes.
pub(crate) fn most(packed: u64, into: &Collector<'_>) -> u64 {
    let limits = into.limits;
    packed
        .saturating_mul(limits.max_ratio)
        .max(limits.ratio_floor_bytes)
        .min(into.budget.bytes)
}

/// Tells which limit it was.
pub(crate) fn over(packed: u64, into: &mut Collector<'_>) {
    if most(packed, into) < into.budget.bytes {
        let ratio = into.limits.max_ratio;
        into.odd_archive(
            OddityKind::Bomb,
            format!("it unpacks to over {ratio} times its size"),
        );
    }
    into.gap_archive("it is over the limit on unpacked bytes; the rest is not looked at");
}

struct Out {
    bytes: Vec<u8>,
    most: u64,
}

impl Out {
    /// Reads to the end; `false` where more would come out than may.
    fn fill(&mut self, from: &mut dyn Read) -> io::Result<bool> {
        let mut step = vec![0; STEP];
        loop {
            let read = match from.read(&mut step) {
                Ok(0) => return Ok(true),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if (self.bytes.len() + read) as u64 > self.most {
                return Ok(false);
            }
            self.bytes.extend(step.iter().take(read));
        }
    }
}

/// The name that a gzip's header gives its content.
pub(crate) fn inner_name(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let decoder = GzDecoder::new(&mut rest as &mut dyn BufRead);
    decoder.header()?.filename().map(<[u8]>::to_vec)
}
