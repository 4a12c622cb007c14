//! Programs and native libraries that the package does not mention.

use crate::{
    artefact::Kind,
    bytes::Package,
    context::{Context, ends},
    seen::Seen,
};

/// What a file is, by its first bytes.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    let pe = || {
        let at = bytes.get(0x3C..0x40)?;
        let at = u32::from_le_bytes(at.try_into().ok()?);
        let at = usize::try_from(at).ok()?;
        (bytes.get(at..at.checked_add(4)?)? == b"PE\0\0").then_some("Windows program")
    };
    match bytes {
        [0x7F, b'E', b'L', b'F', ..] => Some("ELF program or library"),
        [b'M', b'Z', ..] => pe(),
        [0xCF | 0xCE, 0xFA, 0xED, 0xFE, ..] | [0xFE, 0xED, 0xFA, 0xCE | 0xCF, ..] => {
            Some("Mach-O program or library")
        }
        // Java's classes begin as Mach-O's universal binaries do; a version follows, not a small count.
        [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, count, ..] if *count < 20 => {
            Some("Mach-O program or library")
        }
        [0xCA, 0xFE, 0xBA, 0xBE, ..] => Some("Java class"),
        [0, b'a', b's', b'm', ..] => Some("WebAssembly"),
        _ => None,
    }
}

/// Endings that say what the file is.
const NATIVE: [&str; 20] = [
    ".so", ".pyd", ".dll", ".dylib", ".exe", ".node", ".o", ".obj", ".a", ".lib", ".bundle",
    ".wasm", ".class", ".sys", ".elf", ".ko", ".com", ".scr", ".jnilib", ".bin",
];
/// Endings of files that nobody takes for programs.
const HARMLESS: [&str; 24] = [
    ".png", ".jpg", ".jpeg", ".gif", ".ico", ".bmp", ".webp", ".svg", ".txt", ".md", ".rst",
    ".json", ".xml", ".yml", ".yaml", ".css", ".html", ".dat", ".ttf", ".woff", ".woff2", ".pdf",
    ".mp3", ".csv",
];

pub(crate) fn look(package: &Package<'_>) -> Vec<Seen> {
    let mut seen = Vec::new();
    let declared = declares_native(package);
    for (path, bytes) in package.tree.files() {
        let Some(what) = magic(bytes) else { continue };
        if path.contains("!/") {
            continue;
        }
        let aside = package.contexts.is_aside(path);
        if HARMLESS.iter().any(|end| ends(path, end)) {
            let weight = if aside { 1.5 } else { 5.5 };
            seen.push(
                Seen::file(
                    "disguised-binary",
                    weight,
                    path,
                    format!("a {what} has the name of something else"),
                )
                .doing("bundled-program", Context::Library),
            );
            continue;
        }
        if aside || declared || matches!(what, "WebAssembly" | "Java class") {
            continue;
        }
        let named = NATIVE.iter().any(|end| ends(path, end)) || path.contains(".so.");
        let weight = match package.kind {
            // Launchers for Windows lie in what makes them. What is not started or loaded does nothing, and
            // what is has its own signals.
            Kind::Wheel if named && what == "Windows program" => 0.5,
            Kind::Wheel => 2.5,
            // A program among sources that does not say so is odder than one that does.
            Kind::Sdist | Kind::Npm | Kind::Crate if named => 0.7,
            Kind::Sdist | Kind::Npm | Kind::Crate => 1.5,
            Kind::Other => 0.0,
        };
        seen.push(Seen::file(
            "undeclared-binary",
            weight,
            path,
            format!("a {what} that the package's metadata does not mention"),
        ));
    }
    seen
}

/// Whether the package says that it has native parts.
fn declares_native(package: &Package<'_>) -> bool {
    let manifest = || {
        let bytes = package.tree.get(&format!("{}package.json", package.root))?;
        serde_json::from_slice::<serde_json::Value>(bytes).ok()
    };
    match package.kind {
        Kind::Wheel => !ends(package.file_name, "-any.whl"),
        Kind::Npm => {
            package
                .tree
                .get(&format!("{}binding.gyp", package.root))
                .is_some()
                || manifest().is_some_and(|manifest| {
                    ["os", "cpu", "gypfile", "binary", "napi", "libc"]
                        .iter()
                        .any(|key| manifest.get(key).is_some())
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        assert!(magic(b"\x7fELF\x02").is_some());
        assert!(
            magic(b"\xca\xfe\xba\xbe\0\0\0\x02")
                .unwrap()
                .starts_with("Mach-O")
        );
        assert_eq!(magic(b"\xca\xfe\xba\xbe\0\0\0\x34"), Some("Java class"));
        assert_eq!(magic(b"MZ is a text"), None);
        assert_eq!(magic(b""), None);
    }
}
