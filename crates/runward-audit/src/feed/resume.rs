//! Where a feed goes on: after its last whole line.

use super::line;

/// What the end of a feed says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Its last whole line is that of entry `next - 1`; `torn` bytes after it are to be cut.
    Line { next: u64, torn: u64 },
    /// There is no whole line in what was read, and nothing before it.
    Empty { torn: u64 },
    /// The line end before is not among the bytes that were read.
    More,
    /// Its last whole line is none of ours.
    Foreign,
}

/// Reads the end of a feed. `whole` says that `tail` is all of the file.
pub fn end(tail: &[u8], whole: bool) -> End {
    let Some(last) = tail.iter().rposition(|byte| *byte == b'\n') else {
        return if whole {
            End::Empty {
                torn: tail.len() as u64,
            }
        } else {
            End::More
        };
    };
    let (lines, torn) = tail.split_at(last);
    let start = lines.iter().rposition(|byte| *byte == b'\n');
    if start.is_none() && !whole {
        return End::More;
    }
    let line = lines
        .get(start.map_or(0, |start| start + 1)..)
        .unwrap_or_default();
    match line::index(line).and_then(|index| index.checked_add(1)) {
        Some(next) => End::Line {
            next,
            // The line end itself is not torn.
            torn: torn.len() as u64 - 1,
        },
        None => End::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_end_is_found() {
        let line = |next, torn| End::Line { next, torn };
        assert_eq!(end(b"", true), End::Empty { torn: 0 });
        assert_eq!(end(b"{\"index\": 4", true), End::Empty { torn: 11 });
        assert_eq!(end(b"{\"index\": 4}\n", true), line(5, 0));
        assert_eq!(end(b"{\"index\": 4}\n", false), End::More);
        assert_eq!(end(b"half\n{\"index\": 4}\n{\"in", false), line(5, 4));
        assert_eq!(end(b"x\nnonsense\n", true), End::Foreign);
        assert_eq!(
            end(b"{\"index\": 18446744073709551615}\n", true),
            End::Foreign
        );
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_end(tail in proptest::collection::vec(any::<u8>(), 0..300), whole: bool) {
            match end(&tail, whole) {
                End::Line { torn, .. } => prop_assert!(torn < tail.len() as u64),
                End::Empty { torn } => prop_assert_eq!(torn, tail.len() as u64),
                End::More | End::Foreign => {}
            }
        }
    }
}
