//! Credentials that vendors print in their documents, and that emulators are built with: they open
//! nothing, and are copied everywhere.
//!
//! As digests, so that no scanner takes this file for a leak.

use sha2::{Digest as _, Sha256};

use crate::fingerprint::hex;

/// The first half of the SHA-256.
const PUBLISHED: &[&str] = &[
    // AWS's documented secret keys.
    "78314b11be2e581549ac1c4f616563fa",
    "e21b597ba6b9cafa59d9ebc4d65c0385",
    "e8a0614b6747a06ff9a2728dd2250bf1",
    "1a5d44a2dca19669d72edf4c4f1c27c4",
    "c6ea27c534f993d31f0aef882e3d200e",
    "7a898e50dbd5b8305149c34046d159f7",
    // Azurite's and the Cosmos emulator's keys.
    "0011cc25eb4320717494d2703e8cba85",
    "aa6547439583c3a275d4542a0df6c1ad",
    // Stripe's documented test keys.
    "2cafc0970149a84f3b9e62eaf169f36f",
    "f2d6ca16515033e5dce14eba840b979d",
    "7e8de44ea9ecf6d53415c90f5b249a85",
    "79ed84c4a75c0d96a507a9831ad558b1",
    // jwt.io's tokens.
    "7f75367e7881255134e1375e723d1dea",
    "da816f9f2c16e6c5390e7636cadc40c4",
    "c794fa6d20c64efb9adf980ae93af472",
    // the token of RFC 6750 and the pairs of RFC 7617.
    "b8e148545b13c78bc74da2f1a7275dd7",
    "cf4d418ed3de92d71f767db5391d5a2d",
    "eab7452d7d0fd9d1be1d6e638b6a868a",
    "0e9d220616f08345a714ee57d8516310",
    "bdfeaef44475711c3abaf41d3ddd3532",
    "e4da07ad200089ce7f40110f02910677",
    // Twilio's and GitHub's in their documents.
    "3543c50b0cb9cea8e55eb1f529b79f04",
    "bc3ae723f57c6b9e3fd80b699fcc420f",
    "82e74299544e00738f9c0acb69b1eb34",
    // The S3 documents of before 2010, and RFC 8037.
    "0114c1456f2504384f9111557e6dc0dd",
    "190edf59d5736c3b3ea6bb36d57f5eb4",
];

pub(crate) fn is_published(secret: &str) -> bool {
    let digest = hex(&Sha256::digest(secret.as_bytes()));
    PUBLISHED
        .iter()
        .any(|published| digest.starts_with(published))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_documents_is_known() {
        assert!(is_published("AKIAIOSFODNN7EXAMPLE"));
        assert!(is_published(concat!(
            "sk_test_4eC39Hq",
            "LyjWDarjtT1zdp7dc"
        )));
        assert!(!is_published("AKIAIOSFODNN7EXAMPLF"));
    }
}
