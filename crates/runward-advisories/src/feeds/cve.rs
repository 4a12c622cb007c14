//! CVE numbers as sortable keys.

/// `CVE-2021-44228` as a number that sorts by year and number; none for any other text.
pub(crate) fn key(id: &str) -> Option<u64> {
    let (year, number) = id.strip_prefix("CVE-")?.split_once('-')?;
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        (lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u64>().ok())
            .flatten()
    };
    // Leading zeros are part of a CVE's name (`CVE-2020-0601`) up to four digits only.
    if number.len() > 4 && number.starts_with('0') {
        return None;
    }
    Some(digits(year, 4..=4)? << 40 | digits(number, 4..=12)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_year_and_number() {
        let keys = [
            "CVE-1999-0001",
            "CVE-2020-0601",
            "CVE-2020-10000",
            "CVE-2021-44228",
        ]
        .map(|id| key(id).unwrap());
        assert!(keys.is_sorted());
        for wrong in [
            "GHSA-1",
            "CVE-20-1",
            "CVE-2020-1",
            "CVE-2020-00601",
            "CVE-2020-",
            "CVE-2020-6x01",
        ] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
    }
}
