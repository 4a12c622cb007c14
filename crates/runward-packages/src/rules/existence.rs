//! Whether the package and its version exist, and what the registry and advisories say of them.

use runward_model::Ecosystem;

use super::{Evidence, Facts, day};
use crate::{
    metadata::{Metadata, State},
    registry::Answer,
    signals as ids,
};

pub(super) fn evaluate(facts: &Facts<'_>, evidence: &mut Evidence) {
    let ecosystem = facts.ecosystem;
    match facts.answer {
        Answer::Found(data) => match &data.state {
            State::Removed(how) => evidence.add(ids::REMOVED, how),
            State::Unpublished(when) => {
                let when = when.map(|when| format!(" on {}", day(when)));
                evidence.add(
                    ids::NOT_EXISTING,
                    format!(
                        "its owners took it down{}; the name can be registered again",
                        when.unwrap_or_default()
                    ),
                );
            }
            State::Active | State::Archived => {}
        },
        Answer::NotAName { rule } => {
            if facts.private.is_none() {
                evidence.add(
                    ids::NOT_EXISTING,
                    format!("no package can have this name: {rule}"),
                );
            }
        }
        // An internal name has no business on the public registry.
        Answer::Missing { .. } | Answer::Unknown { .. } if facts.private.is_some() => {}
        Answer::Missing { as_of } => {
            let private = if *ecosystem == Ecosystem::Npm && facts.name.starts_with('@') {
                ", or does not show it to strangers"
            } else {
                ""
            };
            let when = as_of.strftime("%Y-%m-%d %H:%M");
            evidence.add(
                ids::NOT_EXISTING,
                format!("{ecosystem} has no package of this name{private} (asked {when} UTC)"),
            );
        }
        Answer::Unknown { reason } => match facts.existence {
            // A list of all names is more recent evidence than a built-in list of popular ones,
            // but a popular name that it lacks is a list that is wrong.
            Some(known) if !known.exists && !facts.is_popular() => evidence.add(
                ids::NOT_EXISTING,
                format!(
                    "not among the names that {ecosystem} had on {}",
                    day(known.as_of)
                ),
            ),
            Some(_) => {}
            None if facts.is_popular() => {}
            None => evidence.skip(ids::NOT_EXISTING, reason),
        },
    }
    let version = facts
        .version
        .or_else(|| facts.metadata()?.latest.as_deref());
    match facts.malware.advisories(ecosystem, facts.name, version) {
        Ok(advisories) => {
            for advisory in advisories {
                let summary = advisory.summary.map(|text| format!(": {text}"));
                let told = format!("{}{}", advisory.id, summary.unwrap_or_default());
                // A widely used package of which some releases were not its owners'.
                if version.is_none() && advisory.some_versions && facts.is_popular() {
                    let open =
                        "; it names some versions, and which one would be installed is not known";
                    evidence.add(ids::MALICIOUS_RELEASES, told + open);
                } else {
                    evidence.add(ids::MALICIOUS, told);
                }
            }
        }
        Err(reason) => evidence.skip(ids::MALICIOUS, reason),
    }
}

pub(super) fn of_versions(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    for gap in &data.gaps {
        if gap.signal == ids::WITHDRAWN || gap.signal == ids::REMOVED {
            evidence.skip(&gap.signal, gap.reason.clone());
        }
    }
    let usable = |yanked: &Option<String>| yanked.is_none();
    if !data.releases.is_empty() && !data.releases.iter().any(|r| usable(&r.yanked)) {
        evidence.add_weighted(ids::WITHDRAWN, 5.0, "all versions were yanked");
    } else if let Some(version) = facts.version
        && facts.chosen(data).is_none()
    {
        // A list that was cut may have had it.
        if let Some(gap) = data.gaps.iter().find(|gap| gap.signal == ids::WITHDRAWN) {
            evidence.skip(ids::UNKNOWN_VERSION, gap.reason.clone());
            return;
        }
        let newest = data.latest.as_ref();
        let newest = newest.map(|version| format!("; the newest is {version}"));
        evidence.add(
            ids::UNKNOWN_VERSION,
            format!(
                "{} has no version `{version}`{}",
                facts.ecosystem,
                newest.unwrap_or_default()
            ),
        );
    } else if data.releases.is_empty() {
        evidence.add(
            ids::UNKNOWN_VERSION,
            format!("{} has the name, but no version of it", facts.ecosystem),
        );
    }
    let Some(chosen) = facts.chosen(data) else {
        return;
    };
    if let Some(reason) = &chosen.yanked
        && data.releases.iter().any(|r| usable(&r.yanked))
    {
        let reason = said(reason);
        evidence.add(
            ids::WITHDRAWN,
            format!("{} was yanked{reason}", chosen.version),
        );
    }
    if let Some(reason) = &chosen.deprecated {
        let reason = said(reason);
        evidence.add(
            ids::DEPRECATED,
            format!("{} is deprecated{reason}", chosen.version),
        );
    } else if data.state == State::Archived {
        evidence.add(ids::DEPRECATED, "its owners archived the project");
    }
}

/// A foreign reason in one line.
fn said(reason: &str) -> String {
    let line: Vec<&str> = reason.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(200) {
        _ if line.is_empty() => String::new(),
        Some((end, _)) => format!(": {}…", line.get(..end).unwrap_or_default()),
        None => format!(": {line}"),
    }
}
