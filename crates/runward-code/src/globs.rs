//! The `paths` of a rule.

use globset::{Candidate, GlobBuilder, GlobSet, GlobSetBuilder};
use runward_rules::{Paths, Text};
use rustc_hash::FxHashMap;

/// Which files a rule looks at.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathFilter {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
}

/// A glob that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadGlob {
    pub(crate) at: Text,
    pub(crate) message: String,
}

impl PathFilter {
    /// # Errors
    /// If a glob cannot be read; the rule would look at the wrong files.
    pub(crate) fn new(paths: &Paths) -> Result<Self, BadGlob> {
        Ok(Self {
            include: set(&paths.include)?,
            exclude: set(&paths.exclude)?,
        })
    }

    /// Whether the rule looks at a file (its path relative to the root).
    #[must_use]
    pub(crate) fn allows(&self, path: &Candidate<'_>) -> bool {
        let is_in = |set: &GlobSet| set.is_match_candidate(path);
        let included = self.include.as_ref().is_none_or(is_in);
        included && !self.exclude.as_ref().is_some_and(is_in)
    }
}

/// The filters of all rules, each once: many rules have the same one, and most have none.
#[derive(Debug, Default)]
pub(crate) struct PathFilters {
    all: Vec<PathFilter>,
    places: FxHashMap<(Vec<String>, Vec<String>), usize>,
}

impl PathFilters {
    /// The place of a rule's filter; `None`: it looks at every file.
    ///
    /// # Errors
    /// As [`PathFilter::new`].
    pub(crate) fn add(&mut self, paths: &Paths) -> Result<Option<usize>, BadGlob> {
        if paths.include.is_empty() && paths.exclude.is_empty() {
            return Ok(None);
        }
        let texts = |all: &[Text]| all.iter().map(|one| one.text.clone()).collect();
        let key = (texts(&paths.include), texts(&paths.exclude));
        if let Some(place) = self.places.get(&key) {
            return Ok(Some(*place));
        }
        self.all.push(PathFilter::new(paths)?);
        let place = self.all.len() - 1;
        self.places.insert(key, place);
        Ok(Some(place))
    }

    /// By place: whether the filter lets a file pass.
    pub(crate) fn allow(&self, path: &str) -> Vec<bool> {
        let path = Candidate::new(path);
        self.all.iter().map(|filter| filter.allows(&path)).collect()
    }
}

fn set(globs: &[Text]) -> Result<Option<GlobSet>, BadGlob> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut builder = GlobSetBuilder::new();
    for at in globs {
        let bad = |error: &globset::Error| BadGlob {
            at: at.clone(),
            message: format!("`{}` is no glob: {}", at.text, error.kind()),
        };
        let text = at.text.trim_start_matches("./").trim_end_matches('/');
        // As in a `.gitignore`: a glob holds at every level unless it begins with `/`, and a
        // directory stands for all below it.
        let anywhere = match text.strip_prefix('/') {
            Some(rooted) => rooted.to_owned(),
            None if text.starts_with("**/") => text.to_owned(),
            None => format!("**/{text}"),
        };
        for glob in [anywhere.clone(), format!("{anywhere}/**")] {
            let glob = GlobBuilder::new(&glob)
                .literal_separator(true)
                .build()
                .map_err(|error| bad(&error))?;
            builder.add(glob);
        }
    }
    let first = globs.first();
    match (builder.build(), first) {
        (Ok(set), _) => Ok(Some(set)),
        (Err(_), None) => Ok(None),
        (Err(error), Some(at)) => Err(BadGlob {
            at: at.clone(),
            message: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use runward_rules::Source;
    use runward_syntax::Span;

    use super::*;

    fn text(glob: &str) -> Text {
        Text {
            text: glob.to_owned(),
            source: Arc::new(Source {
                path: "r.yml".to_owned(),
                text: String::new(),
            }),
            span: Span::default(),
        }
    }

    #[test]
    fn a_glob_holds_at_every_level_and_below() {
        let paths = Paths {
            include: vec![text("*.py"), text("src/")],
            exclude: vec![text("tests"), text("/setup.py")],
        };
        let mut filters = PathFilters::default();
        assert_eq!(filters.add(&paths).unwrap(), Some(0));
        assert_eq!(filters.add(&paths).unwrap(), Some(0));
        assert_eq!(filters.add(&Paths::default()).unwrap(), None);
        let allows = |path: &str| filters.allow(path) == [true];
        assert!(allows("a/b.py") && allows("x/src/y.txt"));
        assert!(!allows("a/tests/b.py") && !allows("setup.py"));
        assert!(allows("a/setup.py") && !allows("a/b.rb"));
        assert!(
            PathFilter::new(&Paths {
                include: vec![text("a[")],
                exclude: vec![]
            })
            .is_err()
        );
    }
}
