//! Intervals as Maven and NuGet write them: `[1.0,2.0)`, `(,1.0]`, `[1.0]`.

use std::cmp::Ordering;

#[derive(Debug, Clone)]
pub(super) struct Bound<V> {
    pub(super) version: V,
    pub(super) inclusive: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Interval<V> {
    pub(super) low: Option<Bound<V>>,
    pub(super) high: Option<Bound<V>>,
}

impl<V: Ord> Interval<V> {
    pub(super) fn contains(&self, version: &V) -> bool {
        let above = self
            .low
            .as_ref()
            .is_none_or(|low| match version.cmp(&low.version) {
                Ordering::Less => false,
                Ordering::Equal => low.inclusive,
                Ordering::Greater => true,
            });
        let below = self
            .high
            .as_ref()
            .is_none_or(|high| match version.cmp(&high.version) {
                Ordering::Less => true,
                Ordering::Equal => high.inclusive,
                Ordering::Greater => false,
            });
        above && below
    }

    /// Whether it holds one version only.
    pub(super) fn is_point(&self) -> bool {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) => {
                low.inclusive && high.inclusive && low.version == high.version
            }
            _ => false,
        }
    }
}

/// Takes one interval from the front of `text`: the interval and the rest.
pub(super) fn take<V: Clone>(
    text: &str,
    read: impl Fn(&str) -> Option<V>,
) -> Option<(Interval<V>, &str)> {
    let (low_inclusive, rest) = match text.strip_prefix('[') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('(')?),
    };
    let end = rest.find([']', ')'])?;
    let (inside, closing) = rest.split_at_checked(end)?;
    let high_inclusive = closing.starts_with(']');
    let rest = closing.get(1..)?;
    let bound = |text: &str, inclusive: bool| match text.trim() {
        "" => Some(None),
        text => Some(Some(Bound {
            version: read(text)?,
            inclusive,
        })),
    };
    let interval = match inside.split_once(',') {
        Some((low, high)) => Interval {
            low: bound(low, low_inclusive)?,
            high: bound(high, high_inclusive)?,
        },
        // One version in brackets is exactly that; `(1.0)` means nothing.
        None if low_inclusive && high_inclusive => {
            let point = bound(inside, true)?;
            point.as_ref()?;
            Interval {
                low: point.clone(),
                high: point,
            }
        }
        None => return None,
    };
    Some((interval, rest))
}
