//! Rice's code for small gaps: the quotient in unary, the remainder in a fixed number of bits.

/// Bits in the order they are written, the lowest of a byte first.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
    bits: u64,
}

impl Writer {
    pub(crate) fn position(&self) -> u64 {
        self.bits
    }

    pub(crate) fn write(&mut self, gap: u64, remainder_bits: u32) {
        for _ in 0..gap >> remainder_bits {
            self.bit(true);
        }
        self.bit(false);
        for at in 0..remainder_bits {
            self.bit(gap >> at & 1 == 1);
        }
    }

    fn bit(&mut self, bit: bool) {
        let at = self.bits % 8;
        if at == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << at;
        }
        self.bits += 1;
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    bits: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn at(bytes: &'a [u8], bits: u64) -> Self {
        Self { bytes, bits }
    }

    /// The next gap; `None` past the end, or where the bytes hold no gap that fits.
    pub(crate) fn read(&mut self, remainder_bits: u32) -> Option<u64> {
        let mut quotient = 0u64;
        loop {
            let (window, length) = self.window()?;
            let ones = window.trailing_ones().min(length);
            quotient += u64::from(ones);
            self.bits += u64::from(ones);
            if ones < length {
                break;
            }
        }
        self.bits += 1;
        let mut remainder = 0;
        let mut filled = 0;
        while filled < remainder_bits {
            let (window, length) = self.window()?;
            let taken = length.min(remainder_bits - filled);
            remainder |= (window & ((1 << taken) - 1)) << filled;
            filled += taken;
            self.bits += u64::from(taken);
        }
        quotient
            .checked_shl(remainder_bits)
            .filter(|high| high >> remainder_bits == quotient)
            .map(|high| high | remainder)
    }

    /// The bits from here on, and how many: 1 to 57.
    fn window(&self) -> Option<(u64, u32)> {
        let byte = usize::try_from(self.bits / 8).ok()?;
        let rest = self.bytes.get(byte..).filter(|rest| !rest.is_empty())?;
        let mut eight = [0; 8];
        for (to, from) in eight.iter_mut().zip(rest) {
            *to = *from;
        }
        let shift = u32::try_from(self.bits % 8).ok()?;
        let length = u32::try_from(rest.len().min(8)).ok()? * 8 - shift;
        Some((u64::from_le_bytes(eight) >> shift, length.min(57)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn gaps_come_back(gaps in prop::collection::vec(0u64..1 << 24, 0..200), bits in 8u32..40) {
            let mut writer = Writer::default();
            for gap in &gaps {
                writer.write(*gap, bits);
            }
            let end = writer.position();
            let bytes = writer.into_bytes();
            let mut reader = Reader::at(&bytes, 0);
            for gap in &gaps {
                prop_assert_eq!(reader.read(bits), Some(*gap));
            }
            prop_assert_eq!(reader.bits, end);
        }

        #[test]
        fn any_bits_are_read(bytes in prop::collection::vec(any::<u8>(), 0..64), at in any::<u64>(),
                             bits in 0u32..64) {
            let mut reader = Reader::at(&bytes, at % 600);
            while reader.read(bits).is_some() {}
        }
    }
}
