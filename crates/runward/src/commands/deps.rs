//! `runward deps`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use runward_model::{DependencyGraph, NotCovered};
use runward_ops::{Exit, OpsError, Project, Settings, deps::read};

use crate::{
    commands::source::Source,
    failure::Outcome,
    outputs::{write_file, write_stdout},
    terminal::Session,
};

#[derive(Debug, Args)]
pub(crate) struct DepsArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Every dependency, with the file and line where it stands.
    List {
        #[command(flatten)]
        source: Source,
        #[arg(long, short, value_enum, default_value_t)]
        format: DepsFormat,
    },
    /// What brings a package in.
    Why {
        /// The package's name.
        name: String,
        #[command(flatten)]
        source: Source,
    },
    /// Write the dependencies as a software bill of materials.
    Sbom {
        #[command(flatten)]
        source: Source,
        #[arg(long, short, value_enum, default_value_t)]
        format: SbomFormat,
        /// Absent: standard output.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DepsFormat {
    #[default]
    Text,
    Tree,
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum SbomFormat {
    /// CycloneDX 1.6 (JSON).
    #[default]
    Cyclonedx,
    /// SPDX 2.3 (JSON).
    Spdx,
}

pub(crate) fn run(session: &Session, arguments: &DepsArguments) -> Outcome {
    match &arguments.action {
        Action::List { source, format } => list(session, source, *format),
        Action::Why { name, source } => why(session, source, name),
        Action::Sbom {
            source,
            format,
            output,
        } => sbom(session, source, *format, output.as_ref()),
    }
}

/// A project's dependencies, with the configuration they were read by.
struct Dependencies {
    project: Project,
    settings: Settings,
    graph: DependencyGraph,
}

fn dependencies(session: &Session, source: &Source) -> Result<Dependencies, OpsError> {
    let (project, settings) = source.project(session)?;
    let request = source.request(false);
    let graph = read(&session.context, &settings, &project, &request)?.graph;
    Ok(Dependencies {
        project,
        settings,
        graph,
    })
}

/// A version that is left open is an answer of a listing; a file that could not be read is not.
fn exit(not_covered: &[NotCovered], nothing: bool) -> Exit {
    if not_covered.iter().any(|entry| entry.package.is_none()) {
        Exit::INCOMPLETE
    } else if nothing {
        Exit::NOTHING_TO_SCAN
    } else {
        Exit::CLEAN
    }
}

fn list(session: &Session, source: &Source, format: DepsFormat) -> Outcome {
    let Dependencies {
        settings, graph, ..
    } = dependencies(session, source)?;
    let options = session.report_options(&settings, false);
    write_stdout(|out| {
        match format {
            DepsFormat::Text => runward_report::deps_text(&graph, &options, out)?,
            DepsFormat::Tree => runward_report::deps_tree(&graph, &options, out)?,
            DepsFormat::Json => runward_report::deps_json(&graph, out)?,
        }
        Ok(())
    })?;
    Ok(exit(&graph.not_covered, graph.read.is_empty()))
}

fn why(session: &Session, source: &Source, name: &str) -> Outcome {
    let Dependencies {
        project,
        settings,
        graph,
    } = dependencies(session, source)?;
    let options = session.report_options(&settings, false);
    let mut found = false;
    write_stdout(|out| {
        found = runward_report::deps_why(&graph, name, &options, out)?;
        Ok(())
    })?;
    if found {
        return Ok(Exit::CLEAN);
    }
    Err(OpsError::usage(
        format!("`{}` does not depend on `{name}`", project.shown),
        "run `runward deps list` to see every dependency",
    )
    .into())
}

fn sbom(
    session: &Session,
    source: &Source,
    format: SbomFormat,
    output: Option<&PathBuf>,
) -> Outcome {
    let Dependencies { project, graph, .. } = dependencies(session, source)?;
    let name = project.name();
    let render = |out: &mut dyn std::io::Write| -> anyhow::Result<()> {
        let document = runward_ops::sbom_document(&name, &session.context, &graph);
        match format {
            SbomFormat::Cyclonedx => runward_ops::write_cyclonedx(&document, out)?,
            SbomFormat::Spdx => runward_ops::write_spdx(&document, out)?,
        }
        Ok(())
    };
    match output {
        Some(file) => write_file(file, render)?,
        None => write_stdout(render)?,
    }
    for problem in &graph.not_covered {
        session.warn(&format!("{}: {}", problem.path, problem.reason));
    }
    Ok(exit(&graph.not_covered, graph.read.is_empty()))
}
