//! What an error of the library means for the person who must act.

use crate::{DbError, Place};

/// `SQLite`'s primary result code (<https://www.sqlite.org/rescode.html>), from the extended one.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

pub(crate) fn failure(place: &Place, error: &sqlx::Error) -> DbError {
    match place {
        Place::Postgres(_) => postgres(place, error),
        Place::Sqlite(_) | Place::Memory => sqlite(place, error),
    }
}

/// An error on completing a change. It may have come after the change was made.
pub(crate) fn commit_failure(place: &Place, error: &sqlx::Error) -> DbError {
    let unknown = match place {
        Place::Postgres(_) => is_lost(error) || state(error).as_deref() == Some("40003"),
        // Where writing the log through to the disk fails, a crash may bring the change back.
        Place::Sqlite(_) | Place::Memory => {
            primary_code(error) == Some(10) || error.as_database_error().is_none()
        }
    };
    if unknown {
        return DbError::Unknown {
            place: place.to_string(),
        };
    }
    failure(place, error)
}

/// Whether the connection is of no more use: it broke, or the server ended it.
pub(crate) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(_) => state(error).is_some_and(|state| {
            state.starts_with("08") || matches!(state.as_str(), "57P01" | "57P02" | "57P05")
        }),
        _ => false,
    }
}

/// `PostgreSQL`'s code (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn state(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// What the database itself said.
fn said(error: &sqlx::Error) -> String {
    error
        .as_database_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

fn sqlite(place: &Place, error: &sqlx::Error) -> DbError {
    let shown = place.to_string();
    match primary_code(error) {
        Some(5 | 6) => DbError::Busy { place: shown },
        Some(3 | 8) => DbError::ReadOnly { place: shown },
        // The log's shared memory on a full disk ends here too.
        Some(10) => DbError::Failed {
            place: shown,
            reason: format!(
                "{}; check the disk, and that there is space left on it",
                said(error)
            ),
        },
        Some(11) => DbError::Damaged {
            reason: format!("the pages of `{shown}` do not fit together"),
        },
        Some(13) => DbError::Full { place: shown },
        Some(14) => DbError::Open {
            place: shown,
            reason: "the file or its directory cannot be read or made; check that both exist and \
                     their permissions"
                .to_owned(),
        },
        Some(26) => DbError::NotRunward { place: shown },
        Some(1) if error.to_string().ends_with("already exists") => DbError::Taken {
            place: shown,
            reason: said(error),
        },
        _ => DbError::Failed {
            place: shown,
            reason: said(error),
        },
    }
}

fn postgres(place: &Place, error: &sqlx::Error) -> DbError {
    let shown = place.to_string();
    let Some(state) = state(error) else {
        return if is_lost(error) {
            DbError::Lost { place: shown }
        } else {
            DbError::Failed {
                place: shown,
                reason: error.to_string(),
            }
        };
    };
    // The server's messages name users and tables, never a password.
    let said = said(error);
    match state.as_str() {
        "25006" => DbError::ReadOnly { place: shown },
        "40001" | "40P01" | "55P03" => DbError::Busy { place: shown },
        "42P07" | "42710" => DbError::Taken {
            place: shown,
            reason: said,
        },
        "42P01" | "42703" | "XX001" | "XX002" => DbError::Damaged { reason: said },
        "42501" => DbError::Failed {
            place: shown,
            reason: format!("{said}; grant it to the user that Runward connects as"),
        },
        "53100" => DbError::Full { place: shown },
        "57014" => DbError::Failed {
            place: shown,
            reason: format!("{said}; see `statement_timeout` of the user"),
        },
        _ if is_lost(error) => DbError::Lost { place: shown },
        _ => DbError::Failed {
            place: shown,
            reason: said,
        },
    }
}

/// An error on connecting to a server, where nothing can have been changed.
pub(crate) fn connecting(place: &Place, error: &sqlx::Error) -> DbError {
    let said = said(error);
    let reason = match (error, state(error).as_deref()) {
        (_, Some("28P01" | "28000")) => format!(
            "the server refuses the user: {said}; give the password in the address, in \
             `PGPASSWORD` or in `~/.pgpass`"
        ),
        (_, Some("3D000")) => format!("{said}; create it or correct the address"),
        (_, Some("53300")) => format!("{said}; try again, or raise `max_connections`"),
        (_, Some("57P03")) => format!("{said}; try again"),
        (sqlx::Error::Io(error), _) => format!(
            "the server cannot be reached: {error}; check that it runs and the host and port"
        ),
        (sqlx::Error::Tls(error), _) => {
            format!("no trusted connection: {error}; check `sslmode` and `sslrootcert`")
        }
        _ => said,
    };
    DbError::Open {
        place: place.to_string(),
        reason,
    }
}
