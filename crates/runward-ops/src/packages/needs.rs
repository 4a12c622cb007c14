//! What an archive says that it needs.

use runward_inspect::Kind;

/// The names of the packages that an installer would bring along by the archive's own manifest; `None` where
/// it does not say. What only an extra asks for is named too.
pub(super) fn needs(kind: Kind, manifest: Option<&[u8]>) -> Option<Vec<String>> {
    match kind {
        Kind::Wheel => Some(python(&text(manifest?)).names),
        Kind::Sdist => {
            let found = python(&text(manifest?));
            found.is_promise.then_some(found.names)
        }
        Kind::Npm => npm(manifest?),
        Kind::Crate | Kind::Other => None,
    }
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

struct Python {
    names: Vec<String>,
    /// Since metadata 2.2 the requirements of a source archive are those of its wheels, unless declared
    /// as dynamic.
    is_promise: bool,
}

fn python(metadata: &str) -> Python {
    let mut found = Python {
        names: Vec::new(),
        is_promise: false,
    };
    let mut is_dynamic = false;
    for line in metadata.lines().take_while(|line| !line.is_empty()) {
        let Some((field, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match field.to_ascii_lowercase().as_str() {
            "metadata-version" => found.is_promise = version(value) >= Some((2, 2)),
            "dynamic" => is_dynamic |= value.eq_ignore_ascii_case("requires-dist"),
            "requires-dist" => {
                let end = value
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
                let name = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
                if !name.is_empty() {
                    found.names.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
    found.is_promise &= !is_dynamic;
    found
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn npm(manifest: &[u8]) -> Option<Vec<String>> {
    let manifest: serde_json::Value = serde_json::from_slice(manifest).ok()?;
    let tables = ["dependencies", "optionalDependencies", "peerDependencies"];
    let names = tables
        .iter()
        .filter_map(|table| manifest.get(table)?.as_object())
        .flat_map(|table| table.keys().cloned());
    Some(names.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_say_what_is_needed() {
        let metadata = b"Metadata-Version: 2.2\nName: x\nRequires-Dist: a_b>=1; extra == 'z'\nRequires-Dist: c (<2)\n\nRequires-Dist: no\n";
        let both = Some(vec!["a_b".to_owned(), "c".to_owned()]);
        assert_eq!(needs(Kind::Wheel, Some(metadata)), both);
        assert_eq!(needs(Kind::Sdist, Some(metadata)), both);
        let old = b"Metadata-Version: 2.1\nName: x\n";
        assert_eq!(needs(Kind::Sdist, Some(old)), None);
        assert_eq!(needs(Kind::Wheel, Some(old)), Some(Vec::new()));
        let dynamic = b"Metadata-Version: 2.4\nDynamic: Requires-Dist\n";
        assert_eq!(needs(Kind::Sdist, Some(dynamic)), None);
        let npm = br#"{"dependencies": {"a": "1"}, "optionalDependencies": {"b": "1"}}"#;
        assert_eq!(needs(Kind::Npm, Some(npm)).unwrap(), ["a", "b"]);
        assert_eq!(needs(Kind::Npm, Some(b"{")), None);
        assert_eq!(needs(Kind::Wheel, None), None);
    }

    proptest::proptest! {
        #[test]
        fn any_manifest_is_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            for kind in [Kind::Wheel, Kind::Sdist, Kind::Npm] {
                let _ = needs(kind, Some(&bytes));
            }
        }
    }
}
