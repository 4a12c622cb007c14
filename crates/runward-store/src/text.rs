//! Text search: which findings a text can be part of.
//!
//! A search is for a part of a title, package, path or identifier. Both databases index groups of
//! three characters, which name the findings that can match; the texts themselves then decide. A
//! text of one or two characters has no group: it is looked for in the findings as they come.

use std::collections::BTreeSet;

use runward_db::{Backend, Sql, Tx, Value};

use crate::{StoreError, row::Known};

/// Groups of one search; more would not narrow it further.
const GROUPS: usize = 24;

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
    text
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
                    sql.push_bind(array(&whole(known))).push(" AS INTEGER[]))");
                }
                sql.push(" ON CONFLICT (finding) DO UPDATE SET grams = excluded.grams");
                tx.execute(sql)?;
            }
        }
    }
    Ok(())
}

/// Whether the index says anything about a text.
pub(crate) fn is_indexed(text: &str) -> bool {
    windows(&fold(text)).next().is_some()
}

/// Appends a query for the ids of the findings that the text can be part of. `one`: for `1`
/// instead of the id, to be counted.
pub(crate) fn push_candidates(sql: &mut Sql, backend: Backend, text: &str, one: bool) {
    let text = fold(text);
    match backend {
        Backend::Sqlite => {
            sql.push(if one { "SELECT 1" } else { "SELECT rowid" })
                .push(" FROM findings_text WHERE findings_text MATCH ")
                .push_bind(phrase(&text));
        }
        Backend::Postgres => {
            sql.push(if one { "SELECT 1" } else { "SELECT finding" })
                .push(" FROM findings_text WHERE grams @> CAST(")
                .push_bind(array(&text))
                .push(" AS INTEGER[])");
        }
    }
}

/// A query in the language of `SQLite`'s full-text search that asks for every group of the text.
fn phrase(text: &str) -> String {
    let groups: BTreeSet<String> = windows(text)
        .map(|group| {
            let group: String = group.iter().collect();
            // A quotation mark in a string is doubled.
            format!("\"{}\"", group.replace('"', "\"\""))
        })
        .take(GROUPS)
        .collect();
    groups.into_iter().collect::<Vec<_>>().join(" AND ")
}

/// The numbers of the groups, as `PostgreSQL` writes an array. The migration counts the same way.
fn array(text: &str) -> String {
    let numbers: BTreeSet<u64> = windows(text)
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
        array.push_str(&number.to_string());
    }
    array.push('}');
    array
}

fn windows(text: &str) -> impl Iterator<Item = [char; 3]> {
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
    use super::*;

    #[test]
    fn groups_of_three_are_asked_for() {
        assert!(!is_indexed("ab") && is_indexed("abc"));
        assert_eq!(phrase("a\"bc"), "\"\"\"bc\" AND \"a\"\"b\"");
        assert_eq!(array("ab"), "{}");
        // As the migration computes it: 97 * 1000003 + 98 * 1009 + 99.
        assert_eq!(array("abc"), "{97099272}");
        assert_eq!(array("aaaa").matches(',').count(), 0);
    }
}
