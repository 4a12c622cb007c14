//! pip's requirements files, with what they include.
//!
//! The format is defined by pip alone (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>);
//! where pip and common sense differ, pip wins, because pip installs.

mod header;
mod lines;
mod options;
mod sniff;
mod via;

use std::{borrow::Cow, collections::HashSet};

use runward_model::{Manifest, NotCovered, Origin, Scope, SourceRef};
use runward_tree::path as tree_path;

use crate::{
    Context, archive,
    declared::{
        Constraint, Declarations, Declared, Outcome, Place, Stated, linked, local_path, standard,
    },
    format::{Certainty, Format, certainty, development_name},
    link,
    text::shorten,
};

pub(crate) use self::sniff::is_templated;
pub use self::{header::compiled_from, sniff::looks_like_requirements};
use self::{lines::Logical, sniff::Tally};

/// What a file turns out to be that its name makes a requirements file.
enum Content {
    Requirements,
    /// Nothing that states dependencies.
    Other,
    /// Not read, and why.
    Unread(&'static str),
}

fn content(path: &str, bytes: &[u8], text: &str, cx: &Context<'_>) -> Content {
    const TEMPLATE: &str = "a template, not a requirements file; scan what is made from it";
    if path.contains("{{") {
        return Content::Unread(TEMPLATE);
    }
    let certainty = certainty(path);
    if certainty == Certainty::Possible && !looks_like_requirements(bytes) {
        return Content::Other;
    }
    let is_certain = certainty == Certainty::Certain;
    if is_certain && !is_templated(text) && !text.contains("@EXPLICIT") {
        return Content::Requirements;
    }
    let tally = Tally::of(text, cx.limits.max_line_bytes);
    if tally.is_template() {
        Content::Unread(TEMPLATE)
    } else if tally.explicit {
        Content::Unread("conda's list of archives is not read; write a `conda-lock.yml`")
    } else if tally.is_prose() && !is_certain {
        Content::Other
    } else {
        Content::Requirements
    }
}

/// Reads a requirements file (or a pip-tools input) as a manifest of its own; says whether it is
/// one.
pub(crate) fn read(path: &str, manifest: &mut Manifest, cx: &Context<'_>) -> bool {
    let scope = if development_name(path) {
        Scope::Development
    } else {
        Scope::Runtime
    };
    let bytes = match crate::text::bytes(path, cx) {
        Ok(bytes) => bytes,
        Err(error) => {
            manifest.not_covered.push(error);
            return true;
        }
    };
    let text = crate::text::any(&bytes);
    match content(path, &bytes, &text, cx) {
        Content::Requirements => {}
        Content::Other => return false,
        Content::Unread(reason) => {
            manifest.not_covered.push(NotCovered::file(path, reason));
            return true;
        }
    }
    drop(bytes);
    let mut reader = Reader::new(&[], cx);
    let constraints_only = Format::of(path) == Some(Format::Constraints);
    reader.seen.insert((path.to_owned(), constraints_only));
    reader.text(path, &text, constraints_only, scope);
    let mut declarations = reader.out;
    let nothing = declarations.items.is_empty() && declarations.also_read.is_empty();
    let is_prose = |miss: &NotCovered| miss.reason.contains("is not a requirement");
    let lines = declarations
        .not_covered
        .iter()
        .filter(|miss| is_prose(miss))
        .count();
    if nothing && Format::of(path) == Some(Format::Constraints) {
        // Constraints ask for nothing. What is wrong with them matters where a requirements file
        // refers to them, and is said there.
        declarations.not_covered.clear();
    } else if nothing && lines >= PROSE {
        declarations.not_covered.retain(|miss| !is_prose(miss));
        declarations.not_covered.push(NotCovered::file(
            path,
            format!("none of its {lines} lines is a requirement; give it another name"),
        ));
    }
    declarations.fill(manifest, cx);
    true
}

/// A file of at least so many lines, none of them a requirement, is a text about requirements.
const PROSE: usize = 10;

/// What a requirements file and its includes declare.
pub(crate) fn declarations(
    path: &str,
    scope: Scope,
    groups: &[String],
    cx: &Context<'_>,
) -> Declarations {
    let mut reader = Reader::new(groups, cx);
    let constraints_only = Format::of(path) == Some(Format::Constraints);
    reader.file(path, None, constraints_only, scope);
    reader.out
}

/// Requirements that stand in another file, such as the `pip:` list of a conda environment.
pub(crate) fn embedded<'l>(
    lines: impl Iterator<Item = (u32, &'l str)>,
    path: &str,
    cx: &Context<'_>,
) -> Declarations {
    let mut reader = Reader::new(&[], cx);
    reader.active.push(path.to_owned());
    for (number, text) in lines {
        let line = Logical {
            number,
            text: text.trim().to_owned(),
            comment: None,
            too_long: text.len() > cx.limits.max_line_bytes,
        };
        reader.line(&line, path, false, Scope::Runtime);
    }
    reader.out
}

struct Reader<'c, 'a> {
    cx: &'c Context<'a>,
    out: Declarations,
    groups: Vec<String>,
    /// The files being read, outermost first.
    active: Vec<String>,
    /// Files already read, as requirements or as constraints.
    seen: HashSet<(String, bool)>,
    index: Option<String>,
    full: bool,
}

impl<'c, 'a> Reader<'c, 'a> {
    fn new(groups: &[String], cx: &'c Context<'a>) -> Self {
        Self {
            cx,
            out: Declarations {
                one_set: true,
                ..Declarations::default()
            },
            groups: groups.to_vec(),
            active: Vec::new(),
            seen: HashSet::new(),
            index: None,
            full: false,
        }
    }

    /// Reads one file; `from` is the place that includes it.
    fn file(&mut self, path: &str, from: Option<(&str, u32)>, constraint: bool, scope: Scope) {
        let place = |reason: String| match from {
            Some((file, line)) => NotCovered::at(file, line, reason),
            None => NotCovered::file(path, reason),
        };
        if self.active.iter().any(|active| active == path) {
            let miss = place(format!(
                "`{path}` includes itself; remove this line to break the cycle"
            ));
            self.out.not_covered.push(miss);
            return;
        }
        // A second include adds the same places once more.
        if !self.seen.insert((path.to_owned(), constraint)) {
            return;
        }
        let limits = self.cx.limits;
        if self.active.len() >= limits.max_include_depth
            || self.seen.len() > limits.max_include_files
        {
            let miss = place(format!(
                "`{path}` is not read: more than {} files, or nested deeper than {}; scan it on \
                 its own",
                limits.max_include_files, limits.max_include_depth
            ));
            self.out.not_covered.push(miss);
            return;
        }
        let bytes = match crate::text::bytes(path, self.cx) {
            Ok(bytes) => bytes,
            Err(error) => {
                let miss = if from.is_some() {
                    place(error.reason)
                } else {
                    error
                };
                self.out.not_covered.push(miss);
                return;
            }
        };
        if from.is_some() {
            self.out.also_read.push(path.to_owned());
        }
        self.text(path, &crate::text::any(&bytes), constraint, scope);
    }

    /// Reads the lines of a file.
    fn text(&mut self, path: &str, text: &str, constraint: bool, scope: Scope) {
        self.active.push(path.to_owned());
        let mut via = via::Collector::default();
        let mut last: Option<usize> = None;
        for line in lines::logical(text, self.cx.limits.max_line_bytes) {
            if !line.text.is_empty() || line.too_long {
                self.attach(last, via.take());
                let before = self.out.items.len();
                self.line(&line, path, constraint, scope);
                last = (self.out.items.len() == before + 1).then_some(before);
            }
            if let Some(comment) = &line.comment {
                via.comment(comment);
            }
        }
        self.attach(last, via.take());
        self.active.pop();
    }

    fn attach(&mut self, item: Option<usize>, via: Option<crate::declared::Via>) {
        if let Some(declared) = item.and_then(|item| self.out.items.get_mut(item)) {
            declared.via = via;
        }
    }

    fn line(&mut self, line: &Logical, path: &str, constraint: bool, scope: Scope) {
        if self.full {
            return;
        }
        if self.out.items.len() + self.out.constraints.len() >= self.cx.limits.max_packages {
            self.full = true;
            let reason = format!(
                "more than {} requirements; the rest is not read",
                self.cx.limits.max_packages
            );
            return self.out.miss(path, line.number, reason);
        }
        if line.too_long {
            let reason = format!(
                "the line is longer than {} bytes; split it",
                self.cx.limits.max_line_bytes
            );
            return self.out.miss(path, line.number, reason);
        }
        let (expanded, unset) = self.expand(&line.text);
        let (requirement, options) = options::split(&expanded);
        let mut options = match options::parse(options) {
            Ok(options) => options,
            Err(error) => {
                let reason = format!("`{}` is not a requirement: {error}", shorten(&line.text));
                return self.out.miss(path, line.number, reason);
            }
        };
        let groups = self.groups.clone();
        let place = Place {
            path,
            line: line.number,
            scope,
            groups: &groups,
        };
        if !requirement.is_empty() && options.has_lines_of_their_own() {
            let reason = format!(
                "`-r`, `-c` and `-e` in `{}` are not followed; put each on a line of its own",
                shorten(&line.text)
            );
            self.out.miss(path, line.number, reason);
        }
        if let Some(index) = options.index_url.take() {
            self.index = Some(index).filter(|index| !is_pypi(index));
        }
        let mut outcomes: Vec<Result<Outcome, String>> = Vec::new();
        if requirement.is_empty() {
            for editable in &options.editables {
                outcomes.push(self.named_by_place(editable, &place));
            }
            for (files, is_constraint) in
                [(&options.requirements, false), (&options.constraints, true)]
            {
                for file in files {
                    self.include(file, &place, is_constraint);
                }
            }
        } else if is_place(requirement) {
            outcomes.push(self.named_by_place(requirement, &place));
        } else {
            outcomes.push(standard(requirement, &place, self.cx));
        }
        for outcome in outcomes {
            match outcome {
                Ok(Outcome::FirstParty) => {}
                Ok(Outcome::Dependency(declared)) if constraint => self.constrain(*declared),
                Ok(Outcome::Dependency(mut declared)) => {
                    declared.hashes.append(&mut options.hashes);
                    if let Origin::Registry { index } = &mut declared.origin {
                        *index = self.index.as_deref().map(link::redact);
                    }
                    self.out.items.push(*declared);
                }
                Err(reason) => {
                    // Quote the line as it stands: its variables may hold secrets.
                    let reason = if unset.is_empty() && expanded == line.text {
                        reason
                    } else {
                        let advice = unset
                            .first()
                            .map(|name| format!("; set the environment variable `{name}`"));
                        format!(
                            "`{}` is not a requirement after its variables are replaced{}",
                            shorten(&line.text),
                            advice.unwrap_or_default()
                        )
                    };
                    self.out.miss(path, line.number, reason);
                }
            }
        }
    }

    fn constrain(&mut self, declared: Declared) {
        if let Stated::Exact(version) = declared.stated {
            self.out.constraints.push(Constraint {
                name: declared.name,
                version,
                marker: declared.marker,
            });
        }
    }

    fn include(&mut self, written: &str, place: &Place<'_>, constraint: bool) {
        let option = if constraint { "-c" } else { "-r" };
        let local = if link::is_url(written) {
            let Some(path) = link::file_path(written) else {
                let reason = format!(
                    "`{option} {}` is on the network and is not read; scan a copy of it",
                    shorten(written)
                );
                return self.out.miss(place.path, place.line, reason);
            };
            path
        } else {
            written.to_owned()
        };
        match tree_path::join(tree_path::parent(place.path), &local) {
            Ok(path) => {
                // What a runtime file includes is installed with it; a development file keeps
                // the scope of a runtime file that it includes.
                let scope = if place.scope == Scope::Development && !development_name(&path) {
                    Scope::Runtime
                } else {
                    place.scope
                };
                self.file(&path, Some((place.path, place.line)), constraint, scope);
            }
            Err(error) => {
                let reason = format!("{error}; scan that file on its own");
                self.out.miss(place.path, place.line, reason);
            }
        }
    }

    /// An editable install, a URL or a path without a name in front.
    fn named_by_place(&self, text: &str, place: &Place<'_>) -> Result<Outcome, String> {
        // `-e name @ url` is the standard notation after all.
        let is_standard = text.split_once('@').is_some_and(|(name, _)| {
            crate::requirement::is_name(name.split('[').next().unwrap_or(name).trim())
        });
        if is_standard {
            return standard(text, place, self.cx);
        }
        let separator = if link::is_url(text) { "; " } else { ";" };
        let (target, marker) = match text.split_once(separator) {
            Some((target, marker)) => (target.trim(), Some(marker.trim().to_owned())),
            None => (text.trim(), None),
        };
        let start = |name: &str| {
            let mut declared = Declared::new(name, SourceRef::new(place.path, place.line));
            declared.scope = place.scope;
            declared.groups = place.groups.to_vec();
            declared.marker.clone_from(&marker);
            declared
        };
        let parsed = link::read(target);
        if !link::is_url(target) {
            return local_path(None, target, place, self.cx)
                .map(|outcome| with_marker(outcome, marker));
        }
        if let Some(path) = link::file_path(target) {
            let declared = parsed.egg.as_deref().map(start);
            return local_path(declared, &path, place, self.cx)
                .map(|outcome| with_marker(outcome, marker));
        }
        let name = parsed
            .egg
            .or_else(|| archive::read(target, None).map(|archive| archive.name))
            .ok_or_else(|| {
                format!(
                    "`{}` does not say which package it is; write `name @ {}`",
                    shorten(target),
                    shorten(target.split('#').next().unwrap_or(target))
                )
            })?;
        linked(start(&name), target, place, self.cx)
    }

    /// Replaces `${NAME}` by the environment's value; what is not set stays, as in pip. Returns
    /// the names that are not set, too.
    fn expand<'t>(&self, text: &'t str) -> (Cow<'t, str>, Vec<String>) {
        if !text.contains("${") {
            return (Cow::Borrowed(text), Vec::new());
        }
        let mut expanded = String::with_capacity(text.len());
        let mut unset = Vec::new();
        let mut rest = text;
        // A value repeated many times must not grow a line without bound.
        while expanded.len() <= self.cx.limits.max_line_bytes
            && let Some(at) = rest.find("${")
        {
            let (before, after) = rest.split_at(at);
            expanded.push_str(before);
            // The name ends at its first other character: looking for the next `}` instead would
            // read the rest of the line once for each `${`.
            let name = after.strip_prefix("${").and_then(|after| {
                let (name, after) = after.split_at_checked(after.find(|c| !is_variable(c))?)?;
                Some((name, after.strip_prefix('}')?))
            });
            let name = name.filter(|(name, _)| !name.is_empty());
            let Some((name, after_name)) = name else {
                expanded.push_str("${");
                rest = after.strip_prefix("${").unwrap_or_default();
                continue;
            };
            if let Some(value) = (self.cx.env)(name).filter(|value| !value.is_empty()) {
                expanded.push_str(&value);
            } else {
                expanded.push_str("${");
                expanded.push_str(name);
                expanded.push('}');
                unset.push(name.to_owned());
            }
            rest = after_name;
        }
        expanded.push_str(rest);
        (Cow::Owned(expanded), unset)
    }
}

/// Whether `${NAME}` may hold the character; pip replaces no other names.
fn is_variable(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

fn with_marker(outcome: Outcome, marker: Option<String>) -> Outcome {
    match outcome {
        Outcome::Dependency(mut declared) => {
            declared.marker = marker;
            Outcome::Dependency(declared)
        }
        Outcome::FirstParty => Outcome::FirstParty,
    }
}

fn is_pypi(index: &str) -> bool {
    let index = index.trim_end_matches('/');
    matches!(
        index,
        "https://pypi.org/simple"
            | "https://pypi.python.org/simple"
            | "http://pypi.python.org/simple"
    )
}

/// Whether a requirement is a URL or a path rather than a name.
fn is_place(text: &str) -> bool {
    if link::is_url(text) {
        return true;
    }
    let text = text.split(';').next().unwrap_or(text).trim();
    let named = text.split_once('@').is_some_and(|(name, _)| {
        let name = name.split('[').next().unwrap_or(name);
        crate::requirement::is_name(name.trim())
    });
    if named {
        return false;
    }
    text.starts_with('.')
        || text.contains(['/', '\\'])
        || archive::is_archive(text) && archive::read(text, None).is_some()
}

#[cfg(test)]
mod tests;
