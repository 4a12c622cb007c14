//! The rule packs that come with Runward.

use runward_rules::{RuleFile, read};

/// A rule file of a pack.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// To show: `rules/python-security/eval-use.yaml`.
    pub path: &'static str,
    pub text: &'static str,
    /// The test beside it, with places that the rule must find and places that it must not.
    pub test: Option<&'static str>,
}

static PACKS: &[(&str, &[File])] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs by name, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    PACKS.iter().map(|(name, _)| *name)
}

/// The rule files of a pack.
#[must_use]
pub fn files(pack: &str) -> Option<&'static [File]> {
    PACKS
        .iter()
        .find(|(name, _)| *name == pack)
        .map(|(_, files)| *files)
}

/// The rules of a pack, read.
#[must_use]
pub fn rules(pack: &str) -> Option<Vec<RuleFile>> {
    let files = files(pack)?;
    Some(
        files
            .iter()
            .map(|file| read(file.path, file.text))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_every_pack_is_sound() {
        let mut ids = std::collections::BTreeSet::new();
        for pack in names() {
            for file in rules(pack).unwrap() {
                let problems: Vec<String> = file
                    .problems
                    .iter()
                    .map(runward_rules::Problem::render)
                    .collect();
                assert!(problems.is_empty(), "{}", problems.join("\n"));
                for rule in file.rules {
                    assert!(
                        ids.insert(rule.id.to_string()),
                        "`{}` is there twice",
                        rule.id
                    );
                }
            }
        }
        assert!(!ids.is_empty());
        assert!(files("no such pack").is_none());
    }
}
