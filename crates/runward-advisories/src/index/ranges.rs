//! Ranges of affected versions, evaluated as OSV's schema says.
//!
//! Every version that the database names for a package has a place in that package's sorted table,
//! so that a range is compared in numbers: only the version in question is ever parsed.

/// A place among the versions of a package: odd for a version of the table, even for the gap
/// before it. Zero is before everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(u64);

impl Place {
    /// OSV's `introduced: "0"`.
    pub(crate) const BEGINNING: Self = Self(0);

    /// Version `index` of the table.
    pub(crate) fn at(index: usize) -> Self {
        Self(2 * index as u64 + 1)
    }

    /// Between versions `index - 1` and `index` of the table.
    pub(crate) fn before(index: usize) -> Self {
        Self(2 * index as u64)
    }

    pub(crate) fn code(self) -> u64 {
        self.0
    }

    pub(crate) fn from_code(code: u64) -> Self {
        Self(code)
    }

    /// The version of the table that stands here.
    pub(crate) fn index(self) -> Option<usize> {
        usize::try_from(self.0 / 2).ok().filter(|_| self.0 % 2 == 1)
    }
}

/// What happens at a version. The order is the order of evaluation for one and the same version:
/// what is affected up to and including a version is so although it was introduced there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    Introduced,
    Fixed,
    LastAffected,
    Limit,
}

impl EventKind {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Introduced => 0,
            Self::Fixed => 1,
            Self::LastAffected => 2,
            Self::Limit => 3,
        }
    }

    pub(crate) fn from_code(code: u64) -> Self {
        match code & 3 {
            0 => Self::Introduced,
            1 => Self::Fixed,
            2 => Self::LastAffected,
            _ => Self::Limit,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Fixed => "fixed",
            Self::LastAffected => "last_affected",
            Self::Limit => "limit",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) place: Place,
}

/// Sorts events for [`contains`]: by version, in the order of the record where versions are equal
/// (`fixed: 2` then `introduced: 2` means something), except that `last_affected` comes last, since
/// it speaks of what is above its version.
pub(crate) fn sort(events: &mut [Event]) {
    events.sort_by_key(|event| (event.place, event.kind == EventKind::LastAffected));
}

/// OSV's `IncludedInRanges` for one range of sorted events.
pub(crate) fn contains(events: &[Event], version: Place) -> bool {
    let mut limits = events
        .iter()
        .filter(|event| event.kind == EventKind::Limit)
        .peekable();
    if limits.peek().is_some() && !limits.any(|limit| version < limit.place) {
        return false;
    }
    let mut affected = false;
    for event in events {
        match event.kind {
            EventKind::Introduced if version >= event.place => affected = true,
            EventKind::Fixed if version >= event.place => affected = false,
            EventKind::LastAffected if version > event.place => affected = false,
            _ => {}
        }
    }
    affected
}

#[cfg(test)]
mod tests {
    use super::{EventKind::*, *};

    fn range(events: &[(EventKind, Place)]) -> Vec<Event> {
        let mut events: Vec<Event> = events
            .iter()
            .map(|&(kind, place)| Event { kind, place })
            .collect();
        sort(&mut events);
        events
    }

    fn affected(events: &[Event], places: std::ops::Range<u64>) -> Vec<u64> {
        places.filter(|p| contains(events, Place(*p))).collect()
    }

    #[test]
    fn disjoint_stretches_in_one_range() {
        let events = range(&[
            (Fixed, Place(9)),
            (Introduced, Place::BEGINNING),
            (Introduced, Place(7)),
            (Fixed, Place(3)),
        ]);
        assert_eq!(affected(&events, 0..12), [0, 1, 2, 7, 8]);
    }

    #[test]
    fn last_affected_includes_its_version() {
        let events = range(&[(Introduced, Place(3)), (LastAffected, Place(5))]);
        assert_eq!(affected(&events, 0..9), [3, 4, 5]);
        let one = range(&[(LastAffected, Place(3)), (Introduced, Place(3))]);
        assert_eq!(affected(&one, 0..9), [3]);
    }

    #[test]
    fn fixed_and_introduced_at_one_version_follow_the_record() {
        let again = range(&[
            (Introduced, Place(1)),
            (Fixed, Place(3)),
            (Introduced, Place(3)),
            (Fixed, Place(5)),
        ]);
        assert_eq!(affected(&again, 0..7), [1, 2, 3, 4]);
        let never = range(&[(Introduced, Place(3)), (Fixed, Place(3))]);
        assert!(affected(&never, 0..7).is_empty());
    }

    #[test]
    fn any_limit_above_is_enough() {
        let events = range(&[(Introduced, Place(1)), (Limit, Place(5)), (Limit, Place(3))]);
        assert_eq!(affected(&events, 0..9), [1, 2, 3, 4]);
    }

    #[test]
    fn nothing_introduced_is_nothing_affected() {
        assert!(affected(&range(&[(Fixed, Place(3))]), 0..9).is_empty());
        assert!(affected(&[], 0..9).is_empty());
    }
}
