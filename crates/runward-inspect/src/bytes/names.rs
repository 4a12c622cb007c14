//! Names of files that are not what they seem, and files that do not belong into a package.

use runward_tree::path;

use crate::{
    artefact::Kind,
    bytes::Package,
    context::{Context, ends},
    installs::{is_start_file, pth_code},
    seen::Seen,
};

const FIRST: [&str; 9] = [
    ".pdf", ".png", ".jpg", ".jpeg", ".txt", ".docx", ".mp4", ".gif", ".csv",
];
const SECOND: [&str; 10] = [
    ".exe", ".scr", ".bat", ".cmd", ".vbs", ".ps1", ".js", ".lnk", ".com", ".pif",
];
const SECRETS: [&str; 8] = [
    ".env",
    ".env.production",
    "id_rsa",
    "id_ed25519",
    ".npmrc",
    ".pypirc",
    ".netrc",
    "credentials.json",
];
const SCRIPTS: [&str; 5] = [".exe", ".scr", ".vbs", ".lnk", ".hta"];

pub(crate) fn look(package: &Package<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (path, bytes) in package.tree.files() {
        if path.contains("!/") || path.starts_with('!') {
            continue;
        }
        let name = path::file_name(path).to_ascii_lowercase();
        let aside = package.contexts.is_aside(path);
        let double = FIRST.iter().any(|first| {
            SECOND
                .iter()
                .any(|second| name.ends_with(&format!("{first}{second}")))
        });
        // `module.txt.js` is what bundlers make of a text.
        if double && !(ends(&name, ".js") && package.kind == Kind::Npm) && !aside {
            seen.push(Seen::file(
                "double-extension",
                4.0,
                path,
                "the name ends twice, first as something harmless",
            ));
        }
        if SECRETS.contains(&name.as_str()) && !aside && bytes.len() > 8 {
            seen.push(Seen::file(
                "bundled-secret",
                0.5,
                path,
                "a file that usually holds secrets came along",
            ));
        }
        if SCRIPTS.iter().any(|end| ends(&name, end)) && in_documents(path) {
            seen.push(Seen::file(
                "program-in-documents",
                2.5,
                path,
                "a program lies among the documentation",
            ));
        }
        if is_start_file(path, package.root) {
            seen.push(
                Seen::file(
                    "starts-with-python",
                    4.5,
                    path,
                    "Python runs this file whenever it starts",
                )
                .doing("start", Context::Install),
            );
        }
        if ends(path, ".pth") && package.kind != Kind::Npm && package.kind != Kind::Crate {
            pth(path, bytes, &mut seen);
        }
    }
    seen.extend(only_minified(package));
    seen
}

/// Words in a `.pth` line that no namespace package and no coverage needs.
const PTH_WORDS: [&str; 12] = [
    "subprocess",
    "os.system",
    "popen",
    "urllib",
    "requests",
    "socket",
    "base64",
    "b64decode",
    "marshal",
    "zlib",
    "eval(",
    "http",
];

fn pth(path: &str, bytes: &[u8], seen: &mut Vec<Seen>) {
    let code = pth_code(&String::from_utf8_lossy(bytes)).to_ascii_lowercase();
    if code.is_empty() {
        return;
    }
    let word = PTH_WORDS.iter().find(|word| code.contains(**word));
    let (weight, evidence) = match word {
        Some(word) => (
            8.0,
            format!("Python runs this line whenever it starts, and it names `{word}`"),
        ),
        None => (
            0.7,
            "Python runs a line of this file whenever it starts".to_owned(),
        ),
    };
    seen.push(Seen::file("pth-with-code", weight, path, evidence).doing("start", Context::Install));
}

fn in_documents(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part.to_ascii_lowercase().as_str(),
            "doc" | "docs" | "documentation" | "man"
        )
    })
}

/// A package of JavaScript without a line that a person could read.
fn only_minified(package: &Package<'_>) -> Option<Seen> {
    if package.kind != Kind::Npm {
        return None;
    }
    let mut sources = package
        .tree
        .files()
        .filter(|(path, bytes)| {
            crate::context::is_javascript(path) && !ends(path, ".d.ts") && bytes.len() > 2_000
        })
        .filter(|(path, _)| !package.contexts.is_aside(path));
    let first = sources.next()?;
    let minified = |bytes: &[u8]| {
        let lines = bytes.split(|byte| *byte == b'\n').count();
        bytes.len() / lines > 400
    };
    let all = minified(first.1) && sources.all(|(_, bytes)| minified(bytes));
    all.then(|| {
        Seen::file(
            "only-minified",
            0.5,
            first.0,
            "all JavaScript of the package is minified",
        )
    })
}
