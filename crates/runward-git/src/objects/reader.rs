//! Reading objects, one thread's share of the work.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use gix_pack::data::{Entry, entry::Header};
use gix_zlib::Inflate;

use super::{
    Object, ObjectError,
    cache::{Cache, Spot},
    delta::{apply_delta, header},
    kind_name,
    pack::Objects,
};
use crate::{GitError, ObjectId};

/// Reads objects and keeps what the next one is likely to need. One for each thread.
pub struct Reader<'r> {
    objects: &'r Objects,
    inflate: Inflate,
    cache: Cache,
    /// Bytes unpacked so far.
    unpacked: u64,
}

/// One delta on the way to a base.
struct Link {
    spot: Spot,
    entry: Entry,
}

impl<'r> Reader<'r> {
    pub(crate) fn new(objects: &'r Objects) -> Self {
        Self {
            objects,
            inflate: Inflate::default(),
            cache: Cache::new(objects.limits.delta_cache_bytes),
            unpacked: 0,
        }
    }

    /// A blob's bytes.
    pub fn blob(&mut self, id: ObjectId) -> Result<Arc<Vec<u8>>, GitError> {
        self.expect(id, gix_object::Kind::Blob, u64::MAX)
    }

    /// The object, which must be of that kind and at most that large.
    pub(crate) fn expect(
        &mut self,
        id: ObjectId,
        kind: gix_object::Kind,
        limit: u64,
    ) -> Result<Arc<Vec<u8>>, GitError> {
        let object = self.read(&id, limit).map_err(|error| error.of(id))?;
        if object.kind != kind {
            return Err(GitError::WrongKind {
                id,
                found: kind_name(object.kind),
                wanted: kind_name(kind),
            });
        }
        Ok(object.data)
    }

    /// Any object of at most `limit` bytes.
    pub(crate) fn read(&mut self, id: &ObjectId, limit: u64) -> Result<Object, ObjectError> {
        let limit = limit.min(self.objects.limits.max_object_bytes);
        // `gix-pack` checks most of what a hostile pack can say; the rest must not stop us.
        catch_unwind(AssertUnwindSafe(|| self.find(id, limit))).unwrap_or_else(|_| {
            self.inflate = Inflate::default();
            Err(ObjectError::corrupt("its pack is malformed"))
        })
    }

    /// How many bytes were unpacked since this was asked last.
    pub(crate) fn take_unpacked(&mut self) -> u64 {
        std::mem::take(&mut self.unpacked)
    }

    /// From whichever place has a good copy.
    fn find(&mut self, id: &ObjectId, limit: u64) -> Result<Object, ObjectError> {
        let mut first = None;
        for (at, pack) in self.objects.packs.iter().enumerate() {
            let Some(offset) = pack.offset(&id.0) else {
                continue;
            };
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            match self.packed((at, offset), limit) {
                Ok(object) => return Ok(object),
                Err(error) => first = first.or(Some(error)),
            }
        }
        match self.objects.loose(id, limit, &mut self.inflate) {
            Err(ObjectError::Missing) => Err(first.unwrap_or(ObjectError::Missing)),
            Ok(object) => {
                self.unpacked += object.data.len() as u64;
                Ok(object)
            }
            Err(error) => Err(first.unwrap_or(error)),
        }
    }

    fn entry(&self, spot: Spot) -> Result<Entry, ObjectError> {
        self.objects
            .packs
            .get(spot.0 as usize)
            .ok_or_else(|| ObjectError::corrupt("no such pack"))?
            .data
            .entry(spot.1)
            .map_err(ObjectError::corrupt)
    }

    fn inflate(&mut self, spot: Spot, entry: &Entry, limit: u64) -> Result<Vec<u8>, ObjectError> {
        let size = entry.decompressed_size;
        if size > limit {
            return Err(ObjectError::TooLarge { size, limit });
        }
        let length = usize::try_from(size).map_err(ObjectError::corrupt)?;
        let mut out = vec![0; length];
        let pack = self
            .objects
            .packs
            .get(spot.0 as usize)
            .ok_or_else(|| ObjectError::corrupt("no such pack"))?;
        pack.data
            .decompress_entry(entry, &mut self.inflate, &mut out)
            .map_err(ObjectError::corrupt)?;
        self.unpacked += size;
        Ok(out)
    }

    /// Down the chain of deltas to a whole object, and up again.
    fn packed(&mut self, spot: Spot, limit: u64) -> Result<Object, ObjectError> {
        let most = self.objects.limits.max_object_bytes;
        let mut chain: Vec<Link> = Vec::new();
        let mut spot = spot;
        let mut outermost = None;
        let base = loop {
            if let Some(object) = self.cache.get(spot) {
                break object;
            }
            let entry = self.entry(spot)?;
            let next = match entry.header {
                Header::OfsDelta { base_distance } => entry
                    .checked_base_pack_offset(base_distance)
                    .map(|offset| Ok((spot.0, offset)))
                    .ok_or_else(|| ObjectError::corrupt("its base is before the pack"))?,
                Header::RefDelta { base_id } => self.base_of(spot.0, ObjectId(base_id)),
                _ => {
                    // As a base it may be larger than what it is the base of.
                    let limit = if chain.is_empty() { limit } else { most };
                    let data = Arc::new(self.inflate(spot, &entry, limit)?);
                    let kind = entry
                        .header
                        .as_kind()
                        .ok_or_else(|| ObjectError::corrupt("neither object nor delta"))?;
                    let object = Object { kind, data };
                    self.cache.put(spot, &object);
                    break object;
                }
            };
            if chain.is_empty() {
                // The delta of the object itself says how large it is going to be.
                let delta = self.inflate(spot, &entry, most)?;
                let (_, size, _) = header(&delta)
                    .ok_or_else(|| ObjectError::corrupt("its delta cannot be read"))?;
                if size > limit {
                    return Err(ObjectError::TooLarge { size, limit });
                }
                outermost = Some(delta);
            }
            chain.push(Link { spot, entry });
            if chain.len() > self.objects.limits.max_delta_depth {
                return Err(ObjectError::corrupt(format!(
                    "more than {} deltas on one another",
                    self.objects.limits.max_delta_depth
                )));
            }
            match next {
                Ok(next) => spot = next,
                Err(id) => break self.objects.loose(&id, most, &mut self.inflate)?,
            }
        };
        let mut object = base;
        while let Some(Link { spot, entry }) = chain.pop() {
            let held = if chain.is_empty() {
                outermost.take()
            } else {
                None
            };
            let delta = match held {
                Some(delta) => delta,
                None => self.inflate(spot, &entry, most)?,
            };
            let data = apply_delta(&object.data, &delta, most)
                .ok_or_else(|| ObjectError::corrupt("a delta does not fit its base"))?;
            self.unpacked += data.len() as u64;
            object = Object {
                kind: object.kind,
                data: Arc::new(data),
            };
            self.cache.put(spot, &object);
        }
        // A cached object was not yet measured.
        let size = object.data.len() as u64;
        if size > limit {
            return Err(ObjectError::TooLarge { size, limit });
        }
        Ok(object)
    }

    /// Where a base that is named by its id lies; its id where it is in no pack.
    fn base_of(&self, pack: u32, id: ObjectId) -> Result<Spot, ObjectId> {
        let own = self.objects.packs.get(pack as usize);
        if let Some(offset) = own.and_then(|pack| pack.offset(&id.0)) {
            return Ok((pack, offset));
        }
        match self.objects.spot(&id) {
            (u32::MAX, _) => Err(id),
            spot => Ok(spot),
        }
    }
}
