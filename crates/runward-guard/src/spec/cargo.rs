use crate::{Requested, Source};

/// `crate` or `crate@requirement`.
pub(crate) fn cargo(written: &str) -> Result<Requested, String> {
    let (name, requirement) = match written.split_once('@') {
        Some((name, requirement)) => (name, Some(requirement.to_owned())),
        None => (written, None),
    };
    let fits = |character: char| character.is_alphanumeric() || "-_".contains(character);
    if name.is_empty() || !name.chars().all(fits) || requirement.as_deref() == Some("") {
        return Err(format!("`{written}` is not the name of a crate"));
    }
    let mut requested = Requested::new(Some(name), Source::Registry, written);
    requested.requirement = requirement;
    Ok(requested)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_requirements() {
        let requested = cargo("serde@=1.0.38").unwrap();
        assert_eq!(requested.name.as_deref(), Some("serde"));
        assert_eq!(requested.requirement.as_deref(), Some("=1.0.38"));
        assert_eq!(cargo("serde_json").unwrap().requirement, None);
        for text in ["", "@1", "serde@", "./serde", "https://example.org/serde"] {
            assert!(cargo(text).is_err(), "{text}");
        }
    }
}
