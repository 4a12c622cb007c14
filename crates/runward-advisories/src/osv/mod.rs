//! Records in OSV's schema (<https://ossf.github.io/osv-schema/>), and archives of them.

pub(crate) mod archive;
pub(crate) mod prepare;
pub(crate) mod record;
