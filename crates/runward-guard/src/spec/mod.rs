//! What one argument asks for, in the notation of its ecosystem.

mod cargo;
mod npm;
mod python;

pub(crate) use cargo::cargo;
pub(crate) use npm::npm;
pub(crate) use python::{Python, python};

/// Repositories as pip and uv name them.
const VCS: [&str; 4] = ["git+", "hg+", "svn+", "bzr+"];

fn is_vcs(text: &str) -> bool {
    VCS.iter().any(|scheme| text.starts_with(scheme))
        || text.starts_with("git://")
        || text.starts_with("ssh://")
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// `file://`, or a path in one of the forms that no name has.
fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    text.starts_with("file:") || matches!(bytes.first(), Some(b'.' | b'/' | b'\\' | b'~')) || drive
}
