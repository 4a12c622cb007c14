//! Entries on their way into the tree.

use std::collections::{HashMap, HashSet};

use runward_model::NotCovered;
use runward_tree::path;

use crate::{
    ArchiveTree, Blob, Entry, EntryType, Limits, Oddity, OddityKind,
    limits::Budget,
    names::{self, shown},
};

/// Links that are followed one after another.
const MAX_CHAIN: usize = 8;

/// What an archive says of an entry.
#[derive(Debug)]
pub(crate) struct Raw<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) entry_type: EntryType,
    pub(crate) mode: Option<u32>,
    pub(crate) link: Option<Vec<u8>>,
    pub(crate) modified: Option<i64>,
    pub(crate) declared_size: u64,
}

/// The outcome as it grows.
#[derive(Debug)]
pub(crate) struct Collector<'l> {
    pub(crate) limits: &'l Limits,
    pub(crate) budget: Budget,
    pub(crate) tree: ArchiveTree,
    pub(crate) entries: Vec<Entry>,
    pub(crate) oddities: Vec<Oddity>,
    pub(crate) not_covered: Vec<NotCovered>,
    /// Oddities over the limit.
    unlisted: usize,
    replaced: usize,
    /// Where the archive that is being read stands in the tree: `""` or `a.zip!/`.
    prefix: String,
    /// Its name, for what is about the whole.
    archive: String,
    nesting: usize,
    /// Of the archive that is being read: files in lower case.
    folded: HashSet<String>,
    links: HashMap<String, String>,
    hardlinks: Vec<(String, String)>,
    paths: Vec<String>,
}

impl<'l> Collector<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            budget: Budget::new(limits),
            tree: ArchiveTree::default(),
            entries: Vec::new(),
            oddities: Vec::new(),
            not_covered: Vec::new(),
            unlisted: 0,
            replaced: 0,
            prefix: String::new(),
            archive: String::new(),
            nesting: 0,
            folded: HashSet::new(),
            links: HashMap::new(),
            hardlinks: Vec::new(),
            paths: Vec::new(),
        }
    }

    /// Starts on the archive that stands at a path of the tree, or on the outermost.
    pub(crate) fn start(&mut self, archive: &str, nesting: usize) {
        archive.clone_into(&mut self.archive);
        self.nesting = nesting;
        self.prefix = if nesting == 0 {
            String::new()
        } else {
            format!("{archive}!/")
        };
        self.folded.clear();
        self.links.clear();
        self.hardlinks.clear();
        self.paths.clear();
    }

    pub(crate) fn archive(&self) -> &str {
        &self.archive
    }

    pub(crate) fn odd(
        &mut self,
        kind: OddityKind,
        path: impl Into<String>,
        detail: impl Into<String>,
    ) {
        if self.oddities.len() < self.limits.max_oddities {
            self.oddities.push(Oddity {
                kind,
                path: path.into(),
                detail: detail.into(),
                nesting: self.nesting,
            });
        } else {
            self.unlisted += 1;
        }
    }

    /// Something about the archive as a whole.
    pub(crate) fn odd_archive(&mut self, kind: OddityKind, detail: impl Into<String>) {
        self.odd(kind, self.archive.clone(), detail);
    }

    pub(crate) fn gap(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.not_covered.push(NotCovered::file(path, reason));
    }

    pub(crate) fn gap_archive(&mut self, reason: impl Into<String>) {
        self.gap(self.archive.clone(), reason);
    }

    /// Takes note of an entry: its place in the tree, or `None` where it has none.
    /// An error ends the archive.
    pub(crate) fn enter(&mut self, raw: &Raw<'_>) -> Result<Option<String>, Full> {
        if !self.budget.take_entry() {
            self.gap_archive(format!(
                "more than {} entries; the rest is not looked at",
                self.limits.max_entries
            ));
            return Err(Full);
        }
        let named = names::name(raw.name, self.limits);
        let place = format!("{}{}", self.prefix, named.path);
        for (kind, detail) in named.oddities {
            self.odd(kind, place.clone(), detail);
        }
        let link = raw
            .link
            .as_deref()
            .map(|link| String::from_utf8_lossy(link).into_owned());
        if matches!(raw.entry_type, EntryType::Device | EntryType::Other) {
            let (kind, what) = match raw.entry_type {
                EntryType::Device => (OddityKind::Device, "a device or a pipe"),
                _ => (OddityKind::UnknownType, "of an unknown type"),
            };
            self.odd(kind, place.clone(), format!("the entry is {what}"));
        }
        self.entries.push(Entry {
            path: place.clone(),
            entry_type: raw.entry_type,
            mode: raw.mode,
            link: link.as_deref().map(shown),
            modified: raw.modified,
            declared_size: raw.declared_size,
            nesting: self.nesting,
        });
        if named.refused {
            self.gap(place, "its name is over the limits on names");
            return Ok(None);
        }
        if named.path.is_empty() {
            return Ok(None);
        }
        match (raw.entry_type, link) {
            (EntryType::File, _) => return Ok(Some(place)),
            (EntryType::Symlink, Some(link)) => self.symlink(place, &named.path, &link),
            (EntryType::Hardlink, Some(link)) => {
                let target = names::name(link.as_bytes(), self.limits);
                if target.path.starts_with("!outside/") {
                    self.outside(&place, &link);
                } else {
                    self.hardlinks.push((place, target.path));
                }
            }
            _ => {}
        }
        Ok(None)
    }

    fn outside(&mut self, place: &str, link: &str) {
        self.odd(
            OddityKind::LinkOutside,
            place,
            format!("it links to `{}`", shown(link)),
        );
        self.tree.lost(place.to_owned());
    }

    fn symlink(&mut self, place: String, inner: &str, link: &str) {
        match path::join(path::parent(inner), link) {
            Ok(target) if !link.starts_with('/') => {
                self.links.insert(place, format!("{}{target}", self.prefix));
            }
            _ => self.outside(&place, link),
        }
    }

    /// Puts a file's bytes into the tree. They are already paid for.
    pub(crate) fn keep(&mut self, place: String, blob: Blob) {
        if blob.len() > self.limits.max_file_bytes {
            self.gap(
                place,
                format!(
                    "{} bytes are over the limit of {} for one file",
                    blob.len(),
                    self.limits.max_file_bytes
                ),
            );
            return;
        }
        if let Some(earlier) = self.tree.insert(place.clone(), blob) {
            // The later entry wins where the archive is unpacked; the earlier is what a reader may see.
            self.odd(
                OddityKind::Duplicate,
                place.clone(),
                "two entries have this path",
            );
            self.replaced += 1;
            self.tree
                .insert(format!("!replaced/{}/{place}", self.replaced), earlier);
        } else if !self.folded.insert(place.to_lowercase()) {
            self.odd(
                OddityKind::CaseCollision,
                place.clone(),
                "another path differs in case only",
            );
        }
        self.paths.push(place);
    }

    /// Ends the archive that is being read: links get their files.
    pub(crate) fn finish(&mut self) -> Vec<String> {
        for (place, target) in std::mem::take(&mut self.hardlinks) {
            let target = format!("{}{target}", self.prefix);
            self.alias(place, &target);
        }
        let links = std::mem::take(&mut self.links);
        let through: Vec<String> = self
            .paths
            .iter()
            .filter(|place| {
                place.match_indices('/').any(|(at, _)| {
                    place
                        .get(..at)
                        .is_some_and(|above| links.contains_key(above))
                })
            })
            .cloned()
            .collect();
        for place in through {
            self.odd(
                OddityKind::ThroughLink,
                place,
                "a directory above it is a link",
            );
        }
        let mut sorted: Vec<(&String, &String)> = links.iter().collect();
        sorted.sort();
        for (place, target) in sorted {
            let mut end = target;
            for _ in 0..MAX_CHAIN {
                match links.get(end) {
                    Some(next) => end = next,
                    None => break,
                }
            }
            self.alias(place.clone(), end);
        }
        std::mem::take(&mut self.paths)
    }

    /// The bytes of one path at another too. Links are paid for: a scanner reads them each time.
    fn alias(&mut self, place: String, target: &str) {
        let Some(blob) = self.tree.blob(target).cloned() else {
            self.tree.lost(place);
            return;
        };
        if self.budget.take_bytes(blob.len()) {
            self.keep(place, blob);
        } else {
            self.gap(
                place,
                "the archive is over the limit on unpacked bytes; the link is not followed",
            );
        }
    }

    /// What could not be listed is told.
    pub(crate) fn close(&mut self) {
        if self.unlisted > 0 {
            let unlisted = self.unlisted;
            self.gap_archive(format!("{unlisted} more oddities are not listed"));
        }
    }
}

/// No entry is left.
#[derive(Debug)]
pub(crate) struct Full;
