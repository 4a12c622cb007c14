//! Bytes of the index: little-endian numbers, variable-length numbers, text. Every read is checked;
//! an index that was damaged on disk gives [`Damaged`], never a panic.

/// The bytes do not hold what they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

pub(crate) type Wire<T> = Result<T, Damaged>;

/// Appends values.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// LEB128.
    pub(crate) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.0.push(value.to_le_bytes()[0]);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn texts<'a>(&mut self, texts: impl ExactSizeIterator<Item = &'a str>) {
        self.count(texts.len());
        for text in texts {
            self.text(text);
        }
    }

    /// A moment in seconds, shifted by one so that none is zero.
    pub(crate) fn moment(&mut self, seconds: Option<i64>) {
        let value = seconds
            .and_then(|s| u64::try_from(s).ok())
            .map_or(0, |s| s.saturating_add(1));
        self.number(value);
    }
}

/// Takes values from the front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, count: usize) -> Wire<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = tail;
        Ok(head)
    }

    pub(crate) fn u8(&mut self) -> Wire<u8> {
        let (first, rest) = self.0.split_first().ok_or(Damaged)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(crate) fn u32(&mut self) -> Wire<u32> {
        let (head, tail) = self.0.split_first_chunk::<4>().ok_or(Damaged)?;
        self.0 = tail;
        Ok(u32::from_le_bytes(*head))
    }

    pub(crate) fn u64(&mut self) -> Wire<u64> {
        let (head, tail) = self.0.split_first_chunk::<8>().ok_or(Damaged)?;
        self.0 = tail;
        Ok(u64::from_le_bytes(*head))
    }

    pub(crate) fn number(&mut self) -> Wire<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    /// The length of a list; each of its items takes at least one byte, so that a damaged length
    /// cannot ask for more memory than the file has bytes.
    pub(crate) fn count(&mut self) -> Wire<usize> {
        let count = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        if count > self.0.len() {
            return Err(Damaged);
        }
        Ok(count)
    }

    pub(crate) fn bytes(&mut self) -> Wire<&'a [u8]> {
        let count = self.count()?;
        self.take(count)
    }

    pub(crate) fn text(&mut self) -> Wire<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Damaged)
    }

    pub(crate) fn texts(&mut self) -> Wire<Vec<String>> {
        let count = self.count()?;
        (0..count).map(|_| Ok(self.text()?.to_owned())).collect()
    }

    pub(crate) fn moment(&mut self) -> Wire<Option<i64>> {
        match self.number()? {
            0 => Ok(None),
            shifted => i64::try_from(shifted - 1).map(Some).map_err(|_| Damaged),
        }
    }
}

/// Row `index` of a table of rows of `N` bytes.
pub(crate) fn row<const N: usize>(table: &[u8], index: usize) -> Wire<&[u8; N]> {
    let start = index.checked_mul(N).ok_or(Damaged)?;
    table
        .get(start..)
        .and_then(|rest| rest.first_chunk::<N>())
        .ok_or(Damaged)
}

/// The first row of a sorted table whose leading `u64` is not below `key`.
pub(crate) fn lower_bound<const N: usize>(table: &[u8], key: u64) -> Wire<usize> {
    let (mut low, mut high) = (0, table.len() / N);
    while low < high {
        let middle = low + (high - low) / 2;
        if Reader(row::<N>(table, middle)?).u64()? < key {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn values_round_trip(number: u64, text in ".*", moment in proptest::option::of(0_i64..i64::MAX)) {
            let mut writer = Writer::default();
            writer.number(number);
            writer.text(&text);
            writer.moment(moment);
            let mut reader = Reader(&writer.0);
            assert_eq!(reader.number(), Ok(number));
            assert_eq!(reader.text(), Ok(text.as_str()));
            assert_eq!(reader.moment(), Ok(moment));
            assert!(reader.0.is_empty());
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let mut reader = Reader(&bytes);
            while !reader.0.is_empty() {
                if reader.texts().is_err() {
                    break;
                }
            }
            let _ = lower_bound::<12>(&bytes, 7);
        }
    }
}
