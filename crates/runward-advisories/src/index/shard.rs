//! Reads the index file of one ecosystem.

use runward_model::Ecosystem;

use super::{
    card::Card,
    container::Container,
    key,
    package_block::Block,
    section,
    wire::{Damaged, Reader, Wire, lower_bound, row},
};
use crate::DatabaseError;

const RECORD_ROW: usize = 16;
const ID_ROW: usize = 12;
const KEY_ROW: usize = 20;

/// An opened index.
#[derive(Debug)]
pub(crate) struct Shard {
    /// The base name of its ecosystem.
    pub(crate) base: String,
    file: Container,
}

impl Shard {
    pub(crate) fn new(base: &str, file: Container) -> Self {
        Self {
            base: base.to_owned(),
            file,
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.file.bytes()
    }

    pub(crate) fn verify(&self) -> Result<(), DatabaseError> {
        self.file.verify()
    }

    pub(crate) fn damaged(&self, _: Damaged) -> DatabaseError {
        self.file.damaged("an entry cannot be read")
    }

    /// What is known of a package; `name` in its normal form.
    pub(crate) fn package(&self, ecosystem: &Ecosystem, name: &str) -> Wire<Option<Block<'_>>> {
        let keys = self.file.section(section::KEYS);
        let hash = key::package(ecosystem.osv_name(), name);
        let mut at = lower_bound::<KEY_ROW>(keys, hash)?;
        while at < keys.len() / KEY_ROW {
            let mut entry = Reader(row::<KEY_ROW>(keys, at)?);
            if entry.u64()? != hash {
                break;
            }
            let block = self.block(entry)?;
            if block.ecosystem == ecosystem.osv_name() && block.name == name {
                return Ok(Some(block));
            }
            at += 1;
        }
        Ok(None)
    }

    /// The block of a row of `KEYS`, behind its hash.
    fn block(&self, mut row: Reader<'_>) -> Wire<Block<'_>> {
        let offset = usize::try_from(row.u64()?).map_err(|_| Damaged)?;
        let length = row.u32()? as usize;
        let bytes = self
            .file
            .section(section::PACKAGES)
            .get(offset..)
            .and_then(|rest| rest.get(..length))
            .ok_or(Damaged)?;
        Block::read(bytes)
    }

    /// Every package.
    pub(crate) fn packages(&self) -> impl Iterator<Item = Wire<Block<'_>>> {
        let keys = self.file.section(section::KEYS);
        (0..keys.len() / KEY_ROW).map(move |at| {
            let mut entry = Reader(row::<KEY_ROW>(keys, at)?);
            entry.u64()?;
            self.block(entry)
        })
    }

    /// How many records it has.
    pub(crate) fn count(&self) -> u32 {
        let rows = self.file.section(section::RECORDS).len() / RECORD_ROW;
        u32::try_from(rows).unwrap_or(u32::MAX)
    }

    /// A record's card as it is stored.
    pub(crate) fn card_bytes(&self, record: u32) -> Wire<&[u8]> {
        Ok(self.record_row(record)?.0)
    }

    /// The record of this id, without its details.
    pub(crate) fn own(&self, id: &str) -> Wire<Option<Card>> {
        for record in self.named(id)? {
            let card = Card::decode_head(self.card_bytes(record)?)?;
            if card.id == id {
                return Ok(Some(card));
            }
        }
        Ok(None)
    }

    fn record_row(&self, record: u32) -> Wire<(&[u8], u32)> {
        let table = self.file.section(section::RECORDS);
        let mut entry = Reader(row::<RECORD_ROW>(table, record as usize)?);
        let offset = usize::try_from(entry.u64()?).map_err(|_| Damaged)?;
        let length = entry.u32()? as usize;
        let group = entry.u32()?;
        let card = self
            .file
            .section(section::CARDS)
            .get(offset..)
            .and_then(|rest| rest.get(..length))
            .ok_or(Damaged)?;
        Ok((card, group))
    }

    /// A record's card, without its list of affected packages.
    pub(crate) fn card(&self, record: u32) -> Wire<Card> {
        Card::decode(self.record_row(record)?.0)
    }

    pub(crate) fn whole_card(&self, record: u32) -> Wire<Card> {
        Card::decode_whole(self.record_row(record)?.0)
    }

    pub(crate) fn group_of(&self, record: u32) -> Wire<u32> {
        Ok(self.record_row(record)?.1)
    }

    /// The records of a group, ascending.
    pub(crate) fn group(&self, group: u32) -> Wire<Vec<u32>> {
        let starts = self.file.section(section::GROUPS);
        let number =
            |index: usize| row::<4>(starts, index).map(|b| u32::from_le_bytes(*b) as usize);
        let (first, last) = (number(group as usize)?, number(group as usize + 1)?);
        let records = self.file.section(section::GROUP_RECORDS);
        if first > last || last > records.len() / 4 {
            return Err(Damaged);
        }
        (first..last)
            .map(|index| row::<4>(records, index).map(|b| u32::from_le_bytes(*b)))
            .collect()
    }

    /// The records that have this id or alias.
    pub(crate) fn named(&self, id: &str) -> Wire<Vec<u32>> {
        let ids = self.file.section(section::IDS);
        let hash = key::identifier(id);
        let mut at = lower_bound::<ID_ROW>(ids, hash)?;
        let mut records = Vec::new();
        while at < ids.len() / ID_ROW {
            let mut entry = Reader(row::<ID_ROW>(ids, at)?);
            if entry.u64()? != hash {
                break;
            }
            records.push(entry.u32()?);
            at += 1;
        }
        Ok(records)
    }

    /// The problems that were met when it was built, in words, as far as they were kept.
    pub(crate) fn problems(&self) -> Wire<Vec<String>> {
        Reader(self.file.section(section::PROBLEMS)).texts()
    }
}
