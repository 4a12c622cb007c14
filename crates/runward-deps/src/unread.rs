//! Files that state dependencies and that nobody here can read: said, so that their packages do
//! not pass for clean.

use std::collections::BTreeSet;

use runward_model::NotCovered;
use runward_tree::path;

/// One kind of file.
struct Unread {
    name: &'static str,
    /// A file beside it that answers for it.
    answered_by: &'static [&'static str],
    /// Lower case, no full stop, with the next step.
    reason: &'static str,
}

const KINDS: &[Unread] = &[
    Unread {
        name: "bun.lockb",
        answered_by: &["bun.lock"],
        reason: "a binary Bun lockfile is not read; write the text one with `bun install \
                 --save-text-lockfile`",
    },
    Unread {
        name: "Gemfile",
        answered_by: &["Gemfile.lock"],
        reason: "a Gemfile is a program and is not read; write its lockfile with `bundle lock`",
    },
    Unread {
        name: "gems.rb",
        answered_by: &["gems.locked"],
        reason: "a gems.rb is a program and is not read; write its lockfile with `bundle lock`",
    },
    Unread {
        name: "build.gradle",
        answered_by: &["gradle.lockfile"],
        reason: GRADLE,
    },
    Unread {
        name: "build.gradle.kts",
        answered_by: &["gradle.lockfile"],
        reason: GRADLE,
    },
    Unread {
        name: "mix.exs",
        answered_by: &["mix.lock"],
        reason: "a mix.exs is a program and is not read; write its lockfile with `mix deps.get`",
    },
    Unread {
        name: "pubspec.yaml",
        answered_by: &["pubspec.lock"],
        reason: "it states ranges only; write its lockfile with `dart pub get`",
    },
    Unread {
        name: "pixi.lock",
        answered_by: &[],
        reason: "pixi lockfiles are not read; write an SBOM and name it with `--sbom FILE`",
    },
    Unread {
        name: "Podfile.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "Package.resolved",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "Cartfile.resolved",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "deno.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "conan.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "vcpkg.json",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "renv.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "rebar.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "stack.yaml.lock",
        answered_by: &[],
        reason: NO_READER,
    },
    Unread {
        name: "cabal.project.freeze",
        answered_by: &[],
        reason: NO_READER,
    },
];

const GRADLE: &str = "a Gradle build script is a program and is not read; write its lockfile with \
                      `gradle dependencies --write-locks`";
const NO_READER: &str = "its format is not read yet; write an SBOM and name it with `--sbom FILE`";

/// The files among `files` that state dependencies nobody reads.
pub(crate) fn unread(files: &[String]) -> Vec<NotCovered> {
    let present: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    files
        .iter()
        .filter_map(|file| {
            let kind = KINDS
                .iter()
                .find(|kind| kind.name == path::file_name(file))?;
            let answered = kind.answered_by.iter().any(|name| {
                path::join(path::parent(file), name)
                    .is_ok_and(|beside| present.contains(beside.as_str()))
            });
            (!answered).then(|| NotCovered::file(file.clone(), kind.reason))
        })
        .collect()
}

/// Links by the name of a manifest that lead outside the tree or nowhere.
pub(crate) fn lost_links(links: &[String]) -> impl Iterator<Item = NotCovered> {
    links
        .iter()
        .filter(|link| {
            crate::Found::at(link).is_some_and(|found| found.reader != crate::Reader::Script)
        })
        .map(|link| {
            NotCovered::file(
                link.clone(),
                "a link that leads outside the scanned directory, or nowhere; scan its target on \
                 its own",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lockfile_answers_for_its_program() {
        let files = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert!(unread(&files(&["a/Gemfile", "a/Gemfile.lock"])).is_empty());
        let found = unread(&files(&["Gemfile", "a/Gemfile.lock", "b/Podfile.lock"]));
        let paths: Vec<_> = found.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["Gemfile", "b/Podfile.lock"]);
    }

    #[test]
    fn only_links_that_would_be_read_count() {
        let links = ["requirements.txt".to_owned(), "notes.md".to_owned()];
        assert_eq!(lost_links(&links).count(), 1);
    }
}
