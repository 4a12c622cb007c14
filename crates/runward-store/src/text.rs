//! Text search: which findings a text can be part of.
//!
//! A search is for a part of a title, package, path or identifier. Both databases index groups of
//! three characters, which name the findings that can match; the texts themselves then decide. A
//! text of two characters is looked for as every group that begins with them: there are few plain
//! third characters, and [`MARK`] stands for any other. A single character has a group of its own,
//! but for the ones that are in nearly every finding: a page of these is found at once.

use std::{collections::BTreeSet, fmt::Write as _};

use runward_db::{Backend, Sql, Tx, Value};

use crate::{StoreError, row::Known};

/// Groups of one search that are looked at to find the rarest.
const GROUPS: usize = 24;
/// Groups that a search asks for on `SQLite`: each one more costs a step in its list for every
/// finding that the rarest one names.
const ASKED: usize = 3;
/// A group that so few findings have needs no other.
const RARE: i64 = 300;
/// How far the findings of a group are counted.
const COUNTED: i64 = 5_000;

/// Stands in a group for any character. Three of them: a finding that a migration indexed, without
/// the groups of [`marked`].
const MARK: char = '\u{1}';
/// What text mostly consists of, in lower case.
const PLAIN: &str = "\n !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// The characters of nearly every finding.
const COMMON: &str = "acdeilmnoprstu0123456789-./\n ";

type Group = [char; 3];

/// What a finding's text index holds. It must fold case at least as far as the search does.
pub(crate) fn whole(known: &Known) -> String {
    let mut text = fold(&known.title);
    for id in &known.ids {
        text.push('\n');
        text.push_str(&fold(id));
    }
    for part in [known.package.as_deref().unwrap_or_default(), &known.path] {
        text.push('\n');
        text.push_str(&fold(part));
    }
    // So that the last two characters begin a group as well.
    text.push('\n');
    for group in marked(&text) {
        text.push('\n');
        text.extend(group);
    }
    text
}

/// The groups by which texts of one character are found, and texts of two before a third that is
/// not plain.
fn marked(text: &str) -> BTreeSet<Group> {
    let mut groups = BTreeSet::new();
    for character in text.chars().filter(|it| !COMMON.contains(*it)) {
        groups.insert([character, MARK, MARK]);
    }
    for [first, second, third] in windows(text) {
        if !PLAIN.contains(third) {
            groups.insert([first, second, MARK]);
        }
    }
    groups
}

/// Lower case, character by character: what comes before and after does not count.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Writes the index of findings that are new, or that have another text than before.
pub(crate) fn index(tx: &mut Tx<'_>, findings: &[(&Known, bool)]) -> Result<(), StoreError> {
    if findings.is_empty() {
        return Ok(());
    }
    match tx.backend() {
        Backend::Sqlite => {
            let old = findings.iter().filter(|(_, old)| *old);
            for (known, _) in old {
                tx.execute(Sql::new("DELETE FROM findings_text WHERE rowid = $1").bind(known.id))?;
            }
            let rows = findings
                .iter()
                .map(|(known, _)| vec![Value::from(known.id), Value::from(whole(known))])
                .collect();
            tx.insert("findings_text", &["rowid", "text"], rows, "")?;
        }
        Backend::Postgres => {
            for chunk in findings.chunks(200) {
                let mut sql = Sql::new("INSERT INTO findings_text (finding, grams) VALUES ");
                for (index, (known, _)) in chunk.iter().enumerate() {
                    sql.push(if index == 0 { "(" } else { ", (" });
                    sql.push_bind(known.id).push(", CAST(");
                    sql.push_bind(array(windows(&whole(known))))
                        .push(" AS INTEGER[]))");
                }
                sql.push(" ON CONFLICT (finding) DO UPDATE SET grams = excluded.grams");
                tx.execute(sql)?;
            }
        }
    }
    Ok(())
}

/// What the index is asked about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    /// Findings that have all of these groups.
    All(Vec<Group>),
    /// Findings that have one of them.
    Any(Vec<Group>),
}

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search(Asked);

impl Search {
    /// `None`: the index says nothing about such a text.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let text = fold(text);
        let mut characters = text.chars();
        let start = (characters.next()?, characters.next(), characters.next());
        let any = |groups: &mut dyn Iterator<Item = Group>| {
            Self(Asked::Any(groups.chain([[MARK; 3]]).collect()))
        };
        Some(match start {
            (first, None, _) if COMMON.contains(first) => return None,
            (first, None, _) => any(&mut std::iter::once([first, MARK, MARK])),
            (first, Some(second), None) => {
                let thirds = PLAIN.chars().chain([MARK]);
                any(&mut thirds.map(|third| [first, second, third]))
            }
            _ => {
                let groups: BTreeSet<Group> = windows(&text).take(GROUPS).collect();
                Self(Asked::All(groups.into_iter().collect()))
            }
        })
    }

    /// Leaves the groups that fewest findings have. `PostgreSQL` does so by itself.
    pub(crate) fn narrow(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Asked::All(groups) = &mut self.0 else {
            return Ok(());
        };
        if tx.backend() == Backend::Postgres || groups.len() <= 1 {
            return Ok(());
        }
        let mut counted = Vec::with_capacity(groups.len());
        for group in groups.iter() {
            let mut sql = Sql::new(
                "SELECT COUNT(*) FROM (SELECT 1 FROM findings_text WHERE findings_text MATCH ",
            );
            sql.push_bind(phrase(*group)).push(" LIMIT ");
            sql.push_bind(COUNTED).push(") AS named");
            let number = tx.one(sql)?.int(0)?;
            counted.push((number, *group));
            if number <= RARE {
                break;
            }
        }
        counted.sort_unstable();
        let asked = if counted.first().is_some_and(|(least, _)| *least <= RARE) {
            1
        } else {
            ASKED
        };
        *groups = counted
            .into_iter()
            .take(asked)
            .map(|(_, group)| group)
            .collect();
        Ok(())
    }

    /// Appends a query for the ids of the findings that the text can be part of. `one`: for `1`
    /// instead of the id, to be counted.
    pub(crate) fn push_candidates(&self, sql: &mut Sql, backend: Backend, one: bool) {
        let (Asked::All(groups) | Asked::Any(groups)) = &self.0;
        let all = matches!(self.0, Asked::All(_));
        match backend {
            Backend::Sqlite => {
                let phrases: Vec<String> = groups.iter().copied().map(phrase).collect();
                sql.push(if one { "SELECT 1" } else { "SELECT rowid" })
                    .push(" FROM findings_text WHERE findings_text MATCH ")
                    .push_bind(phrases.join(if all { " AND " } else { " OR " }));
            }
            Backend::Postgres => {
                sql.push(if one { "SELECT 1" } else { "SELECT finding" })
                    .push(" FROM findings_text WHERE grams ")
                    .push(if all { "@>" } else { "&&" })
                    .push(" CAST(")
                    .push_bind(array(groups.iter().copied()))
                    .push(" AS INTEGER[])");
            }
        }
    }
}

/// A group in the language of `SQLite`'s full-text search.
fn phrase(group: Group) -> String {
    let group: String = group.iter().collect();
    // A quotation mark in a string is doubled.
    format!("\"{}\"", group.replace('"', "\"\""))
}

/// The numbers of groups, as `PostgreSQL` writes an array. The migration counts the same way.
fn array(groups: impl Iterator<Item = Group>) -> String {
    let numbers: BTreeSet<u64> = groups
        .map(|[first, second, third]| {
            let number = |character: char| u64::from(u32::from(character));
            (number(first) * 1_000_003 + number(second) * 1_009 + number(third)) % 2_147_483_647
        })
        .collect();
    let mut array = String::from("{");
    for (index, number) in numbers.into_iter().enumerate() {
        if index > 0 {
            array.push(',');
        }
        // Writing to a string cannot fail.
        let _ = write!(array, "{number}");
    }
    array.push('}');
    array
}

fn windows(text: &str) -> impl Iterator<Item = Group> {
    let mut last = ['\0'; 2];
    text.chars().enumerate().filter_map(move |(index, next)| {
        let [first, second] = last;
        last = [second, next];
        (index >= 2).then_some([first, second, next])
    })
}

/// Makes the whole index again, page by page.
pub(crate) fn rebuild(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    const PAGE: i64 = 1_000;
    tx.execute("DELETE FROM findings_text")?;
    let mut after = 0;
    loop {
        let mut sql = Sql::new("SELECT ");
        sql.push(crate::row::KNOWN_COLUMNS)
            .push(" FROM findings WHERE findings.id > ")
            .push_bind(after);
        sql.push(" ORDER BY findings.id LIMIT ").push_bind(PAGE);
        let mut page = Vec::new();
        for row in tx.rows(sql)? {
            page.push(Known::read(&mut crate::row::Columns::new(&row))?);
        }
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        let page: Vec<_> = page.iter().map(|known| (known, false)).collect();
        index(tx, &page)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(text: &str) -> Option<Vec<Group>> {
        Search::new(text).map(|search| match search.0 {
            Asked::All(groups) | Asked::Any(groups) => groups,
        })
    }

    #[test]
    fn groups_of_three_are_asked_for() {
        assert_eq!(asked("A\"bc").unwrap(), [['"', 'b', 'c'], ['a', '"', 'b']]);
        assert_eq!(phrase(['a', '"', 'b']), "\"a\"\"b\"");
        assert_eq!(array(windows("ab")), "{}");
        // As the migration computes it: 97 * 1000003 + 98 * 1009 + 99.
        assert_eq!(array(windows("abc")), "{97099272}");
        assert_eq!(array(windows("aaaa")).matches(',').count(), 0);
    }

    #[test]
    fn two_characters_are_asked_for_with_every_third() {
        assert_eq!(asked("a"), None);
        assert_eq!(asked(""), None);
        assert_eq!(asked("Z").unwrap(), [['z', MARK, MARK], [MARK; 3]]);
        let groups = asked("ab").unwrap();
        assert!(groups.contains(&['a', 'b', 'z']) && groups.contains(&['a', 'b', '\n']));
        assert!(groups.contains(&['a', 'b', MARK]) && groups.contains(&[MARK; 3]));
        assert_eq!(groups.len(), 95 - 26 + 1 + 2);
    }

    proptest! {
        /// Whatever a text is part of has a group that is asked for.
        #[test]
        fn a_short_text_is_found_wherever_it_stands(
            before in "\\PC{0,3}",
            text in "[a-cé…\u{1} ]{1,2}",
            after in "\\PC{0,3}",
        ) {
            let mut whole = fold(&format!("{before}{text}{after}"));
            whole.push('\n');
            let mut groups: BTreeSet<Group> = windows(&whole).collect();
            groups.extend(marked(&whole));
            if let Some(asked) = asked(&text) {
                prop_assert!(asked.iter().any(|group| groups.contains(group)));
            }
        }
    }
}
