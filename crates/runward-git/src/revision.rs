//! What people write for a commit: `main`, `v1.2`, `HEAD~3`, `origin/main`, `0a1b2c3`, `@{u}`.

use crate::{
    Commit, GitError, ObjectId, Reader, RepoPath, commit::tag_target, repository::Repository,
};

/// Fewest digits of an abbreviated name, as in git.
const MIN_DIGITS: usize = 4;

/// One step from a commit to another one.
enum Step {
    /// `~N`: N times the first parent.
    Back(usize),
    /// `^N`: the parent of that number; 0 is the commit itself.
    Parent(usize),
    /// `^{}`, `^{commit}`.
    Peel,
}

impl Repository {
    /// The commit that a revision stands for: a branch, tag or other reference, `HEAD`, an id or the
    /// first digits of one, `@{upstream}` or `@{u}`; then any of `~N`, `^N`, `^{commit}`. Reflog entries and
    /// searches (`@{1}`, `:/text`) are refused as unknown.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId, GitError> {
        let unknown = || GitError::UnknownRevision {
            revision: revision.to_owned(),
        };
        let (base, steps) = split(revision).ok_or_else(unknown)?;
        let mut reader = self.reader();
        let start = self.named(base, revision)?.ok_or_else(unknown)?;
        let mut at = self.peel(start, &mut reader)?;
        for step in steps {
            let (count, parent) = match step {
                Step::Peel | Step::Parent(0) => continue,
                Step::Back(count) => (count, 1),
                Step::Parent(number) => (1, number),
            };
            for _ in 0..count {
                let limit = self.limits().max_object_bytes;
                let bytes = reader.expect(at, gix_object::Kind::Commit, limit)?;
                at = Commit::parse(at, &bytes)
                    .and_then(|commit| commit.parents.get(parent - 1).copied())
                    .ok_or_else(unknown)?;
            }
        }
        Ok(at)
    }

    /// The object that a name stands for, tags not yet followed.
    fn named(&self, base: &str, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let base = if base.is_empty() || base == "@" {
            "HEAD"
        } else {
            base
        };
        if let Some(branch) = ["@{upstream}", "@{u}"]
            .iter()
            .find_map(|end| base.strip_suffix(end))
        {
            return self.upstream(branch);
        }
        let full = self.objects().hash.len_in_hex();
        if base.len() == full
            && let Some(id) = ObjectId::from_hex(base.as_bytes())
        {
            return Ok(Some(id));
        }
        // The order of gitrevisions(7).
        for pattern in ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"] {
            if pattern.is_empty() && !base.starts_with("refs/") && !base.ends_with("HEAD") {
                continue;
            }
            if let Some(id) = self.find_ref(format!("{pattern}{base}").as_bytes())? {
                return Ok(Some(id));
            }
        }
        if let Some(id) = self.find_ref(format!("refs/remotes/{base}/HEAD").as_bytes())? {
            return Ok(Some(id));
        }
        let digits = base.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !digits || !(MIN_DIGITS..full).contains(&base.len()) {
            return Ok(None);
        }
        self.abbreviated(base, revision)
    }

    /// What `branch.NAME.merge` of `branch.NAME.remote` was when it was fetched last.
    fn upstream(&self, branch: &str) -> Result<Option<ObjectId>, GitError> {
        let branch = if branch.is_empty() {
            let head = self.head()?.branch.unwrap_or_default();
            head.as_str().unwrap_or_default().to_owned()
        } else {
            branch.to_owned()
        };
        let short = branch.strip_prefix("refs/heads/").unwrap_or(&branch);
        let config = &self.place().config;
        let remote = config.get(&format!("branch.{short}.remote"));
        let merge = config.get(&format!("branch.{short}.merge"));
        let (Some(remote), Some(merge)) = (remote, merge) else {
            return Ok(None);
        };
        let name = merge.strip_prefix("refs/heads/").unwrap_or(merge);
        if remote == "." {
            return self.find_ref(merge.as_bytes());
        }
        self.find_ref(format!("refs/remotes/{remote}/{name}").as_bytes())
    }

    fn abbreviated(&self, digits: &str, revision: &str) -> Result<Option<ObjectId>, GitError> {
        let mut reader = self.reader();
        let mut found = None;
        for id in self.objects().starting_with(&digits.to_ascii_lowercase()) {
            // Where a commit is wanted, blobs and trees of that name do not count.
            if self.peel(id, &mut reader).is_err() || found == Some(id) {
                continue;
            }
            if found.replace(id).is_some() {
                return Err(GitError::Ambiguous {
                    revision: revision.to_owned(),
                });
            }
        }
        Ok(found)
    }

    /// The commit behind a tag, or the commit itself.
    pub(crate) fn peel(&self, id: ObjectId, reader: &mut Reader<'_>) -> Result<ObjectId, GitError> {
        match self.follow_tags(id, reader)? {
            (id, gix_object::Kind::Commit, _) => Ok(id),
            (id, kind, _) => Err(GitError::WrongKind {
                id,
                found: crate::objects::kind_name(kind),
                wanted: "commit",
            }),
        }
    }

    /// What is behind a tag: an object that is none, its kind and the name of the last tag.
    pub(crate) fn follow_tags(
        &self,
        mut id: ObjectId,
        reader: &mut Reader<'_>,
    ) -> Result<(ObjectId, gix_object::Kind, RepoPath), GitError> {
        let mut name = RepoPath::default();
        for _ in 0..self.limits().max_hops {
            let object = reader
                .read(&id, self.limits().max_object_bytes)
                .map_err(|error| error.of(id))?;
            if object.kind != gix_object::Kind::Tag {
                return Ok((id, object.kind, name));
            }
            let (target, tag) = tag_target(&object.data).ok_or_else(|| GitError::Corrupt {
                id,
                reason: "the tag names no object".to_owned(),
            })?;
            name = tag;
            id = target;
        }
        Err(GitError::OverLimit {
            what: "tags on one another",
            limit: self.limits().max_hops as u64,
        })
    }
}

/// A name and the steps after it.
fn split(revision: &str) -> Option<(&str, Vec<Step>)> {
    let end = revision.find(['~', '^']).unwrap_or(revision.len());
    let (base, mut rest) = revision.split_at_checked(end)?;
    if base.starts_with('-') || revision.is_empty() {
        return None;
    }
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = ["^{commit}", "^{}"]
            .iter()
            .find_map(|peel| rest.strip_prefix(peel))
        {
            steps.push(Step::Peel);
            rest = after;
            continue;
        }
        let (sign, after) = rest.split_at_checked(1)?;
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = after.split_at_checked(digits)?;
        let number = if digits == 0 { 1 } else { number.parse().ok()? };
        steps.push(match sign {
            "~" => Step::Back(number),
            "^" => Step::Parent(number),
            _ => return None,
        });
        rest = after;
    }
    Some((base, steps))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_after_a_name() {
        let count = |text| split(text).map(|(base, steps)| (base.to_owned(), steps.len()));
        assert_eq!(count("main"), Some(("main".to_owned(), 0)));
        assert_eq!(count("HEAD~3^2^{commit}"), Some(("HEAD".to_owned(), 3)));
        assert_eq!(count("~1"), Some((String::new(), 1)));
        for bad in ["", "-x", "a^{tree}", "a~x", "a~1b", "a^{/fix}"] {
            assert_eq!(count(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_split(text in "[a-z~^{}0-9ä@]{0,20}") {
            let _ = split(&text);
        }
    }
}
