//! `runward completions`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use runward_ops::Exit;

use crate::{cli::Cli, failure::Outcome, outputs::write_stdout};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell to write completions for.
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "runward", &mut script);
    write_stdout(|out| Ok(out.write_all(&script)?))?;
    Ok(Exit::CLEAN)
}
