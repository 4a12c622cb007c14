//! Commits and tags.

use jiff::Timestamp;

use crate::{ObjectId, RepoPath};

/// A commit's header and the first line of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Person,
    pub committer: Person,
    pub summary: String,
}

/// Who, and when; as the commit says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// `None` where the commit has none that can be read.
    pub time: Option<Timestamp>,
}

/// Longest summary that is kept, in bytes.
const SUMMARY: usize = 500;

impl Commit {
    /// Reads a commit. Lenient as git is: only the tree must be there. `None` where it is not.
    pub fn parse(id: ObjectId, bytes: &[u8]) -> Option<Self> {
        let (headers, message) = split(bytes);
        let mut commit = Self {
            tree: first(headers, b"tree ").and_then(ObjectId::from_hex)?,
            parents: Vec::new(),
            author: first(headers, b"author ")
                .map(Person::parse)
                .unwrap_or_default(),
            committer: first(headers, b"committer ")
                .map(Person::parse)
                .unwrap_or_default(),
            summary: String::new(),
            id,
        };
        commit.parents = headers
            .split(|byte| *byte == b'\n')
            .filter_map(|line| line.strip_prefix(b"parent "))
            .filter_map(ObjectId::from_hex)
            .collect();
        let line = message
            .trim_ascii_start()
            .split(|byte| *byte == b'\n')
            .next();
        let line = line.unwrap_or_default().trim_ascii_end();
        let line = line.get(..SUMMARY).unwrap_or(line);
        commit.summary = String::from_utf8_lossy(line).into_owned();
        Some(commit)
    }
}

impl Person {
    /// `NAME <EMAIL> SECONDS ZONE`.
    fn parse(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let Some((name, rest)) = text.split_once('<') else {
            return Self {
                name: text.trim().to_owned(),
                ..Self::default()
            };
        };
        let (email, when) = rest.rsplit_once('>').unwrap_or((rest, ""));
        let seconds = when
            .split_whitespace()
            .next()
            .and_then(|word| word.parse().ok());
        Self {
            name: name.trim().to_owned(),
            email: email.trim().to_owned(),
            time: seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        }
    }
}

/// What the walk over all commits needs of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Links {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    /// Seconds, as the committer says; 0 where they cannot be read.
    pub(crate) time: i64,
}

impl Links {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut tree = None;
        let mut parents = Vec::new();
        let mut time = 0;
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Some(hex) = line.strip_prefix(b"parent ") {
                parents.extend(ObjectId::from_hex(hex));
            } else if let Some(hex) = line.strip_prefix(b"tree ") {
                tree = tree.or_else(|| ObjectId::from_hex(hex));
            } else if let Some(person) = line.strip_prefix(b"committer ") {
                let mut words = person.rsplit(|byte| *byte == b' ');
                let seconds = words.nth(1).and_then(|word| std::str::from_utf8(word).ok());
                time = seconds.and_then(|word| word.parse().ok()).unwrap_or(0);
            } else if line.is_empty() {
                break;
            }
        }
        Some(Self {
            tree: tree?,
            parents,
            time,
        })
    }
}

/// What a tag stands for, and its name.
pub(crate) fn tag_target(bytes: &[u8]) -> Option<(ObjectId, RepoPath)> {
    let (headers, _) = split(bytes);
    let id = first(headers, b"object ").and_then(ObjectId::from_hex)?;
    let name = first(headers, b"tag ").unwrap_or_default();
    Some((id, RepoPath::new(name)))
}

fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    match end.and_then(|end| bytes.split_at_checked(end)) {
        Some((headers, message)) => (headers, message),
        None => (bytes, &[]),
    }
}

/// The first line that begins so, without that beginning.
fn first<'b>(headers: &'b [u8], start: &[u8]) -> Option<&'b [u8]> {
    headers
        .split(|byte| *byte == b'\n')
        .find_map(|line| line.strip_prefix(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    fn id() -> ObjectId {
        ObjectId::from_hex(ID.as_bytes()).unwrap()
    }

    #[test]
    fn a_commit() {
        let text = format!(
            "tree {ID}\nparent {ID}\nparent {ID}\nauthor A <B> C <a@b> 1700000000 +0100\ncommitter D <d@e> x\n\
             gpgsig -----BEGIN\n parent no\n -----END\n\nSay it\nmore\n"
        );
        let commit = Commit::parse(id(), text.as_bytes()).unwrap();
        assert_eq!(commit.parents.len(), 2);
        assert_eq!(commit.author.name, "A");
        assert_eq!(commit.author.email, "B> C <a@b");
        assert_eq!(commit.author.time.unwrap().as_second(), 1_700_000_000);
        assert_eq!(commit.committer.time, None);
        assert_eq!(commit.summary, "Say it");
        let links = Links::parse(text.as_bytes()).unwrap();
        assert_eq!((links.tree, &links.parents), (commit.tree, &commit.parents));
    }

    #[test]
    fn a_commit_without_tree_is_none() {
        assert_eq!(Commit::parse(id(), b"author a <b> 1 +0000\n\nx"), None);
    }

    proptest! {
        #[test]
        fn anything_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Commit::parse(id(), &bytes);
            let mut commit = format!("tree {ID}\n").into_bytes();
            commit.extend(&bytes);
            prop_assert!(Commit::parse(id(), &commit).is_some());
            let _ = tag_target(&bytes);
            let links = Links::parse(&commit).map(|links| links.parents);
            prop_assert_eq!(links, Commit::parse(id(), &commit).map(|commit| commit.parents));
        }
    }
}
