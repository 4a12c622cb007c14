//! Composer.

pub(crate) mod composer_json;
pub(crate) mod composer_lock;

/// PHP itself, its extensions and Composer's interfaces are no packages.
fn is_platform(name: &str) -> bool {
    !name.contains('/')
}

/// A release as Composer compares it: `v6.0.1` is `6.0.1`.
fn release(version: &str) -> &str {
    version
        .strip_prefix(['v', 'V'])
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        .unwrap_or(version)
}

/// `dev-main`, `2.x-dev`: the tip of a branch.
fn is_branch(version: &str) -> bool {
    version.starts_with("dev-") || version.ends_with("-dev")
}
