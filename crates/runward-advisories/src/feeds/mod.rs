//! What is known of a CVE beside its advisory: whether it is exploited (KEV), and how likely that
//! is (EPSS). Each is a sorted table of fixed rows, joined by CVE when a match is made.

pub(crate) mod cve;
pub(crate) mod epss;
pub(crate) mod kev;
