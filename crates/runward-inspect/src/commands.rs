//! Commands that a package installs under the name of a program that everybody has.

use std::sync::LazyLock;

use regex::Regex;
use runward_archives::ArchiveTree;

use crate::{artefact::Kind, seen::Seen};

/// Programs that no registry of packages distributes. Whoever types the name wants the true one.
const PROGRAMS: [&str; 34] = [
    "apt",
    "apt-get",
    "bash",
    "brew",
    "cat",
    "cp",
    "crontab",
    "curl",
    "docker",
    "gh",
    "git",
    "gpg",
    "helm",
    "kubectl",
    "ls",
    "mv",
    "openssl",
    "ps",
    "psql",
    "rm",
    "scp",
    "sftp",
    "sh",
    "ssh",
    "ssh-add",
    "ssh-keygen",
    "su",
    "sudo",
    "systemctl",
    "terraform",
    "vault",
    "wget",
    "zsh",
    "env",
];

static SCRIPT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^[\s'"\[,]*([A-Za-z0-9._-]{1,60})['"]?\s*=\s*['"]?[A-Za-z_][\w.]*:\w"#).ok()
});

pub(crate) fn look(tree: &ArchiveTree, kind: Kind, root: &str) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut tell = |path: &str, command: &str| {
        if PROGRAMS.contains(&command) {
            seen.push(Seen::file(
                "shadowed-program",
                3.5,
                path,
                format!("installs a command `{command}`, which runs in place of the program of that name"),
            ));
        }
    };
    match kind {
        Kind::Wheel | Kind::Sdist => {
            for (path, bytes) in tree.files() {
                if is_description(path, root) {
                    for command in scripts(&String::from_utf8_lossy(bytes)) {
                        tell(path, command);
                    }
                }
            }
        }
        Kind::Npm => {
            let path = format!("{root}package.json");
            let manifest: serde_json::Value = tree
                .get(&path)
                .and_then(|bytes| serde_json::from_slice(bytes).ok())
                .unwrap_or_default();
            match manifest.get("bin") {
                Some(serde_json::Value::Object(commands)) => {
                    for command in commands.keys() {
                        tell(&path, command);
                    }
                }
                Some(serde_json::Value::String(_)) => {
                    let name = manifest.get("name").and_then(|name| name.as_str());
                    let name = name.and_then(|name| name.rsplit('/').next());
                    tell(&path, name.unwrap_or_default());
                }
                _ => {}
            }
        }
        Kind::Crate | Kind::Other => {}
    }
    seen
}

fn is_description(path: &str, root: &str) -> bool {
    let inner = path.strip_prefix(root).unwrap_or(path);
    matches!(inner, "setup.py" | "setup.cfg" | "pyproject.toml")
        || inner.ends_with(".dist-info/entry_points.txt") && inner.matches('/').count() == 1
}

/// The names of lines such as `name = module:function`.
fn scripts(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let found = SCRIPT.as_ref()?.captures(line)?;
        found.get(1).map(|name| name.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_read_from_all_their_homes() {
        let text = "[console_scripts]\nkubectl = a.b:main\ngit=c:d\n  'ssh = e:f',\n\"sudo\" = \"g:h\"\nx = 1\n";
        let found: Vec<&str> = scripts(text).collect();
        assert_eq!(found, ["kubectl", "git", "ssh", "sudo"]);
    }
}
