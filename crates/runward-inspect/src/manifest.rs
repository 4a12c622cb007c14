//! What the metadata asks for: dependencies at bare addresses, scripts that run at installation.

use runward_archives::ArchiveTree;

use crate::{
    artefact::Kind,
    context::Context,
    installs::Installs,
    seen::{Seen, at},
};

/// Commands of lifecycle scripts that are what they look like.
const ORDINARY: [&str; 22] = [
    "node-gyp",
    "node-gyp-build",
    "prebuild-install",
    "node-pre-gyp",
    "husky",
    "patch-package",
    "npx only-allow",
    "opencollective",
    "is-ci",
    "cmake-js",
    "napi",
    "electron-builder",
    "ngcc",
    "lerna",
    "yarn",
    "npm run",
    "pnpm",
    "tsc",
    "echo",
    "exit",
    "prebuildify",
    "neon",
];

pub(crate) fn look(tree: &ArchiveTree, kind: Kind, root: &str, installs: &Installs) -> Vec<Seen> {
    let mut seen = Vec::new();
    for (name, line) in &installs.scripts {
        if ORDINARY
            .iter()
            .any(|word| line.trim_start().starts_with(word))
        {
            continue;
        }
        let path = format!("{root}package.json");
        seen.push(
            Seen::file(
                "install-script",
                0.7,
                &path,
                format!("`{name}` runs `{line}` at installation"),
            )
            .doing("install", Context::Install),
        );
    }
    match kind {
        Kind::Npm => npm(tree, root, &mut seen),
        Kind::Sdist | Kind::Wheel => python(tree, root, &mut seen),
        Kind::Crate | Kind::Other => {}
    }
    seen
}

/// The file in which the archive says what it is.
pub(crate) fn of<'a>(tree: &'a ArchiveTree, kind: Kind, root: &str) -> Option<&'a [u8]> {
    let name = match kind {
        Kind::Sdist => "PKG-INFO",
        Kind::Npm => "package.json",
        Kind::Crate => "Cargo.toml",
        Kind::Other => return None,
        Kind::Wheel => {
            let mut of_wheel = tree.files().filter(|(path, _)| is_wheel_metadata(path));
            return of_wheel.next().map(|(_, bytes)| bytes);
        }
    };
    tree.get(&format!("{root}{name}"))
}

fn is_wheel_metadata(path: &str) -> bool {
    path.ends_with(".dist-info/METADATA") && path.matches('/').count() == 1
}

fn npm(tree: &ArchiveTree, root: &str, seen: &mut Vec<Seen>) {
    let path = format!("{root}package.json");
    let Some(manifest) = tree
        .get(&path)
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok())
    else {
        return;
    };
    for table in ["dependencies", "optionalDependencies", "peerDependencies"] {
        let Some(table) = manifest.get(table).and_then(|table| table.as_object()) else {
            continue;
        };
        for (name, address) in table {
            if let Some(address) = address.as_str() {
                dependency(&path, name, address, seen);
            }
        }
    }
}

/// One dependency: an address that is no known forge is odd, one without encryption odder.
fn dependency(path: &str, name: &str, address: &str, seen: &mut Vec<Seen>) {
    let (plain, rest) = match (
        address.strip_prefix("http://"),
        address.strip_prefix("https://"),
    ) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return,
    };
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    let known = [
        "github.com",
        "codeload.github.com",
        "gitlab.com",
        "registry.npmjs.org",
        "files.pythonhosted.org",
    ]
    .contains(&host);
    if known && !plain {
        return;
    }
    let weight = if plain { 5.0 } else { 3.0 };
    seen.push(Seen::file(
        "dependency-by-address",
        weight,
        path,
        format!("`{name}` comes from `{address}`, not from the registry"),
    ));
}

/// `name @ http://…` in metadata and `setup.py`.
fn python(tree: &ArchiveTree, root: &str, seen: &mut Vec<Seen>) {
    let mut files = vec![
        format!("{root}setup.py"),
        format!("{root}setup.cfg"),
        format!("{root}pyproject.toml"),
    ];
    files.push(format!("{root}PKG-INFO"));
    files.extend(
        tree.files()
            .map(|(path, _)| path)
            .filter(|path| is_wheel_metadata(path))
            .map(str::to_owned),
    );
    for path in files {
        let Some(bytes) = tree.get(&path) else {
            continue;
        };
        let text = String::from_utf8_lossy(bytes);
        let is_metadata = path.ends_with("PKG-INFO") || path.ends_with("METADATA");
        for (number, line) in text.lines().enumerate() {
            if is_metadata && (line.is_empty() || !line.starts_with("Requires-Dist:")) {
                if line.is_empty() {
                    break;
                }
                continue;
            }
            let line = line.strip_prefix("Requires-Dist:").unwrap_or(line);
            // A requirement, not an address of mail or a decorator.
            let Some((name, address)) = line.split_once("@ http") else {
                continue;
            };
            let name: String = name
                .trim_end()
                .chars()
                .rev()
                .take_while(|c| {
                    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']')
                })
                .collect();
            let name: String = name.chars().rev().collect();
            let address = format!(
                "http{}",
                address
                    .split(['"', '\'', ' ', ';', ','])
                    .next()
                    .unwrap_or_default()
            );
            let before = seen.len();
            dependency(&path, &name, &address, seen);
            if let Some(one) = seen.get_mut(before) {
                let line = u32::try_from(number).unwrap_or(0).saturating_add(1);
                one.location = Some(at(&path, line, 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(address: &str) -> f64 {
        let mut seen = Vec::new();
        dependency("p", "n", address, &mut seen);
        seen.first().map_or(0.0, |one| one.weight)
    }

    #[test]
    fn addresses_weigh_by_what_they_are() {
        assert!(weight("http://192.0.2.1/x.tgz") > weight("https://example.com/x.tgz"));
        for honest in [
            "^1.0.0",
            "github:a/b",
            "git+https://github.com/a/b",
            "https://github.com/a/b/archive/x.tar.gz",
        ] {
            assert!(weight(honest) <= 0.0, "{honest}");
        }
    }
}
