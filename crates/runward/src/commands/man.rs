//! `runward man`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_mangen::Man;
use runward_ops::Exit;

use crate::{
    cli::Cli,
    failure::Outcome,
    outputs::{write_file, write_stdout},
};

#[derive(Debug, Args)]
pub(crate) struct ManArguments {
    /// Write one page per subcommand into this directory; absent: the main page on standard
    /// output.
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

pub(crate) fn run(arguments: &ManArguments) -> Outcome {
    let mut command = Cli::command();
    command.build();
    match &arguments.directory {
        None => write_stdout(|out| Ok(Man::new(command).render(out)?))?,
        Some(directory) => pages(&command, "runward", directory)?,
    }
    Ok(Exit::CLEAN)
}

fn pages(command: &clap::Command, name: &str, directory: &std::path::Path) -> anyhow::Result<()> {
    let file = directory.join(format!("{name}.1"));
    write_file(&file, |out| {
        let page = Man::new(command.clone()).title(name.to_uppercase());
        page.render(out).context("cannot render a manual page")
    })?;
    for subcommand in command.get_subcommands() {
        if subcommand.get_name() != "help" {
            let name = format!("{name}-{}", subcommand.get_name());
            pages(subcommand, &name, directory)?;
        }
    }
    Ok(())
}
