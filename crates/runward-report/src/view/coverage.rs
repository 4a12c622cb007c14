//! What could not be judged, grouped by the kind of reason.

use std::collections::HashMap;

use runward_model::NotCovered;

use crate::clean::shown;

/// Things that could not be judged for one kind of reason.
pub(crate) struct NotJudged {
    /// As stated for one thing; with `…` for what differs where there are several.
    pub(crate) reason: String,
    /// `requirements.txt:4 requests`.
    pub(crate) places: Vec<String>,
}

/// Groups in order of size, the largest first.
pub(super) fn grouped(not_covered: &[NotCovered]) -> Vec<NotJudged> {
    let mut slots: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<(String, Vec<&NotCovered>)> = Vec::new();
    for entry in not_covered {
        let kind = without_quotes(&entry.reason);
        let next = groups.len();
        let slot = *slots.entry(kind.clone()).or_insert(next);
        match groups.get_mut(slot) {
            Some((_, group)) => group.push(entry),
            None => groups.push((kind, vec![entry])),
        }
    }
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.len()));
    groups
        .into_iter()
        .map(|(kind, group)| NotJudged {
            reason: match group.first() {
                Some(first) if group.iter().all(|entry| entry.reason == first.reason) => {
                    shown(&first.reason)
                }
                _ => shown(&kind),
            },
            places: group.iter().map(|entry| place(entry)).collect(),
        })
        .collect()
}

/// `requirements.txt:4 (requests)`.
pub(crate) fn place(entry: &NotCovered) -> String {
    let line = entry
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    let package = entry
        .package
        .as_deref()
        .map_or_else(String::new, |package| format!(" ({})", shown(package)));
    format!("{}{line}{package}", shown(&entry.path))
}

/// The reason with what stands in backticks left out: the user's own input differs from place to
/// place, the kind of problem does not.
fn without_quotes(reason: &str) -> String {
    let mut kind = String::with_capacity(reason.len());
    for (index, part) in reason.split('`').enumerate() {
        kind.push_str(if index % 2 == 0 { part } else { "…" });
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_kind_of_reason_is_one_group() {
        let entries = [
            NotCovered::at("a.txt", 1, "`x>=1` allows many versions; lock it"),
            NotCovered::file("b.lock", "is not JSON"),
            NotCovered::at("a.txt", 2, "`y>=2` allows many versions; lock it"),
        ];
        let groups = grouped(&entries);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].reason, "… allows many versions; lock it");
        assert_eq!(groups[0].places, ["a.txt:1", "a.txt:2"]);
        assert_eq!(groups[1].reason, "is not JSON");
    }
}
