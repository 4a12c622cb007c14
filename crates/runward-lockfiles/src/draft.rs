//! A manifest in the making: packages, who asks for them, and what went wrong.

use runward_model::{Dependency, Ecosystem, Manifest, NotCovered, Package, Scope, SourceRef};
use runward_tree::{EntryKind, TreeError, path};

use crate::{
    Context, Format,
    document::{Document, Entry, Node, SyntaxError, Value},
    json::{self, Dialect},
    text, toml,
};

mod graph;

/// An index into the packages of one draft.
pub(crate) type Id = usize;

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Package(Id),
    /// The project's own code, or a package that is not read.
    Own,
}

impl Target {
    pub(crate) fn new(id: Option<Id>) -> Self {
        id.map_or(Self::Own, Self::Package)
    }

    pub(crate) fn id(self) -> Option<Id> {
        match self {
            Self::Package(id) => Some(id),
            Self::Own => None,
        }
    }
}

/// `from` asks for `to`; the project itself where `from` is none.
#[derive(Debug)]
struct Edge {
    from: Option<Id>,
    to: Id,
    requirement: Option<String>,
    scope: Scope,
}

/// How scopes and directness are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Graph {
    /// As the file states them for each package.
    Stated,
    /// A package has the widest scope of any path from the project to it.
    Derived,
    /// The file states scopes but not what the project itself asks for: what no other package
    /// asks for is taken to be direct.
    Rootless,
}

pub(crate) struct Draft<'t> {
    pub(crate) format: Format,
    pub(crate) path: String,
    pub(crate) cx: Context<'t>,
    pub(crate) graph: Graph,
    ecosystem: Ecosystem,
    packages: Vec<Dependency>,
    edges: Vec<Edge>,
    not_covered: Vec<NotCovered>,
    unlisted_notes: usize,
    also_read: Vec<String>,
    too_many_packages: bool,
    too_many_edges: bool,
}

impl<'t> Draft<'t> {
    pub(crate) fn new(format: Format, path: &str, cx: Context<'t>) -> Self {
        Self {
            format,
            path: path.to_owned(),
            cx,
            graph: Graph::Stated,
            ecosystem: format.ecosystem(),
            packages: Vec::new(),
            edges: Vec::new(),
            not_covered: Vec::new(),
            unlisted_notes: 0,
            also_read: Vec::new(),
            too_many_packages: false,
            too_many_edges: false,
        }
    }

    /// The directory of the file.
    pub(crate) fn directory(&self) -> &str {
        path::parent(&self.path)
    }

    // ---- reading -------------------------------------------------------------------------

    /// The file's text; `None` with a note where there is none.
    pub(crate) fn load(&mut self) -> Option<String> {
        let path = self.path.clone();
        match self.cx.tree.read(&path) {
            Ok(bytes) => self.decode(&path, &bytes),
            Err(error) => {
                self.note_in(&path, None, error.to_string());
                None
            }
        }
    }

    /// The text of a file that belongs to this one; `None` where there is none, with a note
    /// where it exists and cannot be read.
    pub(crate) fn related(&mut self, path: &str) -> Option<String> {
        if self.also_read.len() >= self.cx.limits.max_related_files {
            let limit = self.cx.limits.max_related_files;
            let reason = format!("not read: this file refers to more than {limit} others");
            self.note_in(path, None, reason);
            return None;
        }
        match self.cx.tree.read(path) {
            Ok(bytes) => {
                if !self.also_read.iter().any(|known| known == path) {
                    self.also_read.push(path.to_owned());
                }
                self.decode(path, &bytes)
            }
            Err(TreeError::NotFound { .. } | TreeError::Escapes { .. }) => None,
            Err(error) => {
                self.note_in(path, None, error.to_string());
                None
            }
        }
    }

    fn decode(&mut self, path: &str, bytes: &[u8]) -> Option<String> {
        match text::load(bytes) {
            Ok(loaded) => {
                if let Some((line, reason)) = loaded.problem {
                    self.note_in(path, Some(line), reason);
                }
                Some(loaded.text)
            }
            Err(unreadable) => {
                self.note_in(path, Some(unreadable.line), unreadable.reason);
                None
            }
        }
    }

    /// Unwraps a parsed document; its problems become notes.
    pub(crate) fn document<'a>(
        &mut self,
        path: &str,
        parsed: Result<Document<'a>, SyntaxError>,
    ) -> Option<Document<'a>> {
        match parsed {
            Ok(document) => {
                for (line, key) in &document.repeated {
                    let reason = format!("the key `{key}` is repeated; only the last one is read");
                    self.note_in(path, Some(*line), reason);
                }
                Some(document)
            }
            Err(error) => {
                self.syntax_error(path, &error);
                None
            }
        }
    }

    pub(crate) fn syntax_error(&mut self, path: &str, error: &SyntaxError) {
        let advice = match self.format.role() {
            runward_model::ManifestRole::Lockfile if path == self.path => {
                "write the file anew with its package manager"
            }
            _ => "correct the file",
        };
        self.note_in(
            path,
            Some(error.line),
            format!("not readable: {error}; {advice}"),
        );
    }

    /// Parses a related file as JSON.
    pub(crate) fn json<'a>(
        &mut self,
        path: &str,
        text: &'a str,
        dialect: Dialect,
    ) -> Option<Node<'a>> {
        let parsed = json::parse(text, dialect, self.cx.limits.max_depth);
        self.document(path, parsed)?.roots.pop()
    }

    /// Parses a related file as TOML.
    pub(crate) fn toml<'a>(&mut self, path: &str, text: &'a str) -> Option<Node<'a>> {
        let parsed = toml::parse(text);
        self.document(path, parsed)?.roots.pop()
    }

    /// The entries of a table, with a note where the value is something else.
    pub(crate) fn table<'n, 'a>(&mut self, node: &'n Node<'a>, key: &str) -> &'n [Entry<'a>] {
        match node.get(key) {
            None => &[],
            Some(found) => match &found.value {
                Value::Table(entries) => entries,
                Value::Null => &[],
                // PHP writes an empty table as an empty list.
                Value::List(items) if items.is_empty() => &[],
                _ => {
                    self.note(
                        found.line,
                        format!("`{key}` is not a table, so it is not read"),
                    );
                    &[]
                }
            },
        }
    }

    // ---- packages and edges --------------------------------------------------------------

    pub(crate) fn package(&self, name: &str, version: Option<&str>) -> Package {
        Package::new(self.ecosystem.clone(), name, version)
    }

    /// A package of this file that is neither direct nor asked for yet.
    pub(crate) fn dependency(&self, name: &str, version: Option<&str>, line: u32) -> Dependency {
        let package = self.package(name, version.filter(|version| !version.trim().is_empty()));
        let mut dependency = Dependency::new(package, SourceRef::new(self.path.clone(), line));
        dependency.direct = false;
        dependency
    }

    /// Adds a package; `None` where the limit is reached.
    pub(crate) fn add(&mut self, mut dependency: Dependency) -> Option<Id> {
        let line = dependency.source.line;
        if dependency.package.name.is_empty() {
            self.note(line, "a package without a name; write the file anew");
            return None;
        }
        if self.packages.len() >= self.cx.limits.max_packages {
            if !self.too_many_packages {
                self.too_many_packages = true;
                let limit = self.cx.limits.max_packages;
                self.note(
                    line,
                    format!("more than {limit} packages; the rest is not read"),
                );
            }
            return None;
        }
        // The model's rule: no version exactly where a reason says why.
        dependency.undetermined = match dependency.undetermined.take() {
            _ if dependency.package.version.is_some() => None,
            Some(reason) => Some(shortened(reason)),
            None => Some("no version is stated".to_owned()),
        };
        self.packages.push(dependency);
        Some(self.packages.len() - 1)
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut Dependency> {
        self.packages.get_mut(id)
    }

    /// States that a package needs another one.
    pub(crate) fn require(&mut self, from: Id, to: Id, requirement: Option<&str>, scope: Scope) {
        self.edge(Some(from), to, requirement, scope);
    }

    /// States that the project itself asks for a package.
    pub(crate) fn require_direct(&mut self, to: Id, requirement: Option<&str>, scope: Scope) {
        self.edge(None, to, requirement, scope);
    }

    /// States an edge from a package, or from the project where `from` is none.
    pub(crate) fn edge(
        &mut self,
        from: Option<Id>,
        to: Id,
        requirement: Option<&str>,
        scope: Scope,
    ) {
        if self.edges.len() >= self.cx.limits.max_edges {
            if !self.too_many_edges {
                self.too_many_edges = true;
                let limit = self.cx.limits.max_edges;
                self.note_file(format!(
                    "more than {limit} relations between packages; the rest is not read"
                ));
            }
            return;
        }
        self.edges.push(Edge {
            from,
            to,
            requirement: requirement.map(str::to_owned),
            scope,
        });
    }

    // ---- notes ---------------------------------------------------------------------------

    pub(crate) fn note(&mut self, line: u32, reason: impl Into<String>) {
        let path = self.path.clone();
        self.note_in(&path, Some(line), reason);
    }

    pub(crate) fn note_file(&mut self, reason: impl Into<String>) {
        let path = self.path.clone();
        self.note_in(&path, None, reason);
    }

    pub(crate) fn note_in(&mut self, path: &str, line: Option<u32>, reason: impl Into<String>) {
        if self.not_covered.len() >= self.cx.limits.max_notes {
            self.unlisted_notes += 1;
            return;
        }
        self.not_covered.push(NotCovered {
            path: path.to_owned(),
            line,
            package: None,
            reason: shortened(reason.into()),
        });
    }

    /// A dependant names a package that the file does not list.
    pub(crate) fn note_missing(&mut self, line: u32, name: &str) {
        let path = self.path.clone();
        if self.not_covered.len() >= self.cx.limits.max_notes {
            self.unlisted_notes += 1;
            return;
        }
        self.not_covered.push(NotCovered {
            path,
            line: Some(line),
            package: Some(name.to_owned()),
            reason: shortened(format!(
                "`{name}` is asked for but not locked; {}",
                relock(self.format)
            )),
        });
    }

    /// Where a path that a file of `directory` names leads: `None` inside the project (its own
    /// code, which is scanned on its own), the path as written outside.
    pub(crate) fn outside<'p>(&self, directory: &str, written: &'p str) -> Option<&'p str> {
        let inside = path::join(directory, written)
            .is_ok_and(|joined| self.cx.tree.kind(&joined) == Some(EntryKind::Directory));
        (!inside).then_some(written)
    }

    /// Says that a manifest's pinned packages bring others that nobody has looked at, unless one
    /// of the lockfiles stands beside it.
    pub(crate) fn note_transitive(&mut self, lockfiles: &[&str], advice: &str) {
        let pinned = self
            .packages
            .iter()
            .any(|known| known.package.version.is_some());
        // A workspace has its lockfile further up.
        let mut directory = self.directory();
        let mut locked = false;
        loop {
            locked |= lockfiles.iter().any(|name| {
                path::join(directory, name)
                    .is_ok_and(|path| self.cx.tree.kind(&path) == Some(EntryKind::File))
            });
            if locked || directory.is_empty() {
                break;
            }
            directory = path::parent(directory);
        }
        if pinned && !locked {
            self.note_file(format!(
                "names direct dependencies only, what they depend on is not known; {advice}"
            ));
        }
    }

    // ---- the result ----------------------------------------------------------------------

    pub(crate) fn finish(mut self) -> Manifest {
        if self.unlisted_notes > 0 {
            let rest = self.unlisted_notes;
            self.not_covered.push(NotCovered::file(
                self.path.clone(),
                format!("{rest} more problems of this file are not listed"),
            ));
        }
        self.merge();
        if self.graph == Graph::Derived {
            self.derive_scopes();
        }
        self.link();
        let format = self.format;
        let mut manifest = Manifest::new(self.path, format.name(), self.ecosystem, format.role());
        manifest.dependencies = self.packages;
        manifest.not_covered = self.not_covered;
        manifest.also_read = self.also_read;
        manifest
    }
}

/// A reason that quotes a file's text must not be as long as that text may be.
fn shortened(reason: String) -> String {
    const LONGEST: usize = 600;
    if reason.len() <= LONGEST {
        return reason;
    }
    let head: String = reason.chars().take(LONGEST / 2).collect();
    let tail: Vec<char> = reason.chars().rev().take(LONGEST / 4).collect();
    format!("{head} … {}", tail.into_iter().rev().collect::<String>())
}

/// How to write a lockfile anew.
pub(crate) fn relock(format: Format) -> &'static str {
    match format {
        Format::PackageLock | Format::NpmShrinkwrap | Format::PackageJson => {
            "run `npm install --package-lock-only`"
        }
        Format::YarnLock => "run `yarn install`",
        Format::PnpmLock => "run `pnpm install --lockfile-only`",
        Format::BunLock => "run `bun install --lockfile-only`",
        Format::CargoLock | Format::CargoToml => "run `cargo generate-lockfile`",
        Format::GoMod | Format::GoSum => "run `go mod tidy`",
        Format::GemfileLock => "run `bundle lock`",
        Format::ComposerLock | Format::ComposerJson => "run `composer update --no-install`",
        Format::PomXml => {
            "write an SBOM with `mvn org.cyclonedx:cyclonedx-maven-plugin:makeBom` and scan that too"
        }
        Format::GradleLockfile
        | Format::GradleBuildscriptLockfile
        | Format::GradleVersionCatalog => "run `gradle dependencies --write-locks`",
        Format::NugetLock | Format::NugetPackagesConfig | Format::NugetProject => {
            "run `dotnet restore --use-lock-file`"
        }
        Format::MixLock => "run `mix deps.get`",
        Format::PubspecLock => "run `dart pub get`",
    }
}
