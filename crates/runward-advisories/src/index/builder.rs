//! Builds the index file of one ecosystem.
//!
//! Cards go to the file as they come, so that memory holds only what must be sorted: names, and
//! which versions each record affects.

use std::{
    collections::{HashMap, HashSet},
    io::{self, Seek, Write},
};

use rayon::prelude::*;
use runward_model::Ecosystem;

use super::{
    card::Card,
    container::{ContainerWriter, Kind},
    groups, key, package_build, section,
    shard::Shard,
    wire::{Damaged, Writer},
};
use crate::{Limits, osv::prepare::Prepared};

/// Packages that are built at once, to bound memory.
const CHUNK: usize = 2_048;

/// How the problem begins that tells of a group that was taken apart.
const REFUSED_GROUP: &str = "aliases join ";

/// Packages below which one thread builds them all.
const SMALL: usize = 200;

/// What a finished index holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Built {
    pub(crate) advisories: u64,
    pub(crate) withdrawn: u64,
    pub(crate) packages: u64,
    pub(crate) problems: u64,
    /// The first problems, in words.
    pub(crate) problem_texts: Vec<String>,
    /// The newest change of a record, in seconds since 1970; the newest publication where no record
    /// says when it changed.
    pub(crate) newest: Option<i64>,
}

/// The youngest dates of records.
#[derive(Debug, Clone, Copy, Default)]
struct Newest {
    modified: Option<i64>,
    published: Option<i64>,
}

impl Newest {
    fn add(&mut self, modified: Option<i64>, published: Option<i64>) {
        self.modified = self.modified.max(modified);
        self.published = self.published.max(published);
    }

    fn date(self) -> Option<i64> {
        self.modified.or(self.published)
    }
}

pub(crate) struct Builder<W> {
    /// The base name of the ecosystem; entries of others are left to their own index.
    base: String,
    out: ContainerWriter<W>,
    limits: Limits,
    rows: Vec<(u64, u32)>,
    withdrawn: Vec<bool>,
    own_ids: HashSet<u64>,
    names: Vec<(u64, u32)>,
    packages: HashMap<(Ecosystem, String), Vec<u8>>,
    newest: Newest,
    built: Built,
}

impl<W: Write + Seek> Builder<W> {
    pub(crate) fn new(base: &str, out: W, limits: Limits) -> io::Result<Self> {
        let mut out = ContainerWriter::new(out, Kind::Advisories)?;
        out.begin(section::CARDS);
        Ok(Self {
            base: base.to_owned(),
            out,
            limits,
            rows: Vec::new(),
            withdrawn: Vec::new(),
            own_ids: HashSet::new(),
            names: Vec::new(),
            packages: HashMap::new(),
            newest: Newest::default(),
            built: Built::default(),
        })
    }

    /// Counts a problem, and keeps it in words while there is room.
    pub(crate) fn problem(&mut self, text: String) {
        self.built.problems += 1;
        if self.built.problem_texts.len() < self.limits.max_problems {
            self.built.problem_texts.push(text);
        }
    }

    pub(crate) fn add(&mut self, record: &Prepared) -> io::Result<()> {
        let own = record.names.first().copied().unwrap_or_default();
        if !self.own_ids.insert(own) {
            self.problem(format!(
                "{}: there are two records of this id; the first is used",
                record.id
            ));
            return Ok(());
        }
        let number = self.add_card(&record.card, record.withdrawn, &record.names)?;
        for item in &record.entries {
            if !key::base(&item.ecosystem).eq_ignore_ascii_case(&self.base) {
                continue;
            }
            let waiting = self
                .packages
                .entry((item.ecosystem.clone(), item.name.clone()))
                .or_default();
            item.entry.append(number, &record.id, waiting);
        }
        for problem in &record.problems {
            self.problem(problem.clone());
        }
        self.newest.add(record.modified, record.published);
        Ok(())
    }

    fn add_card(&mut self, card: &[u8], withdrawn: bool, names: &[u64]) -> io::Result<u32> {
        let number = u32::try_from(self.rows.len()).map_err(io::Error::other)?;
        let length = u32::try_from(card.len()).map_err(io::Error::other)?;
        self.rows.push((self.out.position(), length));
        self.out.write(card)?;
        self.withdrawn.push(withdrawn);
        self.names.extend(names.iter().map(|name| (*name, number)));
        if withdrawn {
            self.built.withdrawn += 1;
        } else {
            self.built.advisories += 1;
        }
        Ok(number)
    }

    /// Adds every record of an older index of the ecosystem whose id was not added before, and the
    /// problems that are known of them, of which there are `problems`.
    ///
    /// The age of the records is then that of the older index: a few that were added to an old
    /// source do not make it young.
    pub(crate) fn carry_over(&mut self, old: &Shard, problems: u64) -> io::Result<()> {
        let unread = |_: Damaged| io::Error::other("an entry of the old index cannot be read");
        let mut newest = Newest::default();
        let mut replaced: HashSet<String> = HashSet::new();
        let mut carried: Vec<Option<(u32, String)>> = Vec::new();
        for record in 0..old.count() {
            let bytes = old.card_bytes(record).map_err(unread)?;
            let card = Card::decode_head(bytes).map_err(unread)?;
            let names: Vec<u64> = card.names().map(key::identifier).collect();
            if !self.own_ids.insert(key::identifier(&card.id)) {
                replaced.insert(card.id);
                carried.push(None);
                continue;
            }
            newest.add(card.modified, card.published);
            let number = self.add_card(bytes, card.withdrawn.is_some(), &names)?;
            carried.push(Some((number, card.id)));
        }
        if newest.date().is_some() {
            self.newest = newest;
        }
        for block in old.packages() {
            let block = block.map_err(unread)?;
            let mut waiting = Vec::new();
            for entry in block.entries().map_err(unread)? {
                if let Some(Some((number, id))) = carried.get(entry.record as usize) {
                    let pending = entry.pending(&block).map_err(unread)?;
                    pending.append(*number, id, &mut waiting);
                }
            }
            if !waiting.is_empty() {
                let ecosystem = Ecosystem::from_osv_name(block.ecosystem);
                self.packages
                    .entry((ecosystem, block.name.to_owned()))
                    .or_default()
                    .extend(waiting);
            }
        }
        let texts = old.problems().map_err(unread)?;
        let known = texts.len() as u64;
        let kept: Vec<String> = texts
            .into_iter()
            .filter(|text| {
                let of_replaced = text
                    .split_once(": ")
                    .is_some_and(|(id, _)| replaced.contains(id));
                // Groups are made, and refused, anew.
                !of_replaced && !text.starts_with(REFUSED_GROUP)
            })
            .collect();
        // Those that were only counted may be of any record.
        self.built.problems += problems.saturating_sub(known);
        for text in kept {
            self.problem(text);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> io::Result<(W, Built)> {
        self.built.newest = self.newest.date();
        self.write_records()?;
        self.write_packages()?;
        self.out.begin(section::PROBLEMS);
        let mut problems = Writer::default();
        problems.texts(self.built.problem_texts.iter().map(String::as_str));
        self.out.write(&problems.0)?;
        Ok((self.out.finish()?, self.built))
    }

    fn write_records(&mut self) -> io::Result<()> {
        self.names.sort_unstable();
        self.names.dedup();
        let count = u32::try_from(self.rows.len()).map_err(io::Error::other)?;
        let withdrawn = std::mem::take(&mut self.withdrawn);
        let groups = groups::group(
            count,
            &self.names,
            |record| withdrawn.get(record as usize) == Some(&false),
            self.limits.max_group,
        );
        for size in &groups.refused {
            self.problem(format!(
                "{REFUSED_GROUP}{size} records, over the limit of {}; they stand alone",
                self.limits.max_group
            ));
        }
        let mut w = Writer::default();
        for ((offset, length), group) in self.rows.iter().zip(&groups.of) {
            w.u64(*offset);
            w.u32(*length);
            w.u32(*group);
        }
        self.out.begin(section::RECORDS);
        self.out.write(&w.0)?;

        let (mut starts, mut members) = (Writer::default(), Writer::default());
        let mut start = 0_u32;
        starts.u32(start);
        for group in &groups.records {
            start += u32::try_from(group.len()).map_err(io::Error::other)?;
            starts.u32(start);
            for record in group {
                members.u32(*record);
            }
        }
        self.out.begin(section::GROUPS);
        self.out.write(&starts.0)?;
        self.out.begin(section::GROUP_RECORDS);
        self.out.write(&members.0)?;

        let mut w = Writer::default();
        for (name, record) in std::mem::take(&mut self.names) {
            w.u64(name);
            w.u32(record);
        }
        self.out.begin(section::IDS);
        self.out.write(&w.0)
    }

    fn write_packages(&mut self) -> io::Result<()> {
        let mut packages: Vec<(u64, (Ecosystem, String), Vec<u8>)> =
            std::mem::take(&mut self.packages)
                .into_iter()
                .map(|(name, waiting)| (key::package(name.0.osv_name(), &name.1), name, waiting))
                .collect();
        packages.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        self.built.packages = packages.len() as u64;
        self.out.begin(section::PACKAGES);
        let mut keys = Writer::default();
        while !packages.is_empty() {
            let rest = packages.split_off(packages.len().min(CHUNK));
            let build =
                |(hash, (ecosystem, name), waiting): &(u64, (Ecosystem, String), Vec<u8>)| {
                    let mut problems = Vec::new();
                    let block = package_build::build(ecosystem, name, waiting, &mut problems);
                    (*hash, block, problems)
                };
            // Starting threads would take longer than a small set, such as the starter's.
            let blocks: Vec<_> = if packages.len() < SMALL {
                packages.iter().map(build).collect()
            } else {
                packages.par_iter().map(build).collect()
            };
            for (hash, block, problems) in blocks {
                let block =
                    block.map_err(|_| io::Error::other("an entry could not be read back"))?;
                keys.u64(hash);
                keys.u64(self.out.position());
                keys.u32(u32::try_from(block.len()).map_err(io::Error::other)?);
                self.out.write(&block)?;
                for problem in problems {
                    self.problem(problem);
                }
            }
            packages = rest;
        }
        self.out.begin(section::KEYS);
        self.out.write(&keys.0)
    }
}
