//! Objects that deltas were made against, kept for the next one.

use std::sync::Arc;

use hashbrown::HashMap;

use super::Object;

/// A pack's number and an offset in it.
pub(super) type Spot = (u32, u64);

/// Two generations: when the young one is full it becomes the old one, and what is used again moves up.
/// Close to least-recently-used, without a list to keep.
#[derive(Debug)]
pub(super) struct Cache {
    young: HashMap<Spot, Object>,
    old: HashMap<Spot, Object>,
    young_bytes: usize,
    capacity: usize,
}

/// What an entry costs beside its content.
const OVERHEAD: usize = 96;

impl Cache {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            capacity: bytes / 2,
        }
    }

    pub(super) fn get(&mut self, spot: Spot) -> Option<Object> {
        if let Some(object) = self.young.get(&spot) {
            return Some(object.clone());
        }
        let object = self.old.remove(&spot)?;
        self.put(spot, &object);
        Some(object)
    }

    pub(super) fn put(&mut self, spot: Spot, object: &Object) {
        let cost = object.data.len() + OVERHEAD;
        if cost > self.capacity {
            return;
        }
        if self.young_bytes + cost > self.capacity {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        let object = Object {
            kind: object.kind,
            data: Arc::clone(&object.data),
        };
        if self.young.insert(spot, object).is_none() {
            self.young_bytes += cost;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(bytes: usize) -> Object {
        Object {
            kind: gix_object::Kind::Blob,
            data: Arc::new(vec![0; bytes]),
        }
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut cache = Cache::new(20_000);
        cache.put((0, 0), &object(1000));
        for at in 1..100 {
            cache.put((0, at), &object(1000));
            assert!(cache.get((0, 0)).is_some());
        }
        assert!(cache.get((0, 1)).is_none());
        assert!(cache.young.len() + cache.old.len() < 20);
    }

    #[test]
    fn what_is_larger_than_the_cache_is_not_kept() {
        let mut cache = Cache::new(1000);
        cache.put((0, 0), &object(1000));
        assert!(cache.get((0, 0)).is_none());
    }
}
