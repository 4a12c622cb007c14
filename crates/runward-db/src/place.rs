//! Where a database is.

use std::{fmt, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

use crate::DbError;

/// A database's address.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A file, made where it does not exist.
    Sqlite(PathBuf),
    /// Lives as long as the handle.
    Memory,
    /// A connection URL (`postgres://user:password@host/database?…`), kept whole.
    Postgres(String),
}

/// The parameters that a URL may have. A misspelt `sslmode` that is passed over would be a
/// connection without the protection that was asked for.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "options",
];

impl FromStr for Place {
    type Err = DbError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err(DbError::Place {
                    shown: text.to_owned(),
                    reason: "it names no file".to_owned(),
                }),
                ":memory:" => Ok(Self::Memory),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            server(text)?;
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(DbError::Place {
            shown: without_password(text),
            reason: "it is neither `sqlite:PATH` nor `postgres://…`".to_owned(),
        })
    }
}

/// What a URL says. A password that it lacks comes from `PGPASSWORD` or `~/.pgpass`.
pub(crate) fn server(url: &str) -> Result<PgConnectOptions, DbError> {
    let problem = |reason: String| DbError::Place {
        shown: without_password(url),
        reason,
    };
    let (_, query) = url.split_once('?').unwrap_or((url, ""));
    let query = query.split('#').next().unwrap_or_default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !PARAMETERS.contains(&name) && !name.starts_with("options[") {
            // Where a password was not encoded, what looks like a name is a part of it.
            let shown = if url.contains('@') || url.contains("password") {
                "…"
            } else {
                name
            };
            return Err(problem(format!(
                "it has a parameter `{shown}` that is not known; special characters in a \
                 password are written as %XX"
            )));
        }
        if matches!(name, "sslmode" | "ssl-mode")
            && value.parse::<sqlx::postgres::PgSslMode>().is_err()
        {
            return Err(problem(
                "`sslmode` is one of `disable`, `allow`, `prefer`, `require`, `verify-ca`, \
                 `verify-full`"
                    .to_owned(),
            ));
        }
    }
    // The library's message is not shown: it may hold a part of a password.
    PgConnectOptions::from_str(url).map_err(|_| {
        problem(
            "it is not a well-formed URL (special characters in a password are written as %XX)"
                .to_owned(),
        )
    })
}

impl fmt::Display for Place {
    /// Never shows a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Memory => f.write_str(":memory:"),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

/// A URL without user information and without its query, both of which may carry secrets. Where it
/// cannot be told what is a part of a password that was not encoded, nothing of it is shown.
fn without_password(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(|it| it.is_ascii_alphanumeric()) => {
            (scheme, rest)
        }
        _ if url.contains(['@', '=']) => return "…".to_owned(),
        _ => return url.to_owned(),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let host = match authority.rsplit_once('@') {
        Some((_, host)) => host,
        None => authority,
    };
    let plain = |text: &str| {
        text.chars()
            .all(|it| it.is_ascii_alphanumeric() || "-._~%[]:,".contains(it))
    };
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    let is_port = port.is_empty() || port.ends_with(']') || port.parse::<u16>().is_ok();
    if after.contains('@') || !plain(host) || !is_port {
        return format!("{scheme}://…");
    }
    let database = after.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}{database}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_named_with_or_without_slashes() {
        for text in ["sqlite:a/b.db", "sqlite://a/b.db", " sqlite:a/b.db\n"] {
            assert_eq!(
                text.parse::<Place>().unwrap(),
                Place::Sqlite("a/b.db".into())
            );
        }
        assert_eq!(
            "sqlite:///a/b.db".parse::<Place>().unwrap(),
            Place::Sqlite("/a/b.db".into())
        );
        assert_eq!("sqlite::memory:".parse::<Place>().unwrap(), Place::Memory);
        assert!("sqlite:".parse::<Place>().is_err());
        assert!("mysql://host/db".parse::<Place>().is_err());
        assert!("".parse::<Place>().is_err());
    }

    #[test]
    fn a_server_is_shown_without_its_user() {
        for (url, shown) in [
            (
                "postgres://u:secret@host:5433/db?sslmode=require",
                "postgres://host:5433/db",
            ),
            ("postgresql://u@[::1]:5432/db", "postgresql://[::1]:5432/db"),
            ("postgres://host/db?password=secret", "postgres://host/db"),
            (
                "postgres:///db?host=/run/postgresql&user=u",
                "postgres:///db",
            ),
        ] {
            assert_eq!(url.parse::<Place>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn protection_that_is_misspelt_is_an_error() {
        for mode in [
            "disable",
            "allow",
            "prefer",
            "require",
            "verify-ca",
            "verify-full",
        ] {
            format!("postgres://h/d?sslmode={mode}")
                .parse::<Place>()
                .unwrap();
        }
        for query in [
            "sslmode=verify_full",
            "sslmod=verify-full",
            "sslmode=",
            "SSLMODE=require",
        ] {
            let error = format!("postgres://h/d?{query}")
                .parse::<Place>()
                .unwrap_err();
            assert!(error.to_string().contains("postgres://h/d"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_place_or_an_error(text in ".*") {
            if let Ok(place) = text.parse::<Place>() {
                let _ = place.to_string();
            }
            let _ = format!("postgres://{text}").parse::<Place>();
        }

        #[test]
        fn no_password_is_ever_shown(
            before in "[a-z]{0,4}[@:/?#&=%]{0,2}",
            after in "[@:/?#&=% ]{0,2}[a-z]{0,4}",
            form in 0..6_usize,
        ) {
            let password = format!("{before}Zq9Xv7{after}");
            let text = match form {
                0 => format!("postgres://user:{password}@host:5432/db"),
                1 => format!("postgres://host/db?password={password}"),
                2 => format!("postgres://user:{password}@host/db?sslmode=nonsense"),
                3 => format!("user:{password}@host/db"),
                4 => format!("postgres://host/db?sslmode=require&pasword={password}@x"),
                _ => format!("psql://user:{password}@host/db"),
            };
            let shown = match text.parse::<Place>() {
                Ok(place) => format!("{place} {place:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            prop_assert!(!shown.contains("Zq9Xv7"), "{shown}");
        }
    }
}
