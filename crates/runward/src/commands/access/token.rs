//! `runward access token`.

use clap::Subcommand;
use runward_ops::{
    Exit, Ledger, OpsError,
    access::{self, MadeToken, TokenInfo},
};
use runward_report::{Cell, Listing, Tone, document, moment_words};
use serde_json::json;

use super::{View, said};
use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Subcommand)]
pub(super) enum TokenAction {
    /// Make a token; it is shown once.
    Create {
        /// What it is called.
        name: String,
        /// Whose it is; absent: yours.
        #[arg(long = "for", value_name = "ID")]
        owner: Option<String>,
        /// What it may do, of what its owner may: read, write, scan, admin, or an action.
        #[arg(
            long = "scope",
            value_delimiter = ',',
            required = true,
            value_name = "SCOPE"
        )]
        scopes: Vec<String>,
        /// Only in this repository; may be repeated.
        #[arg(long = "repository", value_name = "NAME")]
        repositories: Vec<String>,
        /// How long it lives; absent: 90 days, but no longer than the token in use.
        #[arg(long, value_name = "DAYS")]
        days: Option<u32>,
    },
    /// Tokens, without their secrets.
    List {
        /// Of this principal; absent: everybody's.
        #[arg(long = "for", value_name = "ID")]
        owner: Option<String>,
    },
    /// Make a new one in the place of an old one.
    Rotate { id: String },
    /// End a token, or with `--all-of` everything of a principal.
    Revoke {
        #[arg(required_unless_present = "all_of")]
        id: Option<String>,
        #[arg(long, value_name = "ID", conflicts_with = "id")]
        all_of: Option<String>,
        #[arg(long, short, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// The one time that a token is shown: alone on standard output.
pub(super) fn reveal(session: &Session, made: &MadeToken) -> Outcome {
    session.note(&format!(
        "token {} of `{}`, until {}; it is shown this once: keep it with `runward access login` or \
         in RUNWARD_TOKEN",
        made.info.id,
        made.info.principal,
        moment_words(made.info.expires)
    ));
    write_stdout(|out| {
        writeln!(out, "{}", made.reveal())?;
        Ok(())
    })?;
    Ok(Exit::CLEAN)
}

pub(super) fn tokens(view: &View<'_>, ledger: &Ledger, action: &TokenAction) -> Outcome {
    match action {
        TokenAction::Create {
            name,
            owner,
            scopes,
            repositories,
            days,
        } => {
            let owner = owner.as_deref().unwrap_or(ledger.who());
            let new = access::new_token(
                ledger,
                view.settings,
                owner,
                name,
                scopes,
                repositories,
                *days,
            )?;
            reveal(
                view.session,
                &access::create_token(ledger, view.settings, &new)?,
            )
        }
        TokenAction::Rotate { id } => reveal(
            view.session,
            &access::rotate_token(ledger, view.settings, id)?,
        ),
        TokenAction::List { owner } => view.tokens(&access::tokens(ledger, owner.as_deref())?),
        TokenAction::Revoke { id, all_of, reason } => {
            match (id, all_of) {
                (Some(id), _) => {
                    let done = access::revoke_token(ledger, id, reason.as_deref())?;
                    view.session.note(&said(done, format!("{id} is revoked")));
                }
                (None, Some(principal)) => {
                    let count = access::revoke_tokens_of(ledger, principal)?;
                    view.session
                        .note(&format!("{count} tokens of `{principal}` are revoked"));
                }
                (None, None) => {
                    return Err(OpsError::usage("no token is named", "give its id").into());
                }
            }
            Ok(Exit::CLEAN)
        }
    }
}

impl View<'_> {
    fn tokens(&self, tokens: &[TokenInfo]) -> Outcome {
        let now = self.session.context.now;
        let options = self.session.report_options(self.settings, false);
        write_stdout(|out| {
            if self.format == ListFormat::Json {
                let list: Vec<_> = tokens.iter().map(token_json).collect();
                document("runward.tokens/1", &json!({"tokens": list}), out)?;
                return Ok(());
            }
            let listing = Listing {
                head: vec![
                    "token",
                    "of",
                    "name",
                    "state",
                    "expires",
                    "last used",
                    "scopes",
                ],
                rows: tokens
                    .iter()
                    .map(|token| {
                        let state = if token.revoked.is_some() {
                            Cell::new(Tone::Quiet, "revoked")
                        } else if token.is_live(now) {
                            Cell::new(Tone::Good, "live")
                        } else {
                            Cell::new(Tone::Quiet, "expired")
                        };
                        vec![
                            Cell::new(Tone::Strong, &token.id),
                            Cell::plain(&token.principal),
                            Cell::plain(&token.name),
                            state,
                            Cell::plain(moment_words(token.expires)),
                            Cell::maybe(token.last_used.map(moment_words)),
                            Cell::plain(scopes(token).join(", ")),
                        ]
                    })
                    .collect(),
                empty: "no tokens".to_owned(),
                foot: String::new(),
            };
            listing.text(&options, out)?;
            Ok(())
        })?;
        Ok(Exit::CLEAN)
    }
}

fn scopes(token: &TokenInfo) -> Vec<String> {
    token.scopes.iter().map(ToString::to_string).collect()
}

fn token_json(token: &TokenInfo) -> serde_json::Value {
    json!({
        "id": token.id,
        "principal": token.principal,
        "name": token.name,
        "scopes": scopes(token),
        "repositories": token.repositories,
        "created": token.created,
        "created_by": token.created_by,
        "expires": token.expires,
        "last_used": token.last_used,
        "revoked": token.revoked,
    })
}
