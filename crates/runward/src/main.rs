//! The command line: parses, calls one use case, renders. Nothing is decided here.

mod cli;
mod code_views;
mod commands;
mod failure;
mod outputs;
mod progress;
mod terminal;
mod views;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command},
    terminal::Session,
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return failure::usage(&error),
    };
    let session = Session::new(&cli.global);
    let outcome = match cli.command {
        Command::Init(arguments) => commands::init::run(&session, &arguments),
        Command::Scan(arguments) => commands::scan::run(&session, &arguments),
        Command::Fix(arguments) => commands::fix::run(&session, &arguments),
        Command::Rules(arguments) => commands::rules::run(&session, &arguments),
        Command::Match(arguments) => commands::matching::run(&session, &arguments),
        Command::Secrets(arguments) => commands::secrets::run(&session, &arguments),
        Command::Package(arguments) => commands::package::run(&session, &arguments),
        Command::Guard(arguments) => commands::guard::run(&session, &arguments),
        Command::Hook(arguments) => commands::hook::run(&session, &arguments),
        Command::Ci(arguments) => commands::ci::run(&session, &arguments),
        Command::Deps(arguments) => commands::deps::run(&session, &arguments),
        Command::Db(arguments) => commands::db::run(&session, &arguments),
        Command::Findings(arguments) => commands::findings::run(&session, &arguments),
        Command::Import(arguments) => commands::findings::run_import(&session, &arguments),
        Command::Task(arguments) => commands::task::run(&session, &arguments),
        Command::Audit(arguments) => commands::audit::run(&session, &arguments),
        Command::Access(arguments) => commands::access::run(&session, &arguments),
        Command::Store(arguments) => commands::store::run(&session, &arguments),
        Command::Config(arguments) => commands::config::run(&session, &arguments),
        Command::Doctor(arguments) => commands::doctor::run(&session, &arguments),
        Command::Explain(arguments) => commands::explain::run(&session, &arguments),
        Command::Completions(arguments) => commands::completions::run(&arguments),
        Command::Man(arguments) => commands::man::run(&arguments),
    };
    let exit = match outcome {
        Ok(exit) => exit,
        Err(error) => failure::report(&error),
    };
    ExitCode::from(exit.code())
}
