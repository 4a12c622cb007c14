//! What each signal of an inspection means.

use runward_archives::OddityKind;

use crate::{InspectError, combine, inspect::odd, rules::Rules};

/// The documentation of a signal. Weights are what it adds to the score when it stands alone, by when
/// the code runs; where the evidence decides, the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalDoc {
    pub id: String,
    pub title: String,
    pub why: String,
    pub install: f64,
    pub import: f64,
    pub library: f64,
}

/// Checks of files as they are: the id, the weight, what is seen, and why that counts.
const CHECKS: [(&str, f64, &str, &str); 22] = [
    (
        "bundled-secret",
        0.5,
        "A file that usually holds secrets came along",
        "Its author's own `.env` or key: a slip, and a sign of a package that nobody looks after.",
    ),
    (
        "dependency-by-address",
        5.0,
        "A dependency comes from an address",
        "What is fetched from there is in no registry: it can be changed at any time, and nobody scans it. \
         Without encryption, anybody on the way can change it too.",
    ),
    (
        "disguised-binary",
        5.5,
        "A program has the name of something else",
        "A picture or a text that is a program is there to be started by code that looks harmless.",
    ),
    (
        "double-extension",
        4.0,
        "The name ends twice, first as something harmless",
        "`report.pdf.exe` is made to be clicked on.",
    ),
    (
        "encoded-blob",
        3.0,
        "Encoded text in what runs at installation",
        "Thousands of characters that nobody can read, where only instructions belong.",
    ),
    (
        "hidden-direction",
        4.5,
        "The order of the source is turned",
        "Characters make an editor show the source in another order than the one that runs (Trojan Source, \
         CVE-2021-42574).",
    ),
    (
        "hidden-payload",
        7.5,
        "Invisible characters in a row",
        "Tags and variation selectors that nothing shows can carry a program.",
    ),
    (
        "hidden-zero-width",
        0.7,
        "Characters of no width",
        "They make two names look the same.",
    ),
    (
        "install-script",
        0.7,
        "A script runs at installation",
        "npm runs it with the rights of whoever installs; what it does has signals of its own.",
    ),
    (
        "not-in-record",
        2.5,
        "A file that RECORD does not list",
        "A wheel's list of its own files leaves it out, so tools that check the list do not look at it.",
    ),
    (
        "obfuscated-source",
        7.5,
        "The source was obfuscated",
        "Identifiers such as `_0x4f2a` come from the usual obfuscator; honest packages minify, and keep the \
         source.",
    ),
    (
        "only-minified",
        0.5,
        "All JavaScript is minified",
        "Nobody can read what it does.",
    ),
    (
        "program-in-documents",
        2.5,
        "A program lies among the documentation",
        "It has no use there but to be found by nobody.",
    ),
    (
        "pth-with-code",
        8.0,
        "Code in a `.pth` file",
        "Python runs such lines whenever it starts, whether or not the package is imported. Weight 8 where the \
         line decodes, loads or starts something, else 0.7.",
    ),
    (
        "record-damaged",
        1.0,
        "RECORD cannot be read",
        "Tools that check a wheel by its list cannot check this one.",
    ),
    (
        "record-differs",
        4.0,
        "A file differs from what RECORD lists",
        "The file was changed after the wheel was built.",
    ),
    (
        "record-lists-missing",
        0.5,
        "RECORD lists files that are not there",
        "The wheel was taken apart and put together again.",
    ),
    (
        "record-missing",
        1.5,
        "The wheel has no RECORD",
        "Every builder of wheels writes one.",
    ),
    (
        "record-twice",
        3.0,
        "Two directories with metadata",
        "Installers and scanners may take different ones.",
    ),
    (
        "shadowed-program",
        3.5,
        "A command with the name of a well-known program",
        "Whoever types `kubectl` or `ssh` then runs the package, with the arguments that were meant for the true \
         one.",
    ),
    (
        "starts-with-python",
        4.5,
        "A module that Python imports by itself",
        "`sitecustomize` and `usercustomize` run whenever Python starts.",
    ),
    (
        "undeclared-binary",
        2.5,
        "A program that the metadata does not mention",
        "The package says that it is pure source, and brings machine code.",
    ),
];

/// All signals that an inspection can give, by their ids.
pub fn signals() -> Result<Vec<SignalDoc>, InspectError> {
    let rules = Rules::new(runward_packs::rules(crate::rules::PACK).unwrap_or_default())?;
    let mut all = rules.documented();
    all.extend(combine::documented());
    all.extend(CHECKS.iter().map(|(id, weight, title, why)| SignalDoc {
        id: (*id).to_owned(),
        title: (*title).to_owned(),
        why: (*why).to_owned(),
        install: *weight,
        import: *weight,
        library: *weight,
    }));
    all.extend(OddityKind::ALL.into_iter().map(|kind| {
        let weight = odd(kind, true);
        SignalDoc {
            id: format!("archive-{}", kind.as_str()),
            title: format!("The archive is odd: {}", kind.as_str().replace('-', " ")),
            why: format!(
                "{} Unpackers disagree about such archives, or can be made to write elsewhere.",
                kind.meaning()
            ),
            install: weight,
            import: weight,
            library: weight,
        }
    }));
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_signal_is_documented_once() {
        let all = signals().unwrap();
        for pair in all.windows(2) {
            assert!(pair[0].id < pair[1].id, "{}", pair[1].id);
        }
        for doc in &all {
            assert!(!doc.title.is_empty() && doc.why.len() > 15, "{}", doc.id);
        }
    }
}
