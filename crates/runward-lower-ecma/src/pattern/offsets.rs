//! From places in a rewritten pattern back to the pattern.

use runward_syntax::Span;

/// The pieces that were replaced, in order.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
struct Piece {
    written: (usize, usize),
    meant: (usize, usize),
}

impl Offsets {
    /// Bytes `from..to` of the rewritten text stand for `source..source_end` of the pattern.
    pub(super) fn replaced(&mut self, from: usize, to: usize, source: usize, source_end: usize) {
        self.pieces.push(Piece {
            written: (from, to),
            meant: (source, source_end),
        });
    }

    fn back(&self, at: usize) -> usize {
        let count = self.pieces.partition_point(|piece| piece.written.0 <= at);
        let Some(piece) = count
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        else {
            return at;
        };
        if at >= piece.written.1 {
            piece.meant.1 + (at - piece.written.1)
        } else {
            (piece.meant.0 + (at - piece.written.0)).min(piece.meant.1)
        }
    }

    /// A span of the pattern, of which `length` bytes there are, for one of the rewritten text
    /// with `framed` bytes put before it.
    pub(super) fn span(&self, span: Span, framed: usize, length: usize) -> Span {
        let place = |at: u32| {
            let at = self.back((at as usize).saturating_sub(framed)).min(length);
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        Span::new(place(span.start), place(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_go_back_to_where_they_were_written() {
        // `f(..., a)` as `f(XXXXX, a)`.
        let mut offsets = Offsets::default();
        offsets.replaced(2, 7, 2, 5);
        let back = |from, to| offsets.span(Span::new(from, to), 0, 9);
        assert_eq!(back(0, 1), Span::new(0, 1));
        assert_eq!(back(2, 7), Span::new(2, 5));
        assert_eq!(back(9, 10), Span::new(7, 8));
        assert_eq!(back(4, 100), Span::new(4, 9));
    }
}
