//! The signals that this crate can give, documented.
//!
//! The inspection of a package's files has signals of its own. Weights are what a signal adds to
//! the score when it stands alone; see [`crate::score`].

/// What has to be known to look for a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// The name and lists of names.
    Name,
    /// What the registry tells.
    Registry,
    /// The advisory database.
    Advisories,
    /// The package's archive beside what the registry tells.
    Archive,
    /// The team's own configuration.
    Configuration,
}

/// The documentation of a signal, in Markdown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignalDoc {
    pub id: &'static str,
    pub title: &'static str,
    /// 0 to 10. Where the evidence decides, the highest.
    pub weight: f64,
    pub needs: Needs,
    pub why: &'static str,
    pub what_to_do: &'static str,
}

pub const NOT_EXISTING: &str = "does-not-exist";
pub const MALICIOUS: &str = "known-malicious";
pub const MALICIOUS_RELEASES: &str = "malicious-releases";
pub const REMOVED: &str = "removed-by-registry";
pub const CONFUSION: &str = "dependency-confusion";
pub const MISMATCH: &str = "manifest-mismatch";
pub const FILES: &str = "file-behaviour";
pub const OTHER_FILES: &str = "other-files";
pub const NEAR: &str = "near-popular-name";
pub const PATTERN: &str = "suspicious-name-pattern";
pub const BORROWED: &str = "borrowed-repository";
pub const UNKNOWN_VERSION: &str = "unknown-version";
pub const EXPIRED_DOMAIN: &str = "expired-maintainer-domain";
pub const DISPOSABLE_DOMAIN: &str = "disposable-maintainer-domain";
pub const WITHDRAWN: &str = "withdrawn-version";
pub const IMPLAUSIBLE_VERSION: &str = "implausible-version";
pub const YOUNG: &str = "young";
pub const REVIVED: &str = "revived";
pub const VERSION_JUMP: &str = "version-jump";
pub const NEW_PUBLISHER: &str = "new-publisher";
pub const LOW_DOWNLOADS: &str = "low-downloads";
pub const SINGLE_RELEASE: &str = "single-release";
pub const INSTALL_SCRIPTS: &str = "install-scripts";
pub const DEPRECATED: &str = "deprecated";
pub const NO_REPOSITORY: &str = "no-repository";
pub const UNKNOWN_DOWNLOADS: &str = "unknown-downloads";
pub const NO_DESCRIPTION: &str = "no-description";
pub const ALLOWANCE_NOT_USED: &str = "allowance-not-used";

/// All signals, the heaviest first.
pub fn all() -> &'static [SignalDoc] {
    SIGNALS
}

/// The documentation of a signal of this crate.
pub fn doc(id: &str) -> Option<&'static SignalDoc> {
    SIGNALS.iter().find(|doc| doc.id == id)
}

/// Reads as the table of the documentation.
macro_rules! signals {
    ($($id:ident, $title:literal, $weight:literal, $needs:ident, $why:literal, $todo:literal;)*) => {
        const SIGNALS: &[SignalDoc] = &[$(SignalDoc {
            id: $id,
            title: $title,
            weight: $weight,
            needs: Needs::$needs,
            why: $why,
            what_to_do: $todo,
        }),*];
    };
}

signals! {
    NOT_EXISTING, "The package does not exist", 10.0, Registry,
    "AI assistants invent names that sound right. A name that nobody holds today can be registered \
     tomorrow by somebody who waits for it to be installed. Without the network, the index of all \
     names answers, with its date; a registry that fails is never taken for \"does not exist\".",
    "Look for the package that was meant in the documentation of what you use. If the name is one \
     of your own, list it under the internal names.";

    MALICIOUS, "An advisory calls the package malicious", 10.0, Advisories,
    "The advisory database has a record (`MAL-…`) that names this package and version as malware.",
    "Do not install it. Where it was installed, take the machine for compromised: rotate its \
     credentials. An allowlist entry counts only if it says `known_malicious`.";

    REMOVED, "The registry removed or holds the package", 9.0, Registry,
    "npm keeps the names of removed malware under a placeholder (`security holding package`); PyPI \
     puts suspected malware in quarantine.",
    "Find out which package was meant; the name itself is burnt.";

    CONFUSION, "An internal name exists on the public registry", 9.5, Configuration,
    "A name that your configuration calls internal also exists publicly. An installer that searches \
     both indexes takes the higher version, whoever published it. Weight 8; 9.5 where the public \
     version is above your own newest.",
    "Give internal packages a scope or an index of their own (`--index-url`, not \
     `--extra-index-url`; `explicit = true` in uv; scoped registries in npm), and register the name \
     publicly if you can.";

    MALICIOUS_RELEASES, "Some releases of a widely used package were malicious", 4.5, Advisories,
    "An advisory calls some versions of the package malware, as after a stolen token, and it is not known \
     which version would be installed.",
    "Ask for a version that the advisory does not name (`name==version`), or let the registry be asked.";

    MISMATCH, "The archive's manifest differs from the registry's", 6.0, Archive,
    "What the registry shows (dependencies, install scripts, commands, name) is not what the archive \
     holds, so reviews of the registry's page miss it. Weight 6 where the archive does more than the \
     registry tells, or does not have the digest that it tells; 2 where the archive does less.",
    "Read the archive's manifest; report the package where scripts or dependencies were hidden.";

    FILES, "The files do what a package should not do", 10.0, Archive,
    "The release's files were fetched and looked at without running them: code that runs at \
     installation, connections, decoded code, credentials, hidden text, programs that nobody mentions. \
     What was seen has names and weights of its own, each with its place; under this name stands a scan's \
     finding, and why files were not looked at.",
    "Look at the places that the evidence names: `runward package inspect FILE --explain` shows all of them.";

    NEAR, "The name is near that of a popular package", 10.0, Name,
    "A typing error, a look-alike character, a swapped word or a customary prefix leads from a \
     popular package to this one. The weight depends on the kind of nearness, the rank of the popular \
     name and the length; it is halved where the package is older than a year and has five releases \
     or more.",
    "Check that you mean this package and not the popular one. If you do, allow it.";

    BORROWED, "The metadata borrows another project's repository", 5.0, Registry,
    "The package names the repository of a popular package of another name as its own, and the two \
     have no owner in common. Copied metadata makes a copy look trustworthy. Weight 3 where a \
     registry does not tell the owners.",
    "Look in that repository whether it mentions this package. If it does not, do not install it.";

    EXPIRED_DOMAIN, "A maintainer's mail domain is free or has changed hands", 5.0, Registry,
    "Whoever holds the domain can receive a password reset and publish in the maintainer's name. The \
     registries of domains (RDAP) say who holds it, and since when.",
    "Pin the version that you have reviewed and tell the maintainer and the registry.";

    UNKNOWN_VERSION, "The registry has no such version", 5.0, Registry,
    "The version that is asked for does not exist, or not any more. Invented versions and removed \
     releases look like this.",
    "Take a version that exists; find out why the other was asked for.";

    DISPOSABLE_DOMAIN, "A maintainer uses a throw-away mail address", 4.0, Registry,
    "The address belongs to a service of mailboxes that last for minutes. Free mail as such is not \
     suspicious.",
    "Review the package's files before taking it in.";

    WITHDRAWN, "The version was taken back", 4.0, Registry,
    "Its owners yanked it: it is broken, vulnerable, or was not published by them. Weight 5 where \
     all versions were.",
    "Take a version that was not yanked; the reason, where given, is in the evidence.";

    IMPLAUSIBLE_VERSION, "The first versions are implausibly high", 4.0, Registry,
    "A package with few releases starts at a version such as 99.0.0, as packages do that are to win \
     over an internal one of the same name.",
    "Check whether you have an internal package of this name; otherwise review the files.";

    YOUNG, "The package is younger than a week", 3.0, Registry,
    "Most malicious packages are found and removed within days of their first release.",
    "Wait, or review the files. `young_days` in the policy sets the age.";

    REVIVED, "A release after years of silence", 2.5, Registry,
    "A package that was silent for more than two years had a release within the last week. Taken-over \
     accounts and handed-over packages look like this.",
    "Compare the release with the one before it, or stay on that one.";

    PATTERN, "The name matches a suspicious pattern", 2.0, Configuration,
    "Your configuration lists patterns of names that assistants like to invent.",
    "Check that the package is the one that was meant.";

    VERSION_JUMP, "The newest version jumps far ahead", 1.5, Registry,
    "The newest major version is more than ten above the one before it.",
    "Read the changelog; compare the two releases.";

    NEW_PUBLISHER, "The release comes from a new publisher", 1.5, Registry,
    "An account that had never published this package before published the release. A build service \
     that the owners trust does not count as new.",
    "Look for the new maintainer in the project's own history.";

    LOW_DOWNLOADS, "The package is hardly ever downloaded", 1.5, Registry,
    "Few people would have noticed what is wrong with it. Mirrors and scanners alone make some \
     dozens of downloads a week.",
    "Review the files; look for a better known package for the purpose.";

    SINGLE_RELEASE, "There is one release only", 1.0, Registry,
    "There is no history that could speak for the package.",
    "By itself no reason to worry; look at what else speaks against it.";

    INSTALL_SCRIPTS, "The package runs programs on installation", 1.0, Registry,
    "npm runs `preinstall`, `install` and `postinstall` with your rights. Many honest packages use \
     them to fetch or build native code.",
    "Read the scripts, or install with `--ignore-scripts`.";

    DEPRECATED, "The owners advise against the package", 1.0, Registry,
    "The version is deprecated or the project archived: there will be no security fixes.",
    "Move to what the owners recommend.";

    NO_REPOSITORY, "No repository is named", 1.0, Registry,
    "There is no place where the source could be read and compared.",
    "Review the files of the package itself.";

    UNKNOWN_DOWNLOADS, "It is not known how often the package is downloaded", 0.5, Registry,
    "The package is not among the popular ones, and there are no figures of its own.",
    "Nothing by itself; a source of figures can be set.";

    NO_DESCRIPTION, "The package does not say what it is", 0.5, Registry,
    "It has neither a summary nor a description.",
    "Nothing by itself; look at what else speaks against it.";

    OTHER_FILES, "Files for other platforms were not looked at", 0.0, Archive,
    "A release may have dozens of wheels. The source and one wheel stand for it; what the others do is not \
     known. It adds nothing to the score.",
    "Where you install on another platform, `runward package inspect` looks at its file.";

    ALLOWANCE_NOT_USED, "An allowlist entry does not count", 0.0, Configuration,
    "The allowlist has an entry for this package that has expired, or that does not speak of known \
     malware. It adds nothing to the score.",
    "Renew the entry with its reason, or delete it.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_signal_is_documented_once() {
        let ids: HashSet<_> = all().iter().map(|doc| doc.id).collect();
        assert_eq!(ids.len(), all().len());
        for doc in all() {
            assert!((0.0..=10.0).contains(&doc.weight), "{}", doc.id);
            for text in [doc.title, doc.why, doc.what_to_do] {
                assert!(
                    text.len() > 15 && !text.contains("  "),
                    "{}: {text}",
                    doc.id
                );
            }
            assert!(doc.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        }
    }
}
