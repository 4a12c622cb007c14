//! `runward access`.

mod policies;
mod token;

use std::{path::PathBuf, sync::Arc};

use clap::{Args, Subcommand};
use runward_model::{Action as Right, Role};
use runward_ops::{
    Exit, Ledger, OpsError, Project, Settings,
    access::{self, DEFAULT_TOKEN_DAYS, Member, Person, PrincipalKind},
};
use runward_report::{Cell, Listing, Tone, clean_lines, document, moment_words};
use serde_json::json;

use crate::{commands::ListFormat, failure::Outcome, outputs::write_stdout, terminal::Session};

#[derive(Debug, Args)]
pub(crate) struct AccessArguments {
    /// The directory of the project whose record it is.
    #[arg(long = "in", global = true, default_value = ".", value_name = "PATH")]
    place: PathBuf,
    #[arg(long, short, global = true, value_enum, default_value_t)]
    format: ListFormat,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Switch access control on: make the first admin, and show their token.
    Init {
        /// The admin's id, e.g. `ann` or `ann@example.org`.
        admin: String,
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
    },
    /// Keep an API token for later commands; read from standard input.
    Login,
    /// Forget the kept token.
    Logout,
    /// Who you are here.
    Whoami,
    /// Everybody, with their roles and memberships.
    List,
    /// Add somebody, who may do nothing yet.
    Add {
        id: String,
        #[arg(long, value_name = "TEXT")]
        name: Option<String>,
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// A program with an account of its own.
        #[arg(long)]
        service: bool,
    },
    /// Take every right from somebody at once; their tokens are revoked.
    Disable {
        id: String,
        #[arg(long, short, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Give the rights back, without the tokens.
    Enable { id: String },
    /// Give a role in the whole installation: security-lead, auditor, admin.
    Grant {
        id: String,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Take such a role away.
    Revoke {
        id: String,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Make somebody a member of a repository: viewer, developer, team-lead.
    Join {
        id: String,
        repository: String,
        #[arg(long, value_parser = role, default_value = "developer")]
        role: Role,
    },
    /// End a membership.
    Leave { id: String, repository: String },
    /// API tokens.
    Token {
        #[command(subcommand)]
        action: token::TokenAction,
    },
    /// Why somebody may or may not do something, and what it would take.
    Explain {
        /// A principal's id.
        user: String,
        /// What they would do, e.g. `approve_task`.
        #[arg(value_parser = right)]
        action: Right,
        /// To what: repository:NAME, finding:FINGERPRINT, finding:SEVERITY@REPOSITORY, task:T-12,
        /// task:SEVERITY@REPOSITORY, principal:ID, token:ID, system.
        resource: String,
    },
    /// Which role may do what.
    Matrix,
    /// The policies that decide.
    Policies {
        #[command(subcommand)]
        action: policies::PoliciesAction,
    },
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| {
        let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

fn right(text: &str) -> Result<Right, String> {
    Right::from_name(text).ok_or_else(|| {
        let names: Vec<_> = Right::ALL.iter().map(|action| action.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}

pub(crate) fn run(session: &Session, arguments: &AccessArguments) -> Outcome {
    if let Some(done) = without_record(session, arguments) {
        return done;
    }
    let (ledger, settings) = session.recorded(&arguments.place)?;
    let view = View {
        session,
        settings: &settings,
        format: arguments.format,
    };
    match &arguments.action {
        Action::Whoami => whoami(&view, &ledger),
        Action::List => view.members(&access::members(&ledger)?),
        Action::Token { action } => token::tokens(&view, &ledger, action),
        Action::Explain {
            user,
            action,
            resource,
        } => explain(&ledger, user, *action, resource),
        other => {
            session.note(&change(&ledger, other)?);
            Ok(Exit::CLEAN)
        }
    }
}

/// What is done before anybody is known, or without a record.
fn without_record(session: &Session, arguments: &AccessArguments) -> Option<Outcome> {
    let before = matches!(
        arguments.action,
        Action::Init { .. }
            | Action::Login
            | Action::Logout
            | Action::Matrix
            | Action::Policies { .. }
    );
    before.then(|| begin(session, arguments))
}

fn begin(session: &Session, arguments: &AccessArguments) -> Outcome {
    let context = &session.context;
    let project = Project::locate(context, &arguments.place)?;
    let settings = session.settings(&project)?;
    match &arguments.action {
        Action::Init { admin, name } => {
            let person = person(admin, name.as_ref(), None, false);
            let days = DEFAULT_TOKEN_DAYS.min(settings.config().access.max_token_days);
            let made = access::init(context, &settings, &project, &person, days)?;
            session.note(&format!(
                "access control is on; `{admin}` is the first admin"
            ));
            return token::reveal(session, &made);
        }
        Action::Login => {
            let token = access::read_token()?;
            let who = access::login(context, &settings, &project, &token)?;
            session.note(&format!(
                "you are `{who}`; `runward access logout` forgets it"
            ));
            return Ok(Exit::CLEAN);
        }
        Action::Logout => {
            session.note(if access::logout(context)? {
                "the token is forgotten"
            } else {
                "there was none"
            });
            return Ok(Exit::CLEAN);
        }
        Action::Policies {
            action: policies::PoliciesAction::Check { files },
        } => {
            let problems = access::check_policies(context, &settings, files)?;
            for problem in &problems {
                session.warn(&problem.to_string());
            }
            if problems.is_empty() {
                session.note("the policies are valid");
                return Ok(Exit::CLEAN);
            }
            return Ok(Exit::Usage);
        }
        Action::Policies {
            action: policies::PoliciesAction::Show { text },
        } => {
            let rules = access::rules(context, &settings)?;
            return policies::show(session, &settings, &rules, *text);
        }
        Action::Matrix => {
            let text = access::matrix(context, &settings)?.markdown();
            write_stdout(|out| {
                writeln!(out, "{}", text.trim_end())?;
                Ok(())
            })?;
        }
        _ => {}
    }
    Ok(Exit::CLEAN)
}

fn explain(ledger: &Ledger, user: &str, action: Right, resource: &str) -> Outcome {
    let resource = access::resource(ledger, resource)?;
    let explanation = access::explain(ledger, user, action, &resource)?;
    write_stdout(|out| {
        writeln!(out, "{}", clean_lines(&explanation.to_string()))?;
        Ok(())
    })?;
    Ok(if explanation.allowed {
        Exit::CLEAN
    } else {
        Exit::Denied
    })
}

/// Changes who somebody is or what they may do, and says so.
fn change(ledger: &Ledger, action: &Action) -> Result<String, OpsError> {
    Ok(match action {
        Action::Add {
            id,
            name,
            email,
            service,
        } => {
            let person = person(id, name.as_ref(), email.as_ref(), *service);
            let added = access::add(ledger, &person)?;
            format!(
                "added `{}`, who may do nothing yet: `runward access join` or `grant`",
                added.id
            )
        }
        Action::Disable { id, reason } => {
            let done = access::disable(ledger, id, reason.as_deref())?;
            said(done, format!("`{id}` is disabled"))
        }
        Action::Enable { id } => said(access::enable(ledger, id)?, format!("`{id}` is enabled")),
        Action::Grant { id, role } => said(
            access::grant(ledger, id, *role)?,
            format!("`{id}` is {role}"),
        ),
        Action::Revoke { id, role } => {
            access::revoke(ledger, id, *role)?;
            format!("`{id}` is no longer {role}")
        }
        Action::Join {
            id,
            repository,
            role,
        } => {
            let done = access::join(ledger, id, repository, *role)?;
            said(done, format!("`{id}` is {role} of {repository}"))
        }
        Action::Leave { id, repository } => {
            access::leave(ledger, id, repository)?;
            format!("`{id}` is no longer a member of {repository}")
        }
        _ => {
            return Err(OpsError::usage(
                "nothing is changed by this",
                "see `--help`",
            ));
        }
    })
}

fn person(id: &str, name: Option<&String>, email: Option<&String>, service: bool) -> Person {
    Person {
        id: id.to_owned(),
        name: name.cloned().unwrap_or_default(),
        email: email.cloned(),
        kind: if service {
            PrincipalKind::Service
        } else {
            PrincipalKind::Human
        },
    }
}

fn said(changed: bool, what: String) -> String {
    if changed {
        what
    } else {
        format!("{what} already")
    }
}

fn whoami(view: &View<'_>, ledger: &Ledger) -> Outcome {
    let who = ledger.who();
    let Some(member) = access::member(ledger, who)? else {
        view.session.note(&format!(
            "the account `{who}`; access control is off, so whoever can open the store may do \
             everything (`runward access init` switches it on)"
        ));
        return Ok(Exit::CLEAN);
    };
    view.members(&[Arc::new(member)])
}

/// How results are shown.
struct View<'a> {
    session: &'a Session,
    settings: &'a Settings,
    format: ListFormat,
}

impl View<'_> {
    fn members(&self, members: &[Arc<Member>]) -> Outcome {
        let options = self.session.report_options(self.settings, false);
        write_stdout(|out| {
            if self.format == ListFormat::Json {
                let people: Vec<_> = members.iter().map(|it| member_json(it)).collect();
                document("runward.principals/1", &json!({"principals": people}), out)?;
                return Ok(());
            }
            let listing = Listing {
                head: vec![
                    "principal",
                    "name",
                    "kind",
                    "state",
                    "roles",
                    "repositories",
                ],
                rows: members.iter().map(|it| member_row(it)).collect(),
                empty: "nobody; `runward access init` makes the first admin".to_owned(),
                foot: String::new(),
            };
            listing.text(&options, out)?;
            Ok(())
        })?;
        Ok(Exit::CLEAN)
    }
}

fn member_row(member: &Member) -> Vec<Cell> {
    let principal = &member.principal;
    let roles: Vec<_> = member.roles.iter().map(|role| role.as_str()).collect();
    let memberships: Vec<_> = member
        .memberships
        .iter()
        .map(|(repository, role)| format!("{repository} ({role})"))
        .collect();
    let state = match principal.disabled {
        Some(since) => Cell::new(
            Tone::Warn,
            format!("disabled since {}", moment_words(since)),
        ),
        None => Cell::new(Tone::Good, "active"),
    };
    vec![
        Cell::new(Tone::Strong, &principal.id),
        Cell::plain(&principal.name),
        Cell::plain(principal.kind.as_str()),
        state,
        Cell::maybe(Some(roles.join(", "))),
        Cell::maybe(Some(memberships.join(", "))),
    ]
}

fn member_json(member: &Member) -> serde_json::Value {
    let principal = &member.principal;
    json!({
        "id": principal.id,
        "name": principal.name,
        "email": principal.email,
        "kind": principal.kind.as_str(),
        "created": principal.created,
        "disabled": principal.disabled,
        "roles": member.roles,
        "memberships": member.memberships,
    })
}
