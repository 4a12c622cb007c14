//! Loose objects: one zlib stream to a file, `KIND SIZE\0` and the content.

use std::{fs::File, io::Read as _, path::PathBuf, sync::Arc};

use gix_zlib::{Inflate, Status};

use super::{Object, ObjectError, pack::Objects};
use crate::ObjectId;

/// Room for the longest header: a kind, 20 digits and two separators.
const HEADER: usize = 64;

impl Objects {
    /// A loose object of at most `limit` bytes.
    pub(super) fn loose(
        &self,
        id: &ObjectId,
        limit: u64,
        inflate: &mut Inflate,
    ) -> Result<Object, ObjectError> {
        let Some(path) = self.loose_path(id)? else {
            return Err(ObjectError::Missing);
        };
        let file = File::open(&path).map_err(ObjectError::corrupt)?;
        let stored = file.metadata().map_err(ObjectError::corrupt)?.len();
        // The size is in the first bytes: what is too large is not read.
        let mut start = Vec::new();
        let mut file = file;
        (&mut file)
            .take(4096)
            .read_to_end(&mut start)
            .map_err(ObjectError::corrupt)?;
        let mut head = [0; HEADER];
        inflate.reset();
        let (_, _, written) = inflate
            .prefix(&start, &mut head)
            .map_err(ObjectError::corrupt)?;
        let (kind, size, begin) =
            gix_object::decode::loose_header(head.get(..written).unwrap_or_default())
                .map_err(ObjectError::corrupt)?;
        // Zlib adds at most a few bytes to each block of 16 KiB.
        let most = size.saturating_add(size / 1000).saturating_add(1024);
        if size > limit || stored > most.saturating_mul(2) {
            return Err(ObjectError::TooLarge { size, limit });
        }
        file.take(stored)
            .read_to_end(&mut start)
            .map_err(ObjectError::corrupt)?;
        let length = usize::try_from(size)
            .ok()
            .and_then(|size| size.checked_add(begin))
            .ok_or(ObjectError::TooLarge { size, limit })?;
        let mut data = vec![0; length];
        inflate.reset();
        let (status, _, written) = inflate
            .once(&start, &mut data)
            .map_err(ObjectError::corrupt)?;
        if status != Status::StreamEnd || written != length {
            return Err(ObjectError::corrupt("its size is not what its header says"));
        }
        data.drain(..begin);
        Ok(Object {
            kind,
            data: Arc::new(data),
        })
    }

    fn loose_path(&self, id: &ObjectId) -> Result<Option<PathBuf>, ObjectError> {
        let hex = id.to_string();
        let Some((directory, rest)) = hex.split_at_checked(2) else {
            return Ok(None);
        };
        for root in &self.directories {
            let path = root.join(directory).join(rest);
            // The directory may be a link as well as the file.
            if self.files.confined(&path).is_err() {
                return Err(ObjectError::corrupt("a link leads out of the repository"));
            }
            match self.files.is_regular(&path) {
                Ok(true) => return Ok(Some(path)),
                Ok(false) => {}
                Err(error) => return Err(ObjectError::corrupt(error)),
            }
        }
        Ok(None)
    }
}
