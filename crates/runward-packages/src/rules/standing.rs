//! How well a package stands: users, description, what it does on installation.

use super::{Evidence, Facts};
use crate::{metadata::Metadata, signals as ids};

pub(super) fn evaluate(facts: &Facts<'_>, data: &Metadata, evidence: &mut Evidence) {
    let gap = |id: &str| data.gaps.iter().find(|gap| gap.signal == id);
    if !facts.is_popular() {
        match data.downloads {
            Some(figure) if figure.per_week() < facts.policy.low_downloads_per_week => {
                let week = super::plural(figure.per_week(), "download");
                evidence.add(ids::LOW_DOWNLOADS, format!("{week} a week"));
            }
            Some(_) => {}
            None => {
                let reason = gap(ids::LOW_DOWNLOADS)
                    .map_or("the registry tells no download figures", |gap| &gap.reason);
                evidence.skip(ids::LOW_DOWNLOADS, reason);
                if facts.names.compared_with > 0 {
                    evidence.add(
                        ids::UNKNOWN_DOWNLOADS,
                        format!(
                            "not among the {} most downloaded, and there are no figures",
                            facts.names.compared_with
                        ),
                    );
                }
            }
        }
        match (&data.repository, gap(ids::NO_REPOSITORY)) {
            (Some(_), _) => {}
            (None, Some(gap)) => evidence.skip(ids::NO_REPOSITORY, gap.reason.clone()),
            (None, None) => evidence.add(ids::NO_REPOSITORY, "no repository is named"),
        }
        if data.summary.is_none() && !data.has_description && gap(ids::NO_REPOSITORY).is_none() {
            evidence.add(ids::NO_DESCRIPTION, "neither summary nor description");
        }
    }
    let scripts = facts
        .chosen(data)
        .and_then(|release| release.install_scripts.as_ref());
    match scripts {
        Some(scripts) if !scripts.is_empty() => {
            let told: Vec<String> = scripts
                .iter()
                .map(|(event, command)| format!("{event}: `{}`", shown(command)))
                .collect();
            evidence.add(ids::INSTALL_SCRIPTS, told.join("; "));
        }
        Some(_) => {}
        None => {
            let reason = gap(ids::INSTALL_SCRIPTS)
                .map_or("the registry tells of no such version", |gap| &gap.reason);
            evidence.skip(ids::INSTALL_SCRIPTS, reason);
        }
    }
}

/// A foreign command in one line.
fn shown(command: &str) -> String {
    command
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(120)
        .collect()
}
