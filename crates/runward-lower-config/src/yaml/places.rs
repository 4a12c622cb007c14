//! From the characters that the parser counts to bytes.

use saphyr_parser::Marker;

const STEP: usize = 64;

/// Where each 64th character begins, in texts that are not ASCII throughout.
pub(super) struct Places<'s> {
    source: &'s str,
    starts: Option<Vec<usize>>,
}

impl<'s> Places<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        let starts = (!source.is_ascii()).then(|| {
            source
                .char_indices()
                .step_by(STEP)
                .map(|(at, _)| at)
                .collect()
        });
        Self { source, starts }
    }

    pub(super) fn byte(&self, marker: &Marker) -> usize {
        let index = marker.index();
        let Some(starts) = &self.starts else {
            return index.min(self.source.len());
        };
        let Some(start) = starts.get(index / STEP) else {
            return self.source.len();
        };
        let rest = self.source.get(*start..).unwrap_or_default();
        rest.char_indices()
            .nth(index % STEP)
            .map_or(self.source.len(), |(at, _)| start + at)
    }
}
