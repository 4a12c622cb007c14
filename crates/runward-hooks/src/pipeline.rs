//! Pipelines that run Runward, with the least rights and everything pinned.

/// Where a pipeline runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    Github,
    Gitlab,
}

/// What a team may want to be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineOptions {
    /// The branch whose pushes are scanned, beside all merge requests.
    pub branch: String,
    /// The shell command that installs the program.
    pub install: String,
}

impl PipelineOptions {
    /// The program of one version, built from its tag with the versions that it was tested with.
    pub fn of_version(version: &str, repository: &str, branch: &str) -> Self {
        Self {
            branch: branch.to_owned(),
            install: format!("cargo install --locked --git {repository} --tag v{version} runward"),
        }
    }
}

impl Pipeline {
    pub const ALL: [Self; 2] = [Self::Github, Self::Gitlab];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|pipeline| pipeline.as_str() == name)
    }

    /// Where the file belongs, relative to the repository's root.
    pub fn path(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows/runward.yml",
            Self::Gitlab => ".gitlab/runward.gitlab-ci.yml",
        }
    }

    /// What is to be done beside writing the file.
    pub fn next_step(self) -> Option<&'static str> {
        match self {
            Self::Github => None,
            Self::Gitlab => {
                Some("add `include: [{local: .gitlab/runward.gitlab-ci.yml}]` to `.gitlab-ci.yml`")
            }
        }
    }

    /// The file.
    pub fn template(self, options: &PipelineOptions) -> String {
        let text = match self {
            Self::Github => include_str!("../templates/github.yml"),
            Self::Gitlab => include_str!("../templates/gitlab.yml"),
        };
        text.replace("@BRANCH@", &options.branch)
            .replace("@INSTALL@", &options.install)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_and_pinned() {
        let options = PipelineOptions::of_version("1.2.3", "https://example.org/runward", "trunk");
        for pipeline in Pipeline::ALL {
            let text = pipeline.template(&options);
            assert!(!text.contains('@') || !text.contains("@BRANCH@"), "{text}");
            assert!(!text.contains("@INSTALL@"));
            assert!(text.contains("--tag v1.2.3"), "{text}");
            assert!(text.contains("trunk"), "{text}");
            assert_eq!(Pipeline::from_name(pipeline.as_str()), Some(pipeline));
        }
        for line in Pipeline::Github.template(&options).lines() {
            if let Some((_, action)) = line.split_once("uses: ") {
                let revision = action.split_once('@').unwrap().1;
                let id = revision.split(' ').next().unwrap();
                assert_eq!(id.len(), 40, "{line}");
            }
        }
    }
}
