//! The one finding that a key means.

use runward_db::{Sql, Tx};

use crate::{
    LIMITS, Scope, StoreError,
    query::short_enough,
    row::{Columns, KNOWN_COLUMNS, Known, id},
    scope::among,
};

/// Finds by the fingerprint, the start of one (at least 4 digits), a fingerprint that it had
/// before, or a rule, advisory or alias that only one finding of the scope has.
pub(crate) fn find(tx: &mut Tx<'_>, scope: &Scope, key: &str) -> Result<Known, StoreError> {
    short_enough("the key", key, LIMITS.query_chars)?;
    let key = key.trim();
    let lower = key.to_ascii_lowercase();
    let hexadecimal = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    if key.is_empty() || (hexadecimal && key.len() < 4) {
        return Err(StoreError::ShortKey {
            key: key.to_owned(),
        });
    }
    let projects = scope.projects(tx)?;
    let projects = projects.as_deref();
    let mut found = Vec::new();
    if hexadecimal {
        let mut sql = select();
        sql.push(" WHERE findings.fingerprint >= ")
            .push_bind(lower.as_str());
        // The first text after all that start so: `g` follows the digits.
        sql.push(" AND findings.fingerprint < ")
            .push_bind(format!("{lower}g"));
        found = matching(tx, sql, projects)?;
        if found.is_empty() {
            let mut sql = select();
            sql.push(" WHERE findings.id IN (SELECT finding FROM former_fingerprints WHERE fingerprint >= ")
                .push_bind(lower.as_str());
            sql.push(" AND fingerprint < ")
                .push_bind(format!("{lower}g"))
                .push(")");
            found = matching(tx, sql, projects)?;
        }
    }
    if found.is_empty() {
        let mut sql = select();
        sql.push(" WHERE findings.id IN (SELECT finding FROM finding_ids WHERE id = ")
            .push_bind(id(key))
            .push(")");
        found = matching(tx, sql, projects)?;
    }
    let mut found = found.into_iter();
    match (found.next(), found.len()) {
        (None, _) => Err(StoreError::NotFound {
            key: key.to_owned(),
        }),
        (Some(known), 0) => Ok(known),
        (Some(first), more) => {
            let mut candidates: Vec<String> = std::iter::once(first)
                .chain(found)
                .take(LIMITS.candidates)
                .map(|known| {
                    format!(
                        "{} {} {} ({})",
                        known.fingerprint, known.rule, known.title, known.path
                    )
                })
                .collect();
            if more.saturating_add(1) > candidates.len() {
                candidates.push("… and more".to_owned());
            }
            Err(StoreError::Ambiguous {
                key: key.to_owned(),
                candidates,
            })
        }
    }
}

/// The finding with this number.
pub(crate) fn known(tx: &mut Tx<'_>, id: i64) -> Result<Known, StoreError> {
    let mut sql = select();
    sql.push(" WHERE findings.id = ").push_bind(id);
    let row = tx.row(sql)?.ok_or_else(|| StoreError::NotFound {
        key: id.to_string(),
    })?;
    Known::read(&mut Columns::new(&row))
}

fn select() -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(KNOWN_COLUMNS).push(" FROM findings");
    sql
}

fn matching(
    tx: &mut Tx<'_>,
    mut sql: Sql,
    projects: Option<&[i64]>,
) -> Result<Vec<Known>, StoreError> {
    among(&mut sql, projects);
    sql.push(" ORDER BY findings.fingerprint, findings.project LIMIT ");
    // One more than is named, to know that there are more.
    sql.push_bind(
        i64::try_from(LIMITS.candidates)
            .unwrap_or(i64::MAX)
            .saturating_add(1),
    );
    tx.rows(sql)?
        .iter()
        .map(|row| Known::read(&mut Columns::new(row)))
        .collect()
}
