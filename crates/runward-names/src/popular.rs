use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::sync::OnceLock;

use jiff::Timestamp;
use runward_model::Ecosystem;

use crate::canonical::canonical;
use crate::classify::{classify, edit};
use crate::container::{self, Content, Header};
use crate::limits::MAX_NAME_BYTES;
use crate::table::{Table, unscoped};
use crate::weigh::{is_slip, weigh};
use crate::{Kind, Limits, NamesError, Near, Strength, affix};

/// The names of an ecosystem that are known because many install them, the most used first.
///
/// Making one costs nothing; the tables are made when they are first asked.
#[derive(Debug)]
pub struct Popular {
    ecosystem: Ecosystem,
    source: Cow<'static, str>,
    as_of: Timestamp,
    /// One name a line.
    text: Cow<'static, str>,
    table: OnceLock<Table>,
    scopes: OnceLock<Scopes>,
}

/// The scopes that several popular packages are in.
#[derive(Debug)]
struct Scopes {
    table: Table,
    /// By the scope's place in the table: the rank and name of its most used package.
    best: Vec<u32>,
}

/// A scope is popular from so many popular packages on.
const MIN_IN_SCOPE: u32 = 3;
/// A generic last part (`core`, `utils`) says nothing of where it comes from.
const MIN_UNSCOPED: usize = 8;

impl Popular {
    pub(crate) fn builtin(
        ecosystem: Ecosystem,
        source: &'static str,
        as_of: Timestamp,
        text: &'static str,
    ) -> Self {
        Self::of(ecosystem, source.into(), as_of, text.into())
    }

    fn of(
        ecosystem: Ecosystem,
        source: Cow<'static, str>,
        as_of: Timestamp,
        text: Cow<'static, str>,
    ) -> Self {
        let (table, scopes) = (OnceLock::new(), OnceLock::new());
        Self {
            ecosystem,
            source,
            as_of,
            text,
            table,
            scopes,
        }
    }

    /// A list from names in order of their use. What cannot be a name is left out; equal names
    /// count once.
    pub fn from_names<'a>(
        ecosystem: Ecosystem,
        source: &str,
        as_of: Timestamp,
        names: impl IntoIterator<Item = &'a str>,
        limits: &Limits,
    ) -> Result<Self, NamesError> {
        let mut seen = HashSet::new();
        let mut text = String::new();
        for name in names {
            let name = canonical(&ecosystem, name);
            if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(char::is_whitespace)
            {
                continue;
            }
            text.push_str(&name);
            text.push('\n');
            seen.insert(name);
            if seen.len() > limits.max_popular_names {
                let limit = u64::try_from(limits.max_popular_names).unwrap_or(u64::MAX);
                return Err(NamesError::TooMuch {
                    what: "names",
                    limit,
                });
            }
        }
        if text.is_empty() {
            return Err(NamesError::Empty);
        }
        Ok(Self::of(
            ecosystem,
            source.to_owned().into(),
            as_of,
            text.into(),
        ))
    }

    /// A list that [`Popular::write`] wrote.
    pub fn open(bytes: &[u8], limits: &Limits) -> Result<Self, NamesError> {
        let (header, payload) = container::open(bytes, Content::Popular)?;
        let text = std::str::from_utf8(payload).map_err(|_| NamesError::Damaged("not text"))?;
        Self::from_names(
            header.ecosystem,
            &header.source,
            header.as_of,
            text.lines(),
            limits,
        )
    }

    pub fn write(&self, out: &mut impl Write) -> Result<(), NamesError> {
        let header = Header {
            ecosystem: self.ecosystem.clone(),
            as_of: self.as_of,
            source: self.source.to_string(),
            count: u64::try_from(self.len()).unwrap_or(u64::MAX),
        };
        container::write(out, Content::Popular, &header, &[self.text.as_bytes()]).map(drop)
    }

    pub fn ecosystem(&self) -> &Ecosystem {
        &self.ecosystem
    }

    /// Where the list comes from.
    pub fn source(&self) -> &str {
        &self.source
    }

    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    pub fn len(&self) -> usize {
        self.table().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names, the most used first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table().names()
    }

    /// The rank of a name in canonical spelling; 1 is the most used.
    pub fn rank(&self, name: &str) -> Option<u32> {
        self.table().id(name).map(|id| id + 1)
    }

    /// The listed names that `name`, in canonical spelling, could be taken for, the weightiest
    /// first. A listed name is judged as if it were not on the list; [`crate::Names::judge`] does
    /// not ask for those.
    pub fn near(&self, name: &str) -> Vec<Near> {
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Vec::new();
        }
        let mut found: HashMap<u32, Near> = HashMap::new();
        let mut push = |rank: u32, kind| {
            if let Some(near) = self.weighed(name, rank, kind) {
                let best = found.entry(rank).or_insert_with(|| near.clone());
                if near.weight > best.weight {
                    *best = near;
                }
            }
        };
        for id in self.table().candidates(name) {
            let kind = self
                .table()
                .get(id)
                .and_then(|popular| classify(name, popular));
            if let Some(kind) = kind {
                push(id + 1, kind);
            }
        }
        for (rank, kind) in affix::related(name, &|name| self.rank(name)) {
            push(rank, kind);
        }
        for (rank, kind) in self.by_scope(name) {
            push(rank, kind);
        }
        let mut found: Vec<Near> = found.into_values().collect();
        found.sort_by(|one, other| {
            (other.weight.total_cmp(&one.weight)).then(one.rank.cmp(&other.rank))
        });
        found
    }

    fn weighed(&self, name: &str, rank: u32, kind: Kind) -> Option<Near> {
        let popular = self.table().get(rank.checked_sub(1)?)?;
        if popular == name {
            return None;
        }
        let letters = |name: &str| name.bytes().filter(u8::is_ascii_alphanumeric).count();
        let letters = letters(popular).min(letters(name));
        let (mut weight, mut strength) = weigh(kind, rank, letters)?;
        // Only its owner publishes in a scope: a slip there finds nothing, not a stranger.
        if is_slip(kind) && scope(name).is_some_and(|it| Some(it) == scope(popular)) {
            (weight, strength) = (1.0, Strength::Weak);
        }
        Some(Near {
            popular: popular.to_owned(),
            ecosystem: self.ecosystem.clone(),
            rank,
            kind,
            weight,
            strength,
        })
    }

    fn by_scope(&self, name: &str) -> Vec<(u32, Kind)> {
        let Some(wanted) = scope(name) else {
            if name.len() < MIN_UNSCOPED {
                return Vec::new();
            }
            return match self.table().scoped(name).as_slice() {
                [only] => vec![(only + 1, Kind::Unscoped)],
                _ => Vec::new(),
            };
        };
        let scopes = self.scopes();
        if scopes.table.id(wanted).is_some() {
            return Vec::new();
        }
        let nearly = |id: &u32| {
            let scope = scopes.table.get(*id)?;
            edit(wanted.as_bytes(), scope.as_bytes())?;
            let best = scopes.best.get(usize::try_from(*id).ok()?).copied()?;
            // The very package of that scope, where there is one.
            let same = unscoped(name).and_then(|rest| self.rank(&format!("@{scope}/{rest}")));
            (scope.len() >= 4).then_some((same.unwrap_or(best), Kind::NearScope))
        };
        scopes
            .table
            .candidates(wanted)
            .iter()
            .filter_map(nearly)
            .collect()
    }

    fn table(&self) -> &Table {
        self.table.get_or_init(|| {
            let lines = self.text.lines().filter(|name| !name.is_empty());
            let mut seen = HashSet::new();
            let names: Vec<_> = lines.map(|name| canonical(&self.ecosystem, name)).collect();
            Table::new(
                names
                    .iter()
                    .map(String::as_str)
                    .filter(|name| seen.insert(*name)),
            )
        })
    }

    fn scopes(&self) -> &Scopes {
        self.scopes.get_or_init(|| {
            let mut packages: HashMap<&str, (u32, u32)> = HashMap::new();
            for (rank, name) in (1u32..).zip(self.names()) {
                if let Some(scope) = scope(name) {
                    packages.entry(scope).or_insert((0, rank)).0 += 1;
                }
            }
            let mut popular: Vec<(u32, &str)> = packages
                .iter()
                .filter(|(_, (count, _))| *count >= MIN_IN_SCOPE)
                .map(|(scope, (_, best))| (*best, *scope))
                .collect();
            popular.sort_unstable();
            Scopes {
                table: Table::new(popular.iter().map(|(_, scope)| *scope)),
                best: popular.iter().map(|(best, _)| *best).collect(),
            }
        })
    }
}

/// The scope of an npm name, without its `@`.
fn scope(name: &str) -> Option<&str> {
    name.strip_prefix('@')?
        .split_once('/')
        .map(|(scope, _)| scope)
}
