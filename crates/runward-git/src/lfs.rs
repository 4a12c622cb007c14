//! Pointers of Git LFS: small blobs that stand for a large file elsewhere.

/// What a pointer says of the file that it stands for. Format: git-lfs, `docs/spec.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LfsPointer {
    /// SHA-256 in hexadecimal digits.
    pub oid: String,
    pub size: u64,
}

impl LfsPointer {
    /// `None` where the blob is no pointer.
    pub fn parse(blob: &[u8]) -> Option<Self> {
        if blob.len() > 1024 || !blob.starts_with(b"version https://git-lfs.github.com/spec/") {
            return None;
        }
        let text = std::str::from_utf8(blob).ok()?;
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        let oid = value("oid sha256:")?;
        if oid.len() != 64 || !oid.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        Some(Self {
            oid: oid.to_owned(),
            size: value("size ")?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_and_what_is_none() {
        let oid = "a".repeat(64);
        let text =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 12\n");
        assert_eq!(
            LfsPointer::parse(text.as_bytes()),
            Some(LfsPointer { oid, size: 12 })
        );
        assert_eq!(
            LfsPointer::parse(text.replace("size", "x").as_bytes()),
            None
        );
        assert_eq!(
            LfsPointer::parse(format!("{text}{}", "x".repeat(1024)).as_bytes()),
            None
        );
        assert_eq!(LfsPointer::parse(b"x"), None);
    }
}
